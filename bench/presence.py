"""Who is at home, by the door and the rooms, against who really is: outings, returns, company.

    .venv/bin/python -m bench.presence [--homes 40] [--days 90] [--first 0] [--plan flat_plain]

Drawn persons, nothing happens to them: each "not back" within twenty hours is a false one; a
journey overnight is told rightly, and counted apart. At every real leaving it is also asked when
the resident would be missed, did nobody come back; and at every return, whether somebody who
collapses forty seconds later is taken to be out. The last lines are the population's figures of
the outings' tail, from which edge/presence_figures.py has its own.
"""

import argparse
from bisect import bisect_right
from collections.abc import Iterator
from datetime import timedelta
from statistics import mean, median
from typing import NamedTuple

from edge.detectors.absence import Absence
from edge.model import Home, Life, Moment, Patience
from edge.presence import Presence
from edge.presence_figures import LONGEST_OUTING, OUT
from edge.signs import Signs
from simulator import bulk, home_file, imagined
from simulator.home import Plan
from simulator.life import OUTSIDE, RESIDENT, Stay
from simulator.person import Person

HOUR = 3600.0
LEARNED = 30  # days before what is counted
EVERY = 600.0  # seconds; so often it is asked who is there
COLLAPSES = 40.0  # seconds after coming home


class Truth:
    """When the resident was really out, and when somebody else was there."""

    def __init__(self, stays: list[Stay]) -> None:
        self.out = _spans(s for s in stays if s.who == RESIDENT and s.room == OUTSIDE)
        self.visited = _spans(s for s in stays if s.who != RESIDENT and s.room != OUTSIDE)

    def is_out(self, at: float) -> bool:
        """Say whether the resident is out."""
        return _is_in(self.out, at)

    def is_visited(self, at: float) -> bool:
        """Say whether somebody else is there."""
        return _is_in(self.visited, at)


class Figures(NamedTuple):
    """What came of one home."""

    days: int
    outings: int
    false: int  # "not back" on outings under twenty hours
    journeys: int  # and on longer ones
    waits: list[float]  # hours until somebody who never came back would be missed
    collapses: list[bool]  # just after coming home: taken to be out
    told: dict[str, int]  # samples: really out or in, and so taken or not
    company: dict[str, int]
    tail: tuple[float, float, float]


def _spans(stays: Iterator[Stay]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for begins, ends in sorted((stay.begins, stay.ends) for stay in stays):
        if found and begins - found[-1][1] < 1.0:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((begins, ends))
    return found


def _is_in(spans: list[tuple[float, float]], at: float) -> bool:
    place = bisect_right(spans, (at, float("inf"))) - 1
    return place >= 0 and at < spans[place][1]


def lives(plan: Plan, home: Home, who: Person, days: int, seed: int) -> Iterator[Life]:
    """Give the signs of life that the sensors of a home bear witness of."""
    signs = Signs(home)
    for reading in bulk.readings(plan, imagined.heard(plan, who, days, seed)):
        life = signs.life(reading)
        if life is not None:
            yield life


class Watched:
    """One home, with the truth beside it."""

    def __init__(self, plan: Plan, seed: int, days: int) -> None:
        self._plan, self._seed, self._days = plan, seed, days
        self._who = Person.drawn(seed)
        self._home = bulk.household(plan, Patience())
        self._presence = Presence(self._home)
        self._absence = Absence(self._home, self._presence)
        self._truth = Truth(list(imagined.lived(self._who, days, seed, plan.zone)))
        self._told = {"out as out": 0, "out as in": 0, "in as out": 0, "in as in": 0}
        self._company = {"seen": 0, "not seen": 0, "imagined": 0, "alone": 0}
        self._false = self._journeys = 0
        self._waits: list[float] = []
        self._collapses: list[bool] = []
        self._returns = iter([ends for begins, ends in self._truth.out if ends - begins > HOUR])
        self._returned = next(self._returns, float("inf"))

    def live(self) -> Figures:
        """Let the days pass."""
        begins = next(span[0] for span in [self._truth.out[0]])
        asked = begins
        for life in lives(self._plan, self._home, self._who, self._days, self._seed):
            at = life.at.monotonic
            is_counted = at - begins > LEARNED * 24 * HOUR
            while asked < at:
                if is_counted:
                    self._ask(life.at.plus(timedelta(seconds=asked - at)))
                asked += EVERY
            if is_counted:
                self._be_missed(life.at)
            self._collapse(life.at)
            self._presence.observe(life, life.at)
            self._absence.observe(life, life.at)
            if is_counted and life.outer_door and self._truth.is_out(at + 60):
                self._wait(life.at)
        tail = self._absence.state.outings.lasting.tail
        counted = [s for s in self._truth.out if s[0] - begins > LEARNED * 24 * HOUR]
        return Figures(
            self._days - LEARNED,
            len(counted),
            self._false,
            self._journeys,
            self._waits,
            self._collapses,
            self._told,
            self._company,
            (tail.exposed, tail.exceeded, tail.excess),
        )

    def _ask(self, now: Moment) -> None:
        at = now.monotonic
        really = "out" if self._truth.is_out(at) else "in"
        self._told[f"{really} as {'out' if self._presence.is_away(now) else 'in'}"] += 1
        is_there = self._presence.company.is_there(now)
        if self._truth.is_visited(at):
            self._company["seen" if is_there else "not seen"] += 1
        else:
            self._company["imagined" if is_there else "alone"] += 1

    def _be_missed(self, now: Moment) -> None:
        """Ask as late as can be, just before somebody is back."""
        before = self._absence.state.said
        just_before = now.plus(timedelta(microseconds=-1))
        found = self._absence.findings(just_before)
        if before is None and found:
            out = self._absence.state.out
            is_journey = out is not None and now.since(out).total_seconds() > LONGEST_OUTING
            self._journeys += is_journey
            self._false += not is_journey

    def _collapse(self, now: Moment) -> None:
        """Ask after each return whether the silence after a collapse is taken for an outing."""
        while self._returned + COLLAPSES < now.monotonic:
            at = self._returned + COLLAPSES
            if not self._truth.is_out(at + COLLAPSES):
                later = now.plus(timedelta(seconds=at + HOUR - now.monotonic))
                self._collapses.append(self._presence.is_away(later))
            self._returned = next(self._returns, float("inf"))

    def _wait(self, now: Moment) -> None:
        due = self._absence.next_check(now)
        if due is not None:
            self._waits.append((due.monotonic - now.monotonic) / HOUR)


def main() -> None:
    """Print what came of it."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--homes", type=int, default=40)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--first", type=int, default=0, help="seed of the first home")
    options.add_argument("--plan", default="flat_plain")
    given = options.parse_args()
    plan = home_file.named(given.plan)
    seeds = range(given.first, given.first + given.homes)
    found = [Watched(plan, seed, given.days).live() for seed in seeds]
    months = sum(each.days for each in found) / 30
    waits = [wait for each in found for wait in each.waits]
    print(f"{given.plan}, {given.homes} homes, {given.days - LEARNED} days counted of each")
    print(f"outings a day               {sum(f.outings for f in found) / months / 30:6.2f}")
    print(f"false not back in 30 days   {sum(f.false for f in found) / months:6.3f}")
    print(f"journeys told in 30 days    {sum(f.journeys for f in found) / months:6.3f}")
    print(f"missed after (h)            {mean(waits):6.2f} mean, {median(waits):.2f} median")
    collapses = [is_out for each in found for is_out in each.collapses]
    print(f"collapses on coming home    {len(collapses):6}, taken to be out {sum(collapses)}")
    for name in ("told", "company"):
        counts: dict[str, int] = {}
        for each in found:
            for key, count in getattr(each, name).items():
                counts[key] = counts.get(key, 0) + count
        print("   ".join(f"{key} {count:,}" for key, count in counts.items()))
    exposed, exceeded, excess = (sum(f.tail[n] for f in found) for n in range(3))
    print(f"tail above {OUT.prior.level}: zeta {exceeded / exposed:.3f}", end="")
    print(f", beta {excess / max(exceeded, 1):.3f}")


if __name__ == "__main__":
    main()
