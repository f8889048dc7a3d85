"""How high a home's daily peak rises, and how rare a higher one is: a tail of its own.

What the peak is of (hours beyond a line, minutes in a room, uses of a night) is the asker's, and
so is what follows from it. Above a level the peaks of days are taken as exponential,

    P(a day's peak > level + h) = zeta exp(-h / beta),

with the home's own share of days zeta and mean height beta, shrunk to the population's.
"""

from math import exp, log

from msgspec import Struct

LONGEST_EXPECTED = 3650.0  # days; no tail of a season says more


class Prior(Struct, frozen=True):
    """What the population says of the tail, and how much that weighs. Heights: the peak's unit."""

    level: float  # a day's peak above it belongs to the tail
    zeta: float  # share of days above it
    beta: float  # mean height of those above it
    highest: float = float("inf")  # a height counts at most so much: who strays far may be away
    days: float = 20.0  # days that zeta weighs
    peaks: float = 10.0  # peaks that beta weighs
    half_life: float = 180.0  # days after which a day counts half


class Tail(Struct):
    """What was seen of the daily peaks; fading sums. Nothing seen: the population's tail."""

    exposed: float = 0.0  # days
    exceeded: float = 0.0  # days above the level
    excess: float = 0.0  # sum of their heights

    def add(self, peak: float, exposed: float, prior: Prior) -> None:
        """Count a day by its largest peak; `exposed` is the share of it that could be seen."""
        self.exposed += exposed
        if peak > prior.level:
            self.exceeded += 1
            self.excess += min(peak - prior.level, prior.highest)

    def fade(self, days: float, prior: Prior) -> None:
        """Let time pass."""
        kept = 0.5 ** (days / prior.half_life)
        self.exposed, self.exceeded, self.excess = (
            kept * value for value in (self.exposed, self.exceeded, self.excess)
        )

    def zeta(self, prior: Prior) -> float:
        """Give the share of days above the level."""
        return (self.exceeded + prior.days * prior.zeta) / (self.exposed + prior.days)

    def beta(self, prior: Prior) -> float:
        """Give the mean height above the level, in the peak's unit."""
        return (self.excess + prior.peaks * prior.beta) / (self.exceeded + prior.peaks)

    def height(self, expected_days: float, prior: Prior) -> float:
        """Give the peak that is reached once in so many days, in the peak's unit.

        For more days than 1 / zeta it lies above the level; below, the tail is only a guess.
        """
        return prior.level + self.beta(prior) * log(self.zeta(prior) * expected_days)

    def expected_days(self, peak: float, prior: Prior) -> float:
        """Give N where such a peak is reached once in N days: from 1 to LONGEST_EXPECTED."""
        beyond = (peak - prior.level) / self.beta(prior) - log(self.zeta(prior))
        return min(max(exp(min(beyond, log(LONGEST_EXPECTED))), 1.0), LONGEST_EXPECTED)
