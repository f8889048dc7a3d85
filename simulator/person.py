"""Who lives in a home, as data: the parameters of a resident's days.

A person is read from TOML, drawn from the spread of the recorded homes, or the one in the middle
of them. How a day comes of the parameters is day's to decide.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.resources import files
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any, Self

from simulator.population import population
from simulator.scenario_words import Said, said
from simulator.sections import Fault

ANY = (0.0, 1000.0)
CHANCE = (0.0, 1.0)
# What a parameter may be, where that is not from 0 to 1000.
BOUNDS = {
    "sleep.rises": (3.0, 11.5),
    "sleep.retires": (16.0, 30.0),
    "sleep.night_visits": (0.0, 20.0),
    "meals.lunch": (0.0, 24.0),
    "meals.supper": (0.0, 24.0),
    "outings.a_day": (0.0, 12.0),
    "outings.ratio": (1.0, 20.0),
    "outings.errands": (0.0, 12.0),
    "outings.rain": (0.0, 10.0),
    "outings.sociable": (0.0, 10.0),
    "company.visits": (0.0, 40.0),
    "leisure.strolls": (0.0, 60.0),
    "leisure.bathroom": (0.0, 60.0),
    "body.lively": (0.0, 20.0),
    "body.uneven": (0.0, 3.0),
    "body.pulse": (30.0, 180.0),
    "course.winter_lively": (0.1, 10.0),
    "course.night_visits": (0.0, 3.0),
    "course.outings": (0.0, 3.0),
    "course.lively": (0.0, 3.0),
}
CHANCES = ("sleep.wakeful", "sleep.nap", "outings.evening", "company.sunday")
SHARES = ("leisure.television", "leisure.housework")
BOUNDS |= dict.fromkeys(CHANCES + SHARES, CHANCE)


class PersonFaults(ValueError):
    """A person cannot be read; has all that is wrong, each with its place and its mend."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """Tell it in a language, a line for each."""
        return "\n".join(fault.told(language) for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Sleep:
    """Hours are of the clock on the wall, 24.5 is half past midnight."""

    rises: float
    retires: float
    spread: float  # minutes from day to day
    night_visits: float  # to the bathroom, a night
    wakeful: float  # share of those after which sleep does not come back at once
    stirs: float  # movements an hour, asleep
    nap: float  # chance a day
    nap_minutes: float


@dataclass(frozen=True, slots=True)
class Meals:
    """Breakfast follows rising."""

    lunch: float  # hour
    supper: float  # hour
    spread: float  # minutes
    cooking: float  # minutes
    eating: float  # minutes


@dataclass(frozen=True, slots=True)
class Outings:
    """Ways out of the home, from the bin to a week with the daughter."""

    a_day: float
    minutes: float  # the median
    ratio: float  # of the 90th percentile to the median
    errands: float  # a day, of a few minutes: the bin, the letterbox, the neighbour
    evening: float  # share that begins after five in the afternoon
    rain: float  # factor on a wet day
    sociable: float  # how strongly the week is followed: 0 every day alike, 1 as recorded
    journeys: float  # a year, overnight
    journey_days: float


@dataclass(frozen=True, slots=True)
class Company:
    """Who comes."""

    visits: float  # a week, of neighbours
    minutes: float
    sunday: float  # chance of the family for Sunday lunch


@dataclass(frozen=True, slots=True)
class Leisure:
    """What fills the time between."""

    television: float  # share of the free time
    housework: float  # share
    stint: float  # minutes at one thing, the median
    strolls: float  # short ways to another room, an hour
    bathroom: float  # visits between rising and retiring


@dataclass(frozen=True, slots=True)
class Body:
    """What can be seen and felt of somebody."""

    lively: float  # factor on all movements
    uneven: float  # how much the movements differ from hour to hour (sigma of their logarithm)
    pulse: float  # beats a minute, sitting
    varies: float  # beats a minute from one stay to the next
    illnesses: float  # a year
    ill_days: float


@dataclass(frozen=True, slots=True)
class Course:
    """What the months change; a factor of 0.9 is a tenth less after thirty days."""

    winter_later: float  # minutes that midwinter's rising is later than the mean
    winter_lively: float  # factor on movements in midwinter, its inverse in midsummer
    rises_later: float  # minutes in thirty days
    night_visits: float
    outings: float
    lively: float


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about somebody that decides on the days."""

    name: str
    sleep: Sleep
    meals: Meals
    outings: Outings
    company: Company
    leisure: Leisure
    body: Body
    course: Course

    @classmethod
    def middle(cls) -> Self:
        """Give the one in the middle of the recorded homes."""
        return cls.of("middle", {key: spread.middle for key, spread in population().items()})

    @classmethod
    def drawn(cls, seed: int) -> Self:
        """Draw one of the population; the same seed gives the same person."""
        random = Random(f"person/{seed}")
        drawn = {key: spread.drawn(random) for key, spread in sorted(population().items())}
        return cls.of(f"drawn-{seed}", drawn)

    @classmethod
    def of(cls, name: str, values: Mapping[str, float]) -> Self:
        """Make one of parameters such as "sleep.rises"."""
        parts = {
            part: kind(**{f.name: values[f"{part}.{f.name}"] for f in fields(kind)})
            for part, kind in PARTS.items()
        }
        return cls(name=name, **parts)


PARTS: dict[str, Any] = {
    "sleep": Sleep,
    "meals": Meals,
    "outings": Outings,
    "company": Company,
    "leisure": Leisure,
    "body": Body,
    "course": Course,
}


def names() -> list[str]:
    """Give the persons that come along."""
    folder = files("simulator").joinpath("persons")
    return sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.is_file())


def named(name: str) -> Person:
    """Give a person that comes along, or the one in a file of that name. Raises PersonFaults."""
    if name.endswith(".toml"):
        return read(Path(name))
    if name not in names():
        raise PersonFaults([Fault(name, "", _unknown(name, names()))])
    text = files("simulator").joinpath("persons", f"{name}.toml").read_text("utf-8")
    return parsed(text, f"{name}.toml")


def read(path: Path) -> Person:
    """Read a person's file; what it leaves out is as in the middle of the recorded homes."""
    try:
        return parsed(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise PersonFaults([Fault(str(path), "", said("no_toml", why=error))]) from error


def parsed(text: str, file: str) -> Person:
    """Understand a person's TOML; `file` is what faults are told of. Raises PersonFaults."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PersonFaults([Fault(file, "", said("no_toml", why=error))]) from error
    values = {key: spread.middle for key, spread in population().items()}
    name = str(given.pop("name", file.removesuffix(".toml")))
    given.pop("about", None)
    entries = {
        f"{part}.{key}" if key else part: value
        for part, table in given.items()
        for key, value in (table.items() if isinstance(table, dict) else [("", table)])
    }
    wrongs = [(key, _wrong(key, value, values)) for key, value in entries.items()]
    faults = [Fault(file, key, wrong) for key, wrong in wrongs if wrong is not None]
    if faults:
        raise PersonFaults(faults)
    return Person.of(name, values | entries)


def _wrong(key: str, value: object, known: Mapping[str, float]) -> Said | None:
    """Say what is wrong with one entry, if anything is."""
    if key not in known:
        close = get_close_matches(key, known, 1)
        if close:
            return said("meant", near=close[0])
        part = key.partition(".")[0]
        beside = [other.partition(".")[2] for other in known if other.startswith(f"{part}.")]
        return said("unknown_key", names=", ".join(beside or PARTS))
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return said("wrong_type", value=value, example=f"{key} = {known[key]:g}")
    low, high = BOUNDS.get(key, ANY)
    if not low <= value <= high:
        return said("out_of_range", value=value, low=f"{low:g}", high=f"{high:g}")
    return None


def _unknown(name: str, known: list[str]) -> Said:
    close = get_close_matches(name, known, 1)
    if close:
        return said("did_you_mean", value=name, near=close[0])
    return said("not_one_of", value=name, names=", ".join(known))
