"""Reads one [[message]] of a profile: where it arrives, how it is written, whose it is.

It lists faults and never guesses; its fields are field_file.py's, the rest of the file is
profile_file.py's.
"""

from msgspec.structs import replace

from gateway.wire.checks import Check
from gateway.wire.envelope import Envelope
from gateway.wire.field_file import conditions_of, field_of, hex_number
from gateway.wire.fields import Field
from gateway.wire.payload import LONGEST
from gateway.wire.places import Advert, Characteristic, Place, Port
from gateway.wire.profile import Fixed, Format, Line, Message, Transport, Wrapped
from gateway.wire.section import Section
from gateway.wire.serial_spec import check_of
from gateway.wire.slot_file import COMPANY, Body, path_in, path_of, slot_of, uuid_in, uuid_of
from gateway.wire.slots import Slot
from gateway.wire.tlv import Walk
from gateway.wire.tokens import Path
from gateway.wire.topics import Template

_PLAIN = (Format.JSON, Format.EITHER)
_BINARY = (Format.BYTES, Format.TLV)
_DATA = ("service_data", "manufacturer_data")
_ADVERTISED = (*_DATA, "name_only", "include_company", "names", "uuids")


def message_of(section: Section, source: Transport, line: Line | None) -> Message:
    """Read one message of a device that is heard over this transport."""
    _check_transport(section, source)
    place = _place(section, source)
    form = _format(section, source) if line is None else _line_format(section)
    wrapped = _wrapped(section) if source is Transport.MQTT else None
    if source is Transport.MQTT and (wrapped is None) is not (form in _PLAIN):
        section.fault("format", "bytes and tlv need base64 or hex, the path of the text; json not")
    sizes, shortest = _sizes_of(section, form)
    envelope = section.one_of("envelope", Envelope) if _has_envelope(section, source) else None
    body = Body(
        has_document=source is Transport.MQTT or form is Format.LINE,
        has_bytes=form in _BINARY,
        is_advert=isinstance(place, Advert),
        size=_most(place, sizes),
    )
    walk = _walk(section, form)
    inside = body if envelope is None else replace(body, size=None)
    inside = inside if walk is None else replace(inside, walk=walk)
    fields, alone = _fields(section, inside)
    message = Message(
        place=place,
        format=form,
        fields=fields,
        alone=alone,
        time=path_of(section, "time") if _has_time(section, source) else None,
        who=_who(section, body) if source is not Transport.BLE else (),
        conditions=conditions_of(section, body),
        sizes=sizes,
        shortest=shortest,
        envelope=envelope,
        walk=walk or Walk(),
        wrapped=wrapped,
        line=line or Line(),
        checks=_checks(section, form),
        knows_strangers=section.flag("stranger") if section.has("stranger") else True,
    )
    section.finish()
    return message


def _fields(section: Section, inside: Body) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Give the fields, and those that are read only where none of the others said anything."""
    read = [field_of(field, inside) for field in section.sections("field")]
    if not read:
        section.fault("field", "is missing; a message without a field says nothing")
    fields = tuple(field for field, is_alone in read if field is not None and not is_alone)
    return fields, tuple(field for field, is_alone in read if field is not None and is_alone)


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


# -- where it arrives


def _check_transport(section: Section, source: Transport) -> None:
    """Note the keys that belong to another transport."""
    if source is not Transport.MQTT:
        section.out_of_place(("topic", "base64", "hex", "time"), 'is for source = "mqtt"')
    if source is Transport.BLE:
        section.out_of_place(("who",), "is for MQTT and serial; here each device has an address")
    else:
        keys = (*_ADVERTISED, "characteristic", "envelope")
        section.out_of_place(keys, 'is for source = "ble"')


def _has_envelope(section: Section, source: Transport) -> bool:
    return source is Transport.BLE and section.has("envelope")


def _has_time(section: Section, source: Transport) -> bool:
    return source is Transport.MQTT and section.has("time")


def _place(section: Section, source: Transport) -> Place:
    if source is Transport.MQTT:
        return template_of(section)
    if source is Transport.SERIAL:
        return Port()
    if section.has("characteristic"):
        section.out_of_place(_ADVERTISED, "is advertised; a characteristic is not")
        return Characteristic(uuid_of(section, "characteristic"))
    return _advert(section)


def _advert(section: Section) -> Advert:
    companies = section.one_or_more("manufacturer_data")
    services = section.one_or_more("service_data")
    is_name_only = section.flag("name_only")
    if not (companies or services or is_name_only):
        section.fault("service_data", "or manufacturer_data, characteristic or name_only must be")
    elif (companies or services) and section.has("name_only"):
        section.fault("name_only", "says that no data are needed; leave out it or the data")
    numbers = [company for company in companies if company != "*"]
    for written in numbers:
        if not COMPANY.fullmatch(written):
            section.fault("manufacturer_data", f'"{written[:20]}" is not like "0157"')
            numbers = []
    return Advert(
        services=tuple(uuid_in(section, "service_data", service) for service in services),
        companies=tuple(int(written, 16) for written in numbers),
        any_company="*" in companies,
        with_company=section.flag("include_company"),
        names=section.texts("names"),
        uuids=tuple(uuid_in(section, "uuids", uuid) for uuid in section.texts("uuids")),
    )


# -- how it is written


def _format(section: Section, source: Transport) -> Format:
    usual = Format.JSON if source is Transport.MQTT else Format.BYTES
    form = section.one_of("format", Format, usual) or usual
    if form is Format.LINE or (source is not Transport.MQTT and form not in _BINARY):
        section.fault("format", "must be bytes or tlv here")
        return usual
    return form


def _line_format(section: Section) -> Format:
    section.out_of_place(("format",), "is not for lines, which have only one")
    return Format.LINE


def _wrapped(section: Section) -> Wrapped | None:
    if section.has("base64"):
        section.out_of_place(("hex",), "stands beside base64; give one of them")
        return Wrapped(path_of(section, "base64"), is_hex=False)
    return Wrapped(path_of(section, "hex"), is_hex=True) if section.has("hex") else None


def _sizes_of(section: Section, form: Format) -> tuple[frozenset[int], int]:
    """Read which sizes it may have, and which at least."""
    if form not in _BINARY:
        section.out_of_place(("sizes", "shortest", "checksum"), "is for bytes")
        return frozenset(), 0
    sizes = frozenset(section.whole_numbers("sizes", 0, LONGEST))
    shortest = section.whole("shortest", 0, 0, LONGEST)
    if sizes and shortest > max(sizes):
        section.fault("shortest", f"must be {max(sizes)} at most, the longest of the sizes")
    return sizes, shortest


def _most(place: Place, sizes: frozenset[int]) -> int | None:
    """Give the bytes that it has at most; None where that is not known."""
    if isinstance(place, Advert) and not (place.services or place.companies or place.any_company):
        return 0
    return max(sizes) if sizes else None


def _checks(section: Section, form: Format) -> tuple[Check, ...]:
    if form not in _BINARY:
        return ()
    return tuple(check_of(check) for check in section.sections("checksum"))


def _walk(section: Section, form: Format) -> Walk | None:
    if form is not Format.TLV:
        section.out_of_place(("tlv",), 'is for format = "tlv"')
        return None
    table = section.section("tlv")
    if table is None:
        section.fault("tlv", "is missing; [message.tlv] must say how the items are written")
        return None
    walk = _walk_in(table)
    table.finish()
    return walk


def _walk_in(table: Section) -> Walk:
    id_bytes, length_bytes = table.whole("id", 1, 1, 3), table.whole("length", 0, 0, 2)
    order = table.text("id_endian", "big")
    if order not in ("big", "little"):
        table.fault("id_endian", "must be big or little")
    sizes: dict[int, int] = {}
    if length_bytes:
        table.out_of_place(("sizes",), "says nothing beside length: each item says its own")
    else:
        sizes = _sizes(table.section("sizes"), id_bytes)
        if not sizes:
            table.fault("sizes", "is missing; without a length each id must have its size")
    start, end = table.whole("start", 0, 0, LONGEST), table.whole("end", 0, -LONGEST, 0)
    return Walk(start, id_bytes, order, length_bytes, end, sizes)


def _sizes(table: Section | None, id_bytes: int) -> dict[int, int]:
    sizes = {}
    for key in table.keys() if table is not None else ():
        size = table.raw(key) if table is not None else None
        if table is not None and (type(size) is not int or not -1 <= size <= 255):
            table.fault(key, "must be a number of bytes, or -1 where a length byte follows")
        elif isinstance(size, int) and table is not None:
            sizes[hex_number(table, key, key, id_bytes)] = size
    return sizes


# -- whose it is


def _who(section: Section, body: Body) -> tuple[Path | Slot | Fixed, ...]:
    """Read which device it is: a path, slot or fixed text, or a list of them."""
    value = section.raw("who")
    if value is None:
        return ()
    parts = value if isinstance(value, list) else [value]
    if not parts:
        section.fault("who", "must be a path, a place of bytes or a text, or a list of them")
    return tuple(_part_of_who(section, part, number, body) for number, part in enumerate(parts))


def _part_of_who(section: Section, part: object, number: int, body: Body) -> Path | Slot | Fixed:
    place = f"who[{number}]"
    if isinstance(part, str):
        if not body.has_document:
            section.fault(place, "a path is for JSON and lines; bytes have a place, at")
        elif not part:
            section.fault(place, "must name something")
        return path_in(part)
    if not isinstance(part, dict):
        section.fault(place, "must be a path, a place of bytes or a text")
        return Fixed("")
    table = Section(part, f"{section.place}.{place}", section.faults)
    found: Slot | Fixed
    if "text" in part:
        found = Fixed(table.text("text"))
    elif body.has_bytes:
        found = slot_of(table, body)
    else:
        section.fault(place, "a place of bytes is not for JSON and lines; give a path")
        return Fixed("")
    table.finish()
    return found
