"""The soft line of one home: how long a silence usually is in each half hour, and how even that is.

Which silences it is made of, and what a longer one means, is rhythm's. With M[d][s] the longest
age that a silence reached in half hour s of day d or in its neighbours,

    L[s] = t log(weighted mean over days of exp(M[d][s] / t)),    t = SOFTNESS:

a maximum that one odd day moves a little and several days move fully. A day's weight halves in
LINE_HALF_LIFE days.
"""

from collections.abc import Sequence
from math import exp, log

from msgspec import Struct, field

from edge.figures import (
    DRIFT,
    EVEN,
    EXCESS_DAYS,
    EXCESS_DRIFT,
    EXCESS_HALF_LIFE,
    LINE_HALF_LIFE,
    SOFTNESS,
    UNKNOWN_DAYS,
    UNKNOWN_LINE,
)
from edge.halfhours import SLOTS

KEPT = 0.5 ** (1 / LINE_HALF_LIFE)
EXCESS_KEPT = 0.5 ** (1 / EXCESS_HALF_LIFE)

Row = Sequence[float]  # 48 ages or lengths in seconds, one a half hour


class Line(Struct):
    """Sums over the days, from which the line is drawn; at first the population's."""

    sums: list[float] = field(
        default_factory=lambda: [UNKNOWN_DAYS * exp(UNKNOWN_LINE / SOFTNESS)] * SLOTS
    )
    weight: float = UNKNOWN_DAYS
    days: int = 0  # days that were added, ever
    excess: list[float] = field(default_factory=lambda: [0.0] * SLOTS)  # beyond the line, seconds
    excess_weight: float = 0.0

    def add(self, ages: Row, levels: Row) -> None:
        """Take in the ages that the silences of one day reached; `levels` is the line so far."""
        self.sums = [
            KEPT * total + exp(age / SOFTNESS)
            for total, age in zip(self.sums, spread_out(ages, DRIFT), strict=True)
        ]
        self.weight = KEPT * self.weight + 1
        beyond = spread_out(_beyond(ages, levels), EXCESS_DRIFT)
        self.excess = [
            EXCESS_KEPT * total + more for total, more in zip(self.excess, beyond, strict=True)
        ]
        self.excess_weight = EXCESS_KEPT * self.excess_weight + 1
        self.days += 1

    def raise_day(self, before: Row, after: Row, ago: int) -> None:
        """Count the day that lies `ago` added days back by other, longer ages than it was."""
        levels, kept = self.levels, KEPT**ago
        short, long = spread_out(before, DRIFT), spread_out(after, DRIFT)
        self.sums = [
            total + kept * (exp(more / SOFTNESS) - exp(less / SOFTNESS))
            for total, less, more in zip(self.sums, short, long, strict=True)
        ]
        kept = EXCESS_KEPT**ago
        short = spread_out(_beyond(before, levels), EXCESS_DRIFT)
        long = spread_out(_beyond(after, levels), EXCESS_DRIFT)
        self.excess = [
            total + kept * (more - less)
            for total, less, more in zip(self.excess, short, long, strict=True)
        ]

    @property
    def levels(self) -> list[float]:
        """Give the line: 48 lengths in seconds."""
        return [SOFTNESS * log(total / self.weight) for total in self.sums]

    @property
    def spread(self) -> list[float]:
        """Give how far each half hour strays from the line, against the mean one of this home."""
        level = sum(self.excess) / SLOTS
        if level <= 0:
            return [1.0] * SLOTS
        trust = self.excess_weight / (self.excess_weight + EXCESS_DAYS)
        return [1 - trust + trust * (e / level + EVEN) / (1 + EVEN) for e in self.excess]


def spread_out(row: Row, reach: int) -> list[float]:
    """Give each slot the maximum of itself and its neighbours; the day wraps round."""
    values = list(row)
    for _ in range(reach):
        values = [
            max(values[i - 1], value, values[(i + 1) % SLOTS]) for i, value in enumerate(values)
        ]
    return values


def _beyond(ages: Row, levels: Row) -> list[float]:
    return [max(0.0, age - level) for age, level in zip(ages, levels, strict=True)]
