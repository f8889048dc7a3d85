"""What is owed to whom, and what came of each attempt: the outbox's side of alerts.db.

When to try, and on which channel, is the outbox's.
"""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from edge.model import Moment, Notice, Receipt
from gateway.store.bodies import Unreadable, pack, to_microseconds
from gateway.store.database import Database
from gateway.store.standing import Owed, Standing

_NOTICE = msgspec.msgpack.Decoder(Notice)
_RECEIPT = msgspec.msgpack.Decoder(Receipt)


class Outbound:
    """The notices of alerts.db and their receipts."""

    def __init__(self, database: Database, unreadable: Unreadable) -> None:
        self._database = database
        self._unreadable = unreadable
        self.standing = Standing(database, self._read)

    def pending(self, now: Moment | None) -> list[Owed]:
        """Give what is not done, the gravest first; with `now`, only what may be sent by then.

        What is owed about one alert stays in the order in which it came to be owed. Without `now`
        it is the same list, not to be changed, as long as nothing was written.
        """
        owed = self.standing.all()
        if now is None:
            return owed
        owed = [o for o in owed if o.notice.due.reached(now)]
        return [o for o in owed if o.next_try is None or o.next_try <= now.wall]

    def record(self, receipt: Receipt, next_try: datetime | None, done: bool) -> None:
        """Keep what came of an attempt, and what that means for the notice, in one commit.

        What is done stays done: a notice cancelled while it was being sent is not owed again.
        """
        again = None if next_try is None else to_microseconds(next_try)
        self.standing.doubt([receipt.notice])
        with self._database.writing() as sql:
            sql.execute(
                "INSERT INTO receipts (notice, body) VALUES (?, ?)", (receipt.notice, pack(receipt))
            )
            sql.execute(
                "UPDATE notices SET attempts = MAX(attempts, ?), next_try = ?,"
                " is_done = is_done OR ? WHERE id = ?",
                (receipt.attempt, again, done, receipt.notice),
            )

    def add_notice(self, notice: Notice) -> None:
        """Owe one more; one that is known already stays as it is."""
        self.standing.doubt([notice.id])
        with self._database.writing() as sql:
            add(sql, [notice])

    def count(self) -> int:
        """Give how many are not done."""
        with self._database.reading() as sql:
            query = "SELECT COUNT(*) FROM notices WHERE NOT is_done"
            return int(sql.execute(query).fetchone()[0])

    def notice(self, name: str) -> Notice | None:
        """Give a notice by its id, sent or not."""
        with self._database.reading() as sql:
            return self._notice(sql, name)

    def notices(self, alert_id: str) -> list[Notice]:
        """Give all that was ever owed about an alert, in order."""
        query = "SELECT id, body FROM notices WHERE alert = ? ORDER BY seq"
        with self._database.reading() as sql:
            rows = sql.execute(query, (alert_id,))
            return self._unreadable.readable("notices", rows, _NOTICE)

    def receipts(self, alert_id: str) -> list[Receipt]:
        """Give what came of every attempt to tell of an alert, in order."""
        query = (
            "SELECT receipts.seq, receipts.body FROM receipts"
            " JOIN notices ON notices.id = receipts.notice"
            " WHERE notices.alert = ? ORDER BY receipts.seq"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, (alert_id,))
            return self._unreadable.readable("receipts", rows, _RECEIPT)

    def latest_receipts(self, most: int) -> list[tuple[Notice, Receipt]]:
        """Give what came of the latest attempts, the latest first, each with its notice."""
        query = "SELECT notice, seq, body FROM receipts ORDER BY seq DESC LIMIT ?"
        found: list[tuple[Notice, Receipt]] = []
        known: dict[str, Notice | None] = {}
        with self._database.reading() as sql:
            for name, *row in sql.execute(query, (most,)).fetchall():
                if name not in known:
                    known[name] = self._notice(sql, name)
                notice = known[name]
                receipts = self._unreadable.readable("receipts", [tuple(row)], _RECEIPT)
                found += [(notice, each) for each in receipts if notice is not None]
        return found

    def _notice(self, sql: sqlite3.Connection, name: str) -> Notice | None:
        rows = sql.execute("SELECT id, body FROM notices WHERE id = ?", (name,))
        return next(iter(self._unreadable.readable("notices", rows, _NOTICE)), None)

    def _read(self, name: str, body: bytes) -> Notice | None:
        return next(iter(self._unreadable.readable("notices", [(name, body)], _NOTICE)), None)


def add(sql: sqlite3.Connection, fresh: Sequence[Notice]) -> None:
    """Owe these, within somebody's commit; one that is known already stays as it is."""
    sql.executemany(
        "INSERT OR IGNORE INTO notices (id, alert, is_done, attempts, body) VALUES (?, ?, 0, 0, ?)",
        [(notice.id, notice.alert, pack(notice)) for notice in fresh],
    )


def cancel(sql: sqlite3.Connection, alerts: Sequence[str], fresh: Collection[str]) -> None:
    """Owe nothing more about these alerts but the fresh notices, within somebody's commit."""
    for alert in alerts:
        query = "SELECT id FROM notices WHERE alert = ? AND NOT is_done"
        owed = [name for (name,) in sql.execute(query, (alert,)).fetchall() if name not in fresh]
        sql.executemany("UPDATE notices SET is_done = 1 WHERE id = ?", [(name,) for name in owed])
