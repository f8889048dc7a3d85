"""Keeps a second shouhu away from a store: a lock on a file, which the kernel lets go with us."""

import errno
import fcntl
import os
from pathlib import Path

from gateway.store.failure import Cause, StoreFailed, translated

LOCK_FILE = "lock"


def lock(directory: Path) -> int:
    """Lock the store for writing; give the handle to close. Raises StoreFailed."""
    with translated(directory):
        return _locked(directory, os.O_RDWR | os.O_CREAT)


def lock_unwritable(directory: Path) -> int | None:
    """Lock a store that cannot be written; None where even that cannot be done.

    Raises StoreFailed where another shouhu has it.
    """
    try:
        return _locked(directory, os.O_RDONLY)
    except OSError:
        return None


def _locked(directory: Path, how: int) -> int:
    handle = os.open(directory / LOCK_FILE, how | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno == errno.EWOULDBLOCK:
            raise StoreFailed(directory, Cause.TAKEN) from None
        raise
    return handle
