"""One table of a TOML file, read key by key with every fault noted at its place.

It knows TOML types and says what would be right; what the values mean is the reader's business.
"""

import difflib
import math
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar, overload

from gateway.wire.durations import duration

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
_LONGEST = timedelta(days=3650)
_NAMES = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "lists",
}


class Section:
    """A table and its place; faults go into one list shared by the whole file."""

    def __init__(self, table: dict[str, object], place: str, faults: list[str]) -> None:
        self._table = table
        self._place = place
        self._faults = faults
        self._known: list[str] = []
        self._misplaced: set[str] = set()

    @property
    def place(self) -> str:
        """Give where in the file this table stands."""
        return self._place

    @property
    def faults(self) -> list[str]:
        """Give the list that the whole file shares."""
        return self._faults

    def fault(self, key: str, wrong: str) -> None:
        """Note what is wrong with a key, and what would be right."""
        place = ".".join(part for part in (self._place, key) if part)
        self._faults.append(f"{place}: {wrong}")

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        self._known.append(key)
        return key in self._table

    def raw(self, key: str) -> object:
        """Give the value as it stands; None where the key is not there."""
        self._known.append(key)
        return self._table.get(key)

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: T) -> str | T: ...
    def text(self, key: str, default: object = ...) -> object:
        """Read a text; without a default the key must be there."""
        return self._typed(key, str, "" if default is ... else default, default is ...)

    def flag(self, key: str) -> bool:
        """Read true or false; false where the key is not there."""
        return bool(self._typed(key, bool, False))

    def number(self, key: str, default: T) -> float | T:
        """Read a finite number."""
        value = self.raw(key)
        if value is None:
            return default
        found = finite(value)
        if found is None:
            self.fault(key, f"must be a number, not {shown(value)}")
        return default if found is None else found

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """Read a whole number from low to high."""
        value = self.raw(key)
        if value is None:
            return default
        if type(value) is not int or not low <= value <= high:
            self.fault(key, f"must be a whole number from {low} to {high}, not {shown(value)}")
            return default
        return value

    def duration(self, key: str) -> timedelta | None:
        """Read a duration such as "90s"; None where the key is not there."""
        written = self.text(key, None)
        if written is None:
            return None
        try:
            found = duration(written)
        except ValueError as error:
            self.fault(key, str(error))
            return None
        except OverflowError:
            found = timedelta.max
        if not timedelta() < found <= _LONGEST:
            self.fault(key, f"must be 1s at least and {_LONGEST.days}d at most")
            return None
        return found

    def one_of(self, key: str, choices: type[E], default: E | None = None) -> E | None:
        """Read a member of a closed set; None after a fault."""
        written = self._typed(key, str, None, required=default is None)
        if not isinstance(written, str):
            return default
        try:
            return choices(written)
        except ValueError:
            names = [choice.value for choice in choices]
            self.fault(key, f'unknown "{written}"{meant(written, names)}')
            return None

    def list_of(self, key: str, allowed: tuple[type, ...]) -> list[object]:
        """Read a list of plain values."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or any(type(item) not in allowed for item in value):
            names = " or ".join(_NAMES[of] for of in allowed)
            self.fault(key, f"must be a list of {names}")
            return []
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(str(item) for item in self.list_of(key, (str,)))

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """Read a text or a list of them."""
        if isinstance(self.raw(key), str):
            return (self.text(key),)
        return self.texts(key)

    def whole_numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Read a list of whole numbers from low to high."""
        found = tuple(item for item in self.list_of(key, (int,)) if isinstance(item, int))
        if not all(low <= item <= high for item in found):
            self.fault(key, f"must be whole numbers from {low} to {high}")
        return found

    def numbers(self, key: str) -> tuple[float, ...]:
        """Read a list of finite numbers."""
        found = [finite(item) for item in self.list_of(key, (int, float))]
        if None in found:
            self.fault(key, "must be numbers, none of them infinite")
        return tuple(item for item in found if item is not None)

    def hex(self, key: str) -> bytes:
        """Read bytes written as hexadecimal digits; spaces may stand between them."""
        written = self.text(key)
        try:
            return bytes.fromhex(written)
        except ValueError:
            self.fault(key, f'"{written[:40]}" is not hexadecimal')
            return b""

    def keys(self) -> list[str]:
        """Give every key of a table whose keys are data; they count as asked for."""
        self._known.extend(self._table)
        return list(self._table)

    def section(self, key: str) -> "Section | None":
        """Read a table inside this one; None where there is none."""
        value = self.raw(key)
        if isinstance(value, dict):
            return Section(value, f"{self._place}.{key}".lstrip("."), self._faults)
        if value is not None:
            self.fault(key, f"must be a table, [{key}]")
        return None

    def sections(self, key: str) -> list["Section"]:
        """Read an array of tables."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"must be an array of tables, [[{key}]]")
            return []
        places = (f"{self._place}.{key}[{n}]".lstrip(".") for n in range(len(value)))
        return [
            Section(item, place, self._faults) for item, place in zip(value, places, strict=True)
        ]

    def out_of_place(self, keys: Iterable[str], why: str) -> None:
        """Note every one of these keys that is there: it can mean nothing here."""
        for key in keys:
            if key in self._table and key not in self._misplaced:
                self._misplaced.add(key)
                self.fault(key, why)

    def finish(self) -> None:
        """Note every key that nobody asked for, in the order of the file."""
        asked_for = self._misplaced.union(self._known)
        for key in (key for key in self._table if key not in asked_for):
            self.fault(key, f"unknown key{meant(key, self._known)}")

    def _typed(self, key: str, of: type, default: object, required: bool = False) -> object:
        value = self.raw(key)
        if value is None:
            if required:
                self.fault(key, f"is missing; it must be {_NAMES[of]}")
            return default
        if type(value) is not of:
            self.fault(key, f"must be {_NAMES[of]}, not {shown(value)}")
            return default
        return value


def finite(value: object) -> float | None:
    """Give a number as such; None for anything else, infinity and NaN among it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shown(value: object) -> str:
    """Write a value of a file as a fault speaks of it."""
    try:
        return repr(value)[:80]
    except ValueError:
        # Python does not write whole numbers of thousands of digits.
        return "a number without end"


def meant(written: str, names: Iterable[str]) -> str:
    """Give `; did you mean "..."?`, or the choices where nothing comes near."""
    choices = sorted(set(names))
    near = difflib.get_close_matches(written, choices, 1)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; known: {', '.join(choices)}" if choices else ""
