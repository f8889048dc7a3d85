"""Reads the text of a profile and lists every fault in it, each with its place.

What one message says is read in message_file.py, an example in example_file.py.
"""

import tomllib
from datetime import timedelta

from edge.model import Kind
from gateway.wire.example_file import example_of
from gateway.wire.field_file import meanings
from gateway.wire.fields import Binary
from gateway.wire.framing import FrameKind
from gateway.wire.message_file import message_of, plain_format, template_of
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
from gateway.wire.section import Section
from gateway.wire.serial_spec import SerialSpec, framing_of
from gateway.wire.slot_file import path_of, uuid_of

_ASKS = 16  # of one profile
_SENT = (
    512  # bytes: the longest value of a characteristic (Bluetooth Core, volume 3, part F, 3.2.9)
)
_OVER_MQTT = ("bridge", "hears_neighbours", "recognise")


def parse_profile(text: str, name: str) -> Profile:
    """Read a profile from its TOML text; raise ProfileError with every fault in it."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits among them
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
    serial = _serial(top, source)
    line = _line_of(serial)
    messages = tuple(message_of(s, source, line) for s in top.sections("message"))
    if not messages:
        top.fault("message", "is missing; at least one [[message]] must say what to read")
    if source is not Transport.MQTT:
        top.out_of_place(_OVER_MQTT, 'is for source = "mqtt"')
    bridge, bridge_message = _bridge(top.section("bridge"))
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
        examples=_examples(top, source, line),
        serial=serial,
        models=top.texts("models"),
        eep=top.texts("eep"),
        asks=_asks(top, source, messages),
        recognise=top.texts("recognise"),
        knows_strangers=top.flag("stranger") if top.has("stranger") else True,
        bed=top.flag("bed"),
    )
    top.finish()
    return profile


def _serial(top: Section, source: Transport) -> SerialSpec | None:
    port = top.section("serial")
    serial = framing_of(port) if port is not None else None
    if (serial is not None) is not (source is Transport.SERIAL):
        top.fault("serial", 'is for source = "serial", and must be there with it')
    return serial


def _examples(top: Section, source: Transport, line: Line | None) -> tuple[Example, ...]:
    is_line = line is not None
    examples = tuple(example_of(each, source, is_line=is_line) for each in top.sections("example"))
    if not examples:
        top.fault("example", "is missing; at least one [[example]] must show a real message")
    return examples


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
    uuid, send = uuid_of(section, "characteristic"), section.hex("send")
    if len(send) > _SENT or section.raw("send") == "":
        section.fault("send", f"must be 1 to {_SENT} bytes")
    ask = Ask(uuid, send, section.duration("every"), section.flag("response"))
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
