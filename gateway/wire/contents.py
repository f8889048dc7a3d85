"""From a packet to what its fields can be looked up in: a document, bytes, or both.

It knows how each transport carries a message; what the fields mean, meaning.py reads.
"""

import binascii
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from edge.model import Packet
from gateway.wire.advertisement import Advertisement, unpack
from gateway.wire.payload import LONGEST, Document, read_either, read_object
from gateway.wire.places import Advert, element
from gateway.wire.profile import Fixed, Format, Line, Message, Wrapped
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.slots import Slot
from gateway.wire.tokens import Path, dig

_LONGEST_NAME = 64


class Content(Struct, frozen=True):
    """What one message holds; `heard` is the advertisement around it."""

    document: Document | None = None
    data: bytes = b""
    heard: Advertisement | None = None
    service: str = ""

    def find(self, where: Path | Slot) -> object:
        """Give the raw value at a place; None where there is none."""
        if isinstance(where, Slot):
            return where.read(self._data_of(where))
        return dig(self.document, where)

    def name(self, where: Path | Slot | Fixed) -> str | None:
        """Give the value at a place as it stands in an address; None where there is none."""
        if isinstance(where, Fixed):
            return where.text
        if isinstance(where, Slot):
            if where.mask:
                value = where.read(self._data_of(where))
                return None if value is None else f"{value:x}" if isinstance(value, int) else None
            part = where.bytes_in(self._data_of(where))
            if part is None:
                return None
            return (part[::-1] if where.coding.value.endswith("le") else part).hex()
        named = dig(self.document, where)
        if isinstance(named, bool) or not isinstance(named, str | int):
            return None
        name = str(named)
        return name if len(name) <= _LONGEST_NAME else None

    def _data_of(self, slot: Slot) -> bytes:
        if not slot.of:
            return self.data
        return (element(self.heard, slot.of) if self.heard is not None else None) or b""


Reader = Callable[[Packet, list[Refused]], Iterable[Content]]


def reader(message: Message, *, is_stranger: bool = False) -> Reader:
    """Give what turns the packets of this message into contents; refusals go into the list."""
    place = message.place
    if isinstance(place, Advert):
        return lambda packet, _: _advertised(packet, place, is_stranger=is_stranger)
    if message.format in (Format.BYTES, Format.TLV):
        wrapped = message.wrapped
        return _plain if wrapped is None else lambda p, notes: _unwrapped(p, notes, wrapped)
    if message.format is Format.LINE:
        return lambda packet, notes: _line(packet, notes, message.line)
    read = read_either if message.format is Format.EITHER else read_object
    return lambda packet, notes: _document(packet, notes, read)


def _advertised(packet: Packet, place: Advert, *, is_stranger: bool) -> Iterator[Content]:
    heard = unpack(packet.payload)
    if heard is not None and place.fits(heard, is_stranger=is_stranger):
        for service, data in place.payloads(heard):
            yield Content(None, data, heard, service)


def _plain(packet: Packet, notes: list[Refused]) -> Iterator[Content]:
    if len(packet.payload) > LONGEST:
        notes.append(refused(Refusal.TOO_LONG, f"{len(packet.payload)} bytes"))
    else:
        yield Content(None, packet.payload)


def _unwrapped(packet: Packet, notes: list[Refused], wrapped: Wrapped) -> Iterator[Content]:
    document = read_object(packet.payload, notes)
    text = dig(document, wrapped.path)
    if not isinstance(text, str):
        return
    try:
        decoded = (
            bytes.fromhex(text) if wrapped.is_hex else binascii.a2b_base64(text, strict_mode=True)
        )
    except ValueError:
        notes.append(refused(Refusal.DAMAGED, ".".join(wrapped.path)))
        return
    yield Content(document, decoded)


def _line(packet: Packet, notes: list[Refused], line: Line) -> Iterator[Content]:
    """Read `20;12;Pir;ID=aa66;PIR=ON;`: parts by their number, and those with a key by it."""
    if len(packet.payload) > LONGEST:
        notes.append(refused(Refusal.TOO_LONG, f"{len(packet.payload)} bytes"))
        return
    document: dict[str, object] = {}
    text = packet.payload.decode(errors="replace")
    for number, part in enumerate(text.split(line.separator)):
        key, equals, value = part.partition(line.equals)
        if equals:
            document[key.strip()] = value.strip()
        else:
            document[str(number)] = part.strip()
    yield Content(document)


def _document(
    packet: Packet,
    notes: list[Refused],
    read: Callable[[bytes, list[Refused]], Document | None],
) -> Iterable[Content]:
    document = read(packet.payload, notes)
    return () if document is None else (Content(document),)
