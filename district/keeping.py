"""How long what was taken in is kept: what nobody needs any more goes, a little at a time.

What people act on and answer for (incidents, their steps, the roster) stays until it is erased.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Table, delete, select

from district.database import Database, DatabaseFailed
from district.schema import audits, events, orders, sessions, summaries

EVERY = 3600.0  # seconds between two looks
AT_ONCE = 1000  # rows in one transaction: nobody waits for it
REST = 0.05  # seconds between two of them
USED_UP = timedelta(days=30)  # of what is over: sessions, orders
log = structlog.get_logger()


class Kept(Struct, frozen=True):
    """For how long each kind is kept."""

    events: timedelta = timedelta(days=400)
    audits: timedelta = timedelta(days=1095)  # six months at least (Cybersecurity Law, article 21)
    summaries: timedelta = timedelta(days=31)

    @classmethod
    def of_days(cls, events: int, audits: int, summaries: int) -> "Kept":
        """Make it of days."""
        return cls(*(timedelta(days=days) for days in (events, audits, summaries)))


async def keep(database: Database, kept: Kept, now: Callable[[], datetime]) -> None:
    """Sweep now and then, until cancelled."""
    while True:
        try:
            await sweep(database, kept, now())
        except DatabaseFailed as error:
            log.error("keeping", why=str(error))
        await asyncio.sleep(EVERY)


async def sweep(database: Database, kept: Kept, now: datetime) -> int:
    """Erase what is past its time; give how many rows. Raises DatabaseFailed."""
    oldest_day = (now - kept.summaries).date().isoformat()
    past = (
        (events, events.c.seq, events.c.received < now - kept.events),
        (audits, audits.c.seq, audits.c.at < now - kept.audits),
        (sessions, sessions.c.id, sessions.c.ends < now - USED_UP),
        (orders, orders.c.id, orders.c.ends < now - USED_UP),
    )
    count = 0
    for table, key, where in past:
        count += await _erase(database, table, key, where)
    async with database.begin() as connection:
        done = await connection.execute(delete(summaries).where(summaries.c.day < oldest_day))
    await database.wipe()
    return count + done.rowcount


async def _erase(
    database: Database, table: Table, key: "Column[object]", where: "ColumnElement[bool]"
) -> int:
    count = 0
    while True:
        async with database.begin() as connection:
            old = select(key).where(where).limit(AT_ONCE)
            names = (await connection.execute(old)).scalars().all()
            if names:
                await connection.execute(delete(table).where(key.in_(names)))
        count += len(names)
        if len(names) < AT_ONCE:
            return count
        await asyncio.sleep(REST)
