"""The uplink over HTTPS: both sides prove who they are; no receiver's lie is taken for a yes."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from gateway.store.uplink import Parcel
from gateway.uplink.https_path import MOST_ANSWERED, HttpsPath, HttpsSettings
from gateway.uplink.path import PathFailed
from gateway.wire.uplink.event import Answer, Event, HeartbeatData, Kind, ReplyData, decode, encode
from tests.broker import Certificates, free_port

AT = datetime(2026, 3, 2, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("theirs"), "stranger")


def parcel(name: str = "a") -> Parcel:
    event = Event(name, "/gateways/gw-7", Kind.HEARTBEAT, AT, HeartbeatData(AT, "b", 30, 0, 0))
    return Parcel(name, "wang", 0, AT, encode(event))


def reply(about: str, answer: Answer = Answer.ACCEPTED, reason: str = "") -> bytes:
    return encode(Event("r", "/district", Kind.REPLY, AT, ReplyData(about, answer, reason)))


async def accepts(request: web.Request) -> web.Response:
    return web.Response(body=reply(decode(await request.read()).id))


def delivered(
    certificates: Certificates,
    handler: Handler = accepts,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    ca: Path | None = None,
    times: int = 1,
    seconds: float = 10,
) -> list[ReplyData]:
    """Post to a receiver of this kind, over TLS that wants a certificate; give its answers."""

    async def whole() -> list[ReplyData]:
        port = free_port()
        runner = await served(handler, certificates, port)
        path = HttpsPath(
            HttpsSettings(
                f"https://127.0.0.1:{port}/events",
                tls_ca=ca or certificates.ca,
                tls_certificate=certificate or certificates.client,
                tls_key=key or certificates.client_key,
            )
        )
        running = asyncio.create_task(path.run(lambda: None))
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(seconds):
                return [await path.deliver(parcel()) for _ in range(times)]
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await runner.cleanup()

    return asyncio.run(whole())


def played(
    certificates: Certificates,
    story: Callable[[HttpsPath], Awaitable[None]],
    certificate: Path,
    key: Path,
) -> None:
    """Let a path speak to a receiver that accepts everything."""

    async def whole() -> None:
        port = free_port()
        runner = await served(accepts, certificates, port)
        url = f"https://127.0.0.1:{port}/events"
        path = HttpsPath(HttpsSettings(url, "https", certificates.ca, certificate, key))
        running = asyncio.create_task(path.run(lambda: None))
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(10):
                await story(path)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await runner.cleanup()

    asyncio.run(whole())


async def served(handler: Handler, certificates: Certificates, port: int) -> web.AppRunner:
    app = web.Application(client_max_size=1 << 20)
    app.router.add_post("/events", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.ca)
    context.load_cert_chain(certificates.server, certificates.server_key)
    context.verify_mode = ssl.CERT_REQUIRED
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    return runner


def test_an_event_is_posted_under_its_id_and_answered_on_one_connection(
    certificates: Certificates,
) -> None:
    heard = []

    async def handler(request: web.Request) -> web.Response:
        heard.append((request.headers["Idempotency-Key"], request.content_type))
        assert request.transport is not None
        heard.append(request.transport.get_extra_info("peername"))
        return await accepts(request)

    replies = delivered(certificates, handler, times=2)
    assert [each.answer for each in replies] == [Answer.ACCEPTED] * 2
    assert heard[0] == heard[2] == ("a", "application/cloudevents+json")
    assert heard[1] == heard[3]


def test_a_certificate_that_is_renewed_counts_at_once(
    certificates: Certificates, strangers: Certificates, tmp_path: Path
) -> None:
    mine, key = tmp_path / "mine.pem", tmp_path / "mine.key"

    def bring(whose: Certificates) -> None:
        mine.write_bytes(whose.client.read_bytes())
        key.write_bytes(whose.client_key.read_bytes())

    async def story(path: HttpsPath) -> None:
        with pytest.raises(PathFailed):
            await path.deliver(parcel())
        bring(certificates)
        assert (await path.deliver(parcel())).answer is Answer.ACCEPTED

    bring(strangers)
    played(certificates, story, mine, key)


def test_a_heartbeat_is_posted_now_and_then_and_shows_that_the_far_end_is_there(
    certificates: Certificates,
) -> None:
    async def story(path: HttpsPath) -> None:
        first = await path.beat(parcel("beat"))
        assert first is not None and first.event == "beat"
        assert await path.beat(parcel("beat 2")) is None

    played(certificates, story, certificates.client, certificates.client_key)


def test_who_has_no_certificate_of_ours_gets_no_event(
    certificates: Certificates, strangers: Certificates
) -> None:
    heard = []

    async def handler(request: web.Request) -> web.Response:
        heard.append(await request.read())
        return web.Response()

    with pytest.raises(PathFailed, match=r"(?i)certificate.verify.failed"):
        delivered(certificates, handler, ca=strangers.ca)
    with pytest.raises(PathFailed):
        delivered(certificates, handler, certificate=strangers.client, key=strangers.client_key)
    assert heard == []


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_cannot_be_taken_at_all_is_refused_for_good(
    certificates: Certificates, status: int
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, text="household unknown")

    [answer] = delivered(certificates, handler)
    assert answer.answer is Answer.REJECTED
    assert str(status) in answer.reason and "household unknown" in answer.reason


def test_a_refusal_in_the_far_ends_own_words_is_one_whatever_the_status(
    certificates: Certificates,
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=409, body=reply("a", Answer.REJECTED, "erased"))

    [answer] = delivered(certificates, handler)
    assert (answer.answer, answer.reason) == (Answer.REJECTED, "erased")


async def says_ok(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def has_an_error_inside(_: web.Request) -> web.Response:
    return web.json_response({"code": 500, "message": "database down"})


async def answers_another(_: web.Request) -> web.Response:
    return web.Response(body=reply("another"))


async def redirects(_: web.Request) -> web.Response:
    raise web.HTTPFound("/elsewhere")


async def is_overloaded(_: web.Request) -> web.Response:
    return web.Response(status=503, text="later")


async def wants_a_login(_: web.Request) -> web.Response:
    return web.Response(status=401)


async def closes_midway(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'{"id":')
    assert request.transport is not None
    request.transport.abort()
    return response


async def says_ten_megabytes(_: web.Request) -> web.Response:
    return web.Response(body=b" " * (MOST_ANSWERED + 1) + b"x" * (10 << 20))


@pytest.mark.parametrize(
    "handler",
    [
        says_ok,
        has_an_error_inside,
        answers_another,
        redirects,
        is_overloaded,
        wants_a_login,
        closes_midway,
        says_ten_megabytes,
    ],
)
def test_whatever_else_it_answers_is_no_yes(certificates: Certificates, handler: Handler) -> None:
    with pytest.raises(PathFailed):
        delivered(certificates, handler)


def test_nobody_there_and_a_certificate_that_is_missing_are_failures_of_the_path(
    certificates: Certificates, tmp_path: Path
) -> None:
    with pytest.raises(PathFailed):
        delivered(certificates, certificate=tmp_path / "none.crt")

    async def alone() -> None:
        path = HttpsPath(HttpsSettings(f"https://127.0.0.1:{free_port()}/"))
        running = asyncio.create_task(path.run(lambda: None))
        await asyncio.sleep(0)
        try:
            await path.deliver(parcel())
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    with pytest.raises(PathFailed):
        asyncio.run(alone())
