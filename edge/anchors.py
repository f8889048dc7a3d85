"""When each room is first visited of a morning, and which rooms a morning of this home never lacks.

The day of habits begins at four o'clock by the wall clock. A first visit so many standard
deviations after the mean of its room is z; the largest z of a day has a tail of the home's own.
What a missed visit means is the routine detector's.
"""

from math import sqrt

from msgspec import Struct, field

from edge.figures import MONTH, SHARES
from edge.model import Rule
from edge.routine_figures import (
    ANCHOR_DAYS,
    ANCHOR_KEPT,
    ANCHOR_LEAST,
    ANCHOR_PRIOR,
    ANCHOR_UNTIL,
    LEAST_SPREAD,
    REMEMBERED,
    SKIPPED_DAYS,
)
from edge.tail import Tail

EXPECTED_DAYS = MONTH / SHARES[Rule.ROUTINE]
NOT_VISITED = -1.0


class AnchorsState(Struct):
    """First visits of the last days by room, in seconds after four o'clock."""

    visits: dict[str, list[float]] = {}  # NOT_VISITED: at home, and not there in the morning
    tail: Tail = field(default_factory=Tail)


class Anchor(Struct, frozen=True):
    """A room that is visited every morning; times are seconds after four o'clock."""

    mean: float
    spread: float
    latest: float
    on_days: int
    of_days: int
    deadline: float  # not there by then is rarer than the rule's share allows


class Anchors:
    """What is usual of one home's mornings."""

    def __init__(self, state: AnchorsState) -> None:
        self._state = state
        self.rooms: dict[str, Anchor] = {}
        self._draw()

    def learn(self, firsts: dict[str, float], rooms: set[str], days: int) -> None:
        """Take in a day that is over: who was at home all morning has not been in the rest.

        `firsts` holds the first visits, `rooms` those that could have been visited and seen,
        `days` how many days have passed since the last.
        """
        state, highest = self._state, 0.0
        for room in sorted(rooms | firsts.keys()):
            first = firsts.get(room, NOT_VISITED)
            if first > ANCHOR_UNTIL and room not in rooms:
                continue
            if first > ANCHOR_UNTIL:
                first = NOT_VISITED
            known = state.visits.setdefault(room, [])
            spread = _spread([each for each in known if each >= 0])
            if spread is not None and (room in self.rooms or len(known) < ANCHOR_DAYS):
                mean, sigma, _ = spread
                highest = max(highest, ((first if first >= 0 else ANCHOR_UNTIL) - mean) / sigma)
            known.append(first)
            del known[:-REMEMBERED]
        state.tail.fade(days, ANCHOR_PRIOR)
        if self.rooms:
            state.tail.add(highest, 1.0, ANCHOR_PRIOR)
        self._draw()

    def expected_days(self, room: str, late: float) -> float:
        """Give N where a first visit so late (s after four) is expected once in N days."""
        anchor = self.rooms[room]
        return self._state.tail.expected_days((late - anchor.mean) / anchor.spread, ANCHOR_PRIOR)

    def _draw(self) -> None:
        height = self._state.tail.height(EXPECTED_DAYS, ANCHOR_PRIOR)
        self.rooms = {}
        for room, known in sorted(self._state.visits.items()):
            visited = [each for each in known if each >= 0]
            spread = _spread(visited)
            if len(known) < ANCHOR_DAYS or len(visited) < ANCHOR_KEPT * len(known):
                continue
            if spread is None:
                continue
            mean, sigma, latest = spread
            deadline = mean + max(height * sigma, ANCHOR_LEAST)
            if deadline <= ANCHOR_UNTIL:
                found = Anchor(mean, sigma, latest, len(visited), len(known), deadline)
                self.rooms[room] = found


def _spread(visited: list[float]) -> tuple[float, float, float] | None:
    """Give mean, standard deviation (at least LEAST_SPREAD) and latest."""
    if len(visited) < SKIPPED_DAYS:
        return None
    mean = sum(visited) / len(visited)
    variance = sum((each - mean) ** 2 for each in visited) / len(visited)
    return mean, max(sqrt(variance), LEAST_SPREAD), max(visited)
