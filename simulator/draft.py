"""A message in the making: an example of a profile, taken apart, changed, and put together again.

It knows how messages are built; what is to be changed in them is devices.py's.
"""

from collections.abc import Iterable
from typing import cast

from edge.model import Kind, Packet
from gateway.wire import bthome
from gateway.wire.advertisement import Advertisement, pack, unpack
from gateway.wire.conditions import Condition
from gateway.wire.contents import Content
from gateway.wire.envelope import Envelope, opened
from gateway.wire.fields import Constant, Field
from gateway.wire.frame_spec import Framing
from gateway.wire.guard import Guard
from gateway.wire.payload import read_either
from gateway.wire.places import MANUFACTURER, NAME, SERVICE, Advert, element
from gateway.wire.profile import Format, Message
from gateway.wire.slots import Slot
from gateway.wire.tokens import Path, dig
from simulator.closing import Seal, checked, enveloped, framed
from simulator.documents import line_document, put, put_part, remove, text_of, unwrapped, wrapped
from simulator.encoding import Undraftable, fulfilling, written

_PLAIN_V1 = "181c"
_COUNTED = 0  # the object of BTHome that numbers the messages


class Draft:
    """One message of a device; every method raises Undraftable where it cannot."""

    def __init__(self, message: Message, packet: Packet, guard: Guard, framing: Framing | None):
        """Take an example apart, with the guard that has its key."""
        self._message = message
        self._framing = framing
        self._document: object = None
        self._parts: list[str] = []
        self._heard: Advertisement | None = None
        self._element = ""
        self._data = packet.payload
        self._outer = b""  # as it came, envelope and all
        self._items: list[tuple[int, bytes]] = []
        self._tail = b""
        self._open(packet, guard)

    def make(self, field: Field, raw: object, tag: int | None) -> None:
        """Let a field say `raw`; `tag` is the item that has it, where there are items."""
        if tag is not None and tag not in [each for each, _ in self._items]:
            self._add(tag)
        self._fulfil(field.conditions, tag)
        if not isinstance(field, Constant):
            self._put_one(field.where, [raw], tag)

    def leave_out(self, kind: Kind) -> None:
        """Say nothing of a kind."""
        for field in self._message.fields + self._message.alone:
            if field.kind is not kind:
                continue
            self._items = [(tag, data) for tag, data in self._items if tag not in field.tags]
            for where in _wheres(field):
                if isinstance(where, tuple) and isinstance(self._document, dict):
                    remove(self._document, where)

    def mean(self) -> None:
        """Let it be this message and no other: fulfil its conditions; drop the device's clock."""
        self._fulfil(self._message.conditions, None)
        if self._message.time is not None and isinstance(self._document, dict):
            # An old example's time is not the time at which this is said.
            remove(self._document, self._message.time)

    def name(self, names: list[str]) -> None:
        """Put in which of the devices that share its place it is."""
        for where, text in zip(self._message.who, names, strict=True):
            if isinstance(where, Slot):
                self._name_in_bytes(where, text)
            elif isinstance(where, tuple):
                old = dig(self._dictionary(), where)
                is_number = isinstance(old, int) and text.isdecimal()
                self._put_one(where, [int(text) if is_number else text], None)
            elif where.text != text:
                raise Undraftable(f"it is {where.text} and not {text}")

    def payload(self, seal: Seal) -> bytes:
        """Put it together: items, envelope, checksums, frame."""
        message = self._message
        if message.format is Format.LINE:
            return message.line.separator.join(self._parts).encode()
        if message.format in (Format.JSON, Format.EITHER):
            return text_of(self._document)
        data = checked(self._closed(seal), message.checks)
        if message.wrapped is not None:
            put(self._dictionary(), message.wrapped.path, wrapped(data, message.wrapped.is_hex))
            return text_of(self._document)
        if self._heard is not None:
            return pack(self._advertised(data, is_sealed=bool(seal.key)))
        return framed(data, self._framing) if self._framing is not None else data

    # -- taking apart

    def _open(self, packet: Packet, guard: Guard) -> None:
        message, service = self._message, ""
        if message.format is Format.LINE:
            self._parts = packet.payload.decode().split(message.line.separator)
            return
        if isinstance(message.place, Advert):
            service = self._open_advertisement(message.place)
        elif message.wrapped is not None or message.format in (Format.JSON, Format.EITHER):
            self._document = read_either(packet.payload, [])
            if message.wrapped is None:
                return
            self._data = unwrapped(self._document, message.wrapped.path, message.wrapped.is_hex)
        self._outer = self._data
        if message.envelope is not None:
            inside = opened(message.envelope, self._data, packet.address, guard, service)
            if not isinstance(inside, bytes):
                raise Undraftable("its envelope cannot be opened")
            self._data = inside
        if message.format is Format.TLV:
            self._open_items()

    def _open_advertisement(self, place: Advert) -> str:
        self._heard = heard = unpack(self._data) or Advertisement()
        found = place.payloads(heard)
        if not found:
            raise Undraftable("it has no such element")
        service, data = found[0]
        self._data, self._element = data, f"{SERVICE}:{service}"
        if not service:
            company = next((n for n in heard.manufacturer if n in place.companies), None)
            company = next(iter(heard.manufacturer), 0) if company is None else company
            self._element = f"{MANUFACTURER}:{company:04x}" if found != [("", b"")] else NAME
        return service

    def _open_items(self) -> None:
        walk = self._message.walk
        self._items = list(walk.items(self._data))
        at = len(self._data[: walk.start]) + len(self._joined())
        self._tail, self._data = self._data[at:], self._data[: walk.start]

    # -- changing

    def _fulfil(self, conditions: Iterable[Condition], tag: int | None) -> None:
        for condition in conditions:
            if not condition.holds(self._find(condition.where, tag)):
                raws = [None] if condition.is_there is False else fulfilling(condition)
                self._put_one(condition.where, raws, tag)

    def _add(self, tag: int) -> None:
        walk = self._message.walk
        size = 0 if walk.length_bytes else walk.sizes.get(tag, 0)
        wheres = [
            field.where
            for field in self._message.fields
            if not isinstance(field, Constant) and tag in field.tags
        ]
        need = [where.at + where.width for where in wheres if isinstance(where, Slot)]
        # Items stand in the order of their ids: BTHome asks for it, the others do not mind.
        at = sum(each < tag for each, _ in self._items)
        self._items.insert(at, (tag, bytes(size if size > 0 else max(need, default=0))))

    def _find(self, where: Path | Slot, tag: int | None) -> object:
        data = self._data if tag is None else dict(self._items)[tag]
        document = self._dictionary() if self._parts else self._document
        if isinstance(where, Slot) and self._is_own(where):
            return where.read(data)
        return Content(cast("dict[str, object]", document), data, self._heard).find(where)

    def _is_own(self, slot: Slot) -> bool:
        """Say whether a slot names the very element that the bytes at hand are."""
        return slot.of == self._element and self._message.envelope is None

    def _put_one(self, where: Path | Slot, raws: Iterable[object], tag: int | None) -> None:
        for raw in raws:
            done = (
                self._write(where, raw, tag) if isinstance(where, Slot) else self._set(where, raw)
            )
            if done:
                return
        raise Undraftable(f"nothing that is wanted fits at {where}")

    def _write(self, slot: Slot, raw: object, tag: int | None) -> bool:
        if slot.of and not self._is_own(slot):
            return self._write_beside(slot, raw)
        if tag is not None:
            return self._write_in_items(slot, raw, tag)
        data = written(slot, self._data, raw)
        self._data = self._data if data is None else data
        return data is not None

    def _write_in_items(self, slot: Slot, raw: object, tag: int) -> bool:
        changed = []
        for each, data in self._items:
            now = written(slot, data, raw) if each == tag else data
            if now is None:
                return False
            changed.append((each, now))
        self._items = changed
        return True

    def _write_beside(self, slot: Slot, raw: object) -> bool:
        """Write into another element of the advertisement, or around what is sealed in this one."""
        beside = element(self._heard, slot.of) if self._heard is not None else None
        data = None if beside is None else written(slot, beside, raw)
        if data is None or self._heard is None or slot.of == NAME:
            return False
        self._heard = _with_element(self._heard, slot.of, data)
        self._outer = data if slot.of == self._element else self._outer
        return True

    def _set(self, path: Path, raw: object) -> bool:
        if self._parts:
            return put_part(self._parts, self._message.line.equals, path[0], raw)
        if not isinstance(self._document, dict):
            self._document = raw
            return True
        if raw is None:
            return remove(self._document, path)
        return put(self._document, path, raw)

    def _name_in_bytes(self, slot: Slot, text: str) -> None:
        try:
            if slot.mask:
                self._put_one(slot, [int(text, 16)], None)
                return
            name = bytes.fromhex(text)
        except ValueError as error:
            raise Undraftable(f"{text!r} is no number in hex") from error
        if len(name) != slot.width or slot.bytes_in(self._data) is None:
            raise Undraftable(f"{text!r} has not as many bytes as an address here")
        at = slot.at if slot.at >= 0 else len(self._data) + slot.at
        name = name[::-1] if slot.coding.value.endswith("le") else name
        self._data = self._data[:at] + name + self._data[at + len(name) :]

    def _dictionary(self) -> dict[str, object]:
        if self._parts:
            return line_document(self._parts, self._message.line.equals)
        if not isinstance(self._document, dict):
            raise Undraftable("it is no JSON object")
        return self._document

    # -- putting together

    def _joined(self) -> bytes:
        walk, joined = self._message.walk, b""
        for tag, data in self._items:
            order = "little" if walk.id_order == "little" else "big"
            joined += tag.to_bytes(walk.id_bytes, order)  # type: ignore[arg-type]
            if walk.length_bytes or walk.sizes.get(tag) == -1:
                joined += len(data).to_bytes(walk.length_bytes or 1, "little")
            joined += data
        return joined

    def _closed(self, seal: Seal) -> bytes:
        data, envelope = self._data, self._message.envelope
        if self._message.format is Format.TLV:
            self._count(seal)
            data = data + self._joined() + self._tail
        return data if envelope is None else enveloped(envelope, data, self._outer, seal)

    def _count(self, seal: Seal) -> None:
        if self._message.envelope in (Envelope.BTHOME_V1, Envelope.BTHOME_V2):
            number = bytes([seal.counter & 0xFF])
            self._items = [(t, number if t == _COUNTED else data) for t, data in self._items]

    def _advertised(self, data: bytes, *, is_sealed: bool) -> Advertisement:
        place = self._message.place
        if self._heard is None or self._element == NAME:
            return self._heard or Advertisement()
        if isinstance(place, Advert) and place.with_company:
            # The company's number is a part of what is said, and may have changed.
            old = int(self._element.partition(":")[2], 16)
            others = {n: d for n, d in self._heard.manufacturer.items() if n != old}
            manufacturer = {**others, int.from_bytes(data[:2], "little"): data[2:]}
            return _with(self._heard, manufacturer, self._heard.services)
        if self._message.envelope is Envelope.BTHOME_V1:
            # Only here does the service say whether it is sealed.
            service = bthome.SEALED_V1 if is_sealed else _PLAIN_V1
            return _with(self._heard, self._heard.manufacturer, {service: data})
        return _with_element(self._heard, self._element, data)


def _wheres(field: Field) -> list[Path | Slot]:
    if isinstance(field, Constant):
        return [condition.where for condition in field.conditions]
    return [field.where]


def _with_element(heard: Advertisement, name: str, data: bytes) -> Advertisement:
    sort, _, which = name.partition(":")
    if sort == MANUFACTURER:
        return _with(heard, {**heard.manufacturer, int(which, 16): data}, heard.services)
    return _with(heard, heard.manufacturer, {**heard.services, which: data})


def _with(
    heard: Advertisement, manufacturer: dict[int, bytes], services: dict[str, bytes]
) -> Advertisement:
    return Advertisement(heard.name, manufacturer, services, heard.uuids, heard.rssi)
