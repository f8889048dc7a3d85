"""The figures of a district: how soon incidents were answered, what they were, whom nobody sees.

By area and month. A share of nothing is not known (None), and no figure names a person. The bars
for answering are those of the trade: 97.5 % within 60 s and 99 % within 180 s (TEC, Quality
Standards Framework).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Who, lies_in, within
from district.own import Own
from district.schema import areas, dispatches, gateways, households, incidents, visits
from edge.model import Outcome

SOON, LATER = timedelta(seconds=60), timedelta(seconds=180)
SOON_BAR, LATER_BAR = 0.975, 0.99
MONTH = timedelta(days=30)
FALSE = frozenset({Outcome.SENSOR, Outcome.WELL})
_NEEDED = (
    *("id", "household", "rule", "subject", "arrived", "answered", "closed", "outcome", "rises"),
)


class Figures(Struct, frozen=True):
    """What came of one area in one span of time; times in seconds."""

    area: str
    name: str
    level: str
    incidents: int  # for people: emergencies and urgent ones, drills apart
    answered_60: float | None
    answered_180: float | None
    median_to_answer: float | None
    median_to_arrive: float | None
    closed: int
    false: int
    risen: int
    by_outcome: dict[str, int]
    by_rule: dict[str, int]  # of the false ones
    homes: int
    watched: int  # can be seen now
    blind: int  # the gateway is there, and its sensors do not see the home
    silent: int  # the gateway is not heard, or there is none
    visits: int
    visits_due: int


class Span(Struct, frozen=True):
    """From when to when (without it), looked at now."""

    begins: datetime
    ends: datetime
    now: datetime


async def figures(
    connection: AsyncConnection, who: Who, span: Span, area: str = ""
) -> list[Figures]:
    """Give the figures of an area and of each right below, what is below them included.

    Without an area of somebody's own; one that is not theirs has no figures.
    """
    mine = select(areas).where(within(who, areas.c.id)).order_by(areas.c.path)
    rows = (await connection.execute(mine)).all()
    area = area or who.area
    shown = [row for row in rows if area in {row.id, row.parent}]
    shown.sort(key=lambda row: (row.id != area, row.path))
    if not any(row.id == area for row in shown):
        return []
    found = await happenings(connection, shown[0].path, span)
    there = await _first_there(connection, [row.id for row in found])
    homes = await _homes(connection, shown[0].path)
    went = await _visits(connection, shown[0].path, span)
    return [_of(row, span, found=found, there=there, homes=homes, went=went) for row in shown]


async def happenings(connection: AsyncConnection, path: str, span: Span) -> "Sequence[Row[Any]]":
    """Give the incidents for people that came in a span to an area and below."""
    wanted = (
        select(*(incidents.c[name] for name in _NEEDED), areas.c.path)
        .join(areas, incidents.c.place == areas.c.id)
        .where(
            lies_in(areas.c.path, path),
            incidents.c.status == "Actual",
            incidents.c.rank <= 1,
            incidents.c.rule.not_in(list(Own)),
            incidents.c.arrived >= span.begins,
            incidents.c.arrived < span.ends,
        )
    )
    return (await connection.execute(wanted)).all()


def share(rows: "Iterable[Row[Any]]", limit: timedelta, now: datetime) -> float | None:
    """Give the share that was answered within a limit; whose limit still runs does not count."""
    decided = [row for row in rows if row.answered is not None or now - row.arrived >= limit]
    if not decided:
        return None
    soon = sum(row.answered is not None and row.answered - row.arrived <= limit for row in decided)
    return float(soon / len(decided))


def _of(
    area: "Row[Any]",
    span: Span,
    *,
    found: "Sequence[Row[Any]]",
    there: dict[str, datetime],
    homes: "Sequence[Row[Any]]",
    went: dict[str, int],
) -> Figures:
    rows = [row for row in found if row.path.startswith(area.path)]
    waits = [(row.answered - row.arrived).total_seconds() for row in rows if row.answered]
    ways = [(there[row.id] - row.arrived).total_seconds() for row in rows if row.id in there]
    wrong = [row for row in rows if row.outcome in FALSE]
    here = [row for row in homes if row.path.startswith(area.path)]
    seen = Counter(_sight(row) for row in here)
    due = sum(row.visits_a_month * _share_watched(row, span) for row in here)
    return Figures(
        area=area.id,
        name=area.name,
        level=area.level,
        incidents=len(rows),
        answered_60=share(rows, SOON, span.now),
        answered_180=share(rows, LATER, span.now),
        median_to_answer=median(waits),
        median_to_arrive=median(ways),
        closed=sum(row.closed is not None for row in rows),
        false=len(wrong),
        risen=sum(row.rises > 0 for row in rows),
        by_outcome=dict(Counter(row.outcome for row in rows if row.outcome)),
        by_rule=dict(Counter(row.rule for row in wrong)),
        homes=len(here),
        watched=seen["watched"],
        blind=seen["blind"],
        silent=seen["silent"],
        visits=sum(count for path, count in went.items() if path.startswith(area.path)),
        visits_due=round(due),
    )


def _share_watched(home: "Row[Any]", span: Span) -> float:
    """Give for how many months of a span a home was watched."""
    begins = span.begins if home.since is None else max(span.begins, home.since)
    return max((span.ends - begins) / MONTH, 0.0)


def _sight(home: "Row[Any]") -> str:
    if home.heard is None or home.outage is not None:
        return "silent"
    return "blind" if home.local in (home.health or {}).get("blind", ()) else "watched"


async def _homes(connection: AsyncConnection, path: str) -> "Sequence[Row[Any]]":
    """Give the homes that are to be watched, with how their gateways are."""
    wanted = (
        select(households.c.visits_a_month, households.c.since, households.c.local, areas.c.path)
        .add_columns(gateways.c.outage, gateways.c.heard, gateways.c.health)
        .join(areas, households.c.area == areas.c.id)
        .outerjoin(gateways, households.c.gateway == gateways.c.id)
        .where(lies_in(areas.c.path, path))
        .where(households.c.ended.is_(None), households.c.is_registered)
    )
    return (await connection.execute(wanted)).all()


async def _visits(connection: AsyncConnection, path: str, span: Span) -> dict[str, int]:
    """Count the visits of a span by the path of their area."""
    wanted = (
        select(areas.c.path, func.count())
        .select_from(visits)
        .join(households, visits.c.household == households.c.id)
        .join(areas, households.c.area == areas.c.id)
        .where(lies_in(areas.c.path, path))
        .where(visits.c.at >= span.begins, visits.c.at < span.ends)
        .group_by(areas.c.path)
    )
    return {row[0]: row[1] for row in (await connection.execute(wanted)).all()}


async def _first_there(connection: AsyncConnection, names: list[str]) -> dict[str, datetime]:
    """Give when the first of those who were sent was there, by incident."""
    found: dict[str, datetime] = {}
    for begin in range(0, len(names), 1000):  # a statement has so many parameters and no more
        some = names[begin : begin + 1000]
        wanted = select(dispatches.c.incident, func.min(dispatches.c.arrived))
        wanted = wanted.where(dispatches.c.incident.in_(some), dispatches.c.arrived.is_not(None))
        rows = await connection.execute(wanted.group_by(dispatches.c.incident))
        found |= {row[0]: row[1] for row in rows}
    return found


def median(values: Iterable[float]) -> float | None:
    """Give the middle; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
