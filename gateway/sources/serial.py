"""Hear the sensors on serial ports: a packet for each good frame, in batches.

What a packet means is left to the decoder, what a lost port means to the household.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta

from edge.model import Moment, Packet
from gateway.sources.serial_line import Line, PortSettings
from gateway.sources.serial_polls import Trouble
from gateway.sources.serial_port import PortFault
from gateway.wire.profile import Transport

__all__ = ["PortSettings", "SerialSource", "Trouble"]

AHEAD = 5_000  # packets: while so many wait for the caller, no port is read
RETRY_FIRST = timedelta(seconds=0.5)
RETRY_MOST = timedelta(seconds=5)


class SerialSource:
    """All serial ports as one source, for ever: one asyncio loop and no thread.

    `on_state(port, hears, detail)` is called at each change, with what is wrong and its mend.
    """

    def __init__(
        self,
        ports: Sequence[PortSettings],
        moment: Callable[[], Moment],
        on_state: Callable[[str, bool, str], None],
        retry_first: timedelta = RETRY_FIRST,
        retry_most: timedelta = RETRY_MOST,
    ) -> None:
        """Prepare; nothing is opened before `run`. Raises ValueError for an impossible request."""
        self._moment = moment
        self._on_state = on_state
        self._first, self._most = retry_first.total_seconds(), retry_most.total_seconds()
        self._lines = {port.id: Line(port, self._hear) for port in ports}
        self._said: dict[str, tuple[bool, str]] = {}
        self._arrived: list[Packet] = []
        self._wake = asyncio.Event()
        self._is_held = False

    @property
    def counts(self) -> Counter[Trouble]:
        """Give what went wrong on all ports so far, by reason."""
        return sum((line.counts for line in self._lines.values()), Counter())

    def counts_of(self, port: str) -> Counter[Trouble]:
        """Give what went wrong on one port so far, by reason."""
        return self._lines[port].counts

    async def run(self) -> None:
        """Stand by every port until cancelled; then close them."""
        async with asyncio.TaskGroup() as group:
            for port, line in self._lines.items():
                group.create_task(self._stand(port, line))

    async def batches(self) -> AsyncIterator[list[Packet]]:
        """Give all that has come since the last time, whenever something has."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            batch, self._arrived = self._arrived, []
            if self._is_held:
                self._is_held = False
                for line in self._lines.values():
                    line.go_on()
            yield batch

    def acknowledge(self, packets: Sequence[Packet]) -> None:
        """Do nothing: a serial port never sends again."""

    async def _stand(self, port: str, line: Line) -> None:
        """Open a port again and again, sooner where it stood for a while."""
        loop = asyncio.get_running_loop()
        delay = self._first
        while True:
            began = loop.time()
            try:
                why = await line.stand(lambda: self._tell(port, True, ""))
            except PortFault as fault:
                why = str(fault)
            self._tell(port, False, why)
            if loop.time() - began > self._most:
                delay = self._first
            await asyncio.sleep(delay)
            delay = min(delay * 2, self._most)

    def _hear(self, port: str, frames: list[bytes]) -> None:
        now = self._moment()
        self._arrived += [Packet(Transport.SERIAL, port, frame, now) for frame in frames]
        self._wake.set()
        if len(self._arrived) >= AHEAD and not self._is_held:
            self._is_held = True
            for line in self._lines.values():
                line.hold()

    def _tell(self, port: str, hears: bool, detail: str) -> None:
        if self._said.get(port) != (hears, detail):
            self._said[port] = (hears, detail)
            self._on_state(port, hears, detail)
