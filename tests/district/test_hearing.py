"""What is no sign of life, and since when somebody has listened; news between processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import update

from district.database import Database
from district.intake import hearing
from district.live import Live, News, Topic
from district.schema import INTAKE, gateways, watchers
from tests.district.world import NOON, World
from tests.postgres import Postgres


async def since(world: World) -> datetime:
    (row,) = [row for row in await world.rows(watchers) if row.name == INTAKE]
    return datetime.fromisoformat(row.found["since"])


async def test_who_listens_without_a_gap_has_listened_since_the_beginning(world: World) -> None:
    for _ in range(4):
        await hearing.note(world.database, world.now)
        world.later(seconds=20)
    assert await since(world) == NOON


async def test_after_a_gap_listening_begins_anew(world: World) -> None:
    await hearing.note(world.database, world.now)
    await hearing.note(world.database, world.later(minutes=10))
    assert await since(world) == NOON + timedelta(minutes=10)


async def test_what_a_broker_has_kept_is_no_sign_of_life(world: World) -> None:
    async with world.database.begin() as connection:
        await connection.execute(update(gateways).values(heard=NOON))
    news = await world.intake.states({"g1": True}, world.later(hours=3))
    (row,) = [row for row in await world.rows(gateways) if row.id == "g1"]
    assert (row.is_online, row.heard) == (True, NOON)
    assert [each.id for each in news] == ["g1"]


async def test_a_last_will_is_told_once(world: World) -> None:
    await world.intake.beats({"g1": None}, world.now)
    first = await world.intake.states({"g1": False}, world.now)
    again = await world.intake.states({"g1": False}, world.now)
    assert [each.id for each in first] == ["g1"]
    assert again == ()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[tuple[Live, "asyncio.Queue[News]"]]:
    """Give the news of one process, once it hears."""
    database = Database(url)
    live = Live(database)
    running = asyncio.create_task(live.run())
    try:
        async with live.heard() as news, asyncio.timeout(20):
            assert (await news.get()).topic is Topic.AGAIN
            yield live, news
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await database.close()


async def test_many_news_at_once_all_reach_another_process(postgres: Postgres) -> None:
    url = postgres.database()
    async with listening(url) as (one, _), listening(url) as (_, news):
        told = [News(Topic.INCIDENT, f"i{number}", "ninghai") for number in range(300)]
        await asyncio.gather(*(one.tell([each]) for each in told))
        heard = [await news.get() for _ in told]
    assert {each.id for each in heard} == {each.id for each in told}


async def test_processes_that_start_at_once_make_the_tables_once(postgres: Postgres) -> None:
    url = postgres.database()
    databases = [Database(url) for _ in range(3)]
    await asyncio.gather(*(each.migrate() for each in databases))
    for each in databases:
        await each.close()
