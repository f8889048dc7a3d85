"""Reads one [[example]] of a profile: what was heard, and what it means.

It lists every fault; whether the example holds is found out in proof.py.
"""

import re

from edge.model import Kind, Value
from gateway.wire.guard import key_of
from gateway.wire.profile import Example, Transport
from gateway.wire.refusal import Refusal
from gateway.wire.section import Section, shown
from gateway.wire.slot_file import COMPANY, uuid_in, uuid_of

_ADDRESS = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", re.ASCII)
_OVER_MQTT = ("topic", "retained", "bridge_online")
_ADVERTISED = ("name", "service_data", "manufacturer_data", "uuids")
_OVER_BLE = ("address", "characteristic", "bindkey", *_ADVERTISED)


def example_of(section: Section, source: Transport, *, is_line: bool) -> Example:
    """Read one example of a profile that is heard over this transport."""
    if source is not Transport.MQTT:
        section.out_of_place(_OVER_MQTT, 'is for source = "mqtt"')
    if source is not Transport.BLE:
        section.out_of_place(_OVER_BLE, 'is for source = "ble"')
    elif section.has("characteristic"):
        section.out_of_place(_ADVERTISED, "is advertised; a characteristic is not")
    else:
        section.out_of_place(("payload",), "is for a characteristic; say whose value it is")
    services, manufacturer = _services(section), _manufacturer(section)
    example = Example(
        source=section.text("from"),
        topic=section.text("topic") if source is Transport.MQTT else "",
        payload=_payload(section, is_hex=source is not Transport.MQTT and not is_line),
        readings=_readings(section.section("means")),
        is_retained=section.flag("retained"),
        bridge_online=section.flag("bridge_online") if section.has("bridge_online") else None,
        refused=_refused(section),
        address=_address(section),
        characteristic=uuid_of(section, "characteristic") if section.has("characteristic") else "",
        name=section.text("name", ""),
        manufacturer=manufacturer,
        services=services,
        uuids=tuple(uuid_in(section, "uuids", uuid) for uuid in section.texts("uuids")),
        bindkey=_bindkey(section),
    )
    section.finish()
    return example


def _payload(section: Section, *, is_hex: bool) -> str:
    if is_hex and section.has("payload"):
        return section.hex("payload").hex()
    return section.text("payload", "")


def _refused(section: Section) -> tuple[Refusal, ...]:
    names = {reason.value: reason for reason in Refusal}
    reasons = section.texts("refused")
    for reason in reasons:
        if reason not in names:
            section.fault("refused", f'unknown "{reason}"; known: {", ".join(names)}')
    return tuple(names[reason] for reason in reasons if reason in names)


def _address(section: Section) -> str:
    written = section.text("address", "")
    if section.has("address") and not _ADDRESS.fullmatch(written):
        section.fault("address", f'must be like "A4:C1:38:8D:18:B2", not {shown(written)}')
    return written


def _bindkey(section: Section) -> str:
    written = section.text("bindkey", "")
    if section.has("bindkey"):
        try:
            key_of(written)
        except ValueError as error:
            section.fault("bindkey", str(error))
    return written


def _readings(means: Section | None) -> dict[Kind, Value]:
    if means is None:
        return {}
    readings: dict[Kind, Value] = {}
    for kind in Kind:
        value = means.raw(kind.value)
        if isinstance(value, bool | int | float):
            readings[kind] = value
        elif value is not None:
            means.fault(kind.value, "must be true, false or a number")
    means.finish()
    return readings


def _services(section: Section) -> dict[str, bytes]:
    table = section.section("service_data")
    if table is None:
        return {}
    names = table.keys()
    return {uuid_in(table, name, name): table.hex(name) for name in names}


def _manufacturer(section: Section) -> dict[int, bytes]:
    table = section.section("manufacturer_data")
    found: dict[int, bytes] = {}
    for name in table.keys() if table is not None else ():
        if table is not None and COMPANY.fullmatch(name):
            found[int(name, 16)] = table.hex(name)
        else:
            section.fault("manufacturer_data", f'"{name[:20]}" must be 4 hex digits: "0157"')
    return found
