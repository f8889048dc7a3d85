"""Reads recorded homes in their three grains, and what labels and bracelets add.

What is made of them is fit_residents's to decide.
"""

import csv
import gzip
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import mean, median, pstdev
from zoneinfo import ZoneInfo

from simulator import portrait
from simulator.figures import Figures
from simulator.portrait import Activity, Sign
from simulator.recording import Recording, is_life

UTC = ZoneInfo("UTC")
LEAVING, TOILET = {"Leaving", "code1"}, {"Toileting", "code4"}
FEWEST_TOILET = 2.0  # a day by the labels: with fewer, they were not always written down
BOTH_WAYS = 2  # the counts of an hour have each movement when it is seen and when it is over


def seconds(at: datetime) -> float:
    """Give a local time as seconds, as though it were UTC."""
    return at.replace(tzinfo=UTC).timestamp()


def signs_of(path: Path) -> list[Sign]:
    """Read a home that was recorded by event."""
    rows = Recording(path).rows()
    return [Sign(seconds(row.time), row.sensor, row.kind) for row in rows if is_life(row)]


def activities_of(path: Path) -> list[Activity]:
    """Read a home of which one knows what was done when."""
    rows = [row for row in Recording(path).rows() if row.sensor == "home"]
    ends = [seconds(row.time) for row in rows if row.value == "END"]
    begins = [(seconds(row.time), float(row.value)) for row in rows if row.value != "END"]
    pairs = zip(sorted(begins), sorted(ends), strict=True)
    return [Activity(begin, max(begin, end), moved) for (begin, moved), end in pairs]


def counts_of(path: Path) -> tuple[dict[tuple[int, str], int], frozenset[str]]:
    """Read a home of which only the counts of each hour are known; and which are its doors."""
    counts, doors = {}, set()
    for row in Recording(path).rows():
        counted = -(-int(float(row.value)) // BOTH_WAYS)
        counts[int(seconds(row.time) // portrait.HOUR), row.sensor] = counted
        if row.kind == "door":
            doors.add(row.sensor)
    return counts, frozenset(doors)


def of_labels(path: Path) -> Figures:
    """Give what the labels of a home say of ways out and of the bathroom."""
    labels = _labels(path)
    days = len({int(begins // portrait.DAY) for _, begins, _ in labels})
    hours = [portrait.hour_of(begins) for what, begins, _ in labels if what in TOILET]
    toilet = sum(1 for hour in hours if 7 <= hour < 22) / days
    return {
        "a_day": sum(what in LEAVING for what, *_ in labels) / days,
        "bathroom": toilet if toilet >= FEWEST_TOILET else float("nan"),
    }


def of_bracelet(path: Path) -> Figures:
    """Give the pulse of somebody who sits, and how it differs from quarter hour to quarter hour."""
    pulse: dict[datetime, float] = {}
    steps: dict[datetime, float] = {}
    for row in Recording(path).rows():
        if row.kind == "heart_rate":
            pulse[row.time] = float(row.value)
        elif row.kind == "steps":
            steps[row.time] = float(row.value)
    quarters: dict[float, list[float]] = defaultdict(list)
    for at, beats in pulse.items():
        if steps.get(at, 0.0) == 0:
            quarters[seconds(at) // (15 * portrait.MINUTE)].append(beats)
    sitting = [mean(beats) for beats in quarters.values() if len(beats) >= 10]
    return {"pulse": median(sitting), "varies": pstdev(sitting)}


def by_weekday(path: Path) -> list[float]:
    """Give the hours in which the outer door moved, Monday first, against the week's mean."""
    counts, doors = counts_of(path)
    days = {hour // 24 for (hour, _), number in counts.items() if number}
    door = {hour for (hour, name), number in counts.items() if number and name in doors}
    moved, lived = [0] * 7, [0] * 7
    for day in days:
        weekday = (day + 3) % 7  # the epoch began on a Thursday
        lived[weekday] += 1
        moved[weekday] += sum(1 for hour in range(24) if day * 24 + hour in door)
    means = [total / days for total, days in zip(moved, lived, strict=True)]
    return [value / mean(means) for value in means]


def of_seasons(path: Path) -> Figures:
    """Give how much later mornings are in midwinter than on average, and how much livelier."""
    counts, _ = counts_of(path)
    totals: dict[int, int] = defaultdict(int)
    for (hour, _), number in counts.items():
        totals[hour] += number
    by_month: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for day in sorted({hour // 24 for hour in totals}):
        of_day = [totals.get(day * 24 + hour, 0) for hour in range(24)]
        whole = sum(of_day)
        half = next((h for h in range(4, 14) if sum(of_day[4 : h + 1]) > 0.05 * whole), None)
        if half is not None:
            month = datetime.fromtimestamp(day * portrait.DAY, UTC).month
            by_month[month].append((half, whole))
    winter = [pair for month in (12, 1, 2) for pair in by_month[month]]
    summer = [pair for month in (6, 7, 8) for pair in by_month[month]]
    later = mean(hour for hour, _ in winter) - mean(hour for hour, _ in summer)
    lively = mean(number for _, number in winter) / mean(number for _, number in summer)
    # The means of three months are about 0.9 of the way to the extremes, and half is each side's.
    return {"winter_later": max(0.0, later * 30 / 0.9), "winter_lively": lively ** (0.5 / 0.9)}


def _labels(path: Path) -> list[tuple[str, float, float]]:
    labels = path.with_name(path.name.replace(".csv.gz", ".labels.csv.gz"))
    with gzip.open(labels, "rt", newline="") as stream:
        return [
            (row["activity"], _at(row["start"]), _at(row["end"])) for row in csv.DictReader(stream)
        ]


def _at(text: str) -> float:
    return seconds(datetime.fromisoformat(text))
