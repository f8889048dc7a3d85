"""`shouhu district`: everything of a district in one process, or the parts that are asked for."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine, Generator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
import uvicorn

from district.auditor import Watcher, audit_all, leave
from district.beginning import begin
from district.database import Database, DatabaseFailed, wait_for
from district.identity import fresh
from district.intake.gbt import GbtIntake
from district.intake.https import HttpsIntake
from district.intake.mqtt import MqttIntake
from district.keeping import keep
from district.levels import pass_time
from district.live import Live, News
from district.outages import look as look_for_outages
from district.outward.away import look as look_for_receivers
from district.outward.push import Pusher
from district.settings import Settings
from district.web.app import application
from district.web.guard import District
from district.web.listener import Listener

EVERY = 1.0  # seconds between two looks at what is due
LONGEST_LOOK = 20.0  # seconds
THIS_MACHINE = ("127.0.0.1", "::1")
Look = Callable[[Database, datetime], Awaitable[tuple[News, ...]]]
log = structlog.get_logger()


class Part(StrEnum):
    """What one process of a district may do."""

    INTAKE = "intake"
    WATCH = "watch"  # leases, levels
    WEB = "web"
    PUSH = "push"  # the feed, to other platforms


def now() -> datetime:
    """Give the time; the district has one clock."""
    return datetime.now(UTC)


async def serve(
    settings: Settings,
    parts: frozenset[Part] = frozenset(Part),
    on_ready: Callable[[str | None], None] = lambda _password: None,
) -> None:
    """Run until cancelled. Raises DatabaseFailed, or OSError for a port that cannot be had.

    `on_ready` is given the first account's password, where this is the first day.
    """
    database = Database(settings.database)
    try:
        await wait_for(database)
        await database.migrate()
        async with database.begin() as connection:
            password = await begin(connection)
        live = Live(database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live.run())
            for work in _work(settings, parts, database, live):
                tasks.create_task(work)
            if Part.WEB in parts:
                tasks.create_task(_web(settings, database, live, lambda: on_ready(password)))
            else:
                on_ready(password)
    finally:
        await database.close()


def _work(
    settings: Settings, parts: frozenset[Part], database: Database, live: Live
) -> list[Coroutine[Any, Any, None]]:
    found = []
    if Part.WATCH in parts:
        found.append(_watch(database, live))
        found.append(keep(database, settings.kept, now))
    if Part.INTAKE in parts:
        if settings.mqtt is not None:
            found.append(MqttIntake(settings.mqtt, database, live, now).run())
        if settings.https is not None:
            found.append(HttpsIntake(settings.https, database, live, now).run())
        if settings.gbt is not None:
            found.append(GbtIntake(settings.gbt, database, live, now).run())
    if Part.PUSH in parts:
        found += [Pusher(each, database, now).run() for each in settings.pushes]
    return found


async def _watch(database: Database, live: Live) -> None:
    me = Watcher(fresh(), socket.gethostname(), now())
    looks = (
        pass_time,
        lambda database, at: look_for_outages(database, at, me.began),
        lambda database, at: audit_all(database, at, me),
        look_for_receivers,
    )
    try:
        while True:
            for look in looks:
                await _look(look, database, live)
            await asyncio.sleep(EVERY)
    finally:
        with contextlib.suppress(DatabaseFailed):
            await leave(database, me)


async def _look(look: Look, database: Database, live: Live) -> None:
    """Look once; what fails or hangs keeps no other look from its turn."""
    try:
        async with asyncio.timeout(LONGEST_LOOK):
            await live.tell(await look(database, now()))
    except (DatabaseFailed, TimeoutError) as error:
        log.error("watch", why=str(error) or "it took too long")


async def _web(
    settings: Settings, database: Database, live: Live, on_ready: Callable[[], None]
) -> None:
    district = District(
        *(database, live, now, settings.is_secure),
        second_factor=settings.second_factor,
        address=settings.address,
    )
    await _Server(web_config(settings, district), on_ready).serve()


def web_config(settings: Settings, district: District) -> uvicorn.Config:
    """Give how the desk is served; a proxy that is none of ours cannot say whose a request is."""
    return uvicorn.Config(
        application(district),
        host=settings.host,
        port=settings.port,
        http=Listener,
        log_config=None,
        log_level=logging.WARNING,
        server_header=False,
        timeout_graceful_shutdown=2,
        forwarded_allow_ips=[*THIS_MACHINE, *settings.proxies],
    )


class _Server(uvicorn.Server):
    """uvicorn's, which says when it is ready and leaves signals to us."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as end:  # it would end the process where somebody else has the port
            where = f"{self.config.host}:{self.config.port}"
            raise OSError(f"{where}: {end.__context__ or 'cannot be had'}") from end
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
