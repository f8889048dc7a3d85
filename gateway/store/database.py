"""One SQLite file: opened, checked, set aside when it is damaged, written in synced commits.

What stands in it is the business of those who use it.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from edge.model import Moment
from gateway.store.failure import Cause, StoreFailed, translated
from gateway.store.migrations import Migration, migrate

COMPANIONS = ("", "-wal", "-shm")
SET_ASIDE = ".quarantined-"
OPENING_SECONDS = 5.0  # in which another program must let go of a file
WRITING_SECONDS = 0.5  # the same once alerts and deadlines wait behind it
# SQLite's pages: four to the block of most disks. Appending rows of 30 bytes in commits of 100,
# pages of 1024 bytes write half of what pages of 4096 do.
PAGE_BYTES = 1024
# The log is cleared when nobody waits (`tidy`); a commit does it itself, two more syncs, only where
# that has not happened for long.
TIDY_COMMITS = 200  # each writes some ten pages
CHECKPOINT_PAGES = 16_000
STEPS = 100  # of SQLite between two looks at the time


class Database:
    """One file and the one connection of this process to it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self._commits = 0

    @classmethod
    def open(
        cls, path: Path, steps: Sequence[Migration], now: Moment
    ) -> tuple["Database", str | None]:
        """Open or make the file; give the name of the damaged one it replaces, if there was one.

        Raises StoreFailed.
        """
        connection, quarantined = _sound(path, now)
        try:
            with translated(path):
                migrate(connection, steps, path)
                connection.execute(f"PRAGMA busy_timeout={WRITING_SECONDS * 1000:.0f}")
        except BaseException:
            connection.close()
            raise
        return cls(path, connection), quarantined

    @classmethod
    def open_read_only(cls, path: Path, steps: Sequence[Migration]) -> "Database":
        """Open a file that another process may be writing. Raises StoreFailed."""
        if not path.exists():
            raise StoreFailed(path, Cause.MISSING)
        with translated(path):
            connection = reading_connection(path)
            try:
                version = _number(connection, "PRAGMA user_version")
            except sqlite3.DatabaseError:
                connection.close()
                raise
        if version != len(steps):
            connection.close()
            raise StoreFailed(path, Cause.NEWER if version > len(steps) else Cause.OLDER)
        return cls(path, connection)

    @contextmanager
    def writing(self, *, is_synced: bool = True) -> Iterator[sqlite3.Connection]:
        """Make one commit of what is done inside, or nothing of it.

        Without the sync it survives the end of the process but not that of the power; what was
        synced before it stays whatever happens.
        """
        with translated(self.path):
            if not is_synced:
                self.connection.execute("PRAGMA synchronous=NORMAL")
            try:
                yield from self._transaction()
                self._commits += 1
            finally:
                if not is_synced:
                    self.connection.execute("PRAGMA synchronous=FULL")

    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            # A full disk has often rolled back by itself already.
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a read."""
        with translated(self.path):
            yield self.connection

    def tidy(self) -> None:
        """Move what stands in a long log into the file, as far as no reader is in the way."""
        if self._commits >= TIDY_COMMITS:
            self._commits = 0
            with translated(self.path):
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def shrink(self) -> None:
        """Give the pages that stand empty, and the log beside the file, back to the disk."""
        with translated(self.path):
            # A plain execute would free one page and stop.
            self.connection.executescript("PRAGMA incremental_vacuum")
            self._clear_log()

    def wipe(self, until: float | None = None) -> None:
        """Leave no trace of what was deleted, in the file or in the log beside it.

        The file is written anew: overwriting what is deleted leaves copies that SQLite made when
        it shifted rows about. It takes as much room as the file once more. Past `until`, by
        time.monotonic(), it is given up; the file stays as it was.
        """
        with translated(self.path):
            self._write_anew(until)
            if not self._clear_log():
                raise StoreFailed(self.path, Cause.BUSY, "somebody is reading the old state of it")

    def _write_anew(self, until: float | None) -> None:
        if until is not None:
            self.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        try:
            self.connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            raise StoreFailed(self.path, Cause.BUSY, "not written anew in its time") from error
        finally:
            self.connection.set_progress_handler(None, 0)

    def _clear_log(self) -> bool:
        query = "PRAGMA wal_checkpoint(TRUNCATE)"
        ((is_busy, *_),) = self.connection.execute(query).fetchall()
        return not is_busy

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self.connection.close()


def set_aside(directory: Path) -> list[Path]:
    """Give the damaged files that were set aside, the oldest first."""
    return sorted(directory.glob(f"*{SET_ASIDE}*"), key=lambda path: path.name.split(SET_ASIDE)[1])


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Settle how a file is written, before the first row of it is."""
    if not _number(connection, "PRAGMA page_count"):
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        # A file that could shrink only by being copied could not do so on a full disk. Asked of
        # a file that is so already, this would wait for whoever writes to it.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise StoreFailed(path, Cause.BROKEN, "SQLite cannot keep a log beside a file on it")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute("PRAGMA secure_delete=FAST").fetchall()


def _sound(path: Path, now: Moment) -> tuple[sqlite3.Connection, str | None]:
    connection = _connected(path)
    try:
        _check(connection, path)
    except StoreFailed as failure:
        # A damaged file is moved before it is closed: closing clears away the log beside it.
        name = _set_aside(path, now) if failure.cause is Cause.DAMAGED else None
        connection.close()
        if name is None:
            raise
    else:
        return connection, None
    connection = _connected(path)
    _check(connection, path)
    return connection, name


def _connected(path: Path) -> sqlite3.Connection:
    # SQLite opens such a file all the same, to fail at the first row.
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreFailed(path, Cause.READ_ONLY)
    with translated(path):
        return sqlite3.connect(path, timeout=OPENING_SECONDS, isolation_level=None)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    with translated(path):
        prepare(connection, path)
        ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise StoreFailed(path, Cause.DAMAGED, " ".join(verdict.split()))


def _set_aside(path: Path, now: Moment) -> str:
    stamp = now.wall.strftime("%Y%m%dT%H%M%SZ")
    name = f"{path.name}{SET_ASIDE}{stamp}"
    count = 1
    while path.with_name(name).exists():
        count += 1
        name = f"{path.name}{SET_ASIDE}{stamp}.{count}"
    with translated(path):
        for ending in COMPANIONS:
            companion = path.with_name(path.name + ending)
            if companion.exists():
                companion.rename(path.with_name(name + ending))
    return name


def reading_connection(path: Path) -> sqlite3.Connection:
    """Open a file to look only, also beside whoever writes to it."""
    address = path.resolve().as_uri()
    connection = sqlite3.connect(
        f"{address}?mode=ro", uri=True, timeout=OPENING_SECONDS, isolation_level=None
    )
    try:
        with closing(connection.execute("SELECT 1 FROM sqlite_master")) as rows:
            rows.fetchone()
    except sqlite3.OperationalError:
        connection.close()
        # Nobody has it open, and we may not make the files beside it: it stands still.
        if path.with_name(path.name + "-wal").exists():
            raise
        return sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return connection


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
