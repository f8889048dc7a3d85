"""Not back as usual: out by the door for longer than this resident is at this hour, or missing
after the end of a declared absence.

Who is out is presence's to say, what is usual outings'. It speaks only where it is known that
somebody went out; where a deaf door leaves that open, the silence at home is inactivity's.
"""

from datetime import datetime, timedelta

from msgspec import Struct, field

from edge.figures import MONTH, SHARES
from edge.lifecycle import alert_id
from edge.model import (
    ZERO,
    Answer,
    Away,
    Back,
    Close,
    Finding,
    Home,
    Input,
    Life,
    Limit,
    Moment,
    Outcome,
    Overdue,
    Reading,
    Rule,
    Severity,
)
from edge.outings import Outings, OutingsState, Unexplained
from edge.presence import Presence
from edge.presence_figures import LATE_HOME, SETTLED
from edge.quiet import elapsed

SOON = timedelta(seconds=1)
LONGEST_DAY = timedelta(hours=25)  # a midnight farther ahead was worked out by a wrong clock


class Expected(Struct, frozen=True):
    """Somebody should be back: the declared absence has run out, and nobody was seen since."""

    since: Moment
    by: str
    until: datetime
    left: datetime


class AbsenceState(Struct):
    """All that the detector remembers."""

    out: Moment | None = None  # the use of the door that led out
    expected: Expected | None = None
    said: Finding | None = None  # until somebody is at home
    outcome: Outcome | None = None  # what a person said of it, while nobody was back
    midnight: datetime | None = None
    outings: OutingsState = field(default_factory=OutingsState)


class Absence:
    """Watches for the return of whoever went out."""

    def __init__(self, home: Home, presence: Presence, state: AbsenceState | None = None) -> None:
        self._home = home
        self._presence = presence
        self.state = AbsenceState() if state is None else state
        days = MONTH / SHARES[Rule.NOT_BACK]
        self._outings = Outings(home.zone, days, self.state.outings)
        self._due: Moment | None = None  # of the outing that goes on
        self._due_of: Moment | None = None

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, or the word of a person; the rest changes only what is known."""
        match what:
            case Life():
                self._live(what)
            case Close(rule=Rule.NOT_BACK):
                self._hear_outcome(what)
            case Back() | Answer():
                self._return(now, is_usual=False)
            case Away():
                # Whoever says so knows where they are.
                self.state.expected = self.state.said = None
            case _:
                pass

    def _live(self, life: Life) -> None:
        state, presence, at = self.state, self._presence, life.at
        is_leaving = life.outer_door and self._is_leaving(at)
        is_back = presence.out_since is None or life.outer_door
        is_missed = state.expected is not None or state.said is not None
        if (is_missed or state.out is not None) and is_back and not is_leaving:
            is_usual = presence.was_away and not presence.was_declared
            self._return(at, is_usual=is_usual and state.expected is None)
        if life.outer_door:
            state.out = presence.out_since
        if state.midnight is None or not ZERO < state.midnight - at.wall <= LONGEST_DAY:
            self._begin_day(at)

    def _is_leaving(self, at: Moment) -> bool:
        """Say whether this use of the door belongs to the passage that led out."""
        out = self.state.out
        return self._presence.out_since is not None and out is not None and at.since(out) < SETTLED

    def _begin_day(self, at: Moment) -> None:
        if not at.trusted:
            return
        time = at.wall.timestamp()
        self._outings.begin_day(time)
        self._due_of = None
        midnight = self._outings.clock.midnight_after(time)
        self.state.midnight = at.wall + timedelta(seconds=midnight - time)

    def _return(self, at: Moment, *, is_usual: bool) -> None:
        """End the outing; learn from it what may be learned."""
        state, out, said = self.state, self.state.out, self.state.said
        age = None if out is None else elapsed(out, at)
        if is_usual and out is not None and age is not None and out.trusted and at.trusted:
            end = at.wall.timestamp()
            self._learn(end - age.total_seconds(), end, said)
        state.out = state.expected = state.said = state.outcome = None

    def _learn(self, start: float, end: float, said: Finding | None) -> None:
        """Take in an outing; one that was alerted on as far as somebody knows what it was."""
        outcome = self.state.outcome
        if said is None or outcome is Outcome.WELL:
            self._outings.learn(start, end)
        elif outcome in (None, Outcome.UNKNOWN) and isinstance(said.because, Overdue):
            known = said.because.out_for.total_seconds()
            self._outings.doubt(Unexplained(start, end, known, alert_id(self._home, said)))

    def _hear_outcome(self, what: Close) -> None:
        said = self.state.said
        if said is not None and alert_id(self._home, said) == what.alert:
            self.state.outcome = what.outcome
        elif what.outcome is not Outcome.UNKNOWN:
            self._outings.judge(what.alert, was_well=what.outcome is Outcome.WELL)

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the absence that is too long, if there is one."""
        self._look_at_end(now)
        if self.state.said is None:
            self.state.said = self._missing(now)
        return [self.state.said] if self.state.said is not None else []

    def next_check(self, now: Moment) -> Moment | None:
        """Give when a declared absence ends, or somebody who is out will be missed."""
        if self.state.said is not None:
            return self._presence.declared_end
        dues = [due for due in (self._presence.declared_end, self._next(now)) if due is not None]
        due = min(dues, key=lambda moment: moment.monotonic, default=None)
        return now.plus(SOON) if due is not None and due.reached(now) else due

    def _look_at_end(self, now: Moment) -> None:
        """Begin to wait for somebody whose declared absence has run out."""
        ended = self._presence.take_run_out(now)
        if ended is None or ended.ends is None or ended.until is None:
            return
        left = ended.left or ended.at
        self.state.expected = Expected(ended.ends, ended.by, ended.until, left.wall)

    def _next(self, now: Moment) -> Moment | None:
        """Give when somebody is missed, if nothing happens; None: nobody is waited for."""
        if not self._home.misses_absent:
            return None
        expected, out = self.state.expected, self.state.out
        if expected is not None:
            due = expected.since.plus(LATE_HOME)
            # The clocks of an earlier start of the box mean nothing to this one's.
            return due if due.boot == now.boot else now.plus(due.wall - now.wall)
        if out is None or not out.trusted or out.boot != now.boot:
            return None
        if self._due_of != out:
            age = self._outings.crossing(out.wall.timestamp())
            self._due, self._due_of = out.plus(timedelta(seconds=age)), out
        if self._due is None or self._presence.is_declared(self._due):
            return None
        return self._due if self._presence.is_away(self._due) else None

    def _missing(self, now: Moment) -> Finding | None:
        due = self._next(now)
        if due is None or not due.reached(now):
            return None
        because = self._not_home(due) if self.state.expected is not None else self._overdue(due)
        since = self.state.out or due if self.state.expected is None else due
        return Finding(Rule.NOT_BACK, self._home.id, Severity.URGENT, since, because)

    def _overdue(self, at: Moment) -> Overdue:
        out, outings = self.state.out or at, self._outings
        age, time = at.since(out).total_seconds(), at.wall.timestamp()
        return Overdue(
            left_at=out.wall,
            out_for=at.since(out),
            usual=_minutes(outings.usual(time)),
            as_long_on=outings.as_long_on(age),
            of_days=outings.days_out,
            longest=_minutes(outings.longest),
            limit=Limit.POPULATION if outings.is_young else Limit.LEARNED,
            expected_days=outings.expected_days(time, age),
        )

    def _not_home(self, at: Moment) -> Overdue:
        expected = self.state.expected
        assert expected is not None
        return Overdue(
            left_at=expected.left,
            out_for=at.wall - expected.left,
            declared_until=expected.until,
            declared_by=expected.by,
            limit=Limit.CEILING,
        )


def _minutes(seconds: float) -> timedelta:
    return timedelta(minutes=round(seconds / 60))
