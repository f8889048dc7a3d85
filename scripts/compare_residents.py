#!/usr/bin/env python3
"""Compares simulated homes with the recorded ones, by the figures in simulator/population.toml.

    .venv/bin/python scripts/compare_residents.py [--homes 20] [--days 60] [--plan flat] [--write]

It prints the tables of docs/simulator.md; with --write it puts them there. No recording is needed.
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from simulator import figures, home_file, imagined  # noqa: E402
from simulator.figures import Figures  # noqa: E402
from simulator.person import Person  # noqa: E402
from simulator.portrait import quantile  # noqa: E402

PAGE = TOP / "docs/simulator.md"
BEGIN, END = "<!-- compared by scripts/compare_residents.py -->", "<!-- end -->"
GRAINS = {
    "activities": "What was done when: {} elders' homes",
    "signs": "Each sign of life: {} homes, none of them an elder's",
    "counts": "What each sensor saw in each hour: {} elder's home, 1,000 days",
}
NAMES = {
    "activities_a_day": "activities of a minute or more, a day",
    "movements_a_day": "movements a day",
    "stint": "length of an activity by day, min",
    "rises": "rises, hour",
    "rises_spread": "rising, minutes from day to day",
    "retires": "retires, hour",
    "night_breaks": "times that a night's rest is broken",
    "nothing_done_a_day": "times a day that nothing was done at home for 20 min",
    "night_stirs": "movements an hour in a long rest at night",
    "nothing_done_evening": "share of them that begins after 17:00",
    "gaps_over": "gaps a day of at least",
    "nothing_done": "their length, min",
    "longest_gap": "longest gap of a day, h",
    "events_a_day": "events a day",
    "night_visits": "bathroom between 23:00 and 6:00, a night",
    "outings_a_day": "ways out by the door (10 min to 20 h), a day",
    "outing": "their length, min",
    "outings_evening": "share that begins after 17:00",
    "door_hours_a_day": "hours with the outer door, a day",
    "bathroom_hours_a_day": "hours with the bathroom, a day",
    "night_bathroom_hours": "of these from 0:00 to 6:00",
    "empty_runs_a_day": "runs of hours without anything, begun 8:00 to 20:00, a day",
    "empty_run": "their length, h",
    "empty_runs_after_door": "of these after an hour with the door",
    "seen": "share of days with anything seen in the hour from",
}
QUANTILES = ("p10", "p50", "p90", "p99", "p999")
SHOWN_HOURS = range(0, 24, 3)


class Range(NamedTuple):
    """The lowest home, the middle one and the highest."""

    low: float
    middle: float
    high: float


def simulated(plan_name: str, homes: int, days: int) -> dict[str, list[Figures]]:
    """Give the figures of drawn homes in the three grains."""
    plan = home_file.named(plan_name)
    found: dict[str, list[Figures]] = {grain: [] for grain in GRAINS}
    for seed in range(homes):
        person = Person.drawn(seed)
        signs = list(imagined.signs(plan, imagined.heard(plan, person, days, seed)))
        done = imagined.activities(imagined.lived(person, days, seed))
        found["activities"].append(figures.of_activities(done))
        found["signs"].append(figures.of_signs(signs))
        found["counts"].append(figures.of_counts(*imagined.counts(signs)))
        print(f"{seed + 1} of {homes}", end="\r", file=sys.stderr)
    return found


def over_homes(homes: Sequence[Figures], key: str) -> Range:
    """Give the 10th, 50th and 90th percentile of the homes."""
    values = [home[key] for home in homes if home[key] == home[key]]
    return Range(*(quantile(values, share) for share in (0.1, 0.5, 0.9)))


def tables(found: Mapping[str, list[Figures]]) -> str:
    """Write the tables."""
    recorded = tomllib.loads((TOP / "simulator/population.toml").read_text())["recorded"]
    lines = []
    for grain, title in GRAINS.items():
        of_grain = recorded[grain]
        homes = next(iter(of_grain.values()))["homes"]
        lines += ["", f"### {title.format(homes)}", ""]
        lines += ["| | recorded | simulated | |", "|---|---|---|---|"]
        for key, value in of_grain.items():
            if is_shown(key):
                then = Range(value["low"], value["middle"], value["high"])
                lines.append(row(key, then, over_homes(found[grain], key), homes > 1))
    return "\n".join(lines)


def is_shown(key: str) -> bool:
    """Leave out what another line says, and two of three hours."""
    hour = key.removeprefix("seen_")
    return not key.endswith("_spread") and (hour == key or int(hour) in SHOWN_HOURS)


def row(key: str, recorded: Range, simulated: Range, has_spread: bool) -> str:
    """Write one line; the last column says where the middle home lies beside the recorded."""
    beside = ""
    if has_spread and not recorded.low <= simulated.middle <= recorded.high:
        beside = "below" if simulated.middle < recorded.low else "above"
    then = span(recorded) if has_spread else number(recorded.middle)
    return f"| {named(key)} | {then} | {span(simulated)} | {beside} |"


def named(key: str) -> str:
    """Say what a figure is of."""
    first, _, last = key.rpartition("_")
    if key.startswith("gap_"):
        _, hour, share = key.split("_")
        return f"gap begun {int(hour)}:00 to {int(hour) + 4}:00, {told(share)}, min"
    if first == "gaps_over":
        return f"{NAMES[first]} {last.removesuffix('h')} h"
    if first == "seen":
        return f"{NAMES['seen']} {int(last)}:00"
    if last in QUANTILES:
        return f"{NAMES[first]}, {told(last)}"
    return NAMES[key]


def told(share: str) -> str:
    """Write the name of a quantile."""
    return {"p50": "median", "p999": "p99.9"}.get(share, share)


def span(values: Range) -> str:
    """Write the middle home, and the low and high ones."""
    return f"{number(values.middle)} ({number(values.low)} to {number(values.high)})"


def number(value: float) -> str:
    """Write a number as exactly as it deserves."""
    if value != value:  # noqa: PLR0124 - NaN
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def main() -> None:
    """Simulate, compare, print or write."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--homes", type=int, default=20)
    options.add_argument("--days", type=int, default=60)
    options.add_argument("--plan", default="flat")
    options.add_argument(
        "--write", action="store_true", help="put the tables into docs/simulator.md"
    )
    given = options.parse_args()
    text = tables(simulated(given.plan, given.homes, given.days))
    if given.write:
        page = PAGE.read_text()
        before, rest = page.split(BEGIN)
        _, after = rest.split(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{after}")
    else:
        print(text)


if __name__ == "__main__":
    main()
