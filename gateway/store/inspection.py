"""Whether the files of a store are sound, looked at beside the daemon that writes to them.

Mending is the store's own business when it is opened.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from gateway.store.database import reading_connection, set_aside
from gateway.store.failure import translated
from gateway.store.files import ALERTS_FILE, READINGS_FILE

STEPS = 10_000  # of SQLite's machine, between two looks at the time


class Inspection(Struct, frozen=True):
    """What was found."""

    faults: dict[str, str]  # by file, in SQLite's words
    aside: tuple[str, ...]  # damaged files of earlier starts
    is_whole: bool  # else the time was over before everything was looked at


def inspected(directory: Path, seconds: float) -> Inspection:
    """Look at both files for at most so long each. Raises StoreFailed where they cannot be read."""
    faults: dict[str, str] = {}
    is_whole = True
    for name in (ALERTS_FILE, READINGS_FILE):
        path = directory / name
        if not path.exists():
            continue
        with translated(path), closing(reading_connection(path)) as connection:
            verdict = _verdict(connection, seconds)
        if verdict is None:
            is_whole = False
        elif verdict != "ok":
            faults[name] = verdict
    return Inspection(faults, tuple(each.name for each in set_aside(directory)), is_whole)


def _verdict(connection: sqlite3.Connection, seconds: float) -> str | None:
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None
        raise
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        raise
    return " ".join(str(verdict).split())
