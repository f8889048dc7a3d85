"""How the parameters of a life differ from home to home: what was measured, what is assumed.

Who is made of them is person's to decide.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import pow as fpow
from random import Random
from typing import Any, NamedTuple

NORMAL_P90 = 1.2816  # standard deviations from the middle to the 90th percentile


class Spread(NamedTuple):
    """How a parameter differs from home to home: the 10th, 50th and 90th percentile."""

    low: float
    middle: float
    high: float

    def drawn(self, random: Random) -> float:
        """Draw from two halves of normal distributions, cut at twice the way to low or high.

        Below the middle the way is one of ratios, so that nothing falls to 0 that is not 0.
        """
        far = max(-2 * NORMAL_P90, min(2 * NORMAL_P90, random.gauss(0, 1))) / NORMAL_P90
        if far > 0 or self.low == 0:
            side = self.high - self.middle if far > 0 else self.middle
            return max(0.0, self.middle + far * side)
        return self.middle * fpow(self.low / self.middle, -far)


@cache
def population() -> Mapping[str, Spread]:
    """Give the spread of every parameter: what was measured, and for the rest what is assumed."""
    spreads = {}
    for name in ("assumed.toml", "population.toml"):
        for part, values in _table(name)["person"].items():
            for key, value in values.items():
                spreads[f"{part}.{key}"] = Spread(value["low"], value["middle"], value["high"])
    return spreads


@cache
def week() -> tuple[float, ...]:
    """Give how much more or less one goes out on each day of the week, Monday first."""
    return tuple(_table("population.toml")["weekday"]["outings"])


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("simulator").joinpath(name).read_text())
