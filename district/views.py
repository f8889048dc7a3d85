"""What the desk lists: the open incidents of somebody's area, and what is still to be done.

Only what the one who asks may see is selected; access.py says what that is. One incident with the
household's card is card.py's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import RIGHTS, Right, Who, within
from district.phases import Phase
from district.schema import accounts, areas, follow_ups, gateways, households, incidents

MOST = 500
FAULT = 2  # the rank from which on nobody has to be woken


class Line(Struct, frozen=True):
    """One incident in the list."""

    id: str
    household: str
    home: str  # its name
    address: str
    area: str  # the community's name
    risk: str
    rule: str
    severity: str
    rank: int
    status: str
    title: str
    opened: datetime
    arrived: datetime
    home_state: str
    home_by: str  # who has it at home, if anybody does
    home_until: datetime | None
    phase: str
    owner: str
    owner_id: str
    until: datetime | None
    answered: datetime | None
    holder: str  # the area that has to answer now
    holder_id: str
    rises: int
    next_due: datetime | None  # when it rises, or the lease lapses
    closed: datetime | None
    outcome: str | None
    version: int


async def open_incidents(connection: AsyncConnection, who: Who, first: int = 0) -> list[Line]:
    """Give what is not closed, MOST at once: what they have themselves, then the gravest, oldest.

    `first` is how many are left out.
    """
    wanted = lines_of(who).where(incidents.c.closed.is_(None))
    mine = case((incidents.c.owner == who.id, 0), else_=1)
    place = (mine, incidents.c.rank, incidents.c.opened, incidents.c.id)
    ordered = wanted.order_by(*place).offset(first).limit(MOST)
    return [line_of(row, who.language) for row in (await connection.execute(ordered)).mappings()]


async def count_open(connection: AsyncConnection, who: Who) -> int:
    """Count what is not closed."""
    stands = incidents.c.closed.is_(None) & within(who, incidents.c.place)
    count = select(func.count()).select_from(incidents).where(stands)
    return int((await connection.execute(count)).scalar_one())


async def waiting(connection: AsyncConnection, who: Who) -> tuple[int, int]:
    """Count what nobody has taken: emergencies, and what is urgent."""
    wanted = (
        select(incidents.c.rank, func.count())
        .group_by(incidents.c.rank)
        .where(
            incidents.c.closed.is_(None),
            incidents.c.phase == Phase.OPEN,
            incidents.c.rank < FAULT,
            within(who, incidents.c.place),
        )
    )
    found = {row[0]: row[1] for row in await connection.execute(wanted)}
    return found.get(0, 0), sum(found.values()) - found.get(0, 0)


async def closed_incidents(connection: AsyncConnection, who: Who, first: int = 0) -> list[Line]:
    """Give what was closed last, a hundred at once; `first` is how many are left out."""
    wanted = lines_of(who).where(incidents.c.closed.is_not(None))
    ordered = wanted.order_by(incidents.c.closed.desc(), incidents.c.id).offset(first).limit(100)
    return [line_of(row, who.language) for row in (await connection.execute(ordered)).mappings()]


async def to_be_done(connection: AsyncConnection, who: Who, first: int = 0) -> list[dict[str, Any]]:
    """Give what is still to be done after incidents of somebody's area, the earliest due first."""
    wanted = (
        select(follow_ups, accounts.c.name.label("owner_name"), households.c.name.label("home"))
        .add_columns(households.c.address, incidents.c.told)
        .join(incidents, follow_ups.c.incident == incidents.c.id)
        .join(accounts, follow_ups.c.owner == accounts.c.id)
        .outerjoin(households, incidents.c.household == households.c.id)
        .where(follow_ups.c.done.is_(None), within(who, incidents.c.place))
        .order_by(follow_ups.c.due, follow_ups.c.id)
        .offset(first)
        .limit(MOST)
    )
    rows = await rows_of(connection, wanted)
    return [row | {"title": told_in(row["told"], who.language)[0]} for row in rows]


async def count_to_be_done(connection: AsyncConnection, who: Who) -> int:
    """Count what is still to be done."""
    wanted = (
        select(func.count())
        .join_from(follow_ups, incidents, follow_ups.c.incident == incidents.c.id)
        .where(follow_ups.c.done.is_(None), within(who, incidents.c.place))
    )
    return int((await connection.execute(wanted)).scalar_one())


async def colleagues(connection: AsyncConnection, place: str) -> list[dict[str, Any]]:
    """Give who could act on what happened in an area: those who work there or above it."""
    path = (await connection.execute(select(areas.c.path).where(areas.c.id == place))).scalar_one()
    wanted = select(accounts.c.id, accounts.c.name, accounts.c.role, accounts.c.phone)
    wanted = wanted.add_columns(areas.c.name.label("area"))
    wanted = wanted.join(areas, accounts.c.area == areas.c.id).where(
        accounts.c.is_active,
        accounts.c.role.in_([role for role, rights in RIGHTS.items() if Right.ACT in rights]),
        areas.c.id.in_(path.strip("/").split("/")),
    )
    return list(await rows_of(connection, wanted.order_by(areas.c.path.desc(), accounts.c.name)))


async def rows_of(connection: AsyncConnection, wanted: "Select[Any]") -> tuple[dict[str, Any], ...]:
    """Give what a question finds, by name."""
    return tuple(dict(row) for row in (await connection.execute(wanted)).mappings())


_holder = areas.alias("holder")


def lines_of(who: Who) -> "Select[Any]":
    # By column and not by name: several tables have an `id` and an `area`.
    tables = (incidents, households, gateways)
    columns = [column for table in tables for column in table.c]
    joined = (
        incidents.join(areas, incidents.c.place == areas.c.id)
        .outerjoin(households, incidents.c.household == households.c.id)
        .join(_holder, incidents.c.area == _holder.c.id)
        .outerjoin(accounts, incidents.c.owner == accounts.c.id)
        .outerjoin(gateways, incidents.c.gateway == gateways.c.id)
    )
    wanted = select(*columns, areas.c.name, _holder.c.name, accounts.c.name).select_from(joined)
    return wanted.where(within(who, incidents.c.place))


def line_of(row: "Mapping[Any, Any]", language: str) -> Line:
    return Line(
        id=row[incidents.c.id],
        household=row[households.c.id] or "",
        home=row[households.c.name] or "",
        address=row[households.c.address] or "",
        area=row[areas.c.name],
        risk=row[households.c.risk] or "",
        rule=row[incidents.c.rule],
        severity=row[incidents.c.severity],
        rank=row[incidents.c.rank],
        status=row[incidents.c.status],
        title=told_in(row[incidents.c.told], language)[0],
        opened=row[incidents.c.opened],
        arrived=row[incidents.c.arrived],
        home_state=row[incidents.c.home_state],
        home_by=row[incidents.c.home_by] or "",
        home_until=row[incidents.c.home_until],
        phase=row[incidents.c.phase],
        owner=row[accounts.c.name] or "",
        owner_id=row[incidents.c.owner] or "",
        until=row[incidents.c.until],
        answered=row[incidents.c.answered],
        holder=row[_holder.c.name],
        holder_id=row[incidents.c.area],
        rises=row[incidents.c.rises],
        next_due=row[incidents.c.next_due],
        closed=row[incidents.c.closed],
        outcome=row[incidents.c.outcome],
        version=row[incidents.c.version],
    )


def told_in(told: "Mapping[str, list[str]]", language: str) -> tuple[str, str]:
    """Give headline and text in their language, or in any."""
    said = told.get(language) or next(iter(told.values()), ["", ""])
    return said[0], said[1]
