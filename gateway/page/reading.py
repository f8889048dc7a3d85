"""Reads of the store in a thread, shared by all who look, and shown again while they are fresh.

Nobody waits for long: an alarm on the page is worth more than the picture beside it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from gateway.store import StoreFailed

T = TypeVar("T")
REMEMBERED = 20  # reads
STALE = 6  # times as old as fresh


class Reads(Generic[T]):
    """Reads of one kind, one after another."""

    def __init__(self, fresh: timedelta, patience: float) -> None:
        """Keep what was read for `fresh`; whoever asks waits for `patience` seconds."""
        self._fresh = fresh
        self._patience = patience
        self._one_at_a_time = asyncio.Lock()
        self._kept: dict[object, tuple[datetime, T]] = {}
        self._running: dict[object, asyncio.Task[None]] = {}

    async def get(self, key: object, now: datetime, read: Callable[[], T]) -> T | None:
        """Give what is read under this key, or was before; None where nothing is there yet."""
        at, known = self._kept.get(key, (None, None))
        if at is None or not timedelta(0) <= now - at < self._fresh:
            if key not in self._running:
                task = asyncio.create_task(self._read(key, now, read))
                self._running[key] = task
                task.add_done_callback(lambda _: self._running.pop(key, None))
            await asyncio.wait([self._running[key]], timeout=self._patience)
            at, known = self._kept.get(key, (None, None))
        # Something slow is shown as it was a while ago, but never for the present.
        is_old = at is None or not timedelta(0) <= now - at < self._fresh * STALE
        return None if is_old else known

    async def _read(self, key: object, now: datetime, read: Callable[[], T]) -> None:
        async with self._one_at_a_time:
            try:
                found = await asyncio.to_thread(read)
            except StoreFailed:
                self._kept.pop(key, None)
                return
        self._kept.pop(key, None)
        self._kept[key] = now, found
        while len(self._kept) > REMEMBERED:
            del self._kept[next(iter(self._kept))]
