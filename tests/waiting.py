"""Waits in tests of what runs as tasks: a task that ends with an error ends the wait."""

import asyncio
import time
from collections.abc import Callable, Sequence

Tasks = Sequence[asyncio.Task[None]]


async def until(
    that: Callable[[], object],
    seconds: float,
    tasks: Tasks,
    *,
    said: Callable[[], str],
    pause: float = 0.005,
) -> None:
    """Wait until something is so; past the deadline raise AssertionError with what was said."""
    deadline = time.monotonic() + seconds
    while not that():
        for task in tasks:
            if task.done():
                task.result()
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s; {said()}")
        await asyncio.sleep(pause)


async def end(tasks: Tasks) -> None:
    """Cancel them, and wait for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
