"""How busy somebody is in a room: the fading share of time in which its sensors see movement.

Who is on their feet is seen again before the sensor says "nobody"; who lies on the floor is not.
What follows from it is the detectors'. A sensor that never says "nobody" tells nothing of it.
"""

from math import exp

from msgspec import Struct

from edge.model import Freshness, Home, Kind, Moment, Reading
from edge.routine_figures import BUSY, BUSY_WITHIN

MOTION = Kind.MOTION


class BustleState(Struct, omit_defaults=True):
    """What it remembers of the room that is followed."""

    on: list[str] = []  # sensors that see movement now, of whatever room
    share: float = 0.0  # of the time up to `at`
    at: Moment | None = None


class Bustle:
    """Follows one room at a time; `state` is all that it knows."""

    def __init__(self, home: Home, state: BustleState) -> None:
        self._rooms = {
            device.id: device.room
            for device in home.devices
            if MOTION in device.kinds and device.clears_after is None
        }
        self.state = state
        state.on = [name for name in state.on if name in self._rooms]

    def begin(self, now: Moment) -> None:
        """Follow another room from now on."""
        self.state.share, self.state.at = 0.0, now

    def hear(self, reading: Reading, room: str, now: Moment) -> None:
        """Take in what a sensor says while `room` is the one that is followed."""
        if reading.kind is not MOTION or reading.device not in self._rooms:
            return
        on = self.state.on
        is_on = bool(reading.value) and reading.freshness is Freshness.LIVE
        if is_on is (reading.device in on):
            return
        self.state.share, self.state.at = self._share(room, now), now
        if is_on:
            self.state.on = [*on, reading.device]
        else:
            self.state.on = [name for name in on if name != reading.device]

    def is_busy(self, room: str, now: Moment) -> bool:
        """Say whether somebody moves there for most of the time."""
        return self._share(room, now) >= BUSY

    def _share(self, room: str, now: Moment) -> float:
        state = self.state
        if state.at is None:
            return 0.0
        kept = exp(-now.since(state.at).total_seconds() / BUSY_WITHIN)
        is_seen = any(self._rooms[name] == room for name in state.on)
        return kept * state.share + (1.0 - kept) * is_seen
