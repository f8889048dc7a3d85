"""A far end over HTTPS for tests: TLS with certificates of both sides, each event applied once."""

import asyncio
import ssl
import threading

from aiohttp import web

from gateway.wire.uplink.event import decode, encode
from tests.broker import Certificates, free_port
from tests.intake import Intake


class HttpsFarEnd(Intake):
    """A server in a thread of its own; while it is away it breaks every connection off."""

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self.port = free_port()
        self._certificates = certificates
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(10), "the far end could not listen"

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _open(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/events", self._heard)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        mine = self._certificates
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=mine.ca)
        context.load_cert_chain(mine.server, mine.server_key)
        context.verify_mode = ssl.CERT_REQUIRED
        await web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=context).start()
        return runner

    async def _heard(self, request: web.Request) -> web.Response:
        event = decode(await request.read())
        assert request.headers["Idempotency-Key"] == event.id
        with self.changed:
            about = None if self.is_away else self.answer(event)
            self.changed.notify_all()
        if about is None and request.transport is not None:
            request.transport.abort()
        return web.Response(body=b"" if about is None else encode(about))
