"""What there is to choose from where a registered home gets its gateway: on either's page.

What a choice does is joining.py's.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from district import places
from district.access import Right, within
from district.office import Office
from district.schema import areas, gateways, households, incidents

AT_ONCE = 50  # on a page; the rest is sought


async def choices(office: Office, home: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Give what a home's page offers: names that gateways speak of, or the homes that one may be.

    `text` is sought in name and address of these. Nothing where nobody may join it.
    """
    found: list[dict[str, Any]] = []
    count, boxes = 0, []
    if office.who.has(Right.ROSTER) and home["ended"] is None:
        if home["is_registered"]:
            found, count = await heard_of(office, home["area"])
            boxes = await places.boxes(office, most=500)
        elif home["gateway"] is not None:
            found, count = await registered(office, home["area"], text)
    return {"choices": found, "choices_count": count, "boxes": boxes, "find": text}


async def heard_of(office: Office, area: str) -> tuple[list[dict[str, Any]], int]:
    """Give what gateways speak of and nobody has registered, the area's first; and how many."""
    is_near = (gateways.c.area == area).desc()
    told = _open_ones()
    wanted = (
        select(households.c.id, households.c.gateway, households.c.local, gateways.c.heard)
        .add_columns(areas.c.name.label("area_name"), told.label("alerts"))
        .where(_is_heard_of(office))
        .order_by(is_near, gateways.c.id, households.c.local)
    )
    return await _some(office, wanted.join(gateways, households.c.gateway == gateways.c.id))


async def registered(office: Office, area: str, text: str = "") -> tuple[list[dict[str, Any]], int]:
    """Give the watched homes that one may be: without a gateway and of its area first."""
    wanted = (
        select(households.c.id, households.c.name, households.c.address, households.c.gateway)
        .add_columns(areas.c.name.label("area_name"))
        .where(within(office.who, households.c.area))
        .where(households.c.is_registered, households.c.ended.is_(None))
    )
    if text:
        columns = (households.c.name, households.c.address, households.c.local)
        wanted = wanted.where(or_(*(each.icontains(text, autoescape=True) for each in columns)))
    by = households.c.gateway.is_(None).desc(), (households.c.area == area).desc()
    return await _some(office, wanted.order_by(*by, households.c.name, households.c.id))


async def _some(office: Office, wanted: "Select[Any]") -> tuple[list[dict[str, Any]], int]:
    wanted = wanted.join(areas, households.c.area == areas.c.id)
    count = select(func.count()).select_from(wanted.order_by(None).subquery())
    rows = (await office.connection.execute(wanted.limit(AT_ONCE))).mappings()
    found = [{str(key): each for key, each in row.items()} for row in rows]
    return found, int((await office.connection.execute(count)).scalar_one())


def _is_heard_of(office: Office) -> Any:
    return and_(
        within(office.who, households.c.area),
        households.c.gateway.is_not(None),
        ~households.c.is_registered,
        households.c.ended.is_(None),
    )


def _open_ones() -> Any:
    of = (incidents.c.household == households.c.id) & incidents.c.closed.is_(None)
    return select(func.count()).select_from(incidents).where(of).scalar_subquery()
