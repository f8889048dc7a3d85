"""What a clock that ran ahead leaves behind: deadlines and signs of life of a time not yet come.

A machine that wakes up years ahead writes such times until somebody sets its clock. Left alone, an
incident would rise in years, a silent gateway count as heard until then. What the longest wait is,
levels.py and incidents.py say.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.incidents import LONGEST
from district.intake.word import LONGEST_AT_HOME
from district.levels import ENDED, REMIND, URGENT
from district.orders import LONGEST_RETRY
from district.phases import Phase
from district.schema import areas, gateways, incidents, orders, pushes, watchers

APART = timedelta(minutes=1)  # the clocks of our own machines are not quite one
LONGEST_PAUSE = timedelta(days=1)  # that a receiver of the feed may ask for
# Times that are never later than now, but for so long.
PAST: tuple[tuple[Table, "Column[Any]", timedelta], ...] = (
    (gateways, gateways.c.heard, timedelta(0)),
    (watchers, watchers.c.looked, timedelta(0)),
    (pushes, pushes.c.held_until, timedelta(minutes=2)),
    (pushes, pushes.c.next_try, LONGEST_PAUSE),
)


async def bring_back(connection: AsyncConnection, now: datetime) -> int:
    """Bring what lies beyond every wait back to now; give how many times that were."""
    count = 0
    for table, column, most in PAST:
        count += await _moved(connection, table, column > now + most + APART, {column.name: now})
    unheard = ~orders.c.is_done & (orders.c.next_try > now + LONGEST_RETRY + APART)
    count += await _moved(connection, orders, unheard, {"next_try": now})
    for which, area_limit, more in _waits():
        count += await _risen(connection, now + more, which, area_limit)
    had = incidents.c.closed.is_(None) & (incidents.c.phase == Phase.TAKEN)
    had &= incidents.c.next_due > now + LONGEST + APART
    return count + await _moved(connection, incidents, had, {"next_due": now, "until": now})


async def _risen(
    connection: AsyncConnection,
    latest: datetime,
    which: "ColumnElement[bool]",
    area_limit: "Column[int]",
) -> int:
    """Let these incidents rise no later than their area's limit after `latest`."""
    count = 0
    is_top = areas.c.parent.is_(None)
    for limit, is_at_top in (await connection.execute(select(area_limit, is_top).distinct())).all():
        wait = timedelta(seconds=limit)
        last = latest + (max(wait, REMIND) if is_at_top else wait)
        there = select(areas.c.id).where(area_limit == limit, is_top if is_at_top else ~is_top)
        where = incidents.c.closed.is_(None) & (incidents.c.phase == Phase.OPEN) & which
        where &= incidents.c.area.in_(there) & (incidents.c.next_due > last + APART)
        count += await _moved(connection, incidents, where, {"next_due": last})
    return count


def _waits() -> "tuple[tuple[ColumnElement[bool], Column[int], timedelta], ...]":
    """Give which incidents wait by which limit of their area, and how much longer at most."""
    is_urgent = (incidents.c.rank == URGENT) & incidents.c.home_state.not_in(ENDED)
    return (
        (incidents.c.rank == 0, areas.c.emergency_limit_s, timedelta(0)),
        (is_urgent, areas.c.urgent_limit_s, LONGEST_AT_HOME),
        ((incidents.c.rank != 0) & ~is_urgent, areas.c.fault_limit_s, LONGEST_AT_HOME),
    )


async def _moved(
    connection: AsyncConnection, table: Table, where: "ColumnElement[bool]", values: dict[str, Any]
) -> int:
    return (await connection.execute(update(table).where(where).values(**values))).rowcount
