"""Gateways post their events over HTTPS with certificates of both sides; their own path does it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Row

from district.incidents import take
from district.intake.https import HttpsIntake, HttpsSettings
from district.live import Live
from district.phases import Act
from district.schema import events, gateways
from gateway.store.uplink import Parcel
from gateway.uplink.https_path import HttpsPath
from gateway.uplink.https_path import HttpsSettings as PathSettings
from gateway.uplink.path import PathFailed
from gateway.wire.uplink.event import (
    Answer,
    Event,
    HeartbeatData,
    Kind,
    ReplyData,
    decode,
    encode,
)
from tests.broker import Certificates
from tests.district.test_intake_mqtt import until
from tests.district.world import NOON, World, happened, smoke


class Intake:
    """A running listener."""

    def __init__(self, live: Live, port: int, settings: HttpsSettings) -> None:
        self.live = live
        scheme = "http" if settings.certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{port}"


@asynccontextmanager
async def listening(world: World, certificates: Certificates | None) -> AsyncIterator[Intake]:
    settings = HttpsSettings(port=0)
    if certificates is not None:
        server, key = certificates.server, certificates.server_key
        settings = HttpsSettings("127.0.0.1", 0, server, key, certificates.ca)
    live = Live(world.database)
    made = HttpsIntake(settings, world.database, live, lambda: world.now)
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(made.run(ready.set_result))
    try:
        yield Intake(live, await ready, settings)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def sends(url: str, event: Event, files: tuple[Path, Path] | None, ca: Path) -> ReplyData:
    certificate, key = files or (None, None)
    path = HttpsPath(PathSettings(f"{url}/v1/events", "https", ca, certificate, key))
    running = asyncio.create_task(path.run(lambda: None))
    try:
        return await path.deliver(Parcel(event.id, "wang", 0, NOON, encode(event)))
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def program(url: str, name: str = "g1") -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"X-Shouhu-Gateway": name}, timeout=20)


async def test_a_gateway_s_own_path_is_answered(world: World, certificates: Certificates) -> None:
    files = certificates.issue("g1")
    async with listening(world, certificates) as intake:
        event = happened(smoke(), "e1")
        first = await sends(intake.url, event, files, certificates.ca)
        second = await sends(intake.url, event, files, certificates.ca)
    assert (first.answer, second.answer) == (Answer.ACCEPTED, Answer.DUPLICATE)
    assert (await world.incident()).alert == "a1"


async def test_a_gateway_is_who_its_certificate_says(
    world: World, certificates: Certificates
) -> None:
    files = certificates.issue("g2")
    async with listening(world, certificates) as intake:
        reply = await sends(intake.url, happened(smoke(), "e1"), files, certificates.ca)
    assert reply.answer is Answer.REJECTED
    assert await world.rows(events) == []


async def test_nobody_gets_in_without_a_certificate_of_ours(
    world: World, certificates: Certificates, tmp_path: Path
) -> None:
    stranger = Certificates(tmp_path / "other", "other").issue("g1")
    async with listening(world, certificates) as intake:
        for files in (None, stranger):
            with pytest.raises(PathFailed):
                await sends(intake.url, happened(smoke(), "e1"), files, certificates.ca)
    assert await world.rows(events) == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_old_tls_is_refused(world: World, certificates: Certificates) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    with contextlib.suppress(ValueError):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    async with listening(world, certificates) as intake:
        host, _, port = intake.url.rpartition("//")[2].partition(":")
        with pytest.raises((ssl.SSLError, OSError)):
            await asyncio.open_connection(host, int(port), ssl=context)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"\xff\xfe", 400), (b"[" * 200_000, 400), (b"x" * 300_000, 413)],
)
async def test_noise_is_refused_for_good(world: World, body: bytes, status: int) -> None:
    async with listening(world, None) as intake, program(intake.url) as client:
        assert (await client.post("/v1/events", content=body)).status_code == status
        assert (await client.post("/v1/events", content=encode(happened(smoke(), "e1")))).is_success


async def test_without_a_name_from_the_proxy_nobody_is_heard(world: World) -> None:
    async with listening(world, None) as intake, httpx.AsyncClient(base_url=intake.url) as client:
        answer = await client.post("/v1/events", content=encode(happened(smoke(), "e1")))
        assert answer.status_code == 403


async def test_a_heartbeat_is_noted_and_answered_like_any_event(world: World) -> None:
    beat = HeartbeatData(NOON, "boot-7", 30, 3, 12)
    event = Event("b1", "/gateways/g1", Kind.HEARTBEAT, NOON, beat)
    async with listening(world, None) as intake, program(intake.url) as client:
        answer = decode((await client.post("/v1/events", content=encode(event))).content)
        await until(lambda: is_heard(world))
    row = await gateway(world)
    assert isinstance(answer.data, ReplyData) and answer.data.answer is Answer.ACCEPTED
    assert (row.is_online, row.waiting) == (True, 3)


async def is_heard(world: World) -> bool:
    return (await gateway(world)).heard is not None


async def gateway(world: World) -> "Row[Any]":
    return next(row for row in await world.rows(gateways) if row.id == "g1")


async def test_orders_come_as_soon_as_they_are_given(world: World) -> None:
    async with listening(world, None) as intake, program(intake.url) as client:
        await world.sends(smoke(), "e1")
        assert (await client.get("/v1/orders")).json() == []
        waiting = asyncio.create_task(client.get("/v1/orders", params={"wait": 20}))
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.TAKE) as doing:
            news = await take(doing)
        await asyncio.sleep(0)
        await intake.live.tell(news)
        (order,) = (await waiting).json()
    assert (order["type"], order["data"]["by"]) == (Kind.COMMAND, "林静")
    assert decode(await encoded(order)).type is Kind.COMMAND


async def encoded(order: dict[str, object]) -> bytes:

    return msgspec.json.encode(order)


async def test_a_gateway_gets_its_own_orders_only(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
        await take(doing)
    async with listening(world, None) as intake:
        async with program(intake.url, "g2") as other:
            assert (await other.get("/v1/orders")).json() == []
        async with program(intake.url) as ours:
            assert len((await ours.get("/v1/orders")).json()) == 1
            assert (await ours.get("/v1/orders", params={"wait": "soon"})).status_code == 400
