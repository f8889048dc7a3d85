"""The double-plotted actogram: a row a day, and beside it the next, so that a night is whole.

What happened is past's, the other parts of the sheet are heat's and changes'.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import log1p

from edge.model import Alert, Severity
from gateway.language import Language, say
from gateway.pictures.canvas import Anchor, Canvas, Extent
from gateway.pictures.past import BIN, BINS, Past, Span

LABELS = 86.0  # pixels for the dates
HOUR = 16.0  # pixels of an hour
DAY = 24 * HOUR
WIDTH = LABELS + 2 * DAY + 8
ROW = 18.0
BAR = 15.0  # the tallest bar
FULL = 20  # signs of life in a bin that make the tallest bar
LISTED = 12  # alerts that are told in words

LIFE, AWAY, BLIND, GRID, TEXT, FAINT = (
    *("#1f4e79", "#f4d58d", "#b8b8b8"),
    *("#e3e3e3", "#222222", "#666666"),
)
ALERT, NOTE = "#c1121f", "#7b2cbf"
LEGEND = (
    *(("life", LIFE), ("away", AWAY), ("blind", BLIND)),
    *(("alert", ALERT), ("note", NOTE)),
)


def draw(canvas: Canvas, past: Past, language: Language, top: float) -> float:
    """Draw the days from `top` on; give where the next part may begin."""
    top = _legend(canvas, language, top)
    top = _hours(canvas, top)
    _grid(canvas, past, top)
    _dates(canvas, past, language, top)
    _spans(canvas, past, past.blind, BLIND, top)
    _spans(canvas, past, past.away, AWAY, top)
    canvas.boxes(_bars(past, top), LIFE)
    shown = _alerts(canvas, past, top)
    below = top + past.days * ROW + 20
    return _told(canvas, past, shown, language, below)


def weekday(language: Language, number: int) -> str:
    """Name a day of the week, Monday being 0."""
    return say(language, "picture.weekdays").split()[number]


def _legend(canvas: Canvas, language: Language, top: float) -> float:
    canvas.word((0, top + 10), say(language, "picture.days"), size=11, fill=FAINT)
    top, left = top + 18, LABELS
    for key, fill in LEGEND:
        canvas.boxes([(left, top, 12, 10)], fill)
        canvas.word((left + 17, top + 9), say(language, f"picture.{key}"), size=11, fill=FAINT)
        left += 90
    return top + 18


def _hours(canvas: Canvas, top: float) -> float:
    for hour in range(0, 49, 3):
        place = (LABELS + hour * HOUR, top + 10)
        canvas.word(place, str(hour % 24), size=10, fill=FAINT, anchor=Anchor.MIDDLE)
    return top + 14


def _grid(canvas: Canvas, past: Past, top: float) -> None:
    bottom = top + past.days * ROW
    for row in range(past.days + 1):
        y = top + row * ROW
        canvas.line([(LABELS, y), (LABELS + 2 * DAY, y)], GRID)
    for hour in range(0, 49, 6):
        x = LABELS + hour * HOUR
        canvas.line([(x, top), (x, bottom)], FAINT if hour == 24 else GRID)


def _dates(canvas: Canvas, past: Past, language: Language, top: float) -> None:
    """Write the dates beside the rows."""
    for row in range(past.days):
        day = past.first + timedelta(days=row)
        text = f"{day:%m-%d} {weekday(language, day.weekday())}"
        fill = FAINT if day.weekday() >= 5 else TEXT
        place = (LABELS - 8, top + row * ROW + 13)
        canvas.word(place, text, size=11, fill=fill, anchor=Anchor.END)


def _bars(past: Past, top: float) -> Iterator[Extent]:
    width = HOUR * BIN / 60
    for day, counts in past.lives.items():
        for number in range(BINS):
            if counts[number]:
                height = BAR * min(1.0, 0.25 + 0.75 * log1p(counts[number]) / log1p(FULL))
                for x, y in _places(past, datetime.combine(day, time()), number * width, top):
                    yield x, y + ROW - height, width, height


def _places(past: Past, at: datetime, more: float, top: float) -> Iterator[tuple[float, float]]:
    """Give the places of a time: on its own row, and on the right of the row before."""
    row = (at.date() - past.first).days
    x = LABELS + (at.hour * 60 + at.minute + at.second / 60) / 60 * HOUR + more
    if 0 <= row < past.days:
        yield x, top + row * ROW
    if 1 <= row <= past.days:
        yield x + DAY, top + (row - 1) * ROW


def _spans(canvas: Canvas, past: Past, spans: list[Span], fill: str, top: float) -> None:
    extents = []
    for begins, ends in spans:
        for start, length in _by_day(begins, ends):
            for x, y in _places(past, start, 0.0, top):
                extents.append((x, y + 1, length, ROW - 1))
    canvas.boxes(extents, fill)


def _by_day(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, float]]:
    """Cut a span at midnights; give where each part begins, and its length in pixels."""
    while begins < ends:
        midnight = datetime.combine(begins.date() + timedelta(days=1), time())
        upto = min(ends, midnight)
        yield begins, (upto - begins) / timedelta(hours=1) * HOUR
        begins = upto


def opened(past: Past, alert: Alert) -> datetime:
    """Give when an alert was opened, on the home's wall clock."""
    return alert.opened.wall.astimezone(past.home.zone).replace(tzinfo=None)


def is_grave(alert: Alert) -> bool:
    """Say whether somebody had to come; else it is a note, or about the devices."""
    return alert.finding.severity.rank < Severity.FAULT.rank


def _alerts(canvas: Canvas, past: Past, top: float) -> list[Alert]:
    first, last = past.first, past.until
    shown = [a for a in past.alerts if first <= opened(past, a).date() <= last]
    shown.sort(key=lambda alert: alert.opened.wall)
    for number, alert in enumerate(shown, start=1):
        fill = ALERT if is_grave(alert) else NOTE
        for x, y in _places(past, opened(past, alert), 0.0, top):
            canvas.boxes([(x - 1.5, y, 3, ROW)], fill)
            canvas.boxes([(x + 1.5, y + 1, 1 + 6 * len(str(number)), 10)], "#ffffff")
            canvas.word((x + 3, y + 9), str(number), size=9, fill=fill)
    return shown


def _told(canvas: Canvas, past: Past, shown: list[Alert], language: Language, top: float) -> float:
    if not shown:
        canvas.word((LABELS, top), say(language, "picture.no_alerts"), size=11, fill=FAINT)
        return top + 16
    canvas.word((LABELS - 8, top), say(language, "picture.alerts"), size=11, anchor=Anchor.END)
    for number, alert in enumerate(shown[:LISTED], start=1):
        at, rule = opened(past, alert), say(language, f"rule.{alert.finding.rule}")
        outcome = ""
        if is_grave(alert) and alert.outcome is not None:
            outcome = say(language, f"outcome.{alert.outcome}")
        text = "   ".join(part for part in (f"{number}  {at:%m-%d %H:%M}", rule, outcome) if part)
        canvas.word((LABELS, top), text, size=11)
        top += 16
    if len(shown) > LISTED:
        more = say(language, "picture.more", count=len(shown) - LISTED)
        canvas.word((LABELS, top), more, size=11, fill=FAINT)
        top += 16
    return top
