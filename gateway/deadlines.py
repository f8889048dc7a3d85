"""When each of many homes next wants to be asked, the nearest first.

What is due there the household knows.
"""

from heapq import heappop, heappush

from edge.model import Moment


class Deadlines:
    """The nearest deadline of each home, by the clock that never jumps."""

    def __init__(self) -> None:
        self._dues: list[tuple[float, str]] = []
        self._queued: dict[str, float] = {}

    def put(self, home_id: str, due: Moment | None, not_before: float = 0.0) -> None:
        """Remember a deadline that is nearer than the one remembered for this home."""
        if due is None:
            return
        time, known = max(due.monotonic, not_before), self._queued.get(home_id)
        if known is None or time < known:
            self._queued[home_id] = time
            heappush(self._dues, (time, home_id))

    def next(self) -> float | None:
        """Give the nearest of all."""
        return self._dues[0][0] if self._dues else None

    def take(self, now: Moment) -> list[str]:
        """Give the homes with one that has come, and forget it."""
        due = []
        while self._dues and self._dues[0][0] <= now.monotonic:
            _, home_id = heappop(self._dues)
            self._queued.pop(home_id, None)
            due.append(home_id)
        return due
