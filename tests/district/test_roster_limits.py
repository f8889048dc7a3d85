"""What may not be written into the roster: a home twice, a home that is over, what was refused."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from district import roster
from district.office import Office
from district.schema import households
from tests.district.browsing import browser
from tests.district.served import until
from tests.district.test_roster import HOMES, WANG, added
from tests.district.world import World, smoke

ONE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # no matter which database
LI = {"local": "li", "area": "ninghai", "name": "李家"}


@pytest.mark.parametrize("world", ["postgres"], indirect=True)
@pytest.mark.parametrize("gateway", [None, "g1"])
async def test_of_two_who_register_a_home_at_once_the_second_is_told(
    world: World, gateway: str | None
) -> None:
    async with browser(world, "qian") as client:
        async with world.database.begin() as connection:
            await roster.add(Office(connection, world.who["qian"], world.now), gateway, **LI)
            second = asyncio.create_task(client.post(HOMES, json=LI | {"gateway": gateway}))
            await until(lambda: waits(world, second))
        assert (await second).status_code == 409
    assert len(await world.rows(households)) == 1


async def waits(world: World, second: "asyncio.Task[httpx.Response]") -> bool:
    """Say whether somebody waits for a row; or has got through."""
    async with world.database.begin() as connection:
        stuck = await connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"))
        return stuck.first() is not None or second.done()


async def test_a_home_without_a_gateway_does_not_move_onto_another_one(world: World) -> None:
    async with browser(world, "qian") as client:
        await added(client, gateway=None)
        other = await added(client, gateway=None, area="yuhua")
        moved = {"version": 1, "area": "ninghai"}
        assert (await client.patch(f"{HOMES}/{other}", json=moved)).status_code == 409
        free = await added(client, gateway=None, area="yuhua", local="li")
        assert (await client.patch(f"{HOMES}/{free}", json=moved)).status_code == 200


ADDITIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("people", {"kind": "contact", "name": "王芳"}),
    ("consents", {"what": "medical", "by": "王桂兰"}),
    ("equipment", {"kind": "烟感", "name": "厨房烟感"}),
    ("visits", {"sort": "visit"}),
)


@ONE
async def test_nothing_is_added_to_a_home_that_is_not_watched_any_more(world: World) -> None:
    async with browser(world, "qian") as client:
        path = f"{HOMES}/{await added(client)}"
        await client.post(f"{path}/end", json={"reason": "moved"})
        for what, body in ADDITIONS:
            assert (await client.post(f"{path}/{what}", json=body)).status_code == 409, what
        mended = await client.patch(path, json={"version": 2, "address": "搬到女儿家"})
        assert mended.status_code == 200


@ONE
async def test_an_erased_record_stays_empty(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        path = f"{HOMES}/{home}"
        await client.post(f"{path}/end", json={"reason": "died"})
        await client.post(f"{path}/erase")
        version = (await client.get(path)).json()["household"]["version"]
        body = {"version": version, "name": "王桂兰家", "door_code": "2580#"}
        assert (await client.patch(path, json=body)).status_code == 409
        assert (await client.post(f"/homes/{home}/label")).status_code == 409
        kept = (await client.get(path)).json()["household"]
    assert kept["name"] == kept["door_code"] == ""


async def test_registering_brings_nothing_back_that_somebody_has_taken_back(world: World) -> None:
    await world.sends(smoke(), "e1")
    home = (await world.household("wang")).id
    async with browser(world, "qian") as client:
        agreed = {"what": "medical", "by": "王桂兰"}
        await client.post(f"{HOMES}/{home}/consents", json=agreed)
        await client.post(f"{HOMES}/{home}/consents/withdraw", json=agreed)
        answer = await client.post(HOMES, json=WANG | {"medical": "听力不好"})
        assert answer.status_code == 409 and "consent" in answer.json()["detail"]
        sheet = "网关,住户编号,区域,姓名,病史提示\ng1,wang,ninghai,王家,听力不好\n"
        assert (await client.post(f"{HOMES}/sheet.csv", content=sheet.encode())).status_code == 422
        assert await added(client) == home


@ONE
async def test_a_home_that_was_heard_of_and_has_ended_is_not_registered(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with world.database.begin() as connection:
        await connection.execute(update(households).values(ended=world.now))
    async with browser(world, "qian") as client:
        assert (await client.post(HOMES, json=WANG)).status_code == 409
        async with world.database.begin() as connection:
            found = await connection.execute(select(households.c.is_registered))
            assert found.scalars().all() == [False]
