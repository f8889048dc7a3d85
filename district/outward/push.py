"""The feed, pushed: batch after batch in order, each until it is taken, from where it had come to.

A receiver that does not take a batch gets it again after a pause that grows. One that has looked at
it and refuses it gets fewer events at a time, until it is seen which one it does not want; nothing
is left out but by somebody who says so.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct
from sqlalchemy import select

from district import feed
from district.access import Role, Who
from district.database import Database, DatabaseFailed
from district.feed import Page
from district.identity import fresh
from district.incidents import Refused
from district.outward import positions
from district.outward.receiver import Batch, NotTaken, Receiver
from district.outward.republish import Republisher, RepublishSettings
from district.outward.webhook import Webhook, WebhookSettings
from district.schema import areas

EVERY = 1.0  # seconds between two looks while there is nothing
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)
MOST_BYTES = 1 << 20  # of a batch; one event alone may have more
log = structlog.get_logger()


class PushSettings(Struct, frozen=True):
    """Whom to push to, and what: events of an area, of some kinds or all (no kinds)."""

    name: str
    to: WebhookSettings | RepublishSettings
    area: str = "top"
    kinds: tuple[str, ...] = ()
    batch: int = 100
    from_beginning: bool = False


class Pusher:
    """Pushes to one receiver, while no other process does."""

    def __init__(
        self, settings: PushSettings, database: Database, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._database = database
        self._now = now
        self._receiver = _receiver(settings, now)
        self._holder = fresh()
        self._most = settings.batch
        self._is_begun = False

    async def run(self) -> None:
        """Push until cancelled."""
        try:
            while True:
                if not await self._tried():
                    await asyncio.sleep(EVERY)
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of connections, and let another process push at once."""
        await self._receiver.close()
        try:
            async with self._database.begin() as connection:
                await positions.let_go(connection, self._settings.name, self._holder)
        except DatabaseFailed:
            log.info("push", to=self._settings.name, held=True)  # until it is over by itself

    async def once(self) -> bool:
        """Push one batch; say whether more may be waiting. Raises DatabaseFailed, Refused."""
        state = await self._had()
        if state is None:
            return False
        position, failures = state
        page = await self._page(position)
        if not page.events:
            if page.position > position:
                async with self._database.begin() as connection:
                    await positions.passed(connection, self._settings.name, position, page.position)
            return False
        batch = _fitting(page)
        try:
            await self._receiver.take(batch)
        except NotTaken as no:
            await self._failed(no, failures + 1, batch)
            return False
        # What the page says of the rest holds only where the whole page was taken.
        is_whole = batch.last == page.events[-1][0]
        last = page.position if is_whole else batch.last
        async with self._database.begin() as connection:
            await positions.taken(connection, self._settings.name, position, last, self._now())
        self._most = min(self._most * 2, self._settings.batch)
        return True

    async def _tried(self) -> bool:
        try:
            return await self.once()
        except (DatabaseFailed, Refused) as error:
            log.error("push", to=self._settings.name, why=str(error))
            return False

    async def _had(self) -> tuple[int, int] | None:
        """Give position and failures, where it is ours and time to try."""
        settings, now = self._settings, self._now()
        async with self._database.begin() as connection:
            if not self._is_begun:
                end = await feed.place(connection)
                await positions.begin(
                    *(connection, settings.name, settings.area, end),
                    from_beginning=settings.from_beginning,
                )
            row = await positions.have(connection, settings.name, self._holder, now)
        self._is_begun = True
        if row is None or (row.next_try is not None and now < row.next_try):
            return None
        return row.position, row.failures

    async def _page(self, position: int) -> Page:
        settings = self._settings
        async with self._database.begin() as connection:
            found = await connection.execute(
                select(areas.c.path).where(areas.c.id == settings.area)
            )
            path = found.scalar_one()
            who = Who(settings.name, settings.name, Role.PLATFORM, settings.area, path)
            return await feed.after(connection, who, position, self._most, settings.kinds)

    async def _failed(self, no: NotTaken, failures: int, batch: Batch) -> None:
        if no.smaller:
            self._most = max(len(batch.events) // 2, 1)
        why = str(no) if len(batch.events) > 1 else f"{no} (event at {batch.last})"
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
        pause = max(pause * random.uniform(0.75, 1.0), no.wait or timedelta(0))
        log.warning("push", to=self._settings.name, failures=failures, why=why)
        async with self._database.begin() as connection:
            await positions.failed(
                connection, self._settings.name, failures, why, self._now() + pause
            )


def _receiver(settings: PushSettings, now: Callable[[], datetime]) -> Receiver:
    match settings.to:
        case WebhookSettings() as webhook:
            return Webhook(settings.name, webhook, now)
        case RepublishSettings() as broker:
            return Republisher(broker)


def _fitting(page: Page) -> Batch:
    """Give as much of a page as a receiver is asked to take at once."""
    taken: list[tuple[int, str]] = []
    size = 0
    for place, event in page.events:
        size += len(event.encode())
        if taken and size > MOST_BYTES:
            break
        taken.append((place, event))
    return Batch(tuple(event for _, event in taken), taken[0][0], taken[-1][0])
