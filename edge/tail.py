"""How often and how far this home's days exceed a line: an exponential tail of its own.

Which line, and what follows from it, is rhythm's.
"""

from msgspec import Struct

from edge.figures import HALF_LIFE, PRIOR_EXCEEDED, PRIOR_EXPOSED, Window


class Tail(Struct):
    """How often and how far this home exceeded a line; fading sums over days."""

    exposed: float = 0.0
    exceeded: float = 0.0
    excess: float = 0.0

    def add(self, peak: float, exposed: float) -> None:
        """Count a day and its largest excess (seconds, 0 for none)."""
        self.exposed += exposed
        if peak > 0:
            self.exceeded += 1
            self.excess += peak

    def fade(self, days: int) -> None:
        """Let time pass."""
        kept = 0.5 ** (days / HALF_LIFE)
        self.exposed, self.exceeded, self.excess = (
            kept * value for value in (self.exposed, self.exceeded, self.excess)
        )

    def zeta(self, window: Window) -> float:
        """Give the share of days with an excess, shrunk to the population's."""
        return (self.exceeded + PRIOR_EXPOSED * window.zeta) / (self.exposed + PRIOR_EXPOSED)

    def beta(self, window: Window) -> float:
        """Give the mean excess in seconds, shrunk to the population's."""
        return (self.excess + PRIOR_EXCEEDED * window.beta) / (self.exceeded + PRIOR_EXCEEDED)
