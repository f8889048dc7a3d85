"""What homes say of their alerts, written into the incidents that they are here, many at a time.

The first word opens an incident, later ones bring it up to date; an older one that comes late
changes nothing. What an incident becomes by a word is word.py's.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import insert_new, locked
from district.intake.word import CHANGED, Incident, Word, go_on, is_late, opened, step
from district.live import News, Topic
from district.orders import shown_done, withdraw
from district.phases import Act, Phase
from district.schema import accounts, areas, incidents, steps
from gateway.wire.uplink.event import Answer, ReplyData


class Taken(Struct, frozen=True):
    """What became of an event, and what others are to hear of it."""

    reply: ReplyData
    news: tuple[News, ...] = ()


async def write(connection: AsyncConnection, words: Sequence[Word], now: datetime) -> list[Taken]:
    """Write what is new, in this order; answer every word, with who has it here."""
    if not words:
        return []
    fresh = [word for word in words if word.is_new]
    standing = await _standing(connection, {word.incident for word in words})
    first: dict[str, Word] = {}
    for word in fresh:
        if word.incident not in standing:
            first.setdefault(word.incident, word)
    ours = await _open(connection, first, now)
    if first:
        # Another worker may have opened one at the same time: then ours goes on with it.
        standing |= await _standing(connection, first)
    begin = {id(first[name]) for name in ours}
    was_open = {name for name, row in standing.items() if row["phase"] != Phase.CLOSED} | set(ours)
    later = [word for word in fresh if id(word) not in begin]
    await _go_on(connection, standing, later, now)
    closed = {name for name, row in standing.items() if row["phase"] == Phase.CLOSED}
    again = standing.keys() - was_open - closed
    if again:
        await withdraw(connection, again)
    turned = dict.fromkeys(was_open & closed, Act.CLOSE) | dict.fromkeys(again, Act.REOPEN)
    await _note(connection, fresh, begin, turned, now)
    return await _answers(connection, standing, words)


async def _standing(connection: AsyncConnection, wanted: Collection[str]) -> dict[str, Incident]:
    """Give those that there are, locked: in the same order by all, so that none wait in a ring."""
    found = select(incidents).where(incidents.c.id.in_(sorted(wanted))).order_by(incidents.c.id)
    rows = (await connection.execute(locked(found))).mappings()
    return {row["id"]: dict(row) for row in rows}


async def _areas(connection: AsyncConnection, wanted: Collection[str]) -> "dict[str, Row[Any]]":
    found = await connection.execute(select(areas).where(areas.c.id.in_(sorted(wanted))))
    return {row.id: row for row in found}


async def _open(
    connection: AsyncConnection, first: dict[str, Word], now: datetime
) -> Collection[str]:
    """Open incidents; give those that nobody else has opened meanwhile."""
    if not first:
        return ()
    limits = await _areas(connection, {word.home.area for word in first.values()})
    rows = [opened(word, limits[word.home.area], now) for _, word in sorted(first.items())]
    return set(await insert_new(connection, incidents, rows, incidents.c.id))


async def _go_on(
    connection: AsyncConnection, standing: dict[str, Incident], later: Sequence[Word], now: datetime
) -> None:
    """Bring incidents up to date."""
    if not later:
        return
    rows = [standing[word.incident] for word in later]
    limits = await _areas(connection, {row[key] for row in rows for key in ("area", "place")})
    told: set[str] = set()
    for word in later:
        row = standing[word.incident]
        if not is_late(word, row):
            go_on(row, word, limits, now)
            told.add(word.incident)
            await shown_done(connection, word.incident, word.alert)
    await _update(connection, [standing[name] for name in sorted(told)])


async def _update(connection: AsyncConnection, rows: Sequence[Incident]) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in CHANGED}
    done = update(incidents).where(incidents.c.id == bindparam("which")).values(**values)
    given = [{"which": row["id"], **{f"new_{each}": row[each] for each in CHANGED}} for row in rows]
    await connection.execute(done, given)


async def _note(
    connection: AsyncConnection,
    words: Sequence[Word],
    begin: Collection[int],
    turned: Mapping[str, Act],
    now: datetime,
) -> None:
    """Append to what happened; `begin` has the words that opened something, by id()."""
    rows = [step(word, Act.ARRIVED if id(word) in begin else Act.HOME, now) for word in words]
    last = {word.incident: word for word in words if word.incident in turned}
    rows += [step(word, turned[name], now) for name, word in last.items()]
    if rows:
        await connection.execute(insert(steps), rows)


async def _answers(
    connection: AsyncConnection, standing: dict[str, Incident], words: Sequence[Word]
) -> list[Taken]:
    owners = {row["owner"] for row in standing.values() if row["phase"] == Phase.TAKEN}
    names: dict[str, str] = {}
    if owners:
        who = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(owners))
        names = {row.id: row.name for row in await connection.execute(who)}
    return [_answer(word, standing[word.incident], names) for word in words]


def _answer(word: Word, row: Incident, names: dict[str, str]) -> Taken:
    owner = names.get(row["owner"], "")
    reply = ReplyData(
        word.event.id,
        Answer.ACCEPTED if word.is_new else Answer.DUPLICATE,
        incident=word.alert.incident,
        owner=owner,
        until=row["until"] if owner else None,
    )
    # Whoever took it in before may have died before anybody heard of it.
    is_told = word.is_new or row["phase"] == Phase.OPEN
    news = (News(Topic.INCIDENT, row["id"], row["place"]),) if is_told else ()
    return Taken(reply, news)
