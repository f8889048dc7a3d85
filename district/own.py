"""Incidents that the district itself raises: silent gateways, a watch that stands still, and such.

They are taken, handed over and closed like any other. When what they tell of is over, one that
nobody has ends by itself; whoever has one says what it was.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import locked
from district.identity import fresh
from district.incidents import note_step
from district.levels import BY, limit_of
from district.live import News, Topic
from district.phases import Act, Phase
from district.schema import areas, incidents
from edge.model import Severity

RECOVERED, GROUPED = "recovered", "grouped"  # outcomes that no person gives


class Own(StrEnum):
    """What such an incident is about."""

    ALONE = "silent_gateway"
    TOGETHER = "silent_gateways"
    UNHEARD = "nothing_heard"
    STANDS = "watch_stands"
    AWAY = "receiver_away"


# Language -> headline and text, as somebody reads them at night.
TEXTS: Mapping[Own, Mapping[str, tuple[str, str]]] = {
    Own.ALONE: {
        "zh": (
            "网关失联：{name}",
            "{area}：{name} 的网关超过 90 秒没有消息，家里的情况看不到。先打电话问平安，"
            "再查网关的电源和网络。",
        ),
        "en": (
            "Gateway silent: {name}",
            "{area}: the gateway of {name} has not been heard for 90 seconds; the home cannot be "
            "seen. Call first and ask how they are, then see to its power and network.",
        ),
    },
    Own.TOGETHER: {
        "zh": (
            "{n} 个网关失联",
            "{area}：{n} 个网关没有消息，这些家里的情况看不到。先联系高风险的老人，"
            "再问供电和网络。",
        ),
        "en": (
            "{n} gateways are silent",
            "{area}: {n} gateways are not heard; their homes cannot be seen. Reach those at "
            "greatest risk first, then ask about power and network.",
        ),
    },
    Own.UNHEARD: {
        "zh": (
            "所有网关都没有消息",
            "{area}：{n} 个网关全都没有消息，多半是消息服务器、接入程序或机房网络停了。"
            "新的警报到不了值班台；各家网关仍会自己通知联系人。请立即联系管理员。",
        ),
        "en": (
            "No gateway is heard",
            "{area}: none of {n} gateways is heard: most likely the broker, the intake or the "
            "network here is down. New alerts do not reach this desk; gateways still tell their "
            "own contacts. Call the administrator now.",
        ),
    },
    Own.STANDS: {
        "zh": (
            "一个超时检查进程停了：{host}",
            "主机 {host} 上的超时检查没有动静，其他的仍在运行。请联系管理员。",
        ),
        "en": (
            "A watch stands still: {host}",
            "The watch on {host} does not look any more; the others go on. Call the administrator.",
        ),
    },
    Own.AWAY: {
        "zh": (
            "上报平台收不到数据：{receiver}",
            "{area}：平台 {receiver} 一直没有收下警报和状态数据（{why}）。数据没有丢，"
            "恢复后会补报；值班台不受影响。请通知管理员和对方平台。",
        ),
        "en": (
            "A platform takes nothing: {receiver}",
            "{area}: {receiver} has taken no alerts and states for long ({why}). Nothing is lost: "
            "all is sent when they are back. This desk is not affected. Tell the administrator, "
            "and them.",
        ),
    },
}


async def open_own(
    connection: AsyncConnection,
    rule: Own,
    area: str,
    now: datetime,
    *,
    severity: Severity = Severity.URGENT,
    household: str | None = None,
    gateway: str = "",
    because: Mapping[str, Any] | None = None,
    **words: object,
) -> tuple[str, News]:
    """Open one in an area; give its id."""
    here = (await connection.execute(select(areas).where(areas.c.id == area))).one()
    name, rank = fresh(), severity.rank
    row: dict[str, Any] = {"id": name, "alert": name, "place": area, "area": area}
    row |= {"household": household, "gateway": gateway, "rule": rule, "status": "Actual"}
    row |= {"severity": severity.value, "rank": rank, "because": dict(because or {})}
    row |= {"told": told(rule, area=here.name, **words), "opened": now, "arrived": now}
    row |= {"home_state": "raised", "phase": Phase.OPEN, "next_due": now + limit_of(here, rank)}
    await connection.execute(insert(incidents).values(**row))
    await note_step(connection, name, Act.ARRIVED, BY, at=now, detail={"rule": rule})
    return name, News(Topic.INCIDENT, name, area)


def told(rule: Own, **words: object) -> dict[str, list[str]]:
    """Give what it says, in every language."""
    return {
        language: [text.format(**words) for text in texts]
        for language, texts in TEXTS[rule].items()
    }


async def end_own(
    connection: AsyncConnection,
    incident: str,
    now: datetime,
    outcome: str = RECOVERED,
    **because: object,
) -> tuple[News, ...]:
    """Take in that it is over; it ends unless somebody has it."""
    found = await connection.execute(locked(select(incidents).where(incidents.c.id == incident)))
    row = found.one()
    if row.home_state == "raised":
        await note_step(connection, row.id, Act.HOME, BY, at=now, detail={"state": "resolved"})
    values: dict[str, Any] = {"home_state": "resolved", "because": {**row.because, **because}}
    if row.phase == Phase.OPEN:
        values |= {"phase": Phase.CLOSED, "closed": now, "outcome": outcome, "next_due": None}
        detail = {"outcome": outcome}
        await note_step(connection, row.id, Act.CLOSE, BY, at=now, detail=detail)
    changed = update(incidents).where(incidents.c.id == row.id)
    await connection.execute(changed.values(**values, version=row.version + 1))
    return (News(Topic.INCIDENT, row.id, row.place),)


async def end_left(connection: AsyncConnection, now: datetime) -> tuple[News, ...]:
    """End those that are over and that nobody has any more."""
    over = (incidents.c.home_state == "resolved") & incidents.c.rule.in_(list(Own))
    over &= incidents.c.closed.is_(None) & (incidents.c.phase == Phase.OPEN)
    news: tuple[News, ...] = ()
    for name in (await connection.execute(select(incidents.c.id).where(over))).scalars().all():
        news += await end_own(connection, name, now)
    return news


async def standing(
    connection: AsyncConnection, rule: Own, area: str | None = None
) -> "list[Row[Any]]":
    """Give those of a rule that are not closed, the oldest first."""
    wanted = select(incidents).where(incidents.c.rule == rule, incidents.c.closed.is_(None))
    if area is not None:
        wanted = wanted.where(incidents.c.place == area)
    ordered = wanted.order_by(incidents.c.opened, incidents.c.id)
    return list((await connection.execute(ordered)).all())


async def top(connection: AsyncConnection) -> str:
    """Give the area above all others."""
    found = select(areas.c.id).where(areas.c.parent.is_(None)).order_by(areas.c.id).limit(1)
    return str((await connection.execute(found)).scalar_one())
