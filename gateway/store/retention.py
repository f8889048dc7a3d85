"""What of the journal goes, and when: the oldest first, and each day leaves its counts behind.

Alerts are never touched here. When to sweep is the daemon's.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from edge.model import Freshness, Kind, Moment
from gateway.store.ballast import BYTES, Ballast
from gateway.store.bodies import to_microseconds
from gateway.store.database import SET_ASIDE, Database, set_aside
from gateway.store.failure import StoreFailed, translated

CHUNK = 5000  # rows a sweep: some 20 ms, so that nothing urgent waits long behind one
NEVER_SWEPT = 10_000  # rows: what a restart needs, and of no use to a full disk
AHEAD = timedelta(days=1)  # a clock that was further ahead was wrong
DAY = 86_400_000_000  # microseconds

_SUMMARISE = f"""
    INSERT INTO days (household, day, device, kind, drill, count)
    SELECT r.household, e.wall / {DAY}, r.device, r.kind, r.drill, COUNT(*)
    FROM entries e JOIN roles r ON r.id = e.role
    WHERE e.seq <= ? AND r.kind IS NOT NULL AND r.freshness = ?
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT DO UPDATE SET count = count + excluded.count
"""
# What is old, up to the first that is not. A clock that was not set, or was set to a time still to
# come, says nothing about age; such rows go with those around them.
_LAST_OLD = f"""
    WITH dated AS (
        SELECT e.seq, e.wall FROM (SELECT * FROM entries ORDER BY seq LIMIT {CHUNK}) e
        JOIN clocks c ON c.id = e.clock WHERE c.trusted
    )
    SELECT MAX(seq) FROM dated WHERE wall < :oldest AND seq < COALESCE(
        (SELECT MIN(seq) FROM dated WHERE wall BETWEEN :oldest AND :latest), 9223372036854775807
    )
"""
_LAST_OF_CHUNK = f"""
    SELECT MAX(seq) FROM
    (SELECT seq FROM entries WHERE seq <= ? ORDER BY seq LIMIT {CHUNK})
"""


class DaySummary(Struct, frozen=True):
    """How many live readings of a kind a device gave on one day (of UTC) that was swept since."""

    day: date
    household: str
    device: str
    kind: Kind
    drill: bool
    count: int


class Retention:
    """Keeps the journal within its time and within its disk."""

    def __init__(
        self,
        database: Database,
        ballast: Ballast,
        free_bytes: Callable[[], int],
        spare_bytes: int,
    ) -> None:
        self._database = database
        self._ballast = ballast
        self._free_bytes = free_bytes
        self._spare_bytes = spare_bytes

    def sweep(self, now: Moment, keep: timedelta, last_seq: int) -> int:
        """Remove what is older than `keep`, and the oldest where the disk is short.

        Gives the number of rows removed. One call removes a bounded number; call again while
        it gives more than none.
        """
        removed = self._sweep_old(now, keep) or self._relieve(last_seq)
        self._ballast.lay()
        return removed

    def drop_oldest(self, last_seq: int) -> int:
        """Give the oldest entries' room back to the disk; 0 where none may or can go."""
        with suppress(StoreFailed):
            return self._drop_oldest(last_seq)
        return 0

    def summaries(self, household: str) -> list[DaySummary]:
        """Give the counts of the days that were swept, in order."""
        query = (
            "SELECT day, household, device, kind, drill, count FROM days"
            " WHERE household = ? ORDER BY day, device, kind, drill"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, (household,)).fetchall()
        return [
            DaySummary(_date(day), home, device, Kind(kind), bool(drill), count)
            for day, home, device, kind, drill, count in rows
        ]

    def drop_set_aside(self, prefix: str = "") -> bool:
        """Delete damaged files that were set aside; say whether there was one."""
        found = [p for p in set_aside(self._database.path.parent) if p.name.startswith(prefix)]
        with translated(self._database.path):
            for path in found:
                path.unlink(missing_ok=True)
        return bool(found)

    # -- inside

    def _sweep_old(self, now: Moment, keep: timedelta) -> int:
        if not now.trusted:
            return 0
        span = {
            "oldest": to_microseconds(now.wall - keep),
            "latest": to_microseconds(now.wall + AHEAD),
        }
        with self._database.reading() as sql:
            (last,) = sql.execute(_LAST_OLD, span).fetchone()
        return 0 if last is None else self._remove(last)

    def _relieve(self, last_seq: int) -> int:
        if self._free_bytes() >= self._spare_bytes:
            return 0
        self.drop_set_aside(f"{self._database.path.name}{SET_ASIDE}")
        if self._free_bytes() < BYTES:
            self._ballast.give()
        return self._drop_oldest(last_seq) if self._free_bytes() < self._spare_bytes else 0

    def _drop_oldest(self, last_seq: int) -> int:
        with self._database.reading() as sql:
            (last,) = sql.execute(_LAST_OF_CHUNK, (last_seq - NEVER_SWEPT,)).fetchone()
        if last is None:
            return 0
        removed = self._remove(last)
        self._database.shrink()
        return removed

    def _remove(self, last: int) -> int:
        with self._database.writing() as sql:
            sql.execute(_SUMMARISE, (last, str(Freshness.LIVE)))
            return sql.execute("DELETE FROM entries WHERE seq <= ?", (last,)).rowcount


def _date(day: int) -> date:
    return datetime.fromtimestamp(0, tz=UTC).date() + timedelta(days=day)
