"""Takes along what can be read of a store that cannot be written, into a directory in memory.

Row by row, the latest first: a disk that fails has often lost only a part.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.store.database import COMPANIONS, prepare
from gateway.store.files import ALERTS_FILE, READINGS_FILE

PATIENCE = 0.5  # seconds for a file that another program holds
# Rows of each table, the latest: some 20 MB of journal. Memory must last longer than the disk.
MOST = 300_000

_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_INDEXES = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


def salvage_all(source: Path, target: Path) -> bool:
    """Copy the files of a store; say whether all of it could be read."""
    copied = [salvage(source / name, target / name) for name in (ALERTS_FILE, READINGS_FILE)]
    return all(copied)


def salvage(source: Path, target: Path) -> bool:
    """Copy one SQLite file as far as it can be read; say whether all of it could be."""
    if not source.exists():
        return False
    with TemporaryDirectory(dir=target.parent, prefix="salvage-") as scratch:
        for connection in _readings(source, Path(scratch)):
            with closing(connection), suppress(sqlite3.DatabaseError):
                return _copied(connection, target)
            _remove(target)
    return False


def _readings(path: Path, scratch: Path) -> Iterator[sqlite3.Connection]:
    """Give ways to read a file, the truest first; which of them work shows in the reading."""
    address = path.resolve().as_uri()
    with suppress(sqlite3.DatabaseError):
        yield _connected(f"{address}?mode=ro")
    # Where the file beside it that all readers share is missing and cannot be made.
    with suppress(OSError, sqlite3.DatabaseError):
        yield _connected(_duplicate(path, scratch).as_uri())
    # What was written last may be missing here: it stands in the log, which this leaves out.
    with suppress(sqlite3.DatabaseError):
        yield _connected(f"{address}?mode=ro&immutable=1")


def _connected(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)


def _duplicate(path: Path, scratch: Path) -> Path:
    files = [file for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    if sum(file.stat().st_size for file in files) > shutil.disk_usage(scratch).free // 2:
        raise OSError(f"{path}: too large to be copied")
    for file in files:
        shutil.copyfile(file, scratch / file.name)
    return scratch / path.name


def _copied(source: sqlite3.Connection, target: Path) -> bool:
    (version,) = source.execute("PRAGMA user_version").fetchone()
    tables = source.execute(_TABLES).fetchall()
    indexes = source.execute(_INDEXES).fetchall()
    with closing(sqlite3.connect(target, isolation_level=None)) as sql:
        prepare(sql, target)
        sql.execute("BEGIN")
        for _, shape in tables:
            sql.execute(shape)
        copied = [_copy_rows(source, sql, name) for name, _ in tables]
        for (shape,) in indexes:
            sql.execute(shape)
        sql.execute(f"PRAGMA user_version={version}")
        sql.execute("COMMIT")
    return all(copied)


def _copy_rows(source: sqlite3.Connection, sql: sqlite3.Connection, table: str) -> bool:
    marks = ", ".join("?" * len(source.execute(f"PRAGMA table_info({table})").fetchall()))
    insert = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"
    # From the end to where it cannot be read, then from the beginning to there.
    for order in ("DESC", "ASC"):
        rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid {order} LIMIT {MOST}")
        with suppress(_Unread):
            sql.executemany(insert, _read(rows))
            return order == "DESC"
    return False


class _Unread(Exception):
    """The rest of a table cannot be read."""


def _read(rows: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    try:
        yield from rows
    except sqlite3.DatabaseError as error:
        raise _Unread from error


def _remove(path: Path) -> None:
    for ending in COMPANIONS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
