"""The feed to the city's data platform: in order, of the own area, and nothing ever missing."""

import asyncio
import json

import pytest
from sqlalchemy import insert, update

from district.feed import MOST, Page, after
from district.schema import accounts, events, gateways, households
from tests.district.browsing import browser
from tests.district.world import NOON, World, smoke


async def becomes_platform(world: World, login: str) -> None:
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == login).values(role="platform")
        await connection.execute(row)


async def read(world: World, position: int = 0, login: str = "sun", most: int = MOST) -> Page:
    async with world.database.begin() as connection:
        return await after(connection, world.who[login], position, most)


def ids(page: Page) -> list[str]:
    return [json.loads(body)["id"] for _, body in page.events]


async def test_the_feed_goes_on_from_a_position(world: World) -> None:
    await becomes_platform(world, "qian")
    for number in range(5):
        await world.sends(smoke(f"a{number}"), f"e{number}", sequence=number)
    async with browser(world, "qian") as client:
        first = await client.get("/api/v1/feed", params={"most": 3})
        position = first.headers["Shouhu-Position"]
        rest = await client.get("/api/v1/feed", params={"after": position})
        end = await client.get("/api/v1/feed", params={"after": rest.headers["Shouhu-Position"]})
    assert [each["id"] for each in first.json() + rest.json()] == [f"e{n}" for n in range(5)]
    assert (end.json(), end.headers["Shouhu-Position"]) == ([], rest.headers["Shouhu-Position"])


async def test_the_feed_has_the_own_area_only_and_duty_staff_have_none(world: World) -> None:
    await becomes_platform(world, "qian")
    await world.sends(smoke(), "e1")
    await world.sends(smoke(sender="g2"), "e2")
    async with browser(world, "qian") as client:
        assert [each["id"] for each in (await client.get("/api/v1/feed")).json()] == ["e1"]
    async with browser(world, "lin") as client:
        assert (await client.get("/api/v1/feed")).status_code == 403


async def test_a_home_s_own_area_counts_where_its_gateway_watches_homes_of_several(
    world: World,
) -> None:
    async with world.database.begin() as connection:
        row = {"id": "tower", "area": "city", "is_registered": True}
        await connection.execute(insert(gateways).values(**row))
    await world.sends(smoke(sender="tower", household="101"), "e1")
    await world.sends(smoke("a2", sender="tower", household="201"), "e2")
    async with world.database.begin() as connection:
        moved = update(households).where(households.c.local == "101").values(area="ninghai")
        await connection.execute(moved)
    assert ids(await read(world, login="lin")) == ["e1"]
    assert ids(await read(world, login="wu")) == []
    assert ids(await read(world, login="sun")) == ["e1", "e2"]


async def test_who_has_nothing_new_need_not_look_at_what_others_have(world: World) -> None:
    for number in range(4):
        await world.sends(smoke(f"a{number}", sender="g2"), f"e{number}", sequence=number)
    found = await read(world, login="lin")
    assert (found.events, found.position) == ((), 4)
    await world.sends(smoke("mine"), "mine")
    assert ids(await read(world, found.position, login="lin")) == ["mine"]


async def test_what_somebody_does_not_agree_to_any_more_does_not_go_out(world: World) -> None:
    await world.sends(smoke(), "e1")
    await world.sends(smoke("a2"), "e2", sequence=2)
    async with world.database.begin() as connection:
        await connection.execute(update(events).where(events.c.id == "e1").values(body=""))
    assert ids(await read(world)) == ["e2"]


async def test_a_position_beyond_the_end_is_kept(world: World) -> None:
    await world.sends(smoke(), "e1")
    assert (await read(world, 1000)).position == 1000


async def test_a_reader_misses_nothing_while_many_write(world: World) -> None:
    found: list[str] = []
    done = asyncio.Event()

    async def reads() -> None:
        position = 0
        while True:
            is_last = done.is_set()
            page = await read(world, position)
            found.extend(ids(page))
            position = page.position
            if is_last and not page.events:
                return
            await asyncio.sleep(0)

    reading = asyncio.create_task(reads())
    # The first makes the home known: many would wait for whoever writes its row.
    await world.sends(smoke("a0"), "e0", sequence=0)
    sends = (world.sends(smoke(f"a{n}"), f"e{n}", sequence=n) for n in range(1, 60))
    await asyncio.gather(*sends)
    done.set()
    await reading
    assert sorted(found) == sorted(f"e{n}" for n in range(60))


async def test_readers_at_the_same_time_see_the_same_places(world: World) -> None:
    for number in range(30):
        await world.sends(smoke(f"a{number}"), f"e{number}", sequence=number)
    pages = await asyncio.gather(*(read(world) for _ in range(4)))
    assert [place for place, _ in pages[0].events] == list(range(1, 31))
    assert all(page == pages[0] for page in pages)


# Two transactions at a time are PostgreSQL's alone.
@pytest.mark.parametrize("world", ["postgres"], indirect=True)
async def test_an_event_that_drew_its_number_first_and_came_last_is_not_skipped(
    world: World,
) -> None:
    late = {"gateway": "g1", "id": "late", "type": "shouhu.alert.v1", "body": '{"id": "late"}'}
    async with world.database.begin() as slow:
        # Each of the two begins before the other ends, whichever is the older one.
        async with world.database.begin() as other:
            await other.execute(update(gateways).where(gateways.c.id == "g2").values(version="1"))
            await slow.execute(insert(events).values(**late, at=NOON, received=NOON))
            quick = late | {"id": "quick", "body": '{"id": "quick"}'}
            await other.execute(insert(events).values(**quick, at=NOON, received=NOON))
        found = await read(world)
        assert ids(found) == ["quick"]
    rows = {row.id: row.seq for row in await world.rows(events)}
    assert rows["late"] < rows["quick"]
    assert ids(await read(world, found.position)) == ["late"]
