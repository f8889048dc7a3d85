"""The readings of homes through which somebody walks just now, to be watched from room to room.

Pure and bounded. Nothing is kept of homes through which nobody walks.
"""

from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from edge.model import Moment, Reading
from gateway.heard import Walked

MOST = 8  # homes at once
KEPT = 500  # readings of a home
LASTS = timedelta(minutes=1)  # after the last request


class _Walk:
    __slots__ = ("readings", "until")

    def __init__(self, until: Moment) -> None:
        self.readings: deque[Walked] = deque(maxlen=KEPT)
        self.until = until


class Walks:
    """Who walks where, and what was sensed there since."""

    def __init__(self) -> None:
        self._walks: dict[str, _Walk] = {}
        self._seq = 0

    def take(self, readings: Iterable[Reading]) -> None:
        """Keep what was sensed where somebody walks."""
        if not self._walks:
            return
        for reading in readings:
            walk = self._walks.get(reading.household)
            if walk is None:
                continue
            self._seq += 1
            what = (reading.device, reading.room, reading.kind, reading.value)
            at, freshness = reading.received.wall, reading.freshness
            walk.readings.append(Walked(self._seq, *what, at, freshness))

    def since(self, household: str, room: str, after: int, now: Moment) -> tuple[list[Walked], int]:
        """Give what was sensed in a room, or in all, after a number, and the number to ask from.

        The first request begins the walk; without another for a minute it ends.
        """
        for name in [name for name, walk in self._walks.items() if walk.until.reached(now)]:
            del self._walks[name]
        walk = self._walks.get(household)
        if walk is None:
            if len(self._walks) >= MOST:
                del self._walks[next(iter(self._walks))]
            walk = self._walks[household] = _Walk(now.plus(LASTS))
        walk.until = now.plus(LASTS)
        found = [one for one in walk.readings if one.seq > after and room in ("", one.room)]
        return found, self._seq
