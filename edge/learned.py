"""What was learned of one home, as it is kept; what it means is rhythm's."""

from datetime import timedelta

from msgspec import Struct, field

from edge.activity import Activity
from edge.figures import DAY, LONGEST, REMEMBERED, SHORTEST
from edge.halfhours import SLOTS
from edge.line import Line
from edge.seen_by import SeenBy
from edge.tail import Tail

VERSION = 2


class Scale(Struct, frozen=True):
    """How one silence is held against the line: what its hours count, how far it may stray."""

    pace: float = 1.0  # below 1 on quiet days
    spread: float = 1.0  # above 1 where the door says that it was spent outside


PLAIN = Scale()


class Likeness(Struct, frozen=True):
    """On how many of the remembered days it was as quiet around this hour."""

    as_long_on: int
    of_days: int
    longest: timedelta


class Doubt(Struct):
    """A silence that was alerted on: how much of it counts as usual depends on what it was."""

    start: float
    end: float
    known: float  # its age when the alert was raised; up to there it counts fully
    alert: str
    by_line: bool  # else by a fixed limit
    is_at_home: bool  # else nobody knows where it was spent
    well_from: float  # ordinary life since
    weight: float | None = None  # None: not known yet
    scale: Scale = PLAIN
    asked: float | None = None  # when the resident was asked and did not answer

    @property
    def is_habit(self) -> bool:
        """Say whether it may count towards what is usual at home."""
        return self.is_at_home and SHORTEST <= self.end - self.start <= LONGEST


class RhythmState(Struct):
    """All that was learned of one home. Days are numbered by the home's wall clock."""

    version: int = VERSION
    first_day: int | None = None
    day: int | None = None  # the line is of the days before this one
    rows: dict[int, list[int]] = {}  # day -> longest age (s, by the pace) reached in each slot
    blind: float = 0.0  # seconds of today in which nothing could be seen
    doubts: list[Doubt] = []
    ceilings: float = 0.0  # fading count of alerts by a fixed limit alone
    line: Line = field(default_factory=Line)
    activity: Activity = field(default_factory=Activity)
    peak: float = 0.0  # how far (s) the worst silence that ended today strayed
    next_peak: float = 0.0  # ... of the one that ends with the first sign of life of the next day
    tail: Tail = field(default_factory=Tail)
    seen_by: SeenBy = {}  # of the remembered days


def upgrade(state: RhythmState) -> None:
    """Draw the line anew from the rows of a state that an earlier version learned.

    The tail begins as the population's: the earlier one was of another line's excess.
    """
    if state.version >= VERSION:
        return
    today = state.day
    for day in sorted(state.rows):
        if today is not None and day < today:
            state.line.add(state.rows[day], state.line.levels)
    state.version = VERSION


def likeness(state: RhythmState, slot: int, age: float, pace: float) -> Likeness:
    """Give on how many remembered days a silence reached this age within half an hour of a slot."""
    around = ((slot - 1) % SLOTS, slot, (slot + 1) % SLOTS)
    rows = [row for day, row in state.rows.items() if day < (state.day or 0)]
    ages = [max(row[s] for s in around) / pace for row in rows]
    as_long = sum(1 for reached in ages if reached >= age)
    return Likeness(as_long, len(ages), timedelta(seconds=round(max(ages, default=0.0))))


def renumber(state: RhythmState, days: int) -> None:
    """Let today go on under a number so many days later, and all that was learned with it."""
    today = state.day = (state.day or 0) + days
    if state.first_day is not None:
        state.first_day += days
    moved = ((day + days, row) for day, row in state.rows.items())
    # What lies in the future was learned while the clock was wrong.
    state.rows = {day: row for day, row in moved if today - REMEMBERED <= day <= today + 1}
    seen = ((day + days, by) for day, by in state.seen_by.items())
    state.seen_by = {day: by for day, by in seen if today - REMEMBERED <= day <= today}
    state.activity.renumber(days * SLOTS)
    for doubt in state.doubts:
        doubt.start += days * DAY
        doubt.end += days * DAY
        doubt.well_from += days * DAY
        if doubt.asked is not None:
            doubt.asked += days * DAY
