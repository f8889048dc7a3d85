"""Slow change: what has been different about the resident's days for weeks, told once a week.

It counts each day and asks on Monday morning. What is counted is days', when a difference is a
change is trends'. It is a note: nobody is woken by it, and nobody is asked to act at once.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct, field

from edge import trends
from edge.days import DAY, Days, Tally
from edge.halfhours import HalfHours
from edge.model import (
    Blind,
    Close,
    Configured,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Measure,
    Moment,
    Outcome,
    Reading,
    Rule,
    Severity,
    Shift,
    Shifted,
    Sighted,
)
from edge.presence import Presence
from edge.sight import Sight
from edge.signs import LIFE_KINDS
from edge.trend_figures import FARTHEST_DAYS, HOUR, NOTE_HOUR, REST
from edge.trends import Series
from edge.watch import IMPAIRMENT_RULES

MONDAY = 4  # days after the epoch's Thursday
WEEK = 7
EPOCH = date(1970, 1, 1)
TEACHING = frozenset({Outcome.WELL, Outcome.TEST})
OF_DEVICES = IMPAIRMENT_RULES | {Rule.CHANGE}  # closing these says nothing of the resident
NOTHING: list[Finding] = []


class TrendsState(Struct):
    """All that the detector remembers."""

    version: int = 1
    tally: Tally = field(default_factory=Tally)
    series: dict[Measure, Series] = {}
    moving: dict[str, float] = {}  # the sensors that see somebody move, since (s since the epoch)
    eyes: list[str] = []  # the devices that the days were counted by
    heard: Moment | None = None  # the last sign of life
    blinds: dict[str, Blind] = {}
    shut: float | None = None  # local time since when an eye is shut
    asked: int | None = None  # the day of the last weekly question
    told: int | None = None  # the day of the last note
    said: Finding | None = None


class Trends:
    """Follows how the resident's days change.

    `impaired` gives the devices that are silent or out of order: by such a day nothing is judged.
    """

    def __init__(
        self,
        home: Home,
        presence: Presence,
        state: TrendsState | None = None,
        impaired: Callable[[], set[str]] = set,
    ) -> None:
        self._home = home
        self._presence = presence
        self._impaired = impaired
        self.state = TrendsState() if state is None else state
        self._clock = HalfHours(home.zone)
        self._days = Days(home, self.state.tally)
        self._eyes = frozenset(d.id for d in home.devices if d.kinds & LIFE_KINDS - {Kind.STEPS})
        self._sight = Sight(home, self.state.blinds)
        self._ends = 0.0  # of the day that goes on, in seconds since the epoch; a guess, never kept
        self._due: Moment | None = None  # of the weekly question; likewise

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in life, how long a sensor sees it, blind time, and what an alert was."""
        match what:
            case Life():
                self._live(what)
            case Reading():
                self._watch(what)
            case Blind():
                self._sight.lose(what)
                self._look(what.began if what.began.trusted else now)
            case Sighted():
                self._sight.regain(what)
                self._look(now)
            case Configured():
                self._refit(now)
            case Close() if what.outcome not in TEACHING and what.rule not in OF_DEVICES:
                self.spoil()
            case _:
                pass

    def spoil(self) -> None:
        """Learn nothing from this day: somebody may be unwell, or away because of it."""
        self.state.tally.is_spoilt = True

    def _watch(self, reading: Reading) -> None:
        """Take in that a sensor begins or ends to see somebody move."""
        if reading.freshness is not Freshness.LIVE or reading.kind is not Kind.MOTION:
            return
        time, device, moving = reading.received.wall.timestamp(), reading.device, self.state.moving
        if reading.value:
            moving.setdefault(device, time)
        else:
            self._days.watch(device, time, moving.pop(device, None))

    def _live(self, life: Life) -> None:
        at = life.at
        if not at.trusted or life.kind is Kind.STEPS:
            return
        time = at.wall.timestamp()
        if not self._ends - DAY <= time < self._ends:
            self._turn(at)
        state, presence = self.state, self._presence
        if state.blinds:
            self._sight.hear(life)
            self._look(at)
        if presence.was_visited:
            state.tally.has_company = True
        self._days.live(
            life,
            self._clock.local(time),
            was_away=presence.was_away and not presence.was_declared,
            was_unsure=presence.was_unsure or presence.was_declared,
        )
        state.heard = at

    def _turn(self, at: Moment) -> None:
        """Close the day that has ended by `at`, if one has, and begin that of `at`."""
        if not at.trusted:
            return
        time = at.wall.timestamp()
        day = int(self._clock.local(time) // DAY)
        self._ends = self._clock.midnight_after(time)
        tally, heard = self.state.tally, self.state.heard
        if tally.day is None:
            self._days.begin(day)
        if tally.day is None or day == tally.day:
            return
        if heard is not None and heard.boot == at.boot:
            drift = (at.wall - heard.wall).total_seconds() - (at.monotonic - heard.monotonic)
            tally.is_spoilt = tally.is_spoilt or abs(drift) > HOUR
        if not -1 <= day - tally.day <= FARTHEST_DAYS:
            self._renumber(day - tally.day)
        if self.state.shut is not None:
            self._days.miss(self.state.shut, (tally.day + 1) * DAY)
            self.state.shut = max(self.state.shut, day * DAY)
        if tally.day < day and self._eyes.isdisjoint(self._impaired()):
            for measure, value in self._days.close().items():
                self._take(measure, tally.day, value)
        self._days.begin(day)

    def _take(self, measure: Measure, day: int, value: float) -> None:
        series = self.state.series.setdefault(measure, Series())
        if not series.days or series.days[-1] < day:
            trends.take(series, measure, day, value)

    def _renumber(self, days: int) -> None:
        """Let today have another number, and all that was learned with it: the clock was set."""
        state = self.state
        state.tally.day = (state.tally.day or 0) + days - 1
        state.tally.is_spoilt = True
        state.asked = state.told = None
        for series in state.series.values():
            trends.renumber(series, days)

    def _refit(self, now: Moment) -> None:
        """Begin anew where other devices watch: what they see is no change of the resident's."""
        self._sight.refit()
        self._look(now)
        eyes = sorted(self._eyes)
        if self.state.eyes not in ([], eyes):
            self.state.series.clear()
            self.spoil()
        self.state.eyes = eyes

    def _look(self, at: Moment) -> None:
        """Count how long an eye was shut until `at`, and go on counting while one is.

        What is stated late of a day that is over is counted from this day's beginning.
        """
        local = self._clock.local(at.wall.timestamp())
        day = self.state.tally.day
        if day is None or local >= day * DAY:
            self._turn(at)
        shut = self.state.shut
        if shut is not None:
            self._days.miss(shut, local)
        is_shut = self._sight.deaf_since(self._eyes) is not None
        self.state.shut = local if is_shut else None

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the note of this week, if there is one."""
        due = self._due
        if due is not None and due.reached(now):
            self._due = None
            self._ask(now)
        return [self.state.said] if self.state.said is not None else NOTHING

    def next_check(self, now: Moment) -> Moment | None:
        """Give the next Monday morning."""
        if not now.trusted:
            return None
        if self._due is None or self._due.boot != now.boot or self._due.reached(now):
            self._due = self._next_question(now)
        return self._due

    def _next_question(self, now: Moment) -> Moment:
        local = self._clock.local(now.wall.timestamp()) - NOTE_HOUR * HOUR
        day = int(local // DAY)
        monday = day + WEEK - (day - MONDAY) % WEEK
        hour = datetime.combine(EPOCH, datetime.min.time(), self._home.zone)
        then = (hour + timedelta(days=monday)).replace(hour=NOTE_HOUR)
        return now.plus(then.astimezone(UTC) - now.wall)

    def _ask(self, now: Moment) -> None:
        """Ask once a week what has changed; what was told is usual from then on."""
        self._turn(now)
        state, today = self.state, int(self._clock.local(now.wall.timestamp()) // DAY)
        if state.asked is not None and 0 <= today - state.asked < WEEK - 1:
            return  # the clock was set back; a week has not passed
        state.asked, state.said = today, None
        if state.told is not None and 0 <= today - state.told < REST:
            return
        shifts = []
        for measure in [each for each in Measure if each in state.series]:
            series = state.series[measure]
            found = trends.change(series, measure, today)
            if found is not None:
                since = EPOCH + timedelta(days=found.since)
                shifts.append(Shift(measure, found.before, found.now, since, found.days))
                trends.accept(series, found.since)
        if shifts and self._home.notes_change:
            state.told = today
            because = Shifted(tuple(shifts))
            state.said = Finding(Rule.CHANGE, self._home.id, Severity.NOTE, now, because)
