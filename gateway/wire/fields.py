"""From one value in a document to the value of a reading.

A field knows where it stands, which kind it is of and which values it believes. It never guesses:
absent and null are not known, and everything unexpected is refused with a reason.
"""

import math
from typing import Literal

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.refusal import Refusal, Refused, refused, safe

# What each kind that is a number can be at all; a profile may narrow it.
RANGES: dict[Kind, tuple[float, float]] = {
    Kind.STEPS: (0, 100_000_000),
    Kind.BATTERY: (0, 100),
    Kind.TEMPERATURE: (-60, 125),
    Kind.HUMIDITY: (0, 100),
    Kind.ILLUMINANCE: (0, 200_000),
    Kind.HEART_RATE: (20, 300),
    Kind.SPO2: (50, 100),
    Kind.LINK_QUALITY: (0, 255),
}
WHOLE = frozenset({Kind.STEPS})
# A device under test says these without there being a fire, a leak or a person in need.
TESTABLE = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS, Kind.LEAK, Kind.SOS, Kind.FALL})

Path = tuple[str, ...]
# The type stands with the value because in Python True == 1, and on a wire it does not.
Token = tuple[type, object]


class Binary(Struct, frozen=True):
    """A field whose values mean yes, no, or nothing; words are compared without regard to case."""

    path: Path
    kind: Kind
    meanings: dict[Token, Literal[True, False] | None]

    def read(self, raw: object) -> Value | Refused | None:
        """Give the value; None where it says nothing; a refusal for everything unexpected."""
        if type(raw) not in (bool, str, int, float):
            return refused(Refusal.WRONG_TYPE, f"{self.kind}: {name_of_type(raw)}")
        try:
            return self.meanings[token(raw)]
        except KeyError:
            return self._unexpected(raw)

    def _unexpected(self, raw: object) -> Refused:
        if isinstance(raw, float) and not math.isfinite(raw):
            return refused(Refusal.NOT_A_NUMBER, self.kind)
        types = {of for of, _ in self.meanings}
        reason = Refusal.UNKNOWN_VALUE if token(raw)[0] in types else Refusal.WRONG_TYPE
        return refused(reason, f"{self.kind}: {safe(raw)}")


class Number(Struct, frozen=True):
    """A field that is a number: raw * scale + offset, within a range; some values mean nothing."""

    path: Path
    kind: Kind
    low: float
    high: float
    scale: float = 1.0
    offset: float = 0.0
    missing: frozenset[float] = frozenset()

    def read(self, raw: object) -> Value | Refused | None:
        """Give the value; None where it says nothing; a refusal for everything unexpected."""
        # Not isinstance: a bool is an int to Python, but no number on a wire.
        if type(raw) is not int and type(raw) is not float:
            return refused(Refusal.WRONG_TYPE, f"{self.kind}: {name_of_type(raw)}")
        if not -1e15 < raw < 1e15:
            return self._beyond(raw)
        if raw in self.missing:
            return None
        value = raw * self.scale + self.offset if self._is_scaled else raw
        if not self.low <= value <= self.high:
            return refused(Refusal.OUT_OF_RANGE, f"{self.kind}: {raw}")
        return round(value) if self.kind in WHOLE else value

    @property
    def _is_scaled(self) -> bool:
        return self.scale != 1.0 or self.offset != 0.0

    def _beyond(self, raw: int | float) -> Refused:
        if isinstance(raw, float) and not math.isfinite(raw):
            return refused(Refusal.NOT_A_NUMBER, self.kind)
        return refused(Refusal.OUT_OF_RANGE, f"{self.kind}: {safe(raw)}")


Field = Binary | Number


def token(raw: object) -> Token:
    """Give what two equal values on a wire have in common: " On" and "ON", 1 and 1.0, not True."""
    if isinstance(raw, str):
        return str, raw.strip().casefold()
    if isinstance(raw, bool):
        return bool, raw
    return int, raw


def name_of_type(raw: object) -> str:
    """Give the JSON word for the type of a value."""
    names = {bool: "boolean", str: "text", dict: "object", list: "list", type(None): "null"}
    return names.get(type(raw), "number")


def dig(document: object, path: Path) -> object:
    """Follow a path into objects, and into lists by number; None where it leads nowhere."""
    for key in path:
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document
