"""Where the people of a home are from moment to moment: they walk, pass doors, stir and use things.

What they do and for how long their stays say; what is noticed of it is the instruments'.
"""

from random import Random
from typing import Protocol

from simulator.agenda import Agenda, Deed
from simulator.fitting import HOUR
from simulator.home import Plan, Way
from simulator.instruments import Body
from simulator.life import OUTSIDE, Stay

WHOLE_STAY = frozenset({"bed", "television", "armchair", "radio"})  # in use from begin to end
STEPS_A_STIR = 3.0
STEPS_A_SECOND_OUT = 0.6
AT_ONCE = 2.0  # seconds in which what is used for the whole stay is switched on
SWITCHED_OFF = 5.0  # seconds after its end; the next stay may go on using it
AT_THE_DOOR = 2.0


class Watchers(Protocol):
    """Whoever notices what people do."""

    def moved(self, room: str, at: float) -> None:
        """Somebody moves in a room, or comes into it."""

    def used(self, item: str, at: float, until: float | None) -> None:
        """Somebody uses something, for a moment or up to a time."""

    def changed(self, at: float) -> None:
        """Somebody is in another room now."""

    def sees_from(self, room: str, at: float) -> float:
        """Say from when on a movement in a room can be seen by anybody."""

    def door(self, at: float) -> None:
        """Somebody goes through the outer door."""


class Person:
    """One of those in the home; the stream of their stays drives them."""

    __slots__ = ("_agenda", "_body", "_plan", "_random", "_turn", "_watchers", "room", "stay")

    def __init__(
        self, plan: Plan, agenda: Agenda, random: Random, watchers: Watchers, body: Body | None
    ) -> None:
        """Take a home; `body` is the one that is measured, the resident's alone."""
        self._plan, self._agenda, self._random = plan, agenda, random
        self._watchers, self._body = watchers, body
        self._turn = 0  # of the stays: what was planned in one before does not happen any more
        self.room = OUTSIDE
        self.stay: Stay | None = None

    def begin(self, stay: Stay, is_there: bool = False) -> None:
        """Begin a stay: walk there, unless it is where they have been all along."""
        before, room = self.room, self._plan.room(stay.room)
        self._turn, self.stay = self._turn + 1, stay
        self._feel(stay)
        if is_there:
            self.room = room
            self._watchers.changed(stay.begins)
        if is_there or room == before:
            self._arrive(room, stay.begins, is_walking=False)
        elif room == OUTSIDE:
            self.leave(stay.begins)
        elif before == OUTSIDE:
            self._come_in(room, stay.begins)
        else:
            self._walk(self._plan.way(before, room), stay.begins)
        for item in stay.uses:
            self._use(item, stay)

    def leave(self, at: float) -> None:
        """Go out through the outer door."""
        self._turn += 1
        if self.room == OUTSIDE:
            return
        way = self._plan.way(self.room, self._plan.entrance)
        self._walk(way, at, is_through=True)
        self._later(at + (way[-1][1] if way else 0.0) + AT_THE_DOOR, self._go_out)

    # -- walking

    def _come_in(self, room: str, at: float) -> None:
        self._watchers.door(at)
        way = self._plan.way(self._plan.entrance, room)
        self._later(at + AT_THE_DOOR, self._arriving(self._plan.entrance, bool(way)))
        self._walk(way, at + 2 * AT_THE_DOOR)

    def _walk(self, way: Way, at: float, is_through: bool = False) -> None:
        if self.room != OUTSIDE:
            self._watchers.moved(self.room, at)
        for room, seconds in way:
            is_last = room == way[-1][0]
            self._later(at + seconds, self._arriving(room, is_through or not is_last))

    def _arriving(self, room: str, is_walking: bool) -> Deed:
        return lambda at: self._arrive(room, at, is_walking)

    def _arrive(self, room: str, at: float, is_walking: bool) -> None:
        if room != self.room:
            self.room = room
            self._watchers.changed(at)
            if room != OUTSIDE:
                self._watchers.moved(room, at)
        if not is_walking and room != OUTSIDE:
            self._stir_again(at)

    def _go_out(self, at: float) -> None:
        self._watchers.door(at)
        self._arrive(OUTSIDE, at, is_walking=False)
        if self._body is not None:
            self._body.is_here = False

    # -- being there

    def _stir(self, at: float) -> None:
        self._watchers.moved(self.room, at)
        self._stir_again(at)

    def _stir_again(self, at: float) -> None:
        """Plan the next movement that anybody could see; the ones before leave no trace."""
        stay = self.stay
        if stay is None or stay.stirs <= 0:
            return
        sees_from = self._watchers.sees_from(self.room, at)
        due = max(at, sees_from) + self._random.expovariate(stay.stirs / HOUR)
        if due < stay.ends:
            self._later(due, self._stir)

    def _use(self, item: str, stay: Stay) -> None:
        if item in WHOLE_STAY:
            at, until = min(stay.begins + AT_ONCE, stay.ends), stay.ends + AT_ONCE + SWITCHED_OFF
            self._later(at, lambda at: self._watchers.used(item, at, until))
        else:
            at = self._random.uniform(stay.begins, stay.ends)
            self._later(at, lambda at: self._watchers.used(item, at, None))

    def _feel(self, stay: Stay) -> None:
        if self._body is None:
            return
        is_out = stay.room == OUTSIDE
        self._body.pulse = stay.pulse
        self._body.is_here = self._body.is_here or not is_out
        a_second = STEPS_A_SECOND_OUT if is_out else stay.stirs * STEPS_A_STIR / HOUR
        self._body.walks(stay.begins, a_second)

    def _later(self, at: float, deed: Deed) -> None:
        turn = self._turn

        def do(at: float) -> None:
            if self._turn == turn:
                deed(at)

        self._agenda.at(at, do)
