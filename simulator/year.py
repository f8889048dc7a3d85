"""Decides what lies over a whole day: the season, the weather, an illness, a journey.

Each answer depends on the seed and the date alone, so that a day is the same whenever it is asked
for. What is done with the day is day's to decide.
"""

from datetime import date
from math import cos, exp, pi, sqrt
from random import Random
from typing import NamedTuple

DAYS_A_YEAR = 365.25
MIDWINTER = 15  # January the 15th, the coldest day or so
BLOCK = 30  # days in which a spell may begin at most once
WEATHER = "weather"  # all the homes of a street stand in the same rain

# Share of days with rain worth an umbrella in the lower Yangtze valley, January to December.
# About what climate tables say; it moves outings, nothing is fitted to it.
RAINY = (0.32, 0.34, 0.42, 0.40, 0.40, 0.46, 0.42, 0.42, 0.34, 0.26, 0.28, 0.26)


class Spell(NamedTuple):
    """A run of days: which day of it today is, from 0, and how many it has."""

    day: int
    days: int

    @property
    def is_last(self) -> bool:
        """Whether the next day is an ordinary one."""
        return self.day == self.days - 1


def winter(day: date) -> float:
    """Say how much it is winter: 1 in the middle of January, -1 in the middle of July."""
    return cos(2 * pi * (day.timetuple().tm_yday - MIDWINTER) / DAYS_A_YEAR)


def is_wet(day: date) -> bool:
    """Say whether it rains; wet days come together."""
    number = day.toordinal()
    own, of_the_spell = _unit(f"{WEATHER}/{number}"), _unit(f"{WEATHER}/of/{number // 3}")
    # The mean of two even draws lies below x with probability 2 x x, for x up to a half.
    return (own + of_the_spell) / 2 < sqrt(RAINY[day.month - 1] / 2)


def spell(seed: str, day: date, a_year: float, days: float) -> Spell | None:
    """Give the spell (of illness, of a journey) that this day is part of.

    `a_year` is how often one begins, `days` how long it lasts on average; at most a month.
    """
    number = day.toordinal()
    for block in (number // BLOCK, number // BLOCK - 1):
        random = Random(f"{seed}/{block}")
        if random.random() >= 1 - exp(-a_year * BLOCK / DAYS_A_YEAR):
            continue
        begins = block * BLOCK + random.randrange(BLOCK)
        drawn = random.gammavariate(3.0, days / 3.0) if days > 0 else 0.0
        lasts = min(BLOCK, max(1, round(drawn)))
        if begins <= number < begins + lasts:
            return Spell(number - begins, lasts)
    return None


def _unit(text: str) -> float:
    return Random(text).random()
