"""One vital sign as one device measures it: whether it is beyond a line for long enough.

Which readings count, and who is told, is left to others.
"""

from datetime import timedelta

from msgspec import Struct, field, structs

from edge.model import ZERO, Bound, Finding, Kind, Moment, Severity, Vital
from edge.own_range import OwnRange
from edge.quiet import elapsed
from edge.sustained import Sustained
from edge.vital_figures import OVER_BY, OWN_STANDS, REFRESHED
from edge.vital_lines import RULES, Line


class Excuse(Struct, frozen=True):
    """Up to this value a person has called it nothing, or has seen to it, for so long."""

    value: float
    given: Moment
    holds: timedelta
    teaches: bool = False  # what was measured meanwhile is this person's usual

    def is_over(self, now: Moment) -> bool:
        """Say whether it holds no more; where no clock can tell, it is over."""
        age = elapsed(self.given, now)
        return age is None or age > self.holds


class Crossing(Struct, frozen=True):
    """A line that is passed, by how much, in which eighth of the day."""

    line: Line
    bound: Bound
    limit: float
    level: float
    block: int


class Measured(Struct, omit_defaults=True):
    """All that is remembered of it."""

    recent: Sustained = field(default_factory=Sustained)
    range: OwnRange = field(default_factory=OwnRange)
    standing: Finding | None = None
    low: Excuse | None = None
    high: Excuse | None = None


class VitalSign:
    """Holds one vital sign against its lines. `own_days`: its own is passed once in so many."""

    def __init__(
        self,
        device: str,
        kind: Kind,
        lines: tuple[Line, ...],
        own_days: float | None,
        state: Measured,
    ) -> None:
        self._device = device
        self._kind = kind
        self._lines = lines
        self._own_days = own_days
        self._priors = {line.is_high: line.prior for line in lines}
        self.state = state

    # -- what goes in

    def take(self, value: float, block: int, day: int, now: Moment) -> bool:
        """Take in a reading at an hour of a day by the home's clock; say if anything follows."""
        state, before = self.state, self.state.standing
        if now.trusted:
            state.range.follow(day, self._lines[0].figures.a_day, self._priors)
        if not state.recent.add(value, now):
            return False
        self._end(now)
        usual, teaches = state.range.usual(block), now.trusted and self._teaches(now)
        for line in self._lines:
            level = state.recent.level(line.figures, is_high=line.is_high)
            if level is None:
                continue
            self._judge(line, level, block, now)
            if state.standing is None and teaches and usual is not None:
                state.range.stray(level, usual, is_high=line.is_high)
        if state.standing is None and teaches:
            state.range.learn(value, block)
        return state.standing is not before

    def _teaches(self, now: Moment) -> bool:
        """Say whether nothing of late was called a fault or an emergency."""
        excuses = (self.state.low, self.state.high)
        return all(each is None or each.teaches or each.is_over(now) for each in excuses)

    def rest(self, holds: timedelta, now: Moment, *, teaches: bool) -> None:
        """End what stands: a person has seen to it. Until then only what is worse is told."""
        said = self.state.standing
        if said is not None and isinstance(said.because, Vital):
            line = next(one for one in self._lines if one.is_high is said.because.is_high)
            value = line.beyond(said.because.value, line.figures.step)
            excuse = Excuse(value, now, holds, teaches)
            if line.is_high:
                self.state.high = excuse
            else:
                self.state.low = excuse
        self.state.standing = None

    # -- what it means

    def _end(self, now: Moment) -> None:
        """End what stands where three quarters of the readings are well within its line again.

        What is unusual for a week has become usual; beyond a hard limit nothing becomes that.
        """
        standing = self.state.standing
        if standing is None or not isinstance(standing.because, Vital):
            return
        because = standing.because
        line = next((one for one in self._lines if one.is_high is because.is_high), None)
        if line is None:
            self.state.standing = None
            return
        calm = self.state.recent.level(line.figures, is_high=not line.is_high)
        within = line.within(because.limit, OVER_BY * line.figures.step)
        if calm is not None and not line.is_beyond(calm, within):
            self.state.standing = None
        elif because.bound is Bound.OWN and _is_older(standing.since, OWN_STANDS, now):
            self.rest(timedelta(seconds=OWN_STANDS), now, teaches=True)

    def _judge(self, line: Line, level: float, block: int, now: Moment) -> None:
        low, high = line.figures.ordinary
        is_hard = line.is_beyond(level, line.limit)
        if not is_hard and low <= level <= high:
            return  # what is ordinary in anybody: nearly every reading ends here
        own = None if is_hard else self._own(line, block)
        if not is_hard and (own is None or not line.is_beyond(level, own)):
            return
        if self._is_excused(line, level, now):
            return
        bound, limit = (Bound.HARD, line.limit) if own is None else (Bound.OWN, own)
        self._say(Crossing(line, bound, limit, level, block), now)

    def _is_excused(self, line: Line, level: float, now: Moment) -> bool:
        excuse = self.state.high if line.is_high else self.state.low
        if excuse is None or line.is_beyond(level, excuse.value):
            return False
        return not excuse.is_over(now)

    def _own(self, line: Line, block: int) -> float | None:
        """Give the line that this person passes as seldom as the budget says."""
        if self._own_days is None or line.prior is None:
            return None
        return self.state.range.line(block, line.prior, self._own_days, is_high=line.is_high)

    def _say(self, what: Crossing, now: Moment) -> None:
        """Say it, or say it anew where it has become worse or its figures are old."""
        standing, severity, line = self.state.standing, _SEVERITY[what.bound], what.line
        if _is_outdone(standing, line, severity):
            standing = None
        samples = self.state.recent.within(line.figures)
        lasting = timedelta(seconds=round(samples[-1].at - samples[0].at))
        since = _earlier(now, lasting) if standing is None else standing.since
        readings = sum(sample.readings for sample in samples)
        vital = structs.replace(
            self._vital(what, now), began=since.wall, lasting=lasting, readings=readings
        )
        if standing is None or not isinstance(standing.because, Vital):
            rule = RULES[self._kind]
            self.state.standing = Finding(rule, self._device, severity, since, vital)
            return
        before = standing.because
        if before.is_high is not line.is_high or severity.rank > standing.severity.rank:
            return
        worse = line.beyond(before.value, line.figures.step)
        is_worse = line.is_beyond(what.level, worse) or severity is not standing.severity
        if is_worse or vital.at - before.at >= timedelta(seconds=REFRESHED):
            self.state.standing = structs.replace(standing, severity=severity, because=vital)

    def _vital(self, what: Crossing, now: Moment) -> Vital:
        """Give the facts, all but since when and by how many readings."""
        known, line = self.state.range, what.line
        own = {one.is_high: self._own(one, what.block) for one in self._lines}
        expected = None
        if line.prior is not None:
            expected = known.expected_days(what.level, what.block, line.prior, is_high=line.is_high)
        return Vital(
            device=self._device,
            kind=self._kind,
            value=round(what.level, 1),
            at=now.wall,
            began=now.wall,
            lasting=ZERO,
            readings=0,
            bound=what.bound,
            is_high=line.is_high,
            limit=what.limit,
            usual_low=own.get(False),
            usual_high=own.get(True),
            days=known.days,
            expected_days=expected,
        )


_SEVERITY = {Bound.HARD: Severity.URGENT, Bound.OWN: Severity.NOTE}


def _is_outdone(standing: Finding | None, line: Line, severity: Severity) -> bool:
    """Say whether what stands is a lesser thing of the other side: what is worse does not wait."""
    if standing is None or not isinstance(standing.because, Vital):
        return False
    is_other = standing.because.is_high is not line.is_high
    return is_other and severity.rank < standing.severity.rank


def _is_older(moment: Moment, seconds: float, now: Moment) -> bool:
    age = elapsed(moment, now)
    return age is not None and age.total_seconds() > seconds


def _earlier(now: Moment, by: timedelta) -> Moment:
    return Moment(now.wall - by, now.monotonic - by.total_seconds(), now.boot, now.trusted)
