"""Who went to see somebody or called, and whom nobody has seen for too long (有记录、有措施).

A home is to be seen `visits_a_month` times in 30 days, however; a family care bed besides so many
times by a carer who proves it. Homes that are new are given their time.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import func, insert, select

from district.access import within
from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.proof import Shown, proven
from district.schema import areas, households, visits

MONTH = timedelta(days=30)
LONGEST_AGO = timedelta(days=92)
AT_ONCE = 200  # on a page
COLUMNS = ("area_name", "home", "sort", "at", "by", "minutes", "note", "how", "photo")


class Visit(StrEnum):
    """How somebody was seen."""

    VISIT = "visit"
    CALL = "call"
    CARE = "care"  # of a carer, at a family care bed


class Late(Struct, frozen=True):
    """A home that was seen less often than it should be."""

    id: str
    name: str
    address: str
    area: str
    risk: str
    missing: int
    care_missing: int  # of a carer's proven visits
    last: datetime | None


async def visited(
    office: Office, household: str, shown: "Shown | None" = None, **values: Any
) -> str:
    """Note a visit or a call, not of the future nor of long ago. Raises Refused.

    A carer's visit needs proof: the code of the label in that home, or a photo that was taken then.
    """
    home = await office.watched(household)
    at = values.get("at", office.now)
    if at > office.now + timedelta(minutes=5):
        raise Refused("invalid", "a visit that has not been yet", "refused.future")
    if at < office.now - LONGEST_AGO:
        raise Refused("invalid", "a visit of more than three months ago", "refused.long_ago")
    proof = proven(home, shown or Shown(), at, office.now)
    if values["sort"] == Visit.CARE and not proof:
        raise Refused("invalid", "a carer's visit needs a code or a photo", "refused.proof")
    row = {
        "id": fresh(),
        "household": household,
        "at": at,
        "by": office.who.name,
        "account": office.who.id,
        "proof": proof,
        "photo": proof.get("photo"),
    }
    await _must_be_new(office, row["photo"])
    await office.connection.execute(insert(visits).values(**(row | values)))
    await office.noted("visit noted", household, visit=row["id"])
    return str(row["id"])


async def _must_be_new(office: Office, photo: str | None) -> None:
    if photo is None:
        return
    used = select(visits.c.id).where(visits.c.photo == photo)
    if (await office.connection.execute(used)).first() is not None:
        raise Refused("conflict", "this photo proves another visit already", "refused.photo_used")


async def overdue(office: Office, household: str = "") -> list[Late]:
    """Give the homes that were seen less often than they should in 30 days, worst first; or one."""
    since = office.now - MONTH
    care = func.count().filter(visits.c.sort == Visit.CARE)
    seen = (
        select(visits.c.household, func.count().label("all"), care.label("care"))
        .where(visits.c.at > since)
        .group_by(visits.c.household)
        .subquery()
    )
    last = (
        select(visits.c.household, func.max(visits.c.at).label("last"))
        .group_by(visits.c.household)
        .subquery()
    )
    wanted = (
        select(households, areas.c.name.label("area_name"), seen.c.all, seen.c.care, last.c.last)
        .join(areas, households.c.area == areas.c.id)
        .outerjoin(seen, seen.c.household == households.c.id)
        .outerjoin(last, last.c.household == households.c.id)
        .where(within(office.who, households.c.area), households.c.ended.is_(None))
        .where(households.c.is_registered)
    )
    if household:
        wanted = wanted.where(households.c.id == household)
    rows = (await office.connection.execute(wanted)).all()
    late = [each for row in rows if (each := _late(row, office.now)) is not None]
    return sorted(late, key=lambda each: (-each.missing - each.care_missing, each.name, each.id))


def _late(row: Any, now: datetime) -> Late | None:
    is_new = row.since is not None and row.since > now - MONTH
    share = (now - row.since) / MONTH if is_new else 1.0
    missing = int(row.visits_a_month * share) - (row.all or 0)
    care = int(row.care_a_month * share) - (row.care or 0)
    if missing <= 0 and care <= 0:
        return None
    told = (row.id, row.name, row.address, row.area_name, row.risk)
    return Late(*told, max(missing, 0), max(care, 0), row.last)


async def noted(
    office: Office, begins: datetime, ends: datetime, first: int = 0, most: int | None = None
) -> list[dict[str, Any]]:
    """Give the visits of a span with the homes that they were to, the latest first; noted.

    `first` is how many are left out, `most` how many are given; None: all.
    """
    await office.noted("visits seen", office.who.area)
    wanted = (
        select(visits, households.c.name.label("home"), areas.c.name.label("area_name"))
        .join(households, visits.c.household == households.c.id)
        .join(areas, households.c.area == areas.c.id)
        .where(within(office.who, households.c.area), visits.c.at >= begins, visits.c.at < ends)
        .order_by(visits.c.at.desc(), visits.c.id)
        .offset(first)
        .limit(most)
    )
    rows = (await office.connection.execute(wanted)).mappings()
    return [dict(row) | {"how": row["proof"].get("how", "")} for row in rows]


async def counted(office: Office, begins: datetime, ends: datetime) -> int:
    """Count the visits of a span."""
    wanted = (
        select(func.count())
        .join_from(visits, households, visits.c.household == households.c.id)
        .where(within(office.who, households.c.area), visits.c.at >= begins, visits.c.at < ends)
    )
    return int((await office.connection.execute(wanted)).scalar_one())
