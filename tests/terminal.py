"""A real terminal for tests: a command on a pty, read and typed at as a person would."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence

ROWS, COLUMNS = 40, 120
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
ENTER = "\r"
BEGINNING, END = "\x1b[H", "\x1b[J"  # of a picture
ENTERING, LEAVING = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """One command in a terminal of its own."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int = COLUMNS
    ) -> None:
        """Start it; it is in the foreground of its terminal, and a signal reaches it alone."""
        ours, theirs = pty.openpty()
        self._terminal = ours
        self._before = termios.tcgetattr(ours)
        self.resize(columns)
        # What this terminal is like it says itself, and not the one that the tests are run in.
        inherited = {k: v for k, v in environment.items() if k not in ("COLUMNS", "LINES")}
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", **inherited},
            start_new_session=True,
        )
        os.close(theirs)
        self._raw = b""
        self._seen_to = 0

    @property
    def text(self) -> str:
        """Give all that was written so far, without colours and cursor movements."""
        self._read(0)
        return SEQUENCE.sub("", self._raw.decode(errors="replace"))

    @property
    def picture(self) -> list[str]:
        """Give the lines of what was drawn last and stands whole."""
        self._read(0)
        drawn = self._raw.decode(errors="replace").split(BEGINNING)
        whole = [each for each in drawn[1:] if END in each]
        drawn_last = SEQUENCE.sub("", whole[-1].split(END)[0]) if whole else ""
        return [line.strip("\r") for line in drawn_last.split("\n")]

    @property
    def is_given_back(self) -> bool:
        """Say whether the terminal is as it was before."""
        self._read(0)
        is_left = self._raw.rfind(LEAVING) > self._raw.rfind(ENTERING)
        return is_left and termios.tcgetattr(self._terminal)[3] == self._before[3]

    @property
    def has_colour(self) -> bool:
        """Say whether anything was written in colour, or bold."""
        self._read(0)
        return re.search(rb"\x1b\[[0-9;]+m", self._raw) is not None

    def until(self, that: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not that():
            assert time.monotonic() < deadline, self.text[-3000:]
            self._read(0.05)

    def resize(self, columns: int) -> None:
        """Make the terminal so wide."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))

    def signals(self, number: signal.Signals) -> None:
        """Send a signal to the command."""
        self._process.send_signal(number)

    def sees(self, wanted: str, seconds: float = 30) -> str:
        """Wait until this is written, after what was waited for before; give what stood between."""
        deadline = time.monotonic() + seconds
        while True:
            text = self.text
            at = text.find(wanted, self._seen_to)
            if at >= 0:
                between = text[self._seen_to : at + len(wanted)]
                self._seen_to = at + len(wanted)
                return between
            left = deadline - time.monotonic()
            if left <= 0 or (self._process.poll() is not None and not self._read(0)):
                raise AssertionError(f"no {wanted!r} in:\n{text[-3000:]}")
            self._read(min(left, 0.1))

    def types(self, text: str) -> None:
        """Press these keys, one after the other."""
        for letter in text:
            os.write(self._terminal, letter.encode())

    def ends(self, seconds: float = 30) -> int:
        """Wait for its end, reading on; give its exit code."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"does not end:\n{self.text[-3000:]}")
            self._read(0.05)
        return self._process.returncode

    def close(self) -> None:
        """End it whatever it does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
        with contextlib.suppress(OSError):
            os.close(self._terminal)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if not ready:
            return False
        try:
            part = os.read(self._terminal, 65536)
        except OSError:  # the other side is closed
            return False
        self._raw += part
        return bool(part)
