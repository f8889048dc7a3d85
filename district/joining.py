"""A registered home takes its gateway, and with it all that was heard of it before anybody knew.

The roster comes first and the box is installed weeks later, or it is replaced: until somebody says
whose it is, it speaks of a home that nobody has registered. Here the two become one, in one
transaction. What goes over with the record is goods.py's; what a sheet joins, roster_sheet.py's.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Row, and_, delete, or_, select, update

from district import places
from district.access import reaches, within
from district.database import insert_once, locked
from district.goods import go_over
from district.identity import fresh
from district.incidents import Refused
from district.live import News
from district.office import Office
from district.schema import areas, gateways, households


class Wish(Struct, frozen=True):
    """Which gateway, and what it calls the home; `replaces`: instead of the one it has."""

    gateway: str
    local: str
    replaces: bool = False


class Joined(Struct, frozen=True):
    """What came of it: the home's version, the record that went into it, and whom it concerns."""

    version: int
    former: str = ""
    news: tuple[News, ...] = ()


async def join(office: Office, household: str, wish: Wish) -> Joined:
    """Give a registered home its gateway; what is known behind that already goes over to it.

    Raises Refused.
    """
    replaced = await _reached(office, household)
    box = await _locked(office, household, wish.gateway, replaced)
    home, heard = await _both(office, household, wish)
    if home.gateway != replaced:
        raise Refused("conflict", "somebody else has changed it since", "refused.changed")
    _must_be_watched(home)
    if home.id == heard.id:
        return Joined(home.version)  # it has it already
    await _must_fit(office, home, heard, wish)
    if not box.is_registered:
        await places.register(office, wish.gateway, home.area)
    was_heard = heard.version > 0
    news = await go_over(office, heard, home)
    values = {"gateway": wish.gateway, "local": wish.local, "version": households.c.version + 1}
    # Words on what it has told of go to the same incidents as before.
    values |= {"seed": heard.seed or heard.id} if was_heard else {}
    mine = households.c.id == household
    await office.connection.execute(delete(households).where(households.c.id == heard.id))
    await office.connection.execute(update(households).where(mine).values(**values))
    await _told(office, household, wish, replaced, heard.id if was_heard else "")
    kept = select(households.c.version).where(mine)
    version = (await office.connection.execute(kept)).scalar_one()
    return Joined(version, heard.id if was_heard else "", news)


async def join_heard(office: Office, household: str, heard: str, *, replaces: bool) -> Joined:
    """Join a home that a gateway speaks of into the registered one that it is. Raises Refused."""
    known = select(households).where(
        households.c.id == heard, within(office.who, households.c.area)
    )
    row = (await office.connection.execute(known)).one_or_none()
    if row is None or row.gateway is None or row.is_registered:
        raise Refused("conflict", "no gateway speaks of that one", "refused.heard")
    return await join(office, household, Wish(row.gateway, row.local, replaces))


# -- who is locked, in the order of the roster, the watch and intake: areas, gateways, homes


async def _reached(office: Office, household: str) -> str | None:
    """Give the gateway of a home of their area as it stands before anything is locked."""
    known = select(households.c.gateway).where(
        households.c.id == household, within(office.who, households.c.area)
    )
    row = (await office.connection.execute(known)).one_or_none()
    if row is None:
        raise Refused("not_found", "there is no such home here")
    return None if row.gateway is None else str(row.gateway)


async def _locked(office: Office, household: str, gateway: str, replaced: str | None) -> "Row[Any]":
    """Lock the areas and gateways that this is about; give the one it is to have."""
    execute = office.connection.execute
    boxes = gateways.c.id.in_({gateway, replaced or gateway})
    near = or_(
        areas.c.id.in_(select(gateways.c.area).where(boxes)),
        areas.c.id.in_(select(households.c.area).where(households.c.id == household)),
    )
    await execute(locked(select(areas.c.id).where(near).order_by(areas.c.id)))
    found = await execute(locked(select(gateways).where(boxes).order_by(gateways.c.id)))
    rows = {row.id: row for row in found}
    mine = select(gateways.c.id).where(
        gateways.c.id == gateway, within(office.who, gateways.c.area)
    )
    if (await execute(mine)).one_or_none() is None:
        raise Refused("invalid", f"there is no gateway {gateway} here", "refused.gateway")
    return rows[gateway]


async def _both(office: Office, household: str, wish: Wish) -> "tuple[Row[Any], Row[Any]]":
    """Lock the home, and the one that the gateway speaks of.

    Where it has said nothing yet, a row with version 0 stands for that: then intake cannot add one
    meanwhile, but waits, and finds the registered one.
    """
    box = select(gateways.c.area).where(gateways.c.id == wish.gateway).scalar_subquery()
    row = {"id": fresh(), "gateway": wish.gateway, "local": wish.local, "version": 0, "area": box}
    await insert_once(office.connection, households, row)
    pair = and_(households.c.gateway == wish.gateway, households.c.local == wish.local)
    both = select(households).where(or_(households.c.id == household, pair))
    # FOR UPDATE, not less: intake holds rows of homes by their keys while it writes.
    found = await office.connection.execute(both.order_by(households.c.id).with_for_update())
    rows = list(found)
    home = next((row for row in rows if row.id == household), None)
    heard = next(
        (row for row in rows if (row.gateway, row.local) == (wish.gateway, wish.local)), None
    )
    if home is None or heard is None:
        raise Refused("conflict", "somebody else has changed it since", "refused.changed")
    return home, heard


def _must_be_watched(home: "Row[Any]") -> None:
    if home.ended is not None:
        erased = not home.name
        why, key = ("its record is erased", "erased") if erased else ("it has ended", "ended")
        raise Refused("conflict", why, f"refused.{key}")
    if not home.is_registered:
        raise Refused("conflict", "register this home first", "refused.unregistered")


async def _must_fit(office: Office, home: "Row[Any]", heard: "Row[Any]", wish: Wish) -> None:
    """Refuse what is not to become one. Raises Refused."""
    if home.gateway is not None and not wish.replaces:
        why = f"it has the gateway {home.gateway}: say that this one replaces it"
        raise Refused("conflict", why, "refused.has_gateway", {"gateway": home.gateway})
    await _must_be_free(office, heard)


async def _must_be_free(office: Office, heard: "Row[Any]") -> None:
    if not await reaches(office.connection, office.who, heard.id):
        raise Refused("conflict", "that is a home of another area", "refused.pair_elsewhere")
    if heard.is_registered:
        is_over = " (ended)" if heard.ended is not None else ""
        why = f"that is {heard.name} already{is_over}"
        raise Refused("conflict", why, "refused.pair_taken", {"name": heard.name})
    if heard.ended is not None:
        raise Refused("conflict", "that home is not watched any more", "refused.ended")


async def _told(
    office: Office, household: str, wish: Wish, replaced: str | None, former: str
) -> None:
    """Note it, and let a gateway go that no home has any more: nobody waits for its word."""
    detail: dict[str, Any] = {"gateway": wish.gateway, "local": wish.local}
    detail |= {"former": former} if former else {}
    detail |= {"replaced": replaced} if replaced else {}
    await office.noted("household joined", household, **detail)
    if replaced is None or replaced == wish.gateway:
        return
    lives = select(households.c.id).where(
        households.c.gateway == replaced, households.c.is_registered, households.c.ended.is_(None)
    )
    left = update(gateways).where(
        gateways.c.id == replaced, gateways.c.is_registered, ~lives.exists()
    )
    done = await office.connection.execute(left.values(is_registered=False))
    if done.rowcount:
        await office.noted("gateway left", replaced)
