"""The deadlines of one gateway: it wakes at each of them, and notices a clock that was set.

What is due at a deadline is the node's, what has waited for the disk settling.py's.
"""

import asyncio
import contextlib

import structlog

from edge.model import Moment
from gateway.clock import Clock, ClockWatch
from gateway.node import Node
from gateway.settling import Settling

LONGEST_WAIT = 60.0  # seconds between two looks at the deadlines
log = structlog.get_logger()


class Timekeeping:
    """Looks at the deadlines whenever one has come, or `woken` is set."""

    def __init__(
        self, clock: Clock, node: Node, settling: Settling, woken: asyncio.Event, *, is_led: bool
    ) -> None:
        """Prepare; `is_led`: a drill, in which time stands still until its driver sets it."""
        self._clock = clock
        self._node = node
        self._settling = settling
        self._woken = woken
        self._is_led = is_led
        self._watch = ClockWatch(clock.now())
        self.turned = clock.now()  # when the deadlines were last looked at

    def begin(self, now: Moment) -> None:
        """Tell the homes whether the clock can be trusted."""
        self._watch = ClockWatch(now)
        self._node.clock(now.trusted, now)

    def watch_clock(self, now: Moment) -> None:
        """Tell the homes that the clock was set, or is in doubt, if it is news."""
        if self._is_led:
            return
        for is_trusted in self._watch.changes(now):
            log.warning("clock", trusted=is_trusted)
            self._node.clock(is_trusted, now)

    def wake(self) -> None:
        """Look at the deadlines again: there may be others."""
        self._woken.set()

    async def run(self) -> None:
        """Wake at every deadline, and have flushed what has waited long enough."""
        while True:
            now = self._clock.now()
            self.watch_clock(now)
            self._node.tick(now)
            if self._settling.is_due(now):
                self._settling.settle()
            self.turned = now
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._wait(self._clock.now())):
                    await self._woken.wait()

    def _wait(self, now: Moment) -> float:
        """Give the seconds until something is due."""
        if self._is_led:
            return LONGEST_WAIT
        dues = (self._node.next_check(), self._settling.next_due())
        waits = [due - now.monotonic for due in dues if due is not None]
        return min(max(min(waits, default=LONGEST_WAIT), 0.0), LONGEST_WAIT)
