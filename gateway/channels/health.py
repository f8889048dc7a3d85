"""Whether each channel works: what its sends show, and what else is known of it, as one trouble.

What is done about it is for whoever is told; who waits for a proof is proving.py's.
"""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

DOWN_AFTER = 2  # failures in a row before a channel counts as down
DOWN_FOR = timedelta(minutes=3)  # a router that starts anew is no trouble
SENDS = "sends"


class Troubles:
    """All that is wrong with each channel, told as one: channel, words, and whether it stands.

    Every change is told once. The first time that something is well in a process is told too: what
    was reported before a restart may still stand.
    """

    def __init__(self, tell: Callable[[str, str, bool], None]) -> None:
        self._tell = tell
        self._causes: dict[str, dict[str, str]] = {}
        self._stands: dict[str, bool] = {}

    def note(self, channel: str, cause: str, detail: str) -> None:
        """Note what is wrong there for this cause; empty: nothing, or nothing any more."""
        causes = self._causes.setdefault(channel, {})
        if detail:
            causes[cause] = detail
        else:
            causes.pop(cause, None)
        stands = bool(causes)
        if self._stands.get(channel) is not stands:
            self._stands[channel] = stands
            self._tell(channel, next(iter(causes.values()), ""), stands)


class _Row(Struct):
    """Failures without a success between them. Times are monotonic seconds."""

    began: float
    reason: str
    count: int = 0
    is_told: bool = False


class Health:
    """Judges channels by their sends: down at once where it will last, else after a while of it."""

    def __init__(self, note: Callable[[str, str, str], None]) -> None:
        self._note = note
        self._rows: dict[str, _Row] = {}

    def succeeded(self, channel: str) -> None:
        """Note that a message was taken."""
        self._rows.pop(channel, None)
        self._note(channel, SENDS, "")

    def failed(self, channel: str, reason: str, now: float, *, is_lasting: bool) -> None:
        """Note that one was not."""
        row = self._rows.setdefault(channel, _Row(now, reason))
        row.count, row.reason = row.count + 1, reason
        if is_lasting:
            self._down(channel, row)
        self.look(now)

    def look(self, now: float) -> None:
        """Tell of what has failed for long enough, though nothing is sent there any more."""
        for channel, row in self._rows.items():
            if row.count >= DOWN_AFTER and now - row.began >= DOWN_FOR.total_seconds():
                self._down(channel, row)

    def wait(self, now: float) -> float | None:
        """Give the seconds until `look` may have something to tell."""
        open_rows = [r for r in self._rows.values() if not r.is_told and r.count >= DOWN_AFTER]
        ends = [row.began + DOWN_FOR.total_seconds() - now for row in open_rows]
        return max(min(ends), 0.0) if ends else None

    def _down(self, channel: str, row: _Row) -> None:
        if not row.is_told:
            row.is_told = True
            self._note(channel, SENDS, row.reason)
