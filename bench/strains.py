"""What the life in a home and its sensors are strained with, to see whether a household bears it.

How a strained home is lived and watched is watched's, what comes of it stress's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from heapq import merge
from random import Random

from edge.model import Kind
from simulator.fitting import DAY, HOUR, Fitting
from simulator.happening import Happening, What
from simulator.home import Plan, Sensor
from simulator.life import Signal
from simulator.person import Person

LEARNED = 60  # days of ordinary life before
STRAINED = 30  # days under the strain
FIRST = date(2026, 3, 2)
# Both ways in which Europe sets its clocks, in the middle of the strained days.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
FALSELY_SEEN = 90.0  # seconds that a false "somebody" stands
PASSAGE = 120.0  # seconds in which a door's words belong together
LATER_A_MONTH = 60.0  # minutes: two a day
HANDS = frozenset({Kind.CONTACT_OPEN, Kind.MOTION, Kind.PRESENCE, Kind.USE, Kind.ACTIVITY})

Happen = Callable[[float, Plan, Random], list[Happening]]
Hear = Callable[[Iterator[Signal], float, Plan, Random], Iterator[Signal]]


class Link(StrEnum):
    """What comes between the bridge and the household."""

    SOUND = "sound"
    LATE = "late"  # lost for hours; what was said meanwhile is delivered afterwards
    REPEATS = "repeats"  # the bridge starts anew and says all it knows as if it were new
    CLOCK = "clock"  # no power for a while; then the box has the clock of when it went
    JUMP = "jump"  # the clock is set wrong for a day


@dataclass(frozen=True)
class Strain:
    """One strain; `onset` in its functions is the midnight, in epoch seconds, at which it begins.

    `learned_as` is the strain of the days before: its own where it was always there. `strikes` is
    when, in days after the onset, what the bridge or all sensors suffer begins.
    """

    key: str
    title: str
    learned_as: str = "ordinary"
    happens: Happen | None = None
    hears: Hear | None = None
    person: Callable[[Person], Person] | None = None
    plan: Callable[[Plan], Plan] | None = None
    first: date = FIRST
    link: Link = Link.SOUND
    is_fault: bool = False  # somebody must be told that the watching is impaired
    strikes: float = 0.0


# -- who is there and who is not


def _away(days: int, *starts: int) -> Happen:
    def make(onset: float, _plan: Plan, _random: Random) -> list[Happening]:
        # Who travels leaves in the morning and is back for the evening.
        begins = [onset + start * DAY + 9.5 * HOUR for start in starts]
        return [Happening(What.HOLIDAY, at, at + days * DAY + 7 * HOUR) for at in begins]

    return make


def _dog(months_before: int) -> Happen:
    def make(onset: float, _plan: Plan, _random: Random) -> list[Happening]:
        # Whatever happens ends after a month, so a dog that was always there comes again.
        begins = [onset + number * 30 * DAY for number in range(-months_before, 2)]
        return [Happening(What.DOG, at, at + 30 * DAY) for at in begins]

    return make


def _visitor(onset: float, _plan: Plan, _random: Random) -> list[Happening]:
    begins = [onset + (2 + 7 * week) * DAY + 14.5 * HOUR for week in range(4)]
    return [Happening(What.GUEST, at, at + 3 * HOUR) for at in begins]


def _guest(onset: float, _plan: Plan, _random: Random) -> list[Happening]:
    begins = [onset + day * DAY + 17 * HOUR for day in (5, 19)]
    return [Happening(What.GUEST, at, at + 2 * DAY) for at in begins]


# -- sensors at fault


def eyes(plan: Plan) -> list[Sensor]:
    """Give the sensors that see movement."""
    return [s for s in plan.sensors if s.fitting in (Fitting.INFRARED, Fitting.RADAR)]


def _one(what: What) -> Happen:
    def make(onset: float, plan: Plan, random: Random) -> list[Happening]:
        sensor = random.choice(eyes(plan))
        return [Happening(what, onset + random.uniform(1, 3) * DAY, sensor=sensor.id)]

    return make


def _silent(hours: float, *starts: float) -> Hear:
    """Let nobody say anything for some hours, and nobody say that it is so."""

    def hear(
        said: Iterator[Signal], onset: float, _plan: Plan, _random: Random
    ) -> Iterator[Signal]:
        spans = [(onset + s * DAY, onset + s * DAY + hours * HOUR) for s in starts]
        return (one for one in said if not any(a <= one.at < b for a, b in spans))

    return hear


def _lossy(share: float) -> Hear:
    def hear(
        said: Iterator[Signal], _onset: float, _plan: Plan, random: Random
    ) -> Iterator[Signal]:
        return (one for one in said if random.random() >= share)

    return hear


def _missed_door(share: float) -> Hear:
    """Lose whole passages of the outer door: what it says within two minutes."""

    def hear(said: Iterator[Signal], _onset: float, plan: Plan, random: Random) -> Iterator[Signal]:
        doors = {sensor.id for sensor in plan.sensors if sensor.outer_door}
        began, is_lost = 0.0, False
        for one in said:
            if one.sensor not in doors or not one.values.get(Kind.CONTACT_OPEN, is_lost):
                yield one
                continue
            if one.at - began > PASSAGE:
                began, is_lost = one.at, random.random() < share
            if not is_lost:
                yield one

    return hear


def _false_triggers(
    said: Iterator[Signal], onset: float, plan: Plan, random: Random
) -> Iterator[Signal]:
    """Let one sensor see somebody about once an hour, day and night, where nobody is."""
    sensor = random.choice(eyes(plan))
    return merge(said, _imagined(sensor, onset, random), key=lambda signal: signal.at)


def _imagined(sensor: Sensor, onset: float, random: Random) -> Iterator[Signal]:
    kind = min(sensor.kinds & HANDS)
    at = onset
    while True:
        at += FALSELY_SEEN + random.expovariate(1 / HOUR)
        yield Signal(at, sensor.id, {kind: True})
        if sensor.traits.says_clear:
            yield Signal(at + FALSELY_SEEN, sensor.id, {kind: False})


# -- the person


def _later_each_day(person: Person) -> Person:
    return replace(person, course=replace(person.course, rises_later=LATER_A_MONTH))


def _two_hours_later(person: Person) -> Person:
    sleep, meals = person.sleep, person.meals
    return replace(
        person,
        sleep=replace(
            sleep, rises=min(11.5, sleep.rises + 2), retires=min(30.0, sleep.retires + 2)
        ),
        meals=replace(meals, lunch=meals.lunch + 2, supper=min(24.0, meals.supper + 2)),
    )


# -- the home


def _without_door(plan: Plan) -> Plan:
    return plan._replace(sensors=tuple(s for s in plan.sensors if not s.outer_door))


def _in_europe(plan: Plan) -> Plan:
    return plan._replace(zone_name="Europe/Berlin")


def _before(change: date) -> date:
    return change - timedelta(days=LEARNED + STRAINED // 2)


STRAINS = (
    Strain("ordinary", "ordinary life"),
    Strain("one_dead", "one sensor dead", happens=_one(What.BROKEN), is_fault=True),
    Strain("all_dead_6h", "all silent for 6 h, every third day, without a word",
           hears=_silent(6, *(d + 0.45 for d in range(1, STRAINED, 3))), is_fault=True,
           strikes=1.45),
    Strain("all_dead_3d", "all silent for 3 days, without a word", hears=_silent(72, 5.4),
           strikes=5.4, is_fault=True),
    Strain("link_lost", "link lost for 6 h every third day, delivered late", link=Link.LATE,
           strikes=1.45,
           is_fault=True),
    Strain("bridge_starts", "the bridge starts every night and repeats what it knows",
           link=Link.REPEATS),
    Strain("wrong_clock", "power cut every fifth day, the clock wrong afterwards", link=Link.CLOCK),
    Strain("clock_jumps", "the clock is set 2 h ahead for a day, and back", link=Link.JUMP),
    Strain("loss_6", "6 % of the messages lost", learned_as="loss_6", hears=_lossy(0.06)),
    Strain("loss_30", "30 % of the messages lost, from one day on", hears=_lossy(0.3)),
    Strain("stuck", "one sensor stuck on", happens=_one(What.STUCK), is_fault=True),
    Strain("deaf", "one sensor lives and sees nothing", happens=_one(What.DEAF), is_fault=True),
    Strain("chattering", "one sensor chatters", happens=_one(What.CHATTERING), is_fault=True),
    Strain("false_triggers", "one sensor triggers by itself once an hour", hears=_false_triggers,
           is_fault=True),
    Strain("pet", "a dog, from the first day", learned_as="pet", happens=_dog(3)),
    Strain("pet_comes", "a dog comes to stay", happens=_dog(0)),
    Strain("away_3", "two absences of 3 days", happens=_away(3, 4, 18)),
    Strain("away_14", "an absence of 14 days", happens=_away(14, 6)),
    Strain("no_door", "no door sensor", plan=_without_door, learned_as="no_door"),
    Strain("no_door_away_3", "no door sensor, two absences of 3 days", plan=_without_door,
           learned_as="no_door", happens=_away(3, 4, 18)),
    Strain("no_door_away_14", "no door sensor, an absence of 14 days", plan=_without_door,
           learned_as="no_door", happens=_away(14, 6)),
    Strain("door_missed", "every fifth use of the door is missed", hears=_missed_door(0.2)),
    Strain("visitor", "a visitor for 3 h every week", happens=_visitor),
    Strain("guest", "a guest for two nights, twice", happens=_guest),
    Strain("spring", "summer time begins", learned_as="spring",
           plan=_in_europe, first=_before(SPRING)),
    Strain("autumn", "summer time ends", learned_as="autumn",
           plan=_in_europe, first=_before(AUTUMN)),
    Strain("drift", "gets up two minutes later each day", learned_as="drift",
           person=_later_each_day),
    Strain("step", "everything two hours later from one day on", person=_two_hours_later),
)  # fmt: skip
BY_KEY = {strain.key: strain for strain in STRAINS}
