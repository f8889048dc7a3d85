"""What was learned of one home, as it is kept; what it means is rhythm's."""

from msgspec import Struct

from edge.figures import DAY, LONGEST, REMEMBERED, SHORTEST
from edge.tail import Tail


class Doubt(Struct):
    """A silence that was alerted on: how much of it counts as usual depends on what it was."""

    start: float
    end: float
    known: float  # its age when the alert was raised; up to there it counts fully
    alert: str
    by_line: bool  # else by a fixed limit
    is_at_home: bool  # else the door says that it was spent outside
    well_from: float  # ordinary life since
    weight: float | None = None  # None: not known yet

    @property
    def is_habit(self) -> bool:
        """Say whether it may count towards what is usual at home."""
        return self.is_at_home and SHORTEST <= self.end - self.start <= LONGEST


class RhythmState(Struct):
    """All that was learned of one home. Days are numbered by the home's wall clock."""

    version: int = 1
    first_day: int | None = None
    day: int | None = None  # the lines are of the days before this one
    rows: dict[int, list[int]] = {}  # day -> longest age (s) reached in each slot
    peaks: list[float] = []  # today's largest excess over each line
    blind: float = 0.0  # seconds of today in which nothing could be seen
    tails: list[Tail] = []
    doubts: list[Doubt] = []
    slack: float = 0.0  # seconds, as it was at slack_at
    slack_at: float = 0.0
    ceilings: float = 0.0  # fading count of alerts by a fixed limit alone


def renumber(state: RhythmState, days: int) -> None:
    """Let today go on under a number so many days later, and all that was learned with it."""
    today = state.day = (state.day or 0) + days
    if state.first_day is not None:
        state.first_day += days
    moved = ((day + days, row) for day, row in state.rows.items())
    # What lies in the future was learned while the clock was wrong.
    state.rows = {day: row for day, row in moved if today - REMEMBERED <= day <= today + 1}
    state.slack_at += days * DAY
    for doubt in state.doubts:
        doubt.start += days * DAY
        doubt.end += days * DAY
        doubt.well_from += days * DAY
