"""A city's fire monitoring centre for tests: GB/T 26875.3 over TCP, each statement counted once.

The standard has no ids, so it knows what it has by the key that docs/uplink.md gives: component,
state, time, and the mark at the end of the text.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from gateway.wire.gbt26875.frame import Command, Frame, Stream, encode
from gateway.wire.gbt26875.objects import PartBits, PartState, read
from tests.broker import free_port

T = TypeVar("T")
Key = tuple[int, int, datetime, str]


class FireCentre:
    """A server in a thread of its own; while it is away nobody listens on its port."""

    def __init__(self) -> None:
        self.states: dict[Key, PartState] = {}
        self.arrivals: list[Key] = []
        self.loses_answers = 0
        self.port = free_port()
        self.changed = threading.Condition()
        self._is_away = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = self._do(self._open())

    @property
    def incidents(self) -> set[Key]:
        """Give what it has heard of a component on fire."""
        return {key for key in list(self.states) if key[1] & PartBits.FIRE}

    @property
    def is_away(self) -> bool:
        """Say whether nobody listens."""
        return self._is_away

    @is_away.setter
    def is_away(self, away: bool) -> None:
        if away and not self._is_away:
            self._do(self._leave())
        elif self._is_away and not away:
            self._server = self._do(self._open())
        self._is_away = away

    def stop(self) -> None:
        """End it."""
        self.is_away = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def until(self, that: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something is so; raise AssertionError past the deadline."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while not that():
                left = deadline - time.monotonic()
                assert left > 0, f"{len(self.incidents)} incidents"
                self.changed.wait(left)

    def _do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _open(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _leave(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        stream = Stream()
        try:
            while chunk := await reader.read(4096):
                for frame in stream.feed(chunk):
                    if isinstance(frame, Frame) and frame.command is Command.SEND:
                        self._take(frame, writer)
        except OSError:
            pass  # the gateway was killed
        finally:
            self._writers.discard(writer)
            writer.close()

    def _take(self, frame: Frame, writer: asyncio.StreamWriter) -> None:
        with self.changed:
            found = read(frame.data)
            for part in found if isinstance(found, list) else []:
                if isinstance(part, PartState):
                    mark = part.text.rpartition("#")[2]
                    key = part.part_address, int(part.state), part.at, mark
                    self.arrivals.append(key)
                    self.states.setdefault(key, part)
            self.changed.notify_all()
            is_lost = self.loses_answers > 0
            self.loses_answers -= is_lost
        if is_lost:
            writer.transport.abort()
        else:
            writer.write(encode(frame.answered(Command.CONFIRM, datetime.now(UTC))))
