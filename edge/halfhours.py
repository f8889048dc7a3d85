"""Which half hour of the home's own day a time falls into; what is usual then is rhythm's.

Times are seconds since the epoch, UTC. A half hour is numbered through by the home's wall clock
(number // 48 is its day, number % 48 its slot), so habits follow the clock through summer time.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

SLOT = 1800  # seconds
SLOTS = 48  # of a day


class HalfHours:
    """The wall clock of one zone, in half hours."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        # Zones change at a full hour; one remembered hour serves nearly every question.
        self._hour = -1.0
        self._offset = 0

    def number(self, time: float) -> int:
        """Give the number of the half hour at `time`."""
        if time // 3600 != self._hour:
            self._look_up(time)
        return int((time + self._offset) // SLOT)

    def local(self, time: float) -> float:
        """Give the wall clock at `time`, in seconds since it showed the epoch."""
        if time // 3600 != self._hour:
            self._look_up(time)
        return time + self._offset

    def end(self, time: float) -> float:
        """Give the time at which the half hour at `time` ends."""
        return (self.number(time) + 1) * SLOT - self._offset

    def midnight_after(self, time: float) -> float:
        """Give the first time of the next day by the wall clock."""
        day = self.number(time) // SLOTS
        for number, end in self.spans(time, time + 2 * SLOTS * SLOT):
            if number // SLOTS > day:
                break
            time = end
        return time

    def spans(self, start: float, end: float) -> Iterator[tuple[int, float]]:
        """Give each half hour that [start, end] touches, and where in it the span ends."""
        while start < end:
            number = self.number(start)
            upto = min((number + 1) * SLOT - self._offset, end)
            yield number, upto
            start = upto

    def touched(self, start: float, end: float) -> Iterator[tuple[int, float]]:
        """Give what spans gives, and the half hour that begins at `end`, where one does."""
        yield from self.spans(start, end)
        if start < end == self.end(end) - SLOT:
            yield self.number(end), end

    def ages(
        self, start: float, end: float, known: float, weight: float
    ) -> Iterator[tuple[int, float]]:
        """Give the age reached in each half hour touched; beyond `known` it counts by weight."""
        for number, upto in self.touched(start, end):
            age = upto - start
            yield number, age if age <= known else known + weight * (age - known)

    def _look_up(self, time: float) -> None:
        shift = datetime.fromtimestamp(time, self._zone).utcoffset()
        self._offset = int(shift.total_seconds()) if shift is not None else 0
        self._hour = time // 3600
