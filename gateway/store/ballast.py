"""Disk space that is held while there is plenty, to be given up when there is none.

Even deleting takes room: SQLite writes down first what it is about to do.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

BYTES = 2 << 20
LEAST = 256 << 10
MARGIN = 16 << 10  # left over for the writes that come next


class Ballast:
    """A file that means nothing, as large as it is to be or as the disk still lets it."""

    def __init__(self, path: Path, free_bytes: Callable[[], int]) -> None:
        self._path = path
        self._free_bytes = free_bytes

    def give(self) -> bool:
        """Give the space up; say whether there was any."""
        with suppress(OSError):
            self._path.unlink()
            return True
        return False

    def lay(self) -> None:
        """Hold the space again, as far as there is room for it."""
        if self._path.exists():
            return
        size = min(BYTES, self._free_bytes() - MARGIN)
        if size < LEAST:
            return
        try:
            with self._path.open("wb") as file:
                # Reserved, not written: it costs the card nothing.
                os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            self.give()
