"""What can go wrong with a disk, in words for the person who mends it.

It translates SQLite's and the system's errors; what to do about them is the caller's.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path


class Cause(StrEnum):
    """Why the store refuses."""

    FULL = "full"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    BUSY = "busy"
    TAKEN = "taken"
    NEWER = "newer"
    OLDER = "older"
    MISSING = "missing"
    BROKEN = "broken"


WORDS = {
    Cause.FULL: "the disk is full; free some space on it",
    Cause.READ_ONLY: "cannot be written; check its owner, its mode and that its disk is not"
    " mounted read-only",
    Cause.DAMAGED: "is damaged; it is set aside and begun anew at the next start",
    Cause.BUSY: "is held by another program, a backup perhaps; let it finish or end it",
    Cause.TAKEN: "is in use already; only one shouhu may write to it",
    Cause.NEWER: "was written by a later version of shouhu; install that version again",
    Cause.OLDER: "was written by an earlier version of shouhu; start the daemon once to bring it"
    " up to date",
    Cause.MISSING: "does not exist; start the daemon once, or name another directory",
    Cause.BROKEN: "the disk does not do what it is told; check it",
}

_BY_CODE = {
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_READONLY: Cause.READ_ONLY,
    sqlite3.SQLITE_PERM: Cause.READ_ONLY,
    sqlite3.SQLITE_AUTH: Cause.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Cause.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Cause.DAMAGED,
    sqlite3.SQLITE_NOTADB: Cause.DAMAGED,
    sqlite3.SQLITE_BUSY: Cause.BUSY,
    sqlite3.SQLITE_LOCKED: Cause.BUSY,
    sqlite3.SQLITE_PROTOCOL: Cause.BUSY,
    sqlite3.SQLITE_IOERR: Cause.BROKEN,
}

_BY_ERRNO = {
    errno.ENOSPC: Cause.FULL,
    errno.EDQUOT: Cause.FULL,
    errno.EROFS: Cause.READ_ONLY,
    errno.EACCES: Cause.READ_ONLY,
    errno.EPERM: Cause.READ_ONLY,
    errno.ENOENT: Cause.MISSING,
}


class StoreFailed(Exception):
    """The store could not do what it was asked; nothing of it was done."""

    def __init__(self, place: Path, cause: Cause, detail: str = "") -> None:
        self.place = place
        self.cause = cause
        self.detail = detail
        super().__init__(f"{place}: {WORDS[cause]}" + (f" ({detail})" if detail else ""))


@contextmanager
def translated(place: Path) -> Iterator[None]:
    """Turn whatever SQLite or the system says into StoreFailed.

    An error of our own, a malformed statement say, passes as it is.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        cause = _cause(error, place)
        if cause is None:
            raise
        raise StoreFailed(place, cause, str(error)) from error
    except OSError as error:
        cause = _BY_ERRNO.get(error.errno or 0, Cause.BROKEN)
        raise StoreFailed(place, cause, error.strerror or str(error)) from error


def _cause(error: sqlite3.DatabaseError, place: Path) -> Cause | None:
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte is the error; the rest says where in SQLite it arose.
    cause = None if code is None else _BY_CODE.get(code & 0xFF)
    # On a full disk SQLite fails to make its shared memory, and calls that an I/O error.
    return Cause.FULL if cause is Cause.BROKEN and _is_full(place.parent) else cause


def _is_full(directory: Path) -> bool:
    try:
        return os.statvfs(directory).f_bavail == 0
    except OSError:
        return False
