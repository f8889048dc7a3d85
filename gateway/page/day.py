"""The last twenty-four hours of a home, room by room, as the page draws them.

It reads the store beside the daemon, so that nobody waits for it. How it looks is page.css's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from edge.model import Entry, Home, Reading
from edge.signs import Signs
from gateway.pictures.past import Gathering
from gateway.store import Store

BIN = 600  # seconds that one bar stands for
BINS = 24 * 3600 // BIN
HEIGHT = 20
SHOWN = timedelta(hours=24)
BEFORE = timedelta(hours=2)  # read too, so that what began before is known
FULL = 6  # signs of life in a bar of full height

Span = tuple[float, float]  # seconds since the epoch


class Day(Struct):
    """What happened; times are seconds since the epoch, UTC."""

    begins: float
    ends: float  # the next full hour
    now: float
    rooms: dict[str, dict[int, int]] = {}  # signs of life by bar
    last: dict[str, datetime] = {}  # the last sign of life of each room
    away: list[Span] = []
    blind: list[Span] = []


def day_of(store: Path, home: Home, now: datetime) -> Day:
    """Read the last day of a home. Raises StoreFailed."""
    ends = -(-now.timestamp() // 3600) * 3600
    day = Day(ends - SHOWN.total_seconds(), ends, now.timestamp())
    signs, gathering = Signs(home), Gathering(home, 3)
    for entry in entries_since(store, home.id, now - SHOWN - BEFORE):
        gathering.take(entry)
        what = entry.what
        if isinstance(what, Reading):
            life = None if what.drill and not home.drill else signs.life(what)
            if life is not None:
                _live(day, life.room, life.at.wall)
    past = gathering.past(now.astimezone(home.zone).date())
    day.away = [_span(home, span) for span in past.away]
    day.blind = [_span(home, span) for span in past.blind]
    return day


def bars(day: Day, room: str) -> str:
    """Draw a room's life as one path, 144 wide and 20 high."""
    found = day.rooms.get(room, {})
    return "".join(
        f"M{x} {HEIGHT}v{-height}h1v{height}z"
        for x, count in sorted(found.items())
        if 0 <= x < BINS and (height := _height(count))
    )


def spans(day: Day, found: list[Span]) -> str:
    """Draw spans as one path of the same size."""
    path = ""
    for begins, ends in found:
        left, right = (min(max(_place(day, at), 0.0), BINS) for at in (begins, ends))
        if right > left:
            path += f"M{left:.1f} 0h{right - left:.1f}v{HEIGHT}h{left - right:.1f}z"
    return path


def hours(day: Day, home: Home, every: int = 3) -> Iterator[tuple[float, str]]:
    """Give the full hours to write below: where from the left, in percent, and the hour."""
    for number in range(25):
        at = day.begins + number * 3600
        hour = datetime.fromtimestamp(at, UTC).astimezone(home.zone).hour
        if hour % every == 0 and 0 < number < 24:
            yield number / 24 * 100, f"{hour:02}"


def _live(day: Day, room: str, at: datetime) -> None:
    bar = int((at.timestamp() - day.begins) // BIN)
    counts = day.rooms.setdefault(room, {})
    counts[bar] = counts.get(bar, 0) + 1
    day.last[room] = at


def _height(count: int) -> int:
    return max(6, round(HEIGHT * min(1.0, count / FULL)))


def _place(day: Day, at: float) -> float:
    return (at - day.begins) / BIN


def _span(home: Home, span: tuple[datetime, datetime]) -> Span:
    begins, ends = (each.replace(tzinfo=home.zone).timestamp() for each in span)
    return begins, ends


def entries_since(store: Path, household: str, since: datetime) -> Iterator[Entry]:
    """Give what came in of one home since a time, in order. Raises StoreFailed."""
    reading = Store.read_only(store)
    try:
        for _, entry in reading.entries(_before(reading, since), household):
            if entry.at.wall >= since:
                yield entry
    finally:
        reading.close()


def _before(reading: Store, since: datetime) -> int:
    """Give a number in the journal after which all of this time stands."""
    low, high = 0, reading.last_seq()
    while high - low > 500:
        middle = (low + high) // 2
        found = next(reading.entries(middle, None), None)
        if found is not None and found[1].at.wall < since:
            low = middle
        else:
            high = middle
    return low
