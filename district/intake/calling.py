"""Which gateways wait at the HTTPS intake for word from the desk, and waking them.

One ear for all of them, however many wait. What they are given is orders.py's and passing.py's.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from district.live import News, Topic


class Call:
    """One gateway that waits; `is_over` when it has called again meanwhile."""

    def __init__(self) -> None:
        self.is_over = False
        self._woken = asyncio.Event()

    async def word(self, deadline: float) -> bool:
        """Wait until there may be something (loop time); False where nothing came in time."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return not self.is_over

    def wake(self) -> None:
        """Let it look."""
        self._woken.set()


class Callers:
    """All that wait at one listener."""

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}

    @contextmanager
    def waiting(self, gateway: str) -> Iterator[Call]:
        """Give a gateway's call; an earlier one of it is over, nobody listens to that any more."""
        call = Call()
        if (before := self._calls.get(gateway)) is not None:
            before.is_over = True
            before.wake()
        self._calls[gateway] = call
        try:
            yield call
        finally:
            if self._calls.get(gateway) is call:
                del self._calls[gateway]

    async def listen(self, news: "asyncio.Queue[News]") -> None:
        """Wake whom news are about, until cancelled."""
        while True:
            told = await news.get()
            if told.topic is Topic.AGAIN:
                for call in self._calls.values():
                    call.wake()
            elif told.topic in {Topic.ORDER, Topic.VISIT} and told.id in self._calls:
                self._calls[told.id].wake()
