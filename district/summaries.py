"""Half hours in which somebody was seen, as a home sends them by consent: the latest line of a day.

Whether it may be shown is consent.py's; how long it is kept, keeping.py's.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from district.schema import summaries
from gateway.wire.uplink.event import SummaryData

DAYS = 2  # today and yesterday


class Day(Struct, frozen=True):
    """One day of a home: for each half hour "1" seen, "0" not, "?" could not be seen."""

    day: str  # ISO, by the home's calendar
    time_zone: str
    active: str
    at: datetime  # when the home said so


async def keep(
    connection: AsyncConnection, said: Sequence[tuple[str, SummaryData, datetime]]
) -> None:
    """Keep lines of days: (household's id, line, when the home sent it); a later one counts."""
    latest: dict[tuple[str, str], dict[str, object]] = {}
    for household, data, at in sorted(said, key=lambda each: each[2]):
        row = {"household": household, "day": data.day, "time_zone": data.time_zone}
        latest[household, data.day] = row | {"active": data.active, "at": at}
    if not latest:
        return
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = maker(summaries).values([latest[key] for key in sorted(latest)])
    new = made.excluded
    put = made.on_conflict_do_update(
        index_elements=["household", "day"],
        set_={"time_zone": new.time_zone, "active": new.active, "at": new.at},
        where=summaries.c.at <= new.at,
    )
    await connection.execute(put)


async def of(connection: AsyncConnection, household: str) -> tuple[Day, ...]:
    """Give the last days that were said of a home, the latest first."""
    wanted = select(summaries).where(summaries.c.household == household)
    rows = await connection.execute(wanted.order_by(summaries.c.day.desc()).limit(DAYS))
    return tuple(Day(row.day, row.time_zone, row.active, row.at) for row in rows)


async def forget(connection: AsyncConnection, household: str) -> None:
    """Erase what was said of a home."""
    await connection.execute(delete(summaries).where(summaries.c.household == household))
