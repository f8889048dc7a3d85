"""Makes a field of what a device declares of one property, or says why there is none.

The names stand in names.py; where the declaration comes from (a bridge's list of devices, Home
Assistant's discovery) is the business of exposes.py and discovery.py.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, NamedTuple

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.fields import RANGES, Binary, Number
from gateway.wire.refusal import Refused
from gateway.wire.selfdescribed.names import (
    ACTION,
    BINARY,
    CALLS_FOR_HELP,
    ENUM,
    FAHRENHEIT,
    NUMBER,
    UNITS,
    WORDS,
)
from gateway.wire.tokens import Path, Token, token

_PLAIN = (bool, str, int, float)
# Longer ones are no words; what is kept of a device has to have a bound.
_LONGEST_WORD = 100


class Words(Struct, frozen=True):
    """A field that only some words say yes to; every other value says nothing."""

    where: Path
    kind: Kind
    on: frozenset[str]

    def read(self, raw: object) -> Value | Refused | None:
        """Give the value; None where it says nothing."""
        return True if isinstance(raw, str) and token(raw)[1] in self.on else None


Field = Binary | Number | Words


class Unmapped(NamedTuple):
    """Something a device declares that is not read, and why."""

    device: str
    name: str
    reason: str


class Type(StrEnum):
    """What a device says a property is."""

    BINARY = "binary"
    ENUM = "enum"
    NUMERIC = "numeric"


class Declared(Struct, frozen=True):
    """What a device says of one property; the name is without its endpoint, in small letters."""

    name: str
    path: Path
    type: Type
    on: object = True
    off: object = False
    words: tuple[object, ...] = ()
    unit: str = ""
    low: float | None = None
    high: float | None = None
    can_be_set: bool = False
    of_cover: bool = False


def field_of(declared: Declared) -> Field | str:
    """Make a field; or give the reason why this is no reading."""
    if declared.type is Type.BINARY:
        return _binary(declared)
    return _enum(declared) if declared.type is Type.ENUM else _numeric(declared)


def binary(path: Path, kind: Kind, on: object, off: object) -> Binary:
    """Make a yes-or-no field of the two values that a device declares."""
    meanings: dict[Token, Literal[True, False] | None] = {token(on): True}
    meanings.setdefault(token(off), False)
    if not isinstance(on, bool) and kind is not Kind.CONTACT_OPEN:
        # Some declare ON and OFF and send true and false. A contact is left out: which of the two
        # would be open?
        meanings.setdefault((bool, True), True)
        meanings.setdefault((bool, False), False)
    return Binary(path, kind, meanings)


def number(
    path: Path, kind: Kind, unit: str, low: float | None = None, high: float | None = None
) -> Number | str:
    """Make a number of what a device declares; or give the reason why its unit is not ours."""
    unit = unit.strip().casefold()
    if unit not in UNITS[kind]:
        return f'a {kind} in "{unit[:20]}"'
    lowest, highest = RANGES[kind]
    if kind is Kind.BATTERY and high is not None and high > highest:
        return f"a battery of up to {high:g} is not in percent"
    if unit in FAHRENHEIT:
        return Number(path, kind, lowest, highest, 5 / 9, -160 / 9)
    # A battery that is declared to end at 1 % will still be empty one day.
    bottom = lowest if low is None or kind is Kind.BATTERY else max(low, lowest)
    top = highest if high is None else min(high, highest)
    if bottom < top:
        lowest, highest = bottom, top
    return Number(path, kind, lowest, highest)


def words(path: Path, kind: Kind, declared: Iterable[object]) -> Binary | str:
    """Make a yes-or-no field of the words that a device declares."""
    yes, no = WORDS[kind]
    meanings: dict[Token, Literal[True, False] | None] = {}
    for word in declared:
        if isinstance(word, str) and _is_plain(word):
            key = token(word)
            meanings[key] = True if key[1] in yes else False if key[1] in no else None
    if True not in meanings.values():
        return f"no word of it is known to mean {kind}"
    return Binary(path, kind, meanings)


def calls_for_help(path: Path, declared: Iterable[object]) -> Words | None:
    """Make a field of the actions of a button; None where none of them calls for help."""
    spoken = {token(word)[1] for word in declared if isinstance(word, str)}
    on = frozenset(str(word) for word in spoken if str(word) in CALLS_FOR_HELP)
    return Words(path, Kind.SOS, on) if on else None


def values(fields: Iterable[tuple[Field, object]], notes: list[Refused]) -> dict[Kind, Value]:
    """Read fields, each with what stands in its place; None is not known, a yes outweighs a no."""
    found: dict[Kind, Value] = {}
    for field, raw in fields:
        value = None if raw is None else field.read(raw)
        if isinstance(value, Refused):
            notes.append(value)
        elif value is not None and (field.kind not in found or value is True):
            found[field.kind] = value
    return found


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN and (not isinstance(value, str) or len(value) <= _LONGEST_WORD)


def _binary(declared: Declared) -> Field | str:
    kind = BINARY.get(declared.name)
    if kind is None:
        return "not known by this name"
    if declared.of_cover and declared.name == "moving":
        return "a cover that moves is nobody's movement"
    # What can be set is a setting; but one contact sensor lets itself be set.
    if declared.can_be_set and kind is not Kind.CONTACT_OPEN:
        return "a setting"
    if not _is_plain(declared.on) or not _is_plain(declared.off):
        return "yes and no are no plain values"
    if token(declared.on) == token(declared.off):
        return "yes and no are the same"
    if declared.name == "garage_door_contact":
        # Its false is "open" whichever of the two is declared to be "on".
        return binary(declared.path, kind, False, True)
    return binary(declared.path, kind, declared.on, declared.off)


def _enum(declared: Declared) -> Field | str:
    if declared.can_be_set:
        return "a setting"
    if declared.name == ACTION:
        return calls_for_help(declared.path, declared.words) or "no action calls for help"
    kind = ENUM.get(declared.name)
    if kind is None:
        return "not known by this name"
    return words(declared.path, kind, declared.words)


def _numeric(declared: Declared) -> Field | str:
    kind = NUMBER.get(declared.name)
    if kind is None:
        return "a number, no alarm" if declared.name in BINARY else "not known by this name"
    if declared.can_be_set:
        return "a setting"
    return number(declared.path, kind, declared.unit, declared.low, declared.high)
