"""What the desk asks of a gateway: written with the act, sent until the home's word shows it.

A command's id stays the same, so a gateway carries it out once however often it comes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import locked
from district.identity import fresh
from district.schema import households, orders
from edge.model import Outcome, State
from gateway.wire.uplink.event import AlertData, CommandData, Event, Kind, Order, decode, encode

SOURCE = "/district"
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(minutes=5)
SHORTEST_LEASE = 60  # seconds, the least that an order may ask for
CLOCKS_APART = timedelta(minutes=1)  # a gateway's and ours
FETCHED_AGAIN = timedelta(seconds=30)  # the longest, for a gateway that comes for its orders
CLOSE_FOR = timedelta(days=7)  # how long a gateway that is away is still told of an end
OVERLAP = timedelta(seconds=10)  # a broker keeps an order until the next try is there


class Sending(Struct, frozen=True):
    """An order on its way to a gateway; a broker need keep it only for so long."""

    gateway: str
    body: bytes
    lasts: timedelta


async def take_at_home(
    connection: AsyncConnection, incident: "Row[Any]", by: str, until: datetime, now: datetime
) -> None:
    """Let the home's own escalation rest until then."""
    lease = int((until - now).total_seconds())
    order = CommandData(Order.TAKE, "", incident.alert, by, lease_s=lease)
    await _put(connection, incident, order, now, until)


async def close_at_home(
    connection: AsyncConnection, incident: "Row[Any]", by: str, outcome: Outcome, now: datetime
) -> None:
    """Tell the home what it was: it learns from that."""
    order = CommandData(Order.CLOSE, "", incident.alert, by, outcome=outcome)
    await _put(connection, incident, order, now, now + CLOSE_FOR)


async def _put(
    connection: AsyncConnection,
    incident: "Row[Any]",
    order: CommandData,
    now: datetime,
    ends: datetime,
) -> None:
    if incident.household is None or incident.alert == incident.id:
        return  # raised here: no gateway knows of it
    local = select(households.c.local).where(households.c.id == incident.household)
    household = (await connection.execute(local)).scalar_one()
    name = fresh()
    data = structs.replace(order, household=household)
    # The last word of the home that whoever asks it could know.
    known = {"epoch": incident.epoch, "sequence": incident.sequence}
    body = encode(Event(name, SOURCE, Kind.COMMAND, now, data, household, **known)).decode()
    # The latest order is the one that holds.
    earlier = update(orders).where(orders.c.incident == incident.id).values(is_done=True)
    await connection.execute(earlier)
    row = {"id": name, "gateway": incident.gateway, "incident": incident.id, "body": body}
    row |= {"sort": order.order, "by": order.by}
    row |= {"made": now, "next_try": now, "ends": ends}
    await connection.execute(insert(orders).values(**row))


async def withdraw(connection: AsyncConnection, incidents: Collection[str]) -> None:
    """Take back what was asked of homes about these, as far as it is still on its way."""
    which = orders.c.incident.in_(sorted(incidents)) & ~orders.c.is_done
    await connection.execute(update(orders).where(which).values(is_done=True))


async def shown_done(connection: AsyncConnection, incident: str, alert: AlertData) -> None:
    """Take the home's own word for it that an order was carried out."""
    where = (orders.c.incident == incident) & ~orders.c.is_done
    if alert.outcome is None and alert.state is not State.CLOSED:
        # The word may be of a lease before this one, or of somebody's who had it before.
        if not alert.taken_by:
            return
        where &= (orders.c.sort == Order.TAKE) & (orders.c.by == alert.taken_by)
        if alert.taken_until is not None:
            where &= orders.c.ends <= alert.taken_until + CLOCKS_APART
    await connection.execute(update(orders).where(where).values(is_done=True))


async def due(
    connection: AsyncConnection, now: datetime, gateway: str | None = None, most: int = 100
) -> list[Sending]:
    """Give the orders to be sent now, new ones first, and say when each is sent again."""
    where = ~orders.c.is_done & (orders.c.next_try <= now)
    if gateway is not None:
        where &= orders.c.gateway == gateway
    # Those that many gateways did not hear yesterday must not keep today's waiting.
    by = orders.c.tries > 0, orders.c.next_try
    ordered = select(orders).where(where).order_by(*by).limit(most)
    rows = (await connection.execute(locked(ordered, skips=True))).all()
    found = []
    for row in rows:
        is_over = row.ends <= now
        wait = min(FIRST_RETRY * 2 ** min(row.tries, 10), LONGEST_RETRY)
        values: dict[str, Any] = {"tries": row.tries + 1, "next_try": now + wait}
        again = update(orders).where(orders.c.id == row.id)
        await connection.execute(again.values(is_done=is_over, **values))
        if not is_over:
            lasts = min(wait + OVERLAP, row.ends - now)
            found.append(Sending(row.gateway, _sent(row, now), lasts))
    return found


async def fetched(
    connection: AsyncConnection, now: datetime, gateway: str, most: int = 50
) -> list[bytes]:
    """Give the orders that a gateway has come for, whatever was sent to it over another way."""
    where = ~orders.c.is_done & (orders.c.gateway == gateway) & (orders.c.ends > now)
    # Waits for whoever sends them another way just now: what was skipped here nobody would fetch.
    ordered = locked(select(orders).where(where).order_by(orders.c.made).limit(most))
    found = []
    for row in (await connection.execute(ordered)).all():
        wait = min(FIRST_RETRY * 2 ** min(row.tries, 10), FETCHED_AGAIN)
        if row.fetched is None or row.fetched + wait <= now:
            given = update(orders).where(orders.c.id == row.id)
            await connection.execute(given.values(fetched=now, tries=row.tries + 1))
            found.append(_sent(row, now))
    return found


def _sent(row: "Row[Any]", now: datetime) -> bytes:
    """Give the order with what is left of its lease: one that comes late must not last longer."""
    event = decode(row.body.encode())
    data = event.data
    if not isinstance(data, CommandData) or data.order is not Order.TAKE:
        return encode(event)
    left = max(int((row.ends - now).total_seconds()), SHORTEST_LEASE)
    data = structs.replace(data, lease_s=left)
    return encode(structs.replace(event, data=data, time=now))
