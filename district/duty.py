"""Who has to answer in each area, from the tables: the schedules that rota.py reckons with.

Who may be on duty somewhere: an active account whose role acts and whose area holds it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district import rota
from district.access import RIGHTS, Right
from district.rota import Absence, Schedule, Shift, Weekly, zone_of
from district.schema import absences, accounts, areas, holidays, shifts
from district.schema import rota as lines

ACTING = tuple(role for role, rights in RIGHTS.items() if Right.ACT in rights)
MARGIN = timedelta(days=2)  # of the calendar: the day before, and zones


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who has to answer, as a desk shows them."""

    account: str
    name: str
    phone: str
    instead_of: str = ""  # the name of who is away


async def on_duty(
    connection: AsyncConnection, wanted: Collection[str], now: datetime
) -> dict[str, tuple[Answering, ...]]:
    """Give who is on duty now in each of these areas."""
    known = await schedules(connection, wanted, now, now)
    present = {area: rota.on_duty(schedule, now) for area, schedule in known.items()}
    ids = {name for each in present.values() for one in each for name in structs.astuple(one)}
    people = await named(connection, {name for name in ids if name is not None})
    return {
        area: tuple(answering(people, each) for each in found) for area, found in present.items()
    }


async def empty(connection: AsyncConnection, wanted: Collection[str], now: datetime) -> set[str]:
    """Give those of these areas in which nobody is on duty now."""
    known = await schedules(connection, wanted, now, now)
    return {area for area, schedule in known.items() if not rota.on_duty(schedule, now)}


def answering(people: "Mapping[str, Row[Any]]", one: rota.OnDuty) -> Answering:
    """Give somebody with their name and telephone."""
    row, away = people[one.account], people.get(one.instead_of or "")
    return Answering(row.id, row.name, row.phone, "" if away is None else away.name)


async def named(connection: AsyncConnection, ids: Iterable[str]) -> "dict[str, Row[Any]]":
    """Give id, login, name, phone and area of accounts."""
    of = (accounts.c.id, accounts.c.login, accounts.c.name, accounts.c.phone, accounts.c.area)
    found = await connection.execute(select(*of).where(accounts.c.id.in_(set(ids))))
    return {row.id: row for row in found}


async def schedules(
    connection: AsyncConnection, wanted: Collection[str], since: datetime, until: datetime
) -> dict[str, Schedule]:
    """Give the schedule of each area, as far as it matters between two moments."""
    if not wanted:
        return {}
    places = (await connection.execute(select(areas).where(areas.c.id.in_(wanted)))).all()
    chains = {row.id: chain(row.path) for row in places}
    above = {each for ids in chains.values() for each in ids}
    weekly, kept = await _weekly(connection, wanted)
    single = await _single(connection, wanted, since, until)
    kept |= await _with_shifts(connection, wanted)
    away = await _away(connection, since, until)
    days = await _days(connection, above, since, until)
    staff = await _staff(connection, above)
    return {
        row.id: Schedule(
            zone=zone_of(row.time_zone),
            weekly=tuple(weekly[row.id]),
            shifts=tuple(single[row.id]),
            absences=away,
            days={day: kind for area in chains[row.id] for day, kind in days[area].items()},
            staff=frozenset(name for area in chains[row.id] for name in staff[area]),
            always=tuple(staff[row.id]),
            is_kept=row.id in kept,
        )
        for row in places
    }


def chain(path: str) -> list[str]:
    """Give the areas of a path from the top down, the area itself last."""
    return path.strip("/").split("/")


async def _weekly(
    connection: AsyncConnection, wanted: Collection[str]
) -> tuple[defaultdict[str, list[Weekly]], set[str]]:
    found: defaultdict[str, list[Weekly]] = defaultdict(list)
    for row in await connection.execute(select(lines).where(lines.c.area.in_(wanted))):
        line = Weekly(row.account, row.days, row.begins, row.ends, row.since, row.until, row.id)
        found[row.area].append(line)
    return found, set(found)


async def _single(
    connection: AsyncConnection, wanted: Collection[str], since: datetime, until: datetime
) -> defaultdict[str, list[Shift]]:
    found: defaultdict[str, list[Shift]] = defaultdict(list)
    which: Select[Any] = select(shifts).where(
        shifts.c.area.in_(wanted), shifts.c.ends > since, shifts.c.begins <= until
    )
    for row in await connection.execute(which):
        found[row.area].append(Shift(row.account, row.begins, row.ends, row.id))
    return found


async def _with_shifts(connection: AsyncConnection, wanted: Collection[str]) -> set[str]:
    """Give the areas for which a shift was ever planned: who plans them has a rota."""
    found = await connection.execute(
        select(shifts.c.area).where(shifts.c.area.in_(wanted)).distinct()
    )
    return set(found.scalars())


async def _away(
    connection: AsyncConnection, since: datetime, until: datetime
) -> tuple[Absence, ...]:
    which = select(absences).where(absences.c.ends > since, absences.c.begins <= until)
    return tuple(
        Absence(row.account, row.begins, row.ends, row.stand_in, row.why, row.id)
        for row in await connection.execute(which.order_by(absences.c.begins, absences.c.id))
    )


async def _days(
    connection: AsyncConnection, wanted: Collection[str], since: datetime, until: datetime
) -> "defaultdict[str, dict[Any, str]]":
    found: defaultdict[str, dict[Any, str]] = defaultdict(dict)
    span = holidays.c.day.between((since - MARGIN).date(), (until + MARGIN).date())
    for row in await connection.execute(select(holidays).where(holidays.c.area.in_(wanted), span)):
        found[row.area][row.day] = row.counts_as
    return found


async def _staff(
    connection: AsyncConnection, wanted: Collection[str]
) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    which = select(accounts.c.id, accounts.c.area).where(
        accounts.c.area.in_(wanted), accounts.c.is_active, accounts.c.role.in_(ACTING)
    )
    for row in await connection.execute(which.order_by(accounts.c.id)):
        found[row.area].append(row.id)
    return found
