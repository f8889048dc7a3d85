"""The learned rhythm as a heat map: how long it was quiet, by day and half hour, and the line."""

from collections.abc import Iterator
from datetime import timedelta

from edge.halfhours import SLOTS
from gateway.language import Language, say
from gateway.pictures.actogram import FAINT, GRID, LABELS, TEXT, weekday
from gateway.pictures.canvas import Anchor, Canvas, Extent
from gateway.pictures.past import Usual

CELL = 16.0  # pixels of a half hour
ROW = 9.0
LINE = 64.0  # height of the line's part
# Light to dark in equal steps to the eye, also in grey; from so many hours on.
STEPS = (
    (0.5, "#eaf3fb"),
    (1.0, "#cfe3f4"),
    (2.0, "#9fc8e6"),
    (3.0, "#6fa8d3"),
    (4.5, "#4484b8"),
    (6.0, "#245f96"),
    (8.0, "#143d6b"),
    (11.0, "#081f3d"),
)


def draw(canvas: Canvas, usual: Usual | None, language: Language, top: float) -> float:
    """Draw the map from `top` on; give where the next part may begin."""
    if usual is None:
        canvas.word((0, top + 12), say(language, "picture.no_rhythm"), size=12, fill=FAINT)
        return top + 20
    canvas.word((0, top + 12), say(language, "picture.rhythm"), size=13, fill=TEXT)
    top = _scale(canvas, language, top + 20)
    top = _hours(canvas, top)
    days = (max(usual.rows) - min(usual.rows)).days + 1
    for least, fill in STEPS:
        canvas.boxes(_cells(usual, least, top), fill)
    _dates(canvas, usual, language, top, days)
    return _line(canvas, usual, language, top + days * ROW + 10)


def _scale(canvas: Canvas, language: Language, top: float) -> float:
    left = LABELS
    for least, fill in STEPS:
        canvas.boxes([(left, top, 14, 10)], fill)
        text = say(language, "picture.hours", count=f"{least:g}")
        canvas.word((left + 18, top + 9), text, size=10, fill=FAINT)
        left += 78
    return top + 16


def _hours(canvas: Canvas, top: float) -> float:
    for hour in range(0, 25, 2):
        place = (LABELS + 2 * hour * CELL, top + 10)
        canvas.word(place, str(hour % 24), size=10, fill=FAINT, anchor=Anchor.MIDDLE)
    return top + 14


def _cells(usual: Usual, least: float, top: float) -> Iterator[Extent]:
    """Give the cells of at least so many hours; darker ones are laid over them."""
    first = min(usual.rows)
    for day, row in usual.rows.items():
        y = top + (day - first).days * ROW
        for slot in range(SLOTS):
            if row[slot] >= least:
                yield LABELS + slot * CELL, y, CELL, ROW


def _dates(canvas: Canvas, usual: Usual, language: Language, top: float, days: int) -> None:
    first = min(usual.rows)
    for number in range(days):
        day = first + timedelta(days=number)
        if day.weekday() == 0 or days <= 3:
            text = f"{day:%m-%d} {weekday(language, day.weekday())}"
            place = (LABELS - 8, top + number * ROW + 8)
            canvas.word(place, text, size=10, anchor=Anchor.END)
            canvas.line([(LABELS - 5, place[1] - 8), (LABELS, place[1] - 8)], FAINT)


def _line(canvas: Canvas, usual: Usual, language: Language, top: float) -> float:
    canvas.word((LABELS, top + 10), say(language, "picture.line"), size=11, fill=FAINT)
    top += 18
    highest = max(2.0, *usual.line)
    foot = top + LINE
    for hours in (0.0, highest / 2, highest):
        y = foot - LINE * hours / highest
        canvas.line([(LABELS, y), (LABELS + SLOTS * CELL, y)], GRID)
        place = (LABELS - 8, y + 4)
        canvas.word(place, f"{hours:.1f}", size=10, fill=FAINT, anchor=Anchor.END)
    places = []
    for slot, hours in enumerate(usual.line):
        y = foot - LINE * hours / highest
        places += [(LABELS + slot * CELL, y), (LABELS + (slot + 1) * CELL, y)]
    canvas.line(places, STEPS[5][1], 2.0)
    return foot + 8
