"""What the sensors of a home say of the life in it: stays in, signals out, in order of time.

It holds no more than the present moment. How each sensor notices stands in instruments, how people
get about in people; what a device says in its own bytes is voice's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import inf
from random import Random

from simulator.agenda import Agenda
from simulator.home import Plan
from simulator.instruments import (
    Body,
    Bracelet,
    Infrared,
    Instrument,
    Item,
    Presence,
    imagining,
    instrument,
    reporting,
)
from simulator.life import RESIDENT, Signal, Stay
from simulator.mouth import Mouth
from simulator.people import Person

HAS_WALKED = (300.0, 6000.0)  # steps, before anybody looked on
FIRST_WORDS_WITHIN = 2.0  # seconds in which all devices say how they are when a bridge starts


def signals(
    plan: Plan,
    stays: Iterable[Stay],
    seed: int,
    begins: float | None = None,
    *,
    is_first: bool = True,
) -> Iterator[Signal]:
    """Give what the sensors say, from `begins` (else the first stay's) to the end of the stays.

    With `is_first` every device says at once how it is, as when its bridge starts. The same
    arguments give the same signals.
    """
    return Sensing(plan, seed).signals(stays, begins, is_first=is_first)


class Sensing:
    """One home's sensors and the people they watch."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.people: dict[int, Person] = {}
        self._plan = plan
        self._random = Random(f"sensing {seed}")
        self._agenda = Agenda()
        self._body = Body(self._random.uniform(*HAS_WALKED))
        self._heard: list[Signal] = []
        self._views: dict[str, list[tuple[Infrared | Presence, float]]] = defaultdict(list)
        self._items: dict[str, list[Item | Presence]] = defaultdict(list)
        self._doors: list[Item] = []
        self._radars: list[tuple[Presence, frozenset[str]]] = []
        self._coming: Iterator[Stay] = iter(())
        self._following: Stay | None = None
        self._start = self._ends = 0.0
        self.reached = -inf  # up to when everything has happened

    def signals(
        self, stays: Iterable[Stay], begins: float | None = None, *, is_first: bool = True
    ) -> Iterator[Signal]:
        """Give what is said, as the function of this name does."""
        self._begin_with(stays, begins or -inf)
        if self._following is None:
            return
        start = self._following.begins if begins is None else begins
        self._start = self._ends = start
        self._fit(start, is_first=is_first)
        while self._following is not None or self._agenda.next < self._ends:
            self._begin_stays()
            yield from self._take()
            if self._agenda.next < (self._ends if self._following is None else inf):
                self.reached = self._agenda.next
                self._agenda.do()
            yield from self._take()

    def change(self, stays: Iterable[Stay], at: float) -> None:
        """Let everybody live by other stays from a time on that has not been reached yet."""
        self._begin_with(stays, at)
        self._start = self._ends = at

    def _begin_with(self, stays: Iterable[Stay], at: float) -> None:
        self._coming = iter(stays)
        self._following = next(self._coming, None)
        while self._following is not None and self._following.ends <= at:
            self._following = next(self._coming, None)

    def _begin_stays(self) -> None:
        """Begin the stays that are due before anything else."""
        while self._following is not None and self._following.begins <= self._agenda.next:
            self._ends = max(self._ends, self._following.ends)
            self._begin(self._following)
            self._following = next(self._coming, None)

    def _take(self) -> list[Signal]:
        if not self._heard:
            return []
        # Instruments keep the list, so it is emptied and not replaced.
        heard = self._heard[:]
        self._heard.clear()
        return heard

    # -- people

    def _begin(self, stay: Stay) -> None:
        start, person = self._start, self.people.get(stay.who)
        is_there = stay.begins <= start and person is None
        if person is None:
            body = self._body if stay.who == RESIDENT else None
            person = Person(self._plan, self._agenda, self._random, self, body)
            self.people[stay.who] = person
        person.begin(stay._replace(begins=max(start, stay.begins)), is_there=is_there)
        begun = person.stay
        if stay.who != RESIDENT:
            self._agenda.at(stay.ends, lambda at: self._end(stay.who, begun, at))

    def _end(self, who: int, begun: Stay | None, at: float) -> None:
        """Let a visitor go when no other stay of theirs has followed."""
        if self.people[who].stay is begun:
            self.people[who].leave(at)

    # -- what they do, for those who notice

    def moved(self, room: str, at: float) -> None:
        """Somebody moves in a room, or comes into it."""
        for instrument_, share in self._views.get(room, ()):
            if share < 1 and self._random.random() >= share:
                continue
            if isinstance(instrument_, Infrared):
                instrument_.moved(at)
            else:
                instrument_.entered(at)

    def used(self, item: str, at: float, until: float | None) -> None:
        """Somebody uses something, for a moment or up to a time."""
        for instrument_ in self._items.get(item, ()):
            if isinstance(instrument_, Presence):
                instrument_.lain_until(at, until or at)
            elif until is None:
                instrument_.used(at)
            else:
                instrument_.used_until(at, until)

    def changed(self, at: float) -> None:
        """Somebody is in another room now."""
        for radar, rooms in self._radars:
            if any(person.room in rooms for person in self.people.values()):
                radar.entered(at)
            elif radar.is_on:
                radar.left(at)

    def sees_from(self, room: str, at: float) -> float:
        """Say from when on a movement in a room can be seen by anybody."""
        soonest = inf
        for instrument_, _ in self._views.get(room, ()):
            if isinstance(instrument_, Infrared):
                soonest = min(soonest, instrument_.blind_until)
            elif not instrument_.is_on:
                return at
        return soonest

    def door(self, at: float) -> None:
        """Somebody goes through the outer door."""
        for door in self._doors:
            door.used(at)

    # -- the sensors

    def _fit(self, begins: float, *, is_first: bool) -> None:
        for sensor in self._plan.sensors:
            mouth = Mouth(sensor, self._random, begins, self._heard)
            made = instrument(mouth, self._agenda, self._random, self._body)
            self._place(mouth, made, begins)
            reporting(mouth, self._agenda, self._random, begins)
            if is_first and sensor.traits.reports:
                at = begins + self._random.random() * FIRST_WORDS_WITHIN
                self._agenda.at(at, mouth.report)

    def _place(self, mouth: Mouth, made: Instrument | None, begins: float) -> None:
        sensor = mouth.sensor
        if isinstance(made, Bracelet):
            first = begins + self._random.random() * sensor.traits.measures
            self._agenda.at(first, made.begin)
        elif isinstance(made, Item):
            if sensor.outer_door:
                self._doors.append(made)
            self._items[sensor.item].append(made)
        elif isinstance(made, Presence) and sensor.item:
            self._items[sensor.item].append(made)
            self._agenda.at(begins, made.begin)
        elif isinstance(made, Infrared | Presence):
            self._watch(mouth, made, begins)

    def _watch(self, mouth: Mouth, made: Infrared | Presence, begins: float) -> None:
        sees = mouth.sensor.sees
        for room, share in sees.items():
            self._views[room].append((made, share))
        if isinstance(made, Presence):
            self._radars.append((made, frozenset(sees)))
            self._agenda.at(begins, made.begin)
        imagined = made.moved if isinstance(made, Infrared) else made.imagine
        imagining(mouth, imagined, self._agenda, self._random, begins)
