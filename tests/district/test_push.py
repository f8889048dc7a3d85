"""The feed pushed to a city's platform: everything, in order, whatever becomes of either side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from district.access import Who
from district.outward import positions
from district.outward.positions import HELD
from district.outward.push import Pusher, PushSettings
from district.outward.webhook import WebhookSettings, secret_of, signatures
from district.schema import accounts
from tests.district.browsing import browser
from tests.district.platform import SECRET, Platform, drips, hangs, hangs_up, platform, says
from tests.district.world import World, smoke

TOP = "city"
# What a receiver does is the same to both databases.
in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture
async def city() -> AsyncIterator[Platform]:
    async with platform() as made:
        yield made


@asynccontextmanager
async def pushing(
    world: World, city: Platform, directory: Path, **more: object
) -> AsyncIterator[Pusher]:
    secret = directory / "secret"
    secret.write_bytes(SECRET)
    url = str(more.pop("url", city.url))
    settings = WebhookSettings(url, secret, timeout=float(str(more.pop("timeout", 20))))
    values = {"area": TOP, "from_beginning": True} | more
    pusher = Pusher(PushSettings("city", settings, **values), world.database, lambda: world.now)  # type: ignore[arg-type]
    yield pusher
    await pusher.close()


async def happen(world: World, *names: str) -> None:
    for name in names:
        await world.sends(smoke(f"alert-{name}"), name)


async def state(world: World) -> positions.Standing:
    async with world.database.begin() as connection:
        top = Who("", "", "admin", TOP, f"/{TOP}/")
        (only,) = await positions.listed(connection, top)
    return only


async def push_all(world: World, pusher: Pusher, rounds: int = 60) -> None:
    """Push until there is nothing more; time passes as it likes."""
    for _ in range(rounds):
        if not await pusher.once():
            if (await state(world)).waiting == 0:
                return
            world.later(minutes=6)
    raise AssertionError(await state(world))


async def test_events_go_out_in_order_signed_and_once(
    world: World, city: Platform, tmp_path: Path
) -> None:
    names = [f"e{number}" for number in range(7)]
    await happen(world, *names)
    async with pushing(world, city, tmp_path, batch=3) as pusher:
        await push_all(world, pusher)
        assert not await pusher.once()
    assert city.taken == names
    assert city.forged == []
    assert city.identities == ["city-1-3", "city-4-6", "city-7-7"]
    assert (await state(world)).taken == world.now


@in_one_database
async def test_a_receiver_that_is_new_gets_what_comes_from_now_on(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "before")
    async with pushing(world, city, tmp_path, from_beginning=False) as pusher:
        assert not await pusher.once()
        await happen(world, "after")
        await push_all(world, pusher)
    assert city.taken == ["after"]


@in_one_database
@pytest.mark.parametrize(
    "answer",
    [
        says(500, "no"),
        says(503),
        says(429),
        says(401),
        says(404),
        says(301, Location="/elsewhere"),
        says(307, Location="/elsewhere"),
        says(200, '{"code": 500, "msg": "系统繁忙"}'),
        says(200, '{"success": false}'),
        says(200, '{"errcode": 40001}'),
        hangs_up,
    ],
    ids=["500", "503", "429", "401", "404", "301", "307", "code", "success", "errcode", "gone"],
)
async def test_what_was_not_taken_comes_again(
    world: World, city: Platform, tmp_path: Path, answer: object
) -> None:
    await happen(world, "e1", "e2")
    city.next = [answer]  # type: ignore[list-item]
    async with pushing(world, city, tmp_path) as pusher:
        assert not await pusher.once()
        failed = await state(world)
        assert (failed.failures, failed.position, city.taken) == (1, 0, [])
        assert failed.error
        await push_all(world, pusher)
    assert city.taken == ["e1", "e2"]
    assert city.elsewhere == 0
    assert (await state(world)).error == ""


@in_one_database
@pytest.mark.parametrize("answer", [hangs, drips])
async def test_a_receiver_that_never_ends_its_answer_is_given_up(
    world: World, city: Platform, tmp_path: Path, answer: object
) -> None:
    await happen(world, "e1")
    city.next = [answer]  # type: ignore[list-item]
    async with pushing(world, city, tmp_path, timeout=0.3) as pusher:
        assert not await pusher.once()
        assert (await state(world)).error.startswith("no answer within 0.3 s")
        await push_all(world, pusher)
    assert city.taken == ["e1"]


@in_one_database
async def test_nobody_there_is_tried_again_ever_more_seldom(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1")
    pauses = []
    async with pushing(world, city, tmp_path, url="http://127.0.0.1:1/") as pusher:
        for _ in range(12):
            assert not await pusher.once()
            found = await state(world)
            assert found.next_try is not None
            pauses.append((found.next_try - world.now).total_seconds())
            assert not await pusher.once()
            assert (await state(world)).failures == len(pauses)
            world.now = found.next_try
    assert all(0.75 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses[:8]))
    assert all(225 <= pause <= 300 for pause in pauses[9:])


@in_one_database
async def test_a_receiver_may_say_when_to_come_again(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1")
    city.next = [says(503, **{"Retry-After": "600"})]
    async with pushing(world, city, tmp_path) as pusher:
        await pusher.once()
        world.later(seconds=599)
        await pusher.once()
        assert city.taken == []
        world.later(seconds=1)
        await pusher.once()
    assert city.taken == ["e1"]


@in_one_database
async def test_the_one_event_that_a_receiver_refuses_is_named_and_passed_only_by_hand(
    world: World, city: Platform, tmp_path: Path
) -> None:
    names = [f"e{number}" for number in range(8)]
    await happen(world, *names)
    city.refuses = {"e5"}
    async with pushing(world, city, tmp_path, batch=8) as pusher:
        for _ in range(10):
            await pusher.once()
            world.later(minutes=6)
        stuck = await state(world)
        assert city.taken == names[:5]
        assert "event at 6" in stuck.error
        assert "of a kind that I do not know" in stuck.error
        async with world.database.begin() as connection:
            await positions.move(
                connection, Who("", "", "admin", TOP, f"/{TOP}/"), "city", 6, world.now
            )
        await push_all(world, pusher)
    assert city.taken == [*names[:5], *names[6:]]


@in_one_database
async def test_a_refused_batch_loses_nothing_of_what_is_good_in_it(
    world: World, city: Platform, tmp_path: Path
) -> None:
    names = [f"e{number}" for number in range(20)]
    await happen(world, *names)
    city.next = [says(413), says(413)]
    async with pushing(world, city, tmp_path, batch=20) as pusher:
        await push_all(world, pusher)
    assert city.taken == names


async def test_two_processes_push_everything_once(
    world: World, city: Platform, tmp_path: Path
) -> None:
    names = [f"e{number}" for number in range(10)]
    await happen(world, *names)
    async with (
        pushing(world, city, tmp_path, batch=2) as first,
        pushing(world, city, tmp_path, batch=2) as second,
    ):
        for _ in range(10):
            await asyncio.gather(first.once(), second.once())
    assert city.taken == names


async def test_another_process_goes_on_where_one_has_died(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1", "e2", "e3")
    async with (
        pushing(world, city, tmp_path, batch=1) as first,
        pushing(world, city, tmp_path, batch=1) as second,
    ):
        assert await first.once()
        assert not await second.once()
        world.now += HELD
        assert await second.once()
        assert not await first.once()
    assert city.taken == ["e1", "e2"]


@in_one_database
async def test_a_receiver_can_be_sent_everything_again_from_a_position(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1", "e2", "e3")
    async with pushing(world, city, tmp_path) as pusher:
        await push_all(world, pusher)
        async with browser(world, "sun") as client:
            await becomes_admin(world)
            path = "/api/v1/pushes/city/position"
            assert (await client.put(path, json={"position": 99})).status_code == 422
            assert (await client.put(path, json={"position": 1})).status_code == 204
            assert (await client.get("/api/v1/pushes")).json()[0]["waiting"] == 2
        await push_all(world, pusher)
    assert city.taken == ["e1", "e2", "e3", "e2", "e3"]


@in_one_database
async def test_only_the_kinds_that_are_wanted_go_out_and_the_others_hold_up_nothing(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1", "e2")
    async with pushing(world, city, tmp_path, kinds=("shouhu.health.v1",)) as pusher:
        await push_all(world, pusher)
    assert city.taken == []
    assert (await state(world)).position == 2


async def test_a_receiver_of_one_area_gets_that_area_only(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await world.sends(smoke(), "e1")
    await world.sends(smoke(sender="g2"), "e2")
    async with pushing(world, city, tmp_path, area="xuanwu") as pusher:
        await push_all(world, pusher)
    assert city.taken == ["e2"]


@in_one_database
async def test_a_secret_can_be_followed_by_another_one(
    world: World, city: Platform, tmp_path: Path
) -> None:
    secret = tmp_path / "two"
    secret.write_text(f"# 2026\nanother secret of 33 characters..\n{SECRET.decode()}\n")
    await happen(world, "e1")
    settings = PushSettings(
        "city", WebhookSettings(city.url, secret), area=TOP, from_beginning=True
    )
    pusher = Pusher(settings, world.database, lambda: world.now)
    await pusher.once()
    await pusher.close()
    assert (city.taken, city.forged) == (["e1"], [])


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification and of its libraries.
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    identity, seconds = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
    found = signatures([secret], identity, seconds, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("line", ["", "short", "whsec_c2hvcnQ=", "whsec_no base64 at all, is it"])
def test_a_secret_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        secret_of(line)


async def becomes_admin(world: World) -> None:
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == "sun").values(role="admin")
        await connection.execute(row)
