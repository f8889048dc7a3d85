"""Ask the devices of a port that never speak by themselves, one at a time.

How frames are told apart is left to the framing; what an answer means, to the decoder.
"""

import asyncio
import heapq
from collections.abc import Callable, Sequence
from enum import StrEnum

from gateway.wire.checks import Algorithm
from gateway.wire.serial_spec import Poll

REFUSAL = 0x80  # set in the function code of an answer that refuses (Modbus, 7)


class Trouble(StrEnum):
    """What a port can cost; each is only counted."""

    DAMAGED = "damaged"  # frames that were not whole
    LOST_BYTES = "lost_bytes"
    NOISE = "noise"  # times that we paused because it sent nothing but noise, and much of it
    NO_ANSWER = "no_answer"
    UNASKED = "unasked"  # answers to what we did not ask, echoes of what we did
    REFUSED = "refused"  # requests that a Modbus device does not know


class Polls:
    """The devices of one port in turn, each as often as its profile says."""

    def __init__(
        self, polls: Sequence[tuple[str, Poll]], gap: float, count: Callable[[Trouble], None]
    ) -> None:
        """Prepare; `gap` is the pause before each request in seconds. Raises ValueError."""
        self._requests = [(poll.frame(slave), poll) for slave, poll in polls]
        self._is_modbus = any(poll.crc is Algorithm.CRC16_MODBUS for _, poll in polls)
        self._gap = gap
        self._count = count
        self._request = b""
        self._answer: asyncio.Future[None] | None = None  # there while one is awaited

    async def run(self, send: Callable[[bytes], bool]) -> None:
        """Ask for ever; `send` says whether the port took the request."""
        loop = asyncio.get_running_loop()
        due = [(loop.time(), number) for number in range(len(self._requests))]
        while due:
            at, number = due[0]
            await asyncio.sleep(max(self._gap, at - loop.time()))
            request, poll = self._requests[number]
            await self._ask(request, poll, send)
            again = max(at + poll.every.total_seconds(), loop.time())
            heapq.heapreplace(due, (again, number))

    def takes(self, frame: bytes) -> bool:
        """Say whether a frame is worth passing on; on a Modbus, only the answer to what we asked.

        Others may ask there too, for registers that would mean something else to us.
        """
        if not self._is_modbus:
            self._settle()
            return True
        asked = self._request
        if self._answer is None or frame[:1] != asked[:1] or frame == asked:
            self._count(Trouble.UNASKED)
            return False
        if frame[1:2] == asked[1:2]:
            self._settle()
            return True
        if frame[1:2] == bytes([asked[1] | REFUSAL]):
            self._count(Trouble.REFUSED)
            self._settle()
        else:
            self._count(Trouble.UNASKED)
        return False

    async def _ask(self, request: bytes, poll: Poll, send: Callable[[bytes], bool]) -> None:
        self._request = request
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(poll.timeout.total_seconds()):
                if send(request):
                    await self._answer
                else:
                    self._count(Trouble.NO_ANSWER)
        except TimeoutError:
            self._count(Trouble.NO_ANSWER)
        finally:
            self._answer = None

    def _settle(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)
        self._answer = None
