"""Gateways that fall silent: each an incident of its own, a street that does so together one line.

Nothing here touches what homes have said: smoke of a gateway that has just fallen silent stays an
emergency of its own. Those at greatest risk stand first where the incident is opened.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import Database, locked
from district.incidents import note_step
from district.levels import BY
from district.live import News, Topic
from district.own import GROUPED, Own, end_left, end_own, open_own, standing, told
from district.phases import Act, Phase
from district.schema import areas, gateways, households, incidents
from district.unheard import SILENT_AFTER, unheard

TOGETHER = 3  # gateways of one area...
WITHIN = timedelta(minutes=5)  # ...so soon after each other
AGAIN = timedelta(days=1)  # what was closed while it lasted is told again
RULE = Own.TOGETHER


async def look(
    database: Database, now: datetime, awake: datetime | None = None
) -> tuple[News, ...]:
    """Tell who has fallen silent, and let go who is back. Raises DatabaseFailed.

    `awake` is since when somebody looks: before that nobody could be heard.
    """
    news: list[News] = []
    async with database.begin() as connection:
        news += await _back(connection, now)
        news += await end_left(connection, now)
        await _forget(connection, now)
        if awake is not None and now < awake + SILENT_AFTER:
            return tuple(news)
        may_judge, told_of_all = await unheard(connection, now)
        news += told_of_all
        if not may_judge:
            return tuple(news)
        for area, rows in (await _silent(connection, now)).items():
            news += await _tell(connection, area, rows, now)
    return tuple(news)


# -- those of one area


async def _silent(connection: AsyncConnection, now: datetime) -> "dict[str, list[Row[Any]]]":
    """Give who has fallen silent by area, and lock the areas: two watches must not tell twice."""
    wanted = select(gateways).where(is_silent(now), gateways.c.outage.is_(None))
    places = {row.area for row in await connection.execute(wanted)}
    if not places:
        return {}
    lock = select(areas.c.id).where(areas.c.id.in_(places)).order_by(areas.c.id)
    await connection.execute(locked(lock))
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(wanted.order_by(gateways.c.id)):
        found[row.area].append(row)
    return {area: found[area] for area in sorted(found.keys() & places)}


def is_silent(now: datetime) -> "ColumnElement[bool]":
    """Give the condition that a gateway should be heard and is not."""
    of = select(households.c.id).where(
        households.c.gateway == gateways.c.id, households.c.is_registered
    )
    lives = of.where(households.c.ended.is_(None)).exists()
    return and_(
        gateways.c.is_registered,
        gateways.c.heard <= now - SILENT_AFTER,
        or_(lives, ~of.exists()),
    )


async def _tell(
    connection: AsyncConnection, area: str, rows: "list[Row[Any]]", now: datetime
) -> tuple[News, ...]:
    """Join the outage that stands here, begin one, or tell of each alone."""
    stands = await standing(connection, RULE, area)
    alone = [
        each for each in await standing(connection, Own.ALONE, area)
        if each.opened > now - WITHIN and each.phase == Phase.OPEN and each.home_state == "raised"
    ]  # fmt: skip
    if not stands and len(alone) + len(rows) < TOGETHER:
        return await _alone(connection, rows, now)
    news: list[News] = []
    outage = stands[0].id if stands else ""
    if not stands:
        outage, opened = await open_own(connection, RULE, area, now, n=0)
        news.append(opened)
        for each in alone:
            await _moved(connection, gateways.c.outage == each.id, outage)
            news += await end_own(connection, each.id, now, GROUPED, part_of=outage)
    await _moved(connection, gateways.c.id.in_([row.id for row in rows]), outage)
    return (*news, *await _counted(connection, outage, now))


async def _alone(
    connection: AsyncConnection, rows: "list[Row[Any]]", now: datetime
) -> tuple[News, ...]:
    news = []
    for row in rows:
        living = select(households).where(
            households.c.gateway == row.id, households.c.ended.is_(None)
        )
        homes = (await connection.execute(living.order_by(households.c.id))).all()
        only = homes[0] if len(homes) == 1 else None
        incident, opened = await open_own(
            *(connection, Own.ALONE, row.area, now),
            household=None if only is None else only.id,
            gateway=row.id,
            because={"gateway": row.id, "heard": row.heard.isoformat(), "homes": len(homes)},
            name=row.id if only is None else only.name or row.id,
        )
        await _moved(connection, gateways.c.id == row.id, incident)
        news.append(opened)
    return tuple(news)


async def _moved(connection: AsyncConnection, which: "ColumnElement[bool]", incident: str) -> None:
    changed = update(gateways).where(which).values(outage=incident, is_online=False)
    await connection.execute(changed)


async def _counted(connection: AsyncConnection, outage: str, now: datetime) -> tuple[News, ...]:
    """Write how many there are now; none any more: it is over."""
    row = (await connection.execute(select(incidents).where(incidents.c.id == outage))).one()
    there = select(func.count()).where(gateways.c.outage == outage)
    count = int((await connection.execute(there)).scalar_one())
    if not count:
        return await end_own(connection, outage, now, silent=0)
    if row.rule != RULE:
        return ()
    place = select(areas.c.name).where(areas.c.id == row.place)
    name = (await connection.execute(place)).scalar_one()
    values: dict[str, Any] = {"told": told(RULE, area=name, n=count), "home_state": "raised"}
    values["because"] = {**row.because, "silent": count}
    if row.home_state != "raised":
        # Somebody has it still; others have fallen silent meanwhile.
        await note_step(connection, row.id, Act.HOME, BY, at=now, detail={"state": "raised"})
    changed = update(incidents).where(incidents.c.id == outage)
    await connection.execute(changed.values(**values, version=row.version + 1))
    return (News(Topic.INCIDENT, row.id, row.place),)


# -- who is back, and what was closed too early


async def _back(connection: AsyncConnection, now: datetime) -> tuple[News, ...]:
    """Take out of their outages those that are heard again, and those that nobody waits for."""
    which = gateways.c.outage.is_not(None) & ~is_silent(now)
    rows = (await connection.execute(select(gateways.c.id, gateways.c.outage).where(which))).all()
    if not rows:
        return ()
    back = update(gateways).where(gateways.c.id.in_([row.id for row in rows]))
    await connection.execute(back.values(outage=None))
    news: tuple[News, ...] = ()
    for outage in sorted({row.outage for row in rows}):
        news += await _counted(connection, outage, now)
    return news


async def _forget(connection: AsyncConnection, now: datetime) -> None:
    """Let go of outages that somebody closed long ago, although the gateways are silent still."""
    # Also by a clock that was ahead then: that may be years away.
    is_old = or_(incidents.c.closed <= now - AGAIN, incidents.c.closed > now + AGAIN)
    which = gateways.c.outage.is_not(None) & is_old
    closed = select(gateways.c.id).join(incidents, incidents.c.id == gateways.c.outage)
    names = (await connection.execute(closed.where(which))).scalars().all()
    if names:
        again = update(gateways).where(gateways.c.id.in_(names)).values(outage=None)
        await connection.execute(again)
