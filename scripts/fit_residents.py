#!/usr/bin/env python3
"""Fits the simulated residents to recorded homes and writes simulator/population.toml.

    .venv/bin/python scripts/fit_residents.py RECORDINGS LONG_HOMES

RECORDINGS has the homes recorded by event (with *.labels.csv.gz) and the bracelets, LONG_HOMES the
elders' homes of weeks to years. Only aggregates are written: for each figure the lowest home, the
middle one and the highest, and how many homes it is of.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

import recorded_homes as recorded  # noqa: E402

from simulator import figures, imagined, person, population  # noqa: E402
from simulator.figures import Figures  # noqa: E402
from simulator.person import Person  # noqa: E402
from simulator.population import Spread  # noqa: E402

WRITTEN = TOP / "simulator/population.toml"
ROUNDS, HOMES, DAYS = 8, 12, 42  # of the fit: simulated homes and days in each round
LARGEST_STEP = 2.0  # by which a parameter is multiplied in one round

# What of a simulated home must come to look like the recorded ones, and by which parameter; where
# the search begins.
INDIRECT = {
    "sleep.rises": ("rises", "add", 7.0),
    "sleep.retires": ("retires", "add", 22.5),
    "sleep.spread": ("rises_spread", "multiply", 35.0),
    "sleep.stirs": ("night_stirs", "multiply", 2.0),
    "outings.minutes": ("nothing_done_p50", "multiply", 60.0),
    "outings.ratio": ("nothing_done_spread", "multiply", 3.0),
    "leisure.stint": ("stint_p90", "multiply", 15.0),
    "body.lively": ("movements_a_day", "multiply", 2.0),
}

Grains = dict[str, list[Figures]]


class Measured(NamedTuple):
    """A spread over homes, and over how many."""

    spread: Spread
    homes: int

    def line(self) -> str:
        """Write it as TOML has it."""
        low, middle, high = (round(value, 3) for value in self.spread)
        return f"{{ low = {low}, middle = {middle}, high = {high}, homes = {self.homes} }}"


def measured(values: Iterable[float]) -> Measured:
    """Give the lowest, the middle and the highest of the homes in which it is known."""
    known = sorted(value for value in values if value == value)  # noqa: PLR0124 - NaN is not
    if not known:
        return Measured(Spread(0.0, 0.0, 0.0), 0)
    return Measured(Spread(known[0], median(known), known[-1]), len(known))


def over_homes(homes: Sequence[Figures]) -> dict[str, Measured]:
    """Give each figure's spread over the homes."""
    return {key: measured(home[key] for home in homes) for key in homes[0]}


def direct(
    events: Sequence[Path], bracelets: Sequence[Path], hours: Path, grains: Grains
) -> dict[str, Measured]:
    """Give the parameters that recordings tell as they are."""
    labelled = [recorded.of_labels(path) for path in events]
    bodies = over_homes([recorded.of_bracelet(path) for path in bracelets])
    seasons = over_homes([recorded.of_seasons(hours)])
    elder = grains["counts"][0]
    done, seen = grains["activities"], grains["signs"]
    # A door that moves in an hour is half a way out. Where nothing was done at home for twenty
    # minutes somebody was out, or did what nobody recognised: the most that it can have been.
    out = [*(home["nothing_done_a_day"] for home in done), elder["door_hours_a_day"] / 2]
    # Broken rests were not all for the bathroom: again the most.
    nights = [*(home["night_breaks"] for home in done), elder["night_bathroom_hours"]]
    return {
        "sleep.night_visits": _elders(nights, [home["night_visits"] for home in seen]),
        "outings.a_day": measured([*out, *(home["a_day"] for home in labelled)]),
        "outings.evening": measured(home["nothing_done_evening"] for home in done),
        "leisure.bathroom": _bathroom([home["bathroom"] for home in labelled], elder),
        "body.pulse": bodies["pulse"],
        "body.varies": bodies["varies"],
        "course.winter_later": seasons["winter_later"],
        "course.winter_lively": seasons["winter_lively"],
    }


def _elders(elders: Sequence[float], others: Sequence[float]) -> Measured:
    """Give the middle of the elders, and as the lowest home the lowest of all."""
    low = min(*elders, *others)
    return Measured(measured(elders).spread._replace(low=low), len(elders) + len(others))


def _bathroom(labelled: Sequence[float], elder: Figures) -> Measured:
    """Give the visits by day: those who work are not at home for half of it."""
    few = measured(labelled)
    many = elder["bathroom_hours_a_day"] - elder["night_bathroom_hours"]
    spread = Spread(few.spread.middle, (few.spread.middle * many) ** 0.5, many)
    return Measured(spread, few.homes + 1)


def fitted(direct: dict[str, Measured], wanted: dict[str, Measured]) -> dict[str, Measured]:
    """Give the other parameters, by simulating until the middle homes look like the recorded.

    The spread about the middle is that of the recorded figure, on the same scale.
    """
    values = {key: spread.middle for key, spread in population.population().items()}
    values |= {key: begin for key, (_, _, begin) in INDIRECT.items()}
    values |= {key: each.spread.middle for key, each in direct.items()}
    for turn in range(ROUNDS):
        simulated = _simulated(values)
        for key, (figure, how, _) in INDIRECT.items():
            want, got = wanted[figure].spread.middle, simulated[figure]
            if how == "add":
                values[key] += want - got
            else:
                step = want / max(got, 1e-6)
                values[key] *= max(1 / LARGEST_STEP, min(LARGEST_STEP, step)) ** 0.8
        print(turn, {f: round(simulated[f], 2) for f, *_ in INDIRECT.values()}, file=sys.stderr)
    return {key: _about(values[key], wanted[f], how) for key, (f, how, _) in INDIRECT.items()}


def _simulated(values: dict[str, float]) -> Figures:
    someone = Person.of("fitted", values)
    quiet = replace(someone, body=replace(someone.body, illnesses=0.0))
    homes = [
        figures.of_activities(imagined.activities(imagined.lived(quiet, DAYS, seed)))
        for seed in range(HOMES)
    ]
    return {key: median(home[key] for home in homes) for key in homes[0]}


def _about(middle: float, figure: Measured, how: str) -> Measured:
    low, mid, high = figure.spread
    if how == "add":
        return Measured(Spread(middle + low - mid, middle, middle + high - mid), figure.homes)
    return Measured(Spread(middle * low / mid, middle, middle * high / mid), figure.homes)


def written(parameters: dict[str, Measured], weekdays: Sequence[float], grains: Grains) -> str:
    """Write it all as TOML."""
    lines = [
        "# Written by scripts/fit_residents.py from recorded homes: aggregates only. Of each",
        "# figure the lowest home, the middle one and the highest, and how many homes it is of.",
    ]
    for part in person.PARTS:
        of_part = [key for key in sorted(parameters) if key.startswith(f"{part}.")]
        if of_part:
            lines += ["", f"[person.{part}]"]
            lines += [f"{key.partition('.')[2]} = {parameters[key].line()}" for key in of_part]
    factors = ", ".join(f"{factor:.3f}" for factor in weekdays)
    lines += ["", "# Hours with the outer door moving, Monday first, against the week's mean."]
    lines += ["[weekday]", f"outings = [{factors}]"]
    for grain, homes in grains.items():
        lines += ["", f"[recorded.{grain}]"]
        lines += [f"{key} = {value.line()}" for key, value in over_homes(homes).items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read, measure, fit, write."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("recordings", type=Path)
    options.add_argument("long_homes", type=Path)
    given = options.parse_args()
    found = sorted(given.recordings.glob("*.csv.gz"))
    events = [
        path for path in found if path.name.replace(".csv.gz", ".labels.csv.gz") in _names(found)
    ]
    bracelets = [path for path in found if path.name.startswith("fitbithr")]
    (hours,) = given.long_homes.glob("*-1h.csv.gz")
    activities = sorted(set(given.long_homes.glob("*.csv.gz")) - {hours})
    grains: Grains = {
        "activities": [figures.of_activities(recorded.activities_of(path)) for path in activities],
        "signs": [figures.of_signs(recorded.signs_of(path)) for path in events],
        "counts": [figures.of_counts(*recorded.counts_of(hours))],
    }
    told = direct(events, bracelets, hours, grains)
    rest = fitted(told, over_homes(grains["activities"]))
    weekdays = recorded.by_weekday(hours)
    WRITTEN.write_text(written(told | rest, weekdays, grains))
    print(f"{WRITTEN}: {len(told | rest)} parameters, {sum(map(len, grains.values()))} homes")


def _names(paths: Sequence[Path]) -> set[str]:
    return {path.name for path in paths}


if __name__ == "__main__":
    main()
