"""What time it is: the system's clocks, or for drill homes a clock that a driver sets."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from edge.model import Moment

PLAUSIBLE_FROM = datetime(2025, 1, 1, tzinfo=UTC)  # a box without a battery wakes up in 1970
DOUBT = timedelta(hours=1)
STEP = timedelta(seconds=30)  # a clock that is slewed stays far below it between two looks
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Anything that knows what `now` is."""

    def now(self) -> Moment:
        """Give the present moment."""


class SystemClock:
    """The only place that asks the system for the time."""

    def __init__(self) -> None:
        # Where it cannot be read, each start of ours counts as one of the box.
        self._boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else uuid4().hex
        self._not_before = PLAUSIBLE_FROM
        self._doubted_until = 0.0

    def now(self) -> Moment:
        """Give the present moment; ages run on through the box's sleep."""
        wall = datetime.now(UTC)
        monotonic = time.clock_gettime(time.CLOCK_BOOTTIME)
        is_trusted = wall >= PLAUSIBLE_FROM and (
            wall >= self._not_before or monotonic >= self._doubted_until
        )
        return Moment(wall, monotonic, self._boot, is_trusted)

    def doubt_before(self, wall: datetime) -> None:
        """For a while, trust no time before this one: something on disk happened then.

        A clock that still says so when the network had an hour to set it is right, and what is on
        disk was written by a wrong one.
        """
        self._not_before = wall
        self._doubted_until = time.clock_gettime(time.CLOCK_BOOTTIME) + DOUBT.total_seconds()


class ClockWatch:
    """Notices that the wall clock cannot be trusted, or that it was set while the box runs."""

    def __init__(self, now: Moment) -> None:
        self._last = now
        self._is_trusted = now.trusted

    def changes(self, now: Moment) -> list[bool]:
        """Give what has changed since the last look: distrusted, trusted again, or one then both.

        A clock that was set in one step was wrong before, and is right after it.
        """
        last, self._last = self._last, now
        has_stepped = abs(now.wall - last.wall - now.since(last)) > STEP
        was_trusted, self._is_trusted = self._is_trusted, now.trusted
        if was_trusted and has_stepped and now.trusted:
            return [False, True]
        return [] if was_trusted == now.trusted else [now.trusted]


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
