"""The rules of rooms, mornings, nights and the bed of one home, with what they share.

Here it is said once for all of them what they hear: life in rooms, what may be learned of it, when
whatever goes on must be taken to begin anew. What each makes of it stands in its own file.
"""

from typing import Protocol

from msgspec import Struct, field

from edge.bearings import Bearings, Silence
from edge.detectors.bed import KINDS, Bed, BedState
from edge.detectors.crawling import Crawling, CrawlingState
from edge.detectors.rooms import Rooms, RoomsState
from edge.detectors.routine import Routine, RoutineState
from edge.detectors.wandering import Wandering, WanderingState
from edge.figures import DAY, HOUR
from edge.halfhours import HalfHours
from edge.model import Close, Finding, Home, Input, Kind, Life, Moment, Reading, Rule
from edge.presence import Presence
from edge.watch import Watch
from edge.witnesses import DimState, Witnesses

MOVEMENT = frozenset({Kind.MOTION})
LONGEST_DAY = DAY + HOUR  # where clocks are put back in it
EVERYDAY_RULES = frozenset({Rule.STAY, Rule.CRAWLING, Rule.ROUTINE, Rule.WANDERING, Rule.BED})


class Part(Protocol):
    """One of these rules."""

    def begin_day(self, time: float) -> None:
        """Close the days before this one's; `time` is in seconds since the epoch."""

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a sign of life in a room; say whether what it ended may be learned from."""

    def lose(self, now: Moment) -> None:
        """Begin anew: nobody knows what was meanwhile, or somebody has been there."""

    def drop(self) -> None:
        """Forget what goes on, and keep what was learned: from now on it is not followed."""

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was."""

    def findings(self, now: Moment) -> list[Finding]:
        """Say what holds now."""

    def next_check(self, now: Moment) -> Moment | None:
        """Say when to be asked again, later than `now`."""


class EverydayState(Struct):
    """All that these rules remember."""

    rooms: RoomsState = field(default_factory=RoomsState)
    crawling: CrawlingState = field(default_factory=CrawlingState)
    routine: RoutineState = field(default_factory=RoutineState)
    wandering: WanderingState = field(default_factory=WanderingState)
    bed: BedState = field(default_factory=BedState)
    dim: DimState = field(default_factory=DimState)
    midnight: float = 0.0  # the next one by the home's clock, in seconds since the epoch


class Everyday:
    """Watches how the resident goes through the home and the day."""

    def __init__(
        self,
        home: Home,
        presence: Presence,
        witnesses: Witnesses,
        silence: Silence,
        state: EverydayState | None = None,
    ) -> None:
        self.state = EverydayState() if state is None else state
        self._clock = HalfHours(home.zone)
        self._placed = witnesses.all
        bearings = Bearings(home, presence, witnesses, silence, self.state.dim)
        self._bearings = bearings
        bearings.is_said = self._is_said
        self._bed = Bed(bearings, self.state.bed)
        self._rooms = Rooms(bearings, self.state.rooms)
        parts: dict[Part, bool] = {
            self._rooms: home.routine.stay and len(witnesses.rooms) > 1,
            Crawling(bearings, self.state.crawling): home.routine.crawling
            and len(witnesses.rooms) > 1,
            Routine(bearings, self.state.routine): home.routine.anchor,
            Wandering(bearings, self.state.wandering): home.routine.wandering,
            self._bed: home.routine.bed and self._bed.is_any,
        }
        self._parts = tuple(part for part, is_on in parts.items() if is_on)
        for part in parts.keys() - set(self._parts):
            part.drop()  # what it said would keep the others silent, and be long over one day
        self._kinds = {
            **dict.fromkeys(KINDS if self._bed in self._parts else (), self._bed.hear),
            **dict.fromkeys(MOVEMENT if self._rooms in self._parts else (), self._rooms.hear),
        }
        self.watch = Watch(EVERYDAY_RULES, self, self._kinds, lives=True)

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in life in a room, what the bed says, blind time or the word of a person."""
        match what:
            case Life():
                if what.device in self._placed:
                    self._live(what)
            case Reading():
                hear = self._kinds.get(what.kind)
                if hear is not None:
                    hear(what, now)
            case _:
                if isinstance(what, Close):
                    for part in self._parts:
                        part.judge(what, now)
                if self._bearings.observe(what, now):
                    self._lose(now)

    def _live(self, life: Life) -> None:
        if self._bearings.observe(life, life.at):
            self._lose(life.at)
        time = life.at.wall.timestamp()
        # A clock that was set back by days has another next midnight.
        is_today = time < self.state.midnight <= time + LONGEST_DAY
        if life.at.trusted and not is_today:
            for part in self._parts:
                part.begin_day(time)
            self.state.midnight = self._clock.midnight_after(time)
        may_learn = self._bearings.may_learn
        for part in self._parts:
            part.live(life, may_learn=may_learn)

    def _lose(self, now: Moment) -> None:
        for part in self._parts:
            part.lose(now)

    def _is_said(self) -> bool:
        """Say whether one of these rules calls people: what lies behind it is told once."""
        state = self.state
        spells = (
            *(state.rooms.stay, state.crawling.calm, state.wandering.up),
            *(state.bed.abed, state.bed.left),
        )
        return state.wandering.gone is not None or any(each.said is not None for each in spells)

    def findings(self, now: Moment) -> list[Finding]:
        """Give what is unusual of rooms, morning, night and bed."""
        return [found for part in self._parts for found in part.findings(now)]

    def next_check(self, now: Moment) -> Moment | None:
        """Give when one of them is due."""
        nearest: Moment | None = None
        for part in self._parts:
            due = part.next_check(now)
            if due is not None and (nearest is None or due.monotonic < nearest.monotonic):
                nearest = due
        return nearest
