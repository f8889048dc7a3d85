"""Entries that reach the disk in the commit of the alert that came of them, not yet in the journal.

One sync then stands before an alarm is told instead of two. When they go into the journal is the
store's to decide.
"""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from edge.model import Delivery, Entry, Input, Moment, Reading
from gateway.store.bodies import Unreadable, pack

_Line = tuple[str, Moment, Reading | None, Input | None]
_BODY = msgspec.msgpack.Decoder(tuple[list[_Line], list[tuple[Delivery, str]]])


class Load(Struct, frozen=True):
    """Entries and deliveries with the numbers that are kept for them in the journal."""

    first: int
    last: int
    entries: tuple[Entry, ...]
    deliveries: tuple[tuple[Delivery, str], ...]


def put(sql: sqlite3.Connection, load: Load) -> None:
    """Write a load, within somebody's commit."""
    lines = [_line(entry) for entry in load.entries]
    body = pack((lines, load.deliveries))
    sql.execute("INSERT INTO carried VALUES (?, ?, ?)", (load.first, load.last, body))


def clear(sql: sqlite3.Connection, reached: int) -> None:
    """Drop what the journal has up to this number, within somebody's commit."""
    sql.execute("DELETE FROM carried WHERE last <= ?", (reached,))


def loads(sql: sqlite3.Connection, unreadable: Unreadable) -> list[Load]:
    """Give what a crash left here, in order."""
    rows = sql.execute("SELECT first, last, body FROM carried ORDER BY first").fetchall()
    found = []
    for first, last, body in rows:
        for lines, deliveries in unreadable.readable("carried", [(first, body)], _BODY):
            found.append(Load(first, last, _entries(lines), tuple(deliveries)))
    return found


def _line(entry: Entry) -> _Line:
    what = entry.what
    if isinstance(what, Reading):
        return entry.household, entry.at, what, None
    return entry.household, entry.at, None, what


def _entries(lines: Sequence[_Line]) -> tuple[Entry, ...]:
    whole = ((home, at, reading or given) for home, at, reading, given in lines)
    return tuple(Entry(home, at, what) for home, at, what in whole if what is not None)
