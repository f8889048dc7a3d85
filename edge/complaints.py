"""What a device says to be wrong, told until it has been well for long enough.

A contact that flutters, or a battery at its limit, is one complaint and not one every half hour.
What each complaint means is left to those that ask.
"""

from datetime import timedelta

from msgspec import Struct

from edge.blindness import has_lasted
from edge.model import ZERO, Finding, Kind, Moment, Reading, Rule, Sensed, Severity
from edge.quiet import Quiet

# What is wrong again within a day of having been well is still wrong: it is well after a day.
RELAPSE = timedelta(hours=24)


class Complaint(Struct, omit_defaults=True):
    """One thing that a device says of itself, whichever of its readings say so."""

    finding: Finding | None = None
    by: set[Kind] = set()
    well: Quiet | None = None  # how long none of them has said so any more
    ended: Quiet | None = None  # how long ago it was over
    is_flapping: bool = False

    @property
    def clocks(self) -> list[Quiet]:
        """Give what stands still while the device cannot be heard."""
        return [clock for clock in (self.well, self.ended) if clock is not None]

    def stand(self, kind: Kind, finding: Finding, now: Moment) -> bool:
        """Take in that it is so; say whether that is news."""
        self.by.add(kind)
        self.well = None
        if self.finding is not None:
            return False
        self.is_flapping = self.ended is not None and not has_lasted(self.ended, RELAPSE, now)
        self.ended = None
        self.finding = finding
        return True

    def withdraw(self, kind: Kind, now: Moment, patience: timedelta = ZERO) -> bool:
        """Take in that it is not so; say whether the clock of its end began to run."""
        self.by.discard(kind)
        if self.finding is None or self.by or self.well is not None:
            return False
        self.well = Quiet(now)
        self.settle(now, patience)
        return True

    def settle(self, now: Moment, patience: timedelta = ZERO) -> None:
        """End it where it has been well for long enough."""
        if self.well is not None and has_lasted(self.well, self._wait(patience), now):
            self.finding = self.well = None
            self.ended = Quiet(now)

    def due(self, patience: timedelta = ZERO) -> Moment | None:
        """Give when it will have been well for long enough."""
        return None if self.well is None else self.well.reaches(self._wait(patience))

    def _wait(self, patience: timedelta) -> timedelta:
        return RELAPSE if self.is_flapping else patience


def told(rule: Rule, reading: Reading, now: Moment, severity: Severity = Severity.FAULT) -> Finding:
    """Give what a device's own word comes to."""
    sensed = Sensed(reading.device, reading.room, reading.kind, reading.value, reading.at)
    return Finding(rule, reading.device, severity, now, sensed)
