"""What happened in a home over some days, as a picture shows it: life, absence, blindness, alerts.

It is gathered from the journal's entries or a recording's; drawing it is the others'.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from msgspec import Struct, field

from edge.detectors.trends import TrendsState
from edge.halfhours import SLOTS
from edge.learned import RhythmState
from edge.model import Alert, Blind, Entry, Home, Life, Moment, Reading, Sighted
from edge.presence import Presence
from edge.remembered import StateUnusable, remembered
from edge.rhythm import Rhythm
from edge.sight import Sight
from edge.signs import Signs

BIN = 10  # minutes that one bar of the picture stands for
BINS = 24 * 60 // BIN

Span = tuple[datetime, datetime]


class Usual(Struct, frozen=True):
    """What was learned: by day and half hour the longest silence in hours, and the line."""

    rows: dict[date, list[float]]
    line: list[float]  # usually no longer than so many hours


class Past(Struct):
    """One home over some days; times are on the home's own wall clock, without a zone."""

    home: Home
    until: date  # the last day
    days: int
    lives: dict[date, list[int]] = {}  # signs of life in each bin
    away: list[Span] = []
    blind: list[Span] = []
    alerts: list[Alert] = []
    usual: Usual | None = None
    trends: TrendsState = field(default_factory=TrendsState)

    @property
    def first(self) -> date:
        """Give the first day that is shown."""
        return self.until - timedelta(days=self.days - 1)


class Gathering:
    """Takes in what came in, in order, and gives the past of the last days at the end."""

    def __init__(self, home: Home, days: int) -> None:
        self._home = home
        self._zone = home.zone
        self._days = days
        self._signs = Signs(home)
        self._presence = Presence(home)
        self._sight = Sight(home, {})
        self._lives: dict[date, list[int]] = {}
        self._away: list[Span] = []
        self._blind: list[Span] = []
        self._last: Moment | None = None  # the last sign of life
        self._now: Moment | None = None
        self._blind_since: datetime | None = None

    def take(self, entry: Entry) -> None:
        """Take in one entry."""
        self._now = now = entry.at
        what = entry.what
        if isinstance(what, Reading):
            is_drill = what.drill and not self._home.drill
            life = None if is_drill else self._signs.life(what)
            if life is not None:
                self._live(life)
            return
        self._presence.observe(what, now)
        if isinstance(what, Blind):
            self._sight.lose(what)
            self._look(what.began)
        elif isinstance(what, Sighted):
            self._sight.regain(what)
            self._look(now)

    def past(self, until: date | None = None) -> Past:
        """Give the days up to this one, else up to the last that anything was heard of."""
        now = self._now
        if now is not None:
            self._look(now, is_over=True)
            if self._last is not None and self._presence.is_away(now):
                self._away.append((self._local(self._last), self._local(now)))
        last = until or (date(1970, 1, 1) if now is None else self._local(now).date())
        past = Past(self._home, last, self._days)
        past.lives = {day: row for day, row in self._lives.items() if past.first <= day <= last}
        past.away = [span for span in self._away if span[1].date() >= past.first]
        past.blind = [span for span in self._blind if span[1].date() >= past.first]
        return past

    def _live(self, life: Life) -> None:
        at = self._local(life.at)
        self._presence.observe(life, life.at)
        if self._sight.is_blind:
            self._sight.hear(life)
            self._look(life.at)
        is_out = self._presence.was_away or self._presence.was_declared
        if is_out and self._last is not None:
            self._away.append((self._local(self._last), at))
        self._last = life.at
        row = self._lives.get(at.date())
        if row is None:
            row = self._lives[at.date()] = [0] * BINS
        row[(at.hour * 60 + at.minute) // BIN] += 1

    def _look(self, at: Moment, *, is_over: bool = False) -> None:
        local = self._local(at)
        if self._blind_since is not None and (is_over or not self._sight.is_blind):
            self._blind.append((self._blind_since, local))
            self._blind_since = None
        elif self._blind_since is None and self._sight.is_blind and not is_over:
            self._blind_since = local

    def _local(self, at: Moment) -> datetime:
        return at.wall.astimezone(self._zone).replace(tzinfo=None)


def usual_of(home: Home, state: RhythmState) -> Usual | None:
    """Give what a home has learned of its silences; None where it has learned nothing yet."""
    if not state.rows:
        return None
    rhythm = Rhythm(home.zone, home.patience.budget, state)
    epoch = date(1970, 1, 1)
    rows = {
        epoch + timedelta(days=day): [seconds / 3600 for seconds in row]
        for day, row in sorted(state.rows.items())
    }
    midnight = datetime.combine(max(rows), datetime.min.time(), home.zone)
    half_hours = [(midnight + timedelta(minutes=30 * s)).timestamp() for s in range(SLOTS)]
    return Usual(rows, [rhythm.usual(time) / 3600 for time in half_hours])


def learned(past: Past, snapshot: bytes) -> None:
    """Add what the household has learned; a snapshot of another version adds nothing."""
    with suppress(StateUnusable):
        state = remembered(snapshot)
        past.usual = usual_of(past.home, state.inactivity.rhythm)
        past.trends = state.trends
