"""Reads where a value stands, as a profile writes it: a path, a place of bytes, a uuid.

It lists what can never be found; what the value means is field_file.py's.
"""

import re

from msgspec import Struct

from gateway.wire.advertisement import short_uuid
from gateway.wire.payload import LONGEST
from gateway.wire.places import MANUFACTURER, NAME, SERVICE
from gateway.wire.section import Section
from gateway.wire.slots import Coding, Slot
from gateway.wire.tlv import Walk
from gateway.wire.tokens import Path

COMPANY = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BITS = ("bit", "mask", "sign", "plus", "divide", "modulo")
PLACE = ("at", "type", *_BITS, "size", "of")
_LONGEST_TEXT = 64


class Body(Struct, frozen=True):
    """What a message holds, and so which places there are in it."""

    has_document: bool  # a JSON object or the parts of a line: paths lead somewhere
    has_bytes: bool
    is_advert: bool = False
    size: int | None = None  # bytes at most, where that is known
    walk: Walk | None = None


def path_of(section: Section, key: str) -> Path:
    """Read "a.b" or, where a name has a dot in it, ["a.b", "c"]."""
    if isinstance(section.raw(key), list):
        path = tuple(str(step) for step in section.list_of(key, (str,)))
    else:
        path = path_in(section.text(key))
    if section.raw(key) in ("", []):
        section.fault(key, 'must name something, for example "alarm.water"')
    return path


def path_in(written: str) -> Path:
    """Split a path at its dots."""
    return tuple(written.split("."))


def where_of(section: Section, body: Body) -> Path | Slot:
    """Read where a field or condition finds its value."""
    if not body.has_document:
        section.out_of_place(("path",), "is for JSON and lines; bytes have a place, at")
        return slot_of(section, body)
    if not body.has_bytes:
        section.out_of_place(PLACE, "is for bytes; JSON and lines have a path")
    elif section.has("path"):
        section.out_of_place(PLACE, "stands beside path; give one of them")
    else:
        return slot_of(section, body)
    return path_of(section, "path")


def slot_of(section: Section, body: Body) -> Slot:
    """Read a place of bytes."""
    coding = section.one_of("type", Coding, Coding.U8) or Coding.U8
    mask = minus = plus = divide = modulo = 0
    if coding.is_whole:
        most = (1 << coding.width * 8) - 1
        mask = _mask(section, coding)
        bits = (mask >> (mask & -mask).bit_length() - 1 if mask else most).bit_length()
        minus, plus = _bit(section, "sign", bits), _bit(section, "plus", bits)
        divide, modulo = section.whole("divide", 0, 1, most), section.whole("modulo", 0, 1, most)
    else:
        section.out_of_place(_BITS, f"is for whole numbers; {coding} is none")
    slot = Slot(
        at=section.whole("at", 0, -LONGEST, LONGEST - 1),
        coding=coding,
        mask=mask,
        size=_size(section, coding),
        of=_element(section, body),
        minus=minus,
        plus=plus,
        divide=divide,
        modulo=modulo,
    )
    _check_reach(section, slot, body)
    return slot


def uuid_of(section: Section, key: str) -> str:
    """Read the uuid of a service or characteristic."""
    written = section.text(key)
    return uuid_in(section, key, written) if isinstance(section.raw(key), str) else ""


def uuid_in(section: Section, key: str, written: str) -> str:
    """Give a uuid as it is compared; a fault where it is none."""
    uuid = short_uuid(written)
    if not _UUID.fullmatch(uuid):
        right = 'must be like "fee2", or the full uuid of 36 characters'
        section.fault(key, f'{right}, not "{written[:40]}"')
    return uuid


def _mask(section: Section, coding: Coding) -> int:
    bits = coding.width * 8
    if section.has("bit"):
        section.out_of_place(("mask",), "stands beside bit; give one of them")
        return _bit(section, "bit", bits)
    return section.whole("mask", 0, 1, (1 << bits) - 1)


def _bit(section: Section, key: str, bits: int) -> int:
    return 1 << section.whole(key, 0, 0, bits - 1) if section.has(key) else 0


def _size(section: Section, coding: Coding) -> int:
    if coding is not Coding.TEXT:
        if section.has("size"):
            section.fault("size", f'is for type = "text"; {coding} has its own')
        return 0
    if not section.has("size"):
        section.fault("size", f"is missing; a text has 1 to {_LONGEST_TEXT} bytes")
    return section.whole("size", 1, 1, _LONGEST_TEXT)


def _element(section: Section, body: Body) -> str:
    """Read the name of another element of the same advertisement."""
    if not section.has("of"):
        return ""
    if not body.is_advert:
        section.fault("of", "is for what Bluetooth devices advertise")
    written = section.text("of")
    sort, _, which = written.partition(":")
    if sort == MANUFACTURER and COMPANY.fullmatch(which):
        return written
    if sort == SERVICE:
        return f"{SERVICE}:{uuid_in(section, 'of', which)}"
    if written != NAME:
        section.fault("of", 'must be like "service:fd3d", "manufacturer:0969" or "name"')
    return NAME


def _check_reach(section: Section, slot: Slot, body: Body) -> None:
    """Note a place that no message can have."""
    if section.raw("at") is None:
        section.fault("at", "is missing; the place of the value, from 0, or from -1 backwards")
    elif -slot.width < slot.at < 0:
        section.fault("at", f"must be -{slot.width} or less: it has so many bytes")
    elif body.size is not None and not slot.of:
        reach = slot.at + slot.width if slot.at >= 0 else -slot.at
        if reach > body.size:
            section.fault("at", f"lies behind the end; the longest has {body.size} bytes")
