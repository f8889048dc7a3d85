"""Visits to the links in gateways' messages: handed on to the gateway, and what came back.

Nothing here knows whom a link is for: the gateway judges the token, and acts. A row lives for as
long as somebody waits before a browser. Names of gateways say where people live alone: whether
there is one of a name, nobody learns here.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import locked
from district.identity import fresh
from district.live import News, Topic
from district.schema import gateways, link_visits
from gateway.wire.uplink.event import Event, Kind, NoEvent, decode, encode
from gateway.wire.uplink.visiting import PageData, VisitData

SOURCE = "/district"
AGAIN_AFTER = timedelta(seconds=3)  # a page that was lost is asked for once more
KEPT = timedelta(minutes=1)
MOST_OF_ONE, MOST = 8, 200  # waiting at the same time: of one gateway, of all
# From one address, for one gateway and for all: a village may stand behind one of a mobile network.
MOST_FROM, MOST_FROM_ALL = 3, 20


class Crowded(Exception):
    """Too many wait already."""


async def ask(
    connection: AsyncConnection,
    gateway: str,
    visit: VisitData,
    now: datetime,
    visitor: str = "",
) -> str:
    """Note a visit; give its id. Raises Crowded.

    `visitor` stands for an address; "" where it is not known, and not counted.
    """
    await connection.execute(delete(link_visits).where(link_visits.c.made <= now - KEPT))
    found = await connection.execute(select(link_visits.c.gateway, link_visits.c.visitor))
    waiting = [(row.gateway, row.visitor) for row in found]
    if _is_crowded(waiting, gateway, visitor):
        raise Crowded
    name = fresh()
    body = encode(Event(name, SOURCE, Kind.VISIT, now, visit)).decode()
    row = {"id": name, "gateway": gateway, "visitor": visitor, "body": body}
    await connection.execute(insert(link_visits).values(**row, made=now, next_try=now))
    return name


def _is_crowded(waiting: list[tuple[str, str]], gateway: str, visitor: str) -> bool:
    same = [from_there for of_one, from_there in waiting if of_one == gateway]
    if len(waiting) >= MOST or len(same) >= MOST_OF_ONE:
        return True
    everywhere = sum(from_there == visitor for _, from_there in waiting)
    return bool(visitor) and (same.count(visitor) >= MOST_FROM or everywhere >= MOST_FROM_ALL)


async def due(connection: AsyncConnection, now: datetime) -> list[tuple[str, bytes]]:
    """Give (gateway, event) of the visits that are to be passed on now."""
    where, then = link_visits.c.next_try <= now, {"next_try": AGAIN_AFTER}
    return await _given(connection, now, where, then, skips=True)


async def fetched(connection: AsyncConnection, now: datetime, gateway: str) -> list[bytes]:
    """Give the visits that a gateway has come for, once each."""
    where = (link_visits.c.gateway == gateway) & link_visits.c.fetched.is_(None)
    found = await _given(connection, now, where, {"fetched": timedelta(0)}, skips=False)
    return [body for _, body in found]


async def _given(
    connection: AsyncConnection,
    now: datetime,
    where: "ColumnElement[bool]",
    then: dict[str, timedelta],
    *,
    skips: bool,
) -> list[tuple[str, bytes]]:
    """Give the visits of a kind that still wait, and write when that was.

    `skips` those that another worker is just giving; a gateway that fetches waits for it instead.
    """
    where &= link_visits.c.page.is_(None) & (link_visits.c.made > now - KEPT)
    where &= link_visits.c.gateway.in_(select(gateways.c.id))
    ordered = select(link_visits).where(where).order_by(link_visits.c.made).limit(MOST)
    rows = (await connection.execute(locked(ordered, skips=skips))).all()
    if rows:
        given = update(link_visits).where(link_visits.c.id.in_([row.id for row in rows]))
        values = {name: now + wait for name, wait in then.items()}
        await connection.execute(given.values(values))
    return [(row.gateway, row.body.encode()) for row in rows]


async def came_back(
    connection: AsyncConnection, gateway: str, page: PageData, body: bytes
) -> tuple[News, ...]:
    """Keep what is to be shown for a visit of this gateway."""
    which = (link_visits.c.id == page.visit) & (link_visits.c.gateway == gateway)
    done = await connection.execute(update(link_visits).where(which).values(page=body.decode()))
    return (News(Topic.PAGE, page.visit, ""),) if done.rowcount else ()


async def page_of(connection: AsyncConnection, visit: str) -> PageData | None:
    """Give what is to be shown, once it is there."""
    which = link_visits.c.id == visit
    text = (await connection.execute(select(link_visits.c.page).where(which))).scalar_one_or_none()
    if text is None:
        return None
    try:
        data = decode(text.encode()).data
    except NoEvent:
        return None
    return data if isinstance(data, PageData) else None


async def forget(connection: AsyncConnection, visit: str) -> None:
    """Forget a visit: nobody waits any more."""
    await connection.execute(delete(link_visits).where(link_visits.c.id == visit))
