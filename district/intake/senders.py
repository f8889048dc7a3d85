"""Who sends: the rows of gateways and homes, and what gateways say of themselves, by sets.

A gateway or home that nobody has registered is put where it is seen, and heard all the same.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import to_builtins
from sqlalchemy import Row, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import insert_new, locked
from district.identity import fresh
from district.live import News, Topic
from district.schema import areas, gateways, households
from gateway.wire.uplink.event import HealthData, HeartbeatData

Key = tuple[str, str]  # a gateway, and what it calls the home
Values = dict[str, Any]
LONGEST_BOOT, LONGEST_VERSION = 80, 40  # characters, clipped: nothing is known again by them
LOOKS = 3  # for a home that is joined with another one while we look
LONGEST_NAME = 64  # characters of a gateway's name
MOST_COUNTED = 2**31 - 1


async def gateways_of(
    connection: AsyncConnection, names: Collection[str], now: datetime
) -> "dict[str, Row[Any]]":
    """Give the rows of gateways; an unknown one is put at the top."""
    found = select(gateways).where(gateways.c.id.in_(sorted(names)))
    known = {row.id: row for row in await connection.execute(found)}
    if missing := sorted(set(names) - known.keys()):
        top = select(areas.c.id).where(areas.c.parent.is_(None)).order_by(areas.c.id).limit(1)
        area = (await connection.execute(top)).scalar_one()
        rows = [{"id": name, "area": area, "heard": now} for name in missing]
        await insert_new(connection, gateways, rows, gateways.c.id)
        known = {row.id: row for row in await connection.execute(found)}
    return known


async def homes_of(
    connection: AsyncConnection, wanted: Collection[Key], senders: "Mapping[str, Row[Any]]"
) -> "dict[Key, Row[Any]]":
    """Give the rows of homes; an unknown one stands in its gateway's area.

    They stay while this transaction lasts: none is joined with another one meanwhile (joining.py).
    In the same order by all, so that none wait in a ring; whoever changes a record does not wait.
    """
    if not wanted:
        return {}
    pair = tuple_(households.c.gateway, households.c.local)
    found = select(households).where(pair.in_(sorted(wanted))).order_by(households.c.id)
    found = found.with_for_update(read=True, key_share=True)
    known = {(row.gateway, row.local): row for row in await connection.execute(found)}
    for _ in range(LOOKS):
        if not (missing := sorted(set(wanted) - known.keys())):
            break
        rows = [
            # Not made from its name: that may be an erased home's id.
            {"id": fresh(), "gateway": gateway, "local": local, "name": local}
            | {"area": senders[gateway].area}
            for gateway, local in missing
        ]
        await insert_new(connection, households, rows, households.c.id)
        known = {(row.gateway, row.local): row for row in await connection.execute(found)}
    return known


async def note_beats(
    connection: AsyncConnection, beats: Mapping[str, HeartbeatData | None], now: datetime
) -> tuple[News, ...]:
    """Note which gateways live; None: by another sign than a heartbeat."""
    known = await gateways_of(connection, beats, now)
    free = await _free(connection, beats)
    alive = update(gateways).where(gateways.c.id.in_(free))
    await connection.execute(alive.values(heard=now, is_online=True))
    said = [
        {"which": name, "b": boot, "w": waiting, "o": oldest}
        for name in free
        if (beat := beats[name]) is not None and not _is_known(known[name], beat)
        for boot, waiting, oldest in (_fitting(beat),)
    ]
    if said:
        values: Values = {
            "boot": bindparam("b"),
            "waiting": bindparam("w"),
            "oldest_s": bindparam("o"),
        }
        which = update(gateways).where(gateways.c.id == bindparam("which"))
        await connection.execute(which.values(**values), said)
    return _changed(known.values(), is_online=True)


async def note_states(
    connection: AsyncConnection, states: Mapping[str, bool], now: datetime
) -> tuple[News, ...]:
    """Note whom the broker calls online: no sign of life, it may have kept that for weeks."""
    known = await gateways_of(connection, states, now)
    told: tuple[News, ...] = ()
    for is_online in (False, True):
        rows = [known[name] for name, state in states.items() if state is is_online]
        news = _changed(rows, is_online=is_online)
        if news:
            which = gateways.c.id.in_(await _free(connection, {each.id for each in news}))
            changed = update(gateways).where(which).values(is_online=is_online)
            await connection.execute(changed)
        told += news
    return told


async def note_health(
    connection: AsyncConnection, said: Mapping[str, HealthData], now: datetime
) -> None:
    """Note how gateways are; that is a sign of life too."""
    rows = [
        {
            "which": name,
            "b": health.boot[:LONGEST_BOOT],
            "v": health.version[:LONGEST_VERSION],
            "h": to_builtins(health),
        }
        for name in await _free(connection, said)
        for health in (said[name],)
    ]
    if not rows:
        return
    values: Values = {"boot": bindparam("b"), "version": bindparam("v"), "health": bindparam("h")}
    done = update(gateways).where(gateways.c.id == bindparam("which"))
    await connection.execute(done.values(heard=now, is_online=True, **values), rows)


async def _free(connection: AsyncConnection, names: Collection[str]) -> list[str]:
    """Lock the rows of gateways that nobody has just now.

    Whoever has one notes a sign of life too, or its next is half a minute away: no event of a home
    waits for that.
    """
    if not names:
        return []
    wanted = select(gateways.c.id).where(gateways.c.id.in_(sorted(names))).order_by(gateways.c.id)
    return list((await connection.execute(locked(wanted, skips=True))).scalars())


def _is_known(row: "Row[Any]", beat: HeartbeatData) -> bool:
    return (row.boot, row.waiting, row.oldest_s) == _fitting(beat)


def _fitting(beat: HeartbeatData) -> tuple[str, int, int]:
    """Give boot, waiting and oldest as columns can hold them: many share one statement."""
    boot = beat.boot.replace("\0", "")[:LONGEST_BOOT]
    return boot, min(beat.waiting, MOST_COUNTED), min(beat.oldest_s, MOST_COUNTED)


def _changed(rows: "Collection[Row[Any]]", *, is_online: bool) -> tuple[News, ...]:
    changed = (row for row in rows if bool(row.is_online) is not is_online)
    return tuple(News(Topic.GATEWAY, row.id, row.area) for row in changed)
