"""readings.db: the journal of all that came in, and the snapshots of what was learned from it.

How long it is kept is retention's; which deliveries are known is deliveries'.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from edge.model import Delivery, Entry
from gateway.store.bodies import Unreadable, pack
from gateway.store.database import Database
from gateway.store.deliveries import MARKS, Deliveries, marks
from gateway.store.rows import DELIVERIES, Clock, Line, Role, Terms, decode, encode

T = TypeVar("T")

PAGE = 5000  # entries decoded at a time, so that no open read hinders the log's clearing
TAIL = 20_000  # rows from the end within which every known delivery stands

INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"


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

    def is_stored(self, delivery: Delivery, digest: str) -> bool:
        """Say whether this is a delivery once more of what was stored."""
        return self._deliveries.is_known(delivery, digest)

    def entries(self, after: int, household: str | None) -> Iterator[tuple[int, Entry]]:
        """Give the entries after a number, in order; those of one household, or all."""
        query = "SELECT * FROM entries WHERE seq > ? AND role <> 0"
        given: tuple[str, ...] = ()
        if household is not None:
            query += " AND role IN (SELECT id FROM roles WHERE household = ?)"
            given = (household,)
        query += f" ORDER BY seq LIMIT {PAGE}"
        while True:
            with self._database.reading() as sql:
                rows = sql.execute(query, (after, *given)).fetchall()
                self._learn_missing(sql, rows)
            if not rows:
                return
            yield from self._decoded(rows)
            after = rows[-1][0]

    # -- what was learned

    def save_snapshot(self, household: str, version: int, cursor: int, state: bytes) -> None:
        """Keep what was learned of a household up to an entry, in place of what was kept before."""
        with self._database.writing() as sql:
            sql.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)",
                (household, version, cursor, state),
            )

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
            except msgspec.ValidationError:
                self._unreadable.note(f"{kind.__name__.lower()}s", number)

    def _recall(self, sql: sqlite3.Connection) -> None:
        query = "SELECT seq, value, rest FROM entries WHERE role = 0 AND seq > ? ORDER BY seq"
        for seq, session, body in sql.execute(query, (self.last_seq - TAIL,)).fetchall():
            for known in self._unreadable.readable("entries", [(seq, body)], MARKS):
                self._deliveries.learn(session, known)
