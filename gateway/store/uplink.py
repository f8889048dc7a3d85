"""What waits for the far end: the uplink's side of alerts.db.

What an event says, and which path carries it, is the uplink's. An alert's events are written in the
commit of what they tell of; nothing of them is dropped, however long nobody takes them.
"""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from gateway.store.bodies import from_microseconds, to_microseconds
from gateway.store.database import Database

ALERTS_BELOW = 10  # ranks under it are of alerts: never dropped, and nothing goes before them
MOST_SWEPT = 5_000  # rows in one go, so that nothing urgent waits long behind it


class Parcel(Struct, frozen=True):
    """One event on its way: its rank (0 goes first), what it is about, and its bytes."""

    id: str
    household: str
    rank: int
    made: datetime
    body: bytes


class Waiting(Struct, frozen=True):
    """How much waits, and since when."""

    count: int
    oldest: datetime | None


class Uplinked:
    """The parcels of alerts.db."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, most: int, but_not: Collection[str] = ()) -> list[Parcel]:
        """Give what is to go first, but for what is on its way already."""
        query = (
            "SELECT id, household, rank, made, body FROM uplink WHERE NOT is_done"
            " ORDER BY rank, seq LIMIT ?"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query, (most + len(but_not),)).fetchall()
        found = [_parcel(*row) for row in rows if row[0] not in but_not]
        return found[:most]

    def newest(self) -> Parcel | None:
        """Give what was put down last of any alert, taken or not; None: nothing is left of it."""
        query = (
            "SELECT id, household, rank, made, body FROM uplink WHERE rank < ?"
            " ORDER BY seq DESC LIMIT 1"
        )
        with self._database.reading() as sql:
            row = sql.execute(query, (ALERTS_BELOW,)).fetchone()
        return None if row is None else _parcel(*row)

    def waiting(self) -> Waiting:
        """Give how much nobody has taken yet."""
        with self._database.reading() as sql:
            query = "SELECT COUNT(*), MIN(made) FROM uplink WHERE NOT is_done"
            count, oldest = sql.execute(query).fetchone()
        return Waiting(count, None if oldest is None else from_microseconds(oldest))

    def settle(self, ids: Sequence[str]) -> None:
        """Take in that the far end has these. Not synced: whoever asks twice is told so."""
        with self._database.writing(is_synced=False) as sql:
            sql.executemany("UPDATE uplink SET is_done = 1 WHERE id = ?", [(id,) for id in ids])

    def settled(self, ids: Sequence[str]) -> list[str]:
        """Take in that the far end has these, and give those that are here."""
        with self._database.writing(is_synced=False) as sql:
            query = "UPDATE uplink SET is_done = 1 WHERE id = ?"
            return [name for name in ids if sql.execute(query, (name,)).rowcount]

    def add(self, parcels: Sequence[Parcel]) -> None:
        """Keep what tells of no alert. Not synced: it is worked out anew."""
        with self._database.writing(is_synced=False) as sql:
            put(sql, parcels)

    def sweep(self, taken_before: datetime, untaken_before: datetime) -> int:
        """Remove what was taken so long ago, and what is no alert's and nobody took for so long.

        Gives the number of rows, which is bounded: sweep again while it is not 0.
        """
        query = (
            "DELETE FROM uplink WHERE seq IN (SELECT seq FROM uplink WHERE"
            " (is_done AND made < :taken) OR (rank >= :floor AND made < :untaken) LIMIT :most)"
        )
        given = {
            "taken": to_microseconds(taken_before),
            "untaken": to_microseconds(untaken_before),
            "floor": ALERTS_BELOW,
            "most": MOST_SWEPT,
        }
        with self._database.writing(is_synced=False) as sql:
            return sql.execute(query, given).rowcount


def put(sql: sqlite3.Connection, parcels: Sequence[Parcel]) -> None:
    """Keep these, within somebody's commit; one that is known already stays as it is."""
    sql.executemany(
        "INSERT OR IGNORE INTO uplink (id, household, rank, made, is_done, body)"
        " VALUES (?, ?, ?, ?, 0, ?)",
        [(p.id, p.household, p.rank, to_microseconds(p.made), p.body) for p in parcels],
    )


def _parcel(name: str, household: str, rank: int, made: int, body: bytes) -> Parcel:
    return Parcel(name, household, rank, from_microseconds(made), body)
