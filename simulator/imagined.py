"""Homes in bulk, without transports: simulated days in the grains in which homes are recorded.

Which figures are made of them is figures' to decide.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from edge.model import Kind, Value
from simulator.home import Plan
from simulator.life import OUTSIDE, RESIDENT, Signal, Stay
from simulator.person import Person
from simulator.portrait import DAY, HOUR, MINUTE, Activity, Sign
from simulator.resident import stays
from simulator.sensing import signals
from simulator.today import Life

FIRST = date(2026, 3, 2)
UTC = ZoneInfo("UTC")
WARM_UP = 1  # days before what is given: a day of an ordinary life is going on at midnight
# What only a hand, a step or a body does, and in which of its two states.
MOVED = frozenset({Kind.MOTION, Kind.PRESENCE})
EVERY_CHANGE = frozenset({Kind.CONTACT_OPEN, Kind.USE, Kind.VIBRATION})


def lived(person: Person, days: int, seed: int, zone: ZoneInfo = UTC) -> Iterator[Stay]:
    """Give the stays of some days, cut at the midnight after the last."""
    life = Life(person, seed, zone, FIRST)
    ends = life.hour(FIRST + timedelta(days=days), 0)
    within = takewhile(lambda stay: stay.begins < ends, stays(person, FIRST, zone, seed))
    return (stay if stay.ends <= ends else stay._replace(ends=ends) for stay in within)


def activities(lived: Iterable[Stay]) -> list[Activity]:
    """Give what the resident did at home; what goes on in the same place is one activity.

    What lasts under a minute is part of what went before: few would have recognised it.
    """
    done: list[Activity] = []
    latest: tuple[object, ...] = ()
    for stay in lived:
        if stay.who != RESIDENT or stay.room == OUTSIDE:
            continue
        movements = stay.stirs * (stay.ends - stay.begins) / HOUR
        same = (stay.doing, stay.room)
        is_brief = stay.ends - stay.begins < MINUTE
        if done and (latest == same or is_brief) and done[-1].ends == stay.begins:
            before = done[-1]
            done[-1] = Activity(before.begins, stay.ends, before.movements + movements)
        else:
            done.append(Activity(stay.begins, stay.ends, movements))
            latest = same
    return done


def heard(plan: Plan, person: Person, days: int, seed: int) -> Iterator[Signal]:
    """Give all that the sensors of a home say in some days of a person."""
    return signals(plan, lived(person, days, seed, plan.zone), seed)


def signs(plan: Plan, heard: Iterable[Signal]) -> Iterator[Sign]:
    """Give the signs of life among what was said, on the home's own clock.

    Sensors repeat themselves: only a change counts, and of movement only its beginning.
    """
    fitted = {sensor.id: sensor for sensor in plan.sensors}
    known: dict[tuple[str, Kind], Value] = {}
    zone = plan.zone
    offset = Life(Person.middle(), 0, zone, FIRST).hour(FIRST, 0) % DAY
    for signal in heard:
        for kind, value in signal.values.items():
            before = known.get((signal.sensor, kind))
            known[signal.sensor, kind] = value
            if before is None or before == value:
                continue
            if (kind in MOVED and value) or kind in EVERY_CHANGE:
                sensor = fitted[signal.sensor]
                says = "door" if sensor.outer_door else ("motion" if kind in MOVED else "item")
                # The place and the thing name the sensor, as they do in recordings.
                name = f"{sensor.room} {sensor.item}".strip()
                yield Sign(signal.at - offset, name, says)


def counts(signs: Iterable[Sign]) -> tuple[Mapping[tuple[int, str], int], frozenset[str]]:
    """Give the signs counted by hour and sensor, and which of these are outer doors."""
    counted: Counter[tuple[int, str]] = Counter()
    doors = set()
    for sign in signs:
        counted[int(sign.at // HOUR), sign.sensor] += 1
        if sign.kind == "door":
            doors.add(sign.sensor)
    return counted, frozenset(doors)
