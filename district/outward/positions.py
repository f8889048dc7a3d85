"""How far each receiver of the feed has come, and which process sends to it now.

A process has a receiver for a while and says again that it has; where it dies, another one goes on
from the last place that was noted. What was sent and not noted comes twice: events have ids.
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Who, within
from district.accounts import audit
from district.database import insert_once, locked
from district.feed import FEED
from district.incidents import Refused
from district.schema import areas, counters, events, pushes

HELD = timedelta(minutes=2)  # longer than one delivery may take


class Standing(Struct, frozen=True):
    """How a receiver stands: `waiting` is how many events, of any area and kind, come after."""

    name: str
    area: str
    position: int
    waiting: int
    failures: int
    next_try: datetime | None
    taken: datetime | None
    error: str


async def begin(
    connection: AsyncConnection, name: str, area: str, end: int, *, from_beginning: bool
) -> None:
    """Note a receiver that is new: it begins with what is kept, or with what comes from now on.

    Raises Refused for an area that there is not.
    """
    known = select(areas.c.id).where(areas.c.id == area)
    if (await connection.execute(known)).one_or_none() is None:
        raise Refused("invalid", f"there is no area {area}")
    row = {"name": name, "area": area, "position": 0 if from_beginning else end}
    if not await insert_once(connection, pushes, row):
        moved = update(pushes).where(pushes.c.name == name, pushes.c.area != area)
        await connection.execute(moved.values(area=area))


async def have(
    connection: AsyncConnection, name: str, holder: str, now: datetime
) -> "Row[Any] | None":
    """Have a receiver for a while; None while another process has it."""
    found = await connection.execute(locked(select(pushes).where(pushes.c.name == name)))
    row = found.one()
    is_held = row.held_until is not None and now < row.held_until
    if is_held and row.holder != holder:
        return None
    if not is_held or row.holder != holder or row.held_until < now + HELD / 2:
        mine = update(pushes).where(pushes.c.name == name)
        await connection.execute(mine.values(holder=holder, held_until=now + HELD))
    return row


async def let_go(connection: AsyncConnection, name: str, holder: str) -> None:
    """Let another process have it at once."""
    mine = update(pushes).where(pushes.c.name == name, pushes.c.holder == holder)
    await connection.execute(mine.values(held_until=None))


async def taken(
    connection: AsyncConnection, name: str, before: int, after: int, now: datetime
) -> None:
    """Note that it has all up to there, unless somebody has moved it meanwhile."""
    moved = update(pushes).where(pushes.c.name == name, pushes.c.position == before)
    values = {"failures": 0, "next_try": None, "error": "", "taken": now}
    await connection.execute(moved.values(position=after, **values))


async def passed(connection: AsyncConnection, name: str, before: int, after: int) -> None:
    """Note that up to there is nothing for it."""
    moved = update(pushes).where(pushes.c.name == name, pushes.c.position == before)
    await connection.execute(moved.values(position=after))


async def failed(
    connection: AsyncConnection, name: str, failures: int, why: str, next_try: datetime
) -> None:
    """Note that it did not take them."""
    said = update(pushes).where(pushes.c.name == name)
    await connection.execute(said.values(failures=failures, error=why[:500], next_try=next_try))


async def listed(connection: AsyncConnection, who: Who) -> list[Standing]:
    """Say how the receivers of your area stand."""
    found = await connection.execute(_wanted(who).order_by(pushes.c.name))
    last = await _end(connection)
    unplaced = select(func.count()).where(events.c.position.is_(None))
    more = (await connection.execute(unplaced)).scalar_one()
    return [
        Standing(
            *(row.name, row.area, row.position, max(last - row.position, 0) + more),
            *(row.failures, row.next_try, row.taken, row.error),
        )
        for row in found
    ]


async def move(
    connection: AsyncConnection, who: Who, name: str, position: int, now: datetime
) -> None:
    """Let a receiver go on from elsewhere: back, or past what it cannot take. Raises Refused."""
    row = (await connection.execute(_wanted(who).where(pushes.c.name == name))).one_or_none()
    if row is None:
        raise Refused("not_found", "there is no such receiver here")
    if position > (end := await _end(connection)):
        raise Refused("invalid", f"the feed ends at {end}")
    moved = update(pushes).where(pushes.c.name == name)
    await connection.execute(moved.values(position=position, failures=0, next_try=None, error=""))
    await audit(connection, who, "feed moved", name, now, was=row.position, to=position)


async def _end(connection: AsyncConnection) -> int:
    end = select(counters.c.last).where(counters.c.name == FEED)
    return (await connection.execute(end)).scalar_one_or_none() or 0


def _wanted(who: Who) -> "Select[Any]":
    return select(pushes).where(within(who, pushes.c.area))
