"""Too long in one room for this room and hour: whoever went into the bathroom has not come out.

A stay lasts from the last sign of life elsewhere to the next. Movement in the room does not end it;
whether there is any is the silence's own rule.
"""

from datetime import timedelta

from msgspec import Struct, field

from edge.bearings import Bearings
from edge.bustle import Bustle, BustleState
from edge.figures import MONTH, SHARES
from edge.halfhours import HalfHours
from edge.lasting import Lasting
from edge.model import Close, Finding, Life, Moment, Reading, Rule, Severity, Stay
from edge.routine_figures import (
    BURST,
    ENTERED,
    KNOWN_DAYS,
    STAY,
    UNMOVED,
    UNUSUAL_SILENCE,
    UNVOUCHED,
)
from edge.spell import Spell, SpellState

MOVEMENT = timedelta(seconds=BURST)
WAY = timedelta(seconds=ENTERED)
STILL = timedelta(seconds=UNMOVED)


class RoomsState(Struct):
    """All that the detector remembers."""

    version: int = 1
    stay: SpellState = field(default_factory=SpellState)
    last: Life | None = None
    is_seen: bool = False  # coming in, or moving in the room: else a sensor may have imagined it
    bustle: BustleState = field(default_factory=BustleState)


class Rooms:
    """Watches how long the resident is in one room."""

    def __init__(self, bearings: Bearings, state: RoomsState | None = None) -> None:
        home, self._witnesses = bearings.home, bearings.witnesses
        self.state = RoomsState() if state is None else state
        self._bearings = bearings
        expected = MONTH / SHARES[Rule.STAY]
        self._lasting = Lasting(HalfHours(home.zone), STAY, expected, self.state.stay.learned)
        self._stay = Spell(home, self._lasting, self.state.stay, self._say)
        self._bustle = Bustle(home, self.state.bustle)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Close the days before this one's."""
        self._stay.begin_day(time)

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was."""
        self._stay.judge(what, now)

    def hear(self, reading: Reading, now: Moment) -> None:
        """Take in that a sensor sees movement, or none any more."""
        self._bustle.hear(reading, self.state.stay.subject, now)

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a sign of life: in the same room, or in another."""
        state, last = self.state, self.state.last
        state.last = life
        is_same = last is not None and last.room == life.room and not life.outer_door
        if last is not None and is_same and state.stay.began is not None:
            state.is_seen = state.is_seen or life.at.since(last.at) >= MOVEMENT
            if not may_learn:
                self._stay.spoil()
            return
        may_learn = may_learn and state.is_seen
        may_learn = may_learn and not self._witnesses.fail_beside(state.stay.subject)
        self._stay.end(life.at, is_learned=may_learn)
        if not life.outer_door and life.room in self._witnesses.rooms:
            came = last is not None and not last.outer_door
            state.is_seen = came and last is not None and life.at.since(last.at) <= WAY
            self._stay.begin(life.room, life.at)
            self._bustle.begin(life.at)

    def lose(self, now: Moment) -> None:
        """Begin anew: nobody knows where the resident was, or somebody has been there."""
        stay = self.state.stay
        if stay.began is not None and stay.said is None:
            self._stay.begin(stay.subject, now, is_spoilt=True)

    def drop(self) -> None:
        """Forget what goes on."""
        self.state.last = None
        self._stay.drop()

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give the stay that is too long, if there is one."""
        return self._stay.findings(now)

    def next_check(self, now: Moment) -> Moment | None:
        """Give when the stay that goes on may be too long."""
        return self._stay.next_check(now)

    def _say(self, room: str, began: Moment, now: Moment) -> Finding | None:
        last = self.state.last
        is_seen = self.state.is_seen and not self._witnesses.fail_beside(room)
        is_known = self._lasting.days(room) >= KNOWN_DAYS
        if last is None or not (is_seen and is_known and self._bearings.may_say(now)):
            return None
        # Who went to bed unseen seems to be in the bathroom still; then the night is quiet as ever.
        is_still = now.since(last.at) > STILL
        if is_still and self._bearings.silence.is_expected_in(now) < UNUSUAL_SILENCE:
            return None
        time, age = now.wall.timestamp(), now.since(began)
        is_vouched = self._witnesses.see_beside(room, began, now)
        is_plain = is_vouched and not self._bustle.is_busy(room, now)
        if not is_plain and not self._has_lasted_long(room, time, age.total_seconds()):
            return None
        because = Stay(
            room=room,
            device=last.device,
            last_at=last.at.wall,
            lasted=age,
            usual=timedelta(seconds=round(self._lasting.usual(room, time))),
            days=self._lasting.days(room),
            expected_days=self._lasting.expected_days(room, time, age.total_seconds()),
            is_unsure=not is_vouched,
        )
        return Finding(Rule.STAY, room, Severity.URGENT, began, because)

    def _has_lasted_long(self, room: str, time: float, age: float) -> bool:
        """Say whether it has lasted for too long for bustle, or a dead sensor, to explain it."""
        crossing = self._lasting.crossing(room, time - age, UNVOUCHED)
        return crossing is not None and age >= crossing
