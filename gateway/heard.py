"""What somebody who looks for devices is shown of each: the shapes that travel to the commands.

Who was heard the register knows; here stands only how it is told, and how raw bytes are shown.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from edge.model import Freshness, Kind, Packet, Rule, Value
from gateway.wire.advertisement import unpack
from gateway.wire.payload import read_object
from gateway.wire.profile import Transport
from gateway.wire.refusal import Refused

LONGEST = 1024  # bytes of a message that are kept and shown

Part = tuple[str, str]  # what it is, one of those below, and its text, or its bytes in hex
TEXT, BYTES, NAME, UUIDS = "text", "bytes", "name", "uuids"
MAKER, SERVICE = "maker ", "service "  # with the number; bytes too


class Message(Struct, frozen=True, omit_defaults=True):
    """One message as it came, beside what it means."""

    seq: int  # rises with every message of the gateway
    at: datetime
    parts: tuple[Part, ...] = ()
    length: int = 0  # of the whole payload in bytes, of which a part may be shown
    freshness: Freshness = Freshness.LIVE
    readings: dict[Kind, Value] = {}
    refused: tuple[Refused, ...] = ()


class Heard(Struct, frozen=True, omit_defaults=True):
    """One device, set up or not, as it was heard last.

    `address` is what a household file would name it by: a topic, "port/device", a MAC. `profile` is
    that of its household, or the one proposed for a stranger; `others` would fit too, and where
    they call the device by another address it stands in `addresses`.
    """

    transport: str
    address: str
    known: tuple[str, str] | None = None  # household, device
    title: str = ""
    title_zh: str = ""
    profile: str = ""
    others: tuple[str, ...] = ()
    addresses: dict[str, str] = {}
    kinds: tuple[Kind, ...] = ()
    readings: dict[Kind, Value] = {}
    last: datetime | None = None  # live: what a broker had kept is no sign of life
    age_s: float | None = None
    count: int = 0  # messages since the start
    battery: float | None = None  # percent
    signal: int | None = None  # dBm below 0, else link quality to 255
    silent_since: datetime | None = None
    troubles: tuple[Rule, ...] = ()  # what else is wrong with it and was told
    tested_at: datetime | None = None  # the last test of it that arrived
    needs_key: bool = False  # it sends encrypted, and nobody has told the key


class Walked(Struct, frozen=True):
    """One reading of a home in which somebody walks about."""

    seq: int
    device: str
    room: str
    kind: Kind
    value: Value
    at: datetime
    freshness: Freshness = Freshness.LIVE


def parts_of(source: str, address: str, payload: bytes) -> tuple[Part, ...]:
    """Show a payload: text as text, an advertisement by its elements, other bytes in hex."""
    if source == Transport.BLE and "/" not in address:
        heard = unpack(payload)
        if heard is not None:
            named: Iterable[Part] = [(NAME, heard.name)] if heard.name else []
            makers = [(f"{MAKER}{n:04x}", data.hex()) for n, data in heard.manufacturer.items()]
            services = [(f"{SERVICE}{name}", data.hex()) for name, data in heard.services.items()]
            uuids = [(UUIDS, " ".join(heard.uuids))] if heard.uuids else []
            return (*named, *makers, *services, *uuids)
    text = _text(payload) if source != Transport.BLE else ""
    return ((TEXT, text) if text else (BYTES, payload.hex()),)


def is_bytes(what: str) -> bool:
    """Say whether a part is bytes in hex."""
    return what == BYTES or what.startswith((MAKER, SERVICE))


def _text(payload: bytes) -> str:
    """Give a payload that is text; empty where it is none. A cut may part a character."""
    for shorter in range(4):
        try:
            text = payload[: len(payload) - shorter].decode()
        except UnicodeDecodeError:
            continue
        return text if text.replace("\n", "").replace("\t", "").isprintable() else ""
    return ""


def signal_of(packet: Packet, readings: dict[Kind, Value]) -> int | None:
    """Give how well it is heard: what the radio measured, else what the bridge says."""
    if packet.source == Transport.BLE and "/" not in packet.address:
        heard = unpack(packet.payload)
        return None if heard is None else heard.rssi
    quality = readings.get(Kind.LINK_QUALITY)
    if quality is not None:
        return int(quality)
    document = read_object(packet.payload, []) if packet.source == Transport.MQTT else None
    said = (document or {}).get("linkquality")
    if not isinstance(said, int) or isinstance(said, bool):
        return None
    return said if 0 <= said <= 255 else None


class Before(Struct, frozen=True):
    """What is known of a device beyond this start."""

    heard_at: datetime | None = None
    silent_since: datetime | None = None  # told as silent, since then
    battery: float | None = None
    link: int | None = None
    tested_at: datetime | None = None
    troubles: tuple[Rule, ...] = ()


class Said:
    """One message, not yet made ready for people's eyes; of a long one the beginning."""

    __slots__ = ("length", "packet", "refused", "seq", "values")

    def __init__(
        self, seq: int, packet: Packet, values: dict[Kind, Value], refused: tuple[Refused, ...]
    ) -> None:
        self.seq = seq
        self.length = len(packet.payload)
        if self.length > LONGEST:
            packet = replace(packet, payload=packet.payload[:LONGEST])
        self.packet = packet
        self.values = values
        self.refused = refused

    def message(self) -> Message:
        """Make it ready."""
        packet = self.packet
        return Message(
            self.seq,
            packet.received.wall,
            parts_of(packet.source, packet.address, packet.payload),
            self.length,
            packet.freshness,
            self.values,
            self.refused,
        )
