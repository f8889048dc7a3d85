"""Writes a file in one step: after a power cut it is the old one or the new one, whole."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Put this into the file; raise OSError where the disk does not take it."""
    with drafted(path, content):
        pass


@contextmanager
def drafted(path: Path, content: bytes) -> Iterator[Path]:
    """Give a hidden file beside with this in it, which takes the place of `path` at the end.

    An exception within leaves `path` as it was. Raises OSError as `put` does.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            _be_like(path, file.fileno())
            os.fsync(file.fileno())
        yield fresh
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    with suppress(OSError):
        _sync(path.parent)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep out whoever else looks at a file there to change it, until this has."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _be_like(path: Path, handle: int) -> None:
    """Let those read the file who could read the one whose place it takes."""
    try:
        before = path.stat()
    except FileNotFoundError:
        return
    with suppress(PermissionError):
        os.fchown(handle, before.st_uid, before.st_gid)
    os.fchmod(handle, before.st_mode & 0o777)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
