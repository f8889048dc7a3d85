"""How high a home's daily peak rises, and how rare a higher one is: a tail of its own.

What the peak is of (hours beyond a line, minutes in a room, uses of a night) is the asker's, and
so is what follows from it. Above a level the peaks of days are taken as exponential,

    P(a day's peak > level + h) = zeta exp(-h / beta),

with the home's own share of days zeta and mean height beta, shrunk to the population's. Both are
guesses from few days. Where the budget is tight that matters: over all that beta may be (a gamma
distribution of 1 / beta, as heavy as the n heights and the population's) the same chance is

    zeta (1 + h / (n beta))^-(n + 1),

which asks for more where little is known and for the same where much is (`Prior.is_guess`).
"""

from math import exp, expm1, inf, log, log1p

from msgspec import Struct

LONGEST_EXPECTED = 3650.0  # days; no tail of a season says more


class Prior(Struct, frozen=True):
    """What the population says of the tail, and how much that weighs. Heights: the peak's unit."""

    level: float  # a day's peak above it belongs to the tail
    zeta: float  # share of days above it
    beta: float  # mean height of those above it
    highest: float = inf  # a height counts at most so much: who strays far may be away
    days: float = 20.0  # days that zeta weighs
    peaks: float = 10.0  # peaks that beta weighs
    half_life: float = 180.0  # days after which a day counts half
    is_guess: bool = False  # zeta and beta are guesses, and a height beyond `highest` is unknown


class Tail(Struct):
    """What was seen of the daily peaks; fading sums. Nothing seen: the population's tail."""

    exposed: float = 0.0  # days
    exceeded: float = 0.0  # days above the level
    excess: float = 0.0  # sum of their heights
    cut: float = 0.0  # days above the level of which only `highest` was counted

    def add(self, peak: float, exposed: float, prior: Prior) -> None:
        """Count a day by its largest peak; `exposed` is the share of it that could be seen."""
        self.exposed += exposed
        if peak > prior.level:
            height = peak - prior.level
            self.exceeded += 1
            self.excess += min(height, prior.highest)
            self.cut += height >= prior.highest

    def fade(self, days: float, prior: Prior) -> None:
        """Let time pass."""
        kept = 0.5 ** (days / prior.half_life)
        self.exposed, self.exceeded, self.excess, self.cut = (
            kept * value for value in (self.exposed, self.exceeded, self.excess, self.cut)
        )

    def zeta(self, prior: Prior) -> float:
        """Give the share of days above the level."""
        return (self.exceeded + prior.days * prior.zeta) / (self.exposed + prior.days)

    def beta(self, prior: Prior) -> float:
        """Give the mean height above the level, in the peak's unit."""
        return (self.excess + prior.peaks * prior.beta) / self._heights(prior)

    def height(self, expected_days: float, prior: Prior) -> float:
        """Give the peak that is reached once in so many days, in the peak's unit.

        For more days than 1 / zeta it lies above the level; below, the tail is only a guess.
        """
        rarity, known = log(self.zeta(prior) * expected_days), self._heights(prior)
        if prior.is_guess:
            rarity = known * expm1(rarity / (known + 1))
        return prior.level + self.beta(prior) * rarity

    def expected_days(self, peak: float, prior: Prior) -> float:
        """Give N where such a peak is reached once in N days: from 1 to LONGEST_EXPECTED."""
        rarity, known = (peak - prior.level) / self.beta(prior), self._heights(prior)
        if prior.is_guess:
            rarity = (known + 1) * log1p(max(rarity / known, -0.99))
        beyond = rarity - log(self.zeta(prior))
        return min(max(exp(min(beyond, log(LONGEST_EXPECTED))), 1.0), LONGEST_EXPECTED)

    def _heights(self, prior: Prior) -> float:
        """Give how many heights beta is known from, those of the population among them.

        One that was cut off adds its length but is no end (a censored one).
        """
        known = self.exceeded - self.cut if prior.is_guess else self.exceeded
        return known + prior.peaks
