"""A serial cable that ends in this process: a pty under a lasting name, as an adapter has one.

What is sent over it is decided elsewhere.
"""

import contextlib
import fcntl
import os
import sys
import termios
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.devices import Sent

PATIENCE = 5.0  # seconds in which whoever listens must have read what is on the line
_ONE_READ = 4096


class CableStuck(Exception):
    """Nobody has read from the line for too long."""


class Cable:
    """A pty whose far end is ours; `path` is a link to it, as /dev/serial/by-id has them."""

    def __init__(self, path: Path) -> None:
        """Prepare; nothing is there before it is plugged in."""
        self.path = path
        self._far = self._near = -1

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

    def plug(self) -> None:
        """Put a new pty under the name."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.symlink_to(os.ttyname(self._near))
        fresh.replace(self.path)

    def unplug(self) -> None:
        """Take it away, name and all; what was on the line is lost."""
        if self._far < 0:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._far)
        os.close(self._near)
        self._far = self._near = -1

    def send(self, sent: Sent) -> bool:
        """Send a frame, or a line and its end; say whether the cable is plugged in."""
        return self.write(sent.payload + sent.end)

    def write(self, data: bytes) -> bool:
        """Send bytes; say whether the cable is plugged in. Raise CableStuck if nobody reads."""
        deadline = time.monotonic() + PATIENCE
        while data and self._far >= 0:
            try:
                data = data[os.write(self._far, data) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CableStuck(f"{self.path}: {len(data)} bytes wait to be read") from None
                time.sleep(0.001)  # the system wakes nobody who waits to write to a pty
        return self._far >= 0

    def is_read(self) -> bool:
        """Say whether everything on the line was taken from it."""
        if self._near < 0:
            return True
        waiting = fcntl.ioctl(self._near, termios.FIONREAD, bytes(4))
        return int.from_bytes(waiting, sys.byteorder) == 0

    def asked(self) -> bytes:
        """Give what was sent to the device since the last time."""
        heard = b""
        with contextlib.suppress(BlockingIOError):
            while self._far >= 0 and (part := os.read(self._far, _ONE_READ)):
                heard += part
        return heard
