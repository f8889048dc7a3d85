"""Reads one [[message]] of a profile: where it arrives, how it is written, what its fields are.

It lists faults and never guesses; the rest of the file is profile_file.py's.
"""

from collections.abc import Callable
from itertools import pairwise

from edge.model import Kind
from gateway.wire.advertisement import short_uuid
from gateway.wire.conditions import Condition
from gateway.wire.envelope import Envelope
from gateway.wire.fields import RANGES, Binary, Constant, Field, Number
from gateway.wire.places import MANUFACTURER, NAME, SERVICE, Advert, Characteristic, Place, Port
from gateway.wire.profile import Fixed, Format, Line, Message, Transport, Wrapped
from gateway.wire.section import Section
from gateway.wire.serial_spec import check_of
from gateway.wire.slots import Coding, Slot
from gateway.wire.tlv import Walk
from gateway.wire.tokens import Path, Token, token
from gateway.wire.topics import Template

_PLAIN = (Format.JSON, Format.EITHER)
_BINARY = (Format.BYTES, Format.TLV)


def message_of(section: Section, source: Transport, line: Line | None) -> Message:
    """Read one message of a device that is heard over this transport."""
    place = _place(section, source)
    form = Format.LINE if line is not None else _format(section, source)
    wrapped = _wrapped(section) if source is Transport.MQTT else None
    if source is Transport.MQTT and (wrapped is None) is not (form in _PLAIN):
        section.fault("format", "bytes and tlv need base64 or hex, the path of the text; json not")
    read = [_field(field, is_bytes=form in _BINARY) for field in section.sections("field")]
    if not read:
        section.fault("field", "is missing; a message without a field says nothing")
    message = Message(
        place=place,
        format=form,
        fields=tuple(field for field, is_alone in read if field is not None and not is_alone),
        alone=tuple(field for field, is_alone in read if field is not None and is_alone),
        time=path_of(section, "time") if section.has("time") else None,
        who=_who(section),
        conditions=_conditions(section),
        sizes=frozenset(section.whole_numbers("sizes")),
        shortest=int(section.number("shortest", 0)),
        envelope=section.one_of("envelope", Envelope) if section.has("envelope") else None,
        walk=_walk(section) if form is Format.TLV else Walk(),
        wrapped=wrapped,
        line=line or Line(),
        checks=tuple(check_of(check) for check in section.sections("checksum")),
        knows_strangers=section.flag("stranger") if section.has("stranger") else True,
    )
    section.finish()
    return message


def template_of(section: Section) -> Template:
    """Read a topic with its placeholder."""
    try:
        return Template.parse(section.text("topic"))
    except ValueError as error:
        section.fault("topic", str(error))
        return Template("", "address", "", "")


def plain_format(section: Section) -> Format:
    """Read the format of a message that is not bytes."""
    form = section.one_of("format", Format, Format.JSON) or Format.JSON
    if form not in _PLAIN:
        section.fault("format", "must be json or either here")
    return form


def path_of(section: Section, key: str) -> Path:
    """Read "a.b" or, where a name has a dot in it, ["a.b", "c"]."""
    if isinstance(section.raw(key), list):
        return tuple(str(step) for step in section.list_of(key, (str,)))
    return _path(section.text(key))


def meanings(section: Section) -> dict[Token, bool | None]:
    """Read which values mean yes, no and nothing."""
    lists: list[tuple[str, bool | None]] = [("on", True), ("off", False), ("ignore", None)]
    found: dict[Token, bool | None] = {}
    for key, meaning in lists:
        for value in section.list_of(key, (bool, str, int, float)):
            if found.setdefault(token(value), meaning) is not meaning:
                section.fault(key, f"{value!r} is already in another list")
    if True not in found.values():
        section.fault("on", "is missing; it must list the values that mean yes")
    return found


def _path(written: str) -> Path:
    return tuple(written.split("."))


# -- where and how


def _place(section: Section, source: Transport) -> Place:
    if source is Transport.MQTT:
        return template_of(section)
    if source is Transport.SERIAL:
        return Port()
    if section.has("characteristic"):
        return Characteristic(short_uuid(section.text("characteristic")))
    return _advert(section)


def _advert(section: Section) -> Advert:
    companies = section.one_or_more("manufacturer_data")
    services = section.one_or_more("service_data")
    if not (companies or services or section.flag("name_only")):
        section.fault("service_data", "or manufacturer_data, characteristic or name_only must be")
    numbers = [company for company in companies if company != "*"]
    for written in numbers:
        if len(written) != 4 or not all(c in "0123456789abcdefABCDEF" for c in written):
            section.fault("manufacturer_data", f'"{written[:20]}" is not like "0157"')
            numbers = []
    return Advert(
        services=tuple(short_uuid(service) for service in services),
        companies=tuple(int(written, 16) for written in numbers),
        any_company="*" in companies,
        with_company=section.flag("include_company"),
        names=section.texts("names"),
        uuids=tuple(short_uuid(uuid) for uuid in section.texts("uuids")),
    )


def _format(section: Section, source: Transport) -> Format:
    usual = Format.JSON if source is Transport.MQTT else Format.BYTES
    form = section.one_of("format", Format, usual) or usual
    if form is Format.LINE or (source is not Transport.MQTT and form not in _BINARY):
        section.fault("format", "must be bytes or tlv here")
    return form


def _wrapped(section: Section) -> Wrapped | None:
    for key in ("base64", "hex"):
        if section.has(key):
            return Wrapped(path_of(section, key), is_hex=key == "hex")
    return None


def _walk(section: Section) -> Walk:
    table = section.section("tlv")
    if table is None:
        section.fault("tlv", "is missing; [message.tlv] must say how the items are written")
        return Walk()
    id_bytes, length_bytes = int(table.number("id", 1)), int(table.number("length", 0))
    order = table.text("id_endian", "big")
    if id_bytes not in (1, 2, 3) or length_bytes not in (0, 1, 2) or order not in ("big", "little"):
        table.fault("id", "must be 1 to 3 bytes, length 0 to 2, id_endian big or little")
    sizes = _sizes(table.section("sizes"))
    if not (length_bytes or sizes):
        table.fault("sizes", "is missing; without a length each id must have its size")
    end = min(int(table.number("end", 0)), 0)
    walk = Walk(int(table.number("start", 0)), id_bytes, order, length_bytes, end, sizes)
    table.finish()
    return walk


def _sizes(table: Section | None) -> dict[int, int]:
    sizes = {}
    for key in table.keys() if table is not None else ():
        size = table.raw(key) if table is not None else None
        if table is not None and (type(size) is not int or not -1 <= size <= 255):
            table.fault(key, "must be a number of bytes, or -1 where a length byte follows")
        elif isinstance(size, int) and table is not None:
            sizes[_hex_number(table, key, key)] = size
    return sizes


def _hex_number(section: Section, key: str, written: str) -> int:
    try:
        return int(written, 16)
    except ValueError:
        section.fault(key, f'"{written[:20]}" is not hexadecimal')
        return -1


def _who(section: Section) -> tuple[Path | Slot | Fixed, ...]:
    """Read which device it is: a path, slot or fixed text, or a list of them."""
    value = section.raw("who")
    found: list[Path | Slot | Fixed] = []
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, str):
            found.append(_path(part))
        elif isinstance(part, dict):
            found.append(_part_of_who(Section(part, f"{section.place}.who", section.faults)))
    if value is not None and not found:
        section.fault("who", "must be paths or places of bytes")
    return tuple(found)


def _part_of_who(table: Section) -> Slot | Fixed:
    if not table.has("text"):
        return _slot(table, whole=True)
    fixed = Fixed(table.text("text"))
    table.finish()
    return fixed


# -- values


def _where(section: Section, *, is_bytes: bool) -> Path | Slot:
    if section.has("path") or not is_bytes:
        return path_of(section, "path")
    return _slot(section)


def _slot(section: Section, *, whole: bool = False) -> Slot:
    coding = section.one_of("type", Coding, Coding.U8) or Coding.U8
    mask = _bit(section, "bit") or int(section.number("mask", 0))
    if mask and not coding.is_whole:
        section.fault("mask", "is for whole numbers")
    size = int(section.number("size", 0))
    if coding is Coding.TEXT and not 0 < size <= 64:
        section.fault("size", "is missing; a text has a number of bytes, at most 64")
    if section.raw("at") is None:
        section.fault("at", "is missing; the place of the value, from 0, or from -1 backwards")
    slot = Slot(
        at=int(section.number("at", 0)),
        coding=coding,
        mask=max(mask, 0),
        size=size,
        of=_element(section),
        minus=_bit(section, "sign"),
        plus=_bit(section, "plus"),
        divide=max(int(section.number("divide", 0)), 0),
        modulo=max(int(section.number("modulo", 0)), 0),
    )
    if whole:
        section.finish()
    return slot


def _bit(section: Section, key: str) -> int:
    return 1 << min(max(int(section.number(key, 0)), 0), 63) if section.has(key) else 0


def _element(section: Section) -> str:
    """Read the name of another element of the same advertisement."""
    written = section.text("of", "")
    sort, _, which = written.partition(":")
    if not written:
        return ""
    if sort == MANUFACTURER and len(which) == 4 and _hex_number(section, "of", which) >= 0:
        return written
    if sort == SERVICE:
        return f"{SERVICE}:{short_uuid(which)}"
    if written != NAME:
        section.fault("of", 'must be like "service:fd3d", "manufacturer:0969" or "name"')
    return NAME


def _conditions(section: Section) -> tuple[Condition, ...]:
    return tuple(_condition(each) for each in section.sections("when"))


def _condition(section: Section) -> Condition:
    where: Path | Slot = path_of(section, "path") if section.has("path") else _slot(section)
    plain = (bool, str, int, float)
    condition = Condition(
        where,
        frozenset(token(value) for value in section.list_of("is", plain)),
        frozenset(token(value) for value in section.list_of("not", plain)),
        section.number("low", 0) if section.has("low") else None,
        section.number("high", 0) if section.has("high") else None,
        section.flag("has") if section.has("has") else None,
    )
    if condition == Condition(where):
        section.fault("is", "is missing; or not, low, high or has")
    section.finish()
    return condition


def _field(section: Section, *, is_bytes: bool) -> tuple[Field | None, bool]:
    kind = section.one_of("kind", Kind)
    is_alone = section.flag("alone")
    tags = frozenset(_hex_number(section, "tag", tag) for tag in section.one_or_more("tag"))
    conditions = _conditions(section)
    field: Field | None = None
    if kind is not None and section.has("value"):
        field = Constant(kind, _constant(section, kind), tags, conditions)
    elif kind is not None:
        where = _where(section, is_bytes=is_bytes)
        read: Callable[..., Field] = _number if kind in RANGES else _binary
        field = read(section, where, kind, tags, conditions)
    if kind is not None:
        section.finish()
    return field, is_alone


def _constant(section: Section, kind: Kind) -> bool | int | float:
    value = section.raw("value")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, bool | int | float) and is_number is (kind in RANGES):
        return value
    section.fault("value", f"must be {'a number' if kind in RANGES else 'true or false'}")
    return False


def _binary(
    section: Section,
    where: Path | Slot,
    kind: Kind,
    tags: frozenset[int],
    conditions: tuple[Condition, ...],
) -> Binary:
    above = section.number("above", 0) if section.has("above") else None
    below = section.number("below", 0) if section.has("below") else None
    compares = above is not None or below is not None
    return Binary(
        where, kind, {} if compares else meanings(section), tags, conditions, above, below
    )


def _number(
    section: Section,
    where: Path | Slot,
    kind: Kind,
    tags: frozenset[int],
    conditions: tuple[Condition, ...],
) -> Number:
    low, high = RANGES[kind]
    given = [float(str(end)) for end in section.list_of("range", (int, float))]
    if given and (len(given) != 2 or not low <= given[0] < given[1] <= high):
        section.fault("range", f"must be [lowest, highest] within [{low}, {high}]")
    elif given:
        low, high = given
    missing = frozenset(float(str(value)) for value in section.list_of("missing", (int, float)))
    return Number(
        where,
        kind,
        low,
        high,
        section.number("scale", 1.0),
        section.number("offset", 0.0),
        missing,
        tags,
        conditions,
        section.flag("text"),
        section.flag("clamp"),
        _curve(section),
        int(section.number("digits", 0)) if section.has("digits") else None,
    )


def _curve(section: Section) -> tuple[tuple[float, float], ...]:
    points = section.list_of("curve", (list,))
    found = []
    for point in points:
        match point:
            case [int() | float() as raw, int() | float() as value]:
                found.append((float(raw), float(value)))
            case _:
                section.fault("curve", "must be pairs of numbers, [raw, value]")
    if any(left >= right for (left, _), (right, _) in pairwise(found)):
        section.fault("curve", "must rise from pair to pair")
    return tuple(found)
