"""How long this resident stays out at which hour, and how rare it is to stay out for longer.

The line and its tail are those of edge/lasting.py, so that the hour counts as much as the length:
who is never out at nine in the evening is soon missed then. Whether somebody is out is presence's
to say, what follows the detector's.
"""

from zoneinfo import ZoneInfo

from msgspec import Struct, field

from edge.halfhours import SLOTS, HalfHours
from edge.lasting import Lasting, LastingState
from edge.presence_figures import (
    HALF,
    OUT,
    OUTINGS_KEPT,
    REMEMBERED,
    YOUNG_DAYS,
    YOUNG_LIMIT,
)

WHO = "resident"


class Outing(Struct, frozen=True):
    """One that is over, for the reasons; days are numbered by the home's wall clock."""

    day: int
    seconds: float


class Unexplained(Struct, frozen=True):
    """An outing that was alerted on and is over; what it was, somebody may still say."""

    start: float
    end: float
    known: float  # its age when the alert was raised
    alert: str


class OutingsState(Struct):
    """All that was learned."""

    lasting: LastingState = field(default_factory=LastingState)
    kept: list[Outing] = []
    unexplained: Unexplained | None = None


class Outings:
    """The outings of one home. Times are seconds since the epoch, UTC; ages are seconds."""

    def __init__(self, zone: ZoneInfo, expected_days: float, state: OutingsState) -> None:
        """Prepare; somebody may be out for too long, and be well, once in so many days."""
        self.state = state
        self.clock = HalfHours(zone)
        self._lasting = Lasting(self.clock, OUT, expected_days, state.lasting)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Put the days before that of `time` into the line.

        Who says until then what an outing was that was alerted on, is heard; else the part of it
        beyond the alert counts by half.
        """
        doubt, self.state.unexplained = self.state.unexplained, None
        if doubt is not None:
            beyond = max(0.0, doubt.end - doubt.start - doubt.known)
            self.learn(doubt.start, doubt.start + doubt.known + HALF * beyond)
        self._lasting.begin_day(time)
        today = self._day(time)
        # What lies in the future was learned while the clock was wrong.
        self.state.kept = [o for o in self.state.kept if today - REMEMBERED <= o.day <= today]

    def learn(self, start: float, end: float) -> None:
        """Take an outing that is over as usual."""
        self._lasting.learn(WHO, start, end)
        self._keep(end, end - start)

    def doubt(self, doubt: Unexplained) -> None:
        """Wait for somebody's word on an outing."""
        self.state.unexplained = doubt

    def judge(self, alert: str, *, was_well: bool) -> None:
        """Take in what a person said of an outing that was alerted on."""
        doubt = self.state.unexplained
        if doubt is None or doubt.alert != alert:
            return
        self.state.unexplained = None
        if was_well:
            self.learn(doubt.start, doubt.end)

    # -- what comes out

    @property
    def days(self) -> int:
        """Give the number of days with outings that it was learned from, 28 at most."""
        return self._lasting.days(WHO)

    @property
    def is_young(self) -> bool:
        """Say whether the field's fixed rule still speaks for this resident."""
        return self.days < YOUNG_DAYS

    def crossing(self, start: float) -> float:
        """Give the age at which somebody who left at `start` is out for too long."""
        age = None if self.is_young else self._lasting.crossing(WHO, start)
        return YOUNG_LIMIT if age is None else age

    def usual(self, time: float) -> float:
        """Give for how long the resident is out at most, as a rule, around this hour."""
        return self._lasting.usual(WHO, time)

    def expected_days(self, time: float, age: float) -> float | None:
        """Give N where somebody is out for so long at this hour once in N days; None: too new."""
        return None if self.is_young else self._lasting.expected_days(WHO, time, age)

    def as_long_on(self, age: float) -> int:
        """Give on how many of the last days somebody was out for at least so long."""
        return len({each.day for each in self.state.kept if each.seconds >= age})

    @property
    def days_out(self) -> int:
        """Give on how many of the last days somebody was out at all."""
        return len({each.day for each in self.state.kept})

    @property
    def longest(self) -> float:
        """Give the longest of the last days' outings; 0 where there was none."""
        return max((each.seconds for each in self.state.kept), default=0.0)

    # -- inside

    def _day(self, time: float) -> int:
        return self.clock.number(time) // SLOTS

    def _keep(self, end: float, seconds: float) -> None:
        self.state.kept = [*self.state.kept[1 - OUTINGS_KEPT :], Outing(self._day(end), seconds)]
