"""Decides what one day is like before it is lived: its hours, its weather, health and vigour.

It depends on person, seed and date alone. What is done in it is day's to decide.
"""

from datetime import date, datetime, time, timedelta
from math import exp
from math import pow as fpow
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from simulator import year
from simulator.person import Person
from simulator.population import week
from simulator.year import BLOCK, Spell

WEEKEND = 5  # Monday is 0
SLEEPS_IN = 12.0  # minutes at weekends, when the house and the street do
LONGEST_DAY, SHORTEST_NIGHT = 22.0, 3.0  # hours


class Life(NamedTuple):
    """A person, and where and since when that life is imagined; the seed fixes the rest."""

    person: Person
    seed: int
    zone: ZoneInfo
    since: date  # slow changes count from here

    def hour(self, day: date, hour: float) -> float:
        """Give the epoch seconds at an hour of the clock on the wall; 25.5 is of the next day."""
        at = datetime.combine(day, time(), self.zone) + timedelta(hours=hour)
        return at.timestamp()

    def random(self, day: date, what: str) -> Random:
        """Give the dice of one day and matter."""
        return Random(f"{self.seed}/{what}/{day.toordinal()}")

    def months(self, day: date) -> float:
        """Give how long slow changes have been at work, in thirties of days."""
        return max(0, (day - self.since).days) / BLOCK


class Today(NamedTuple):
    """The conditions of one waking day; times are epoch seconds."""

    day: date
    rises: float
    retires: float
    rises_again: float
    lively: float  # factor on movements
    outings: float  # expected number
    night_visits: float  # expected number
    illness: Spell | None
    journey: Spell | None


def today(life: Life, day: date) -> Today:
    """Say what this day is like."""
    person, months = life.person, life.months(day)
    rises, again = _rises(life, day), _rises(life, day + timedelta(days=1))
    random = life.random(day, "day")
    illness = year.spell(f"{life.seed}/ill", day, person.body.illnesses, person.body.ill_days)
    lively = person.body.lively * person.course.lively**months
    lively *= person.course.winter_lively ** year.winter(day) * exp(random.gauss(0, 0.15))
    retires = person.sleep.retires + random.gauss(0, person.sleep.spread * 1.2) / 60
    latest = min(rises + LONGEST_DAY * 3600, again - SHORTEST_NIGHT * 3600)
    return Today(
        day,
        rises,
        max(rises + 8 * 3600, min(latest, life.hour(day, retires))),
        again,
        lively * (0.5 if illness else 1.0),
        0.0 if illness else _outings(life, day),
        person.sleep.night_visits * person.course.night_visits**months,
        illness,
        _journey(life, day) if illness is None else None,
    )


def _rises(life: Life, day: date) -> float:
    person = life.person
    minutes = life.random(day, "rises").gauss(0, person.sleep.spread)
    minutes += person.course.winter_later * year.winter(day)
    minutes += person.course.rises_later * life.months(day)
    minutes += SLEEPS_IN if day.weekday() >= WEEKEND else 0.0
    return life.hour(day, max(3.0, min(11.5, person.sleep.rises + minutes / 60)))


def _outings(life: Life, day: date) -> float:
    """Give how many outings are to be expected: by weekday, weather and the months gone by."""
    outings = life.person.outings
    weekday = fpow(week()[day.weekday()], outings.sociable)
    weather = outings.rain if year.is_wet(day) else 1.0
    slow = fpow(life.person.course.outings, life.months(day))
    return outings.a_day * weekday * weather * slow


def _journey(life: Life, day: date) -> Spell | None:
    outings = life.person.outings
    return year.spell(f"{life.seed}/away", day, outings.journeys, outings.journey_days)
