"""The stress list: what each strain of life, sensors and link does to a household that watches.

    .venv/bin/python -m bench.stress run 0:200 [--only pet,stuck] [--turns 4] [--jobs 2] >> FILE
    .venv/bin/python -m bench.stress table FILE

Each home is learned for 60 days and strained for 30. Whatever people are told of the resident
meanwhile is told in vain. On up to six of those days the resident collapses, each time in a copy
of the household that goes on to another end. With --turns each home lives through so many of the
strains, the next home through those that follow: each falls on another part of the homes.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import msgspec

from bench.collapses import collapses
from bench.scenes import PLANS, Scene
from bench.strains import BY_KEY
from bench.stress_table import Strained, table
from bench.trial import Trial
from edge.model import Patience

PATIENCE = Patience()


def in_turn(number: int, keys: list[str], turns: int) -> list[str]:
    """Give the strains of one home: all, or `turns` of them, each home the next ones."""
    if not 0 < turns < len(keys):
        return keys
    return [keys[(number * turns + place) % len(keys)] for place in range(turns)]


def strained(number: int, keys: list[str], turns: int = 0) -> list[Strained]:
    """Live one home through strains; what was learned is shared where the days before are alike."""
    learned: dict[str, bytes] = {}
    found = []
    for key in in_turn(number, keys, turns):
        before = BY_KEY[key].learned_as
        if before not in learned:
            learned[before] = Trial(Scene.of(number, BY_KEY[before]), PATIENCE).learn()
        found.append(strain(Scene.of(number, BY_KEY[key]), learned[before]))
    return found


def strain(scene: Scene, learned: bytes) -> Strained:
    """Live the strained days of one home."""
    falls = collapses(scene.lived(scene.first_strained), scene.plan.zone, scene.random("collapses"))
    watched, noticed = Trial(scene, PATIENCE).strained(learned, falls)
    return Strained(
        home=scene.number,
        plan=PLANS[scene.number % len(PLANS)],
        strain=scene.strain.key,
        struck=scene.struck,
        told=watched.told,
        noticed=noticed,
    )


def lines(numbers: range, keys: list[str], turns: int, jobs: int) -> Iterator[str]:
    """Give the result of each home and strain as a line of JSON."""
    live = partial(strained, keys=keys, turns=turns)
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(live, numbers):
            yield from (msgspec.json.encode(one).decode() for one in found)


def main() -> None:
    """Run homes, or print what came of them."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    todo = options.add_subparsers(dest="todo", required=True)
    run = todo.add_parser("run")
    run.add_argument("homes", help="the first and the one after the last: 0:200")
    run.add_argument("--only", default=",".join(BY_KEY))
    run.add_argument("--turns", type=int, default=0)
    run.add_argument("--jobs", type=int, default=1)
    show = todo.add_parser("table")
    show.add_argument("file", type=Path, nargs="+")
    given = options.parse_args()
    if given.todo == "table":
        texts = (line for path in given.file for line in path.read_text().splitlines())
        print(table([msgspec.json.decode(text, type=Strained) for text in texts]))
        return
    numbers = range(*map(int, given.homes.split(":")))
    for line in lines(numbers, given.only.split(","), given.turns, given.jobs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
