"""A live view in a terminal: lines redrawn in place, keys read as they are typed.

It gives the terminal back as it was, however it ends. What stands in the lines is others'.
"""

import os
import select
import shutil
import signal
import sys
import termios
import tty
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, NamedTuple

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.layout import clipped, safe

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
HOME, REST_OF_LINE, REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
PLAIN, BOLD, DIM, RED, GREEN, YELLOW = "", "1", "2", "31", "32", "33"
ARROWS = {
    "\x1b[A": "k",
    "\x1b[B": "j",
    "\x1bOA": "k",
    "\x1bOB": "j",
    "\x1b[5~": "b",
    "\x1b[6~": " ",
}
ESCAPE = b"\x1b"
LAG = 0.05  # seconds within which the signs of one key follow one another, over a slow line too
ENDING = (signal.SIGTERM, signal.SIGHUP)


class Line(NamedTuple):
    """A line of the view; its style is one of those above."""

    text: str
    style: str = PLAIN


class Screen:
    """The whole terminal. Keys are lower case; arrows and page keys come as k, j, b and blank.

    What is typed ahead stays with the terminal, for whoever asks next.
    """

    def __init__(self) -> None:
        """Prepare; raise CommandFailed where nobody sits at a terminal that can do this."""
        is_one = sys.stdin.isatty() and sys.stdout.isatty()
        if not is_one or (os.environ.get("TERM") or "dumb") == "dumb":
            raise CommandFailed(Exit.USAGE, "screen.no_terminal")
        self._in = sys.stdin.fileno()
        self._before: list[Any] = []
        self._signals: list[tuple[signal.Signals, Any]] = []
        self._top = 0

    def __enter__(self) -> "Screen":
        self._before = termios.tcgetattr(self._in)
        for number in ENDING:
            self._signals.append((number, signal.signal(number, _end)))
        self._signals.append((signal.SIGTSTP, signal.signal(signal.SIGTSTP, self._pause)))
        self._begin()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for number, handler in self._signals:
            signal.signal(number, handler)
        self._signals = []
        self._leave()

    def _begin(self) -> None:
        tty.setcbreak(self._in, termios.TCSADRAIN)
        _write(ENTER)

    def _leave(self) -> None:
        with suppress(OSError, termios.error):  # the terminal may be gone
            _write(LEAVE)
            termios.tcsetattr(self._in, termios.TCSADRAIN, self._before)

    def _pause(self, _number: int, _frame: FrameType | None) -> None:
        """Give the terminal to the shell for Ctrl-Z, and take it again when called back."""
        self._leave()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._begin()

    @property
    def columns(self) -> int:
        """Give how long a line may be."""
        return shutil.get_terminal_size().columns - 1

    def draw(self, head: Sequence[Line], body: Sequence[Line], foot: Sequence[Line]) -> None:
        """Show head and foot, and of the body as much as there is room for."""
        rows = shutil.get_terminal_size().lines
        room = max(1, rows - len(head) - len(foot))
        self._top = max(0, min(self._top, len(body) - room))
        shown = list(body[self._top : self._top + room])
        blanks = [Line("")] * (room - len(shown))
        lines = [*head, *shown, *blanks, *foot][:rows]
        drawn = [_styled(line, self.columns) for line in lines]
        _write(HOME + f"{REST_OF_LINE}\r\n".join(drawn) + REST_OF_LINE + REST_OF_SCREEN)

    def key(self, seconds: float) -> str:
        """Wait so long for a key; empty where none was pressed."""
        if not self._waits(seconds):
            return ""
        first = os.read(self._in, 1)
        if not first:
            return "q"  # the terminal is gone
        typed = (first + self._rest(first)).decode(errors="replace")
        return ARROWS.get(typed, typed.lower() if len(typed) == 1 else "")

    def _rest(self, first: bytes) -> bytes:
        """Read what belongs to a key after its first byte, and leave the next key alone."""
        if first != ESCAPE:
            # A first byte of UTF-8 has as many leading ones as the sign has bytes.
            return b"".join(self._next() for each in (0xC0, 0xE0, 0xF0) if first[0] >= each)
        rest = self._next()
        if rest in (b"[", b"O"):
            while True:
                following = self._next()
                rest += following
                if not following or following.isalpha() or following == b"~":
                    break
        return rest

    def _next(self) -> bytes:
        return os.read(self._in, 1) if self._waits(LAG) else b""

    def _waits(self, seconds: float) -> bool:
        return bool(select.select([self._in], [], [], max(0.0, seconds))[0])

    def scroll(self, key: str) -> None:
        """Move the body where the key means that."""
        page = max(1, shutil.get_terminal_size().lines - 6)
        self._top += {"j": 1, "k": -1, " ": page, "b": -page}.get(key, 0)
        self._top = max(0, self._top)


def _styled(line: Line, columns: int) -> str:
    text = clipped(safe(line.text), columns)
    return f"\x1b[{line.style}m{text}\x1b[0m" if line.style and has_colour() else text


def has_colour() -> bool:
    """Say whether whoever looks wants colours (no-color.org)."""
    return not os.environ.get("NO_COLOR")


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
