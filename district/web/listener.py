"""The web server's side of a connection: who takes too long over the head of a request is hung up.

uvicorn waits for ever for the first line of a first request; a few thousand such connections would
be all that a process can have.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SLOWEST_HEAD = 15.0  # seconds


class Listener(H11Protocol):
    """uvicorn's protocol, with patience for so long."""

    slowest_head = SLOWEST_HEAD

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._hanging_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._hurry()

    def data_received(self, data: bytes) -> None:
        """Take some of a request; wait no longer once its head is there."""
        super().data_received(data)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._rest()

    def _hurry(self) -> None:
        is_waiting = self.conn.their_state is h11.IDLE and not self.transport.is_closing()
        if not is_waiting:
            self._rest()
        elif self._hanging_up is None:
            self._hanging_up = self.loop.call_later(self.slowest_head, self.transport.close)

    def _rest(self) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None
