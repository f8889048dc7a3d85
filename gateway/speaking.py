"""A local command that sounds or speaks: its arguments as they are, no shell, silent when told.

What is said and when is the question's.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Sequence
from contextlib import suppress

LONGEST = 60.0  # seconds; what still runs then hangs


class Speaker:
    """Runs one command, one at a time; `on_end` gets why it failed, empty where it did not."""

    def __init__(self, command: Sequence[str], on_end: Callable[[str], None]) -> None:
        self._command = command
        self._on_end = on_end
        self._running: asyncio.Task[None] | None = None

    @property
    def is_speaking(self) -> bool:
        """Say whether the command still runs."""
        return self._running is not None

    def speak(self) -> None:
        """Begin, unless it speaks still."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    def hush(self) -> None:
        """Be silent at once; nothing is said about a command that was cut short."""
        if self._running is not None:
            self._running.cancel()
            self._running = None

    async def _run(self) -> None:
        why = await spoken(self._command)
        self._running = None
        self._on_end(why)


async def spoken(command: Sequence[str]) -> str:
    """Run it to its end; give why it failed."""
    try:
        # A group of its own: a script's player must be silenced with it.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    try:
        async with asyncio.timeout(LONGEST):
            code = await process.wait()
    except TimeoutError:
        return f"it hung for {LONGEST:g} s"
    finally:
        _end(process)
    return f"exit code {code}" if code else ""


def _end(process: Process) -> None:
    """End what is left of the group, the program itself or a child that it left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
