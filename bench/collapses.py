"""At which moments of a life somebody collapses, to see when it is noticed.

What follows for the life is the simulator's, who notices watched's.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from simulator.happening import Happening, What
from simulator.life import OUTSIDE, RESIDENT, Doing, Stay

COMING_IN = (5.0, 120.0)  # seconds after the door
NIGHT = (22, 6)  # hours


class Form(StrEnum):
    """When and how."""

    UNIFORM = "uniform"  # at any time at home
    ACTIVE = "active"  # in the middle of doing something
    COMING_IN = "coming in"  # within two minutes
    BATHROOM = "bathroom at night"
    IN_BED = "in bed"
    CRAWLING = "crawling"  # at any time; moves twice an hour


class Collapse(NamedTuple):
    """One collapse."""

    form: Form
    happening: Happening


def collapses(stays: Iterable[Stay], zone: ZoneInfo, random: Random) -> Iterator[Collapse]:
    """Give one of each form, in the order of Form; a life may have no moment for one."""
    lived = [stay for stay in stays if stay.who == RESIDENT]
    for form in Form:
        places = _places(form, lived, zone)
        if not places:
            continue
        stay = random.choices(places, [_weight(form, stay) for stay in places])[0]
        if form is Form.COMING_IN:
            at = stay.begins + random.uniform(*COMING_IN)
        else:
            at = random.uniform(stay.begins, stay.ends)
        yield Collapse(form, Happening(What.COLLAPSE, at, crawls=form is Form.CRAWLING))


def _places(form: Form, lived: list[Stay], zone: ZoneInfo) -> list[Stay]:
    match form:
        case Form.COMING_IN:
            return [b for a, b in pairwise(lived) if a.room == OUTSIDE and b.room != OUTSIDE]
        case Form.BATHROOM:
            return [s for s in lived if s.doing is Doing.BATHROOM and _is_night(s.begins, zone)]
        case Form.IN_BED:
            return [s for s in lived if s.doing is Doing.SLEEP]
        case _:
            return [s for s in lived if s.room != OUTSIDE]


def _weight(form: Form, stay: Stay) -> float:
    lasts = stay.ends - stay.begins
    match form:
        case Form.ACTIVE:
            return stay.stirs * lasts
        case Form.COMING_IN | Form.BATHROOM:
            return 1.0
        case _:
            return lasts


def _is_night(at: float, zone: ZoneInfo) -> bool:
    hour = datetime.fromtimestamp(at, zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]
