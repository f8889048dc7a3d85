"""Whether a measure of the resident's days has changed for good.

It is given one number a day and knows neither home nor clock; days are numbers. What is measured
is days', when somebody is told the detector's.

A day's value, transformed so that its spread does not hang on its height, is held against the
usual days before it: z = (value - mean) / spread, over days cut off at CLIP spreads. Two sums,
upwards S = max(0, S + z - k) and downwards likewise, are the CUSUM of Page (1954); one that
passes h is a change, which began when that sum last left 0.
"""

from math import log, sqrt
from statistics import fmean, median

from msgspec import Struct, field

from edge.because import Measure
from edge.trend_figures import (
    CLIP,
    LAG,
    LASTING,
    LEAST_USUAL,
    RECENT,
    REMEMBERED,
    SCALES,
    SLACK,
    STANDING,
    Scale,
)

MAD_TO_SPREAD = 1.4826  # of a normal distribution
COUNTS = frozenset({Measure.NIGHT_VISITS, Measure.OUTINGS})
LENGTHS = frozenset({Measure.ACTIVITY, Measure.ROOM_CHANGES, Measure.LONGEST_QUIET})


class Sum(Struct):
    """One of the two sums, and the day on which it last left 0."""

    height: float = 0.0
    since: int | None = None

    def add(self, step: float, day: int) -> None:
        """Take in a day."""
        self.height = max(0.0, self.height + step)
        if not self.height:
            self.since = None
        elif self.since is None:
            self.since = day


class Series(Struct):
    """One measure over the days, the oldest first, and its sums."""

    days: list[int] = []
    values: list[float] = []
    begun: int | None = None  # what lies before this day is kept for the picture alone
    up: Sum = field(default_factory=Sum)
    down: Sum = field(default_factory=Sum)


class Found(Struct, frozen=True):
    """A change that lasts: the mean of the usual days, of those since, and their number."""

    before: float
    now: float
    since: int
    days: int


def take(series: Series, measure: Measure, day: int, value: float) -> None:
    """Take in what was measured of a day; days come in order, some are missing."""
    usual = _usual(series)
    if len(usual) >= LEAST_USUAL:
        z = _z(measure, value, usual)
        series.up.add(z - SLACK, day)
        series.down.add(-z - SLACK, day)
    series.days.append(day)
    series.values.append(value)
    if len(usual) >= LEAST_USUAL:
        _forget_what_passed(series, measure, usual)
    if len(series.days) > REMEMBERED:
        del series.days[0], series.values[0]


def change(
    series: Series, measure: Measure, today: int, scale: Scale | None = None
) -> Found | None:
    """Give the change that has lasted until now, if there is one that is worth telling."""
    scale = SCALES[measure] if scale is None else scale
    for sum_, sign in ((series.up, 1), (series.down, -1)):
        since = sum_.since
        if since is None or sum_.height < scale.height or today - since < LASTING:
            continue
        known = _since(series, series.begun)
        before = [value for day, value in known if day < since]
        after = [value for day, value in known if day >= since]
        if len(after) < RECENT or not before:
            continue
        was, is_, recent = fmean(before), fmean(after), fmean(after[-RECENT:])
        least = scale.least_change * (was if scale.is_share else 1.0)
        is_standing = sign * (recent - was) >= STANDING * sign * (is_ - was)
        if sign * (is_ - was) >= least and is_standing:
            return Found(was, is_, since, len(after))
    return None


def accept(series: Series, since: int) -> None:
    """Take what has begun on that day for usual: it was told, and is told no more."""
    series.begun = since
    series.up, series.down = Sum(), Sum()


def renumber(series: Series, days: int) -> None:
    """Let every day have a number so much later: the clock was set."""
    series.days = [day + days for day in series.days]
    series.begun = None if series.begun is None else series.begun + days
    for sum_ in (series.up, series.down):
        if sum_.since is not None:
            sum_.since += days


# -- inside


def _usual(series: Series) -> list[float]:
    """Give the values of the days that are taken for usual: not the last, nor those in doubt."""
    known = _since(series, series.begun)
    kept = [value for _, value in known[: max(0, len(known) - LAG)]]
    doubtful = [s.since for s in (series.up, series.down) if s.since is not None]
    if not doubtful:
        return kept
    before = sum(1 for day, _ in known if day < min(doubtful))
    return kept[: max(before, LEAST_USUAL)]


def _since(series: Series, begun: int | None) -> list[tuple[int, float]]:
    pairs = zip(series.days, series.values, strict=True)
    return [(day, value) for day, value in pairs if begun is None or day >= begun]


def _z(measure: Measure, value: float, usual: list[float]) -> float:
    values = [transformed(measure, each) for each in usual]
    middle = median(values)
    least = SCALES[measure].least_spread
    reach = CLIP * max(MAD_TO_SPREAD * median([abs(v - middle) for v in values]), least)
    cut = [min(max(each, middle - reach), middle + reach) for each in values]
    own = min(max(transformed(measure, value), middle - reach), middle + reach)
    mean = fmean(cut)
    spread = sqrt(fmean([(each - mean) ** 2 for each in cut]))
    z = (own - mean) / max(spread, least)
    return min(max(z, -CLIP), CLIP)


def _forget_what_passed(series: Series, measure: Measure, usual: list[float]) -> None:
    """Drop a sum whose last days are back at what was usual: it has passed."""
    if len(series.values) < RECENT:
        return
    z = _z(measure, median(series.values[-RECENT:]), usual)
    earlier = series.days[-RECENT]
    for sum_, has_passed in ((series.up, z <= 0), (series.down, z >= 0)):
        if has_passed and sum_.since is not None and sum_.since <= earlier:
            sum_.height, sum_.since = 0.0, None


def transformed(measure: Measure, value: float) -> float:
    """Give a value whose spread does not hang on its height.

    Counts by Anscombe's 2 sqrt(x + 3/8), lengths by their logarithm, times of day as they are.
    """
    if measure in COUNTS:
        return 2 * sqrt(value + 0.375)
    if measure in LENGTHS:
        return log(max(value, 0.1))
    return value
