"""Whether a device was tested, and when last: a test that arrives has proven the whole path.

That a test raises no alarm is seen to where messages are read.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.blindness import has_lasted
from edge.complaints import told
from edge.model import Device, Finding, Freshness, Moment, Reading, Rule, Severity
from edge.quiet import Quiet

# The button is pressed for a second: the message to people must outlast that.
SHOWN = timedelta(minutes=10)


class Trial(Struct, omit_defaults=True):
    """The last test of one device."""

    is_on: bool | None = None
    at: datetime | None = None  # the last test
    finding: Finding | None = None
    shown: Quiet | None = None

    def take(self, reading: Reading, device: Device, now: Moment) -> bool:
        """Take in what it says of a test; a repetition and the broker's memory are none."""
        before, self.is_on = self.is_on, bool(reading.value)
        if not self.is_on or reading.freshness is Freshness.RETAINED:
            return False
        if before and device.clears_after is None:
            return False
        self.at = reading.at
        if self.finding is not None:
            return False
        self.finding = told(Rule.TEST, reading, now, Severity.NOTE)
        self.shown = Quiet(now)
        return True

    def settle(self, now: Moment) -> None:
        """Say no more of it after a while."""
        if self.shown is not None and has_lasted(self.shown, SHOWN, now):
            self.finding = self.shown = None

    @property
    def due(self) -> Moment | None:
        """Give when nothing more is said of it."""
        return None if self.shown is None else self.shown.reaches(SHOWN)
