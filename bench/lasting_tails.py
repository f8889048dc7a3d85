"""The population's tails of rooms, mornings, nights and bed, and how often their rules are wrong.

    .venv/bin/python -m bench.lasting_tails [--plan flat_plain] [--homes 20] [--days 60] [--first 0]

Persons are drawn and nothing happens to them, so each alert is a false one. The figures that are
shipped (edge/routine_figures.py) are printed beside those of this run: zeta, the share of days
above the level, and beta, the mean height above it.
"""

import argparse
from collections import Counter

from bench.machine import machine
from edge.anchors import EXPECTED_DAYS
from edge.everyday import EVERYDAY_RULES, EverydayState
from edge.household import Household
from edge.model import Configured, Entry, Event, Patience, Rule
from edge.routine_figures import ANCHOR_PRIOR, CRAWLING, IN_BED, LEFT_BED, ROAMING, STAY
from edge.tail import Prior, Tail
from simulator import bulk, home_file, imagined
from simulator.home import Plan
from simulator.person import Person

PRIORS: dict[str, Prior] = {
    "stay": STAY.prior,
    "crawling": CRAWLING.prior,
    "roaming": ROAMING.prior,
    "in bed": IN_BED.prior,
    "left the bed": LEFT_BED.prior,
    "anchor": ANCHOR_PRIOR,
}


def tails(state: EverydayState) -> dict[str, Tail]:
    """Give what one home has learned of its own peaks."""
    return {
        "stay": state.rooms.stay.learned.tail,
        "crawling": state.crawling.calm.learned.tail,
        "roaming": state.wandering.up.learned.tail,
        "in bed": state.bed.abed.learned.tail,
        "left the bed": state.bed.left.learned.tail,
        "anchor": state.routine.anchors.tail,
    }


def live(plan: Plan, seed: int, days: int, told: Counter[Rule]) -> EverydayState:
    """Live one drawn person's days; count the alerts and give what was learned."""
    home = bulk.household(plan, Patience())
    household = Household(home)
    heard = imagined.heard(plan, Person.drawn(seed), days, seed)
    is_first = True
    for reading in bulk.readings(plan, heard):
        if is_first:
            household.receive(Entry(home.id, reading.received, Configured("bench")))
            is_first = False
        effects = household.receive(Entry(home.id, reading.received, reading))
        for change in effects.changes:
            if change.what is Event.RAISED:
                alert = next(each for each in effects.alerts if each.id == change.alert)
                told[alert.finding.rule] += alert.finding.rule in EVERYDAY_RULES
    return household.everyday.state


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--plan", default="flat_plain")
    options.add_argument("--homes", type=int, default=20)
    options.add_argument("--days", type=int, default=60)
    options.add_argument("--first", type=int, default=0)
    given = options.parse_args()
    plan, told = home_file.named(given.plan), Counter[Rule]()
    pooled = {name: Tail() for name in PRIORS}
    for seed in range(given.first, given.first + given.homes):
        for name, tail in tails(live(plan, seed, given.days, told)).items():
            pooled[name].exposed += tail.exposed
            pooled[name].exceeded += tail.exceeded
            pooled[name].excess += tail.excess
    print(machine())
    print(f"{'':14}{'days':>8}{'zeta':>8}{'shipped':>9}{'beta':>8}{'shipped':>9}")
    for name, tail in pooled.items():
        zeta = tail.exceeded / tail.exposed if tail.exposed else 0.0
        beta = tail.excess / tail.exceeded if tail.exceeded else 0.0
        prior = PRIORS[name]
        print(f"{name:14}{tail.exposed:8.0f}{zeta:8.3f}{prior.zeta:9.3f}", end="")
        print(f"{beta:8.2f}{prior.beta:9.2f}")
    home_days = given.homes * given.days
    print(f"anchors: once in {EXPECTED_DAYS:.0f} days; {home_days} home-days")
    for rule, count in sorted(told.items()):
        print(f"{rule:14}{count:8}{30 * count / home_days:8.3f} in 30 days")


if __name__ == "__main__":
    main()
