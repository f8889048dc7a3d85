"""What the broker must have for sure: each message until it says whether it has it.

They go past paho, which would send them again on the next connection: no siren sounds hours later.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import cycle

from gateway.sources.mqtt_frames import publish_frame

PUBACK = 0x40
NUMBERS = range(0xF000, 0xFFFF)  # paho counts its own from 1
PATIENCE = 10.0  # seconds; a broker at home answers within milliseconds
NOBODY = 0x10  # MQTT 5, 3.4.2.1: no matching subscribers
REFUSED = 0x80  # this and all above
LONGEST = 16_000  # bytes of topic and payload
# Takes why the broker does not have it, or nothing: exactly once, never before `post` returns.
Answered = Callable[[str], None]


class Posts:
    """The messages of one connection that wait for their PUBACK."""

    def __init__(self, send: Callable[[bytes], None], *, is_v5: bool) -> None:
        """Prepare; `send` puts a frame on the wire."""
        self._send = send
        self._is_v5 = is_v5
        self._numbers: Iterator[int] = cycle(NUMBERS)
        self._waiting: dict[int, tuple[Answered, asyncio.TimerHandle]] = {}

    def post(self, topic: str, payload: bytes, answered: Answered) -> None:
        """Send with QoS 1. Raises ValueError for more than 16,000 bytes."""
        if len(topic.encode()) + len(payload) > LONGEST:
            raise ValueError(f"more than {LONGEST} bytes for {topic}")
        number = next(n for n in self._numbers if n not in self._waiting)
        loop = asyncio.get_running_loop()
        late = loop.call_later(PATIENCE, self._end, number, "the broker does not acknowledge it")
        self._waiting[number] = answered, late
        self._send(publish_frame(topic, payload, number, self._is_v5))

    def take(self, frame: bytes) -> bool:
        """Take in what the broker sends; say whether it is the answer to one of these."""
        if frame[0] != PUBACK or len(frame) < 4:
            return False
        number = int.from_bytes(frame[2:4], "big")
        if number not in NUMBERS:
            return False
        self._end(number, _why(frame[4] if len(frame) > 4 else 0))
        return True

    def lose(self) -> None:
        """Answer those of a connection that has ended."""
        for number in list(self._waiting):
            self._end(number, "the broker was lost before it had it")

    def _end(self, number: int, why: str) -> None:
        answered, late = self._waiting.pop(number, (None, None))
        if answered is not None and late is not None:
            late.cancel()
            # Later: whoever is told may have more to send, and we are in the middle of reading.
            asyncio.get_running_loop().call_soon(answered, why)


def _why(reason: int) -> str:
    if reason == NOBODY:
        return "nobody listens to this topic at the broker"
    return f"the broker refuses it (reason 0x{reason:02x})" if reason >= REFUSED else ""
