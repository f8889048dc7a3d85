"""A serial cable in a test: a pty under a lasting name, and the source that listens to it."""

import asyncio
import os
import time
import tty
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from edge.model import Moment, Packet
from gateway.sources.serial import PortSettings, SerialSource
from tests import waiting

QUICK = timedelta(milliseconds=50)


def moment() -> Moment:
    """Give the present."""
    return Moment(datetime.now(UTC), time.monotonic())


class Cable:
    """A pty whose far end is ours; `path` is a link to it, as /dev/serial/by-id has them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.far = self._near = -1

    def plug(self) -> "Cable":
        """Put a new pty under the name."""
        self.far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self.far, False)
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.symlink_to(os.ttyname(self._near))
        fresh.replace(self.path)
        return self

    def unplug(self) -> None:
        """Take it away, name and all."""
        if self.far >= 0:
            self.path.unlink(missing_ok=True)
            os.close(self.far)
            os.close(self._near)
            self.far = self._near = -1

    def send(self, data: bytes) -> None:
        """Send what the line can take at once."""
        assert os.write(self.far, data) == len(data)

    async def send_all(self, data: bytes) -> None:
        """Send as fast as it is taken."""
        while data:
            try:
                data = data[os.write(self.far, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.001)  # the system wakes nobody who waits to write to a pty


class SerialEar:
    """The source at work: it keeps what it hears. Use it as an async context manager."""

    def __init__(self, *ports: PortSettings, takes: bool = True) -> None:
        self.packets: list[Packet] = []
        self.states: list[tuple[str, bool, str]] = []
        self.source = SerialSource(ports, moment, self._tell, QUICK, 2 * QUICK)
        self._takes = takes
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "SerialEar":
        self._tasks = [asyncio.create_task(self.source.run())]
        if self._takes:
            self.take()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await waiting.end(self._tasks)

    def take(self) -> None:
        """Begin to take what the source has."""
        self._tasks.append(asyncio.create_task(self._listen()))

    def hears(self, port: str) -> bool:
        """Say whether a port was last told of as heard."""
        return [hears for name, hears, _ in self.states if name == port][-1:] == [True]

    def said(self, port: str) -> str:
        """Give what was told of a port last."""
        return next((said for name, _, said in reversed(self.states) if name == port), "")

    def heard(self, port: str) -> list[bytes]:
        """Give the frames of a port."""
        return [packet.payload for packet in self.packets if packet.address == port]

    async def until(self, that: Callable[[], bool], seconds: float = 15) -> None:
        """Wait until something is so; raise AssertionError past the deadline."""
        await waiting.until(
            *(that, seconds, self._tasks),
            said=lambda: f"{self.states[-5:]=} {self.packets[-5:]=} {self.source.counts=}",
        )

    async def hearing(self, *ports: str) -> None:
        """Wait until these ports are open."""
        await self.until(lambda: all(self.hears(port) for port in ports))

    async def hear(self, port: str, frames: Sequence[bytes]) -> None:
        """Wait until exactly these frames have come from a port."""
        await self.until(lambda: len(self.heard(port)) >= len(frames))
        assert self.heard(port) == list(frames)

    async def _listen(self) -> None:
        async for batch in self.source.batches():
            self.packets += batch
            self.source.acknowledge(batch)

    def _tell(self, port: str, hears: bool, detail: str) -> None:
        self.states.append((port, hears, detail))
