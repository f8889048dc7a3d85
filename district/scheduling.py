"""Saying who is on duty: lines of a rota, shifts, absences, holidays, and how long things may wait.

A line or a shift made twice is one. Whoever may change an area's may change what lies below.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Right, covers
from district.database import insert_once
from district.duty import ACTING, chain
from district.identity import derived, fresh
from district.incidents import Refused
from district.office import Office
from district.rota import DAY, HOLIDAY, KINDS, Absence, Weekly
from district.schema import absences, accounts, areas, holidays, rota, shifts

YEARS = range(2000, 2200)  # of which a plan may speak
LONGEST_SHIFT = timedelta(hours=25)  # a whole day, also where the clocks change
LONGEST_ABSENCE = timedelta(days=366)
SHORTEST_LIMIT, LONGEST_LIMIT = 30, 7 * 86_400  # seconds


async def add_weekly(office: Office, area: str, line: Weekly) -> str:
    """Put somebody on an area's rota; give the line's id. Raises Refused."""
    since, until, begins, ends = line.since, line.until, line.begins, line.ends
    if not line.days or not set(line.days) <= set(KINDS):
        raise Refused("invalid", f"days are of {KINDS}", "refused.days")
    if not (0 <= begins < DAY and 0 <= ends <= DAY):
        raise Refused("invalid", "a time of the day is from 00:00 to 24:00", "refused.time")
    if since is not None and until is not None and until < since:
        raise Refused("invalid", "it ends before it begins", "refused.span")
    await _must_cover(office, area)
    await _must_work_there(office.connection, line.account, area)
    days = "".join(each for each in KINDS if each in line.days)
    name = derived(area, line.account, days, f"{begins}-{ends}", f"{since}-{until}")
    row: dict[str, Any] = {"id": name, "area": area, "account": line.account, "days": days}
    row |= {"begins": begins, "ends": ends, "since": since, "until": until}
    if await insert_once(office.connection, rota, row):
        await office.noted("rota line added", area, account=line.account, line=name, days=days)
    return name


async def add_shift(
    office: Office, area: str, account: str, begins: datetime, ends: datetime
) -> str:
    """Put somebody on duty once. Raises Refused."""
    if not _is_span(begins, ends, LONGEST_SHIFT):
        raise Refused("invalid", "a shift ends after it begins, in a day at most", "refused.shift")
    await _must_cover(office, area)
    await _must_work_there(office.connection, account, area)
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    name = derived(area, account, begins.isoformat(), ends.isoformat())
    row = {"id": name, "area": area, "account": account, "begins": begins, "ends": ends}
    if await insert_once(office.connection, shifts, row):
        await office.noted("shift added", area, account=account, shift=name)
    return name


async def remove(office: Office, entry: str) -> None:
    """Take a line or a shift out. Raises Refused."""
    for table in (rota, shifts):
        found = await office.connection.execute(select(table).where(table.c.id == entry))
        if (row := found.mappings().one_or_none()) is not None:
            await _must_cover(office, row["area"])
            await office.connection.execute(delete(table).where(table.c.id == entry))
            was = {key: str(value) for key, value in row.items() if value is not None}
            await office.noted(f"{table.name} entry removed", row["area"], was=was)
            return
    raise Refused("not_found", "there is no such entry here", "refused.entry")


async def away(office: Office, absence: Absence) -> str:
    """Say that somebody is away: they themselves may, and who keeps the rota. Raises Refused."""
    begins, ends, stand_in = absence.begins, absence.ends, absence.stand_in
    if not _is_span(begins, ends, LONGEST_ABSENCE):
        raise Refused("invalid", "it ends after it begins, in a year at most", "refused.span")
    area = await _must_keep(office, absence.account)
    if stand_in == absence.account:
        raise Refused("invalid", "nobody stands in for themselves", "refused.stand_in")
    if stand_in is not None:
        await _must_work_there(office.connection, stand_in, area)
    name = fresh()
    row: dict[str, Any] = {"id": name, "account": absence.account, "stand_in": stand_in}
    row |= {"begins": begins, "ends": ends, "why": absence.why}
    await office.connection.execute(insert(absences).values(**row))
    await office.noted("absence added", area, account=absence.account, absence=name)
    return name


async def back(office: Office, absence: str) -> None:
    """End an absence now, or drop one that has not begun. Raises Refused."""
    found = await office.connection.execute(select(absences).where(absences.c.id == absence))
    row = found.one_or_none()
    if row is None:
        raise Refused("not_found", "there is no such absence here", "refused.entry")
    area = await _must_keep(office, row.account)
    which = absences.c.id == absence
    if row.begins >= office.now:
        await office.connection.execute(delete(absences).where(which))
    elif row.ends > office.now:
        await office.connection.execute(update(absences).where(which).values(ends=office.now))
    await office.noted("absence ended", area, account=row.account, absence=absence)


async def count_day(
    office: Office, area: str, day: date, counts_as: str = HOLIDAY, name: str = ""
) -> None:
    """Say what a day counts as, there and below: a holiday or a weekday. Raises Refused."""
    if len(counts_as) != 1 or counts_as not in KINDS:
        raise Refused("invalid", f"a day counts as one of {KINDS}", "refused.days")
    await _must_cover(office, area)
    row = {"area": area, "day": day, "counts_as": counts_as, "name": name}
    if not await insert_once(office.connection, holidays, row):
        which = (holidays.c.area == area) & (holidays.c.day == day)
        known = update(holidays).where(which).values(counts_as=counts_as, name=name)
        await office.connection.execute(known)
    await office.noted("day counted", area, day=day.isoformat(), counts_as=counts_as)


async def forget_day(office: Office, area: str, day: date) -> None:
    """Let a day count as what it is. Raises Refused."""
    await _must_cover(office, area)
    which = (holidays.c.area == area) & (holidays.c.day == day)
    gone = await office.connection.execute(delete(holidays).where(which))
    if not gone.rowcount:
        raise Refused("not_found", "that day counts as what it is", "refused.entry")
    await office.noted("day forgotten", area, day=day.isoformat())


async def limit(office: Office, area: str, emergency_s: int, urgent_s: int, fault_s: int) -> None:
    """Say how long incidents may wait in an area until they rise; seconds. Raises Refused."""
    given = (emergency_s, urgent_s, fault_s)
    if not all(SHORTEST_LIMIT <= each <= LONGEST_LIMIT for each in given):
        raise Refused("invalid", "a limit is from half a minute to a week", "refused.limit")
    if sorted(given) != list(given):
        raise Refused("invalid", "what is graver waits no longer", "refused.limits")
    await _must_cover(office, area)
    values = dict(zip(("emergency_limit_s", "urgent_limit_s", "fault_limit_s"), given, strict=True))
    await office.connection.execute(update(areas).where(areas.c.id == area).values(**values))
    await office.noted("limits set", area, **values)


def _is_span(begins: datetime, ends: datetime, longest: timedelta) -> bool:
    is_of_now = begins.year in YEARS and ends.year in YEARS
    return is_of_now and timedelta(0) < ends - begins <= longest


async def _must_cover(office: Office, area: str) -> None:
    if not await covers(office.connection, office.who, area):
        raise Refused("not_found", "there is no such area here", "refused.area")


async def _must_keep(office: Office, account: str) -> str:
    """Give somebody's area, whose absences one may write: one's own, or as who keeps the rota."""
    area = select(accounts.c.area).where(accounts.c.id == account)
    found = (await office.connection.execute(area)).scalar_one_or_none()
    if found is None or not await covers(office.connection, office.who, found):
        raise Refused("not_found", "there is nobody of that name here", "refused.whom")
    if account != office.who.id and not office.who.has(Right.SCHEDULE):
        raise Refused("forbidden", "only they, or who keeps the rota", "refused.rota")
    return str(found)


async def _must_work_there(connection: AsyncConnection, account: str, area: str) -> None:
    """Somebody on duty must be able to act on what happens there."""
    path = (await connection.execute(select(areas.c.path).where(areas.c.id == area))).scalar_one()
    found = select(accounts.c.id).where(
        accounts.c.id == account,
        accounts.c.is_active,
        accounts.c.role.in_(ACTING),
        accounts.c.area.in_(chain(path)),
    )
    if (await connection.execute(found)).one_or_none() is None:
        raise Refused(
            "invalid", "there is nobody of that name who could answer there", "refused.whom"
        )
