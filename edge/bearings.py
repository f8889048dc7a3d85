"""What rules about rooms and routine have to know before they speak or learn: can the home be seen,
is the resident in it and alone, has somebody been there, is it told already.

What they watch is their own.
"""

from collections.abc import Callable
from typing import Protocol

from edge.model import Answer, Away, Back, Close, Home, Input, Life, Moment, Outcome, Reading
from edge.presence import Presence
from edge.witnesses import Dimness, DimState, Witnesses

SEEN = frozenset({Outcome.WELL, Outcome.HELPED})  # whoever says so was there


class Silence(Protocol):
    """What is known of the silence of the whole home."""

    @property
    def is_told(self) -> bool:
        """Say whether people were told of it."""

    def is_expected_in(self, now: Moment) -> float:
        """Give N where it is expected once in N days."""


class Bearings:
    """One view of the home for all these rules; `dim` is what it remembers."""

    def __init__(
        self,
        home: Home,
        presence: Presence,
        witnesses: Witnesses,
        silence: Silence,
        dim: DimState,
    ) -> None:
        self.home = home
        self.presence = presence
        self.witnesses = witnesses
        self.silence = silence
        self.is_said: Callable[[], bool] = lambda: False  # one of these rules calls people already
        self._dim = Dimness(home, witnesses.all, dim)

    def observe(self, what: Reading | Life | Input, now: Moment) -> bool:
        """Take in a fact; say whether whatever goes on must be taken to begin anew.

        So it is when somebody may have moved unseen, or a person has said something of it.
        """
        match what:
            case Life():
                # In a declared absence nobody was anywhere: whoever comes is there from now on.
                return self._dim.hear(what) or self.presence.was_declared
            case Close():
                return what.outcome in SEEN
            case Answer() | Away() | Back():
                return True
            case _:
                return self._dim.observe(what, now)

    @property
    def may_learn(self) -> bool:
        """Say whether what the last sign of life ended was an ordinary piece of life, all seen."""
        presence = self.presence
        return not (
            presence.was_away
            or presence.was_unsure
            or presence.was_visited
            or presence.was_declared
            or self._dim.is_dim
            or self.silence.is_told
        )

    def can_see(self, now: Moment) -> bool:
        """Say whether the home can be seen, and somebody may be there."""
        return now.trusted and not (self._dim.is_dim or self.presence.is_declared(now))

    def may_say(self, now: Moment) -> bool:
        """Say whether a rule about the resident at home may speak now, and is not told already."""
        is_known = self.silence.is_told or self.is_said()
        return self.can_see(now) and not (is_known or self.presence.is_away(now))
