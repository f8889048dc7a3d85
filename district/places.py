"""The areas of a district and the gateways in them, as its administrators keep them."""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, or_, select, update

from district.access import within
from district.database import insert_once
from district.incidents import Refused
from district.office import Office
from district.roster import must_reach_area
from district.schema import accounts, areas, gateways, households

ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
LONGEST_PATH = 1000
AT_ONCE = 100  # gateways on a page


async def tree(office: Office) -> list[dict[str, Any]]:
    """Give somebody's area and all below it from the top down, with what is in each."""
    homes = _count(households, households.c.is_registered & households.c.ended.is_(None))
    boxes, people = (
        _count(gateways, gateways.c.is_registered),
        _count(accounts, accounts.c.is_active),
    )
    wanted = (
        select(areas, homes.label("homes"), boxes.label("gateways"), people.label("people"))
        .where(within(office.who, areas.c.id))
        .order_by(areas.c.path)
    )
    rows = [dict(row) for row in (await office.connection.execute(wanted)).mappings()]
    top = office.who.path.count("/")
    return [row | {"depth": row["path"].count("/") - top} for row in rows]


async def add_area(office: Office, name: str, title: str, parent: str, level: str) -> None:
    """Add an area below another one, with its time zone and limits. Raises Refused."""
    if not ID.fullmatch(name):
        raise Refused("invalid", "an id is 1 to 64 letters and digits", "refused.id")
    await must_reach_area(office, parent)
    above = (await office.connection.execute(select(areas).where(areas.c.id == parent))).one()
    path = f"{above.path}{name}/"
    if len(path) > LONGEST_PATH:
        raise Refused("invalid", "too deep", "refused.deep")
    taken_on = ("time_zone", "emergency_limit_s", "urgent_limit_s")
    row = {"id": name, "parent": parent, "path": path, "name": title, "level": level}
    row |= {key: getattr(above, key) for key in taken_on}
    if not await insert_once(office.connection, areas, row):
        raise Refused("conflict", f"there is an area {name} already", "refused.area_taken")
    await office.noted("area added", name)


async def change_area(office: Office, area: str, **values: Any) -> None:
    """Change name, level or time zone of an area. Raises Refused."""
    await must_reach_area(office, area)
    if "time_zone" in values:
        try:
            ZoneInfo(values["time_zone"])
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            why = f"there is no time zone {values['time_zone']}"
            raise Refused("invalid", why, "refused.time_zone") from error
    await office.connection.execute(update(areas).where(areas.c.id == area).values(**values))
    await office.noted("area changed", area, keys=sorted(values))


async def boxes(
    office: Office, text: str = "", first: int = 0, most: int = AT_ONCE
) -> list[dict[str, Any]]:
    """Give the gateways of somebody's area; those that nobody has registered stand first."""
    homes = (
        select(func.count())
        .select_from(households)
        .where(households.c.gateway == gateways.c.id, households.c.ended.is_(None))
        .scalar_subquery()
    )
    wanted = (
        select(gateways, areas.c.name.label("area_name"), homes.label("homes"))
        .join(areas, gateways.c.area == areas.c.id)
        .where(within(office.who, gateways.c.area))
        .order_by(gateways.c.is_registered, areas.c.path, gateways.c.id)
        .offset(first)
        .limit(most)
    )
    if text:
        named = or_(*(c.icontains(text, autoescape=True) for c in (gateways.c.id, areas.c.name)))
        wanted = wanted.where(named)
    return [dict(row) for row in (await office.connection.execute(wanted)).mappings()]


async def register(office: Office, gateway: str, area: str) -> None:
    """Register a gateway, or move it to another area. Raises Refused."""
    if not ID.fullmatch(gateway):
        raise Refused("invalid", "an id is 1 to 64 letters and digits", "refused.id")
    await must_reach_area(office, area)
    await insert_once(office.connection, gateways, {"id": gateway, "area": area})
    mine = (gateways.c.id == gateway) & within(office.who, gateways.c.area)
    known = update(gateways).where(mine).values(area=area, is_registered=True)
    if (await office.connection.execute(known)).rowcount == 0:
        raise Refused("conflict", f"gateway {gateway} is elsewhere", "refused.gateway_taken")
    # What nobody has registered yet goes with its gateway: nobody else would find it.
    heard = update(households).where(
        households.c.gateway == gateway, ~households.c.is_registered, households.c.ended.is_(None)
    )
    await office.connection.execute(heard.values(area=area))
    await office.noted("gateway registered", gateway, area=area)


def _count(table: Any, which: Any) -> Any:
    here = table.c.area == areas.c.id
    return select(func.count()).select_from(table).where(here, which).scalar_subquery()
