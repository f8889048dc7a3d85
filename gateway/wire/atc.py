"""Opens what a thermometer with free firmware (atc1441, pvvx) advertises, encrypted or plain.

Its counter is one byte and soon begins anew, so an old message can be played again: profiles
must read no alarm from it. What the bytes mean, they say.
"""

from gateway.wire.ccm import mac_of, unseal
from gateway.wire.guard import Guard
from gateway.wire.refusal import Refusal, Refused, refused

# bytes | content of an encrypted message, in service data 181A
# 0     | counter
# 1-    | hidden: 6 bytes (pvvx) or 3 (atc1441)
# -4    | tag
# nonce: MAC reversed, then the element as it is on the air: length, 16, 1A 18, counter
_SEALED, _PLAIN = (11, 8), (15, 13)
_ELEMENT, _BESIDE = b"\x16\x1a\x18", b"\x11"
_AROUND = 3


def open_181a(payload: bytes, address: str, guard: Guard) -> bytes | Refused:
    """Give the hidden bytes, or the whole of a plain message."""
    own = mac_of(address)
    if own is None or len(payload) not in _SEALED + _PLAIN:
        return refused(Refusal.UNKNOWN_FRAME, address)
    if len(payload) in _PLAIN:
        return guard.plain(address) or payload
    key = guard.key(address)
    if key is None:
        return refused(Refusal.NO_KEY, address)
    length = bytes([len(payload) + _AROUND])
    nonce = own[::-1] + length + _ELEMENT + payload[:1]
    plain = unseal(key, nonce, payload[1:], _BESIDE)
    return refused(Refusal.NOT_AUTHENTIC, address) if plain is None else plain
