"""Two stages against one: how soon a collapse is noticed, and how often people are told in vain,
where the resident is asked first and answers so many of the questions.

    .venv/bin/python -m bench.two_stages run 0:60 [--jobs 2] >> FILE
    .venv/bin/python -m bench.two_stages table FILE

The same homes, days and collapses for each resident, 60 days before and 30 counted. Only the
inactivity rule counts. Whoever is out does not hear the question; whoever has collapsed does not
answer. The single stage asks nothing.
"""

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import mean, median

import msgspec
from msgspec import Struct

from bench.collapses import Form, collapses
from bench.scenes import Scene
from bench.strains import BY_KEY
from bench.trial import Noticed, Trial
from bench.watched import Answers
from bench.whereabouts import Whereabouts
from edge.model import Answer, Input, Patience, Rule
from simulator.life import OUTSIDE, Doing

ANSWERS_WITHIN = (20.0, 300.0)  # seconds
MONTH = 30.0
ORDINARY = BY_KEY["ordinary"]
ASKS = Patience(pre_alarm=timedelta(minutes=10))
ONCE = 4  # collapses at home at any time, in each home
INACTIVITY = frozenset({Rule.INACTIVITY})
ASLEEP = frozenset({Doing.SLEEP, Doing.NAP})


class Answering(Struct, frozen=True):
    """What share of the questions somebody answers, awake and asleep."""

    title: str
    awake: float
    asleep: float


RESIDENTS = (
    Answering("answers 95 %", 0.95, 0.95),
    Answering("answers 95 %, asleep 20 %", 0.95, 0.20),
    Answering("answers 60 %", 0.60, 0.60),
    Answering("answers none", 0.0, 0.0),
)


class Outcome(Struct, frozen=True):
    """What one home came to with one resident."""

    home: int
    resident: str
    told: int  # in vain, in the counted days
    asked: int
    noticed: list[Noticed]


def answers(scene: Scene, resident: Answering) -> Answers:
    """Give what the resident does when a question is asked at a time."""
    whereabouts = Whereabouts(scene.lived())

    def answer(at: float) -> list[tuple[timedelta, Input]]:
        stay = whereabouts.stay(at)
        random = Random(f"{scene.number}/{at:.0f}")
        share = resident.asleep if stay.doing in ASLEEP else resident.awake
        if stay.room == OUTSIDE or random.random() >= share:
            return []
        return [(timedelta(seconds=random.uniform(*ANSWERS_WITHIN)), Answer("resident"))]

    return answer


def outcomes(number: int) -> list[Outcome]:
    """Live one home with each resident, and with nobody asked."""
    scene = Scene.of(number, ORDINARY)
    single = Trial(scene, Patience(), rules=INACTIVITY)
    found = [outcome(single, "single stage")]
    for each in RESIDENTS:
        asked = Trial(scene, ASKS, answers(scene, each), INACTIVITY)
        found.append(outcome(asked, each.title))
    return found


def outcome(trial: Trial, title: str) -> Outcome:
    """Live one home with one resident."""
    scene = trial.scene
    random, lived = scene.random("two stages"), list(scene.lived(scene.first_strained))
    falls = [
        fall
        for _ in range(ONCE)
        for fall in collapses(lived, scene.plan.zone, random)
        if fall.form is Form.UNIFORM
    ]
    watched, noticed = trial.strained(trial.learn(), falls)
    told = sum(one.is_of_person for one in watched.told)
    asked = sum(at >= scene.onset for at in watched.asked)
    return Outcome(scene.number, title, told, asked, noticed)


def table(found: list[Outcome]) -> str:
    """Give what it came to as a table of Markdown."""
    rows = [
        "| | homes | questions in 30 days | people told in vain in 30 days | collapses | noticed "
        "after, mean | median | not in 26 h |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for title in dict.fromkeys(one.resident for one in found):
        own = [one for one in found if one.resident == title]
        hours = [each.hours for one in own for each in one.noticed]
        known = [each for each in hours if each is not None]
        asked, told = (mean(map(count, own)) for count in COUNTS)
        delays = f"{mean(known):.1f} h | {median(known):.1f} h" if known else " | "
        rows.append(
            f"| {title} | {len(own)} | {asked:.1f} | {told:.2f} | {len(hours)} | {delays} "
            f"| {len(hours) - len(known)} |"
        )
    return "\n".join(rows)


COUNTS: tuple[Callable[[Outcome], int], ...] = (lambda one: one.asked, lambda one: one.told)


def lines(numbers: range, jobs: int) -> Iterator[str]:
    """Give each outcome as a line of JSON."""
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(outcomes, numbers):
            yield from (msgspec.json.encode(one).decode() for one in found)


def main() -> None:
    """Run homes, or print what came of them."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    todo = options.add_subparsers(dest="todo", required=True)
    run = todo.add_parser("run")
    run.add_argument("homes", help="the first, the one after the last, and the step: 1:60:3")
    run.add_argument("--jobs", type=int, default=1)
    show = todo.add_parser("table")
    show.add_argument("file", type=Path, nargs="+")
    given = options.parse_args()
    if given.todo == "table":
        texts = (line for path in given.file for line in path.read_text().splitlines())
        print(table([msgspec.json.decode(text, type=Outcome) for text in texts]))
        return
    for line in lines(range(*map(int, given.homes.split(":"))), given.jobs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
