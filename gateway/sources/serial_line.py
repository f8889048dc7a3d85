"""One serial port from opening to loss, again and again.

It reads on the event loop and never more than a chunk at a time; what the frames mean is left to
the decoder.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct
from serial import Serial

from gateway.sources.serial_polls import Polls, Trouble
from gateway.sources.serial_port import close, opened
from gateway.wire.framing import Framer
from gateway.wire.serial_spec import Poll, SerialSpec

CHUNK = 4096
# A frame that pauses so long may be a false start with a good one behind it.
PAUSE = timedelta(milliseconds=200)
GAP = timedelta(milliseconds=10)  # before a request; Modbus wants 3.5 characters of silence
# Without a good frame so much is read at once, and no faster; a wake-up costs as much as 64 bytes.
NOISE = 4096
NOISE_RATE = 100_000.0  # a second; a line of 921,600 baud is slower
WAKE_UP = 64


class PortSettings(Struct, frozen=True):
    """One port: what packets call it, where it is, how it is set, and which devices to ask."""

    id: str
    path: str
    spec: SerialSpec
    polls: tuple[tuple[str, Poll], ...] = ()


class Line:
    """Stands by one port; `hear` gets its id and the good frames of a wake-up."""

    def __init__(self, settings: PortSettings, hear: Callable[[str, list[bytes]], None]) -> None:
        """Prepare; nothing is opened. Raises ValueError for a request that cannot be sent."""
        self._settings = settings
        self._hear = hear
        self._counts: Counter[Trouble] = Counter()
        framing = settings.spec.framing
        self._silence = (framing.silence or PAUSE).total_seconds()
        self._polls = Polls(settings.polls, (framing.silence or GAP).total_seconds(), self._count)
        self._framer = Framer(framing)
        self._port: Serial | None = None
        self._lost: asyncio.Future[str] | None = None
        self._is_held = False
        self._pause: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._heard_at = 0.0
        self._noise, self._noise_since = 0, 0.0

    @property
    def counts(self) -> Counter[Trouble]:
        """Give what went wrong so far, by reason."""
        counts = Counter(self._counts)
        counts[Trouble.DAMAGED] += self._framer.damaged
        counts[Trouble.LOST_BYTES] += self._framer.lost_bytes
        return +counts

    async def stand(self, on_open: Callable[[], None]) -> str:
        """Open the port and read until it is lost; say why it was. Raises PortFault."""
        self._port = opened(self._settings.path, self._settings.spec)
        loop = asyncio.get_running_loop()
        self._lost = loop.create_future()
        self._noise, self._noise_since = 0, loop.time()
        try:
            on_open()
            self._listen()
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(self._polls.run(self._send))
                why = await self._lost
                asking.cancel()
            return why
        finally:
            self._end()

    def hold(self) -> None:
        """Read nothing for a while: the system keeps it, and makes the sender wait."""
        self._is_held = True
        self._listen()

    def go_on(self) -> None:
        """Read again."""
        self._is_held = False
        self._listen()

    # --- reading

    def _listen(self) -> None:
        """Let the loop call us when there is something, unless we would not read it now."""
        loop = asyncio.get_running_loop()
        if self._port is None:
            return
        if self._is_held or self._pause is not None or self._is_lost:
            loop.remove_reader(self._port.fd)
        else:
            loop.add_reader(self._port.fd, self._read)

    @property
    def _is_lost(self) -> bool:
        return self._lost is None or self._lost.done()

    def _read(self) -> None:
        assert self._port is not None
        try:
            chunk = os.read(self._port.fd, CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        if not chunk:
            self._lose("it was unplugged, or another program reads it too")
            return
        self._heard_at = asyncio.get_running_loop().time()
        if not self._take(self._framer.feed(chunk)):
            self._bear_noise(len(chunk))
        self._watch_silence()

    def _take(self, frames: list[bytes]) -> bool:
        """Pass good frames on; say whether there were any."""
        if not frames:
            return False
        self._noise, self._noise_since = 0, self._heard_at
        wanted = [frame for frame in frames if self._polls.takes(frame)]
        if wanted:
            self._hear(self._settings.id, wanted)
        return True

    def _bear_noise(self, count: int) -> None:
        """Slow down where nothing good comes, and it comes faster than a line can send it."""
        self._noise += count + WAKE_UP
        if self._noise < NOISE:
            return
        wait = self._noise_since + self._noise / NOISE_RATE - self._heard_at
        self._noise, self._noise_since = 0, self._heard_at + max(0.0, wait)
        if wait > 0:
            self._count(Trouble.NOISE)
            self._pause = asyncio.get_running_loop().call_later(wait, self._end_pause)
            self._listen()

    def _end_pause(self) -> None:
        self._pause = None
        self._listen()

    def _watch_silence(self, after: float | None = None) -> None:
        if self._watch is None and self._framer.has_begun:
            wait = self._silence if after is None else after
            self._watch = asyncio.get_running_loop().call_later(wait, self._look_for_silence)

    def _look_for_silence(self) -> None:
        self._watch = None
        left = self._heard_at + self._silence - asyncio.get_running_loop().time()
        if self._is_held or self._pause is not None:
            left = self._silence  # what waits unread is no silence
        if left > 0:
            self._watch_silence(left)
        else:
            self._take(self._framer.flush())

    # --- asking

    def _send(self, request: bytes) -> bool:
        """Write a request; False: the port did not take it."""
        assert self._port is not None
        try:
            return os.write(self._port.fd, request) == len(request)
        except BlockingIOError:
            return False
        except OSError as error:
            self._lose(str(error))
            return False

    # --- the end

    def _lose(self, why: str) -> None:
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(f"{self._settings.path} was lost: {why}")
        self._listen()

    def _end(self) -> None:
        if self._port is not None:
            asyncio.get_running_loop().remove_reader(self._port.fd)
            close(self._port)
        for timer in (self._pause, self._watch):
            if timer is not None:
                timer.cancel()
        self._port = self._pause = self._watch = None
        self._counts = self.counts
        self._framer = Framer(self._settings.spec.framing)

    def _count(self, trouble: Trouble) -> None:
        self._counts[trouble] += 1
