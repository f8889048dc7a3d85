"""The feed to the city's data platform: the very events of gateways, each at a place of its own.

Whoever reads asks for what comes after a place and keeps the last one that it has; nothing is
skipped, also while several workers write at once. An event gets its place when the feed is read,
one reader at a time and only once it is on disk: what a slow transaction brings later comes later
in the feed, whatever number it drew before. Nothing leaves that no gateway was to send.
"""

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Who, within
from district.database import insert_once, locked
from district.schema import counters, events, gateways, households

MOST = 500
PLACED_AT_ONCE = 5000  # a feed that nobody has read yet is not placed in one go
FEED = "feed"


class Page(Struct, frozen=True):
    """Some of the feed: (place, event as JSON), and the place to go on from."""

    events: tuple[tuple[int, str], ...]
    position: int


async def after(
    connection: AsyncConnection,
    who: Who,
    position: int,
    most: int = MOST,
    kinds: Collection[str] = (),
) -> Page:
    """Give what came after a place in somebody's area; of some kinds, or of all."""
    end = await place(connection)
    most = min(most, MOST)
    wanted = _wanted(who, position, end).limit(most)
    if kinds:
        wanted = wanted.where(events.c.type.in_(kinds))
    found = (await connection.execute(wanted)).all()
    # Fewer than asked for: nothing else up to the end is theirs, they need not look there again.
    last = found[-1].position if len(found) == most else max(end, position)
    return Page(tuple((row.position, row.body) for row in found), last)


async def place(connection: AsyncConnection) -> int:
    """Give each event that has none its place, one process at a time; give the last place."""
    await insert_once(connection, counters, {"name": FEED, "last": 0})
    here = counters.c.name == FEED
    last: int = (await connection.execute(locked(select(counters.c.last).where(here)))).scalar_one()
    rank = func.row_number().over(order_by=events.c.seq).label("rank")
    unplaced = select(events.c.seq, rank).where(events.c.position.is_(None))
    first = unplaced.order_by(events.c.seq).limit(PLACED_AT_ONCE).subquery()
    placing = update(events).where(events.c.seq == first.c.seq)
    placed = (await connection.execute(placing.values(position=last + first.c.rank))).rowcount
    if placed:
        await connection.execute(update(counters).where(here).values(last=last + placed))
    return last + placed


def _wanted(who: Who, position: int, end: int) -> "Select[Any]":
    # A gateway of a building may watch homes of several areas: the home's own counts.
    area = func.coalesce(households.c.area, gateways.c.area)
    joined = events.join(gateways, events.c.gateway == gateways.c.id)
    joined = joined.outerjoin(households, events.c.household == households.c.id)
    return (
        select(events.c.position, events.c.body)
        .select_from(joined)
        .where(events.c.position > position, events.c.position <= end, within(who, area))
        .where(events.c.body != "")  # consent was withdrawn
        .order_by(events.c.position)
    )
