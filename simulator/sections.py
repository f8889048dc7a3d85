"""One section of a TOML file, read key by key; every fault is noted and none ends the reading.

Which keys there are is for the reader of the file to say.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import time, timedelta
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

from gateway.wire.durations import duration
from simulator.scenario_words import Said, said

T = TypeVar("T")
_NOTHING: dict[str, object] = {}


class Fault(NamedTuple):
    """What is wrong at one place of a file, and what would be right."""

    file: str
    place: str
    wrong: Said

    def told(self, language: str) -> str:
        """Put it into one line."""
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: {self.wrong.told(language)}"


class Section:
    """A table of the file; `end` tells of the keys that nobody has asked for."""

    def __init__(
        self, table: Mapping[str, object], file: str, place: str, faults: list[Fault]
    ) -> None:
        self._table = table
        self._file = file
        self._place = place
        self._faults = faults
        self._asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; required without a default."""
        found = self._typed(key, str, f'{key} = "…"', is_needed=default is None)
        return (default or "") if found is None else found

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts that is not empty."""
        example = f'{key} = ["daughter"]'
        found = self._typed(key, list, example, is_needed=True)
        if found is None:
            return ()
        if not found or not all(isinstance(each, str) for each in found):
            self._note(key, "wrong_type", value=found, example=example)
            return ()
        return tuple(found)

    def words(self, key: str, known: Iterable[str] = ()) -> tuple[str, ...]:
        """Give a list of texts, which may be left out; of known ones, where some are named."""
        choices = sorted(map(str, known))
        found = tuple(map(str, self._typed(key, list, f'{key} = ["…"]') or ()))
        for word in (word for word in found if choices and word not in choices):
            self._note(key, "not_one_of", value=word, names=", ".join(choices))
        return tuple(word for word in found if not choices or word in choices)

    def flag(self, key: str, default: bool = False) -> bool:
        """Give a yes or no; the default where nothing is said."""
        found = self._typed(key, bool, f"{key} = true")
        return default if found is None else found

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """Give a whole number within bounds."""
        found = self._typed(key, int, f"{key} = {default}")
        if found is None:
            return default
        if not low <= found <= high:
            self._note(key, "out_of_range", value=found, low=low, high=high)
            return default
        return found

    def number(self, key: str, low: float, high: float, default: float) -> float:
        """Give a number within bounds."""
        value = self._table.get(key)
        self._asked.add(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._note(key, "wrong_type", value=value, example=f"{key} = {default:g}")
        elif not low <= value <= high:
            self._note(key, "out_of_range", value=value, low=f"{low:g}", high=f"{high:g}")
        else:
            return float(value)
        return default

    def numbers(self, key: str, low: float, high: float) -> dict[str, float]:
        """Give a table of numbers by name; empty where there is none."""
        table = self._typed(key, dict, f"{key} = {{ hall = {high:g} }}") or {}
        inner = self._below(table, key)
        return {name: inner.number(name, low, high, high) for name in table}

    def note(self, key: str, wrong: str, /, **values: object) -> None:
        """Note what else is wrong with a key."""
        self._note(key, wrong, **values)

    def duration(
        self, key: str, default: timedelta | None, *, is_needed: bool = False
    ) -> timedelta | None:
        """Give a duration, written as "90s", "12h", "3d"."""
        return self._read(key, f'{key} = "12h"', duration, is_needed=is_needed) or default

    def clock(self, key: str) -> time:
        """Give a time of day, written as "10:12"."""
        return self._read(key, f'{key} = "10:12"', _clock, is_needed=True) or time()

    def word(self, key: str, known: Iterable[str]) -> str:
        """Give one of the known words; "" where it is none."""
        return self._word(key, known, is_needed=True)

    def maybe_word(self, key: str, known: Iterable[str]) -> str:
        """Give one of the known words, or "" where nothing is said."""
        return self._word(key, known, is_needed=False)

    def section(self, key: str) -> "Section":
        """Give a section below this one."""
        found = self._typed(key, dict, f"[{key}]", is_needed=True)
        return self._below(_NOTHING if found is None else found, key)

    def sections(self, key: str) -> list["Section"]:
        """Give the sections of a list, none where there is no such list."""
        found = self._typed(key, list, f"[[{key}]]") or []
        if not all(isinstance(each, dict) for each in found):
            self._note(key, "wrong_type", value=found, example=f"[[{key}]]")
            return []
        return [self._below(each, f"{key}[{number}]") for number, each in enumerate(found)]

    def takes(self, what: str, allowed: Collection[str], needed: Collection[str]) -> None:
        """Say which keys go with what this section is about."""
        for key in self._table.keys() - set(allowed):
            self._asked.add(key)
            self._note(key, "not_for", what=what, key=key, names=", ".join(sorted(allowed)))
        for key in sorted(set(needed) - self._table.keys()):
            self._note(key, "needs", what=what, key=key)

    def end(self) -> None:
        """Note every key that was not asked for."""
        for key in self._table.keys() - self._asked:
            close = get_close_matches(key, self._asked, n=1)
            if close:
                self._note(key, "meant", near=close[0])
            else:
                self._note(key, "unknown_key", names=", ".join(sorted(self._asked)))

    def _below(self, table: Mapping[str, object], key: str) -> "Section":
        return Section(table, self._file, self._at(key), self._faults)

    def _word(self, key: str, known: Iterable[str], *, is_needed: bool) -> str:
        words = sorted(map(str, known))
        found = self._typed(key, str, f'{key} = "{words[0]}"', is_needed=is_needed)
        if found is None or found in words:
            return found or ""
        close = get_close_matches(found, words, n=1)
        if close:
            self._note(key, "did_you_mean", value=found, near=close[0])
        else:
            self._note(key, "not_one_of", value=found, names=", ".join(words))
        return ""

    def _read(
        self, key: str, example: str, read: Callable[[str], T], *, is_needed: bool
    ) -> T | None:
        found = self._typed(key, str, example, is_needed=is_needed)
        if found is None:
            return None
        try:
            return read(found)
        except ValueError:
            self._note(key, "wrong_type", value=found, example=example)
            return None

    def _typed(self, key: str, kind: type[T], example: str, *, is_needed: bool = False) -> T | None:
        self._asked.add(key)
        found = self._table.get(key)
        if found is None:
            if is_needed:
                self._note(key, "missing", example=example)
            return None
        is_other = isinstance(found, bool) is not (kind is bool)
        if is_other or not isinstance(found, kind):
            self._note(key, "wrong_type", value=found, example=example)
            return None
        return found

    def _note(self, key: str, wrong: str, /, **values: object) -> None:
        # `key` may be a blank of the phrase as well.
        self._faults.append(Fault(self._file, self._at(key), said(wrong, **values)))

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def _clock(text: str) -> time:
    if len(text) != len("10:12"):
        raise ValueError(text)
    return time.fromisoformat(text)
