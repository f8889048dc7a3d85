"""How the measures of the days went over the last months, and the changes that were told."""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import itemgetter
from statistics import fmean

from edge.model import Measure, Shifted
from edge.trends import Series
from gateway.language import Language, say
from gateway.pictures.actogram import FAINT, GRID, LIFE, NOTE, TEXT
from gateway.pictures.canvas import Anchor, Canvas, Place
from gateway.pictures.past import Past

WIDTH, HEIGHT = 236.0, 62.0  # of one panel
GAP = 44.0
DOT = 2.5
ODD = 40  # one day in so many is drawn at the edge, or it would flatten all others
LEAST_DAYS = 7  # of a measure that is drawn
EPOCH = date(1970, 1, 1)
DAYS = "#8fb1d1"


def draw(canvas: Canvas, past: Past, language: Language, top: float) -> float:
    """Draw a panel for each measure that there is; give where the next part may begin."""
    series = [(m, s) for m, s in past.trends.series.items() if len(s.days) >= LEAST_DAYS]
    if not series:
        return top
    canvas.word((0, top + 12), say(language, "picture.changes"), size=13, fill=TEXT)
    top += 22
    for number, (measure, each) in enumerate(sorted(series, key=itemgetter(0))):
        place = (number % 3 * (WIDTH + GAP) + 34, top + number // 3 * (HEIGHT + 44))
        canvas.word((place[0], place[1] + 10), say(language, f"picture.{measure}"), size=11)
        _Panel(canvas, measure, each, place).draw(_told(past, measure))
    return top + (len(series) + 2) // 3 * (HEIGHT + 44)


class _Panel:
    """The days of one measure, from the least to the greatest value."""

    def __init__(self, canvas: Canvas, measure: Measure, series: Series, place: Place) -> None:
        self._canvas = canvas
        self._measure = measure
        self._series = series
        self._left, self._top = place[0], place[1] + 16
        self._days = (series.days[0], series.days[-1])
        ordered = sorted(series.values)
        odd = len(ordered) // ODD
        self._values = (ordered[odd], ordered[-1 - odd])

    def draw(self, told: Iterator[date]) -> None:
        """Draw the days, the mean of seven, and since when a change was told."""
        canvas, series, foot = self._canvas, self._series, self._top + HEIGHT
        canvas.line([(self._left, self._top), (self._left, foot), (self._left + WIDTH, foot)], GRID)
        self._scales(foot)
        places = [self._place(d, v) for d, v in zip(series.days, series.values, strict=True)]
        canvas.boxes(((x - DOT / 2, y - DOT / 2, DOT, DOT) for x, y in places), DAYS)
        canvas.line((self._place(day, value) for day, value in _smooth(series)), LIFE, 1.5)
        for since in told:
            day = (since - EPOCH).days
            if self._days[0] <= day <= self._days[1]:
                x, _ = self._place(day, 0)
                canvas.line([(x, self._top), (x, foot)], NOTE, 1.5)

    def _scales(self, foot: float) -> None:
        for value in dict.fromkeys(self._values):
            _, y = self._place(0, value)
            text = written(self._measure, value)
            place = (self._left - 4, y + 4)
            self._canvas.word(place, text, size=9, fill=FAINT, anchor=Anchor.END)
        for day, anchor in zip(self._days, (Anchor.START, Anchor.END), strict=True):
            x, _ = self._place(day, 0)
            text = f"{EPOCH + timedelta(days=day):%m-%d}"
            self._canvas.word((x, foot + 12), text, size=9, fill=FAINT, anchor=anchor)

    def _place(self, day: float, value: float) -> Place:
        (first, last), (low, high) = self._days, self._values
        x = self._left + WIDTH * (day - first) / max(1, last - first)
        inside = min(max(value, low), high)
        share = (inside - low) / (high - low) if high > low else 0.5
        return x, self._top + 3 + (HEIGHT - 6) * (1 - share)


def written(measure: Measure, value: float) -> str:
    """Write a value as people say it: a time of day as such, small counts with a decimal."""
    if measure is Measure.RISING:
        return f"{int(value) // 60}:{int(value) % 60:02}"
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _smooth(series: Series) -> Iterator[Place]:
    """Give the mean of each seven measured days."""
    for end in range(7, len(series.days) + 1):
        yield series.days[end - 4], fmean(series.values[end - 7 : end])


def _told(past: Past, measure: Measure) -> Iterator[date]:
    for alert in past.alerts:
        because = alert.finding.because
        if isinstance(because, Shifted):
            yield from (s.since for s in because.shifts if s.measure is measure)
