"""How what the sensors say arrives at a household: at once, late, twice, or by a wrong clock.

What is said is the strained home's.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from bench.strains import STRAINED, Link
from edge.model import (
    Blind,
    BlindCause,
    Configured,
    Entry,
    Freshness,
    Home,
    Input,
    Kind,
    Moment,
    Reading,
    Sighted,
)
from simulator.fitting import DAY, HOUR, MINUTE
from simulator.life import Signal

# Said with every message; only now and then is it news, and most of the time goes into it.
BESIDES = frozenset({Kind.BATTERY, Kind.BATTERY_LOW, Kind.LINK_QUALITY})
LOST_FOR = 6 * HOUR
DARK_FOR = 40 * MINUTE
WRONG_FOR = 20 * MINUTE
STARTS_FOR = MINUTE
AHEAD = 2 * HOUR


class Span(NamedTuple):
    """From when to when something stands between the sensors and the household."""

    begins: float
    ends: float


def spans(link: Link, onset: float) -> list[Span]:
    """Give when the link is not sound, in epoch seconds."""
    match link:
        case Link.LATE:
            begins, lasts = [onset + (d + 0.45) * DAY for d in range(1, STRAINED, 3)], LOST_FOR
        case Link.REPEATS:
            begins, lasts = [onset + d * DAY + 2.5 * HOUR for d in range(STRAINED)], STARTS_FOR
        case Link.CLOCK:
            begins, lasts = [onset + (d + 0.6) * DAY for d in range(2, STRAINED, 5)], DARK_FOR
        case Link.JUMP:
            begins, lasts = [onset + (d + 0.4) * DAY for d in (6, 20)], DAY
        case Link.SOUND:
            return []
    return [Span(at, at + lasts) for at in begins]


def arriving(
    home: Home, heard: Iterable[Signal], link: Link, onset: float, begins: float
) -> Iterator[Entry]:
    """Give the journal's lines from `begins` on, in order of arrival."""
    left = [span for span in spans(link, onset) if span.ends > begins]
    match link:
        case Link.SOUND:
            return _live(home, heard)
        case Link.LATE:
            return _late(home, heard, left)
        case Link.REPEATS:
            return _repeated(home, heard, left)
        case Link.CLOCK:
            past = [span for span in spans(link, onset) if span.ends <= begins]
            return _darkened(home, heard, left, _booted(past[-1]) if past else BoxClock())
        case Link.JUMP:
            return _jumping(home, heard, left)


class BoxClock(NamedTuple):
    """The clock of one start of a box; `ahead` are the seconds by which its wall clock is wrong."""

    boot: str = ""
    booted: float = 0.0
    ahead: float = 0.0
    trusted: bool = True

    def moment(self, at: float) -> Moment:
        """Give a true time as this box has it."""
        wall = datetime.fromtimestamp(at + self.ahead, UTC)
        return Moment(wall, at - self.booted, self.boot, self.trusted)


def _booted(cut: Span) -> BoxClock:
    """Give the clock of a box that starts after a power cut, once the network has set it."""
    return BoxClock(str(cut.ends), cut.ends)


def true_time(moment: Moment) -> float:
    """Give the epoch seconds of a moment, whatever the box takes the time to be."""
    return moment.monotonic + float(moment.boot or 0)


RIGHT = BoxClock()
FAST = BoxClock(ahead=AHEAD)


def readings(home: Home, one: Signal, now: Moment, freshness: Freshness) -> Iterator[Entry]:
    """Give a signal as readings, without what is only said besides."""
    values = {kind: value for kind, value in one.values.items() if kind not in BESIDES}
    room = next(device.room for device in home.devices if device.id == one.sensor)
    for kind, value in (values or one.values).items():
        reading = Reading(home.id, one.sensor, room, kind, value, now.wall, now, freshness)
        yield Entry(home.id, now, reading)


def _live(home: Home, heard: Iterable[Signal]) -> Iterator[Entry]:
    for one in heard:
        yield from readings(home, one, RIGHT.moment(one.at), Freshness.LIVE)


def _late(home: Home, heard: Iterable[Signal], lost: list[Span]) -> Iterator[Entry]:
    """Lose the link and say so; what came meanwhile is delivered afterwards, as buffered."""
    source = home.devices[0].source
    names = tuple(device.id for device in home.devices if device.source == source)
    waiting: list[Signal] = []
    is_lost = False
    for one in heard:
        while lost and one.at >= lost[0].ends:
            ends = RIGHT.moment(lost.pop(0).ends)
            yield Entry(home.id, ends, Sighted(BlindCause.SOURCE_LOST, source))
            for late in waiting:
                yield from readings(home, late, ends, Freshness.BUFFERED)
            waiting, is_lost = [], False
        if lost and one.at >= lost[0].begins and one.sensor in names:
            if not is_lost:
                began = RIGHT.moment(lost[0].begins)
                blind = Blind(BlindCause.SOURCE_LOST, source, names, began)
                yield Entry(home.id, RIGHT.moment(one.at), blind)
            is_lost = True
            waiting.append(one)
            continue
        yield from readings(home, one, RIGHT.moment(one.at), Freshness.LIVE)


def _repeated(home: Home, heard: Iterable[Signal], starts: list[Span]) -> Iterator[Entry]:
    """Let the bridge start anew, and repeat the last word of each sensor as if it were live."""
    last: dict[str, Signal] = {}
    bridge = home.devices[0].bridge or home.devices[0].source
    cause = BlindCause.BRIDGE_OFFLINE if home.devices[0].bridge else BlindCause.SOURCE_LOST
    names = tuple(d.id for d in home.devices if bridge in (d.bridge, d.source))
    for one in heard:
        while starts and one.at >= starts[0].ends:
            span = starts.pop(0)
            began, ended = RIGHT.moment(span.begins), RIGHT.moment(span.ends)
            yield Entry(home.id, began, Blind(cause, bridge, names, began))
            yield Entry(home.id, ended, Sighted(cause, bridge))
            for known in last.values():
                yield from readings(home, known, RIGHT.moment(span.ends + 1), Freshness.LIVE)
        if one.sensor in names:
            if starts and one.at >= starts[0].begins:
                continue
            last[one.sensor] = one
        yield from readings(home, one, RIGHT.moment(one.at), Freshness.LIVE)


def _darkened(
    home: Home, heard: Iterable[Signal], cuts: list[Span], clock: BoxClock
) -> Iterator[Entry]:
    """Cut the power; the box starts by the clock of when it went, until the network sets it."""
    for one in heard:
        while cuts and one.at >= cuts[0].ends:
            cut = cuts.pop(0)
            before, clock = clock, _booted(cut)._replace(ahead=cut.begins - cut.ends, trusted=False)
            yield from _started(home, cut, before, clock)
        if cuts and one.at >= cuts[0].begins:
            continue
        if not clock.trusted and one.at >= clock.booted + WRONG_FOR:
            clock = clock._replace(ahead=0.0, trusted=True)
            now = clock.moment(one.at)
            yield Entry(home.id, now, Sighted(BlindCause.CLOCK_UNTRUSTED, "clock"))
        yield from readings(home, one, clock.moment(one.at), Freshness.LIVE)


def _started(home: Home, cut: Span, before: BoxClock, clock: BoxClock) -> Iterator[Entry]:
    """Give what a box says when it starts without the time of day."""
    names = tuple(device.id for device in home.devices)
    now, began = clock.moment(cut.ends), before.moment(cut.begins)
    said: list[Input] = [
        Blind(BlindCause.DOWNTIME, "shouhu", names, began),
        Sighted(BlindCause.DOWNTIME, "shouhu"),
        Configured(""),
        Blind(BlindCause.CLOCK_UNTRUSTED, "clock", names, now),
    ]
    for what in said:
        yield Entry(home.id, now, what)


def _jumping(home: Home, heard: Iterable[Signal], wrong: list[Span]) -> Iterator[Entry]:
    for one in heard:
        is_wrong = any(span.begins <= one.at < span.ends for span in wrong)
        now = (FAST if is_wrong else RIGHT).moment(one.at)
        yield from readings(home, one, now, Freshness.LIVE)
