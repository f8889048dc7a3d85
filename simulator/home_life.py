"""Decides how an imagined resident of a small home spends the days, from a seed alone.

It says what the sensors would have seen, as the rows of a recording; bringing them to a gateway
is left to replay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from simulator.recording import Row

MOTION_HOLDS = timedelta(seconds=90)  # how long an infrared sensor says "occupied" after a movement
BRACELET_EVERY = timedelta(minutes=20)
DOOR_STANDS_OPEN = timedelta(seconds=15)

DOOR = "front door"
BRACELET = "bracelet"
TELEVISION = "television"
FRIDGE = "fridge"
KETTLE = "kettle"
ROOMS = ("bedroom", "bathroom", "kitchen", "living room")
SMOKE = "kitchen smoke"


@dataclass(frozen=True, slots=True)
class Stay:
    """Some time in one room ("out" for none), with a movement every `stirs` minutes on average."""

    room: str
    begins: datetime
    ends: datetime
    stirs: float = 4.0
    uses: tuple[str, ...] = ()
    pulse: int = 72


def rows(seed: int, first: date, days: int) -> Iterator[Row]:
    """Give the rows of whole days in order of time, local and without a zone, as recordings have.

    The same seed, first day and number of days give the same rows.
    """
    random = Random(seed)
    seen: list[Row] = []
    midnight = datetime.combine(first, time())
    for _ in range(days):
        tomorrow = midnight + timedelta(days=1)
        for stay in _day(random, midnight):
            seen.extend(_seen(random, stay))
        # A night that began today may reach into tomorrow: hold back what is not settled yet.
        seen.sort(key=lambda row: row.time)
        yield from (row for row in seen if row.time < tomorrow)
        seen = [row for row in seen if row.time >= tomorrow]
        midnight = tomorrow


def at_rest(at: datetime) -> list[Row]:
    """Give what every device of the home says when its bridge starts and nothing happens."""
    quiet = [(f"{room} motion", "motion") for room in ROOMS]
    quiet += [(item, "item") for item in (TELEVISION, FRIDGE, KETTLE)]
    quiet += [(DOOR, "door"), (SMOKE, "smoke")]
    return [*(Row(at, name, kind, "OFF") for name, kind in quiet), Row(at, BRACELET, "steps", "0")]


def _day(random: Random, midnight: datetime) -> list[Stay]:
    """Lay the day out from rising to the next day's rising."""

    def about(hour: float, spread_minutes: float) -> datetime:
        return midnight + timedelta(hours=hour, minutes=random.gauss(0, spread_minutes))

    def minutes(mean: float) -> timedelta:
        return timedelta(minutes=max(4.0, random.gauss(mean, mean / 5)))

    rises, lunch = about(6.5, 15), about(11.8, 15)
    supper, bed = about(17.8, 15), about(21.8, 20)
    stays = [
        Stay("bathroom", rises, rises + minutes(20), 3),
        Stay("kitchen", rises + timedelta(minutes=22), rises + timedelta(minutes=60), 3, (KETTLE,)),
        *_errand(random, about(9, 20), minutes(55), chance=0.75),
        Stay("kitchen", lunch, lunch + minutes(50), 3, (FRIDGE, KETTLE)),
        Stay("bedroom", lunch + timedelta(hours=1.1), lunch + timedelta(hours=2.2), 35, (), 62),
        *_errand(random, about(15.3, 20), minutes(45), chance=0.5),
        Stay("kitchen", supper, supper + minutes(45), 3, (FRIDGE,)),
        Stay("bathroom", bed - timedelta(minutes=15), bed, 3),
    ]
    next_rising = midnight + timedelta(days=1, hours=6)
    return [*_with_television(stays), *_night(random, bed, next_rising)]


def _errand(random: Random, at: datetime, lasts: timedelta, chance: float) -> list[Stay]:
    return [Stay("out", at, at + lasts)] if random.random() < chance else []


def _night(random: Random, bed: datetime, rises: datetime) -> list[Stay]:
    """Sleep, with one to three visits to the bathroom."""
    visits = sorted(
        bed + (rises - bed) * (0.2 + 0.7 * random.random()) for _ in range(random.choice((1, 2, 3)))
    )
    stays = [Stay("bathroom", at, at + timedelta(minutes=5), 2, (), 66) for at in visits]
    return [Stay("bedroom", bed, rises, 100, (), 56), *stays]


def _with_television(stays: list[Stay]) -> list[Stay]:
    """Fill what the day leaves open with the living room."""
    filled: list[Stay] = []
    for stay, following in zip(stays, [*stays[1:], None], strict=True):
        filled.append(stay)
        if following is not None and following.begins - stay.ends > timedelta(minutes=20):
            begins, ends = stay.ends + timedelta(minutes=2), following.begins
            filled.append(Stay("living room", begins, ends, 9, (TELEVISION,), 68))
    return filled


def _seen(random: Random, stay: Stay) -> Iterator[Row]:
    """Say what the sensors see of one stay, in no particular order."""
    if stay.room == "out":
        yield from _through_the_door(stay.begins)
        yield from _through_the_door(stay.ends)
        return
    yield from _movements(random, stay)
    for item in stay.uses:
        used = stay.begins + (stay.ends - stay.begins) * (0.2 * random.random())
        lasts = (stay.ends - used) if item == TELEVISION else timedelta(minutes=3)
        yield Row(used, item, "item", "ON")
        yield Row(used + lasts, item, "item", "OFF")


def _through_the_door(at: datetime) -> Iterator[Row]:
    yield Row(at, DOOR, "door", "ON")
    yield Row(at + DOOR_STANDS_OPEN, DOOR, "door", "OFF")


def _movements(random: Random, stay: Stay) -> Iterator[Row]:
    at = stay.begins
    told: datetime | None = None
    while at < stay.ends:
        yield Row(at, f"{stay.room} motion", "motion", "ON")
        yield Row(at + MOTION_HOLDS, f"{stay.room} motion", "motion", "OFF")
        if told is None or at - told >= BRACELET_EVERY:
            told = at
            yield Row(at, BRACELET, "heart_rate", str(round(random.gauss(stay.pulse, 4))))
            yield Row(at, BRACELET, "steps", str(random.randrange(4, 40)))
        at += MOTION_HOLDS + timedelta(minutes=random.expovariate(1 / stay.stirs))
