"""Facts for detectors: readings and inputs of the usual test home, made in one line each."""

from datetime import timedelta

from edge.model import (
    Blind,
    BlindCause,
    Configured,
    Freshness,
    Kind,
    Life,
    Moment,
    Reading,
    Sighted,
    Value,
)
from tests.homes import DEVICES

ROOM_OF = {device.id: device.room for device in DEVICES}
EVERYTHING = tuple(ROOM_OF)


def reading(
    device: str,
    kind: Kind,
    value: Value,
    now: Moment,
    freshness: Freshness = Freshness.LIVE,
) -> Reading:
    """Make one reading of the usual home."""
    return Reading("wang", device, ROOM_OF[device], kind, value, now.wall, now, freshness)


def life(device: str, now: Moment) -> Life:
    """Make a fresh sign of life."""
    return Life(now, device, ROOM_OF[device], Kind.MOTION, device == "front_door")


def blind(began: Moment, *devices: str, cause: BlindCause = BlindCause.BRIDGE_OFFLINE) -> Blind:
    """Make these devices deaf, or all of them."""
    return Blind(cause, "zigbee2mqtt", devices or EVERYTHING, began)


def sighted(cause: BlindCause = BlindCause.BRIDGE_OFFLINE) -> Sighted:
    """End it."""
    return Sighted(cause, "zigbee2mqtt")


CONFIGURED = Configured("a hash")
MINUTE = timedelta(minutes=1)
