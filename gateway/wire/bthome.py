"""The envelopes of BTHome: which bytes are its objects, and how they are sealed.

    v2, service data FCD2: info, [MAC reversed], objects, sealed also [counter u32 LE, tag 4]
        info: bit 0 sealed, bit 1 MAC included, bit 2 sends on events only, bits 5-7 version = 2
        nonce: MAC, D2 FC, info, counter
    v1, service data 181C: items of control, id, data; control: bits 0-4 length of id and data,
        bits 5-7 type. 181E: the same, sealed, then counter u32 LE, tag 4
        nonce: MAC, 1E 18, counter; additional data 11
    (bthome.io/format, bthome.io/v1)

What the objects mean, the profiles say; keys and counters are the guard's.
"""

from msgspec import Struct

from gateway.wire.ccm import TAG, mac_of, seal, unseal
from gateway.wire.guard import Guard
from gateway.wire.refusal import Refusal, Refused, refused

SEALED_V1 = "181e"
_SEALED, _WITH_MAC, _VERSION_2 = 0x01, 0x02, 2
_MAC, _COUNTER = 6, 4
_TAIL = _COUNTER + TAG
_UUID_V1, _UUID_V2 = b"\x1e\x18", b"\xd2\xfc"
_BESIDE_V1 = b"\x11"
# The packet id; it stands first.
_NUMBER, _NUMBER_V1 = b"\x00", b"\x02\x00"
# Types of an item in v1: whole numbers are as in v2, a MAC has no id.
_UNSIGNED, _SIGNED, _MAC_ITEM = 0, 1, 4

_Opened = bytes | Refused | None


class _Sealed(Struct, frozen=True):
    hidden: bytes  # with its tag
    counter: bytes

    @property
    def number(self) -> int:
        return int.from_bytes(self.counter, "little")


def open_v2(payload: bytes, address: str, guard: Guard) -> _Opened:
    """Give the objects of BTHome v2, id and data each; None where it is a repetition."""
    own = mac_of(address)
    if own is None or not payload or payload[0] >> 5 != _VERSION_2:
        return refused(Refusal.UNKNOWN_FRAME, address)
    info, rest = payload[0], payload[1:]
    if info & _WITH_MAC:
        if len(rest) < _MAC:
            return refused(Refusal.DAMAGED, address)
        own, rest = rest[:_MAC][::-1], rest[_MAC:]
    if not info & _SEALED:
        return _plain(payload, rest, _NUMBER, guard, address)
    nonce = own + _UUID_V2 + bytes([info])
    sealed = _apart(rest)
    if sealed is None:
        return refused(Refusal.DAMAGED, address)
    return guard.opened(
        address,
        sealed.number,
        payload,
        lambda key: unseal(key, nonce + sealed.counter, sealed.hidden, None),
    )


def open_v1(payload: bytes, address: str, guard: Guard, uuid: str) -> _Opened:
    """Give the objects of BTHome v1 as id, length, data each; None where it is a repetition."""
    if uuid == SEALED_V1:
        items = _items_v1(payload, address, guard)
    else:
        items = _plain(payload, payload, _NUMBER_V1, guard, address)
    if not isinstance(items, bytes):
        return items
    objects = _objects_v1(items)
    return refused(Refusal.DAMAGED, address) if objects is None else objects


def seal_v2(objects: bytes, address: str, key: bytes, counter: int) -> bytes:
    """Give the service data of an encrypted BTHome v2 message."""
    info = bytes([_VERSION_2 << 5 | _SEALED])
    return info + _seal(objects, key, _own(address) + _UUID_V2 + info, counter, None)


def plain_v2(objects: bytes) -> bytes:
    """Give the service data of a plain BTHome v2 message."""
    return bytes([_VERSION_2 << 5]) + objects


def seal_v1(items: bytes, address: str, key: bytes, counter: int) -> bytes:
    """Give the service data (181E) of an encrypted BTHome v1 message."""
    return _seal(items, key, _own(address) + _UUID_V1, counter, _BESIDE_V1)


def items_v1(objects: bytes) -> bytes:
    """Give the items of a BTHome v1 message (181C) from id, length, data each, as unsigned."""
    items, at = b"", 0
    while at < len(objects):
        size = objects[at + 1]
        items += bytes([size + 1, objects[at]]) + objects[at + 2 : at + 2 + size]
        at += 2 + size
    return items


def _plain(payload: bytes, rest: bytes, number: bytes, guard: Guard, address: str) -> _Opened:
    downgraded = guard.plain(address)
    # Without a number two equal messages may be two events.
    is_numbered = rest.startswith(number)
    if downgraded is None and is_numbered and guard.is_repetition(address, payload):
        return None
    return downgraded or rest


def _items_v1(payload: bytes, address: str, guard: Guard) -> _Opened:
    own, sealed = mac_of(address), _apart(payload)
    if own is None or sealed is None:
        return refused(Refusal.DAMAGED, address)
    nonce = own + _UUID_V1 + sealed.counter
    return guard.opened(
        address,
        sealed.number,
        payload,
        lambda key: unseal(key, nonce, sealed.hidden, _BESIDE_V1),
    )


def _apart(rest: bytes) -> _Sealed | None:
    hidden, counter, tag = rest[:-_TAIL], rest[-_TAIL:-TAG], rest[-TAG:]
    return _Sealed(hidden + tag, counter) if hidden else None


def _seal(plain: bytes, key: bytes, nonce: bytes, counter: int, beside: bytes | None) -> bytes:
    counted = counter.to_bytes(_COUNTER, "little")
    sealed = seal(key, nonce + counted, plain, beside)
    return sealed[:-TAG] + counted + sealed[-TAG:]


def _objects_v1(items: bytes) -> bytes | None:
    """Give id, length, data of each whole number; None where the items do not fit the message."""
    objects, at = b"", 0
    while at < len(items):
        size, sort = items[at] & 0x1F, items[at] >> 5
        item = items[at + 1 : at + 1 + size]
        if len(item) != size or size < 2:
            return None
        if sort in (_UNSIGNED, _SIGNED):
            objects += item[:1] + bytes([size - 1]) + item[1:]
        elif sort > _MAC_ITEM:
            return None
        at += 1 + size
    return objects or None


def _own(address: str) -> bytes:
    mac = mac_of(address)
    if mac is None:
        raise ValueError(f"{address!r} is no Bluetooth address")
    return mac
