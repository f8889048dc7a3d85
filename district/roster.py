"""The roster (名册): the homes that are watched and their people.

Each view and each change of a person's record is audited in the transaction that makes it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import RowMapping, Select, Table, func, or_, select, update

from district.access import within
from district.consent import KEPT, withdrawn
from district.database import insert_once, locked
from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.schema import areas, consents, equipment, gateways, households, people, visits

AT_ONCE = 100  # homes on a page


class Risk(StrEnum):
    """How much somebody depends on being noticed."""

    ORDINARY = "ordinary"
    RAISED = "raised"
    HIGH = "high"


class End(StrEnum):
    """Why a home is not watched any more."""

    MOVED = "moved"
    DIED = "died"
    CARE_HOME = "care_home"
    ASKED = "asked"
    OTHER = "other"


class Sort(StrEnum):
    """Which homes of the roster are meant."""

    WATCHED = "watched"
    UNKNOWN = "unknown"  # a gateway speaks of them, nobody has registered them
    ENDED = "ended"


class Wanted(Struct, frozen=True):
    """Which homes are to be listed; `text` is sought in name, address and people."""

    sort: Sort | None = None
    text: str = ""
    risk: Risk | None = None
    area: str = ""  # with all below it
    first: int = 0
    most: int = 100_000


# What may be changed of a record, and nothing else.
CHANGEABLE = frozenset(
    {"name", "address", "door_code", "risk", "medical", "plan", "visits_a_month", "area"}
    | {"care_a_month"}
)
ASSESSED = frozenset({"risk", "plan"})


async def add(
    office: Office,
    gateway: str | None,
    local: str,
    **values: Any,
) -> str:
    """Register a home; one that was only heard of until now becomes a registered one."""
    await must_reach_area(office, values["area"], alone=True)
    await _must_reach_gateway(office, gateway)
    name = fresh()
    row = {"id": name, "gateway": gateway, "local": local} | values | registered(office)
    found = await known(office, gateway, local, values["area"])
    # Its gateway, or somebody else behind it, may speak of it just now.
    if found is None and not await insert_once(office.connection, households, row):
        found = await known(office, gateway, local, values["area"])
    if found is not None:
        name = await _registered_now(office, found, values)
    await office.noted("household added", name)
    return name


async def _registered_now(office: Office, heard_of: Any, values: dict[str, Any]) -> str:
    """Register what was only heard of. Raises Refused."""
    if heard_of.is_registered:
        raise Refused("conflict", f"{heard_of.local} is registered already", "refused.registered")
    if heard_of.ended is not None:
        raise Refused("conflict", f"{heard_of.local} is not watched any more", "refused.ended")
    await _must_be_agreed(office, heard_of.id, values)
    heard = update(households).where(households.c.id == heard_of.id)
    values = values | registered(office) | {"version": heard_of.version + 1}
    await office.connection.execute(heard.values(**values))
    return str(heard_of.id)


async def _must_be_agreed(office: Office, household: str, values: Mapping[str, Any]) -> None:
    """Refuse what was kept under a consent that is taken back. Raises Refused."""
    for what in sorted(KEPT & values.keys()):
        if values[what] and await withdrawn(office.connection, household, what):
            raise Refused("conflict", f"consent to {what} was withdrawn", "refused.not_agreed")


def registered(office: Office) -> dict[str, Any]:
    """Give what is kept of the registering itself."""
    return {
        "is_registered": True,
        "since": office.now,
        "assessed": office.now,
        "assessed_by": office.who.name,
    }


async def known(office: Office, gateway: str | None, local: str, area: str) -> Any | None:
    """Give the home of this name behind a gateway; without one, of this name in the area."""
    where = (households.c.gateway == gateway) & (households.c.local == local)
    if gateway is None:
        where = (
            households.c.gateway.is_(None)
            & (households.c.local == local)
            & (households.c.area == area)
        )
    # Locked: of two who register what was heard of, the second one is told.
    found = select(households).where(where).with_for_update(key_share=True)
    return (await office.connection.execute(found)).one_or_none()


async def change(office: Office, household: str, values: Mapping[str, Any], version: int) -> int:
    """Change a record that nobody else has changed since; give its new version. Raises Refused."""
    if "area" in values:  # before the home, as a sheet does it: nobody waits for one another
        await must_reach_area(office, values["area"], alone=True)
    row = await office.reached(household)
    if not values.keys() <= CHANGEABLE:
        raise Refused("invalid", f"not to be changed: {sorted(values.keys() - CHANGEABLE)}")
    if row.ended is not None and not row.name:
        raise Refused("conflict", "its record is erased", "refused.erased")
    if row.version != version:
        raise Refused("conflict", "somebody else has changed it since", "refused.changed")
    moves = row.gateway is None and values.get("area", row.area) != row.area
    if moves and await known(office, None, row.local, values["area"]) is not None:
        raise Refused("conflict", f"there is another {row.local}", "refused.registered")
    await _must_be_agreed(office, household, values)
    changed = {key: each for key, each in values.items() if getattr(row, key) != each}
    if changed.keys() & ASSESSED:
        changed |= {"assessed": office.now, "assessed_by": office.who.name}
    done = update(households).where(households.c.id == household)
    await office.connection.execute(done.values(**changed, version=version + 1))
    await office.noted("household changed", household, keys=sorted(changed.keys() & CHANGEABLE))
    return version + 1


async def end(office: Office, household: str, reason: End) -> int:
    """End the watching of a home; give how many things are to be fetched. Raises Refused."""
    row = await office.reached(household)
    if row.ended is not None:
        raise Refused("conflict", "it has ended already", "refused.ended")
    done = update(households).where(households.c.id == household)
    await office.connection.execute(
        done.values(ended=office.now, end_reason=reason, version=row.version + 1)
    )
    await office.noted("household ended", household, reason=reason)
    there = select(func.count()).where(
        equipment.c.household == household, equipment.c.returned.is_(None)
    )
    return int((await office.connection.execute(there)).scalar_one())


async def listed(office: Office, wanted: Wanted = Wanted()) -> list[dict[str, Any]]:  # noqa: B008
    """Give the homes of somebody's area; those that nobody has registered stand first."""
    found = (
        select(households, areas.c.name.label("area_name"))
        .join(areas, households.c.area == areas.c.id)
        .where(*_meant(office, wanted))
        .order_by(households.c.is_registered, areas.c.path, households.c.name, households.c.id)
        .offset(wanted.first)
        .limit(wanted.most)
    )
    return [_shown(row) for row in (await office.connection.execute(found)).mappings()]


async def counted(office: Office, wanted: Wanted) -> int:
    """Count the homes that are meant."""
    count = select(func.count()).select_from(households).where(*_meant(office, wanted))
    return int((await office.connection.execute(count)).scalar_one())


def _meant(office: Office, wanted: Wanted) -> list[Any]:
    found: list[Any] = [within(office.who, households.c.area)]
    match wanted.sort:
        case Sort.WATCHED:
            found += [households.c.is_registered, households.c.ended.is_(None)]
        case Sort.UNKNOWN:
            found += [~households.c.is_registered, households.c.ended.is_(None)]
        case Sort.ENDED:
            found += [households.c.ended.is_not(None)]
    if wanted.risk is not None:
        found.append(households.c.risk == wanted.risk)
    if wanted.area:
        top = select(areas.c.path).where(areas.c.id == wanted.area).scalar_subquery()
        below = select(areas.c.id).where(func.substr(areas.c.path, 1, func.length(top)) == top)
        found.append(households.c.area.in_(below))
    if wanted.text:
        columns = (households.c.name, households.c.address, households.c.local)
        their = select(people.c.household).where(
            _sought(wanted.text, people.c.name, people.c.phone)
        )
        found.append(or_(_sought(wanted.text, *columns), households.c.id.in_(their)))
    return found


def _sought(text: str, *columns: Any) -> Any:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


async def record(office: Office, household: str) -> dict[str, Any]:
    """Give all that is kept of one home; that it was seen is noted. Raises Refused."""
    row = await office.reached(household)
    await office.noted("record seen", household)
    return {
        "household": _shown(row._mapping),
        "people": await _of(office, people, household, people.c.place),
        "consents": await _of(office, consents, household, consents.c.given),
        "equipment": await _of(office, equipment, household, equipment.c.installed),
        "visits": await _of(office, visits, household, visits.c.at.desc()),
    }


def _shown(row: RowMapping) -> dict[str, Any]:
    # Who could read the label's code here could prove visits that never were.
    return {str(key): each for key, each in row.items() if key not in {"visit_code", "seed"}}


async def _of(office: Office, table: Table, household: str, order: Any) -> list[dict[str, Any]]:
    wanted: Select[Any] = select(table).where(table.c.household == household).order_by(order)
    return [dict(row) for row in (await office.connection.execute(wanted)).mappings()]


async def must_reach_area(office: Office, area: str, *, alone: bool = False) -> None:
    """Refuse an area that is not theirs; `alone`: nobody else puts a home there meanwhile.

    A home without a gateway is known by its name and area only. Raises Refused.
    """
    found = select(areas.c.id).where((areas.c.id == area) & within(office.who, areas.c.id))
    found = locked(found) if alone else found
    if (await office.connection.execute(found)).one_or_none() is None:
        raise Refused("invalid", f"there is no area {area} here", "refused.area")


async def _must_reach_gateway(office: Office, gateway: str | None) -> None:
    if gateway is None:
        return
    found = select(gateways.c.id).where(
        (gateways.c.id == gateway) & within(office.who, gateways.c.area)
    )
    if (await office.connection.execute(found)).one_or_none() is None:
        raise Refused("invalid", f"there is no gateway {gateway} here", "refused.gateway")
