"""The envelope of EnOcean's Bluetooth sensors and switches: signed, and readable by everybody.

    manufacturer data 03DA: counter u32 LE, content, signature 4
        signature: AES-CCM tag over length of what follows, FF, DA 03, counter, content
        nonce: address reversed, counter, 00 00 00
(EnOcean PTM 215B and STM 550B user manuals, telegram authentication)

What the content means, the profiles say; keys and counters are the guard's.
"""

from gateway.wire.ccm import KEY, TAG, mac_of, seal
from gateway.wire.guard import Guard
from gateway.wire.refusal import Refusal, Refused, refused

_COUNTER = 4
# Descriptor, key and address: what a device sends where somebody presses its learn button.
_INTRODUCTION = 0x3E
_INTRODUCES = (26, 27)


def open_signed(payload: bytes, address: str, guard: Guard) -> bytes | Refused | None:
    """Give the content; None where it is a repetition or an introduction.

    Without a key the signature proves nothing, and the content is as good as any in the clear.
    """
    mac = mac_of(address)
    content = payload[_COUNTER:-TAG]
    if mac is None or not content:
        return refused(Refusal.UNKNOWN_FRAME, address)
    if len(payload) in _INTRODUCES and (len(payload) == _INTRODUCES[0] or _introduces(content)):
        return None
    if guard.key(address) is None:
        return None if guard.is_repetition(address, payload) else content
    counter = int.from_bytes(payload[:_COUNTER], "little")
    return guard.opened(address, counter, payload, lambda key: _proved(payload, mac, key))


def sign(content: bytes, address: str, key: bytes, counter: int) -> bytes:
    """Give the manufacturer data, without the company, of a signed message."""
    mac = mac_of(address)
    if mac is None:
        raise ValueError(f"{address!r} is no Bluetooth address")
    plain = counter.to_bytes(_COUNTER, "little") + content
    return plain + _signature(plain, mac, key)


def _introduces(content: bytes) -> bool:
    return content[0] == _INTRODUCTION


def _proved(payload: bytes, mac: bytes, key: bytes) -> bytes | None:
    plain, signature = payload[:-TAG], payload[-TAG:]
    is_proved = len(key) == KEY and _signature(plain, mac, key) == signature
    return plain[_COUNTER:] if is_proved else None


def _signature(plain: bytes, mac: bytes, key: bytes) -> bytes:
    beside = bytes([len(plain) + TAG + 3, 0xFF, 0xDA, 0x03]) + plain
    return seal(key, mac[::-1] + plain[:_COUNTER] + bytes(3), b"", beside)
