"""Which devices are worn on a body, and what is remembered of one.

What follows from it is worn's.
"""

from msgspec import Struct

from edge.model import Device, Finding, Kind, Moment
from edge.quiet import Quiet

WEAR_KINDS = frozenset({Kind.WORN, Kind.HEART_RATE, Kind.SPO2, Kind.STEPS})
FIXED = frozenset({Kind.MOTION, Kind.PRESENCE, Kind.CONTACT_OPEN})  # a radar counts beats, too
# A clip for the finger is not missed when it is off.
CARRIED = frozenset({Kind.STEPS, Kind.SOS, Kind.FALL})
OVER_THE_AIR = "ble"  # what the box hears by itself is near; a gateway of its own may be anywhere


class Bracelet(Struct, omit_defaults=True):
    """What is remembered of one bracelet."""

    word: bool | None = None  # its own; None: it has said nothing of it
    since: Moment | None = None  # it began to say so
    heard: Moment | None = None  # the last time that it said anything at all
    touched: Moment | None = None  # the last pulse or step: a body is there
    pulse: float | None = None
    pulse_at: Moment | None = None
    steps: float | None = None  # counted
    steps_at: Moment | None = None  # of the last new ones
    deaf: set[str] = set()  # by what it cannot be heard now
    off: Quiet | None = None  # how long it has been off, as far as it is heard
    dropped: float = 0.0  # steps counted since it says that it is off
    is_doubted: bool = False  # it said so while somebody walked with it
    said: Finding | None = None
    ends: int = 0  # so often a person has ended what was said of it, since it was taken off


def is_worn_on_body(device: Device) -> bool:
    """Say whether this goes with the resident: it measures a body and hangs on no wall."""
    return not WEAR_KINDS.isdisjoint(device.kinds) and FIXED.isdisjoint(device.kinds)
