"""Intake over HTTPS: an idempotent POST for each event, its reply in the answer's body.

    POST /v1/events          one CloudEvent; the reply event comes back
    GET  /v1/orders?wait=25  what the desk asks of this gateway, and visits to its links, as soon as
                             there is something

Who a gateway is, its client certificate says: its common name. Without TLS nobody proves anything,
so that is for a proxy on this machine, which has checked and says so in a header.
"""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from aiohttp import web
from msgspec import Struct

from district import orders, passing
from district.database import Database, DatabaseFailed
from district.identity import fresh
from district.intake import hearing
from district.intake.calling import Callers
from district.intake.signs import Signs
from district.intake.taking import Intake
from district.intake.together import Together
from district.live import Live
from gateway.wire.uplink.event import (
    Answer,
    Event,
    HeartbeatData,
    Kind,
    NoEvent,
    ReplyData,
    decode,
    encode,
)
from gateway.wire.uplink.visiting import PageData

MEDIA_TYPE = "application/cloudevents+json"
BATCH_TYPE = "application/cloudevents-batch+json"
MOST_BYTES = 256 << 10
LONGEST_WAIT = 30  # seconds
PROXY_HEADER = "X-Shouhu-Gateway"
SOURCE = "/district"
log = structlog.get_logger()


class HttpsSettings(Struct, frozen=True):
    """Where gateways post, and how both sides prove who they are."""

    host: str = "127.0.0.1"
    port: int = 8340
    certificate: Path | None = None  # None: a proxy on this machine does TLS
    key: Path | None = None
    clients: Path | None = None  # the CA of the gateways' certificates


class HttpsIntake:
    """One listener."""

    def __init__(
        self,
        settings: HttpsSettings,
        database: Database,
        live: Live,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._database = database
        intake = Intake(database)
        self._together = Together(intake, now)
        self._signs = Signs(intake, live, now)
        self._live = live
        self._now = now
        self._callers = Callers()

    async def run(self, on_ready: Callable[[int], None] = lambda _port: None) -> None:
        """Listen until cancelled. Raises OSError where the port or a file cannot be used."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/v1/events", self._take)
        app.router.add_get("/v1/orders", self._order)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            settings = self._settings
            site = web.TCPSite(runner, settings.host, settings.port, ssl_context=_context(settings))
            async with self._live.heard() as news:
                await site.start()
                on_ready(runner.addresses[0][1])
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._callers.listen(news))
                    tasks.create_task(self._signs.run())
                    tasks.create_task(hearing.listen(self._database, self._now))
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        gateway = self._gateway(request)
        body = await request.read()
        try:
            event = decode(body)
        except NoEvent as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        try:
            if isinstance(event.data, HeartbeatData):
                self._signs.beat(gateway, event.data)
                return self._replied(ReplyData(event.id, Answer.ACCEPTED))
            if isinstance(event.data, PageData):
                async with self._database.begin() as connection:
                    news = await passing.came_back(connection, gateway, event.data, body)
                await self._live.tell(news)
                return web.Response(status=204)
            taken = await self._together.take(gateway, event, body)
        except DatabaseFailed as error:
            log.error("intake", gateway=gateway, why=str(error))
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from error
        await self._live.tell(taken.news)
        return self._replied(taken.reply)

    def _replied(self, data: ReplyData) -> web.Response:
        reply = Event(fresh(), SOURCE, Kind.REPLY, self._now(), data)
        return web.Response(body=encode(reply), content_type=MEDIA_TYPE)

    async def _order(self, request: web.Request) -> web.Response:
        """Give the orders of this gateway as a batch of CloudEvents, empty when none came."""
        gateway = self._gateway(request)
        try:
            wait = min(max(int(request.query.get("wait", "0")), 0), LONGEST_WAIT)
        except ValueError as error:
            raise web.HTTPBadRequest(text="wait: whole seconds") from error
        deadline = asyncio.get_running_loop().time() + wait
        with self._callers.waiting(gateway) as call:
            while not (found := await self._due(gateway)) and await call.word(deadline):
                pass
        return web.Response(body=b"[" + b",".join(found) + b"]", content_type=BATCH_TYPE)

    async def _due(self, gateway: str) -> list[bytes]:
        try:
            async with self._database.begin() as connection:
                ordered = await orders.fetched(connection, self._now(), gateway)
                return [*ordered, *await passing.fetched(connection, self._now(), gateway)]
        except DatabaseFailed as error:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from error

    def _gateway(self, request: web.Request) -> str:
        """Give who asks. Raises HTTPForbidden for nobody that we know of."""
        if self._settings.certificate is None:
            name = request.headers.get(PROXY_HEADER, "")
        else:
            name = _common_name(request)
        if not name or len(name) > 64:
            raise web.HTTPForbidden(text="which gateway is this?")
        return name


def _common_name(request: web.Request) -> str:
    transport = request.transport
    certificate = None if transport is None else transport.get_extra_info("peercert")
    for part in (certificate or {}).get("subject", ()):
        for name, value in part:
            if name == "commonName":
                return str(value)
    return ""


def _context(settings: HttpsSettings) -> ssl.SSLContext | None:
    if settings.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.clients)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(settings.certificate, settings.key)
    return context
