"""The shape of both files, as numbered steps from an empty one; a file's number says how far it is.

A step once shipped is never edited. A new member of a closed set that is stored (a kind, a rule,
a state) is a step too, if an empty one: an earlier version must not read what it does not know.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.store.failure import Cause, StoreFailed

if TYPE_CHECKING:
    from sqlite_utils import Database as Schema

Migration = Callable[["Schema"], None]


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration], path: Path) -> None:
    """Take the steps that this file has not taken, each in a commit of its own."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(steps):
        detail = f"its schema is number {version}, this version knows {len(steps)}"
        raise StoreFailed(path, Cause.NEWER, detail)
    for number, step in enumerate(steps[version:], start=version + 1):
        _take(connection, step, number)


def _take(connection: sqlite3.Connection, step: Migration, number: int) -> None:
    # 150 ms and some memory that a start without a step to take does not pay.
    from sqlite_utils import Database as Schema  # noqa: PLC0415

    connection.execute("BEGIN IMMEDIATE")
    try:
        step(Schema(connection, recursive_triggers=False, execute_plugins=False))
        connection.execute(f"PRAGMA user_version={number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _readings_1(schema: "Schema") -> None:
    # What repeats from reading to reading stands once, in roles and clocks.
    roles = {"id": int, "household": str, "home": str, "device": str, "room": str, "kind": str}
    roles |= {"freshness": str, "drill": int, "is_bool": int}
    schema.table("roles").create(roles, pk="id")
    schema.table("clocks").create({"id": int, "boot": str, "trusted": int}, pk="id")
    # BLOB is SQLite's way to say "as given": an integer stays one, a float stays one.
    entries = {"seq": int, "role": int, "clock": int, "wall": int, "monotonic": float}
    entries |= {"value": bytes, "rest": bytes}
    schema.table("entries").create(entries, pk="seq")
    schema.table("snapshots").create(
        {"household": str, "version": int, "cursor": int, "state": bytes}, pk="household"
    )
    days = {"day": int, "household": str, "device": str, "kind": str, "drill": int, "count": int}
    schema.table("days").create(days, pk=("household", "day", "device", "kind", "drill"))


def _readings_2(schema: "Schema") -> None:
    # Of encrypted devices: a counter that falls back is a battery change, or a recording played.
    schema.table("counters").create({"address": str, "value": int}, pk="address")


def _readings_3(_: "Schema") -> None:
    """Kinds for what a smoke alarm says of itself; the file stays as it is."""


def _readings_4(_: "Schema") -> None:
    """A kind for body temperature, inputs for absences and answers; the file stays as it is."""


def _readings_5(_: "Schema") -> None:
    """Hand-overs, arrivals, people out of reach, a broker that refuses; the file stays as it is."""


def _alerts_1(schema: "Schema") -> None:
    alerts = {"id": str, "household": str, "opened": int, "is_open": int, "holds": int}
    schema.table("alerts").create(alerts | {"body": bytes}, pk="id")
    schema.table("changes").create({"seq": int, "id": str, "alert": str, "body": bytes}, pk="seq")
    notices = {"seq": int, "id": str, "alert": str, "is_done": int, "attempts": int}
    schema.table("notices").create(notices | {"next_try": int, "body": bytes}, pk="seq")
    schema.table("receipts").create({"seq": int, "notice": str, "body": bytes}, pk="seq")
    schema.table("place").create({"id": int, "cursor": int, "at": bytes, "alive": bytes}, pk="id")
    schema.table("changes").create_index(["id"], unique=True)
    schema.table("notices").create_index(["id"], unique=True)
    for table, column in (("changes", "alert"), ("notices", "alert"), ("receipts", "notice")):
        schema.table(table).create_index([column])
    # Partial: what is over and done costs nothing at the next start.
    schema.execute("CREATE INDEX alerts_live ON alerts(household) WHERE is_open OR holds")
    schema.execute("CREATE INDEX notices_owed ON notices(seq) WHERE NOT is_done")


def _alerts_2(schema: "Schema") -> None:
    # Entries on their way into the journal; nearly always empty.
    schema.table("carried").create({"first": int, "last": int, "body": bytes}, pk="first")


def _alerts_3(_: "Schema") -> None:
    """Rules and reasons for odd sensors, unseen rooms, defects; the file stays as it is."""


def _alerts_4(_: "Schema") -> None:
    """Rules about rooms, nights, absences, the body and slow change; the file stays as it is."""


def _alerts_5(schema: "Schema") -> None:
    # Events on their way to the district; with nobody there, always empty.
    parcels = {"seq": int, "id": str, "household": str, "rank": int, "made": int}
    schema.table("uplink").create(parcels | {"is_done": int, "body": bytes}, pk="seq")
    schema.table("uplink").create_index(["id"], unique=True)
    schema.execute("CREATE INDEX uplink_waiting ON uplink(rank, seq) WHERE NOT is_done")


READINGS: tuple[Migration, ...] = (
    _readings_1,
    _readings_2,
    _readings_3,
    _readings_4,
    _readings_5,
)
ALERTS: tuple[Migration, ...] = (_alerts_1, _alerts_2, _alerts_3, _alerts_4, _alerts_5)
