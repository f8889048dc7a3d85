"""Decides what is counted of a home, recorded or simulated alike: gaps, nights, ways out.

Times are seconds of the home's own clock. Reading recordings and simulating homes is left to
whoever asks.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
TAILS = (0.5, 0.9, 0.99, 0.999)
NIGHT = (-1, 6)  # hours about midnight in which a visit to the bathroom is one of the night
NOON = 12 * HOUR
AT_THE_DOOR = 2 * MINUTE  # between the last thing seen and the door, or the door and the first
ONE_VISIT = 10 * MINUTE
SHORTEST_OUTING, LONGEST_OUTING = 10 * MINUTE, 20 * HOUR
LONG_REST = 30 * MINUTE
RESTLESS = 0.5  # of the home's mean movements an hour: no rest any more


class Sign(NamedTuple):
    """Something was seen; `kind` is that of a recording's row (motion, item, door)."""

    at: float
    sensor: str
    kind: str


class Activity(NamedTuple):
    """Something was done from one time to another, with so many movements."""

    begins: float
    ends: float
    movements: float


class Gap(NamedTuple):
    """Nothing was seen for so long after `begins`."""

    begins: float
    lasts: float


class Night(NamedTuple):
    """When somebody retired and rose, as hours, and how often the rest was broken."""

    retires: float
    rises: float
    breaks: int


def quantile(values: Iterable[float], share: float) -> float:
    """Give the value below which this share of the values lies; not a number if there are none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def hour_of(at: float) -> float:
    """Give the hour of the day, with its fraction."""
    return at % DAY / HOUR


def gaps(times: Iterable[float]) -> list[Gap]:
    """Give the silences between what was seen."""
    return [Gap(a, b - a) for a, b in pairwise(sorted(set(times)))]


def longest_a_day(silences: Iterable[Gap]) -> list[float]:
    """Give the longest silence that begins on each day."""
    longest: dict[int, float] = {}
    for gap in silences:
        day = int(gap.begins // DAY)
        longest[day] = max(longest.get(day, 0.0), gap.lasts)
    return list(longest.values())


def events_a_day(times: Iterable[float]) -> list[int]:
    """Give how much was seen on each day on which anything was."""
    return list(Counter(int(at // DAY) for at in times).values())


def night_visits(bathroom: Iterable[float], nights: Iterable[int]) -> list[int]:
    """Count the visits in each night, from what the bathroom's sensors saw.

    `nights` are the days (numbers since the epoch) in the early hours of which one looks.
    """
    visits = Counter[int]()
    latest = float("-inf")
    for at in sorted(bathroom):
        from_midnight = (at + NOON) % DAY - NOON
        if NIGHT[0] * HOUR <= from_midnight < NIGHT[1] * HOUR and at - latest > ONE_VISIT:
            visits[int((at + NOON) // DAY)] += 1
        latest = at
    return [visits[night] for night in nights]


def outings(signs: Sequence[Sign]) -> list[Gap]:
    """Give the silences that begin and end at the outer door."""
    doors = [sign.at for sign in signs if sign.kind == "door"]
    found, at_door = [], 0
    for gap in gaps(sign.at for sign in signs):
        if not SHORTEST_OUTING <= gap.lasts <= LONGEST_OUTING:
            continue
        ends = gap.begins + gap.lasts
        while at_door < len(doors) and doors[at_door] < gap.begins - AT_THE_DOOR:
            at_door += 1
        near = [door for door in doors[at_door : at_door + 40] if door <= ends + AT_THE_DOOR]
        left = any(door <= gap.begins for door in near)
        came = any(door >= ends for door in near)
        if left and came:
            found.append(gap)
    return found


def nights(activities: Sequence[Activity]) -> list[Night]:
    """Give the nights, from what was done: long quiet activities are rest, short ones break it."""
    of_night: dict[int, list[Activity]] = {}
    calm = RESTLESS * _rate(activities)
    for activity in activities:
        since_noon = (activity.begins + NOON) % DAY / HOUR
        if 8 <= since_noon < 20:  # begun between eight in the evening and eight in the morning
            of_night.setdefault(int((activity.begins + NOON) // DAY), []).append(activity)
    found = []
    for midnight, lived in sorted(of_night.items()):
        rests = [activity for activity in lived if _is_rest(activity, calm)]
        if not rests or rests[-1].ends < (midnight * DAY + 4 * HOUR):
            continue
        breaks = sum(1 for a, b in pairwise(rests) if b.begins - a.ends < HOUR)
        retires = (rests[0].begins - midnight * DAY) / HOUR + 24
        found.append(Night(retires, (rests[-1].ends - midnight * DAY) / HOUR, breaks))
    return found


def _is_rest(activity: Activity, calm: float) -> bool:
    return activity.ends - activity.begins >= LONG_REST and _rate([activity]) < calm


def _rate(activities: Sequence[Activity]) -> float:
    """Give the movements a second while something was done."""
    lasted = sum(activity.ends - activity.begins for activity in activities)
    return sum(activity.movements for activity in activities) / max(1.0, lasted)


def away(activities: Sequence[Activity], shortest: float = 20 * MINUTE) -> list[Gap]:
    """Give the times by day in which nothing was done at home; most of them are ways out."""
    between = [Gap(a.ends, b.begins - a.ends) for a, b in pairwise(activities)]
    return [
        gap
        for gap in between
        if shortest <= gap.lasts <= LONGEST_OUTING and 6 <= hour_of(gap.begins) < 22
    ]
