"""Takes in the page's visitors, only so many at once: what the home needs they never use up.

A connection is a file of the process, as the store, the broker and every channel are. Who has asked
for nothing makes room for who comes next. What visitors get is the server's.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from aiohttp import web

MOST = 120  # connections, open pages among them; a browser has six
BACKLOG = 64
HANDSHAKE = 5.0  # seconds for TLS
PAUSE = 0.005  # seconds between two visitors of a crowd
WAIT = 1.0  # seconds, where the system takes no connection
log = structlog.get_logger()


class Door:
    """The way in."""

    def __init__(self) -> None:
        """Prepare."""
        self._coming: set[asyncio.Task[None]] = set()
        self._served: set[asyncio.BaseProtocol] = set()

    def begins(self, visitor: asyncio.BaseProtocol) -> None:
        """Note that a request of this connection is being answered."""
        self._served.add(visitor)

    def ends(self, visitor: asyncio.BaseProtocol) -> None:
        """Note that it has its answer."""
        self._served.discard(visitor)

    async def stand_open(
        self,
        server: "web.Server",
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
        is_open: Callable[[], None],
    ) -> None:
        """Let visitors in until cancelled. Raises OSError where the port is taken."""
        sockets = await asyncio.to_thread(_sockets, host, port)
        is_open()
        try:
            log.info("page", host=host, port=port, tls=tls is not None)
            async with asyncio.TaskGroup() as group:
                for each in sockets:
                    group.create_task(self._take_in(each, server, tls))
        finally:
            for each in sockets:
                each.close()
            for task in self._coming:
                task.cancel()

    async def _take_in(
        self, listening: socket.socket, server: "web.Server", tls: ssl.SSLContext | None
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                visitor, _ = await loop.sock_accept(listening)
            except OSError as error:
                log.warning("page", why=str(error))
                await asyncio.sleep(WAIT)
                continue
            if self._has_room(server):
                task = loop.create_task(_meet(visitor, server, tls))
                self._coming.add(task)
                task.add_done_callback(self._coming.discard)
            else:
                visitor.close()
            # An alarm comes between any two visitors, and a crowd gets little of the processor.
            is_crowd = len(server.connections) + len(self._coming) >= MOST
            await asyncio.sleep(PAUSE if is_crowd else 0)

    def _has_room(self, server: "web.Server") -> bool:
        """Say whether one more may come in; whoever waits for nothing longest goes for it."""
        inside = [each for each in server.connections if each.transport is not None]
        if len(inside) + len(self._coming) < MOST:
            return True
        idle = next((each for each in inside if each not in self._served), None)
        if idle is None or idle.transport is None:
            return False
        idle.transport.abort()
        return True


async def _meet(visitor: socket.socket, server: "web.Server", tls: ssl.SSLContext | None) -> None:
    patience = None if tls is None else HANDSHAKE
    try:
        await asyncio.get_running_loop().connect_accepted_socket(
            server, visitor, ssl=tls, ssl_handshake_timeout=patience
        )
    except OSError:  # TLS refused, or its time over
        visitor.close()


def _sockets(host: str, port: int) -> list[socket.socket]:
    """Listen at every address of a name. Raises OSError."""
    found: list[socket.socket] = []
    try:
        kind = socket.SOCK_STREAM
        for family, _, _, _, address in socket.getaddrinfo(host, port, type=kind):
            found.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
            found[-1].setblocking(False)
    except OSError:
        for each in found:
            each.close()
        raise
    return found
