"""Whether the disk takes what is put on it, when it is asked again, and what is told of it.

What is put there, and what happens to alerts that it refuses, are the node's.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog

from edge.model import Moment

RETRY_AFTER = timedelta(seconds=5)
MENDED_AFTER = timedelta(minutes=10)  # a full disk takes one write now and then
log = structlog.get_logger()


class Disk:
    """Judges the disk by what came of each write; `tell(detail, stands, now)` at each change."""

    def __init__(self, tell: Callable[[str, bool, Moment], None]) -> None:
        self._tell = tell
        self.failure = ""  # what is told; it stands until the disk has worked for a while
        self.retry_at: Moment | None = None
        self._mended_at: Moment | None = None

    def may_be_asked(self, now: Moment) -> bool:
        """Say whether it has had its rest since it last refused."""
        return self.retry_at is None or self.retry_at.reached(now)

    def note(self, failure: str, now: Moment) -> None:
        """Take in what came of a write; empty: it was taken."""
        self.retry_at = now.plus(RETRY_AFTER) if failure else None
        if failure:
            self._mended_at = now.plus(MENDED_AFTER)
            if not self.failure:
                log.error("disk", failure=failure)
                self.failure = failure
                self._tell(failure, True, now)
        elif self.failure and self._mended_at is not None and self._mended_at.reached(now):
            log.info("disk", failure="", mended=True)
            self.failure = ""
            self._tell("", False, now)
