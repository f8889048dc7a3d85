"""What is owed, in memory beside alerts.db: only what was written is read again.

A hundred thousand messages may wait for a channel; an alarm must not wait until they were counted.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from edge.model import Notice
from gateway.store.bodies import from_microseconds
from gateway.store.database import Database

_ROWS = "SELECT id, attempts, next_try, is_done, body FROM notices WHERE"
Row = tuple[str, int, int | None, int, bytes]
Read = Callable[[str, bytes], Notice | None]


class Owed(Struct, frozen=True):
    """A notice that is not done: how often it was tried, and not before when it is tried again."""

    notice: Notice
    attempts: int
    next_try: datetime | None


class News(Struct, frozen=True):
    """What came to be owed otherwise, and the ids of what is not owed any more.

    `is_whole`: `owed` is all there is, and what is not in it is gone.
    """

    owed: Sequence[Owed]
    gone: Sequence[str] = ()
    is_whole: bool = False


class Standing:
    """The notices that are not done. `doubt` what is about to be written, before it is."""

    def __init__(self, database: Database, read: Read) -> None:
        self._database = database
        self._read = read
        self._owed: dict[str, Owed] = {}
        self._in_order: list[Owed] | None = None
        self._doubted: set[str] = set()
        self._alerts: set[str] = set()
        self._unsaid: dict[str, None] = {}
        self._is_all_unsaid = True
        self._others: int | None = None  # counts what other connections have written

    def doubt(self, notices: Iterable[str] = (), alerts: Iterable[str] = ()) -> None:
        """Read these again at the next look, and all notices about these alerts."""
        self._doubted.update(notices)
        self._alerts.update(alerts)

    def doubt_all(self) -> None:
        """Read everything again at the next look."""
        self._others = None

    def all(self) -> list[Owed]:
        """Give everything, the gravest first; the same list as long as nothing was written."""
        self._look()
        if self._in_order is None:
            self._in_order = _gravest_first(self._owed.values())
        return self._in_order

    def news(self, *, whole: bool) -> News:
        """Give what has changed since this was last asked, or all that is owed."""
        self._look()
        unsaid, self._unsaid = self._unsaid, {}
        is_whole, self._is_all_unsaid = whole or self._is_all_unsaid, False
        if is_whole:
            return News(self.all(), is_whole=True)
        owed = [self._owed[name] for name in unsaid if name in self._owed]
        return News(owed, [name for name in unsaid if name not in self._owed])

    # -- inside

    def _look(self) -> None:
        with self._database.reading() as sql:
            ((others,),) = sql.execute("PRAGMA data_version").fetchall()
            if others != self._others:
                self._read_all(sql)
            elif self._doubted or self._alerts:
                self._read_doubted(sql)
        self._others = others
        self._doubted.clear()
        self._alerts.clear()

    def _read_all(self, sql: sqlite3.Connection) -> None:
        rows: list[Row] = sql.execute(f"{_ROWS} NOT is_done ORDER BY seq").fetchall()
        known, self._owed = self._owed, {}
        for row in rows:
            self._take(row, known.get(row[0]))
        self._in_order, self._is_all_unsaid = None, True

    def _read_doubted(self, sql: sqlite3.Connection) -> None:
        # In the order in which they came to be owed: of two about the same the later counts.
        rows: dict[str, Row] = {}
        for column, names in (("alert", self._alerts), ("id", self._doubted)):
            for name in names:
                found = sql.execute(f"{_ROWS} {column} = ? ORDER BY seq", (name,))
                rows |= {row[0]: row for row in found.fetchall()}
        for row in rows.values():
            before = self._owed.pop(row[0], None) if row[3] else self._owed.get(row[0])
            if not row[3]:
                self._take(row, before)
            if before is not self._owed.get(row[0]):
                self._unsaid[row[0]] = None
                self._in_order = None

    def _take(self, row: Row, known: Owed | None) -> None:
        name, attempts, next_try, _, body = row
        notice = self._read(name, body) if known is None else known.notice
        if notice is not None:
            again = None if next_try is None else from_microseconds(next_try)
            self._owed[name] = Owed(notice, attempts, again)


def _gravest_first(owed: Iterable[Owed]) -> list[Owed]:
    """Order by alert: an alert stands where the gravest and oldest that is owed about it does."""
    first: dict[str, tuple[int, datetime]] = {}
    for notice in (o.notice for o in owed):
        place = (notice.severity.rank, notice.due.wall)
        first[notice.alert] = min(first.get(notice.alert, place), place)
    return sorted(owed, key=lambda o: first[o.notice.alert])
