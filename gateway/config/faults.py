"""One fault of a configuration: where, what is wrong, what would be right; and all of them at once.

It finds none itself: the other files of this package report here.
"""

from collections.abc import Iterable

from msgspec import Struct

from gateway.language import Language, Phrase


class Fault(Struct, frozen=True):
    """One thing to mend. `line` is None where the place is no line of the file."""

    file: str
    place: str
    wrong: Phrase
    right: Phrase
    line: int | None = None
    is_warning: bool = False

    def told(self, language: Language) -> str:
        """Put it on one line: where, what is wrong, what would be right."""
        spot = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f"{spot}: {self.place}" if self.place else spot
        colon, semicolon = ("\uff1a", "\uff1b") if language is Language.ZH else (": ", "; ")
        wrong, right = self.wrong.told(language), self.right.told(language)
        return _line(f"{where}{colon}{wrong}{semicolon}{right}")

    def plain(self, language: Language) -> dict[str, object]:
        """Give it for a program: the key of the fault stays the same in every language."""
        return {
            "file": _line(self.file),
            "line": self.line,
            "place": _line(self.place),
            "fault": self.wrong.key.removeprefix("fault."),
            "wrong": _line(self.wrong.told(language)),
            "right": _line(self.right.told(language)),
            "warning": self.is_warning,
        }


class ConfigFaults(Exception):
    """The configuration cannot be run: every fault of every file, and the warnings beside them."""

    def __init__(self, faults: Iterable[Fault], warnings: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(fault.told(Language.EN) for fault in self.faults))


class Faults:
    """Gathers what is found while a directory is read."""

    def __init__(self) -> None:
        self.grave: list[Fault] = []
        self.warnings: list[Fault] = []
        self._spoiled: set[str] = set()

    def add(self, fault: Fault) -> None:
        """Keep one more fault or warning."""
        if fault.is_warning:
            self.warnings.append(fault)
        else:
            self.grave.append(fault)
            self._spoiled.add(fault.file)

    def has(self, file: str) -> bool:
        """Say whether a file has a grave fault."""
        return file in self._spoiled

    def sort(self) -> None:
        """Bring them into the order in which a person mends: by file, then by line; each once."""
        for faults in (self.grave, self.warnings):
            unique = {(f.file, f.place, f.wrong.key): f for f in reversed(faults)}
            faults[:] = sorted(unique.values(), key=lambda f: (f.file, f.line or 0, f.place))


class Source:
    """One file as faults speak of it: its name, and in which line which place begins."""

    def __init__(self, name: str, faults: Faults, lines: dict[str, int] | None = None) -> None:
        self.name = name
        self._faults = faults
        self._lines = lines or {}

    def fault(
        self,
        place: str,
        wrong: Phrase,
        right: Phrase,
        line: int | None = None,
        *,
        warn: bool = False,
    ) -> None:
        """Report one thing at a place such as `device[2].profile`."""
        at = self.line(place) if line is None else line
        self._faults.add(Fault(self.name, place, wrong, right, at, warn))

    def warn(self, place: str, wrong: Phrase, right: Phrase) -> None:
        """Report something that is worth a look but stops nothing."""
        self.fault(place, wrong, right, warn=True)

    def line(self, place: str) -> int | None:
        """Give the line of a place, else of the nearest thing around it."""
        while place:
            if place in self._lines:
                return self._lines[place]
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return None


def _line(text: str) -> str:
    """Keep on one line whatever stands in a file: no control characters reach a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
