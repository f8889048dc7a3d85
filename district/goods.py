"""What goes over when a home that a gateway speaks of is joined with the registered one that it is.

All that refers to it does, once. What somebody took back later than it was given stays taken back,
on whichever of the two records, and what was held under it is erased. Whoever has an open incident
on their list goes on seeing it.
"""

from typing import Any

from sqlalchemy import Row, Table, and_, delete, func, select, update

from district.consent import Consent, barred, erase_held
from district.levels import limit_of
from district.live import News, Topic
from district.office import Office
from district.phases import Phase
from district.schema import (
    areas,
    consents,
    events,
    households,
    incidents,
    metadata,
    people,
    summaries,
)

# What is known of the one and not of the other is kept.
FILLED = ("address", "door_code", "medical", "plan", "visit_code")


async def go_over(office: Office, heard: "Row[Any]", home: "Row[Any]") -> tuple[News, ...]:
    """Let all that refers to the one refer to the other; give what open pages should look at."""
    news = await _incidents(office, heard, home)
    await _people(office, heard.id, home.id)
    await _summaries(office, heard.id, home.id)
    for table in _referring():
        moved = update(table).where(table.c.household == heard.id)
        await office.connection.execute(moved.values(household=home.id))
    # By its gateway: the table is large, and nobody else has spoken of it.
    told = update(events).where(events.c.gateway == heard.gateway, events.c.household == heard.id)
    await office.connection.execute(told.values(household=home.id))
    empty = {key: getattr(heard, key) for key in FILLED if not getattr(home, key)}
    if filled := {key: each for key, each in empty.items() if each}:
        mine = update(households).where(households.c.id == home.id)
        await office.connection.execute(mine.values(**filled))
    await _stay_withdrawn(office, home.id)
    return news


def _referring() -> list[Table]:
    """Give every table that refers to homes and has no part of its own here."""
    apart = {people.name, summaries.name, incidents.name}
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in apart
        and any(key.column.table is households for key in table.foreign_keys)
    ]


async def _people(office: Office, heard: str, home: str) -> None:
    """Call those of the other record after those of this one; nobody stands there twice."""
    execute = office.connection.execute
    there = people.alias()
    same = and_(*(there.c[key] == people.c[key] for key in ("kind", "name", "phone")))
    twice = select(there.c.id).where(there.c.household == home, same).exists()
    await execute(delete(people).where(people.c.household == heard, twice))
    last = select(func.max(people.c.place)).where(people.c.household == home)
    after = (await execute(last)).scalar_one()
    place = people.c.place + (0 if after is None else after + 1)
    mine = update(people).where(people.c.household == heard)
    await execute(mine.values(household=home, place=place))


async def _summaries(office: Office, heard: str, home: str) -> None:
    """Keep the later line of a day that both have."""
    execute = office.connection.execute
    both = select(summaries.c.household, summaries.c.day, summaries.c.at).where(
        summaries.c.household.in_((heard, home))
    )
    latest: dict[str, Any] = {}
    for row in (await execute(both.order_by(summaries.c.at))).all():
        if (older := latest.get(row.day)) is not None:
            gone = (summaries.c.household == older) & (summaries.c.day == row.day)
            await execute(delete(summaries).where(gone))
        latest[row.day] = row.household
    mine = update(summaries).where(summaries.c.household == heard)
    await execute(mine.values(household=home))


async def _incidents(office: Office, heard: "Row[Any]", home: "Row[Any]") -> tuple[News, ...]:
    """Let what happened there have happened at the home, where the home is."""
    execute = office.connection.execute
    of = incidents.c.household == heard.id
    wanted = select(incidents).where(of).order_by(incidents.c.id).with_for_update(key_share=True)
    news: list[News] = []
    for row in (await execute(wanted)).all():
        values = await _placed(office, row, home.area)
        known = update(incidents).where(incidents.c.id == row.id)
        values |= {"household": home.id, "version": row.version + 1}
        await execute(known.values(**values))
        if row.closed is None:
            seen_at = {row.place, values.get("place", row.place)}
            news += [News(Topic.INCIDENT, row.id, area) for area in sorted(seen_at)]
    return tuple(news)


async def _placed(office: Office, row: "Row[Any]", area: str) -> dict[str, Any]:
    """Say where it happened: there where the home is, unless somebody would lose sight of it."""
    if row.closed is not None or row.place == area:
        return {"place": area}
    both = select(areas).where(areas.c.id.in_((row.place, area)))
    known = {each.id: each for each in (await office.connection.execute(both)).all()}
    if known[area].path.startswith(known[row.place].path):
        return {"place": area}  # whoever has it now stands above, and keeps it
    if row.phase == Phase.TAKEN:
        return {}  # whoever has it works elsewhere: theirs to the end
    due = office.now + limit_of(known[area], row.rank)
    return {"place": area, "area": area, "next_due": min(row.next_due or due, due)}


async def _stay_withdrawn(office: Office, home: str) -> None:
    """Let a consent end that was given before the last withdrawal of the same; erase what it held.

    Somebody took it back on the other record and has not given it anew since.
    """
    execute = office.connection.execute
    rows = (await execute(select(consents).where(consents.c.household == home))).all()
    for what in sorted({row.what for row in rows}):
        of = [row for row in rows if row.what == what]
        last = max(
            (row for row in of if row.withdrawn), key=lambda row: row.withdrawn, default=None
        )
        stale = [row.id for row in of if not row.withdrawn and last and row.given <= last.withdrawn]
        if last is not None and stale:
            ended = update(consents).where(consents.c.id.in_(stale))
            taken = {"withdrawn": last.withdrawn, "withdrawn_by": last.withdrawn_by}
            await execute(ended.values(**taken))
    for gone in sorted((await barred(office.connection, [home])).get(home, frozenset[Consent]())):
        await erase_held(office.connection, home, gone)
