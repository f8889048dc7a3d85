"""From one value in a document to the value of a reading.

A field knows where it stands, which kind it is of and which values it believes. It never guesses:
absent and null are not known, and everything unexpected is refused with a reason.
"""

import math
from typing import Literal

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.conditions import Condition
from gateway.wire.refusal import Refusal, Refused, refused, safe
from gateway.wire.slots import Slot
from gateway.wire.tokens import Path, Token, dig, name_of_type, token

__all__ = [
    "RANGES",
    "TESTABLE",
    "Binary",
    "Constant",
    "Field",
    "Number",
    "Path",
    "Token",
    "dig",
    "name_of_type",
    "token",
]

# What each kind that is a number can be at all; a profile may narrow it.
RANGES: dict[Kind, tuple[float, float]] = {
    Kind.STEPS: (0, 100_000_000),
    Kind.BATTERY: (0, 100),
    Kind.TEMPERATURE: (-60, 125),
    Kind.BODY_TEMPERATURE: (25, 45),
    Kind.HUMIDITY: (0, 100),
    Kind.ILLUMINANCE: (0, 200_000),
    Kind.HEART_RATE: (20, 300),
    Kind.SPO2: (50, 100),
    Kind.LINK_QUALITY: (0, 255),
}
WHOLE = frozenset({Kind.STEPS})
# A device under test says these without there being a fire, a leak or a person in need.
TESTABLE = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS, Kind.LEAK, Kind.SOS, Kind.FALL})

Where = Path | Slot


class Binary(Struct, frozen=True):
    """A field whose values mean yes, no, or nothing; words are compared without regard to case."""

    where: Where
    kind: Kind
    meanings: dict[Token, Literal[True, False] | None]
    tags: frozenset[int] = frozenset()  # of the items of a walk; empty: the message itself
    conditions: tuple[Condition, ...] = ()
    above: float | None = None  # a number above it means yes
    below: float | None = None  # a number below it means yes

    def read(self, raw: object) -> Value | Refused | None:
        """Give the value; None where it says nothing; a refusal for everything unexpected."""
        if self.above is not None or self.below is not None:
            return self._compared(raw)
        if type(raw) not in (bool, str, int, float):
            return refused(Refusal.WRONG_TYPE, f"{self.kind}: {name_of_type(raw)}")
        try:
            return self.meanings[token(raw)]
        except KeyError:
            return self._unexpected(raw)

    def _compared(self, raw: object) -> Value | Refused:
        if type(raw) is not int and type(raw) is not float:
            return refused(Refusal.WRONG_TYPE, f"{self.kind}: {name_of_type(raw)}")
        if not math.isfinite(raw):
            return refused(Refusal.NOT_A_NUMBER, self.kind)
        is_above = self.above is not None and raw > self.above
        return is_above or (self.below is not None and raw < self.below)

    def _unexpected(self, raw: object) -> Refused:
        if isinstance(raw, float) and not math.isfinite(raw):
            return refused(Refusal.NOT_A_NUMBER, self.kind)
        types = {of for of, _ in self.meanings}
        reason = Refusal.UNKNOWN_VALUE if token(raw)[0] in types else Refusal.WRONG_TYPE
        return refused(reason, f"{self.kind}: {safe(raw)}")


class Number(Struct, frozen=True):
    """A field that is a number: raw * scale + offset, within a range; some values mean nothing."""

    where: Where
    kind: Kind
    low: float
    high: float
    scale: float = 1.0
    offset: float = 0.0
    missing: frozenset[float] = frozenset()
    tags: frozenset[int] = frozenset()
    conditions: tuple[Condition, ...] = ()
    is_text: bool = False  # written in digits and a point, as text
    is_clamped: bool = False  # beyond the range is at its end
    curve: tuple[
        tuple[float, float], ...
    ] = ()  # raw and value; straight lines between, flat outside
    digits: int | None = None  # behind the point, to which the value is rounded

    def read(self, raw: object) -> Value | Refused | None:
        """Give the value; None where it says nothing; a refusal for everything unexpected."""
        if self.is_text and isinstance(raw, str):
            raw = _number_in(raw)
        # Not isinstance: a bool is an int to Python, but no number on a wire.
        if type(raw) is not int and type(raw) is not float:
            return refused(Refusal.WRONG_TYPE, f"{self.kind}: {name_of_type(raw)}")
        if not -1e15 < raw < 1e15:
            return self._beyond(raw)
        if raw in self.missing:
            return None
        value = self._on_curve(raw) if self.curve else raw
        value = round(value * self.scale + self.offset, 6) if self._is_scaled else value
        if self.digits is not None:
            value = round(value, self.digits)
        if self.is_clamped:
            value = min(max(value, self.low), self.high)
        if not self.low <= value <= self.high:
            return refused(Refusal.OUT_OF_RANGE, f"{self.kind}: {raw}")
        return round(value) if self.kind in WHOLE else value

    def _on_curve(self, raw: float) -> float:
        (left, low), *rest = self.curve
        if raw <= left:
            return low
        for right, high in rest:
            if raw <= right:
                return round(low + (high - low) * (raw - left) / (right - left), 6)
            left, low = right, high
        return low

    @property
    def _is_scaled(self) -> bool:
        return self.scale != 1.0 or self.offset != 0.0

    def _beyond(self, raw: int | float) -> Refused:
        if isinstance(raw, float) and not math.isfinite(raw):
            return refused(Refusal.NOT_A_NUMBER, self.kind)
        return refused(Refusal.OUT_OF_RANGE, f"{self.kind}: {safe(raw)}")


class Constant(Struct, frozen=True):
    """A field that says always the same: that the message came at all is the news."""

    kind: Kind
    value: Value
    tags: frozenset[int] = frozenset()
    conditions: tuple[Condition, ...] = ()


Field = Binary | Number | Constant


def _number_in(text: str) -> object:
    """Read a number as a person would write it; anything else stays text."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number
