"""What people see of duty: who answers where now, when nobody will, and what an area's plan says.

Only of somebody's own area and what lies below.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district import duty, rota
from district.access import Who, within
from district.duty import Answering
from district.rota import Schedule, Weekly
from district.schema import absences, accounts, areas, holidays

AHEAD = timedelta(days=7)  # in which gaps are looked for
LONGEST = 31  # days of a plan


@dataclass(frozen=True, slots=True)
class Post:
    """One area and who answers there now."""

    area: str
    name: str
    level: str
    depth: int  # below the area of who looks
    is_kept: bool  # a rota is kept; else whoever works there is always on duty
    people: tuple[Answering, ...]
    until: datetime | None  # when that changes next, within AHEAD
    gap: datetime | None  # when nobody is there next, within AHEAD


@dataclass(frozen=True, slots=True)
class Turn:
    """A span with the same people, or nobody."""

    begins: datetime
    ends: datetime
    people: tuple[Answering, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rota with the name of whose it is."""

    id: str
    account: str
    name: str
    days: str
    begins: int
    ends: int
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Single:
    """A shift with the name of whose it is."""

    id: str
    account: str
    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away, and who stands in."""

    id: str
    account: str
    name: str
    begins: datetime
    ends: datetime
    stand_in: str
    why: str


@dataclass(frozen=True, slots=True)
class Day:
    """What a day of the calendar counts as."""

    area: str
    day: date
    counts_as: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that says who is on duty in one area."""

    area: str
    name: str
    time_zone: str
    emergency_limit_s: int
    urgent_limit_s: int
    fault_limit_s: int
    is_kept: bool
    lines: tuple[Line, ...]
    shifts: tuple[Single, ...]
    absences: tuple[Away, ...]
    days: tuple[Day, ...]
    turns: tuple[Turn, ...]
    staff: tuple[Answering, ...]  # whoever may be put on this rota


async def posts(connection: AsyncConnection, who: Who, now: datetime) -> list[Post]:
    """Give each area of somebody's with who answers there now, the top first."""
    found = await connection.execute(
        select(areas).where(within(who, areas.c.id)).order_by(areas.c.path)
    )
    rows = found.all()
    known = await duty.schedules(connection, {row.id for row in rows}, now, now + AHEAD)
    ahead = {area: rota.timeline(each, now, now + AHEAD) for area, each in known.items()}
    people = await _people(connection, ahead.values())
    root = len(duty.chain(who.path))
    return [_post(row, known[row.id], ahead[row.id], people, root) for row in rows]


def _post(
    row: "Row[Any]",
    schedule: Schedule,
    ahead: Sequence[rota.Watch],
    people: "Mapping[str, Row[Any]]",
    root: int,
) -> Post:
    first, later = ahead[0], rota.gaps(list(ahead))
    return Post(
        area=row.id,
        name=row.name,
        level=row.level,
        depth=len(duty.chain(row.path)) - root,
        is_kept=schedule.is_kept,
        people=tuple(duty.answering(people, each) for each in first.people),
        until=first.ends if len(ahead) > 1 else None,
        gap=later[0].begins if later else None,
    )


async def plan(
    connection: AsyncConnection, who: Who, area: str, now: datetime, days: int = 7
) -> Plan | None:
    """Give one area's plan for some days from today's beginning there; None: it is not theirs."""
    found = await connection.execute(
        select(areas).where((areas.c.id == area) & within(who, areas.c.id))
    )
    if (row := found.one_or_none()) is None:
        return None
    zone = rota.zone_of(row.time_zone)
    since = rota.moment(now.astimezone(zone).date(), 0, zone)
    until = since + timedelta(days=min(days, LONGEST))
    schedule = (await duty.schedules(connection, {area}, since, until))[area]
    ahead = rota.timeline(schedule, since, until)
    mine = schedule.staff | {line.account for line in schedule.weekly}
    mine |= {shift.account for shift in schedule.shifts}
    people = await _people(connection, [ahead], mine)
    return Plan(
        area=row.id,
        name=row.name,
        time_zone=row.time_zone,
        emergency_limit_s=row.emergency_limit_s,
        urgent_limit_s=row.urgent_limit_s,
        fault_limit_s=row.fault_limit_s,
        is_kept=schedule.is_kept,
        lines=tuple(_line(each, people) for each in sorted(schedule.weekly, key=_order)),
        shifts=_singles(schedule, people),
        absences=await _absences(connection, mine, now, until),
        days=await _days(connection, duty.chain(row.path), since.date(), until.date()),
        turns=tuple(_turn(one, people) for one in ahead),
        staff=tuple(
            Answering(people[name].id, people[name].name, people[name].phone)
            for name in sorted(schedule.staff, key=lambda name: people[name].name)
        ),
    )


async def away(connection: AsyncConnection, who: Who, now: datetime) -> list[Away]:
    """Give who of somebody's area is away now or will be."""
    mine = select(accounts.c.id).where(within(who, accounts.c.area))
    names = set((await connection.execute(mine)).scalars())
    return list(await _absences(connection, names, now, None))


async def colleagues(connection: AsyncConnection, who: Who) -> list[Answering]:
    """Give those of somebody's area who may be on duty, by name."""
    of = select(accounts).where(
        within(who, accounts.c.area), accounts.c.is_active, accounts.c.role.in_(duty.ACTING)
    )
    rows = await connection.execute(of.order_by(accounts.c.name, accounts.c.id))
    return [Answering(row.id, row.name, row.phone) for row in rows]


async def _people(
    connection: AsyncConnection, ahead: Any, more: Collection[str] = ()
) -> "dict[str, Row[Any]]":
    ids = set(more)
    for one in (each for watches in ahead for watch in watches for each in watch.people):
        ids |= {one.account, one.instead_of or one.account}
    return await duty.named(connection, ids)


def _order(line: Weekly) -> tuple[str, int, str]:
    return (line.days, line.begins, line.account)


def _line(line: Weekly, people: "Mapping[str, Row[Any]]") -> Line:
    whose = people[line.account].name
    times = (line.days, line.begins, line.ends, line.since, line.until)
    return Line(line.id, line.account, whose, *times)


def _singles(schedule: Schedule, people: "Mapping[str, Row[Any]]") -> tuple[Single, ...]:
    return tuple(
        Single(each.id, each.account, people[each.account].name, each.begins, each.ends)
        for each in sorted(schedule.shifts, key=lambda shift: shift.begins)
    )


def _turn(one: rota.Watch, people: "Mapping[str, Row[Any]]") -> Turn:
    there = tuple(duty.answering(people, each) for each in one.people)
    return Turn(one.begins, one.ends, there)


async def _absences(
    connection: AsyncConnection, names: Collection[str], now: datetime, until: datetime | None
) -> tuple[Away, ...]:
    other = accounts.alias("other")
    wanted = (
        select(absences, accounts.c.name.label("name"), other.c.name.label("stands_in"))
        .join(accounts, absences.c.account == accounts.c.id)
        .outerjoin(other, absences.c.stand_in == other.c.id)
        .where(or_(absences.c.account.in_(names), absences.c.stand_in.in_(names)))
        .where(absences.c.ends > now)
        .order_by(absences.c.begins, absences.c.id)
    )
    if until is not None:
        wanted = wanted.where(absences.c.begins < until)
    return tuple(
        Away(*(row.id, row.account, row.name, row.begins, row.ends), row.stands_in or "", row.why)
        for row in await connection.execute(wanted)
    )


async def _days(
    connection: AsyncConnection, line: list[str], since: date, until: date
) -> tuple[Day, ...]:
    """Give the days that do not count as what they are; the nearest area's word holds."""
    wanted = select(holidays).where(holidays.c.area.in_(line))
    span = wanted.where(holidays.c.day.between(since, until + timedelta(days=60)))
    found: defaultdict[date, list[Day]] = defaultdict(list)
    for row in await connection.execute(span):
        found[row.day].append(Day(row.area, row.day, row.counts_as, row.name))
    nearest = [max(each, key=lambda one: line.index(one.area)) for each in found.values()]
    return tuple(sorted(nearest, key=lambda one: one.day))
