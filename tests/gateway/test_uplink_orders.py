"""What comes down over HTTPS: orders and visits, fetched by a poll that the far end lets wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from gateway.store.uplink import Parcel
from gateway.uplink.https_path import HttpsPath, HttpsSettings
from gateway.wire.uplink.event import (
    Answer,
    CommandData,
    Event,
    HeartbeatData,
    Kind,
    Order,
    ReplyData,
    decode,
    encode,
)
from gateway.wire.uplink.visiting import PageData, VisitData

AT = datetime(2026, 3, 2, tzinfo=UTC)
ORDER = Event("o1", "/district", Kind.COMMAND, AT, CommandData(Order.TAKE, "wang", "a1", "林静"))
VISIT = Event("v1", "/district", Kind.VISIT, AT, VisitData("token"))
PAGE = Event("p1", "/gateways/g1", Kind.PAGE, AT, PageData("v1", 200, "zh", "烟雾报警", "厨房"))


class FarEnd:
    """A district that answers every event, and gives what is put into `waiting`, once."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[web.Response] = asyncio.Queue()
        self.polls = 0
        self.posted: asyncio.Queue[Event] = asyncio.Queue()

    async def take(self, request: web.Request) -> web.Response:
        event = decode(await request.read())
        self.posted.put_nowait(event)
        reply = ReplyData(event.id, Answer.ACCEPTED)
        return web.Response(body=encode(Event("r", "/district", Kind.REPLY, AT, reply)))

    async def give(self, request: web.Request) -> web.Response:
        assert request.query["wait"] == "25"
        self.polls += 1
        return await self.waiting.get()


class Heard:
    """What a path has heard; a visit is answered with a page."""

    def __init__(self, path: HttpsPath, far_end: FarEnd, orders: "asyncio.Queue[Event]") -> None:
        self.path, self.far_end, self.orders = path, far_end, orders

    async def answered(self) -> None:
        """Let the far end answer something: it is the path that is used."""
        beat = Event("b", "/gateways/g1", Kind.HEARTBEAT, AT, HeartbeatData(AT, "b", 30, 0, 0))
        assert (await self.path.deliver(Parcel("b", "", 0, AT, encode(beat)))).event == "b"
        await self.far_end.posted.get()


@asynccontextmanager
async def path() -> AsyncIterator[Heard]:
    far_end = FarEnd()
    app = web.Application()
    app.router.add_post("/v1/events", far_end.take)
    app.router.add_get("/v1/orders", far_end.give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/events"
    orders: asyncio.Queue[Event] = asyncio.Queue()
    made = HttpsPath(
        HttpsSettings(url),
        orders.put_nowait,
        lambda visit: encode(PAGE) if visit.id == "v1" else None,
    )
    running = asyncio.create_task(made.run(lambda: None))
    try:
        async with asyncio.timeout(10):
            yield Heard(made, far_end, orders)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


def batch(*events: Event) -> web.Response:
    return web.Response(body=b"[" + b",".join(encode(each) for each in events) + b"]")


async def test_an_order_is_heard_as_soon_as_it_is_given() -> None:
    async with path() as heard:
        await heard.answered()
        heard.far_end.waiting.put_nowait(batch(ORDER))
        assert await heard.orders.get() == ORDER


async def test_a_visit_is_answered_with_a_page_that_is_posted() -> None:
    async with path() as heard:
        await heard.answered()
        heard.far_end.waiting.put_nowait(batch(VISIT))
        assert await heard.far_end.posted.get() == PAGE


async def test_a_standby_line_costs_nothing_while_another_one_answers() -> None:
    async with path() as heard:
        heard.far_end.waiting.put_nowait(batch(ORDER))
        await asyncio.sleep(0)
        assert heard.far_end.polls == 0
        await heard.answered()
        assert await heard.orders.get() == ORDER


async def says_ok() -> web.Response:
    return web.Response(text="ok")


async def is_overloaded() -> web.Response:
    return web.Response(status=503)


async def redirects() -> web.Response:
    return web.Response(status=302, headers={"Location": "/elsewhere"})


async def says_what_nobody_understands() -> web.Response:
    return web.Response(body=b'[{"id": "x"}, 7, null]')


async def says_ten_megabytes() -> web.Response:
    return web.Response(body=b"[" + b" " * (10 << 20) + b"]")


@pytest.mark.parametrize(
    "noise",
    [says_ok, is_overloaded, redirects, says_what_nobody_understands, says_ten_megabytes],
)
async def test_after_noise_the_next_order_is_heard(
    noise: Callable[[], Awaitable[web.Response]],
) -> None:
    async with path() as heard:
        heard.far_end.waiting.put_nowait(await noise())
        heard.far_end.waiting.put_nowait(batch(ORDER))
        await heard.answered()
        assert await heard.orders.get() == ORDER


async def test_a_far_end_without_orders_is_left_in_peace() -> None:
    async with path() as heard:
        heard.far_end.waiting.put_nowait(web.Response(status=404))
        heard.far_end.waiting.put_nowait(batch(ORDER))
        for _ in range(5):
            await heard.answered()
        assert heard.far_end.polls <= 1
        assert heard.orders.empty()
