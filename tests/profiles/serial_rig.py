"""What the tests of serial devices have to hand: ports, telegrams, and devices to hear them."""

from edge.model import Device, Kind, Packet, Value
from gateway.wire.checks import Algorithm, checksum
from gateway.wire.decoder import Fitted
from gateway.wire.framing import Framer, Framing
from gateway.wire.profile import Profile, Transport
from gateway.wire.strangers import Strangers
from gateway.wire.trial import decode_once
from tests.profiles.made import CATALOGUE, NOON

SERIAL = [profile for profile in CATALOGUE.values() if profile.source is Transport.SERIAL]


def frames(framing: Framing, *chunks: bytes) -> list[bytes]:
    """Give what a port hears of these chunks, with a silence after each."""
    framer = Framer(framing)
    return [frame for chunk in chunks for frame in framer.feed(chunk) + framer.flush()]


def said(profile: str | Profile, payload: str) -> dict[str, Value]:
    """Give what a frame in hex, or a line, means by one profile."""
    of = CATALOGUE[profile] if isinstance(profile, str) else profile
    decoded = decode_once(of, "", payload.encode(), False, NOON)
    return {reading.kind.value: reading.value for reading in decoded.readings}


def strange(model: str, payload: bytes, eep: str = "") -> dict[Kind, Value]:
    """Give what a device is heard to say of which only its model, and its EEP, is known."""
    return Strangers(SERIAL).read(Packet("serial", "port", payload, NOON), model, eep)[0]


def telegram(data: str, packet: int = 1) -> str:
    """Put data, sender and status into an ESP3 telegram."""
    body, optional = bytes.fromhex(data), bytes.fromhex("01ffffffff3600")
    head = len(body).to_bytes(2, "big") + bytes([len(optional), packet])
    crc = Algorithm.CRC8
    return (b"\x55" + head + checksum(crc, head) + body + optional).hex() + (
        checksum(crc, body + optional).hex()
    )


def fitted(profile: str, address: str) -> Fitted:
    """Fit a serial device in a home."""
    of = CATALOGUE[profile]
    return Fitted("wang", False, Device(address, "hall", of.title, of.kinds, "serial"), of, address)
