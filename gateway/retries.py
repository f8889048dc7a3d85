"""How often and how long a message is tried on one channel, and when its next channel begins.

Pure. That it is tried at all, and in which order, is the outbox's.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import ZERO, Moment, Severity


class Retry(Struct, frozen=True):
    """Pauses double from `first` to `longest`, for ever; `failures` lead to the next channel."""

    first: timedelta
    longest: timedelta
    failures: int

    def pause(self, attempt: int, chance: float) -> timedelta:
        """Give the pause after this attempt (1 is the first), between half and the whole of it.

        Without the chance in it all that failed together would be tried together.
        """
        doubled = min(self.first * (1 << min(attempt - 1, 20)), self.longest)
        return doubled * (0.5 + chance / 2)

    def wait(self, due: Moment, next_try: datetime | None, now: Moment) -> timedelta:
        """Give how long to wait for what is met for the first time; zero when it is due.

        `next_try` was written before a restart. No clock is believed further than one pause:
        what one wrote that stood in 2099 is not kept for so long.
        """
        wait = remaining(due, now) if next_try is None else next_try - now.wall
        return min(max(wait, ZERO), self.longest)


EMERGENCY = Retry(timedelta(seconds=1), timedelta(minutes=1), failures=2)
ORDINARY = Retry(timedelta(seconds=5), timedelta(minutes=10), failures=3)


def retry_of(severity: Severity) -> Retry:
    """Give how a message of this severity is tried."""
    return EMERGENCY if severity is Severity.EMERGENCY else ORDINARY


def remaining(due: Moment, now: Moment) -> timedelta:
    """Give how long to wait for `due`; zero or less when it is reached.

    What was to come before the box was started anew is due: over a reboot only the wall clocks
    are left, and either may have been wrong. Too early is the smaller harm.
    """
    if due.boot != now.boot:
        return ZERO
    return timedelta(seconds=min(due.monotonic - now.monotonic, 1e9))
