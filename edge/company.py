"""Whether more than one person is at home: signs of life in rooms too far apart to walk, or
somebody who came in by the outer door while the resident was at home, and has not left.

How fast one walks from which room to which it learns: where one person's steps join two rooms
within seconds, they do so every day; where that happens on few days only, somebody else was
there. A dog, or somebody who comes every day, becomes a part of the home by it. It changes no
alert.
"""

from msgspec import Struct, field

from edge.model import Kind, Life, Moment
from edge.presence_figures import (
    CALLS,
    EVIDENCE,
    GAITS,
    KNOWN_DAYS,
    RARE,
    REMEMBERED_WALKS,
    TOGETHER,
    WALK,
)

WORN = frozenset({Kind.STEPS})  # in no room of its own
SECONDS_A_DAY = 86_400


class Walks(Struct, omit_defaults=True):
    """Two rooms: on how many days somebody walked between them, and on how many how fast."""

    days: float = 0.0
    last: int = -1  # the day that was counted last
    quick: list[float] = field(
        default_factory=lambda: [0.0] * len(GAITS)
    )  # days with a walk of so few seconds
    last_quick: list[int] = field(default_factory=lambda: [-1] * len(GAITS))

    def count(self, day: int, gap: float) -> bool:
        """Count a walk; say whether nobody walks so fast between these rooms."""
        if day != self.last:
            self.last, self.days = day, self.days + 1
            if self.days > REMEMBERED_WALKS:
                self.days, self.quick = self.days / 2, [each / 2 for each in self.quick]
        is_new = False
        for number, gait in enumerate(GAITS):
            if gap <= gait:
                if day != self.last_quick[number]:
                    self.last_quick[number], self.quick[number] = day, self.quick[number] + 1
                is_new = is_new or self._is_rare(number)
        return is_new

    def _is_rare(self, number: int) -> bool:
        """Say whether walks so fast are, today's left out, those of few days."""
        return self.days > KNOWN_DAYS and self.quick[number] - 1 <= RARE * self.days


class CompanyState(Struct, omit_defaults=True):
    """All that it remembers."""

    last: Life | None = None
    walks: dict[str, Walks] = {}
    evidence: list[Moment] = []  # the last quick changes between rooms that are far apart
    passed: bool = False  # the door was used while the resident was at home; who did is not known
    caller: Moment | None = None  # came in so, and was not seen off


class Company:
    """Follows the signs of life of one home from room to room; `state` is all that it knows."""

    def __init__(self, state: CompanyState) -> None:
        self.state = state

    def observe(self, life: Life) -> bool:
        """Take in a sign of life; say whether there was company before it, or is with it."""
        state, before = self.state, self.state.last
        was_there = bool(state.evidence) and self.is_there(life.at)
        if life.kind in WORN:
            return was_there
        state.last = life
        if before is None or before.room == life.room or before.at.boot != life.at.boot:
            return was_there
        gap = life.at.monotonic - before.at.monotonic
        if 0 <= gap <= WALK:
            self._walk(before.room, life, gap)
        return was_there or self.is_there(life.at)

    def pass_door(self, *, was_home: bool) -> None:
        """Take in that somebody goes through the outer door, the resident being at home or out."""
        self.state.passed = was_home
        if not was_home:
            self.state.caller = None

    def stay(self, at: Moment) -> None:
        """Take in that there is life inside after it: whoever passed, somebody is at home still.

        The first who passes so comes in, the next one leaves.
        """
        state = self.state
        if state.passed:
            state.caller = None if self.has_caller(at) else at
        state.passed = False

    def leave(self) -> None:
        """Take in that nobody is at home."""
        self.state.passed, self.state.caller = False, None

    def has_caller(self, now: Moment) -> bool:
        """Say whether somebody has come in by the door and may be there still."""
        caller = self.state.caller
        return caller is not None and now.since(caller) <= CALLS

    def _walk(self, room: str, life: Life, gap: float) -> None:
        """Take in that somebody was in one room, and right after in another."""
        state = self.state
        key = f"{room}|{life.room}" if room < life.room else f"{life.room}|{room}"
        walks = state.walks.get(key)
        if walks is None:
            walks = state.walks[key] = Walks()
        if walks.count(int(life.at.wall.timestamp() // SECONDS_A_DAY), gap):
            state.evidence = [*state.evidence[1 - EVIDENCE :], life.at]

    def is_there(self, now: Moment) -> bool:
        """Say whether there was somebody else in the last hour."""
        evidence = self.state.evidence
        return len(evidence) >= EVIDENCE and now.since(evidence[0]) <= TOGETHER
