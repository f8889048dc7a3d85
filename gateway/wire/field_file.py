"""Reads one field or condition of a profile: what a value means, and what must stand beside it.

It lists every fault; where the value stands is read in slot_file.py.
"""

from collections.abc import Callable
from itertools import pairwise

from msgspec.structs import replace

from edge.model import Kind
from gateway.wire.conditions import Condition
from gateway.wire.fields import RANGES, Binary, Constant, Field, Number
from gateway.wire.section import Section, finite, shown
from gateway.wire.slot_file import PLACE, Body, where_of
from gateway.wire.slots import Slot
from gateway.wire.tlv import Walk
from gateway.wire.tokens import Path, Token, token

_PLAIN = (bool, str, int, float)
_MEANINGS: dict[str, bool | None] = {"on": True, "off": False, "ignore": None}


def field_of(section: Section, body: Body) -> tuple[Field | None, bool]:
    """Read a field, and whether it is read only where no other says anything."""
    kind = section.one_of("kind", Kind)
    is_alone = section.flag("alone")
    tags = _tags(section, body.walk)
    within = body if body.walk is None else replace(body, size=_longest(tags, body.walk))
    conditions = conditions_of(section, within)
    if kind is None:
        return None, is_alone
    if section.has("value"):
        section.out_of_place(("path", *PLACE), "says nothing beside value")
        field: Field = Constant(kind, _constant(section, kind), tags, conditions)
    else:
        where = where_of(section, within)
        read: Callable[..., Field] = _number if kind in RANGES else _binary
        field = read(section, where, kind, tags, conditions)
    section.finish()
    return field, is_alone


def conditions_of(section: Section, body: Body) -> tuple[Condition, ...]:
    """Read what must stand elsewhere for a message or field to be meant."""
    return tuple(_condition(each, body) for each in section.sections("when"))


def meanings(section: Section) -> dict[Token, bool | None]:
    """Read which values mean yes, no and nothing."""
    found: dict[Token, bool | None] = {}
    for key, meaning in _MEANINGS.items():
        for value in section.list_of(key, _PLAIN):
            if found.setdefault(token(value), meaning) is not meaning:
                section.fault(key, f"{shown(value)} is already in another list")
    if True not in found.values():
        section.fault("on", "is missing; it must list the values that mean yes")
    return found


def hex_number(section: Section, key: str, written: str, width: int) -> int:
    """Read a number of so many bytes at most; -1 after a fault."""
    digits = written.strip()
    if digits and len(digits) <= width * 2 and all(c in "0123456789abcdefABCDEF" for c in digits):
        return int(digits, 16)
    wrong = f'"{written[:20]}" must be {width * 2} hexadecimal digits'
    section.fault(key, wrong)
    return -1


def _tags(section: Section, walk: Walk | None) -> frozenset[int]:
    """Read which items of a walk are meant; some must be."""
    if walk is None:
        section.out_of_place(("tag",), 'is for format = "tlv"')
        return frozenset()
    written = section.one_or_more("tag")
    if not written:
        section.fault("tag", 'is missing; it must be the id of an item, in hex: "2d"')
    tags = {each: hex_number(section, "tag", each, walk.id_bytes) for each in written}
    for each, tag in tags.items():
        if tag >= 0 and not walk.length_bytes and tag not in walk.sizes:
            section.fault("tag", f'"{each}" is not in the sizes of tlv, which must list it')
    return frozenset(tags.values())


def _longest(tags: frozenset[int], walk: Walk) -> int | None:
    """Give the bytes of the longest of these items; None where they say it themselves."""
    sizes = [walk.sizes.get(tag, -1) for tag in tags]
    return None if walk.length_bytes or not sizes or -1 in sizes else max(sizes)


def _condition(section: Section, body: Body) -> Condition:
    where = where_of(section, body)
    condition = Condition(
        where,
        frozenset(token(value) for value in section.list_of("is", _PLAIN)),
        frozenset(token(value) for value in section.list_of("not", _PLAIN)),
        section.number("low", None),
        section.number("high", None),
        section.flag("has") if section.has("has") else None,
    )
    if condition == Condition(where):
        section.fault("is", "is missing; or not, low, high or has")
    if condition.is_there is False:
        section.out_of_place(("is", "not", "low", "high"), "cannot hold where there is no value")
    low, high = condition.low, condition.high
    if low is not None and high is not None and low > high:
        section.fault("low", f"must be at most {high:g}, which is high")
    section.finish()
    return condition


def _constant(section: Section, kind: Kind) -> bool | int | float:
    value = section.raw("value")
    if kind not in RANGES:
        if not isinstance(value, bool):
            section.fault("value", "must be true or false")
        return value is True
    low, high = RANGES[kind]
    if finite(value) is None or not isinstance(value, int | float) or not low <= value <= high:
        section.fault("value", f"must be a number from {low} to {high}, not {shown(value)}")
        return low
    return value


def _binary(
    section: Section,
    where: Path | Slot,
    kind: Kind,
    tags: frozenset[int],
    conditions: tuple[Condition, ...],
) -> Binary:
    above, below = section.number("above", None), section.number("below", None)
    if section.has("above") or section.has("below"):
        section.out_of_place(_MEANINGS, "says nothing beside above or below")
        return Binary(where, kind, {}, tags, conditions, above, below)
    return Binary(where, kind, meanings(section), tags, conditions)


def _number(
    section: Section,
    where: Path | Slot,
    kind: Kind,
    tags: frozenset[int],
    conditions: tuple[Condition, ...],
) -> Number:
    low, high = _range(section, kind)
    return Number(
        where,
        kind,
        low,
        high,
        section.number("scale", 1.0),
        section.number("offset", 0.0),
        frozenset(section.numbers("missing")),
        tags,
        conditions,
        section.flag("text"),
        section.flag("clamp"),
        _curve(section),
        section.whole("digits", 0, -6, 6) if section.has("digits") else None,
    )


def _range(section: Section, kind: Kind) -> tuple[float, float]:
    low, high = RANGES[kind]
    if not section.has("range"):
        return low, high
    match section.numbers("range"):
        case (lowest, highest) if low <= lowest < highest <= high:
            return lowest, highest
    section.fault("range", f"must be [lowest, highest] within [{low}, {high}]")
    return low, high


def _curve(section: Section) -> tuple[tuple[float, float], ...]:
    if not section.has("curve"):
        return ()
    found = []
    for point in section.list_of("curve", (list,)):
        pair = [finite(each) for each in point] if isinstance(point, list) else []
        match pair:
            case [float() as raw, float() as value]:
                found.append((raw, value))
            case _:
                section.fault("curve", "must be pairs of numbers, [raw, value]")
    if not found or any(left >= right for (left, _), (right, _) in pairwise(found)):
        section.fault("curve", "must have pairs that rise, for example [[2000, 0], [3000, 100]]")
    return tuple(found)
