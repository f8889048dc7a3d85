"""What a profile says of one kind of device: places, fields, time-outs, examples.

Reading the text of one is profile_file.py's business, where the text lies the catalogue's, and
using it the decoder's.
"""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.checks import Check
from gateway.wire.conditions import Condition
from gateway.wire.envelope import Envelope
from gateway.wire.fields import Field, Path
from gateway.wire.places import Place
from gateway.wire.refusal import Refusal
from gateway.wire.serial_spec import SerialSpec
from gateway.wire.slots import Slot
from gateway.wire.tlv import Walk
from gateway.wire.topics import Template

VERSION = 1


class ProfileError(ValueError):
    """A profile that cannot be used, with every fault in it."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
        self.name = name
        self.faults = tuple(faults)


class Transport(StrEnum):
    """What brings the messages of a device."""

    MQTT = "mqtt"
    SERIAL = "serial"
    BLE = "ble"


class Format(StrEnum):
    """How the bytes of a message are to be read."""

    JSON = "json"  # an object
    EITHER = "either"  # an object, or one bare value for the first field
    LINE = "line"  # parts with a separator between, some of them key=value
    BYTES = "bytes"  # values at fixed places
    TLV = "tlv"  # items, each with its id


class Fixed(Struct, frozen=True):
    """A part of an address that is always the same: the input of a module, for example."""

    text: str


class Wrapped(Struct, frozen=True):
    """Bytes that travel as text inside a JSON object."""

    path: Path
    is_hex: bool  # else base64


class Line(Struct, frozen=True):
    """What stands between the parts of a line, and between a key and its value."""

    separator: str = ";"
    equals: str = "="


class Message(Struct, frozen=True):
    """One place where a device is heard, and what is to be found there."""

    place: Place
    format: Format
    fields: tuple[Field, ...]
    alone: tuple[Field, ...] = ()  # read only where none of the fields said anything
    time: Path | None = None
    who: tuple[Path | Slot | Fixed, ...] = ()  # which of the devices that share the place it is
    conditions: tuple[Condition, ...] = ()
    sizes: frozenset[int] = frozenset()  # bytes; empty: any
    shortest: int = 0
    envelope: Envelope | None = None
    walk: Walk = Walk()
    wrapped: Wrapped | None = None
    line: Line = Line()
    checks: tuple[Check, ...] = ()
    knows_strangers: bool = True

    @property
    def template(self) -> Template | None:
        """Give its topic; None where it does not come over MQTT."""
        return self.place if isinstance(self.place, Template) else None


class Example(Struct, frozen=True):
    """A message somebody has really seen or documented, and what it means."""

    source: str
    topic: str
    payload: str
    readings: dict[Kind, Value]
    is_retained: bool
    bridge_online: bool | None
    refused: tuple[Refusal, ...]
    address: str = ""
    characteristic: str = ""
    name: str = ""
    manufacturer: dict[int, bytes] = {}
    services: dict[str, bytes] = {}
    uuids: tuple[str, ...] = ()
    bindkey: str = ""


class Ask(Struct, frozen=True):
    """What a connected device must be sent before it says something."""

    characteristic: str  # where to write it
    send: bytes
    every: timedelta | None = None  # None: once after each connecting
    response: bool = False  # the device confirms that it has it


class Profile(Struct, frozen=True):
    """One kind of device."""

    id: str
    title: str
    title_zh: str
    source: Transport
    bridge: str  # the bridge between; empty where there is none
    kinds: frozenset[Kind]
    messages: tuple[Message, ...]
    bridge_message: Message | None
    hears_neighbours: bool  # subscribe so widely that devices nobody has set up are seen too
    hold: timedelta
    silent_after: timedelta
    clears_after: timedelta | None
    examples: tuple[Example, ...]
    serial: SerialSpec | None = None
    models: tuple[str, ...] = ()  # what a technician calls it
    eep: tuple[str, ...] = ()  # EnOcean equipment profiles
    asks: tuple[Ask, ...] = ()
    recognise: tuple[str, ...] = ()  # patterns of topics by which a stranger is known
    knows_strangers: bool = True
    bed: bool = False  # its "true" is somebody in a bed

    @property
    def characteristics(self) -> tuple[str, ...]:
        """Give the Bluetooth values that must be subscribed to."""
        uuids = (getattr(message.place, "uuid", "") for message in self.messages)
        return tuple(dict.fromkeys(uuid for uuid in uuids if uuid))

    def bridge_of(self, address: str) -> str:
        """Give the name of the bridge that speaks for an address, e.g. "zigbee2mqtt".

        Two bridges under different bases have different names, so one of them can be lost alone.
        """
        if self.bridge_message is None:
            return ""
        levels = address.split("/")[:-1]
        if self.bridge in levels:
            return "/".join(levels[: levels.index(self.bridge) + 1])
        return "/".join(levels) or self.bridge
