"""A link to a home behind NAT is opened at the district: it hands the token on and shows a page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx
import msgspec
import pytest

from district import passing
from district.live import Live, Topic
from district.schema import link_visits
from district.web.guard import District
from district.web.visit_pages import GONE
from edge.model import Outcome
from gateway.wire.uplink.event import Event, Kind, decode, encode
from gateway.wire.uplink.visiting import Act, Button, PageData, VisitData
from tests.district.browsing import serving
from tests.district.world import NOON, World

TOKEN = "AQetKT2hAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SHOWN = PageData(
    *("", 200, "zh", "烟雾报警：王桂英，<厨房>", "王家厨房有烟"),
    take="我来处理",
    take_hint="30 分钟内不再打扰别人",
    close="已经处理完了",
    buttons=(Button(Outcome.WELL, "人平安"),),
    phone="0255550100",
    call="打电话给王桂英",
)
# What a page says is the same over both databases.
in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@asynccontextmanager
async def phone(
    world: World, patience: float, address: str = "127.0.0.1"
) -> AsyncIterator[tuple[httpx.AsyncClient, Live]]:
    """Give the browser of somebody without any account."""
    live = Live(world.database)
    district = District(world.database, live, lambda: world.now, True, patience)
    transport = httpx.ASGITransport(serving(district), client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://desk") as client:
        yield client, live


@asynccontextmanager
async def gateway(
    world: World, live: Live, name: str = "g1", status: int = 200
) -> AsyncIterator[list[VisitData]]:
    """Let a gateway fetch its visits and answer each with a page; give what it was asked."""
    asked: list[VisitData] = []

    async def answer() -> None:
        async with live.heard() as news:
            while True:
                while (await news.get()).topic is not Topic.VISIT:
                    pass
                async with world.database.begin() as connection:
                    found = await passing.fetched(connection, world.now, name)
                for event in map(decode, found):
                    assert isinstance(event.data, VisitData)
                    asked.append(event.data)
                    await comes_back(world, live, event.id, name, status)

    running = asyncio.create_task(answer())
    try:
        yield asked
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def comes_back(world: World, live: Live, visit: str, name: str, status: int = 200) -> None:
    page = msgspec.structs.replace(SHOWN, visit=visit, status=status)
    body = encode(Event("p", f"/gateways/{name}", Kind.PAGE, NOON, page))
    async with world.database.begin() as connection:
        told = await passing.came_back(connection, name, page, body)
    await live.tell(told)


async def asked(world: World, name: str = "g1", token: str = TOKEN, visitor: str = "") -> str:
    async with world.database.begin() as connection:
        return await passing.ask(connection, name, VisitData(token), world.now, visitor)


async def test_whoever_opens_a_link_sees_what_the_gateway_says_and_may_press(world: World) -> None:
    async with phone(world, 10) as (client, live), gateway(world, live) as heard:
        shown = await client.get(f"/g/g1/a/{TOKEN}")
        pressed = await client.post(f"/g/g1/a/{TOKEN}", data={"do": "close", "outcome": "well"})
    assert (shown.status_code, pressed.status_code) == (200, 200)
    assert "烟雾报警：王桂英，&lt;厨房&gt;" in shown.text and "我来处理" in shown.text
    assert 'href="tel:0255550100"' in shown.text
    assert heard == [VisitData(TOKEN), VisitData(TOKEN, Act.CLOSE, Outcome.WELL)]
    assert await world.rows(link_visits) == []


async def test_to_look_changes_nothing_whatever_the_address_says(world: World) -> None:
    async with phone(world, 10) as (client, live), gateway(world, live) as heard:
        await client.get(f"/g/g1/a/{TOKEN}?do=take")
        await client.head(f"/g/g1/a/{TOKEN}")
    assert [visit.act for visit in heard] == [Act.LOOK, Act.LOOK]


@in_one_database
async def test_a_link_is_kept_from_search_engines_and_other_sites(world: World) -> None:
    async with phone(world, 10) as (client, live), gateway(world, live):
        headers = (await client.get(f"/g/g1/a/{TOKEN}")).headers
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@in_one_database
async def test_a_gateway_that_is_away_is_said_plainly_in_both_languages(world: World) -> None:
    async with phone(world, 0.2) as (client, _):
        looked = await client.get(f"/g/g1/a/{TOKEN}")
        pressed = await client.post(f"/g/g1/a/{TOKEN}", data={"do": "take"})
    assert (looked.status_code, pressed.status_code) == (503, 503)
    assert "现在联系不上家里的设备" in looked.text and "cannot be reached" in looked.text
    assert "没有按" not in looked.text and "当作没有按" in pressed.text
    # Nothing is left that would act when the home is back.
    assert await world.rows(link_visits) == []


@in_one_database
@pytest.mark.parametrize(
    "path", [f"/g/g1/a/{'x' * 65}", "/g/g1/a/..%2f..", "/g/g1/a/", f"/g/-/a/{TOKEN}"]
)
async def test_what_is_no_link_of_a_gateway_leads_nowhere(world: World, path: str) -> None:
    async with phone(world, 0.2) as (client, _):
        assert (await client.get(path)).status_code in {404, 422}
    assert await world.rows(link_visits) == []


async def test_no_gateway_answers_for_another_one(world: World) -> None:
    visit = await asked(world)
    await comes_back(world, Live(world.database), visit, "g2")
    async with world.database.begin() as connection:
        assert await passing.fetched(connection, world.now, "g2") == []
        assert await passing.page_of(connection, visit) is None


async def test_a_visit_is_published_by_one_worker_and_again_when_no_page_comes(
    world: World,
) -> None:
    await asked(world)
    counts = []
    for later in (0, 1, 2, 60):
        async with world.database.begin() as connection:
            counts.append(len(await passing.due(connection, world.later(seconds=later))))
    # At once; not after one second; again after three; and nobody waits for a minute.
    assert counts == [1, 0, 1, 0]


async def test_a_crowd_before_one_home_keeps_nobody_from_another(world: World) -> None:
    for number in range(passing.MOST_OF_ONE):
        await asked(world, token=f"t{number}")
    with pytest.raises(passing.Crowded):
        await asked(world)
    await asked(world, "g2")
    world.later(seconds=passing.KEPT / timedelta(seconds=1))
    await asked(world)


@in_one_database
@pytest.mark.parametrize("do", [{}, {"do": "take"}])
async def test_nobody_learns_from_a_link_whether_there_is_such_a_gateway(
    world: World, do: dict[str, str]
) -> None:
    patience, texts, times = 0.5, set(), []
    loop = asyncio.get_running_loop()
    async with phone(world, patience) as (client, live), gateway(world, live, status=404):
        for name in ("g1", "g2", "nobody"):  # it refuses the token, it is away, there is none
            began, path = loop.time(), f"/g/{name}/a/{TOKEN}"
            answer = await (client.post(path, data=do) if do else client.get(path))
            times.append(loop.time() - began)
            texts.add((answer.status_code, answer.text))
    ((status, text),) = texts
    assert status == 503
    assert "现在联系不上家里的设备" in text and "链接不完整" in text
    assert min(times) >= patience * GONE
    assert await world.rows(link_visits) == []


@in_one_database
async def test_a_link_whose_time_is_up_is_still_said_to_be_so(world: World) -> None:
    async with phone(world, 10) as (client, live), gateway(world, live, status=410):
        answer = await client.get(f"/g/g1/a/{TOKEN}")
    assert answer.status_code == 410
    assert "烟雾报警" in answer.text


async def test_a_gateway_that_there_is_not_is_waited_for_and_sent_nothing(world: World) -> None:
    for number in range(passing.MOST_OF_ONE):
        await asked(world, "nobody", token=f"t{number}")
    with pytest.raises(passing.Crowded):
        await asked(world, "nobody")
    async with world.database.begin() as connection:
        assert await passing.due(connection, world.now) == []


async def test_one_address_can_neither_fill_a_home_s_places_nor_all(world: World) -> None:
    for _ in range(passing.MOST_FROM):
        await asked(world, visitor="x")
    with pytest.raises(passing.Crowded):
        await asked(world, visitor="x")
    await asked(world, visitor="y")
    for number in range(passing.MOST_FROM_ALL - passing.MOST_FROM):
        await asked(world, f"n{number}", visitor="x")
    with pytest.raises(passing.Crowded):
        await asked(world, "g2", visitor="x")
    await asked(world, "g2", visitor="y")


@in_one_database
@pytest.mark.parametrize(("address", "is_counted"), [("192.0.2.7", True), ("127.0.0.1", False)])
async def test_an_address_is_counted_unless_it_is_a_proxy_that_does_not_say_whose(
    world: World, address: str, *, is_counted: bool
) -> None:
    async with phone(world, 0.5, address) as (client, _):
        visit = asyncio.create_task(client.get(f"/g/g1/a/{TOKEN}"))
        while not (rows := await world.rows(link_visits)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert bool(rows[0].visitor) is is_counted
        assert address not in str(rows)
        await visit
