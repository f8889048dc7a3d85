"""The envelope of Xiaomi's MiBeacon, service data FE95: which bytes are its objects.

    control u16 LE, product u16 LE, counter u8, [MAC reversed 6], [capability 1, [2 more]], objects
        control: bit 3 sealed, 4 MAC, 5 capability, 6 objects, 7 mesh, bits 12-15 version
        capability: bit 5 says that two more bytes follow
    sealed, version 4 and 5: objects, upper counter u24 LE, tag 4
        nonce: MAC reversed, product, counter, upper counter; additional data 11
    sealed, version 2 and 3: objects, upper counter u24 LE, first byte of a tag of 16
        nonce: control, product, counter, upper counter, first 5 of MAC reversed; additional data 11
        key: 6 bytes, 8D 3D 3C 97, 6 bytes
(Xiaomi IoT developer documents, BLE MiBeacon protocol; the old ones after xiaomi-ble's messages)

What the objects mean, the profile says; keys and counters are the guard's.
"""

from collections.abc import Callable

from msgspec import Struct

from gateway.wire.ccm import KEY, TAG, mac_of, seal, seal_legacy, unseal, unseal_legacy
from gateway.wire.guard import LEGACY_KEY, Guard
from gateway.wire.refusal import Refusal, Refused, refused

_SEALED, _WITH_MAC, _WITH_CAPABILITY, _WITH_OBJECTS, _MESH = 0x08, 0x10, 0x20, 0x40, 0x80
_MORE_CAPABILITY = 0x20
_HEADER, _MAC, _UPPER = 5, 6, 3
_OLDEST, _NEWER = 2, 4
_BESIDE = b"\x11"
_LEGACY_MIDDLE = bytes.fromhex("8d3d3c97")
# The remotes that have the old keys send nothing else, and the old tag proves too little for more.
_BUTTON = b"\x01\x10\x03"
_BUTTON_SIZE = 6


class Frame(Struct, frozen=True):
    """One message of a device, taken apart."""

    header: bytes
    mac: bytes
    body: bytes
    version: int
    is_sealed: bool


def open_frame(payload: bytes, address: str, guard: Guard) -> bytes | Refused | None:
    """Give the objects: id u16 LE, length, data each.

    None where it is a repetition, or only says that the device is there.
    """
    frame = _frame(payload, address)
    if not isinstance(frame, Frame):
        return frame
    if not frame.is_sealed:
        downgraded = guard.plain(address)
        if downgraded is None and guard.is_repetition(address, payload):
            return None
        return downgraded or frame.body
    tail = _UPPER + (TAG if frame.version >= _NEWER else 1)
    if len(frame.body) <= tail:
        return refused(Refusal.DAMAGED, address)
    upper = frame.body[len(frame.body) - tail :][:_UPPER]
    counter = int.from_bytes(upper, "little") << 8 | frame.header[4]
    unsealing = _unsealing(frame, upper, tail)
    return guard.opened(address, counter, payload, unsealing)


def seal_frame(objects: bytes, address: str, key: bytes, counter: int, product: int) -> bytes:
    """Give the service data of an encrypted message of version 5; of version 3 with an old key."""
    mac = mac_of(address)
    if mac is None:
        raise ValueError(f"{address!r} is no Bluetooth address")
    version = 5 if len(key) == KEY else 3
    header = _header(version, _SEALED | _WITH_MAC | _WITH_OBJECTS, product, counter)
    upper = (counter >> 8).to_bytes(_UPPER, "little")
    if version == 5:
        sealed = seal(key, _nonce(header, mac, upper), objects, _BESIDE)
        hidden, tag = sealed[:-TAG], sealed[-TAG:]
    else:
        nonce = _legacy_nonce(header, mac, upper)
        sealed = seal_legacy(_legacy_key(key), nonce, objects, _BESIDE)
        hidden, tag = sealed[:-1], sealed[-1:]
    return header + mac[::-1] + hidden + upper + tag


def plain_frame(objects: bytes, address: str, counter: int, product: int) -> bytes:
    """Give the service data of a plain message of version 5."""
    mac = mac_of(address) or b""
    return _header(5, _WITH_MAC | _WITH_OBJECTS, product, counter) + mac[::-1] + objects


def _frame(payload: bytes, address: str) -> Frame | Refused | None:
    own = mac_of(address)
    control = int.from_bytes(payload[:2], "little")
    version = control >> 12
    if own is None or len(payload) < _HEADER or version < _OLDEST or control & _MESH:
        return refused(Refusal.UNKNOWN_FRAME, address)
    at = _HEADER
    if control & _WITH_MAC:
        # A relay speaks for others; whose key and counter would count is not known.
        if payload[at : at + _MAC][::-1] != own:
            return refused(Refusal.UNKNOWN_FRAME, address)
        at += _MAC
    if not control & _WITH_OBJECTS:
        return None
    if control & _WITH_CAPABILITY:
        more = payload[at : at + 1] and payload[at] & _MORE_CAPABILITY
        at += 3 if more else 1
    if at >= len(payload):
        return refused(Refusal.DAMAGED, address)
    return Frame(payload[:_HEADER], own, payload[at:], version, bool(control & _SEALED))


def _unsealing(frame: Frame, upper: bytes, tail: int) -> Callable[[bytes], bytes | None]:
    hidden, tag = frame.body[:-tail], frame.body[_UPPER - tail :]

    def unsealed(key: bytes) -> bytes | None:
        if frame.version >= _NEWER:
            return unseal(key, _nonce(frame.header, frame.mac, upper), hidden + tag, _BESIDE)
        if len(key) != LEGACY_KEY:
            return None
        nonce = _legacy_nonce(frame.header, frame.mac, upper)
        plain = unseal_legacy(_legacy_key(key), nonce, hidden + tag, _BESIDE)
        is_button = plain is not None and plain[:3] == _BUTTON and len(plain) == _BUTTON_SIZE
        return plain if is_button else None

    return unsealed


def _header(version: int, flags: int, product: int, counter: int) -> bytes:
    control = version << 12 | flags
    return control.to_bytes(2, "little") + product.to_bytes(2, "little") + bytes([counter & 0xFF])


def _nonce(header: bytes, mac: bytes, upper: bytes) -> bytes:
    return mac[::-1] + header[2:] + upper


def _legacy_nonce(header: bytes, mac: bytes, upper: bytes) -> bytes:
    return header + upper + mac[::-1][:5]


def _legacy_key(key: bytes) -> bytes:
    return key[:6] + _LEGACY_MIDDLE + key[6:]
