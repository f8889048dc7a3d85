"""Up and about in the night for longer than is usual, or out of the door in it and not back.

Somebody who has slept and gets up goes to the bathroom and back; that, and what else is usual in
this home's nights, is learned. Staying up late is no wandering, nor is coming home late; and where
every other step leads back to the room that was slept in, one may stir there while another, or a
dog, is up: that is told of later.
"""

from datetime import timedelta

from msgspec import Struct, field

from edge.bearings import Bearings
from edge.figures import MONTH, SHARES
from edge.halfhours import SLOTS, HalfHours
from edge.lasting import HOURS, Lasting
from edge.lifecycle import alert_id
from edge.model import (
    Close,
    Finding,
    Life,
    Moment,
    Outcome,
    Roaming,
    Rule,
    Severity,
)
from edge.nights import Nights, NightsState, is_within
from edge.presence_figures import SEEN_BEFORE
from edge.routine_figures import (
    ASLEEP,
    LEAST_ROUNDS,
    LEAVING_NIGHT,
    LEFT_FOR,
    RETURNS,
    ROAMING,
    ROAMING_NIGHT,
    SETTLED,
    UNVOUCHED,
    WANDERS_SHARE,
)
from edge.spell import Spell, SpellState

LEFT = timedelta(seconds=LEFT_FOR)
CALM = timedelta(seconds=SETTLED)
SLEEP = timedelta(seconds=ASLEEP)


class WanderingState(Struct):
    """All that the detector remembers."""

    version: int = 1
    up: SpellState = field(default_factory=SpellState)
    last: Life | None = None
    moved: Moment | None = None  # the last change of room
    inside: Moment | None = None  # the last sign of life that was not the outer door's
    rooms: list[str] = []  # since getting up
    moves: int = 0
    rested: str = ""  # the room in which the last sign of life before getting up was seen
    returns: int = 0  # moves that led back there
    left: Life | None = None  # the outer door was used in the night, and nothing followed
    is_judged: bool = False  # whether that was usual
    gone: Finding | None = None  # stays said until life returns
    nights: NightsState = field(default_factory=NightsState)


class Wandering:
    """Watches the nights."""

    def __init__(self, bearings: Bearings, state: WanderingState | None = None) -> None:
        self._home = home = bearings.home
        self.state = WanderingState() if state is None else state
        self._bearings = bearings
        self._clock = HalfHours(home.zone)
        share = WANDERS_SHARE if home.routine.wanders else SHARES[Rule.WANDERING]
        self._expected = MONTH / share
        learned = self.state.up.learned
        self._lasting = Lasting(self._clock, ROAMING, self._expected, learned)
        self._up = Spell(home, self._lasting, self.state.up, self._say)
        self._nights = Nights(self.state.nights)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Close the days and nights before this one's."""
        self._up.begin_day(time)
        self._nights.begin_night(self._clock.number(time) // SLOTS, time)

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was."""
        self._up.judge(what, now)
        if what.outcome is not Outcome.UNKNOWN:
            self._nights.judge(what.alert, is_false=what.outcome is Outcome.WELL)

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a sign of life: in the same room, in another, at the door."""
        state, at, last = self.state, life.at, self.state.last
        state.last = life
        if life.outer_door:
            self._pass(life)
        elif state.left is not None:
            state.left = state.gone = None
        if last is None or last.room != life.room:
            self._move(life, last, may_learn=may_learn)
            state.moved = at
        elif life.outer_door:
            state.moved = at
        if not life.outer_door:
            state.inside = at

    def _move(self, life: Life, before: Life | None, *, may_learn: bool) -> None:
        """Take in that somebody is in another room now than where they were seen before."""
        state, at = self.state, life.at
        hour = self._hour(at)
        if state.up.began is not None:
            if not is_within(hour, ROAMING_NIGHT) and state.up.said is None:
                self._up.end(at)
                return
            state.moves += 1
            state.returns += life.room == state.rested
            if life.room not in state.rooms:
                state.rooms = [*state.rooms, life.room]
            if not may_learn:
                self._up.spoil()
        elif self._is_getting_up(hour, at) and not self._is_coming_in(life):
            state.rooms, state.moves, state.returns = [life.room], 0, 0
            state.rested = before.room if before is not None else ""
            self._up.begin(self._home.id, at, is_spoilt=not may_learn)

    def _is_getting_up(self, hour: int, at: Moment) -> bool:
        moved = self.state.moved
        was_quiet = moved is not None and at.since(moved) >= SLEEP
        return was_quiet and is_within(hour, ROAMING_NIGHT)

    def _is_coming_in(self, life: Life) -> bool:
        """Say whether it is the outer door, and nobody inside was seen to go there."""
        inside = self.state.inside
        return life.outer_door and (inside is None or life.at.since(inside) > SEEN_BEFORE)

    def _pass(self, life: Life) -> None:
        """Take in that the outer door was used."""
        state = self.state
        is_back = state.gone is not None
        state.left, state.gone, state.is_judged = None if is_back else life, None, False

    def lose(self, now: Moment) -> None:
        """Begin anew: nobody knows what was meanwhile, or somebody has been there."""
        state = self.state
        state.moved = None
        if state.up.began is not None and state.up.said is None:
            self._up.spoil()
            self._up.end(state.up.began)
        if state.gone is None:
            state.left = None

    def drop(self) -> None:
        """Forget what goes on."""
        state = self.state
        state.last = state.moved = state.left = state.gone = None
        self._up.drop()

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give who is up for too long, and who has left."""
        state = self.state
        settled = self._settled_at()
        if settled is not None and settled.reached(now) and state.moved is not None:
            self._up.end(state.moved)
        if state.left is not None and not state.is_judged and self._judged_at().reached(now):
            self._judge_leaving(now)
        # Who walks about and leaves is one trouble: where they are now is the news of it.
        return self._up.findings(now) if state.gone is None else [state.gone]

    def next_check(self, now: Moment) -> Moment | None:
        """Give when somebody is up for too long, has settled, or is out for good."""
        dues = [self._up.next_check(now), self._settled_at()]
        if self.state.left is not None and not self.state.is_judged:
            dues.append(self._judged_at())
        ahead = [due for due in dues if due is not None and not due.reached(now)]
        return min(ahead, key=lambda due: due.monotonic, default=None)

    def _settled_at(self) -> Moment | None:
        state = self.state
        if state.up.began is None or state.moved is None:
            return None
        if state.up.said is not None and state.left is not None:
            return None  # whoever walked about and used the door has not gone to bed
        return state.moved.plus(CALM)

    def _judged_at(self) -> Moment:
        assert self.state.left is not None
        return self.state.left.at.plus(LEFT)

    def _hour(self, at: Moment) -> int:
        return self._clock.number(at.wall.timestamp()) % SLOTS * HOURS // SLOTS

    def _say(self, subject: str, began: Moment, now: Moment) -> Finding | None:
        state, presence = self.state, self._bearings.presence
        if not is_within(self._hour(now), ROAMING_NIGHT) or not self._bearings.may_say(now):
            return None
        if state.last is None or state.moves < LEAST_ROUNDS:
            return None
        if presence.company.is_there(now):
            return None  # whose steps these are, nobody knows
        time, age = now.wall.timestamp(), now.since(began)
        if self._may_be_two(now) and not self._has_lasted_long(time, age.total_seconds()):
            return None
        because = Roaming(
            lasted=age,
            rooms=tuple(state.rooms),
            moves=state.moves,
            last_at=state.last.at.wall,
            door_at=None,
            usual=timedelta(seconds=round(self._lasting.usual(subject, time))),
            nights=self._nights.known,
            expected_days=self._lasting.expected_days(subject, time, age.total_seconds()),
        )
        return Finding(Rule.WANDERING, subject, Severity.URGENT, began, because)

    def _may_be_two(self, now: Moment) -> bool:
        """Say whether it may be that one sleeps and another, or a dog, is up.

        A guest finds the bathroom and the kitchen as well. Who is known to wander is told of.
        """
        state, company = self.state, self._bearings.presence.company
        takes_turns = state.returns > RETURNS * state.moves
        return (takes_turns or company.has_caller(now)) and not self._home.routine.wanders

    def _has_lasted_long(self, time: float, age: float) -> bool:
        """Say whether it has lasted for too long for that to explain it."""
        crossing = self._lasting.crossing(self._home.id, time - age, UNVOUCHED)
        return crossing is not None and age >= crossing

    def _judge_leaving(self, now: Moment) -> None:
        """Say whether it is unusual to be out of the door at this hour of the night."""
        state, left = self.state, self.state.left
        state.is_judged = True
        if left is None or not self._bearings.presence.is_away(now):
            return
        if not self._bearings.can_see(now):
            return  # who was not seen to leave teaches nothing
        hour = self._hour(left.at)
        expected = self._nights.expected_nights(hour)
        is_rare = expected >= self._expected or self._home.routine.wanders
        is_night = is_within(hour, LEAVING_NIGHT)
        if not (is_night and is_rare):
            self._nights.learn(hour)
            return
        because = Roaming(
            lasted=now.since(left.at),
            rooms=(),
            moves=0,
            last_at=left.at.wall,
            door_at=left.at.wall,
            usual=timedelta(),
            nights=self._nights.known,
            expected_days=expected,
        )
        said = state.up.said
        subject, since = (left.device, left.at) if said is None else (said.subject, said.since)
        finding = Finding(Rule.WANDERING, subject, Severity.URGENT, since, because)
        self._nights.doubt(alert_id(self._home, finding), hour, now.wall.timestamp())
        state.gone = finding
