"""What time does to incidents: a lease lapses, and what nobody answers rises to the area above.

An area where nobody is on duty is passed over at once, and the incident's story says so; no level
is passed over where somebody is. At the top there is nobody above: it calls again. The gateway goes
on telling its own people meanwhile; here nothing is lost by waiting for them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district import duty
from district.database import Database, locked
from district.incidents import note_step
from district.live import News, Topic
from district.phases import Act, Phase, after
from district.schema import areas, incidents
from edge.model import Severity, State

MOST = 200  # in one transaction
REMIND = timedelta(minutes=10)  # at the top, or the area's limit where that is longer
URGENT = Severity.URGENT.rank  # what is graver or as grave goes to whom is on duty now
ENDED = (State.RESOLVED, State.CLOSED)
BY = "shouhu"


def limit_of(area: "Row[Any]", rank: int, *, is_over: bool = False) -> timedelta:
    """Give how long an incident may wait in an area for somebody to answer.

    What is over at home and was no emergency waits for its outcome only.
    """
    if rank > URGENT or (rank and is_over):
        return timedelta(seconds=area.fault_limit_s)
    return timedelta(seconds=area.urgent_limit_s if rank else area.emergency_limit_s)


def _limit(area: "Row[Any]", row: "Row[Any]") -> timedelta:
    return limit_of(area, row.rank, is_over=row.home_state in ENDED)


def _is_pressing(row: "Row[Any]", now: datetime) -> bool:
    """Say whether it needs somebody who is there now; an emergency always does."""
    if row.rank == 0:
        return True
    is_held = row.home_until is not None and now < row.home_until
    return row.rank <= URGENT and row.home_state not in ENDED and not is_held


async def pass_time(database: Database, now: datetime) -> tuple[News, ...]:
    """Do all that is due, each once however many do it at the same time. Raises DatabaseFailed."""
    told: list[News] = []
    is_more = True
    while is_more:
        async with database.begin() as connection:
            rows = await _due(connection, now)
            levels = await _levels(connection, rows, now)
            for row in rows:
                told += await levels.pass_one(row)
            is_more = len(rows) == MOST
    async with database.begin() as connection:
        rows = await _with_nobody(connection, now)
        levels = await _levels(connection, rows, now)
        for row in rows:
            told += await levels.climb(row)
    return tuple(told)


async def _due(connection: AsyncConnection, now: datetime) -> "list[Row[Any]]":
    due = select(incidents).where(incidents.c.closed.is_(None), incidents.c.next_due <= now)
    ordered = locked(due.order_by(incidents.c.rank, incidents.c.next_due).limit(MOST), skips=True)
    return list((await connection.execute(ordered)).all())


async def _with_nobody(connection: AsyncConnection, now: datetime) -> "list[Row[Any]]":
    """Give the grave incidents that wait where nobody is on duty, and could wait elsewhere."""
    is_held = incidents.c.home_until.is_not(None) & (incidents.c.home_until > now)
    is_urgent = (incidents.c.rank <= URGENT) & incidents.c.home_state.not_in(ENDED) & ~is_held
    waits = incidents.c.closed.is_(None) & (incidents.c.phase == Phase.OPEN)
    waits &= or_(incidents.c.rank == 0, is_urgent)
    below = select(incidents.c.area).join(areas, incidents.c.area == areas.c.id)
    places = await connection.execute(below.where(waits, areas.c.parent.is_not(None)).distinct())
    empty = await duty.empty(connection, set(places.scalars()), now)
    if not empty:
        return []
    wanted = select(incidents).where(waits, incidents.c.area.in_(empty))
    ordered = locked(wanted.order_by(incidents.c.rank, incidents.c.opened).limit(MOST), skips=True)
    return list((await connection.execute(ordered)).all())


async def _levels(
    connection: AsyncConnection, rows: "Sequence[Row[Any]]", now: datetime
) -> "Levels":
    """Give the areas of these incidents and all above, with who is there now."""
    if not rows:
        return Levels(connection, now, {}, {})
    paths = select(areas.c.path).where(areas.c.id.in_({row.area for row in rows}))
    ids = {
        each for path in (await connection.execute(paths)).scalars() for each in duty.chain(path)
    }
    found = await connection.execute(select(areas).where(areas.c.id.in_(ids)))
    there = await duty.on_duty(connection, ids, now)
    return Levels(connection, now, {row.id: row for row in found}, there)


class Levels(Struct, frozen=True):
    """The areas that incidents may wait in, in one transaction, and who answers in each."""

    connection: AsyncConnection
    now: datetime
    areas: "Mapping[str, Row[Any]]"
    there: Mapping[str, tuple[duty.Answering, ...]]

    async def pass_one(self, row: "Row[Any]") -> tuple[News, ...]:
        """Do what is due of an incident."""
        if row.phase == Phase.TAKEN:
            return await self._lapse(row)
        above = self._above(row)
        if not above:
            return await self._remind(row)
        await self._note(row, Act.RISE, {"from": row.area, "to": above[0].id})
        return await self._move(row, above)

    async def climb(self, row: "Row[Any]") -> tuple[News, ...]:
        """Pass over the area where it is: nobody is on duty there."""
        above = self._above(row)
        await self._passed_on(row, row.area, above[0].id)
        return await self._move(row, above)

    async def _move(self, row: "Row[Any]", above: "list[Row[Any]]") -> tuple[News, ...]:
        """Let the first of these areas answer in which somebody is on duty; else the top."""
        level = 0
        while _is_pressing(row, self.now) and level + 1 < len(above):
            if self.there.get(above[level].id):
                break
            await self._passed_on(row, above[level].id, above[level + 1].id)
            level += 1
        there = above[level]
        values = {"area": there.id, "rises": row.rises + level + 1}
        return await self._write(row, values | {"next_due": self.now + _limit(there, row)})

    async def _lapse(self, row: "Row[Any]") -> tuple[News, ...]:
        values: dict[str, Any] = {"phase": after(Act.LAPSE, Phase(row.phase))}
        values |= {"owner": None, "until": None}
        values |= {"next_due": self.now + _limit(self.areas[row.area], row)}
        await self._note(row, Act.LAPSE, {"owner": row.owner})
        if row.home_outcome is not None:
            # Somebody at home has said what it was while it was taken here.
            values |= {"phase": Phase.CLOSED, "closed": self.now, "next_due": None}
            values |= {"outcome": row.home_outcome}
            await self._note(row, Act.CLOSE, {"outcome": row.home_outcome}, row.home_by or BY)
        return await self._write(row, values)

    async def _remind(self, row: "Row[Any]") -> tuple[News, ...]:
        """Call those at the top again; nobody stands above them."""
        names = [each.name for each in self.there.get(row.area, ())]
        await self._note(row, Act.REMIND, {"area": row.area, "on_duty": names})
        wait = max(_limit(self.areas[row.area], row), REMIND)
        return await self._write(row, {"next_due": self.now + wait})

    def _above(self, row: "Row[Any]") -> "list[Row[Any]]":
        """Give the areas above the one where it is, up to the top."""
        ids = duty.chain(self.areas[row.area].path)
        return [self.areas[each] for each in reversed(ids[:-1])]

    async def _passed_on(self, row: "Row[Any]", area: str, to: str) -> None:
        await self._note(row, Act.PASS_ON, {"from": area, "to": to, "why": "nobody_on_duty"})

    async def _note(self, row: "Row[Any]", act: Act, detail: dict[str, Any], by: str = BY) -> None:
        await note_step(self.connection, row.id, act, by, at=self.now, detail=detail)

    async def _write(self, row: "Row[Any]", values: dict[str, Any]) -> tuple[News, ...]:
        done = update(incidents).where(incidents.c.id == row.id)
        await self.connection.execute(done.values(**values, version=row.version + 1))
        return (News(Topic.INCIDENT, row.id, row.place),)
