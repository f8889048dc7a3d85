"""The clock of a drill: its driver orders the next moment and waits until all is done by then."""

from datetime import datetime

import msgspec

from edge.model import Freshness, Moment, Packet
from gateway.clock import Clock, DrillClock

CLOCK_SET = "shouhu/clock/set"
CLOCK_DONE = "shouhu/clock/done"


class ClockOrder(msgspec.Struct, frozen=True):
    """What the driver asks for: the next moment, with a time zone, and the number of the step."""

    now: datetime
    step: int


def clock_order(packet: Packet) -> ClockOrder | None:
    """Read an order; None where it is none, or was kept or delayed by the broker."""
    try:
        order = msgspec.json.decode(packet.payload, type=ClockOrder)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    is_sound = order.now.tzinfo is not None and packet.freshness is Freshness.LIVE
    return order if is_sound else None


def clock_done(order: ClockOrder) -> bytes:
    """Report a step done."""
    return msgspec.json.encode({"step": order.step})


class LedClock:
    """The clock of a drill's daemon: the system's, until its driver gives the first order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Moment:
        """Give the present moment; once it is led, time stands still between two orders."""
        return self._clock.now()

    def follow(self, order: ClockOrder) -> None:
        """Go on to the moment that is ordered; an earlier one is ignored."""
        if isinstance(self._clock, DrillClock):
            self._clock.set(order.now)
        else:
            self._clock = DrillClock(order.now)
