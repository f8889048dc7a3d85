"""What is done with an incident, by somebody at a desk or by time itself: each act one transaction.

Whether an act may be done is phases.py's, who may see an incident access.py's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Right, Who, covers
from district.database import locked
from district.identity import fresh
from district.live import News, Topic
from district.orders import close_at_home, take_at_home
from district.phases import Act, Phase, after, may
from district.schema import accounts, areas, dispatches, follow_ups, incidents, steps
from edge.model import Outcome

LEASE = timedelta(minutes=30)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=12)


class Refused(Exception):
    """What cannot be done, and why, for the one who asked; `key` is the word for a page.

    `values` are what the word names.
    """

    def __init__(
        self, code: str, why: str, key: str = "", values: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(why)
        self.code = code
        self.key = key
        self.values = dict(values or {})


class Doing(Struct, frozen=True):
    """One act in its transaction: who does it, when, and to what as it stands."""

    connection: AsyncConnection
    who: Who
    now: datetime
    incident: Any  # a row of incidents, locked

    async def set(self, act: Act, detail: dict[str, Any], **values: Any) -> tuple[News, ...]:
        """Write what changes, and the step that says so."""
        row, phase = self.incident, Phase(self.incident.phase)
        values |= {"phase": after(act, phase), "version": row.version + 1}
        done = update(incidents).where(incidents.c.id == row.id).values(**values)
        await self.connection.execute(done)
        await note_step(
            *(self.connection, row.id, act, self.who.name),
            at=self.now,
            account=self.who.id,
            detail=detail,
        )
        return (News(Topic.INCIDENT, row.id, row.place), News(Topic.ORDER, row.gateway, row.place))


async def open_for(
    connection: AsyncConnection,
    who: Who,
    incident: str,
    act: Act,
    now: datetime,
    *,
    seen: int | None = None,
) -> Doing:
    """Lock an incident that somebody may act on. Raises Refused.

    `seen` is the number of the last step that they looked at: who acts on an old picture is told
    what is new first. Their own steps are nothing new, unless it is this act again; the home's own
    words count only for who wants to close it.
    """
    found = await connection.execute(locked(select(incidents).where(incidents.c.id == incident)))
    row = found.one_or_none()
    if row is None or not await covers(connection, who, row.place):
        raise Refused("not_found", "there is no such incident here")
    phase = Phase(row.phase)
    if not may(act, phase):
        raise Refused(
            "conflict", f"{act} cannot be done while it is {phase}", f"refused.is_{phase}"
        )
    if seen is not None:
        is_news = steps.c.account.is_distinct_from(who.id) | (steps.c.what == act)
        newer = select(steps.c.seq).where(steps.c.incident == incident, steps.c.seq > seen)
        newer = newer.where(is_news)
        if act is not Act.CLOSE:
            newer = newer.where(steps.c.what != Act.HOME)
        if (await connection.execute(newer.limit(1))).one_or_none() is not None:
            raise Refused("stale", "something has happened since it was looked at", "refused.stale")
    return Doing(connection, who, now, row)


async def take(doing: Doing, lease: timedelta = LEASE) -> tuple[News, ...]:
    """Have it, or have it for longer; somebody else's must be handed over. Raises Refused."""
    row = doing.incident
    if row.phase == Phase.TAKEN and row.owner != doing.who.id:
        raise Refused("conflict", "somebody else has it", "refused.theirs")
    until = doing.now + min(max(lease, SHORTEST), LONGEST)
    await take_at_home(doing.connection, row, doing.who.name, until, doing.now)
    return await doing.set(
        Act.TAKE,
        {"until": until.isoformat()},
        owner=doing.who.id,
        until=until,
        answered=row.answered or doing.now,
        next_due=until,
    )


async def hand_over(doing: Doing, to: str, lease: timedelta = LEASE) -> tuple[News, ...]:
    """Give it to somebody who works here too; its owner or a supervisor may. Raises Refused."""
    row = doing.incident
    if row.owner != doing.who.id and not doing.who.supervises:
        raise Refused("forbidden", "somebody else has it", "refused.theirs")
    found = await doing.connection.execute(select(accounts).where(accounts.c.id == to))
    other = found.one_or_none()
    if other is None or not other.is_active or not await _works_here(doing, other):
        raise Refused("invalid", "there is nobody of that name who could take it", "refused.whom")
    until = doing.now + min(max(lease, SHORTEST), LONGEST)
    await take_at_home(doing.connection, row, other.name, until, doing.now)
    detail = {"to": other.name, "until": until.isoformat()}
    return await doing.set(Act.HAND_OVER, detail, owner=other.id, until=until, next_due=until)


async def call(doing: Doing, whom: str, result: str) -> tuple[News, ...]:
    """Note a call and what came of it."""
    answered = doing.incident.answered or doing.now
    return await doing.set(Act.CALL, {"whom": whom, "result": result}, answered=answered)


async def dispatch(doing: Doing, whom: str, phone: str = "") -> tuple[News, ...]:
    """Send a person or a provider."""
    row = {"id": fresh(), "incident": doing.incident.id, "whom": whom, "phone": phone}
    await doing.connection.execute(insert(dispatches).values(**row, ordered=doing.now))
    return await doing.set(Act.DISPATCH, {"dispatch": row["id"], "whom": whom})


async def progress(doing: Doing, dispatched: str, act: Act) -> tuple[News, ...]:
    """Note that somebody who was sent has arrived, or is done. Raises Refused."""
    column = dispatches.c.arrived if act is Act.ON_SCENE else dispatches.c.done
    where = (dispatches.c.id == dispatched) & (dispatches.c.incident == doing.incident.id)
    found = (await doing.connection.execute(select(dispatches).where(where))).one_or_none()
    if found is None:
        raise Refused("not_found", "nobody was sent under that id")
    if found._mapping[column] is not None:
        raise Refused("conflict", "that was noted before", "refused.done")
    noted = update(dispatches).where(where).values({column: doing.now})
    await doing.connection.execute(noted)
    return await doing.set(act, {"dispatch": dispatched, "whom": found.whom})


async def note(doing: Doing, text: str) -> tuple[News, ...]:
    """Write something down."""
    return await doing.set(Act.NOTE, {"text": text})


async def follow_up(doing: Doing, owner: str, what: str, due: datetime) -> tuple[News, ...]:
    """Say what is still to be done, by whom and until when. Raises Refused."""
    found = await doing.connection.execute(select(accounts).where(accounts.c.id == owner))
    other = found.one_or_none()
    if other is None or not other.is_active or not await _works_here(doing, other):
        raise Refused("invalid", "there is nobody of that name who could do it", "refused.whom")
    row = {"id": fresh(), "incident": doing.incident.id, "owner": owner, "what": what, "due": due}
    await doing.connection.execute(insert(follow_ups).values(**row))
    detail = {"owner": other.name, "what": what, "due": due.isoformat()}
    return await doing.set(Act.FOLLOW_UP, detail)


async def followed(doing: Doing, name: str) -> tuple[News, ...]:
    """Note that what was to be done later is done. Raises Refused."""
    where = (follow_ups.c.id == name) & (follow_ups.c.incident == doing.incident.id)
    found = (await doing.connection.execute(select(follow_ups).where(where))).one_or_none()
    if found is None:
        raise Refused("not_found", "there is no such thing to be done")
    if found.done is not None:
        raise Refused("conflict", "it was done before", "refused.done")
    done = update(follow_ups).where(where).values(done=doing.now, done_by=doing.who.id)
    await doing.connection.execute(done)
    return await doing.set(Act.FOLLOWED, {"what": found.what})


async def close(doing: Doing, outcome: Outcome, text: str = "") -> tuple[News, ...]:
    """End it with what it was; who has not taken it has not looked. Raises Refused."""
    row = doing.incident
    if row.phase == Phase.TAKEN and row.owner != doing.who.id and not doing.who.supervises:
        raise Refused("forbidden", "somebody else has it", "refused.theirs")
    await close_at_home(doing.connection, row, doing.who.name, outcome, doing.now)
    return await doing.set(
        Act.CLOSE,
        {"outcome": outcome, "note": text},
        closed=doing.now,
        outcome=outcome,
        note=text,
        next_due=None,
        answered=row.answered or doing.now,
    )


async def note_step(
    connection: AsyncConnection,
    incident: str,
    act: Act,
    by: str,
    *,
    at: datetime,
    account: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append to what happened to an incident."""
    row = {"incident": incident, "at": at, "what": act, "by": by[:200], "account": account}
    await connection.execute(insert(steps).values(**row, detail=detail or {}))


async def _works_here(doing: Doing, other: "Row[Any]") -> bool:
    """Say whether somebody may act on an incident: by their role, and by their area."""
    path = select(areas.c.path).where(areas.c.id == other.area)
    home = (await doing.connection.execute(path)).scalar_one()
    theirs = Who(other.id, other.name, other.role, other.area, home, other.language)
    is_there = await covers(doing.connection, theirs, doing.incident.place)
    return is_there and theirs.has(Right.ACT)
