"""How a home does in its first weeks: delay and false alerts after so many days of history.

    .venv/bin/python -m bench.cold_start RECORDING.csv.gz...

Homes begin at many days of each recording; the seven days after the history are scored: six times
a day, at random, everything stops (delay until the alert, 24 h at most), and alerts in silences of
at most 20 hours of the intact recording are false ones. Beside them the field's fixed 12 hours.
"""

import argparse
import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from pathlib import Path
from statistics import mean
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from edge.detectors.inactivity import Inactivity
from edge.figures import DAY, FIXED_RULE, HOUR, LONGEST
from edge.model import Home, Life, Moment, Patience
from edge.presence import Presence
from simulator import recording
from simulator.recording import Recording

HISTORIES = (0, 3, 7, 14, 28)  # days
SCORED = 7  # days
BUDGETS = (4.0, 0.5)
A_DAY = 6  # collapses
STEP, LONG_STEP, LONG = 14, 60, 500  # days between starts; in recordings of so many days
UTC = ZoneInfo("UTC")
SHORT = 15 * 60.0  # s; nobody is told of a silence before
LEAST_LIVES = 100  # of a start; a recording with a hole is left out

State = TypeVar("State", bound=Struct)


class Score:
    """What came of one way to alert, over all starts."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.false = 0
        self.starts = 0

    def add(self, other: "Score") -> None:
        """Count one more start."""
        self.delays += other.delays
        self.false += other.false
        self.starts += 1

    def line(self) -> str:
        """Give the mean delay (h) and the false alerts in 30 days."""
        rate = 30 * self.false / (SCORED * self.starts) if self.starts else 0.0
        delay = mean(self.delays) / HOUR if self.delays else float("nan")
        return f"{delay:6.2f} h {rate:5.2f} / 30 d"


def lives_of(path: Path) -> tuple[Home, list[Life]]:
    """Read a recording as signs of life."""
    source = Recording(path)
    home = recording.home(source, "UTC", Patience())
    doors = {device.id for device in home.devices if device.outer_door}
    lives = [
        Life(reading.received, reading.device, reading.room, reading.kind, reading.device in doors)
        for reading in recording.readings(source.rows(), UTC)
    ]
    return home, lives


def play(home: Home, lives: Sequence[Life], first: float, collapses: list[float]) -> Score:
    """Live through it and count what comes from `first` on; `collapses` rise."""
    presence, score = Presence(home), Score()
    watched = Inactivity(home, presence)
    asked = iter(collapses)
    collapse = next(asked, None)
    for life, later in pairwise(lives):
        presence.observe(life, life.at)
        watched.observe(life, life.at)
        began, end = life.at.monotonic, later.at.monotonic
        if end < first or (end - began < SHORT and (collapse is None or collapse >= end)):
            continue
        alert = told(home, presence, watched, life.at)
        while collapse is not None and collapse < end:
            if alert > collapse:
                score.delays.append(min(alert - collapse, DAY))
            collapse = next(asked, None)
        score.false += first <= alert < end and end - began <= LONGEST
    return score


def told(home: Home, presence: Presence, watched: Inactivity, now: Moment) -> float:
    """Give when people are told of this silence if it goes on, by copies of all that is known."""
    seen = Presence(home, copied(presence.state))
    copy = Inactivity(home, seen, copied(watched.state))
    while not copy.findings(now):
        due = copy.next_check(now)
        if due is None:
            return inf
        now = due
    return now.monotonic


def copied(state: State) -> State:
    """Give a state as it comes back from the disk."""
    return msgspec.json.decode(msgspec.json.encode(state), type=type(state))


def starts(lives: Sequence[Life], history: int) -> list[int]:
    """Give the days on which a home begins: half a month apart, two months in long recordings."""
    first, last = (int(lives[i].at.monotonic // DAY) for i in (0, -1))
    step = LONG_STEP if last - first > LONG else STEP
    return list(range(first + 1, last - history - SCORED + 1, step))


def run(paths: Sequence[Path], history: int) -> list[str]:
    """Score every start of every home; give the row of the table."""
    scores = {name: Score() for name in (*BUDGETS, "fixed")}
    count = 0
    for path in paths:
        home, lives = lives_of(path)
        times = [life.at.monotonic for life in lives]
        for start in starts(lives, history):
            first, end = (start + history) * DAY, (start + history + SCORED) * DAY
            part = lives[bisect_left(times, start * DAY) : bisect_left(times, end)]
            if len(part) < LEAST_LIVES:
                continue
            count += 1
            dice = random.Random(f"{path.name}/{start}/{history}")
            collapses = sorted(dice.uniform(first, end) for _ in range(A_DAY * SCORED))
            for budget in BUDGETS:
                patient = structs.replace(home, patience=Patience(budget=budget))
                scores[budget].add(play(patient, part, first, collapses))
            scores["fixed"].add(fixed(part, first, collapses))
    return [f"{history} days, {count} starts", *(score.line() for score in scores.values())]


def fixed(lives: Sequence[Life], first: float, collapses: list[float]) -> Score:
    """Count what the fixed rule does."""
    score, times = Score(), [life.at.monotonic for life in lives]
    for collapse in collapses:
        delay = times[max(0, bisect_left(times, collapse) - 1)] + FIXED_RULE - collapse
        if delay > 0:
            score.delays.append(delay)
    for began, end in pairwise(times):
        is_false = FIXED_RULE < end - began <= LONGEST
        score.false += is_false and began + FIXED_RULE >= first
    return score


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recordings", nargs="+", type=Path)
    paths = parser.parse_args().recordings
    print("| history | stated 4 | stated 0.5 | fixed 12 h |")
    print("|---|---|---|---|")
    for history in HISTORIES:
        print(f"| {' | '.join(run(paths, history))} |", flush=True)


if __name__ == "__main__":
    main()
