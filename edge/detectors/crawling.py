"""Only now and then a movement, in one room: somebody who lies on the floor and cannot get up.

Such movement ends a silence. So a second clock runs here from the last ordinary life: several
movements within half an hour, or a way to another room and back. Total silence is inactivity's.
"""

from datetime import timedelta
from itertools import pairwise

from msgspec import Struct, field

from edge.bearings import Bearings
from edge.figures import MONTH, SHARES
from edge.halfhours import HalfHours
from edge.lasting import Lasting
from edge.model import Close, Finding, Life, Moment, Rule, Severity, Sparse
from edge.routine_figures import (
    BURST,
    CRAWLING,
    KNOWN_DAYS,
    LEAST_MOVES,
    ONE_ROOM,
    ORDINARY_CHANGES,
    ORDINARY_FOR,
    ORDINARY_MOVES,
    ORDINARY_WITHIN,
)
from edge.spell import Spell, SpellState


class Move(Struct, frozen=True):
    """One movement: signs of life close together."""

    at: Moment
    room: str


class CrawlingState(Struct):
    """All that the detector remembers."""

    version: int = 1
    calm: SpellState = field(default_factory=SpellState)  # since the last ordinary life
    moves: list[Move] = []  # the last few
    counts: dict[str, int] = {}  # movements by room since the last ordinary life
    last: Moment | None = None  # the last sign of life


class Crawling:
    """Watches how long ago life was ordinary."""

    def __init__(self, bearings: Bearings, state: CrawlingState | None = None) -> None:
        home, self._witnesses = bearings.home, bearings.witnesses
        self._home = home.id
        self.state = CrawlingState() if state is None else state
        self._bearings = bearings
        expected = MONTH / SHARES[Rule.CRAWLING]
        self._lasting = Lasting(HalfHours(home.zone), CRAWLING, expected, self.state.calm.learned)
        self._calm = Spell(home, self._lasting, self.state.calm, self._say)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Close the days before this one's."""
        self._calm.begin_day(time)

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was."""
        self._calm.judge(what, now)

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a movement, or a part of one."""
        state, at, last = self.state, life.at, self.state.last
        state.last = at
        moves = state.moves
        if moves and moves[-1].room == life.room and last is not None and _is_near(last, at, BURST):
            return
        moves.append(Move(at, life.room))
        del moves[:-ORDINARY_MOVES]
        began = state.calm.began
        if began is not None and not state.counts and _is_near(began, at, ORDINARY_FOR):
            return
        if not may_learn:
            self._calm.spoil()
        if life.outer_door or began is None or _is_ordinary(moves, at):
            self._calm.end(at, is_telling=self._is_sporadic())
            self._begin(at)
        else:
            state.counts[life.room] = state.counts.get(life.room, 0) + 1

    def _begin(self, at: Moment) -> None:
        """Life is ordinary now."""
        state = self.state
        if state.counts:
            state.counts = {}
        self._calm.begin(self._home, at)

    def lose(self, now: Moment) -> None:
        """Begin anew: nobody knows what was meanwhile, or somebody has been there."""
        calm = self.state.calm
        if calm.began is not None and calm.said is None:
            self.state.counts = {}
            self._calm.begin(self._home, now, is_spoilt=True)

    def drop(self) -> None:
        """Forget what goes on."""
        self.state.moves, self.state.counts, self.state.last = [], {}, None
        self._calm.drop()

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the sporadic movement that goes on for too long, if there is any."""
        return self._calm.findings(now)

    def next_check(self, now: Moment) -> Moment | None:
        """Give when it may go on for too long."""
        return self._calm.next_check(now)

    def _is_sporadic(self) -> bool:
        """Say whether there was movement since life was ordinary, in one room only."""
        counts = self.state.counts
        moves = sum(counts.values())
        return moves >= LEAST_MOVES and counts[_busiest(counts)] >= ONE_ROOM * moves

    def _say(self, subject: str, began: Moment, now: Moment) -> Finding | None:
        counts, last = self.state.counts, self.state.last
        is_known = self._lasting.days(subject) >= KNOWN_DAYS
        may_say = self._is_sporadic() and is_known and self._bearings.may_say(now)
        if last is None or not may_say:
            return None
        moves, room = sum(counts.values()), _busiest(counts)
        if self._witnesses.fail_beside(room):
            return None
        age, time = now.since(began), now.wall.timestamp()
        because = Sparse(
            room=room,
            last_at=last.wall,
            moves=moves,
            lasted=age,
            usual=timedelta(seconds=round(self._lasting.usual(subject, time))),
            days=self._lasting.days(subject),
            expected_days=self._lasting.expected_days(subject, time, age.total_seconds()),
        )
        return Finding(Rule.CRAWLING, subject, Severity.URGENT, began, because)


def _busiest(counts: dict[str, int]) -> str:
    return max(counts, key=lambda each: counts[each])


def _is_near(earlier: Moment, at: Moment, seconds: float) -> bool:
    return earlier.boot == at.boot and at.monotonic - earlier.monotonic < seconds


def _is_ordinary(moves: list[Move], at: Moment) -> bool:
    """Say whether somebody moves as people do who are on their feet."""
    near = [move.room for move in moves if at.since(move.at).total_seconds() <= ORDINARY_WITHIN]
    if len(near) >= ORDINARY_MOVES:
        return True
    changes = sum(1 for one, other in pairwise(near) if one != other)
    return changes >= ORDINARY_CHANGES
