"""Whether gateways are heard at all: where none of them is, that is told, and not each silence.

Either nobody listens (no intake says that it hears), or what lies between is broken. A power cut of
one area is none of this. Where somebody listens, single silences are told too after a while.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.live import News
from district.own import Own, end_own, open_own, standing, top
from district.schema import INTAKE, gateways, incidents, watchers
from edge.model import Severity

SILENT_AFTER = timedelta(seconds=90)  # three heartbeats (EN 50136-1, DP4)
UNHEARD_AFTER = timedelta(seconds=45)  # of many gateways one is heard each few seconds
DEAF_AFTER = timedelta(seconds=30)  # without a word of any intake
HELD = timedelta(minutes=10)  # how long single silences wait for that; closed, it is told again
MANY = 10  # gateways of several areas, from which on it is no chance that none is heard
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def unheard(connection: AsyncConnection, now: datetime) -> tuple[bool, tuple[News, ...]]:
    """Tell that none is heard, or that they are again; say whether single ones may be judged."""
    count, places, last = await _heard(connection)
    stands, since = await standing(connection, Own.UNHEARD), await listening(connection, now)
    is_cut_off = count >= MANY and places > 1 and last <= now - UNHEARD_AFTER
    if count and (since is None or is_cut_off):
        news = () if stands else await _told(connection, count, last, now)
        is_long = bool(stands) and now - stands[0].opened >= HELD
        return since is not None and is_long, news
    ended: tuple[News, ...] = ()
    for row in stands:
        if row.home_state == "raised":
            ended += await end_own(connection, row.id, now, over=now.isoformat())
    # They come back one after the other: who is not back yet is not silent yet.
    is_early = since is None or now < since + SILENT_AFTER
    return not is_early and not await _has_just_returned(connection, now), ended


async def listening(connection: AsyncConnection, now: datetime) -> datetime | None:
    """Give since when some intake listens; None: none does. One that never said is believed."""
    row = await connection.execute(select(watchers).where(watchers.c.name == INTAKE))
    said = row.one_or_none()
    if said is None:
        return NEVER
    return None if said.looked <= now - DEAF_AFTER else datetime.fromisoformat(said.found["since"])


async def _heard(connection: AsyncConnection) -> tuple[int, int, datetime]:
    """Give how many gateways were ever heard, in how many areas, and the last word of any."""
    columns = func.count(), func.count(gateways.c.area.distinct()), func.max(gateways.c.heard)
    of = select(*columns).where(gateways.c.is_registered, gateways.c.heard.is_not(None))
    count, places, last = (await connection.execute(of)).one()
    return count, places, last or NEVER


async def _told(
    connection: AsyncConnection, count: int, last: datetime, now: datetime
) -> tuple[News, ...]:
    before = await _last(connection)
    if before is not None and before.closed is not None and now < before.closed + HELD:
        return ()  # somebody closed it while it lasts
    _, news = await open_own(
        *(connection, Own.UNHEARD, await top(connection), now),
        severity=Severity.EMERGENCY,
        because={"gateways": count, "heard": last.isoformat()},
        n=count,
    )
    return (news,)


async def _has_just_returned(connection: AsyncConnection, now: datetime) -> bool:
    before = await _last(connection)
    over = None if before is None else before.because.get("over")
    # Also of a clock that was ahead then: that is no reason to wait for years.
    return over is not None and abs(now - datetime.fromisoformat(over)) < SILENT_AFTER


async def _last(connection: AsyncConnection) -> "Row[Any] | None":
    last = select(incidents).where(incidents.c.rule == Own.UNHEARD)
    ordered = last.order_by(incidents.c.opened.desc()).limit(1)
    return (await connection.execute(ordered)).one_or_none()
