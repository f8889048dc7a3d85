"""Where false alerts come from, by home, cause and sensor; and how answering went month by month.

Homes are named to those only who may see the roster; others see how many there are of each.
"""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Right, Who, within
from district.figures import FALSE, LATER, SOON, Span, happenings, share
from district.schema import areas, households

MOST = 20  # of each kind


class Causes(Struct, frozen=True):
    """False alerts: (what, how it turned out, how many), (home, ..), (home, sensor, ..)."""

    count: int
    by_cause: tuple[tuple[str, str, int], ...]
    by_home: tuple[tuple[str, str, int], ...]  # id, name
    by_sensor: tuple[tuple[str, str, str, int], ...]  # id, name, sensor


class Month(Struct, frozen=True):
    """One month of answering; `label` as in 2026-11."""

    label: str
    incidents: int
    answered_60: float | None
    answered_180: float | None


async def causes(connection: AsyncConnection, who: Who, span: Span, area: str) -> Causes:
    """Say where the false alerts of a span came from, most first."""
    path = await _path(connection, who, area)
    if path is None:
        return Causes(0, (), (), ())
    rows = [row for row in await happenings(connection, path, span) if row.outcome in FALSE]
    kinds = Counter((row.rule, row.outcome) for row in rows)
    homes = Counter(row.household for row in rows if row.household)
    sensors = Counter((row.household, row.subject) for row in rows if row.household)
    names = await _names(connection, who, list(homes))
    at_home = tuple((home, names.get(home, ""), n) for home, n in homes.most_common(MOST))
    at_sensor = tuple(
        (home, names.get(home, ""), sensor, n) for (home, sensor), n in sensors.most_common(MOST)
    )
    if not who.has(Right.RECORDS):
        at_home, at_sensor = (), ()
    return Causes(
        len(rows), tuple((*kind, n) for kind, n in kinds.most_common(MOST)), at_home, at_sensor
    )


async def months(
    connection: AsyncConnection, who: Who, area: str, last: Span, *, zone: ZoneInfo, count: int = 12
) -> list[Month]:
    """Give the months up to a span's own, the oldest first, by the calendar of a zone."""
    path = await _path(connection, who, area)
    if path is None:
        return []
    edges = [last.begins.astimezone(zone)]
    for _ in range(count - 1):
        edges.insert(0, month_before(edges[0]))
    whole = Span(edges[0], last.ends, last.now)
    found: dict[str, list[Any]] = {f"{edge:%Y-%m}": [] for edge in edges}
    for row in await happenings(connection, path, whole):
        found[f"{row.arrived.astimezone(zone):%Y-%m}"].append(row)
    return [
        Month(label, len(rows), share(rows, SOON, last.now), share(rows, LATER, last.now))
        for label, rows in found.items()
    ]


def month_of(text: str, zone: ZoneInfo, now: datetime) -> Span:
    """Give the span of a month as in 2026-11; of this one where it is none, or is to come."""
    local = now.astimezone(zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        year, month = (int(part) for part in text.split("-"))
        wanted = first.replace(year=year, month=month)
    except ValueError:
        wanted = first
    begins = min(wanted, first)
    return Span(begins, month_after(begins), now)


def month_before(first: datetime) -> datetime:
    """Give the beginning of the month before one."""
    return first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)


def month_after(first: datetime) -> datetime:
    """Give the beginning of the month after one."""
    return first.replace(year=first.year + (first.month == 12), month=first.month % 12 + 1)


async def _path(connection: AsyncConnection, who: Who, area: str) -> str | None:
    wanted = select(areas.c.path).where(areas.c.id == area, within(who, areas.c.id))
    return (await connection.execute(wanted)).scalar_one_or_none()


async def _names(connection: AsyncConnection, who: Who, ids: list[str]) -> dict[str, str]:
    wanted = select(households.c.id, households.c.name).where(
        households.c.id.in_(ids[:1000]), within(who, households.c.area)
    )
    return {row.id: row.name for row in (await connection.execute(wanted)).all()}
