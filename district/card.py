"""One incident with everything that somebody needs who acts on it: the household's card.

Only what the one who asks may see is selected; what nobody agreed to is left out, and named.
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district import summaries
from district.access import Who
from district.accounts import audit
from district.consent import KEPT, Consent
from district.phases import Act
from district.schema import (
    accounts,
    areas,
    audits,
    consents,
    dispatches,
    equipment,
    follow_ups,
    gateways,
    households,
    incidents,
    people,
    steps,
)
from district.views import MOST, Line, line_of, lines_of, rows_of, told_in

RISES = frozenset({Act.RISE, Act.PASS_ON})
EARLIER = 5  # incidents of the same home
LATELY = timedelta(days=90)  # helpers who were sent since are offered again
AGAIN = timedelta(minutes=15)  # a card that stays open is noted no more often


class Card(Struct, frozen=True):
    """One incident, and the household that it is about."""

    line: Line
    place: str  # the area where it happened
    text: str
    because: dict[str, Any]
    door_code: str
    medical: str
    plan: str
    people: tuple[dict[str, Any], ...]
    story: tuple[dict[str, Any], ...]
    sent: tuple[dict[str, Any], ...]
    follow_ups: tuple[dict[str, Any], ...]
    gateway_heard: datetime | None
    is_gateway_online: bool
    silent: tuple[dict[str, Any], ...]  # gateways of an outage, those at greatest risk first
    silent_count: int  # of all of them; MOST are listed
    equipment: tuple[dict[str, Any], ...]
    days: tuple[dict[str, Any], ...]  # half hours in which somebody was seen, the latest day first
    refused: tuple[str, ...]  # what nobody agreed to, or not any more: consent.Consent
    earlier: tuple[Line, ...]  # of the same home, what is open first


async def card(connection: AsyncConnection, who: Who, incident: str) -> Card | None:
    """Give one incident; None where there is none that they may see."""
    found = await connection.execute(lines_of(who).where(incidents.c.id == incident))
    row = found.mappings().one_or_none()
    if row is None:
        return None
    home = row[households.c.id]
    later = select(follow_ups, accounts.c.name.label("owner_name")).join(
        accounts, follow_ups.c.owner == accounts.c.id
    )
    told = select(steps).where(steps.c.incident == incident).order_by(steps.c.seq)
    sent = select(dispatches).where(dispatches.c.incident == incident)
    refused = await _refused(connection, home) if home else ()
    days = () if Consent.SUMMARIES in refused else await _days(connection, home)
    return Card(
        line=line_of(row, who.language),
        place=row[incidents.c.place],
        text=told_in(row[incidents.c.told], who.language)[1],
        because=row[incidents.c.because],
        door_code=row[households.c.door_code] or "",
        medical=row[households.c.medical] or "",
        plan=row[households.c.plan] or "",
        people=await _people(connection, home),
        story=await _named(connection, await rows_of(connection, told)),
        sent=await rows_of(connection, sent.order_by(dispatches.c.ordered)),
        follow_ups=await rows_of(connection, later.where(follow_ups.c.incident == incident)),
        gateway_heard=row[gateways.c.heard],
        is_gateway_online=home is None or bool(row[gateways.c.is_online]),
        silent=await _silent(connection, incident),
        silent_count=await _count_silent(connection, incident),
        equipment=await _equipment(connection, home),
        days=days,
        refused=tuple(each for each in refused if each not in KEPT or not row[households.c[each]]),
        earlier=await _earlier(connection, who, incident, home),
    )


async def note_seen(
    connection: AsyncConnection, who: Who, shown: Card, now: datetime, *, is_again: bool = False
) -> None:
    """Note that somebody saw a card; one that only renews itself is noted once in a while."""
    about, incident = shown.line.household or shown.line.id, shown.line.id
    if is_again:
        noted = select(audits.c.seq).where(
            audits.c.about == about,
            audits.c.account == who.id,
            audits.c.what == "card seen",
            audits.c.at > now - AGAIN,
        )
        if (await connection.execute(noted.limit(1))).one_or_none() is not None:
            return
    await audit(connection, who, "card seen", about, now, incident=incident)


async def helpers(
    connection: AsyncConnection,
    who: Who,
    shown: Card,
    colleagues: list[dict[str, Any]],
    now: datetime,
) -> list[dict[str, str]]:
    """Give whom to send: contacts of the home, colleagues, and who was sent hereabouts lately."""
    known = [*shown.people, *colleagues]
    found = {each["name"]: each["phone"] for each in known if each["phone"]}
    lately = (
        select(dispatches.c.whom, dispatches.c.phone)
        .join(incidents, dispatches.c.incident == incidents.c.id)
        .where(incidents.c.place == shown.place, dispatches.c.ordered > now - LATELY)
        .order_by(dispatches.c.ordered.desc())
        .limit(20)
    )
    for row in await connection.execute(lately):
        found.setdefault(row.whom, row.phone)
    return [{"name": name, "phone": phone} for name, phone in found.items() if name != who.name]


async def _people(connection: AsyncConnection, home: str | None) -> tuple[dict[str, Any], ...]:
    # The resident first, then those who are to be called, in their order.
    wanted = select(people).where(people.c.household == home)
    return await rows_of(connection, wanted.order_by(people.c.kind.desc(), people.c.place))


async def _named(
    connection: AsyncConnection, story: tuple[dict[str, Any], ...]
) -> tuple[dict[str, Any], ...]:
    """Give a story in which the area that an incident rose to has its name, as `to_name`."""
    rises = {each["detail"].get("to") for each in story if each["what"] in RISES}
    if not rises:
        return story
    wanted = select(areas.c.id, areas.c.name).where(areas.c.id.in_(rises - {None}))
    names = {row.id: row.name for row in await connection.execute(wanted)}

    def told(step: dict[str, Any]) -> dict[str, Any]:
        name = names.get(step["detail"].get("to")) if step["what"] in RISES else None
        return step if name is None else step | {"detail": step["detail"] | {"to_name": name}}

    return tuple(told(each) for each in story)


async def _equipment(connection: AsyncConnection, home: str | None) -> tuple[dict[str, Any], ...]:
    wanted = select(equipment).where(equipment.c.household == home, equipment.c.returned.is_(None))
    return await rows_of(connection, wanted.order_by(equipment.c.room, equipment.c.name))


async def _refused(connection: AsyncConnection, home: str) -> tuple[str, ...]:
    stands = select(consents.c.what).where(
        consents.c.household == home, consents.c.withdrawn.is_(None)
    )
    given = set((await connection.execute(stands)).scalars())
    return tuple(each for each in Consent if each not in given)


async def _days(connection: AsyncConnection, home: str | None) -> tuple[dict[str, Any], ...]:
    if home is None:
        return ()
    return tuple(to_builtins(day) for day in await summaries.of(connection, home))


async def _earlier(
    connection: AsyncConnection, who: Who, incident: str, home: str | None
) -> tuple[Line, ...]:
    if home is None:
        return ()
    wanted = lines_of(who).where(incidents.c.household == home, incidents.c.id != incident)
    ordered = wanted.order_by(incidents.c.closed.is_not(None), incidents.c.opened.desc())
    rows = (await connection.execute(ordered.limit(EARLIER))).mappings()
    return tuple(line_of(row, who.language) for row in rows)


async def _silent(connection: AsyncConnection, incident: str) -> tuple[dict[str, Any], ...]:
    at_risk = case({"high": 0, "raised": 1}, value=households.c.risk, else_=2)
    wanted = (
        select(gateways.c.id, gateways.c.heard, households.c.name, households.c.address)
        .add_columns(households.c.risk)
        .outerjoin(households, households.c.gateway == gateways.c.id)
        .where(gateways.c.outage == incident)
        .order_by(at_risk, gateways.c.heard)
        .limit(MOST)
    )
    return await rows_of(connection, wanted)


async def _count_silent(connection: AsyncConnection, incident: str) -> int:
    joined = gateways.outerjoin(households, households.c.gateway == gateways.c.id)
    count = select(func.count()).select_from(joined).where(gateways.c.outage == incident)
    return int((await connection.execute(count)).scalar_one())
