"""Since when somebody has listened without a gap: only then is a gateway's silence its own.

A district that starts after an hour's rest has not heard ten thousand gateways, and they were never
silent. What follows from it, outages.py says.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from district.database import Database, DatabaseFailed, insert_once, locked
from district.schema import INTAKE, watchers

EVERY = 5.0  # seconds
GAP = timedelta(seconds=30)  # nobody listened
log = structlog.get_logger()


async def listen(database: Database, now: Callable[[], datetime]) -> None:
    """Say that somebody listens, until cancelled."""
    while True:
        try:
            await note(database, now())
        except DatabaseFailed as error:
            log.error("intake", hearing=False, why=str(error))
        await asyncio.sleep(EVERY)


async def note(database: Database, now: datetime) -> None:
    """Say that somebody listens now. Raises DatabaseFailed."""
    async with database.begin() as connection:
        row = {"name": INTAKE, "looked": now, "found": {"since": now.isoformat()}}
        if await insert_once(connection, watchers, row):
            return
        which = watchers.c.name == INTAKE
        before = (await connection.execute(locked(select(watchers).where(which)))).one()
        # Since a time that is not yet come: the clock was ahead then, and is set right.
        since = datetime.fromisoformat(before.found["since"])
        goes_on = now - before.looked <= GAP and since <= now + GAP
        found = before.found if goes_on else row["found"]
        # The clocks of two workers are not quite one; one that has jumped back must not vouch on.
        looked = min(max(now, before.looked), now + GAP)
        await connection.execute(update(watchers).where(which).values(looked=looked, found=found))
