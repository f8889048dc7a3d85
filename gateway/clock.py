"""What time it is: the system's clocks, or for drill homes a clock that a driver sets."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from edge.model import Moment

PLAUSIBLE_FROM = datetime(2025, 1, 1, tzinfo=UTC)  # a box without a battery wakes up in 1970
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Anything that knows what `now` is."""

    def now(self) -> Moment:
        """Give the present moment."""


class SystemClock:
    """The only place that asks the system for the time."""

    def __init__(self) -> None:
        self._boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else "unknown"

    def now(self) -> Moment:
        """Give the present moment; ages run on through the box's sleep."""
        wall = datetime.now(UTC)
        monotonic = time.clock_gettime(time.CLOCK_BOOTTIME)
        return Moment(wall, monotonic, self._boot, wall >= PLAUSIBLE_FROM)


class DrillClock:
    """A clock that stands still until it is set, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = Moment.of(start)

    def now(self) -> Moment:
        """Give the moment that was set last."""
        return self._now

    def set(self, wall: datetime) -> None:
        """Go on to `wall`; an earlier moment is ignored."""
        if wall > self._now.wall:
            self._now = Moment.of(wall)
