"""Whether a sensor that lives still sees anybody, by the life that others saw meanwhile.

Only half hours count in which two saw somebody: one alone may imagine it. What follows from a
sensor that sees nobody is left to supervision.
"""

from datetime import timedelta

from msgspec import Struct

from edge.model import Kind, Moment

HALF_HOUR = 1800.0
SEES = frozenset({Kind.MOTION, Kind.PRESENCE})
# Somebody may be ill, and in one room for a day.
LEAST = timedelta(hours=48)
LEAST_LIVED = 20.0  # half hours; two days of somebody frail
# As often as it usually sees somebody, it has missed so many times in a row: exp(-12) by chance,
# but whoever stays in one room stays out of all others.
MISSED = 12.0
LONGER = 2.0  # than it ever was without anybody
REMEMBERED = 1000.0  # lived half hours, some six weeks; then what was learned counts half


class Seeing(Struct, omit_defaults=True):
    """What one sensor has seen; times are counted in half hours lived in this home."""

    since: float = 0.0  # it is known
    at: float = 0.0  # it saw somebody last
    seen: float = 0.0  # half hours in which it saw somebody
    longest: float = 0.0  # run without
    seen_at: Moment | None = None

    def see(self, lived: float, now: Moment) -> None:
        """Take in that it sees somebody."""
        self.seen_at = now
        if not self.seen:
            self.since = self.at = lived
        self.longest = max(self.longest, lived - self.at)
        self.seen += lived > self.at or not self.seen
        self.at = lived
        if lived - self.since > REMEMBERED:
            self.since = lived - REMEMBERED / 2
            self.seen, self.longest = self.seen / 2, self.longest / 2

    def is_sightless(self, lived: float, now: Moment) -> bool:
        """Say whether it has seen nobody for far longer than it ever did."""
        if self.seen_at is None or now.since(self.seen_at) < LEAST:
            return False
        # Two visits on the first day make no habit: over less than that there is no usual wait.
        usual = self.seen / max(LEAST_LIVED, self.at - self.since)
        return lived - self.at > max(LEAST_LIVED, LONGER * self.longest, MISSED / min(1.0, usual))


class Sightings(Struct, omit_defaults=True):
    """How long this home was lived in, by what two and more of its sensors saw."""

    lived: float = 0.0  # half hours
    slot: int = 0  # the half hour that goes on, by the clock that never jumps
    boot: str = ""
    first: str = ""  # who saw somebody in it first
    is_lived: bool = False

    def see(self, device: str, now: Moment) -> bool:
        """Take in that a device sees somebody; say whether this has become a lived half hour."""
        slot = int(now.monotonic // HALF_HOUR)
        if slot != self.slot or now.boot != self.boot:
            self.slot, self.boot, self.first, self.is_lived = slot, now.boot, device, False
        if self.is_lived or self.first == device:
            return False
        self.is_lived = True
        self.lived += 1
        return True
