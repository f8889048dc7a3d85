"""Closes what is to be sent: envelopes, checksums, the length of a frame.

What is inside is draft.py's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.wire import bthome, enocean_ble, mibeacon
from gateway.wire.checks import Check, checksum
from gateway.wire.envelope import Envelope
from gateway.wire.frame_spec import Framing
from simulator.encoding import Undraftable


@dataclass(frozen=True, slots=True)
class Seal:
    """What an envelope is closed with: whose it is, its key (empty: none), and its number."""

    address: str
    key: bytes = b""
    counter: int = 1


def enveloped(envelope: Envelope, data: bytes, outer: bytes, seal: Seal) -> bytes:
    """Close an envelope around data; `outer` is how it looked before it was opened."""
    address, key, counter = seal.address, seal.key, seal.counter
    match envelope:
        case Envelope.BTHOME_V2:
            return bthome.seal_v2(data, address, key, counter) if key else bthome.plain_v2(data)
        case Envelope.BTHOME_V1 if not key:
            return bthome.items_v1(data)
        case Envelope.BTHOME_V1:
            return bthome.seal_v1(bthome.items_v1(data), address, key, counter)
        case Envelope.MIBEACON:
            product = int.from_bytes(outer[2:4], "little")
            if key:
                return mibeacon.seal_frame(data, address, key, counter, product)
            return mibeacon.plain_frame(data, address, counter, product)
        case Envelope.ENOCEAN_BLE if key:
            return enocean_ble.sign(data, address, key, counter)
        case Envelope.ENOCEAN_BLE:
            return counter.to_bytes(4, "little") + data + outer[-4:]
        case Envelope.ATC if len(data) == len(outer):
            return data
    raise Undraftable(f"no way to close {envelope} is known")


def checked(data: bytes, checks: Iterable[Check]) -> bytes:
    """Give the data with the right checksums in their places."""
    for check in checks:
        right = checksum(check.algorithm, data[check.begin : check.end])
        at = check.at if check.at >= 0 else len(data) + check.at
        data = data[:at] + right + data[at + len(right) :]
    return data


def framed(data: bytes, framing: Framing) -> bytes:
    """Give the frame with its length, where that is one number, and its checksums."""
    if len(framing.parts) == 1 and not framing.parts[0].mask:
        (part,) = framing.parts
        told = (len(data) - framing.plus) // framing.scale
        number = told.to_bytes(part.width, part.order)
        data = data[: part.at] + number + data[part.at + part.width :]
    return checked(data, framing.checks)
