"""The ledger (台账) of things in homes: installed, accepted, given back."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update

from district.access import within
from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.schema import areas, equipment, households

AT_ONCE = 200  # on a page
COLUMNS = (
    *("area_name", "home", "address", "kind", "name", "serial", "room", "installed"),
    *("installed_by", "accepted", "accepted_by", "returned", "returned_by", "return_reason"),
)


class Standing(StrEnum):
    """Which things of the ledger are meant."""

    THERE = "there"
    TO_ACCEPT = "to_accept"  # installed, and nobody has seen it work
    TO_FETCH = "to_fetch"  # in a home that is not watched any more
    RETURNED = "returned"


async def install(office: Office, household: str, **values: Any) -> str:
    """Note a thing that was installed; not in the future. Raises Refused."""
    await office.watched(household)
    if values.get("installed", office.now) > office.now + timedelta(minutes=5):
        raise Refused("invalid", "installed at a time that has not come", "refused.future")
    row = {
        "id": fresh(),
        "household": household,
        "installed": office.now,
        "installed_by": office.who.name,
    }
    await office.connection.execute(insert(equipment).values(**(row | values)))
    await office.noted("equipment installed", household, thing=row["id"])
    return str(row["id"])


async def accept(office: Office, household: str, thing: str, by: str) -> None:
    """Note that somebody has seen it work."""
    await _step(office, household, thing, equipment.c.accepted, accepted_by=by)


async def give_back(office: Office, household: str, thing: str, reason: str) -> None:
    """Note that it is no longer there."""
    values = {"returned_by": office.who.name, "return_reason": reason}
    await _step(office, household, thing, equipment.c.returned, **values)


async def things(
    office: Office, standing: Standing | None = None, first: int = 0, most: int | None = None
) -> list[dict[str, Any]]:
    """Give the things of somebody's area with the homes that they are in; noted.

    `first` is how many are left out, `most` how many are given; None: all.
    """
    await office.noted("equipment seen", office.who.area)
    wanted = (
        select(
            equipment,
            households.c.name.label("home"),
            households.c.address,
            households.c.ended,
            areas.c.name.label("area_name"),
        )
        .join(households, equipment.c.household == households.c.id)
        .join(areas, households.c.area == areas.c.id)
        .where(within(office.who, households.c.area), *_meant(standing))
        .order_by(areas.c.path, households.c.name, households.c.id, equipment.c.installed)
        .order_by(equipment.c.id)
        .offset(first)
        .limit(most)
    )
    return [dict(row) for row in (await office.connection.execute(wanted)).mappings()]


async def counted(office: Office, standing: Standing) -> int:
    """Count the things that are meant."""
    wanted = (
        select(func.count())
        .join_from(equipment, households, equipment.c.household == households.c.id)
        .where(within(office.who, households.c.area), *_meant(standing))
    )
    return int((await office.connection.execute(wanted)).scalar_one())


def _meant(standing: Standing | None) -> list[Any]:
    there = equipment.c.returned.is_(None)
    match standing:
        case Standing.THERE:
            return [there]
        case Standing.TO_ACCEPT:
            return [there, equipment.c.accepted.is_(None), households.c.ended.is_(None)]
        case Standing.TO_FETCH:
            return [there, households.c.ended.is_not(None)]
        case Standing.RETURNED:
            return [equipment.c.returned.is_not(None)]
    return []


async def _step(
    office: Office,
    household: str,
    thing: str,
    column: Any,
    **values: Any,
) -> None:
    await office.reached(household)
    where = (equipment.c.id == thing) & (equipment.c.household == household)
    stands = update(equipment).where(where & column.is_(None) & equipment.c.returned.is_(None))
    done = await office.connection.execute(stands.values(**{column.name: office.now}, **values))
    if done.rowcount == 0:
        why = f"there is no such thing here, or it was {column.name} before"
        raise Refused("conflict", why, "refused.thing")
    await office.noted(f"equipment {column.name}", household, thing=thing)
