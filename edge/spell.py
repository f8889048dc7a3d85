"""One thing that goes on in a home: since when, when it is too long, and what is learned of it.

What the thing is, and whether now is the time to say so, is its detector's.
"""

from collections.abc import Callable
from datetime import timedelta
from math import floor

from msgspec import Struct, field

from edge.lasting import Doubted, Lasting, LastingState
from edge.lifecycle import alert_id
from edge.model import Close, Finding, Home, Moment, Outcome
from edge.routine_figures import RECHECKED

# From the moment at which it is too long on: a finding, or None while something holds it back.
Say = Callable[[str, Moment, Moment], Finding | None]


class SpellState(Struct):
    """What goes on, and all that was learned of such things."""

    subject: str = ""
    began: Moment | None = None  # None: nothing goes on, or nobody knows since when
    is_spoilt: bool = False  # not to be learned as usual
    said: Finding | None = None  # stays said until it is over
    learned: LastingState = field(default_factory=LastingState)


class Spell:
    """Follows one thing from its beginning to its end; `state` is all that it knows."""

    def __init__(self, home: Home, lasting: Lasting, state: SpellState, say: Say) -> None:
        self.state = state
        self.lasting = lasting
        self._home = home
        self._say = say
        self._due: Moment | None = None  # it is not too long before it; a guess, never kept
        self._crossing: float | None = None
        self._findings = [state.said] if state.said is not None else []

    # -- what goes in

    def begin(self, subject: str, at: Moment, *, is_spoilt: bool = False) -> None:
        """Let it begin; what went on before is over and must have been ended."""
        state = self.state
        state.subject, state.began, state.is_spoilt = subject, at, is_spoilt
        self._forget()

    def begin_day(self, time: float) -> None:
        """Close the days before this one's; what goes on is held against the new lines."""
        self.lasting.begin_day(time)
        self._forget()

    def end(self, at: Moment, *, is_learned: bool = True, is_telling: bool = True) -> None:
        """Let it be over; learn from it as far as it may be learned from.

        `is_telling`: it is one that would have been told if it had lasted.
        """
        state, began = self.state, self.state.began
        if began is None:
            return
        age, end = at.since(began).total_seconds(), at.wall.timestamp()
        said, state.said, state.began = state.said, None, None
        self._forget()
        if state.is_spoilt or not (is_learned and at.trusted):
            return
        if said is None:
            self.lasting.learn(state.subject, end - age, end, is_telling=is_telling)
            return
        alert, known = alert_id(self._home, said), _known(said, began)
        self.lasting.doubt(Doubted(state.subject, end - age, end, known, alert))

    def spoil(self) -> None:
        """Learn nothing from what goes on."""
        self.state.is_spoilt = True

    def drop(self) -> None:
        """Forget what goes on, as if it had never begun."""
        self.state.began = self.state.said = None
        self._forget()

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was; after the one that stands begin anew."""
        state, said, is_false = self.state, self.state.said, what.outcome is Outcome.WELL
        if said is not None and alert_id(self._home, said) == what.alert:
            state.said = None
            self.end(now, is_learned=is_false)
            self.begin(state.subject, now, is_spoilt=True)
        elif what.outcome is not Outcome.UNKNOWN:
            self.lasting.judge(what.alert, is_false=is_false)

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give what is too long, if it is and may be said."""
        self._carry_over(now)
        state = self.state
        if state.said is not None or state.began is None:
            return self._findings
        if self._due is None or not self._due.reached(now):
            return self._findings
        crossing = self._crossed()
        if crossing is not None and state.began.plus(timedelta(seconds=crossing)).reached(now):
            found = self._say(state.subject, state.began, now)
            if found is not None:
                state.said, self._findings, self._due = found, [found], None
        return self._findings

    def next_check(self, now: Moment) -> Moment | None:
        """Give when to be asked, later than `now`; what is held back is looked at again."""
        self._carry_over(now)
        state, due = self.state, self._due
        if state.said is not None or state.began is None:
            return None
        if due is not None and not due.reached(now):
            return due
        guess = state.began.plus(timedelta(seconds=self.lasting.sort.least))
        if not guess.reached(now):
            self._due = guess
            return guess
        crossing = self._crossed()
        if crossing is None:
            self._due = None
            return None
        beyond = now.since(state.began).total_seconds() - crossing
        # Always the same moments, whoever asks in between and however often the box starts.
        again = 0 if beyond < 0 else floor(beyond / RECHECKED) + 1
        due = state.began.plus(timedelta(seconds=crossing + again * RECHECKED))
        # A moment is rounded to a microsecond; by it, not by the age, it is later than now.
        self._due = due.plus(timedelta(seconds=RECHECKED)) if due.reached(now) else due
        return self._due

    # -- inside

    def _carry_over(self, now: Moment) -> None:
        """Go on by the clock of this start of the box: what is due by another's is never next."""
        began = self.state.began
        if began is not None and began.boot != now.boot:
            since = now.monotonic - now.since(began).total_seconds()
            self.state.began = Moment(began.wall, since, now.boot, began.trusted)
            self._forget()

    def _forget(self) -> None:
        self._due = self._crossing = None
        self._findings = [] if self.state.said is None else [self.state.said]

    def _crossed(self) -> float | None:
        """Give the age at which it is too long; worked out once, and only for what lasts."""
        began = self.state.began
        if self._crossing is None and began is not None:
            start = began.wall.timestamp()
            self._crossing = self.lasting.crossing(self.state.subject, start)
        return self._crossing


def _known(said: Finding, began: Moment) -> float:
    """Give the age (s) that it had when it was said."""
    lasted: timedelta = getattr(said.because, "lasted", timedelta())
    return lasted.total_seconds()
