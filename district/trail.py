"""The trail of who saw and changed what: read by those who supervise, of their area only.

To be seen: what was done by people of the area at that time, and what was done to its homes by
anybody. Notes are only ever added; how long they are kept is keeping.py's.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select

from district.access import within
from district.office import Office
from district.schema import accounts, areas, audits, households

AT_ONCE = 100
JOINED = "household joined"
MOST = 50_000  # in a sheet
COLUMNS = ("at", "who", "what", "about", "about_name", "detail")


class Sought(Struct, frozen=True):
    """Which notes are meant; empty: whatever."""

    about: str = ""  # id of a home or an account
    who: str = ""
    what: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    before: int | None = None  # older than this one
    most: int = AT_ONCE


async def notes(office: Office, sought: Sought) -> list[dict[str, Any]]:
    """Give notes, the latest first; of homes, people and areas that are theirs with the name."""
    homes = select(households.c.id).where(within(office.who, households.c.area))
    meant = [sought.about, *await _former(office, sought.about)] if sought.about else []
    mine = or_(
        within(office.who, audits.c.area), audits.c.about.in_(homes), audits.c.about.in_(meant[1:])
    )
    wanted = select(audits).where(mine).order_by(audits.c.seq.desc()).limit(sought.most)
    if sought.about:
        wanted = wanted.where(audits.c.about.in_(meant))
    if sought.who:
        wanted = wanted.where(audits.c.who.icontains(sought.who, autoescape=True))
    if sought.what:
        wanted = wanted.where(audits.c.what == sought.what)
    if sought.begins is not None:
        wanted = wanted.where(audits.c.at >= sought.begins)
    if sought.ends is not None:
        wanted = wanted.where(audits.c.at < sought.ends)
    if sought.before is not None:
        wanted = wanted.where(audits.c.seq < sought.before)
    rows = [dict(row) for row in (await office.connection.execute(wanted)).mappings()]
    names = await _names(office, {row["about"] for row in rows})
    return [row | {"about_name": names.get(row["about"], "")} for row in rows]


async def _former(office: Office, home: str) -> list[str]:
    """Give the records that went into a home of theirs: what was noted of them is of that home."""
    wanted = select(audits.c.detail).where(
        audits.c.about == home,
        audits.c.what == JOINED,
        audits.c.about.in_(select(households.c.id).where(within(office.who, households.c.area))),
    )
    details = (await office.connection.execute(wanted)).scalars()
    return [each["former"] for each in details if "former" in each]


async def _names(office: Office, ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    meant = sorted(ids)
    for begin in range(0, len(meant), 1000):  # a statement has so many parameters and no more
        some = meant[begin : begin + 1000]
        for table, area in ((households, "area"), (accounts, "area"), (areas, "id")):
            wanted = select(table.c.id, table.c.name).where(
                table.c.id.in_(some), within(office.who, table.c[area])
            )
            found |= {row.id: row.name for row in (await office.connection.execute(wanted)).all()}
    return found
