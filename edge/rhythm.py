"""What silence is usual in this home at this hour, and how rare a longer one is.

It learns from silences that are over and knows no alert, no door and no sensor: what may be
learned, and what a silence means, is the inactivity detector's.

For each window of W days: M[day][slot] is the longest age that a silence reached in that half
hour, the line L[slot] their maximum over the window and the neighbouring slots. Each day's
largest excess over L has an exponential tail of the home's own, P(excess > x) = zeta exp(-x/beta),
so that L + beta ln(zeta N) is passed once in N days. The two windows' lines are averaged.
"""

from collections.abc import Iterator
from math import exp, log
from zoneinfo import ZoneInfo

from edge.figures import (
    DAY,
    DOUBTS,
    FIXED_RULE_BUDGET,
    HALF,
    HALF_LIFE,
    LEAST_LIMIT,
    LEAST_SHARE,
    LONGEST,
    LONGEST_EXPECTED,
    LONGEST_PAUSE,
    MONTH,
    NEAR,
    ORDINARY,
    PRIOR_EXPOSED,
    REMEMBERED,
    SHORTEST,
    SKIPPED_DAYS,
    SLACK_DAYS,
    SLACK_SHARE,
    UNKNOWN_LEVEL,
    WINDOWS,
    YOUNG,
)
from edge.halfhours import SLOTS, HalfHours
from edge.learned import Doubt, RhythmState, renumber
from edge.tail import Tail


class Rhythm:
    """The lines of one home. Times are seconds since the epoch, UTC; ages are seconds."""

    def __init__(self, zone: ZoneInfo, budget: float, state: RhythmState) -> None:
        self.state = state
        self.clock = HalfHours(zone)
        self._budget = budget
        if len(state.tails) != len(WINDOWS):
            state.tails = [Tail() for _ in WINDOWS]
            state.peaks = [0.0] * len(WINDOWS)
        self._levels: list[list[float]] = []
        self._usual: list[float] = []
        self._limits: list[float] = []
        self._scale = self._log_share = 0.0
        self._refit()

    # -- what goes in

    def follow(self, time: float, *, is_set: bool = False) -> bool:
        """Number the days anew where the clock was set by days; say if it was.

        What was learned keeps its age: today goes on under another number. `is_set` says that
        days have passed on the wall only; else a jump shows by itself, being absurd.
        """
        state, day = self.state, self.clock.number(time) // SLOTS
        passed = 0 if state.day is None else day - state.day
        if not passed or (-1 <= passed <= LONGEST_PAUSE and not is_set):
            return False
        renumber(state, passed)
        return True

    def begin_day(self, time: float) -> None:
        """Close the days before this one's, if `time` is the first of a new day."""
        self.follow(time)
        state, day = self.state, self.clock.number(time) // SLOTS
        if state.first_day is None or state.day is None:
            state.first_day = state.day = day
        passed = day - state.day
        if passed <= 0:
            return
        for tail, peak in zip(state.tails, state.peaks, strict=True):
            tail.fade(passed)
            if state.day - state.first_day >= SKIPPED_DAYS:
                tail.add(peak, max(0.0, 1.0 - state.blind / DAY))
        state.ceilings *= 0.5 ** (passed / HALF_LIFE)
        state.peaks, state.blind, state.day = [0.0] * len(WINDOWS), 0.0, day
        state.rows = {d: row for d, row in state.rows.items() if d >= day - REMEMBERED}
        oldest = time - (REMEMBERED + 1) * DAY
        state.doubts = [doubt for doubt in state.doubts if doubt.end >= oldest][-DOUBTS:]
        self._refit()

    def learn(self, start: float, end: float) -> None:
        """Take a silence as usual; it was lived through well and seen throughout."""
        if not SHORTEST <= end - start <= LONGEST or not self._is_near(end):
            return
        self._count_peaks(start, end, end - start, 1.0)
        rows = self.state.rows
        for number, age in self._ages(start, end, end - start, 1.0):
            day, slot = divmod(number, SLOTS)
            row = rows.get(day)
            if row is None:
                row = rows[day] = [0] * SLOTS
            row[slot] = max(row[slot], int(age))

    def miss(self, blind: float) -> None:
        """Count time of this day in which nothing could be seen."""
        self.state.blind += blind

    def doubt(self, doubt: Doubt) -> None:
        """Keep a silence that was alerted on until it is known what it was."""
        self.state.doubts.append(doubt)

    def live_on(self, start: float, end: float) -> None:
        """Let two hours without anything unusual show that what came before was nothing bad."""
        for doubt in self.state.doubts:
            if doubt.weight is not None:
                continue
            if max(self._excesses(start, end, end - start, 1.0)) > 0:
                doubt.well_from = end
            elif end - doubt.well_from >= ORDINARY:
                self._settle(doubt, HALF, end)

    def judge(self, alert: str, *, is_false: bool, time: float) -> None:
        """Take in what a person said that an alert was."""
        for doubt in self.state.doubts:
            if doubt.alert == alert:
                self._settle(doubt, 1.0 if is_false else 0.0, time)

    # -- what comes out

    @property
    def days(self) -> int:
        """Give the number of days that the lines were learned from."""
        return self._days_within(REMEMBERED)

    @property
    def is_young(self) -> bool:
        """Say whether the population's limit still speaks for this home."""
        return self.days < SKIPPED_DAYS

    def usual(self, time: float) -> float:
        """Give the longest usual silence (s) around the half hour of `time`."""
        return self._usual[self.clock.number(time) % SLOTS]

    def crossing(self, start: float, age: float, end: float) -> float | None:
        """Give the time in [start, end) at which a silence of `age` at `start` passes the limit."""
        slack, began = self._slack_at(start), start - age
        for number, upto in self.clock.spans(start, end):
            limit = max(self._limits[number % SLOTS] + slack, LEAST_LIMIT)
            crossed = max(start, began + limit)
            if crossed < upto:
                return crossed
            start = upto
        return None

    def expected_days(self, time: float, age: float) -> float | None:
        """Give N where a silence of this age at this time is expected once in N days."""
        if self.is_young:
            return None
        beyond = age - self._usual[self.clock.number(time) % SLOTS]
        expected = min(beyond / self._scale - self._log_share, log(LONGEST_EXPECTED))
        return min(max(exp(expected), 1.0), LONGEST_EXPECTED)

    # -- inside

    def _is_near(self, time: float) -> bool:
        """Say whether a silence may have ended then; else the clock was set while it lasted."""
        today = self.state.day
        return today is None or abs(self.clock.number(time) // SLOTS - today) <= NEAR

    def _days_within(self, window: int) -> int:
        today = self.state.day
        if today is None:
            return 0
        return sum(1 for day in self.state.rows if today - window <= day < today)

    def _ages(
        self, start: float, end: float, known: float, weight: float
    ) -> Iterator[tuple[int, float]]:
        """Give the age reached in each half hour; what lies beyond `known` counts by weight."""
        for number, upto in self.clock.spans(start, end):
            age = upto - start
            yield number, age if age <= known else known + weight * (age - known)

    def _excesses(self, start: float, end: float, known: float, weight: float) -> list[float]:
        ages = list(self._ages(start, end, known, weight))
        return [max(age - level[n % SLOTS] for n, age in ages) for level in self._levels]

    def _count_peaks(self, start: float, end: float, known: float, weight: float) -> None:
        excesses = self._excesses(start, end, known, weight)
        self.state.peaks = [max(p, e) for p, e in zip(self.state.peaks, excesses, strict=True)]

    def _settle(self, doubt: Doubt, weight: float, time: float) -> None:
        was, doubt.weight = doubt.weight, weight
        if weight and not was:
            self._count_false(doubt, weight, time)
        elif was and not weight:
            self.state.slack = 0.0
        self._refit()

    def _count_false(self, doubt: Doubt, weight: float, time: float) -> None:
        if not doubt.by_line:
            self.state.ceilings += 1
        else:
            self.state.slack = self._slack_at(time) + SLACK_SHARE * max(0.0, self._buffer) * weight
            self.state.slack_at = time
        if doubt.is_habit:
            self._count_peaks(doubt.start, doubt.end, doubt.known, weight)

    def _slack_at(self, time: float) -> float:
        faded = (time - self.state.slack_at) / (SLACK_DAYS * DAY)
        return self.state.slack * (1.0 - min(max(faded, 0.0), 1.0))

    def _days_between(self) -> float:
        """Give N: the line may be passed once in so many days."""
        exposed = self.state.tails[0].exposed + PRIOR_EXPOSED
        left = self._budget - MONTH * self.state.ceilings / exposed
        return MONTH / max(left, LEAST_SHARE * self._budget)

    @property
    def _buffer(self) -> float:
        """Give how far beyond the usual the limit lies: scale * (log zeta + log N)."""
        return self._scale * (self._log_share + log(self._days_between()))

    def _refit(self) -> None:
        """Draw the lines anew from the days before this one.

        A silence of age a is expected once in N days where, on average over the windows,
        log N = (a - L) / beta - log zeta. Solved for a, that is one line and one buffer.
        """
        levels = [_dilated(self._maxima(window.days)) for window in WINDOWS]
        tails = list(zip(self.state.tails, WINDOWS, strict=True))
        weights = [1 / tail.beta(window) for tail, window in tails]
        self._levels = levels
        self._scale = len(WINDOWS) / sum(weights)
        self._log_share = sum(log(tail.zeta(window)) for tail, window in tails) / len(WINDOWS)
        self._usual = [
            sum(w * level for w, level in zip(weights, column, strict=True)) / sum(weights)
            for column in zip(*levels, strict=True)
        ]
        self._limits = self._young_limits() if self.is_young else self._grown_limits()

    def _young_limits(self) -> list[float]:
        """Give the population's: the field's fixed rule, with a line's tail."""
        fixed = UNKNOWN_LEVEL + WINDOWS[0].beta * log(FIXED_RULE_BUDGET / self._budget)
        return [max(fixed, usual) for usual in self._usual]

    def _grown_limits(self) -> list[float]:
        """Give this home's own, wider while its days are few, but not beyond the fixed rule."""
        young = [log(w.days / max(1, self._days_within(w.days))) for w in WINDOWS]
        widening = YOUNG * sum(young) / len(young)
        return [
            min(limit + widening, max(UNKNOWN_LEVEL, limit))
            for limit in (usual + self._buffer for usual in self._usual)
        ]

    def _maxima(self, days: int) -> list[float]:
        """Give the longest age reached in each slot over the last `days` days."""
        today = self.state.day
        if today is None:
            return [UNKNOWN_LEVEL] * SLOTS
        rows = [row for day, row in self.state.rows.items() if today - days <= day < today]
        if not rows:
            return [UNKNOWN_LEVEL] * SLOTS
        maxima = [float(max(column)) for column in zip(*rows, strict=True)]
        for doubt in self.state.doubts:
            if not doubt.weight or not doubt.is_habit:
                continue
            for number, age in self._ages(doubt.start, doubt.end, doubt.known, doubt.weight):
                if today - days <= number // SLOTS < today:
                    maxima[number % SLOTS] = max(maxima[number % SLOTS], age)
        return maxima


def _dilated(values: list[float]) -> list[float]:
    """Give each slot the maximum of itself and its neighbours: habits drift by half an hour."""
    return [max(values[i - 1], value, values[(i + 1) % SLOTS]) for i, value in enumerate(values)]
