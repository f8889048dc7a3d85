"""Where the resident truly is, for those who would know: the resident, and whoever looks in.

What a household makes of it is its own business.
"""

from bisect import bisect_right
from collections.abc import Iterable

from simulator.fitting import HOUR
from simulator.life import OUTSIDE, RESIDENT, Stay

GONE = 20 * HOUR  # out for longer, somebody is on a journey


class Whereabouts:
    """Knows the stays of the resident."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        self._stays = [stay for stay in stays if stay.who == RESIDENT]
        self._begins = [stay.begins for stay in self._stays]

    def stay(self, at: float) -> Stay:
        """Give what the resident does at a time."""
        return self._stays[self._place(at)]

    def is_on_a_journey(self, at: float) -> bool:
        """Say whether the resident is out and was, or will be, for most of a day and longer."""
        place = self._place(at)
        if self._stays[place].room != OUTSIDE:
            return False
        first = last = place
        while first and self._stays[first - 1].room == OUTSIDE:
            first -= 1
        while last + 1 < len(self._stays) and self._stays[last + 1].room == OUTSIDE:
            last += 1
        return self._stays[last].ends - self._stays[first].begins >= GONE

    def _place(self, at: float) -> int:
        return max(0, bisect_right(self._begins, at) - 1)
