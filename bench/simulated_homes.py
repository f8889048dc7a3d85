"""Home-days a second on one core: the life alone, with its sensors, with the household's detectors.

    .venv/bin/python -m bench.simulated_homes [--homes 20] [--days 60]

Persons are drawn, nothing happens to them: each inactivity alert is a false one. The bare loop
draws as many random numbers as the sensors send messages.
"""

import argparse
import time
from collections.abc import Callable
from random import Random

from bench.machine import machine
from edge.model import Patience
from gateway.backtest import Raised, backtest
from simulator import bulk, home_file, imagined
from simulator.home import Plan
from simulator.person import Person

PLANS = ("flat_plain", "flat", "flat_bracelet", "farmhouse")


class Homes:
    """Drawn persons in one kind of home."""

    def __init__(self, plan: Plan, homes: int, days: int) -> None:
        self._plan, self._homes, self._days = plan, homes, days
        self._people = [Person.drawn(seed) for seed in range(homes)]

    @property
    def home_days(self) -> int:
        """Give how much life that is."""
        return self._homes * self._days

    def live(self) -> int:
        """Live it, without anybody who watches."""
        zone = self._plan.zone
        return sum(
            1
            for seed, who in enumerate(self._people)
            for _ in imagined.lived(who, self._days, seed, zone)
        )

    def sense(self) -> int:
        """Live it before the sensors; give how many messages they send."""
        return sum(
            1
            for seed, who in enumerate(self._people)
            for _ in imagined.heard(self._plan, who, self._days, seed)
        )

    def detect(self) -> int:
        """Live it before a household; give how many silences it alerts on."""
        home, plan = bulk.household(self._plan, Patience()), self._plan
        return sum(
            isinstance(answer, Raised)
            for seed, who in enumerate(self._people)
            for answer in backtest(
                home, bulk.readings(plan, imagined.heard(plan, who, self._days, seed))
            )
        )


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Give the seconds of CPU that it took, and what came of it."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def draw(count: int) -> int:
    """Draw random numbers: the least that a simulation does."""
    random = Random(1)
    for _ in range(count):
        random.random()
    return count


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--homes", type=int, default=20)
    options.add_argument("--days", type=int, default=60)
    given = options.parse_args()
    print(machine())
    print(f"{'home-days a second':18}{'life':>9}{'sensors':>9}{'alerts':>9}", end="")
    print(f"{'messages a day':>16}{'x bare':>8}{'false alerts in 30 days':>25}")
    for name in PLANS:
        homes = Homes(home_file.named(name), given.homes, given.days)
        life, _ = timed(homes.live)
        sensing, messages = timed(homes.sense)
        bare, _ = timed(lambda count=messages: draw(count))
        detecting, alerts = timed(homes.detect)
        rates = "".join(f"{homes.home_days / took:9,.0f}" for took in (life, sensing, detecting))
        a_day, often = messages / homes.home_days, alerts / homes.home_days * 30
        print(f"{name:18}{rates}{a_day:16,.0f}{sensing / bare:8.0f}{often:25.2f}")


if __name__ == "__main__":
    main()
