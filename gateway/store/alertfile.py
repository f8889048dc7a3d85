"""alerts.db: alerts, what changed them, and how far into the journal that goes.

What is owed to whom stands beside it in the same file: notices. What an alert is, edge decides.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from edge.model import Alert, Change, Effects, Moment, State
from gateway.store import carried, notices, uplink
from gateway.store.bodies import Unreadable, pack, to_microseconds
from gateway.store.carried import Load
from gateway.store.database import Database
from gateway.store.uplink import Parcel

_ALERT = msgspec.msgpack.Decoder(Alert)
_CHANGE = msgspec.msgpack.Decoder(Change)
_MOMENT = msgspec.msgpack.Decoder(Moment)

_PUT_ALERT = """
    INSERT INTO alerts (id, household, opened, is_open, holds, body) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, holds = excluded.holds,
    body = excluded.body
"""
_PUT_PLACE = """
    INSERT INTO place (id, cursor, at, alive) VALUES (1, :cursor, :at, :at)
    ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, at = excluded.at, alive = excluded.at
"""
_PUT_ALIVE = """
    INSERT INTO place (id, cursor, at, alive) VALUES (1, 0, NULL, ?)
    ON CONFLICT (id) DO UPDATE SET alive = excluded.alive
"""


class AlertFile:
    """What was decided and what is owed, each step of it in one synced commit."""

    def __init__(self, database: Database, unreadable: Unreadable) -> None:
        self._database = database
        self._unreadable = unreadable

    def commit(
        self,
        effects: Effects,
        cursor: int,
        at: Moment,
        reached: int,
        *,
        load: Load | None = None,
        parcels: Sequence[Parcel] = (),
    ) -> None:
        """Write all that one step came to, and up to which entry of the journal that is.

        `load` is what is not yet in the journal, and goes there later; what went there before
        `reached` is dropped. `parcels` tell the far end of it.

        Where nothing came of it only the cursor moves, and that is not synced: after a power
        cut the same entries are fed once more and come to nothing once more.
        """
        has_effects = any((effects.changes, effects.alerts, effects.notices, effects.cancelled))
        with self._database.writing(is_synced=has_effects) as sql:
            sql.executemany(
                "INSERT OR IGNORE INTO changes (id, alert, body) VALUES (?, ?, ?)",
                [(change.id, change.alert, pack(change)) for change in effects.changes],
            )
            sql.executemany(_PUT_ALERT, [_row(alert) for alert in effects.alerts])
            notices.cancel(sql, effects.cancelled, {notice.id for notice in effects.notices})
            notices.add(sql, effects.notices)
            uplink.put(sql, parcels)
            sql.execute(_PUT_PLACE, {"cursor": cursor, "at": pack(at)})
            carried.clear(sql, reached)
            if load is not None:
                carried.put(sql, load)

    def loads(self) -> list[Load]:
        """Give the entries that were carried here and may not be in the journal."""
        with self._database.reading() as sql:
            return carried.loads(sql, self._unreadable)

    def clear(self, reached: int) -> None:
        """Drop the carried entries that the journal has."""
        with self._database.writing() as sql:
            carried.clear(sql, reached)

    def cursor(self) -> tuple[int, Moment | None]:
        """Give the last entry whose effects are here, and when that was."""
        with self._database.reading() as sql:
            found = sql.execute("SELECT cursor, at FROM place").fetchone()
            return (0, None) if found is None else (found[0], self._moment("at", found[1]))

    def touch(self, now: Moment) -> None:
        """Note that we are alive. Not synced: a power cut costs the last half minute of it."""
        with self._database.writing(is_synced=False) as sql:
            sql.execute(_PUT_ALIVE, (pack(now),))

    def last_alive(self) -> Moment | None:
        """Give when we last noted that, or committed anything."""
        with self._database.reading() as sql:
            found = sql.execute("SELECT alive FROM place").fetchone()
            return None if found is None else self._moment("alive", found[0])

    # -- for people and for the next start

    def alerts(
        self, household: str | None, where: str, limit: int | None, since: datetime | None = None
    ) -> list[Alert]:
        """Give alerts, the latest first; with `since`, only those opened from then on."""
        mine = "TRUE" if household is None else "household = :household"
        query = f"SELECT id, body FROM alerts WHERE {where} AND {mine} AND opened >= :since"
        query += " ORDER BY opened DESC LIMIT :limit"
        given = {
            "household": household,
            "limit": -1 if limit is None else limit,
            "since": -LATEST if since is None else to_microseconds(since),
        }
        with self._database.reading() as sql:
            return self._unreadable.readable("alerts", sql.execute(query, given), _ALERT)

    def alert(self, alert_id: str) -> Alert | None:
        """Give one alert as it stands."""
        with self._database.reading() as sql:
            found = sql.execute("SELECT id, body FROM alerts WHERE id = ?", (alert_id,))
            return next(iter(self._unreadable.readable("alerts", found, _ALERT)), None)

    def changes(self, alert_id: str) -> list[Change]:
        """Give all that happened to an alert, in order."""
        query = "SELECT seq, body FROM changes WHERE alert = ? ORDER BY seq"
        with self._database.reading() as sql:
            rows = sql.execute(query, (alert_id,))
            return self._unreadable.readable("changes", rows, _CHANGE)

    def erase(self, household: str) -> None:
        """Remove all that stands of one household; overwriting it is the caller's."""
        mine = "SELECT id FROM alerts WHERE household = :name"
        owed = f"SELECT id FROM notices WHERE alert IN ({mine})"
        with self._database.writing() as sql:
            for statement in (
                f"DELETE FROM receipts WHERE notice IN ({owed})",
                f"DELETE FROM notices WHERE alert IN ({mine})",
                f"DELETE FROM changes WHERE alert IN ({mine})",
                "DELETE FROM uplink WHERE household = :name",
                # How the gateway stands is told again soon; this one may name the household.
                "DELETE FROM uplink WHERE household = '' AND instr(body, CAST(:name AS BLOB))",
                "DELETE FROM alerts WHERE household = :name",
            ):
                sql.execute(statement, {"name": household})

    def _moment(self, name: str, body: bytes | None) -> Moment | None:
        rows = [] if body is None else [(name, body)]
        return next(iter(self._unreadable.readable("place", rows, _MOMENT)), None)


LATEST = 1 << 62  # microseconds; no time is later
OPEN = "is_open"
LIVE = "(is_open OR holds)"
ALL = "TRUE"


def _row(alert: Alert) -> tuple[str, str, int, bool, bool, bytes]:
    opened = to_microseconds(alert.opened.wall)
    is_open = alert.state is not State.CLOSED
    return alert.id, alert.household, opened, is_open, alert.holds, pack(alert)
