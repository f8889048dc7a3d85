"""What silence is usual in this home at this hour, and how rare a longer one is.

It learns from silences that are over and knows no alert, no door and no sensor: what may be
learned, and what a silence means, is the inactivity detector's.

A silence of age a counts x = pace * a. In half hour s it strays from the line L by

    z = (x - L[s]) / (spread[s] * m),    m > 1 where it was spent outside by the word of the door.

Each day's largest z has a tail of the home's own, P(z > LEVEL + h) = zeta exp(-h / beta), so a
silence is expected once in N = exp((z - LEVEL) / beta) / zeta days.
"""

from collections.abc import Collection
from math import inf, log
from zoneinfo import ZoneInfo

from edge import learned
from edge.figures import (
    DAY,
    DOUBTS,
    FIXED_RULE,
    FIXED_RULE_DAYS,
    HALF,
    LEAST_LIMIT,
    LEAST_SHARE,
    LEVEL,
    LONGEST,
    LONGEST_PAUSE,
    MONTH,
    NEAR,
    ORDINARY,
    PEAKS,
    REMEMBERED,
    SHORTEST,
    SKIPPED_DAYS,
    YOUNG_DAYS,
)
from edge.halfhours import SLOTS, HalfHours
from edge.learned import PLAIN, Doubt, Likeness, RhythmState, Scale
from edge.line import Line
from edge.seen_by import line_without, see


class Rhythm:
    """The line of one home. Times are seconds since the epoch, UTC; ages are seconds."""

    def __init__(self, zone: ZoneInfo, budget: float, state: RhythmState) -> None:
        self.state = state
        self.clock = HalfHours(zone)
        self._budget = budget
        learned.upgrade(state)
        self._levels: list[float] = []
        self._spread: list[float] = []
        self._missing: frozenset[str] = frozenset()
        self._is_without = False  # the line is another without them
        self._draw()

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
        learned.renumber(state, passed)
        self._draw()
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
        seen = max(0.0, 1.0 - state.blind / DAY)
        state.tail.fade(passed, PEAKS)
        if state.day - state.first_day >= SKIPPED_DAYS:
            state.tail.add(state.peak, seen, PEAKS)
        state.ceilings *= 0.5 ** (passed / PEAKS.half_life)
        if state.day > state.first_day:  # the first day is not a whole one
            state.activity.end_day(seen)
        state.activity.today = 0
        self._close(day)
        state.peak, state.next_peak, state.blind, state.day = state.next_peak, 0.0, 0.0, day
        self._forget(day)
        self._draw()

    def live(self, time: float, device: str) -> None:
        """Take in a sign of life; what an hour of the silence after it counts follows from it."""
        number = self.clock.number(time)
        self.state.activity.live(number)
        see(self.state.seen_by, number, device)

    def leave_out(self, devices: Collection[str]) -> None:
        """Reckon what is usual without sensors that cannot be relied on."""
        if self._missing.symmetric_difference(devices):
            self._missing = frozenset(devices)
            self._draw()

    def learn(self, start: float, end: float, scale: Scale = PLAIN) -> None:
        """Take a silence as usual; it was lived through well and seen throughout."""
        state = self.state
        if not SHORTEST <= end - start <= LONGEST or not self._is_near(end):
            return
        self._count_peak(self._stray(start, end, scale), end)
        for number, age in self.clock.ages(start, end, end - start, 1.0):
            day, slot = divmod(number, SLOTS)
            if state.day is not None and day < state.day:
                continue  # is closed already: the clock was set back
            row = state.rows.get(day)
            if row is None:
                row = state.rows[day] = [0] * SLOTS
            row[slot] = max(row[slot], int(scale.pace * age))

    def miss(self, start: float, end: float) -> None:
        """Count time of this day in which nothing could be seen."""
        self.state.blind += max(0.0, end - start)
        self.state.activity.miss(self.clock.number(start), self.clock.number(end))

    def doubt(self, doubt: Doubt) -> None:
        """Keep a silence that was alerted on until it is known what it was."""
        self.state.doubts.append(doubt)

    def live_on(self, start: float, end: float, scale: Scale = PLAIN) -> list[Doubt]:
        """Let two hours without anything unusual show that what came before was nothing bad.

        Gives the doubts that are settled by it.
        """
        settled = []
        for doubt in self.state.doubts:
            if doubt.weight is not None:
                continue
            if self._stray(start, end, scale) > LEVEL:
                doubt.well_from = end
            elif end - doubt.well_from >= ORDINARY:
                settled.append(doubt)
        for doubt in settled:
            self._settle(doubt, HALF)
        return settled

    def judge(self, alert: str, *, is_false: bool) -> list[Doubt]:
        """Take in what a person said that an alert was; gives the doubts that it settles."""
        settled = [doubt for doubt in self.state.doubts if doubt.alert == alert]
        for doubt in settled:
            self._settle(doubt, 1.0 if is_false else 0.0)
        return settled

    def count_ceiling(self) -> None:
        """Count a false alert by a fixed limit: the line pays for it."""
        self.state.ceilings += 1

    # -- what comes out

    @property
    def days(self) -> int:
        """Give the number of days that the line was learned from."""
        return self.state.line.days

    @property
    def is_young(self) -> bool:
        """Say whether the population's line still weighs more than this home's."""
        return self.days < SKIPPED_DAYS

    @property
    def days_between(self) -> float:
        """Give N: the line may be passed once in so many days."""
        exposed = self.state.tail.exposed + PEAKS.days
        left = self._budget - MONTH * self.state.ceilings / exposed
        return MONTH / max(left, LEAST_SHARE * self._budget)

    def usual(self, time: float, pace: float = 1.0) -> float:
        """Give the longest usual silence (s) around the half hour of `time`, at this pace."""
        return max(self._levels[self.clock.number(time) % SLOTS], 0.0) / pace

    def crossing(
        self, start: float, age: float, end: float, days: float, scale: Scale = PLAIN
    ) -> float | None:
        """Give the time in [start, end) at which a silence is one of once in so many days.

        Its age is `age` at `start`, and may be negative: then it begins later.
        """
        began, rare, most = start - age, self.state.tail.height(days, PEAKS), self._most(days)
        for number, upto in self.clock.spans(start, end):
            slot = number % SLOTS
            stray = self._spread[slot] * scale.spread * rare
            limit = max(min((self._levels[slot] + stray) / scale.pace, most), LEAST_LIMIT)
            crossed = max(start, began + limit)
            if crossed < upto:
                return crossed
            start = upto
        return None

    def expected_days(self, time: float, age: float, scale: Scale = PLAIN) -> float | None:
        """Give N where a silence of this age at this time is expected once in N days."""
        if self.is_young:
            return None
        return self.state.tail.expected_days(self._stray_at(time, age, scale), PEAKS)

    def likeness(self, time: float, age: float, pace: float = 1.0) -> Likeness:
        """Give on how many days a silence reached this age within half an hour of this time."""
        return learned.likeness(self.state, self.clock.number(time) % SLOTS, age, pace)

    # -- inside

    def _is_near(self, time: float) -> bool:
        """Say whether a silence may have ended then; else the clock was set while it lasted."""
        today = self.state.day
        return today is None or abs(self.clock.number(time) // SLOTS - today) <= NEAR

    def _most(self, days: float) -> float:
        """Give the field's fixed rule, never exceeded in a young home or without a sensor."""
        if self.days >= YOUNG_DAYS and not self._is_without:
            return inf
        return FIXED_RULE + PEAKS.beta * max(0.0, log(days / FIXED_RULE_DAYS))

    def _stray_at(self, time: float, age: float, scale: Scale) -> float:
        slot = self.clock.number(time) % SLOTS
        return (scale.pace * age - self._levels[slot]) / (self._spread[slot] * scale.spread)

    def _stray(self, start: float, end: float, scale: Scale) -> float:
        """Give how far (s) a silence strayed at the worst of its half hours."""
        worst = 0.0
        for number, upto in self.clock.touched(start, end):
            slot = number % SLOTS
            beyond = scale.pace * (upto - start) - self._levels[slot]
            worst = max(worst, beyond / self._spread[slot])
        return worst / scale.spread

    def _count_peak(self, stray: float, end: float) -> None:
        """Count a silence on the day on which it ends."""
        state = self.state
        if state.day is not None and self.clock.number(end) // SLOTS > state.day:
            state.next_peak = max(state.next_peak, stray)
        else:
            state.peak = max(state.peak, stray)

    def _settle(self, doubt: Doubt, weight: float) -> None:
        was, doubt.weight = doubt.weight, weight
        if not doubt.by_line:
            self.state.ceilings = max(0.0, self.state.ceilings + bool(weight) - bool(was))
        if weight and not was and doubt.is_habit:
            known = doubt.known + weight * max(0.0, doubt.end - doubt.start - doubt.known)
            until = min(doubt.end, doubt.start + known)
            self.state.peak = max(self.state.peak, self._stray(doubt.start, until, doubt.scale))
        self._draw()

    def _close(self, day: int) -> None:
        """Put the days before this one into the line."""
        state = self.state
        for done in sorted(d for d in state.rows if d < day and d >= (state.day or 0)):
            state.line.add(state.rows[done], self._levels)

    def _forget(self, day: int) -> None:
        """Let go of old rows; doubts that are as old have become part of the line by then."""
        state = self.state
        first = (day - REMEMBERED + 1) * SLOTS
        kept = [d for d in state.doubts if self.clock.number(d.start) >= first][-DOUBTS:]
        for doubt in state.doubts:
            if doubt not in kept:
                self._raise(state.line, doubt)
        state.doubts = kept
        state.rows = {d: row for d, row in state.rows.items() if d >= day - REMEMBERED}
        state.seen_by = {d: seen for d, seen in state.seen_by.items() if d >= day - REMEMBERED}

    def _raise(self, line: Line, doubt: Doubt) -> None:
        """Add to the line what a settled doubt adds to its days."""
        today, rows = self.state.day or 0, self.state.rows
        if not doubt.weight or not doubt.is_habit:
            return
        raised: dict[int, list[int]] = {}
        for number, age in self.clock.ages(doubt.start, doubt.end, doubt.known, doubt.weight):
            day, slot = divmod(number, SLOTS)
            if day in rows and day < today:
                row = raised.setdefault(day, list(rows[day]))
                row[slot] = max(row[slot], int(doubt.scale.pace * age))
        for day, row in raised.items():
            line.raise_day(rows[day], row, sum(1 for d in rows if day < d < today))

    def _draw(self) -> None:
        """Draw the line of today from the days before, with what settled doubts add."""
        state = self.state
        others = line_without(self._missing, state.rows, state.seen_by, state.day or 0)
        line, self._is_without = others or state.line, others is not None
        if any(doubt.weight for doubt in self.state.doubts):
            line = Line(line.sums, line.weight, line.days, line.excess, line.excess_weight)
            for doubt in self.state.doubts:
                self._raise(line, doubt)
        self._levels, self._spread = line.levels, line.spread
