"""What the tests of the wire have to hand: a moment, a home's devices, and packets for them."""

from datetime import UTC, datetime

from edge.model import Device, Freshness, Moment, Packet
from gateway.catalogue import load_catalogue
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.profile import Profile
from gateway.wire.profile_file import parse_profile

NOON = Moment.of(datetime(2026, 3, 1, 12, tzinfo=UTC))
CATALOGUE = load_catalogue()


def fitted(
    profile: str | Profile, address: str, id: str = "sensor", household: str = "wang"
) -> Fitted:
    """Fit a device of a profile in a home."""
    of = CATALOGUE[profile] if isinstance(profile, str) else profile
    bridge = of.bridge_of(address)
    device = Device(id, "kitchen", of.title, of.kinds, "mqtt", bridge)
    return Fitted(household, False, device, of, address)


def packet(
    topic: str,
    payload: str | bytes,
    freshness: Freshness = Freshness.LIVE,
    received: Moment = NOON,
) -> Packet:
    """Give a packet as the MQTT source hands it on."""
    content = payload.encode() if isinstance(payload, str) else payload
    return Packet("mqtt", topic, content, received, freshness)


def heard(profile: str, payload: str | bytes) -> dict[str, object]:
    """Give the values that a device of this profile is heard to say."""
    decoder = Decoder([fitted(profile, "zigbee2mqtt/x")])
    decoded = decoder.decode(packet("zigbee2mqtt/x", payload))
    return {reading.kind.value: reading.value for reading in decoded.readings}


def refusals(profile: str, payload: str | bytes) -> list[str]:
    """Give the reasons for which a message of a device of this profile is not believed."""
    decoder = Decoder([fitted(profile, "zigbee2mqtt/x")])
    decoded = decoder.decode(packet("zigbee2mqtt/x", payload))
    return [refused.reason.value for refused in decoded.refused]


def profile_of(text: str, name: str = "mine") -> Profile:
    """Read a profile of a test's own."""
    return parse_profile(text, name)
