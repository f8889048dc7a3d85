"""The two files of a store: opened by its one writer, or beside it; a damaged one is set aside.

What is in them the journal and the alert file know.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from edge.model import Moment
from gateway.store.ballast import Ballast
from gateway.store.database import Database
from gateway.store.failure import Cause, StoreFailed, translated
from gateway.store.lock import lock
from gateway.store.migrations import ALERTS, READINGS
from gateway.store.retention import Retention

READINGS_FILE = "readings.db"
ALERTS_FILE = "alerts.db"
BALLAST_FILE = "ballast"


@dataclass(frozen=True)
class Files:
    """Both of them, open, with the ballast beside them."""

    readings: Database
    alerts: Database
    ballast: Ballast
    retention: Retention
    damaged: tuple[str, ...] = ()  # names of files that were set aside
    is_read_only: bool = False
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def open(
        cls, directory: Path, now: Moment, free_bytes: Callable[[], int] | None, spare_bytes: int
    ) -> "Files":
        """Open or make them as their only writer; without `free_bytes` the disk is asked."""
        with translated(directory):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = lock(directory)
        free = free_bytes or (lambda: shutil.disk_usage(directory).free)
        ballast = Ballast(directory / BALLAST_FILE, free)
        try:
            readings, alerts, damaged = _opened(directory, now, ballast)
        except BaseException:
            os.close(handle)
            raise
        retention = Retention(readings, ballast, free, spare_bytes)
        unlock = [lambda: os.close(handle)]
        return cls(readings, alerts, ballast, retention, damaged, afterwards=unlock)

    @classmethod
    def look_into(cls, directory: Path) -> "Files":
        """Open them beside the daemon that writes to them."""
        readings = Database.open_read_only(directory / READINGS_FILE, READINGS)
        try:
            alerts = Database.open_read_only(directory / ALERTS_FILE, ALERTS)
        except BaseException:
            readings.close()
            raise
        nothing = Ballast(directory / BALLAST_FILE, lambda: 0)
        retention = Retention(readings, nothing, lambda: 0, 0)
        return cls(readings, alerts, nothing, retention, is_read_only=True)

    def close(self) -> None:
        """Close both and let the next writer in; a second time does nothing."""
        self.readings.close()
        self.alerts.close()
        while self.afterwards:
            self.afterwards.pop()()

    def tidy(self) -> None:
        """Clear the logs beside them while nobody waits for a commit."""
        self.readings.tidy()
        self.alerts.tidy()

    def wipe(self, until: float | None) -> None:
        """Leave no trace of what was removed; past `until`, by time.monotonic(), StoreFailed."""
        self.alerts.wipe(until)
        self.readings.wipe(until)


Opened = tuple[Database, Database, tuple[str, ...]]  # readings, alerts, what was damaged


def _opened(directory: Path, now: Moment, ballast: Ballast) -> Opened:
    try:
        return _both(directory, now)
    except StoreFailed as failure:
        # SQLite needs some room before it can even look.
        if failure.cause is not Cause.FULL or not ballast.give():
            raise
    return _both(directory, now)


def _both(directory: Path, now: Moment) -> Opened:
    readings, first = Database.open(directory / READINGS_FILE, READINGS, now)
    try:
        alerts, second = Database.open(directory / ALERTS_FILE, ALERTS, now)
    except BaseException:
        readings.close()
        raise
    return readings, alerts, tuple(name for name in (first, second) if name is not None)
