"""No sign of life for longer than is usual here at this hour, or than the hard ceiling allows.

It follows the silence and decides what may be learned from it. What is usual is rhythm's, when
the silence is an alarm is alarm's, whether somebody is out is presence's, who is told is the
alert book's.
"""

from collections.abc import Callable, Collection
from datetime import timedelta

from edge.alarm import Alarms
from edge.figures import SHORTEST
from edge.lessons import Lessons
from edge.lifecycle import alert_id
from edge.model import (
    ZERO,
    Answer,
    Back,
    Blind,
    BlindCause,
    Close,
    Configured,
    Finding,
    Home,
    Input,
    Life,
    Moment,
    Outcome,
    Reading,
    Rule,
    Severity,
    Sighted,
)
from edge.presence import Presence
from edge.quiet import Quiet, elapsed
from edge.rhythm import Rhythm
from edge.sight import Sight
from edge.silence import InactivityState
from edge.worn import Worn

SOON = timedelta(seconds=1)  # an alarm that is due and that nobody has asked for yet
NOTHING: list[Finding] = []


class Inactivity:
    """Watches how long the home has been quiet."""

    def __init__(
        self,
        home: Home,
        presence: Presence,
        state: InactivityState | None = None,
        worn: Worn | None = None,
        impaired: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """Watch a home; `worn` tells what a bracelet knows, `impaired` which sensors fail."""
        self._home = home
        self._presence = presence
        self.state = InactivityState() if state is None else state
        self._sight = Sight(home, self.state.blinds)
        self._rhythm = Rhythm(home.zone, home.patience.budget, self.state.rhythm)
        self._lessons = Lessons(home, self._rhythm, self.state)
        self._alarms = Alarms(home, presence, self._rhythm, self.state, worn, impaired=impaired)
        self._check: Moment | None = None  # nothing is to be said before it; a guess, never kept
        self._findings = [self.state.said] if self.state.said is not None else NOTHING

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, blind time or the word of a person; the rest says nothing."""
        match what:
            case Life():
                self._live(what)
            case Blind() | Sighted() if what.cause is BlindCause.CLOCK_UNTRUSTED:
                self._follow_clock(now, is_set=isinstance(what, Sighted))
            case Blind():
                self._begin(what.began)
                self._sight.lose(what)
                self._look(self._sight.blind_since(what), now)
            case Sighted():
                self._sight.regain(what)
                self._look(now, now)
            case Close():
                self._hear_outcome(what, now)
            case Answer():
                self._hear_well(now, by_resident=True)
            case Configured():
                self._sight.refit()
                self._look(now, now)
            case Back() if self.state.says_away:
                self._begin_anew(now, is_seen=False)
            case _:
                self._begin(now)
                self.follow_absence(now)
                self.reconsider()

    def spoil(self) -> None:
        """Learn nothing from the silence that goes on: a sensor did not see what happened."""
        self.state.is_spoilt = True
        self.reconsider()

    @property
    def is_told(self) -> bool:
        """Say whether people were told of the silence that goes on."""
        return self.state.is_told

    def is_expected_in(self, now: Moment) -> float:
        """Give N where a silence such as the one that goes on is expected once in N days."""
        quiet = self.state.quiet
        age = 0.0 if quiet is None else quiet.age(now).total_seconds()
        return self._rhythm.expected_days(now.wall.timestamp(), age) or 1.0

    def age(self, now: Moment) -> timedelta:
        """Give how long it has been quiet, time left out in which nobody could see."""
        return ZERO if self.state.quiet is None else self.state.quiet.age(now)

    def usual(self, now: Moment) -> timedelta | None:
        """Give the longest usual silence at this hour; None while too little is learned."""
        if self._rhythm.is_young:
            return None
        return timedelta(seconds=self._rhythm.usual(now.wall.timestamp()))

    def _begin(self, now: Moment) -> Quiet:
        """Start the clock at the first thing that is heard or asked."""
        if self.state.quiet is None:
            self.state.quiet = Quiet(now)
        return self.state.quiet

    def _live(self, life: Life) -> None:
        state, at = self.state, life.at
        quiet = self._begin(at)
        if self._is_of_one_burst(life, quiet):  # nearly every event ends here
            state.last, state.seen_at = life, at.wall
            quiet.began = quiet.heard_since = at
            return
        self._lessons.follow_clock(quiet.began, at)
        # Presence has heard this life already; it remembers how the silence was spent.
        presence = self._presence
        if state.is_declared:
            self._lessons.miss(quiet.began, at)
            state.is_declared = presence.is_declared(at)
        else:
            was_clear = not (presence.was_visited or presence.was_declared)
            is_known = was_clear and not presence.was_unsure
            self._end_silence(at, is_away=presence.was_away, is_known=is_known)
        self._sight.hear(life)
        self._restart(at)
        state.note_life(at.wall, life)
        self._lessons.follow_day(at, life.device)

    def _is_of_one_burst(self, life: Life, quiet: Quiet) -> bool:
        """Say whether it follows the last one so closely that nothing is to be learned of it."""
        state, at, before = self.state, life.at, quiet.heard_since
        return (
            before is not None
            and before.boot == at.boot
            and 0 <= at.monotonic - before.monotonic < SHORTEST
            and at.wall.timestamp() < state.half_hour
            and life.device in self._lessons.noted
            and state.last is not None
            and quiet.began.monotonic == before.monotonic
            and not (state.blinds or state.is_declared or state.word)
        )

    # -- the end of a silence

    def _end_silence(self, at: Moment, *, is_away: bool, is_known: bool = True) -> None:
        """Learn from the silence that ends now, as far as it may be learned from."""
        self._latch(at, is_strict=True, is_away=is_away)
        scale = self._alarms.scale(is_away=is_away)
        self._lessons.end(self._begin(at), at, scale, is_known=is_known)

    def _restart(self, at: Moment) -> None:
        """Begin a new silence."""
        state, quiet = self.state, self._begin(at)
        state.restart()
        quiet.restart(at)
        if self._sight.is_blind:
            quiet.pause(at)
        self.reconsider()

    # -- time in which nothing is known

    def _look(self, since: Moment, now: Moment) -> None:
        """Stop the clock or let it run; if the home is blind now, it is so from `since` on."""
        quiet = self._begin(now)
        if quiet.paused_at is None and self._sight.is_blind:
            self._latch(since)
            quiet.pause(since)
        elif quiet.paused_at is not None and not self._sight.is_blind:
            self._lessons.miss(quiet.paused_at, now)
            unseen = elapsed(quiet.paused_at, now)
            quiet.resume(now)
            self.state.chance.give(quiet.counted, unseen)
            self.state.is_spoilt = self.state.is_spoilt or unseen is None
        self.reconsider()

    def _follow_clock(self, now: Moment, *, is_set: bool) -> None:
        """Count on by the clock that never jumps, for the hard limit: the sensors still see."""
        self._begin(now)
        if (since := self.state.follow_clock(now, is_set=is_set)) is not None:
            self._lessons.miss(since, now)
        self._look(now, now)

    def follow_absence(self, now: Moment) -> None:
        """Hold one's tongue while the resident is declared to be away; count anew from its end."""
        state, was_declared = self.state, self.state.is_declared
        state.is_declared = self._presence.is_declared(now)
        if state.is_declared == was_declared:
            return
        if was_declared:
            self._lessons.miss(self._begin(now).began, now)
            self._restart(now)
        state.said = state.question = None
        state.is_spoilt = True
        self.reconsider()

    # -- people

    def _hear_outcome(self, what: Close, now: Moment) -> None:
        """Learn what an alert was; after the one that stands a new silence begins."""
        said = self.state.said
        self._begin(now)
        if said is not None and alert_id(self._home, said) == what.alert:
            if what.outcome is Outcome.WELL:
                self._hear_well(now, by_resident=False)
            else:
                self._begin_anew(now, is_seen=what.outcome is Outcome.HELPED)
        elif what.rule is Rule.NOT_BACK and self._presence.is_vouched(now):
            # Somebody knows where they are now; nobody knows whether they come home unheard.
            self._begin_anew(now, is_seen=False)
        if what.outcome is not Outcome.UNKNOWN:
            self._lessons.judge(what.alert, is_false=what.outcome is Outcome.WELL)
        self.reconsider()

    def _hear_well(self, now: Moment, *, by_resident: bool) -> None:
        """Count anew from the word that the resident is well.

        The silence of the sensors goes on and is learned whole: were it to end here, the line
        would learn that nobody is ever silent for longer than until the question.
        """
        state, quiet = self.state, self._begin(now)
        self._latch(now, is_strict=True)
        scale = self._alarms.scale(is_away=self._presence.is_away(now))
        self._lessons.well(quiet, now, scale, by_resident=by_resident)
        state.is_spoilt = state.is_spoilt or not state.has_lived
        state.vouch(now, quiet.age(now), by_resident=by_resident)
        self.reconsider()

    def _begin_anew(self, now: Moment, *, is_seen: bool) -> None:
        """End the silence by a person's word; one who has not seen the resident spoils it."""
        state = self.state
        state.is_spoilt = state.is_spoilt or not is_seen
        self._end_silence(now, is_away=self._presence.is_away(now))
        self._restart(now)
        state.is_spoilt = not is_seen
        if is_seen:
            state.note_life(now.wall)

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the silence that is too long, if there is one: a note is the question at home."""
        check = self._check
        if check is None or check.boot != now.boot or now.monotonic >= check.monotonic:
            self._begin(now)
            self.follow_absence(now)
            self._latch(now)
        return self._findings

    def next_check(self, now: Moment) -> Moment | None:
        """Give the moment of the alarm, or, while life goes on, one before which there is none."""
        check = self._check
        if check is not None and check.boot == now.boot and now.monotonic < check.monotonic:
            return check
        quiet = self._begin(now)
        if self.state.is_declared:
            return self._presence.declared_end
        if self.state.is_told or not quiet.is_running:
            return None
        self._check = self._alarms.earliest(quiet)
        if self._check.reached(now):
            alarm = self._alarms.next(quiet)
            self._check = None if alarm is None else alarm.at
        if self._check is not None and self._check.reached(now):
            return now.plus(SOON)
        return self._check

    def reconsider(self) -> None:
        """Work out the alarm anew: something is known better now."""
        self._check = None
        self._findings = [self.state.said] if self.state.said is not None else NOTHING

    def _latch(self, now: Moment, *, is_strict: bool = False, is_away: bool | None = None) -> None:
        """Say what has to be said by `now`; a strict question leaves out this very moment."""
        state, quiet = self.state, self._begin(now)
        if not quiet.is_running or not self._alarms.earliest(quiet).reached(now):
            return
        while (alarm := self._alarms.next(quiet, is_away=is_away)) is not None:
            if not alarm.at.reached(now) or (is_strict and now.reached(alarm.at)):
                return
            if alarm.severity is Severity.NOTE:
                state.question = self._alarms.ask(quiet, alarm.at)
            else:
                state.known = quiet.age(alarm.at)
            away = self._presence.is_away(alarm.at) if is_away is None else is_away
            state.said = self._alarms.finding(quiet, alarm, is_away=away)
            self.reconsider()
