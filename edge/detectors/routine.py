"""A missed anchor: somebody is up, and by the usual time was not in the kitchen as every morning.

It is a note, not a call: whoever moves about is alive. Which rooms are anchors, and by when, is
learned. What is not seen, or not at home, misses nothing.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from edge.anchors import Anchor, Anchors, AnchorsState
from edge.bearings import Bearings
from edge.halfhours import SLOT, SLOTS, HalfHours
from edge.model import Close, Finding, Life, Missed, Moment, Rule, Severity
from edge.routine_figures import ANCHOR_FROM, ANCHOR_UNTIL, LONGEST_PAUSE, RECHECKED

FROM = ANCHOR_FROM * 3600.0
SOON = timedelta(seconds=1)


class RoutineState(Struct):
    """All that the detector remembers."""

    version: int = 1
    day: int | None = None  # of habits, by the home's wall clock
    began: float = 0.0  # its four o'clock, in seconds since the epoch
    is_whole: bool = False  # it was watched from its beginning
    firsts: dict[str, float] = {}  # today's first visits, in seconds after four
    is_broken: bool = False  # out, in company or unseen since: the rest of today tells nothing
    is_told: bool = False  # one note a day says enough
    last: Life | None = None
    said: Finding | None = None
    anchors: AnchorsState = field(default_factory=AnchorsState)


class Routine:
    """Watches the mornings."""

    def __init__(self, bearings: Bearings, state: RoutineState | None = None) -> None:
        self._witnesses = bearings.witnesses
        self.state = RoutineState() if state is None else state
        self._bearings = bearings
        self._clock = HalfHours(bearings.home.zone)
        self._anchors = Anchors(self.state.anchors)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Do nothing: the day of habits begins at four, and with its first life."""

    def judge(self, what: Close, now: Moment) -> None:
        """Do nothing: a note teaches by what follows it."""

    def lose(self, now: Moment) -> None:
        """Take the rest of the day for unseen."""
        self.state.is_broken = True

    def drop(self) -> None:
        """Forget the day that goes on."""
        state = self.state
        state.day, state.firsts, state.last, state.said = None, {}, None, None

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a sign of life, the first of a day or of a room among them."""
        state, time = self.state, life.at.wall.timestamp()
        if not may_learn:
            state.is_broken = True
        if time - state.began >= SLOTS * SLOT or time < state.began:
            self._begin_day(time, life.at)
        state.last = life
        if life.room in state.firsts or life.room not in self._witnesses.rooms:
            return
        state.firsts[life.room] = time - state.began
        if state.said is not None and state.said.subject == life.room:
            state.said = None

    def _begin_day(self, time: float, at: Moment) -> None:
        """Close the last day on which somebody lived here, and begin one at its four o'clock."""
        state, day = self.state, self._clock.number(time - FROM) // SLOTS
        if not at.trusted or day == state.day:
            return
        passed = 0 if state.day is None else day - state.day
        if 0 < passed <= LONGEST_PAUSE and state.firsts and state.is_whole:
            rooms = set() if state.is_broken else {*self._witnesses.rooms}
            self._anchors.learn(
                state.firsts, {room for room in rooms if not self._witnesses.fails(room)}, passed
            )
        state.is_whole, state.day, state.began = state.day is not None, day, self._four(time, day)
        state.firsts, state.said = {}, None
        state.is_broken = state.is_told = False

    def _four(self, time: float, day: int) -> float:
        """Give four o'clock of a day of habits, which may lie an hour off where clocks change."""
        into = (self._clock.number(time) - day * SLOTS) * SLOT - FROM
        return self._clock.end(time) - SLOT - into

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the room that is missed, until it is visited or the day is over."""
        state = self.state
        late = now.wall.timestamp() - state.began
        if state.said is not None and late >= SLOTS * SLOT:
            state.said = None
        if state.said is None and late < ANCHOR_UNTIL and self._is_open:
            for room, anchor in self._missing():
                if late >= anchor.deadline and self._may_say(room, late, now):
                    state.said, state.is_told = self._finding(room, anchor, late, now), True
                    break
        return [] if state.said is None else [state.said]

    def next_check(self, now: Moment) -> Moment | None:
        """Give when the next anchor is missed."""
        state = self.state
        late = now.wall.timestamp() - state.began
        if state.said is not None:
            return now.plus(max(SOON, timedelta(seconds=SLOTS * SLOT - late)))
        if late >= ANCHOR_UNTIL or not self._is_open:
            return None
        dues = [_next(anchor.deadline, late) for _, anchor in self._missing()]
        due = min(dues, default=None)
        return None if due is None else now.plus(max(SOON, timedelta(seconds=due - late)))

    @property
    def _is_open(self) -> bool:
        state = self.state
        is_done = state.is_broken or state.is_told or not self._anchors.rooms
        return not is_done and state.day is not None and bool(state.firsts)

    def _missing(self) -> list[tuple[str, Anchor]]:
        firsts = self.state.firsts
        return [(room, each) for room, each in self._anchors.rooms.items() if room not in firsts]

    def _may_say(self, room: str, late: float, now: Moment) -> bool:
        """Say whether it is known that somebody is up, at home, and was not there."""
        if self.state.last is None or not self._bearings.may_say(now):
            return False
        four = now.plus(-timedelta(seconds=late))
        is_visited = self._bearings.presence.company.is_there(now)
        return not is_visited and self._witnesses.sees(room, four, now)

    def _finding(self, room: str, anchor: Anchor, late: float, now: Moment) -> Finding:
        last, began = self.state.last, self.state.began
        assert last is not None
        because = Missed(
            room=room,
            usually_at=datetime.fromtimestamp(began + anchor.mean, UTC),
            latest_at=datetime.fromtimestamp(began + anchor.latest, UTC),
            on_days=anchor.on_days,
            of_days=anchor.of_days,
            last_at=last.at.wall,
            last_room=last.room,
            expected_days=self._anchors.expected_days(room, late),
        )
        return Finding(Rule.ROUTINE, room, Severity.NOTE, now, because)


def _next(deadline: float, late: float) -> float:
    """Give the deadline, or the next of the moments after it at which is looked again."""
    if late < deadline:
        return deadline
    return deadline + (int((late - deadline) // RECHECKED) + 1) * RECHECKED
