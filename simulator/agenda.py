"""What is going to happen in a home, in order of time; a few dozen entries at any moment.

What happens then is up to whoever put it there.
"""

import heapq
from collections.abc import Callable
from math import inf

Deed = Callable[[float], None]


class Agenda:
    """Deeds and when they are due."""

    __slots__ = ("_count", "_due")

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Deed]] = []
        self._count = 0

    def at(self, due: float, deed: Deed) -> None:
        """Let something be done at a time; things of one time in the order they were put here."""
        self._count += 1
        heapq.heappush(self._due, (due, self._count, deed))

    @property
    def next(self) -> float:
        """Give when something is due."""
        return self._due[0][0] if self._due else inf

    def do(self) -> None:
        """Do what is due next."""
        due, _, deed = heapq.heappop(self._due)
        deed(due)
