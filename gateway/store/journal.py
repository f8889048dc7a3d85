"""readings.db: the journal of all that came in, and the snapshots of what was learned from it.

How long it is kept is retention's; which deliveries are known is deliveries'.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from edge.model import Delivery, Entry, Moment
from gateway.store.bodies import Unreadable, pack
from gateway.store.database import Database
from gateway.store.deliveries import MARKS, Deliveries, marks
from gateway.store.rows import DELIVERIES, Clock, Line, Role, Terms, decode, encode

T = TypeVar("T")

PAGE = 5000  # entries decoded at a time, so that no open read hinders the log's clearing
STRETCH = 50_000  # rows looked through at a time for those of one household: 10 ms
LATEST = 1000  # rows from the end among which the last entry is
TAIL = 100_000  # rows from the end within which every known delivery stands

Snapshot = tuple[str, int, int, bytes]  # household, version, cursor, state

INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"


_STRETCH = f"(SELECT * FROM entries WHERE seq > :after ORDER BY seq LIMIT {STRETCH})"
_END = f"SELECT COALESCE(MAX(seq), :after) FROM {_STRETCH}"
_LINES = (
    f"SELECT * FROM {_STRETCH} WHERE seq <= :end AND role <> 0 AND {{mine}}"
    " ORDER BY seq LIMIT :most"
)
_OF_HOUSEHOLD = "role IN (SELECT id FROM roles WHERE household = :household)"


class Journal:
    """What came in, in the order in which it came; a line once written is never edited."""

    def __init__(self, database: Database, unreadable: Unreadable) -> None:
        self._database = database
        self._unreadable = unreadable
        self._terms = Terms()
        self._deliveries = Deliveries()
        with database.reading() as sql:
            self._learn(sql)
            # A snapshot may stand further on than the last entry, where a household was erased.
            found = sql.execute(
                "SELECT MAX(COALESCE((SELECT MAX(seq) FROM entries), 0),"
                " COALESCE((SELECT MAX(cursor) FROM snapshots), 0))"
            )
            self.last_seq = int(found.fetchone()[0])
            self._recall(sql)

    def go_on_after(self, seq: int) -> None:
        """Give the next entry a number greater than this one, which was in use before."""
        self.last_seq = max(self.last_seq, seq)

    def append(self, entries: Sequence[Entry], deliveries: Sequence[tuple[Delivery, str]]) -> int:
        """Write entries and the deliveries that brought them, in one synced commit."""
        if not (entries or deliveries):
            return self.last_seq
        by_session = marks(deliveries)
        # In the same table as the entries, because its last page is written anyway.
        rows: list[tuple[object, ...]] = [
            (DELIVERIES, None, None, None, session, pack(known))
            for session, known in by_session.items()
        ]
        try:
            rows += [encode(entry, self._terms) for entry in entries]
            with self._database.writing() as sql:
                self._introduce(sql)
                numbered = enumerate(rows, start=self.last_seq + 1)
                sql.executemany(INSERT, ((number, *row) for number, row in numbered))
        except BaseException:
            self._terms.drop()
            raise
        self._terms.keep()
        for session, known in by_session.items():
            self._deliveries.learn(session, known)
        self.last_seq += len(rows)
        return self.last_seq

    def rows(self, entries: Sequence[Entry], deliveries: Sequence[tuple[Delivery, str]]) -> int:
        """Give how many numbers `append` would use for these."""
        return len(entries) + len({delivery.session for delivery, _ in deliveries})

    def learn(self, deliveries: Sequence[tuple[Delivery, str]]) -> None:
        """Know deliveries that are on disk elsewhere, and come here later."""
        for session, known in marks(deliveries).items():
            self._deliveries.learn(session, known)

    def is_stored(self, delivery: Delivery, digest: str) -> bool:
        """Say whether this is a delivery once more of what was stored."""
        return self._deliveries.is_known(delivery, digest)

    def entries(self, after: int, household: str | None) -> Iterator[tuple[int, Entry]]:
        """Give the entries after a number, in order; those of one household, or all."""
        while True:
            lines, reached = self._lines(after, household, PAGE)
            if reached == after:
                return
            yield from self._decoded(lines)
            after = reached

    def last_at(self) -> Moment | None:
        """Give when the last entry came in; None where there is none near the end."""
        found = None
        for _, entry in self.entries(max(0, self.last_seq - LATEST), None):
            found = entry.at
        return found

    def page(self, after: int, household: str, most: int) -> tuple[list[Entry], int]:
        """Give the next entries of one household, and how far that looked."""
        lines, reached = self._lines(after, household, most)
        return [entry for _, entry in self._decoded(lines)], reached

    def _lines(self, after: int, household: str | None, most: int) -> tuple[list[Line], int]:
        """Look through one stretch of the journal; give its rows and the number it ends at.

        An index by household would find them at once, and would wear the card with every reading.
        """
        mine = "TRUE" if household is None else _OF_HOUSEHOLD
        with self._database.reading() as sql:
            given = {"after": after, "household": household, "most": most}
            # The end first: what another process writes meanwhile lies behind it.
            (reached,) = sql.execute(_END, given).fetchone()
            lines = sql.execute(_LINES.format(mine=mine), given | {"end": reached}).fetchall()
            if len(lines) == most:
                reached = lines[-1][0]
            self._learn_missing(sql, lines)
        return lines, reached

    # -- counters of encrypted devices

    def save_counters(self, counters: Mapping[str, int]) -> None:
        """Keep how far devices have counted."""
        with self._database.writing(is_synced=False) as sql:
            sql.executemany("INSERT OR REPLACE INTO counters VALUES (?, ?)", counters.items())

    def counters(self) -> dict[str, int]:
        """Give how far each device had counted."""
        with self._database.reading() as sql:
            return dict(sql.execute("SELECT address, value FROM counters").fetchall())

    # -- what was learned

    def save_snapshots(self, rows: Sequence[Snapshot]) -> None:
        """Keep what was learned up to an entry, in place of what was kept before."""
        with self._database.writing() as sql:
            sql.executemany("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", rows)

    def snapshot(self, household: str) -> tuple[int, int, bytes] | None:
        """Give version, cursor and state, as they were kept."""
        query = "SELECT version, cursor, state FROM snapshots WHERE household = ?"
        with self._database.reading() as sql:
            found: tuple[int, int, bytes] | None = sql.execute(query, (household,)).fetchone()
            return found

    def erase(self, household: str) -> None:
        """Remove all that stands of one household; overwriting it is the caller's."""
        roles = "SELECT id FROM roles WHERE household = :name OR home = :name"
        with self._database.writing() as sql:
            for statement in (
                f"DELETE FROM entries WHERE role IN ({roles})",
                "DELETE FROM roles WHERE household = :name OR home = :name",
                "DELETE FROM snapshots WHERE household = :name",
                "DELETE FROM days WHERE household = :name",
            ):
                sql.execute(statement, {"name": household})
        self._terms.forget(household)

    # -- inside

    def _introduce(self, sql: sqlite3.Connection) -> None:
        roles = ((number, *role) for role, number in self._terms.new_roles.items())
        sql.executemany("INSERT INTO roles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", roles)
        clocks = ((number, *clock) for clock, number in self._terms.new_clocks.items())
        sql.executemany("INSERT INTO clocks VALUES (?, ?, ?)", clocks)

    def _decoded(self, rows: list[Line]) -> Iterator[tuple[int, Entry]]:
        for line in rows:
            try:
                entry = decode(line[1:], self._terms)
            except (msgspec.DecodeError, LookupError, TypeError, ValueError, OverflowError):
                self._unreadable.note("entries", line[0])
            else:
                yield line[0], entry

    def _learn_missing(self, sql: sqlite3.Connection, rows: list[Line]) -> None:
        roles, clocks = self._terms.roles, self._terms.clocks
        if any(row[1] not in roles or row[2] not in clocks for row in rows):
            self._learn(sql)  # another process has written them since

    def _learn(self, sql: sqlite3.Connection) -> None:
        roles = sql.execute("SELECT * FROM roles").fetchall()
        clocks = sql.execute("SELECT * FROM clocks").fetchall()
        self._terms.learn(self._terms_of(roles, Role), self._terms_of(clocks, Clock))

    def _terms_of(self, rows: list[tuple[int, ...]], kind: type[T]) -> Iterator[tuple[int, T]]:
        for number, *columns in rows:
            try:
                yield number, msgspec.convert(columns, kind, strict=False)
            except (ValueError, OverflowError):
                self._unreadable.note(f"{kind.__name__.lower()}s", number)

    def _recall(self, sql: sqlite3.Connection) -> None:
        query = "SELECT seq, value, rest FROM entries WHERE role = 0 AND seq > ? ORDER BY seq"
        for seq, session, body in sql.execute(query, (self.last_seq - TAIL,)).fetchall():
            for known in self._unreadable.readable("entries", [(seq, body)], MARKS):
                self._deliveries.learn(session, known)
