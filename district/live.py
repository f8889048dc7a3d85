"""News between processes: what has changed, so that pages and workers look again.

News may be lost with a connection; whoever hears them looks into the database, which has it all.
To tell costs whoever tells nothing: what gathers meanwhile goes out together.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from enum import StrEnum

import asyncpg
import msgspec
import structlog
from msgspec import Struct

from district.database import Database

CHANNEL = "shouhu"
RETRY = 2.0  # seconds
QUEUED = 1000
PULSE = 15.0  # seconds
PATIENCE = 10.0  # seconds for one word to PostgreSQL
SAY = "SELECT pg_notify($1, each) FROM unnest($2::text[]) AS each"
log = structlog.get_logger()


class Topic(StrEnum):
    """What news are about."""

    INCIDENT = "incident"
    GATEWAY = "gateway"
    ORDER = "order"
    VISIT = "visit"  # somebody opened a link of this gateway
    PAGE = "page"  # what is to be shown for this visit is there
    AGAIN = "again"  # some were missed: look at everything


class News(Struct, frozen=True):
    """Something changed: what, which one, in which area: of an incident, where it happened."""

    topic: Topic
    id: str
    area: str


class Live:
    """Tells and hears news. One process without PostgreSQL tells itself only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[asyncio.Queue[News]] = set()
        self._server: int | None = None  # of our connection, by which we know our own news
        self._unsent: dict[News, None] = {}  # told twice meanwhile, sent once
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Hear what other processes tell, and tell them, until cancelled."""
        if not self._database.is_postgres:
            await asyncio.Event().wait()
        while True:
            try:
                await self._stand()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("news", why=str(error))
            await asyncio.sleep(RETRY)

    async def tell(self, news: Iterable[News]) -> None:
        """Tell everybody, in this process at once. To be called after the commit."""
        for each in news:
            self._spread(each)
            if self._database.is_postgres:
                self._unsent[each] = None
        if len(self._unsent) > QUEUED:
            self._unsent = {News(Topic.AGAIN, "", ""): None}
        if self._unsent:
            self._wake.set()

    @contextlib.asynccontextmanager
    async def heard(self) -> AsyncIterator["asyncio.Queue[News]"]:
        """Give a queue of news from now on; one that is not read in time is told AGAIN."""
        queue: asyncio.Queue[News] = asyncio.Queue(QUEUED)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def _spread(self, news: News) -> None:
        for queue in self._listeners:
            if queue.qsize() >= QUEUED - 1:
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(News(Topic.AGAIN, "", ""))
            queue.put_nowait(news)

    async def _stand(self) -> None:
        """Hear and tell over one connection, until it ends."""
        url = self._database.url.set(drivername="postgresql")
        # News are no facts: none of them waits for the disk.
        connection = await asyncpg.connect(
            url.render_as_string(hide_password=False),
            server_settings={"synchronous_commit": "off"},
            command_timeout=PATIENCE,
        )
        try:
            connection.add_termination_listener(lambda _: self._wake.set())
            self._server = connection.get_server_pid()
            await connection.add_listener(CHANNEL, self._told())
            self._spread(News(Topic.AGAIN, "", ""))
            while not connection.is_closed():
                await self._send(connection)
                try:
                    async with asyncio.timeout(PULSE):
                        await self._wake.wait()
                except TimeoutError:
                    # A connection that is lost on its way says nothing by itself.
                    await connection.execute("SELECT 1")
        finally:
            self._server = None
            with contextlib.suppress(OSError, asyncpg.PostgresError, TimeoutError):
                await connection.close(timeout=2)

    async def _send(self, connection: asyncpg.Connection) -> None:
        self._wake.clear()
        while self._unsent and not connection.is_closed():
            unsent, self._unsent = self._unsent, {}
            payloads = [msgspec.json.encode(each).decode() for each in unsent]
            try:
                await connection.execute(SAY, CHANNEL, payloads)
            except BaseException:
                self._unsent = unsent | self._unsent
                raise

    def _told(self) -> "Callable[[object, int, str, object], None]":
        def told(_connection: object, pid: int, _channel: str, payload: object) -> None:
            if pid == self._server:
                return  # we have told ourselves
            with contextlib.suppress(msgspec.MsgspecError):
                self._spread(msgspec.json.decode(str(payload), type=News))

        return told
