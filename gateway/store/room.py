"""What must give way on a full disk so that something else can be written.

What is written is whoever writes it.
"""

from collections.abc import Callable
from typing import TypeVar

from gateway.store.ballast import Ballast
from gateway.store.failure import Cause, StoreFailed
from gateway.store.retention import Retention

T = TypeVar("T")


class Room:
    """Makes room by letting the oldest readings go, and for what is vital the ballast."""

    def __init__(self, ballast: Ballast, retention: Retention, last_seq: Callable[[], int]) -> None:
        """Prepare; `last_seq` gives the number of the last entry in the journal."""
        self._ballast = ballast
        self._retention = retention
        self._last_seq = last_seq

    def insist(self, write: Callable[[], T], *, is_vital: bool = False) -> T:
        """Write; where the disk is full, the oldest readings make room and it is tried again.

        The ballast is spent on what is vital only: new readings never take the room of an alert.
        """
        try:
            return write()
        except StoreFailed as failure:
            if failure.cause is not Cause.FULL or not self._make(is_vital):
                raise
        try:
            return write()
        finally:
            self._ballast.lay()

    def _make(self, is_vital: bool) -> bool:
        was_held = self._ballast.give()
        dropped = self._retention.drop_oldest(self._last_seq())
        if not is_vital:
            self._ballast.lay()
        return dropped > 0 or (is_vital and was_held)
