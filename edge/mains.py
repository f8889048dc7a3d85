"""Whether the box has power from the wall, by what its UPS or a relay on the mains says.

A UPS that tests itself, and a light that flickers, are told to nobody; a power cut is in good time.
"""

from datetime import timedelta

from msgspec import Struct

from edge.blindness import has_lasted
from edge.complaints import told
from edge.model import Finding, Moment, Reading, Rule
from edge.quiet import Quiet

# A UPS tests its battery for some ten seconds; to be told within 180 s leaves time for the polling.
GRACE = timedelta(seconds=30)
STEADY = timedelta(minutes=1)  # the power that comes back goes again, as a rule


class Power(Struct, omit_defaults=True):
    """The mains by one device's word. Its clocks run on whether or not that device is heard."""

    cut: Finding | None = None  # since when, whether or not it has lasted
    away: Quiet | None = None
    back: Quiet | None = None
    is_told: bool = False

    @property
    def clocks(self) -> list[Quiet]:
        """Give what runs."""
        return [clock for clock in (self.away, self.back) if clock is not None]

    @property
    def finding(self) -> Finding | None:
        """Give the power cut, where it has lasted."""
        return self.cut if self.is_told else None

    def take(self, reading: Reading, now: Moment) -> bool:
        """Take in whether there is power; say whether that is news."""
        if not reading.value:
            is_news = self.cut is None or self.back is not None
            self.cut = self.cut or told(Rule.MAINS, reading, now)
            self.away, self.back = self.away or Quiet(now), None
            return is_news
        if self.cut is None or self.back is not None:
            return False
        if self.is_told:
            self.back = Quiet(now)
        else:
            self.cut = self.away = None
        return True

    def settle(self, now: Moment) -> None:
        """Tell what has lasted, and end it where the power has been back for long enough."""
        if self.away is not None and has_lasted(self.away, GRACE, now):
            self.is_told = True
        if self.back is not None and has_lasted(self.back, STEADY, now):
            self.cut = self.away = self.back = None
            self.is_told = False

    @property
    def dues(self) -> list[Moment]:
        """Give when that may be."""
        dues = [] if self.is_told or self.away is None else [self.away.reaches(GRACE)]
        dues += [] if self.back is None else [self.back.reaches(STEADY)]
        return [due for due in dues if due is not None]
