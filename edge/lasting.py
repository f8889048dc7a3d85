"""How long something usually lasts at this hour of the day, and how rare it is that it goes on.

What lasts is the asker's: a stay in a room, somebody in bed, movement in one place only. It knows
no sensor and no alert.

    M[day][h]   longest age reached in hour h, the highest of h-1, h and h+1
    L[h]        (weighted mean over days of M^4)^(1/4); a day's weight halves in 14 days with data
    unit        median of L over the hours in which it goes on
    s[h]        how far hour h strays beyond its L, against the mean hour of this thing
    z           (age - L[h]) / (unit s[h]), whose daily peak has an exponential tail of the home's
"""

from msgspec import Struct, field

from edge.figures import HOUR
from edge.halfhours import SLOTS, HalfHours
from edge.routine_figures import (
    DOUBTS,
    HALF,
    HORIZON,
    LINE_HALF_LIFE,
    LONGEST_PAUSE,
    POWER,
    SHORTEST,
    SKIPPED_DAYS,
    STRAY_DAYS,
    STRAY_DRIFT,
    STRAY_HALF_LIFE,
    UNEXPLAINED,
    YOUNG_DAYS,
    Sort,
)
from edge.tail import Tail

HOURS = 24
NEVER = [0.0] * HOURS
DAYS_KEPT = 28


class Line(Struct, omit_defaults=True):
    """How long one thing lasted, by hour; fading sums of powers of hours."""

    sums: list[float] = []
    weight: float = 0.0
    days: int = 0
    beyond: list[float] = []  # fading sums of how far the days strayed, s
    beyond_weight: float = 0.0
    open: dict[int, list[float]] = {}  # day -> longest age (s) in each hour, not yet in the sums


class Doubted(Struct):
    """Something that was alerted on and is over: what it was is not known yet."""

    subject: str
    start: float
    end: float
    known: float  # seconds; up to there it is learned already
    alert: str


class LastingState(Struct):
    """All that was learned of one sort of thing in one home."""

    lines: dict[str, Line] = {}
    tail: Tail = field(default_factory=Tail)
    peak: float = 0.0  # today's
    day: int | None = None
    first_day: int | None = None
    doubts: list[Doubted] = []


class Lasting:
    """The lines of one sort of thing. Times are seconds since the epoch, UTC; ages are seconds."""

    def __init__(
        self, clock: HalfHours, sort: Sort, expected_days: float, state: LastingState
    ) -> None:
        self.state = state
        self.sort = sort
        self._clock = clock
        self._expected_days = expected_days
        self._levels: dict[str, list[float]] = {}
        self._units: dict[str, list[float]] = {}  # by hour: unit s[h]
        self._height = 0.0
        self._draw()

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Close the days before this one's, if `time` is the first of a new day."""
        state, day = self.state, self._clock.number(time) // SLOTS
        if state.day == day:
            return
        if state.day is None or not 0 < day - state.day <= LONGEST_PAUSE:
            self._begin_anew(day)
            return
        state.tail.fade(day - state.day, self.sort.prior)
        if state.first_day is not None and state.day - state.first_day > SKIPPED_DAYS:
            state.tail.add(state.peak, 1.0, self.sort.prior)
        state.peak, state.day = 0.0, day
        self._settle(time)
        for subject, line in state.lines.items():
            # What began yesterday may go on still, and counts for yesterday's hours as well.
            for done in sorted(d for d in line.open if d < day - 1):
                _add(line, line.open.pop(done), self._levels.get(subject))
        self._draw()

    def learn(self, subject: str, start: float, end: float, *, is_telling: bool = True) -> None:
        """Take something that is over as usual.

        `is_telling`: it is one that would be told if it lasted; of the others the tail knows
        nothing.
        """
        if not SHORTEST <= end - start <= self.sort.longest or self.state.day is None:
            return
        line = self.state.lines.get(subject)
        if line is None:
            line = self.state.lines[subject] = Line()
        level, units = self._levels.get(subject, NEVER), self._unit(subject)
        highest = 0.0
        for number, upto in self._clock.spans(start, end):
            day, slot = divmod(number, SLOTS)
            row = line.open.get(day)
            if row is None:
                row = line.open[day] = [0.0] * HOURS
            hour, age = slot // 2, upto - start
            row[hour] = max(row[hour], age)
            highest = max(highest, (age - level[hour]) / units[hour])
        if is_telling and line.days >= SKIPPED_DAYS:
            self.state.peak = max(self.state.peak, highest)

    def doubt(self, doubted: Doubted) -> None:
        """Learn of something alerted on what was usual before; the rest when it is known."""
        self.learn(doubted.subject, doubted.start, doubted.start + doubted.known)
        self.state.doubts = [*self.state.doubts, doubted][-DOUBTS:]

    def judge(self, alert: str, *, is_false: bool) -> None:
        """Take in what a person said that an alert was."""
        kept = []
        for doubted in self.state.doubts:
            if doubted.alert != alert:
                kept.append(doubted)
            elif is_false:
                self.learn(doubted.subject, doubted.start, doubted.end)
        self.state.doubts = kept

    # -- what comes out

    def days(self, subject: str) -> int:
        """Give how many of the last days it was learned from."""
        line = self.state.lines.get(subject)
        return 0 if line is None else min(line.days, DAYS_KEPT)

    def usual(self, subject: str, time: float) -> float:
        """Give how long (s) it usually lasts at most around the hour of `time`."""
        return self._levels.get(subject, NEVER)[self._hour(time)]

    def expected_days(self, subject: str, time: float, age: float) -> float | None:
        """Give N where so long a one at this time is expected once in N days; None: too new."""
        if self.days(subject) < SKIPPED_DAYS:
            return None
        unit = self._unit(subject)[self._hour(time)]
        beyond = (age - self.usual(subject, time)) / unit
        return self.state.tail.expected_days(beyond, self.sort.prior)

    def crossing(self, subject: str, start: float, factor: float = 1.0) -> float | None:
        """Give the age at which what began at `start` lasts too long; None: within two days."""
        level, more = self._levels.get(subject, NEVER), self._more(subject)
        time = start
        for number, upto in self._clock.spans(start, start + HORIZON):
            hour = number % SLOTS // 2
            limit = max(factor * (level[hour] + more[hour]), self.sort.least)
            crossed = max(time, start + limit)
            if crossed < upto:
                return crossed - start
            time = upto
        return None

    # -- inside

    def _hour(self, time: float) -> int:
        return self._clock.number(time) % SLOTS // 2

    def _unit(self, subject: str) -> list[float]:
        return self._units.get(subject) or [self.sort.most_unit] * HOURS

    def _more(self, subject: str) -> list[float]:
        """Give how far beyond the usual the limit of each hour lies."""
        line = self.state.lines.get(subject)
        known = 0 if line is None else line.days
        widened = self.sort.unknown * max(0.0, 1.0 - known / YOUNG_DAYS)
        return [widened + max(0.0, self._height * unit) for unit in self._unit(subject)]

    def _begin_anew(self, day: int) -> None:
        """Begin to count days, or go on under another number where the clock was set by days."""
        state = self.state
        if state.first_day is None or state.day is None:
            state.first_day = day
        else:
            state.first_day += day - state.day
        state.day, state.peak, state.doubts = day, 0.0, []
        for line in state.lines.values():
            line.open = {}

    def _settle(self, time: float) -> None:
        """Learn half of what nobody explained within a day."""
        kept = []
        for doubted in self.state.doubts:
            if time - doubted.end < UNEXPLAINED:
                kept.append(doubted)
                continue
            age = doubted.end - doubted.start
            half = doubted.known + HALF * max(0.0, age - doubted.known)
            self.learn(doubted.subject, doubted.start, doubted.start + half)
        self.state.doubts = kept

    def _draw(self) -> None:
        """Draw the lines anew from the days before this one."""
        sort = self.sort
        for subject, line in self.state.lines.items():
            if not line.weight:
                continue
            level = [HOUR * (each / line.weight) ** (1 / POWER) for each in line.sums]
            lasting = sorted(each for each in level if each > SHORTEST)
            middle = lasting[len(lasting) // 2] if lasting else sort.most_unit
            unit = min(max(middle, sort.least_unit), sort.most_unit)
            self._levels[subject] = level
            strays = _strays(line, level) if sort.by_hour else [1.0] * HOURS
            self._units[subject] = [unit * stray for stray in strays]
        self._height = self.state.tail.height(self._expected_days, sort.prior)


def _add(line: Line, row: list[float], level: list[float] | None) -> None:
    """Take a day that is over into the sums; `level` is the line so far."""
    if level is not None and line.days >= SKIPPED_DAYS:
        beyond = [max(0.0, age - usual) for age, usual in zip(row, level, strict=True)]
        for _ in range(STRAY_DRIFT):
            beyond = _widened(beyond)
        kept, before = 0.5 ** (1 / STRAY_HALF_LIFE), line.beyond or NEVER
        line.beyond = [kept * total + more for total, more in zip(before, beyond, strict=True)]
        line.beyond_weight = kept * line.beyond_weight + 1.0
    kept = 0.5 ** (1 / LINE_HALF_LIFE)
    smeared = _widened(row)
    sums = line.sums or [0.0] * HOURS
    line.sums = [kept * s + (age / HOUR) ** POWER for s, age in zip(sums, smeared, strict=True)]
    line.weight = kept * line.weight + 1.0
    line.days += 1


def _strays(line: Line, level: list[float]) -> list[float]:
    """Give how far each hour strays beyond its line, against the mean hour of those it goes on in.

    An hour that never strayed counts half: no hour is quite as even as a few weeks make it seem.
    """
    lasting = [more for more, usual in zip(line.beyond, level, strict=False) if usual > SHORTEST]
    mean = sum(lasting) / len(lasting) if lasting else 0.0
    if mean <= 0:
        return [1.0] * HOURS
    trust = line.beyond_weight / (line.beyond_weight + STRAY_DAYS)
    return [1.0 - trust + trust * (more / mean + 1.0) / 2 for more in line.beyond]


def _widened(row: list[float]) -> list[float]:
    """Give each hour the most of itself and its neighbours; the day wraps round."""
    return [max(row[i - 1], age, row[(i + 1) % HOURS]) for i, age in enumerate(row)]
