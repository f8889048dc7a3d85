"""A directory in memory for each store: it shows that a daemon runs, and shelters it on a bad day.

A disk that cannot be written holds neither a lock nor a socket. What is put here is its users'.
"""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

RUN = Path("/run")
MEMORY = Path("/dev/shm")
NAME = "shouhu"
SHELTER = "store"
TRIES, PAUSE = 20, 0.05  # another start looks for remains in a moment; a daemon stays

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_KEY = re.compile("[0-9a-f]{16}")


class Taken(Exception):
    """Another daemon runs on this store."""


class Refuge:
    """The claimed directory of one store; it is gone when the daemon leaves it."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    def has(self, room: int) -> bool:
        """Say whether so many bytes are free there."""
        return shutil.disk_usage(self.path).free >= room

    def leave(self) -> None:
        """Remove it with all that is in it, and let the next daemon in."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.let_go()

    def let_go(self) -> None:
        """Let the next daemon in to what is there."""
        os.close(self._handle)


def claim(store: Path, room: int = 0, besides: Refuge | None = None) -> Refuge | None:
    """Take a refuge of a store for as long as we run; None where no directory can be made.

    With `room` it is one with so many bytes free. What a daemon that was killed left in it stays.
    Raises Taken.
    """
    for path in _candidates(store, [os.geteuid()]):
        handle = None if besides is not None and besides.path == path else _held(path)
        if handle is None:
            continue
        refuge = Refuge(path, handle)
        if refuge.has(room):
            return refuge
        refuge.leave()
    return None


def clear(store: Path) -> None:
    """Remove the refuges that daemons which are dead have left where those of this store may be."""
    for base in {path.parent for path in _candidates(store, [os.geteuid()])}:
        with suppress(OSError):
            for path in base.iterdir():
                if _KEY.fullmatch(path.name):
                    _remove_abandoned(path)


def refuges(store: Path) -> list[Path]:
    """Give the refuges of this store that are there and that nobody else could have planted."""
    users = {os.geteuid()}
    with suppress(OSError):
        users.add(store.stat().st_uid)
    found = _candidates(store, sorted(users))
    return [path for path in found if _is_safe(path.parent, users) and _is_safe(path, users)]


def shelter(store: Path) -> Path | None:
    """Give the store in memory that stands in for this one, if there is one."""
    found = (path / SHELTER for path in refuges(store))
    return next((path for path in found if path.is_dir()), None)


def _candidates(store: Path, users: Collection[int]) -> Iterator[Path]:
    key = blake2b(os.fsencode(os.path.realpath(store)), digest_size=8).hexdigest()
    given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if given:
        yield Path(given) / key
    yield RUN / NAME / key
    roots = [MEMORY]
    with suppress(FileNotFoundError):  # not one of the usual places can be written
        roots.append(Path(tempfile.gettempdir()))
    for root in roots:
        for user in users:
            yield root / f"{NAME}-{user}" / key


def _held(path: Path) -> int | None:
    with suppress(OSError):
        path.parent.mkdir(mode=0o700)
    if not _is_safe(path.parent, [os.geteuid()]):
        return None
    for _ in range(TRIES):
        try:
            path.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(path, _OPEN)
        except FileNotFoundError:
            continue  # cleared away by another start between the two
        except OSError:
            return None
        if _is_locked(handle) and _is_same(path, handle):
            return handle
        os.close(handle)
        time.sleep(PAUSE)
    raise Taken(str(path))


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same(path: Path, handle: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(handle))
    return False


def _is_safe(path: Path, users: Collection[int]) -> bool:
    """Say whether only these users and root can have put anything there."""
    try:
        found = path.lstat()
    except OSError:
        return False
    is_theirs = found.st_uid == 0 or found.st_uid in users
    return stat.S_ISDIR(found.st_mode) and is_theirs and not found.st_mode & 0o022


def _remove_abandoned(path: Path) -> None:
    with suppress(OSError):
        handle = os.open(path, _OPEN)
        try:
            if _is_locked(handle):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)
