"""Reads the text of a profile and lists every fault in it, each with its place.

What one message and its fields say is read in message_file.py.
"""

import re
import tomllib
from datetime import timedelta

from edge.model import Kind, Value
from gateway.wire.advertisement import short_uuid
from gateway.wire.fields import Binary
from gateway.wire.framing import FrameKind
from gateway.wire.message_file import meanings, message_of, path_of, plain_format, template_of
from gateway.wire.places import Characteristic
from gateway.wire.profile import (
    VERSION,
    Ask,
    Example,
    Line,
    Message,
    Profile,
    ProfileError,
    Transport,
)
from gateway.wire.refusal import Refusal
from gateway.wire.section import Section
from gateway.wire.serial_spec import SerialSpec, framing_of

_ASKS = 16  # of one profile
_SENT = (
    512  # bytes: the longest value of a characteristic (Bluetooth Core, volume 3, part F, 3.2.9)
)
_UUID = re.compile(r"[0-9a-f]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def parse_profile(text: str, name: str) -> Profile:
    """Read a profile from its TOML text; raise ProfileError with every fault in it."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileError(name, [f"not TOML: {error}"]) from error
    faults: list[str] = []
    profile = _profile(Section(table, "", faults), name)
    if faults:
        raise ProfileError(name, faults)
    return profile


def _profile(top: Section, name: str) -> Profile:
    if top.raw("profile") != VERSION:
        top.fault("profile", f"must be {VERSION}, the version of the format")
    if top.text("id") != name:
        top.fault("id", f'must be the name of the file, "{name}"')
    source = top.one_of("source", Transport, Transport.MQTT) or Transport.MQTT
    port = top.section("serial")
    serial = framing_of(port) if port is not None else None
    if (serial is not None) is not (source is Transport.SERIAL):
        top.fault("serial", 'is for source = "serial", and must be there with it')
    line = _line_of(serial)
    messages = tuple(message_of(s, source, line) for s in top.sections("message"))
    if not messages:
        top.fault("message", "is missing; at least one [[message]] must say what to read")
    bridge, bridge_message = _bridge(top.section("bridge"))
    examples = tuple(_example(section) for section in top.sections("example"))
    if not examples:
        top.fault("example", "is missing; at least one [[example]] must show a real message")
    profile = Profile(
        id=name,
        title=(title := top.text("title")),
        title_zh=top.text("title_zh", title),
        source=source,
        bridge=bridge,
        kinds=frozenset(field.kind for m in messages for field in m.fields + m.alone),
        messages=messages,
        bridge_message=bridge_message,
        hears_neighbours=top.flag("hears_neighbours"),
        hold=top.duration("hold") or timedelta(minutes=30),
        silent_after=top.duration("silent_after") or timedelta(hours=24),
        clears_after=top.duration("clears_after"),
        examples=examples,
        serial=serial,
        models=top.texts("models"),
        eep=top.texts("eep"),
        asks=_asks(top, source, messages),
        recognise=top.texts("recognise"),
        knows_strangers=top.flag("stranger") if top.has("stranger") else True,
    )
    top.finish()
    return profile


def _asks(top: Section, source: Transport, messages: tuple[Message, ...]) -> tuple[Ask, ...]:
    asks = tuple(_ask(section) for section in top.sections("ask"))
    if asks and source is not Transport.BLE:
        top.fault("ask", 'is for source = "ble" only')
    elif asks and not any(isinstance(m.place, Characteristic) for m in messages):
        top.fault("ask", "needs a [[message]] with a characteristic, where the answer comes")
    if len(asks) > _ASKS:
        top.fault("ask", f"must stand there {_ASKS} times at most")
    return asks


def _ask(section: Section) -> Ask:
    uuid, send = short_uuid(section.text("characteristic")), section.hex("send")
    if isinstance(section.raw("characteristic"), str) and not _UUID.fullmatch(uuid):
        section.fault("characteristic", 'must be like "fee2", or the full uuid of 36 characters')
    if len(send) > _SENT or section.raw("send") == "":
        section.fault("send", f"must be 1 to {_SENT} bytes")
    every = section.duration("every")
    if every is not None and not every:
        section.fault("every", "must be 1s at least; leave it out to ask once")
    ask = Ask(uuid, send, every, section.flag("response"))
    section.finish()
    return ask


def _line_of(serial: SerialSpec | None) -> Line | None:
    if serial is None or serial.framing.kind is not FrameKind.LINE:
        return None
    return Line(serial.framing.separator, serial.framing.equals)


def _bridge(section: Section | None) -> tuple[str, Message | None]:
    if section is None:
        return "", None
    name = section.text("name")
    field = Binary(path_of(section, "path"), Kind.ONLINE, meanings(section))
    message = Message(template_of(section), plain_format(section), (field,))
    section.finish()
    return name, message


def _example(section: Section) -> Example:
    online = section.flag("bridge_online") if section.has("bridge_online") else None
    names = {reason.value: reason for reason in Refusal}
    reasons = section.texts("refused")
    for reason in reasons:
        if reason not in names:
            section.fault("refused", f'unknown "{reason}"; known: {", ".join(names)}')
    services = {short_uuid(key): data for key, data in _elements(section, "service_data")}
    example = Example(
        source=section.text("from"),
        topic=section.text("topic", ""),
        payload=section.text("payload", ""),
        readings=_readings(section.section("means")),
        is_retained=section.flag("retained"),
        bridge_online=online,
        refused=tuple(names[reason] for reason in reasons if reason in names),
        address=section.text("address", ""),
        characteristic=short_uuid(section.text("characteristic", "")),
        name=section.text("name", ""),
        manufacturer={int(key, 16): data for key, data in _elements(section, "manufacturer_data")},
        services=services,
        uuids=tuple(short_uuid(uuid) for uuid in section.texts("uuids")),
        bindkey=section.text("bindkey", ""),
    )
    section.finish()
    return example


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


def _elements(section: Section, key: str) -> list[tuple[str, bytes]]:
    """Read a table of hex numbers to hex bytes."""
    table = section.section(key)
    found = []
    for name in table.keys() if table is not None else ():
        data = table.hex(name) if table is not None else b""
        if key == "manufacturer_data" and not _is_company(name):
            section.fault(key, f'"{name[:20]}" must be 4 hex digits, as in "0157"')
        else:
            found.append((name, data))
    return found


def _is_company(text: str) -> bool:
    return len(text) == 4 and all(c in "0123456789abcdefABCDEF" for c in text)
