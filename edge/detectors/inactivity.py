"""No sign of life for longer than is usual here at this hour, or than the hard ceiling allows.

It decides when a silence is an alarm and what may be learned from it. What is usual is rhythm's,
whether somebody is out is presence's, who is told is the alert book's.
"""

from datetime import datetime, timedelta

from msgspec import Struct, field

from edge.alerts import alert_id
from edge.chance import Chance
from edge.figures import LEAST_LIMIT, SHORTEST
from edge.learned import Doubt, RhythmState
from edge.model import (
    Blind,
    Close,
    Configured,
    Finding,
    Home,
    Input,
    Life,
    Limit,
    Moment,
    Outcome,
    Reading,
    Rule,
    Severity,
    Sighted,
    Silence,
)
from edge.presence import Presence
from edge.quiet import Quiet, elapsed
from edge.rhythm import Rhythm
from edge.sight import Sight

LEAST = timedelta(seconds=LEAST_LIMIT)
HALF_A_DAY = timedelta(hours=12)
# A broker that restarts every night must not hide from us that the night is quiet.
BLIP = timedelta(minutes=3)
SOON = timedelta(seconds=1)  # an alarm that is due and that nobody has asked for yet
NOTHING: list[Finding] = []


class InactivityState(Struct):
    """All that the detector remembers."""

    version: int = 1
    quiet: Quiet | None = None  # the silence that goes on; None: nobody has asked yet
    last: Life | None = None  # the sign of life that it began with; None: it began otherwise
    seen_at: datetime | None = None  # the last sign of life, or the word of a person who came
    has_lived: bool = False  # anything at all was heard or somebody was seen since the start
    chance: Chance = field(default_factory=Chance)  # after blind time the sensors get it first
    is_spoilt: bool = False  # not to be learned as usual
    said: Finding | None = None  # stays said until life returns
    blinds: dict[str, Blind] = {}
    midnight: float = 0.0  # the next one by the home's clock, in seconds since the epoch
    rhythm: RhythmState = field(default_factory=RhythmState)


class Inactivity:
    """Watches how long the home has been quiet."""

    def __init__(
        self, home: Home, presence: Presence, state: InactivityState | None = None
    ) -> None:
        self._home = home
        self._presence = presence
        self.state = InactivityState() if state is None else state
        self._sight = Sight(home, self.state.blinds)
        self._rhythm = Rhythm(home.zone, home.patience.budget, self.state.rhythm)
        self._check: Moment | None = None  # there is no alarm before it; a guess, never kept
        self._findings = [self.state.said] if self.state.said is not None else NOTHING

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, blind time or the word of a person; the rest says nothing."""
        match what:
            case Life():
                self._live(what)
            case Blind():
                self._go_blind(what, now)
            case Sighted():
                self._see_again(what, now)
            case Close():
                self._hear_outcome(what, now)
            case Configured():
                self._sight.refit()
                self._look(now, now)
            case _:
                self._begin(now)

    def spoil(self) -> None:
        """Learn nothing from the silence that goes on: a sensor did not see what happened."""
        self.state.is_spoilt = True
        self._forget_check()

    def _begin(self, now: Moment) -> Quiet:
        """Start the clock at the first thing that is heard or asked."""
        if self.state.quiet is None:
            self.state.quiet = Quiet(now)
        return self.state.quiet

    def _live(self, life: Life) -> None:
        state, at = self.state, life.at
        quiet = self._begin(at)
        before = quiet.heard_since
        if (
            before is not None
            and before.boot == at.boot
            and 0 <= at.monotonic - before.monotonic < SHORTEST
            and at.wall.timestamp() < state.midnight
            and state.last is not None
            and quiet.began.monotonic == before.monotonic
            and not state.blinds
        ):
            # One burst of activity: nearly every event ends here.
            state.last, state.seen_at = life, at.wall
            quiet.began = quiet.heard_since = at
            return
        self._follow_clock(quiet.began, at)
        # Presence has heard this life already; it remembers whether the silence was spent outside.
        presence = self._presence
        self._end_silence(at, is_away=presence.was_away, is_unsure=presence.was_unsure)
        self._sight.hear(life)
        self._restart(at)
        state.last, state.seen_at, state.has_lived = life, at.wall, True
        time = at.wall.timestamp()
        if time >= state.midnight and at.trusted:
            self._rhythm.begin_day(time)
            state.midnight = self._rhythm.clock.midnight_after(time)

    def _follow_clock(self, before: Moment, at: Moment) -> None:
        """Keep what was learned where the clock was set by days since the last sign of life."""
        drift = (at.wall - before.wall) - timedelta(seconds=at.monotonic - before.monotonic)
        is_set = before.boot == at.boot and before.trusted and abs(drift) > HALF_A_DAY
        if at.trusted and self._rhythm.follow(at.wall.timestamp(), is_set=is_set):
            self.state.midnight = 0.0
            self.state.is_spoilt = True

    def _end_silence(self, at: Moment, *, is_away: bool, is_unsure: bool = False) -> None:
        """Learn from the silence that ends now, as far as it may be learned from."""
        state, quiet = self.state, self._begin(at)
        self._latch(at, is_strict=True, is_away=is_away)
        age, end = quiet.age(at).total_seconds(), at.wall.timestamp()
        start = end - age
        if not quiet.is_running or quiet.blind > min(BLIP, quiet.age(at) / 10):
            unseen = quiet.blind if quiet.paused_at is None else at.since(quiet.paused_at)
            self._rhythm.miss(unseen.total_seconds())
            return
        if state.said is not None:
            self._keep_doubt(state.said, start, end, is_unsure=is_unsure)
        elif state.has_lived and not (is_away or is_unsure or state.is_spoilt):
            self._rhythm.learn(start, end)
        self._rhythm.live_on(start, end)

    def _keep_doubt(self, said: Finding, start: float, end: float, *, is_unsure: bool) -> None:
        because, state = said.because, self.state
        if not isinstance(because, Silence) or not state.has_lived or state.is_spoilt:
            return
        self._rhythm.doubt(
            Doubt(
                start,
                end,
                known=because.silent_for.total_seconds(),
                alert=alert_id(self._home, said),
                by_line=because.limit is not Limit.CEILING,
                is_at_home=not (because.is_away or is_unsure),
                well_from=end,
            )
        )

    def _restart(self, at: Moment) -> None:
        """Begin a new silence."""
        state, quiet = self.state, self._begin(at)
        state.said, state.is_spoilt, state.chance = None, False, Chance()
        quiet.restart(at)
        if self._sight.is_blind:
            quiet.pause(at)
        self._forget_check()

    # -- blind time

    def _go_blind(self, what: Blind, now: Moment) -> None:
        self._begin(what.began)
        self._sight.lose(what)
        self._look(self._sight.blind_since(what), now)

    def _see_again(self, what: Sighted, now: Moment) -> None:
        self._sight.regain(what)
        self._look(now, now)

    def _look(self, since: Moment, now: Moment) -> None:
        """Stop the clock or let it run; if the home is blind now, it is so from `since` on."""
        quiet = self._begin(now)
        if quiet.paused_at is None and self._sight.is_blind:
            self._latch(since)
            quiet.pause(since)
        elif quiet.paused_at is not None and not self._sight.is_blind:
            unseen = elapsed(quiet.paused_at, now)
            quiet.resume(now)
            self.state.chance.give(quiet.counted, unseen)
            self.state.is_spoilt = self.state.is_spoilt or unseen is None
        self._forget_check()

    # -- people

    def _hear_outcome(self, what: Close, now: Moment) -> None:
        """Learn what an alert was; after the one that stands a new silence begins."""
        said, time = self.state.said, now.wall.timestamp()
        self._begin(now)
        if said is not None and alert_id(self._home, said) == what.alert:
            self._begin_anew(now, is_seen=what.outcome in (Outcome.WELL, Outcome.HELPED))
        if what.outcome is not Outcome.UNKNOWN:
            self._rhythm.judge(what.alert, is_false=what.outcome is Outcome.WELL, time=time)
        self._forget_check()

    def _begin_anew(self, now: Moment, *, is_seen: bool) -> None:
        """End the silence by a person's word; one who has not seen the resident spoils it."""
        state = self.state
        state.is_spoilt = state.is_spoilt or not is_seen
        self._end_silence(now, is_away=self._presence.is_away(now))
        self._restart(now)
        state.is_spoilt = not is_seen
        if is_seen:
            state.last, state.seen_at, state.has_lived = None, now.wall, True

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the silence that is too long, if there is one."""
        check = self._check
        if self._findings or (
            check is not None and check.boot == now.boot and now.monotonic < check.monotonic
        ):
            return self._findings
        self._begin(now)
        self._latch(now)
        return self._findings

    def next_check(self, now: Moment) -> Moment | None:
        """Give the moment of the alarm, or, while life goes on, one before which there is none."""
        check = self._check
        if check is not None and check.boot == now.boot and now.monotonic < check.monotonic:
            return check
        quiet = self._begin(now)
        if self.state.said is not None or not quiet.is_running:
            return None
        self._check = self._earliest(quiet)
        if self._check.reached(now):
            alarm = self._alarm(quiet)
            self._check = None if alarm is None else alarm[0]
        if self._check is not None and self._check.reached(now):
            return now.plus(SOON)
        return self._check

    def _forget_check(self) -> None:
        self._check = None
        self._findings = [self.state.said] if self.state.said is not None else NOTHING

    def _earliest(self, quiet: Quiet) -> Moment:
        """Give a moment that the alarm does not come before, without working it out."""
        wait = min(LEAST, self._home.patience.ceiling) - quiet.counted
        return quiet.heard_since.plus(wait) if quiet.heard_since is not None else quiet.began

    def _latch(self, now: Moment, *, is_strict: bool = False, is_away: bool | None = None) -> None:
        """Say what has to be said by `now`; a strict question leaves out this very moment."""
        state, quiet = self.state, self._begin(now)
        if state.said is not None or not quiet.is_running or not self._earliest(quiet).reached(now):
            return
        alarm = self._alarm(quiet, is_away)
        if alarm is None or not alarm[0].reached(now) or (is_strict and now.reached(alarm[0])):
            return
        at, limit = alarm
        away = self._presence.is_away(at) if is_away is None else is_away
        state.said = self._finding(quiet, at, limit, is_away=away)
        self._check = None
        self._findings = [state.said]

    def _alarm(self, quiet: Quiet, is_away: bool | None = None) -> tuple[Moment, Limit] | None:
        """Give when this silence, if it goes on, is too long, and by which limit.

        Whether the resident is out is presence's to say, where it is not known already.
        """
        heard = quiet.heard_since
        if heard is None:
            return None
        counted = quiet.counted.total_seconds()
        ceiling = heard.plus(self._home.patience.ceiling - quiet.counted)
        if not (self.state.has_lived and heard.trusted):
            # Nothing is usual at an hour that nobody knows.
            return ceiling, Limit.CEILING
        start, end = heard.wall.timestamp(), ceiling.wall.timestamp()
        crossed = self._rhythm.crossing(start, counted, end)
        if crossed is None:
            return ceiling, Limit.CEILING
        alarm = heard.plus(timedelta(seconds=crossed - start))
        if self.state.chance.until > quiet.age(alarm):
            alarm = heard.plus(self.state.chance.until - quiet.counted)
        if is_away is None and self._presence.is_away(alarm):
            back = self._presence.unsure_from
            is_away, alarm = back is None, back or alarm
        if is_away or ceiling.reached(alarm):
            return ceiling, Limit.CEILING
        return alarm, Limit.POPULATION if self._rhythm.is_young else Limit.LEARNED

    def _finding(self, quiet: Quiet, alarm: Moment, limit: Limit, *, is_away: bool) -> Finding:
        state, rhythm = self.state, self._rhythm
        age, time = quiet.age(alarm), alarm.wall.timestamp()
        last = state.last
        silence = Silence(
            last_at=(state.seen_at or quiet.began.wall) if state.has_lived else None,
            last_device="" if last is None else last.device,
            last_room="" if last is None else last.room,
            silent_for=age,
            blind_for=quiet.blind,
            usual=timedelta(seconds=round(rhythm.usual(time))),
            days=rhythm.days,
            limit=limit,
            expected_days=rhythm.expected_days(time, age.total_seconds()),
            door_at=self._presence.door_at,
            is_away=is_away,
        )
        return Finding(Rule.INACTIVITY, self._home.id, Severity.URGENT, quiet.began, silence)
