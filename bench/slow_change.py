"""Slow change: false notes in 180 days by the height of the sums, and days until a change is told.

    .venv/bin/python -m bench.slow_change [--homes 24] [--days 400] [--heights 4 6 8 10]
    .venv/bin/python -m bench.slow_change --recording FILE ...

Persons are drawn. Of the first table nobody's life changes but by season, weather, illness and
chance: every note is a false one. For the second the same person changes on day 90. A recording
shows what its home would have been told.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import structs

from bench.machine import machine
from edge import trends
from edge.days import DAY, Days, Tally
from edge.halfhours import HalfHours
from edge.model import Home, Kind, Measure, Patience, Reading
from edge.presence import Presence
from edge.signs import Signs
from edge.trend_figures import REST, SCALES, Scale
from edge.trends import Found, Series
from simulator import bulk, home_file, imagined, recording
from simulator.home import Plan
from simulator.person import Person

PLAN = "flat"
CHANGES_ON = 90  # day
WATCHED = 130  # days after it
HALF_YEAR = 180

Measured = dict[int, dict[Measure, float]]
Note = tuple[int, Measure, Found]

CHANGES: dict[str, tuple[Measure, Callable[[Person], Person]]] = {
    "bathroom at night doubled": (
        Measure.NIGHT_VISITS,
        lambda who: replace(who, sleep=replace(who.sleep, night_visits=2 * who.sleep.night_visits)),
    ),
    "rising 90 min later": (
        Measure.RISING,
        lambda who: replace(who, sleep=replace(who.sleep, rises=min(11.4, who.sleep.rises + 1.5))),
    ),
    "outings halved": (
        Measure.OUTINGS,
        lambda who: replace(
            who,
            outings=replace(
                who.outings, a_day=who.outings.a_day / 2, errands=who.outings.errands / 2
            ),
        ),
    ),
    "a tenth of the movements": (
        Measure.ACTIVITY,
        lambda who: replace(who, body=replace(who.body, lively=who.body.lively / 10)),
    ),
}


def measured(home: Home, readings: Iterable[Reading]) -> Measured:
    """Give what was measured of each day."""
    signs, presence, clock = Signs(home), Presence(home), HalfHours(home.zone)
    days = Days(home, Tally())
    found: Measured = {}
    moving: dict[str, float] = {}
    for reading in readings:
        life = signs.life(reading)
        if reading.kind is Kind.MOTION:
            time = reading.received.wall.timestamp()
            if reading.value:
                moving.setdefault(reading.device, time)
            else:
                days.watch(reading.device, time, moving.pop(reading.device, None))
        if life is None:
            continue
        presence.observe(life, life.at)
        local = clock.local(life.at.wall.timestamp())
        if (day := int(local // DAY)) != days.tally.day:
            if days.tally.day is not None:
                found[days.tally.day] = days.close()
            days.begin(day)
        away, unsure = presence.was_away, presence.was_unsure
        days.live(life, local, was_away=away, was_unsure=unsure)
    return found


def lived(plan: Plan, person: Person, days: int, seed: int) -> Measured:
    """Give the days of a person in a simulated home."""
    heard = imagined.heard(plan, person, days, seed)
    return measured(bulk.household(plan, Patience()), bulk.readings(plan, heard))


def notes(home: Measured, scales: dict[Measure, Scale]) -> Iterator[Note]:
    """Give what would have been told, asked each Monday."""
    series = {measure: Series() for measure in Measure}
    told = -REST
    for day in sorted(home):
        for measure, value in home[day].items():
            trends.take(series[measure], measure, day, value)
        # This day is a Sunday if it is: the epoch began with a Thursday.
        if day % 7 != 3 or day + 1 < told + REST:
            continue
        for measure, each in series.items():
            found = trends.change(each, measure, day + 1, scales[measure])
            if found is not None:
                told = day + 1
                trends.accept(each, found.since)
                yield day + 1, measure, found


def raised(height: float) -> dict[Measure, Scale]:
    """Give the scales with another height."""
    return {measure: structs.replace(scale, height=height) for measure, scale in SCALES.items()}


def print_false(homes: list[Measured], heights: Iterable[float]) -> None:
    """Print false notes in 180 days by height: all weeks with one, and by measure."""
    days = sum(len(home) for home in homes)
    print(f"false notes in {HALF_YEAR} days; {len(homes)} homes, {days} days")
    print(f"{'height':>6}{'all':>7}" + "".join(f"{measure:>15}" for measure in Measure))
    for height in heights:
        count: Counter[Measure] = Counter()
        weeks = 0
        for home in homes:
            told = list(notes(home, raised(height)))
            weeks += len({day for day, _, _ in told})
            count.update(measure for _, measure, _ in told)
        rates = "".join(f"{HALF_YEAR * count[measure] / days:15.2f}" for measure in Measure)
        print(f"{height:6g}{HALF_YEAR * weeks / days:7.2f}{rates}")


def print_found(plan: Plan, homes: list[Measured]) -> None:
    """Print after how many days each change was told."""
    print(f"days until it is told, within {WATCHED}; changed on day {CHANGES_ON}")
    print(f"{'':30}{'told':>10}{'median':>8}{'nine of ten of these':>22}")
    for name, (measure, changed) in CHANGES.items():
        others = [
            lived(plan, changed(Person.drawn(seed)), CHANGES_ON + WATCHED, seed)
            for seed in range(len(homes))
        ]
        print_delays(name, measure, list(zip(homes, others, strict=True)))
    fading = [(home, faded(home, min(home) + CHANGES_ON)) for home in homes]
    print_delays("measured activity 1 % a day", Measure.ACTIVITY, fading)


def faded(home: Measured, day: int) -> Measured:
    """Give the days with 1 % less activity on each after this one."""
    found = {}
    for number, values in home.items():
        found[number] = dict(values)
        if Measure.ACTIVITY in values:
            found[number][Measure.ACTIVITY] *= 0.99 ** max(0, number - day)
    return found


def print_delays(name: str, measure: Measure, homes: list[tuple[Measured, Measured]]) -> None:
    """Print after how many days a change is told where one life goes on as the other."""
    delays = []
    for before, after in homes:
        day = min(before) + CHANGES_ON
        home = {d: values for d, values in before.items() if d < day}
        home |= {d: values for d, values in after.items() if day <= d < day + WATCHED}
        told = [at - day for at, what, _ in notes(home, SCALES) if what is measure and at > day]
        delays += told[:1]
    delays.sort()
    late = f"{delays[len(delays) * 9 // 10 - 1]:22}" if delays else ""
    share = f"{len(delays)} of {len(homes)}"
    print(f"{name:30}{share:>10}{median(delays) if delays else 0:8.0f}{late}", flush=True)


def print_recording(path: Path) -> None:
    """Print what the home of a recording would have been told."""
    source = recording.Recording(path)
    home = recording.home(source, "UTC", Patience())
    found = measured(home, recording.readings(source.rows(), ZoneInfo("UTC")))
    first = min(found)
    print(f"{path.name}: {len(found)} days")
    for day, measure, what in notes(found, SCALES):
        since = what.since - first
        print(f"  day {day - first}: {measure} {what.before:.1f} -> {what.now:.1f} since {since}")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--homes", type=int, default=24)
    options.add_argument("--days", type=int, default=400)
    options.add_argument("--heights", type=float, nargs="+", default=[4.0, 6.0, 8.0, 10.0])
    options.add_argument("--recording", type=Path, nargs="+", default=[])
    given = options.parse_args()
    print(machine())
    if given.recording:
        for path in given.recording:
            print_recording(path)
        return
    plan = home_file.named(PLAN)
    seeds = range(given.homes)
    homes = [lived(plan, Person.drawn(seed), given.days, seed) for seed in seeds]
    print_false(homes, given.heights)
    print_found(plan, homes)


if __name__ == "__main__":
    main()
