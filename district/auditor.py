"""Who makes sure that nothing lies there that nobody has: the watch over the watch.

An open incident has an owner with a lease or a next deadline; if not, or if the deadline has long
passed, its deadline is now, and it rises. Several watches may run: each sees when another one
stands still. Whoever serves a page asks `is_late` and says in red when none looks any more.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import Row, Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.ahead import bring_back
from district.database import Database, insert_once, locked
from district.live import News, Topic
from district.outages import is_silent
from district.own import Own, end_own, open_own, top
from district.phases import Phase
from district.schema import INTAKE, gateways, incidents, watchers

GRACE = timedelta(seconds=30)  # a deadline that passed so long ago was overlooked
NOTED = timedelta(seconds=5)  # a look is noted no more often
LATE = timedelta(seconds=60)  # without a look: the watch itself stands still
log = structlog.get_logger()


class Watcher(Struct, frozen=True):
    """One process that looks at what is due; `name` is nobody else's."""

    name: str
    host: str
    began: datetime


async def audit_all(
    database: Database, now: datetime, me: Watcher | None = None
) -> tuple[News, ...]:
    """Find what nobody has and nothing will move, and move it. Raises DatabaseFailed."""
    me = me or Watcher("auditor", "", now)
    async with database.begin() as connection:
        ahead = await bring_back(connection, now)
        moved = await _overlooked(connection, now)
        unseen = await _unwatched(connection, now)
        if ahead:
            log.error("auditor", ahead=ahead, why="times not yet come: was the clock wrong?")
        if moved or unseen:
            log.error("auditor", overlooked=[row.id for row in moved], unwatched=unseen)
        # All rows in one order before our own: two watches must not wait for each other in a ring.
        await connection.execute(locked(_watches()))
        await _looked(connection, me, now, {"overlooked": len(moved), "unwatched": unseen})
        news = await _others(connection, now)
    return (*(News(Topic.INCIDENT, row.id, row.place) for row in moved), *news)


async def is_late(connection: AsyncConnection, now: datetime) -> bool:
    """Say whether no watch has looked for too long."""
    last = select(func.max(watchers.c.looked)).where(watchers.c.name != INTAKE)
    found = await connection.execute(last)
    looked = found.scalar_one_or_none()
    return looked is None or now - looked > LATE


async def leave(database: Database, me: Watcher) -> None:
    """Say that this watch ends as it should: nobody need miss it. Raises DatabaseFailed."""
    async with database.begin() as connection:
        await connection.execute(delete(watchers).where(watchers.c.name == me.name))


async def _overlooked(connection: AsyncConnection, now: datetime) -> "list[Row[Any]]":
    is_lost = or_(
        incidents.c.next_due.is_(None),
        incidents.c.next_due < now - GRACE,
        (incidents.c.phase == Phase.TAKEN)
        & (incidents.c.owner.is_(None) | incidents.c.until.is_(None)),
    )
    lost = select(incidents).where(incidents.c.closed.is_(None), is_lost)
    found = await connection.execute(locked(lost.order_by(incidents.c.id), skips=True))
    rows = list(found.all())
    if not rows:
        return []
    moved = update(incidents).where(incidents.c.id.in_([row.id for row in rows]))
    await connection.execute(moved.values(next_due=now))
    return rows


async def _unwatched(connection: AsyncConnection, now: datetime) -> int:
    """Count the gateways without a heartbeat of which no incident tells."""
    told = select(incidents.c.id).where(incidents.c.rule == Own.UNHEARD)
    if (await connection.execute(told.where(incidents.c.closed.is_(None)).limit(1))).first():
        return 0
    of = select(func.count()).where(is_silent(now - GRACE), gateways.c.outage.is_(None))
    return int((await connection.execute(of)).scalar_one())


# -- the watches among themselves


async def _looked(
    connection: AsyncConnection, me: Watcher, now: datetime, found: dict[str, int]
) -> None:
    row = {"name": me.name, "host": me.host, "began": me.began, "looked": now, "found": found}
    if not await insert_once(connection, watchers, row):
        which = (watchers.c.name == me.name) & (watchers.c.looked <= now - NOTED)
        await connection.execute(update(watchers).where(which).values(looked=now, found=found))


def _watches() -> "Select[Any]":
    return select(watchers).where(watchers.c.name != INTAKE).order_by(watchers.c.name)


async def _others(connection: AsyncConnection, now: datetime) -> tuple[News, ...]:
    rows = (await connection.execute(_watches())).all()
    alive = [row for row in rows if now - row.looked <= LATE]
    news: tuple[News, ...] = ()
    for row in rows:
        is_replaced = any(one.host == row.host and one.began > row.looked for one in alive)
        if row in alive or is_replaced:
            news += await _is_back(connection, row, now)
            if is_replaced and row not in alive:
                await connection.execute(delete(watchers).where(watchers.c.name == row.name))
        else:
            news += await _stands(connection, row, now)
    return news


async def _is_back(connection: AsyncConnection, row: "Row[Any]", now: datetime) -> tuple[News, ...]:
    if row.incident is None:
        return ()
    known = update(watchers).where(watchers.c.name == row.name)
    await connection.execute(known.values(incident=None))
    return await end_own(connection, row.incident, now)


async def _stands(connection: AsyncConnection, row: "Row[Any]", now: datetime) -> tuple[News, ...]:
    """Tell of one that stands still; once somebody has closed that, it is forgotten."""
    if row.incident is not None:
        which = incidents.c.id == row.incident
        closed = (await connection.execute(select(incidents.c.closed).where(which))).scalar_one()
        if closed is not None:
            await connection.execute(delete(watchers).where(watchers.c.name == row.name))
        return ()
    incident, news = await open_own(
        *(connection, Own.STANDS, await top(connection), now),
        because={"watch": row.name, "host": row.host, "looked": row.looked.isoformat()},
        host=row.host or row.name,
    )
    known = update(watchers).where(watchers.c.name == row.name)
    await connection.execute(known.values(incident=incident))
    return (news,)
