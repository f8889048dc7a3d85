"""One simulated home under one strain: who lives there, and what comes in of it.

What its household makes of that is watched's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from random import Random
from typing import NamedTuple

from bench.arriving import arriving
from bench.strains import LEARNED, STRAINED, Strain
from edge.model import Entry, Home, Patience
from simulator import bulk, home_file
from simulator.device_faults import sensed
from simulator.faults import GUEST, lived
from simulator.fitting import DAY
from simulator.happening import Happening, What
from simulator.home import Plan
from simulator.life import RESIDENT, Signal, Stay
from simulator.person import Person
from simulator.resident import stays
from simulator.sensing import Sensing

PLANS = ("flat_plain", "farmhouse", "flat")
INSTEAD = frozenset({What.HOLIDAY})  # of what the resident would do
VISITORS = range(RESIDENT + 1, GUEST)  # those of ordinary days


class Scene(NamedTuple):
    """One home under one strain, or, without one, as it is learned."""

    number: int
    plan: Plan
    strain: Strain

    @classmethod
    def of(cls, number: int, strain: Strain) -> "Scene":
        """Give the home of that number."""
        plan = home_file.named(PLANS[number % len(PLANS)])
        return cls(number, strain.plan(plan) if strain.plan else plan, strain)

    def midnight(self, day: date) -> float:
        """Give when a day begins there, in epoch seconds."""
        return datetime(day.year, day.month, day.day, tzinfo=self.plan.zone).timestamp()

    def household(self, patience: Patience) -> Home:
        """Give the home as its household knows it."""
        return bulk.household(self.plan, patience)

    @property
    def first_strained(self) -> date:
        """Give the first day of the strain."""
        return self.strain.first + timedelta(days=LEARNED)

    @property
    def ends(self) -> float:
        """Give when it is over."""
        return self.midnight(self.first_strained + timedelta(days=STRAINED))

    @property
    def onset(self) -> float:
        """Give when the strain begins."""
        return self.midnight(self.first_strained)

    def midnight_before(self, at: float) -> float:
        """Give when the day of a time began, in epoch seconds."""
        return self.midnight(self.day(at))

    def day(self, at: float) -> date:
        """Give the day of a time there."""
        return datetime.fromtimestamp(at, self.plan.zone).date()

    @property
    def struck(self) -> float:
        """Give when the strain is first felt."""
        begun = [happening.at for happening in self.happenings() if happening.at >= self.onset]
        return min(begun, default=self.onset + self.strain.strikes * DAY)

    def random(self, what: str) -> Random:
        """Give the same dice whenever the same is asked about, under whatever strain."""
        return Random(f"{what}/{self.number}")

    def happenings(self) -> list[Happening]:
        """Give what happens besides ordinary life."""
        make = self.strain.happens
        return [] if make is None else make(self.onset, self.plan, self.random("happens"))

    def life(self, begins: date, happenings: list[Happening]) -> Iterator[Stay]:
        """Give the stays from a midnight on, without end."""
        person = Person.drawn(self.number)
        if self.strain.person is not None:
            person = self.strain.person(person)
        zone, first = self.plan.zone, self.strain.first
        return lived(stays(person, begins, zone, self.number, first), happenings, self.number)

    def lived(self, begins: date | None = None) -> Iterator[Stay]:
        """Give how the days are truly lived, from the first on or from another, to the last."""
        life = self.life(begins or self.strain.first, self.happenings())
        return takewhile(lambda stay: stay.begins < self.ends, life)

    def is_visited(self, at: float) -> bool:
        """Say whether a visitor is there, who would see a collapse."""
        life = takewhile(lambda stay: stay.begins <= at, self.life(self.day(at), self.happenings()))
        return any(stay.who in VISITORS and at < stay.ends for stay in life)

    def journal(
        self, home: Home, begins: date, ends: float, collapse: Happening | None = None
    ) -> Iterator[Entry]:
        """Give what comes in from a midnight on."""
        happenings = self.happenings()
        if collapse is not None:
            # Who lies there goes nowhere.
            happenings = [h for h in happenings if h.at < collapse.at or h.what not in INSTEAD]
            happenings.append(collapse)
        start = self.midnight(begins)
        life = self.life(begins, happenings)
        if collapse is not None:
            # A visitor would find who lies there, and nobody would be waited for any more.
            life = (s for s in life if s.who not in VISITORS or s.begins < collapse.at)
        said = Sensing(self.plan, self.number).signals(life, start, is_first=False)
        said = sensed(said, happenings, self.plan.sensors, self.number)
        if self.strain.hears is not None:
            said = self.strain.hears(said, self.onset, self.plan, self.random("hears"))
        heard = _within(said, start, ends)
        return arriving(home, heard, self.strain.link, self.onset, start)


def _within(said: Iterable[Signal], begins: float, ends: float) -> Iterator[Signal]:
    for one in said:
        if one.at >= ends:
            return
        if one.at >= begins:
            yield one
