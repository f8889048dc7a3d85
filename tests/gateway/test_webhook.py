"""A signed POST and a siren: who sent it can be proven; no answer is taken for more than it is."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web
from msgspec import structs

from edge.model import Reason, Rung
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.siren import SirenChannel, SirenSettings
from gateway.channels.webhook import WebhookChannel, key_of
from tests.broker import free_port
from tests.gateway.keeping import alert, notice
from tests.homes import contact

AT = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def message(name: str = "smoke", reason: Reason = Reason.FIRST, *, drill: bool = False) -> Message:
    about = alert(name)
    owed = structs.replace(notice(about), reason=reason, drill=drill)
    return Message(owed, "烟雾报警", "王家厨房", about, contact("daughter"))


def posted(handler: Handler) -> Sent:
    async def whole() -> Sent:
        app = web.Application()
        app.router.add_post("/hook", handler)
        runner, port = web.AppRunner(app, shutdown_timeout=0.1), free_port()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        channel = WebhookChannel("ours", f"http://127.0.0.1:{port}/hook", SECRET, lambda: AT)
        try:
            async with asyncio.timeout(10):
                return await channel.send(message())
        finally:
            await runner.cleanup()

    return asyncio.run(whole())


def test_the_receiver_can_prove_who_sent_it_when_and_that_it_is_whole() -> None:
    heard: list[tuple[str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        one, two, three = (request.headers[name] for name in names)
        heard.append((one, two, three, await request.read()))
        return web.Response(status=202)

    assert posted(handler) == Sent(Rung.ACCEPTED, "HTTP 202")
    [(name, seconds, signature, body)] = heard
    signed = f"{name}.{seconds}.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert signature == f"v1,{digest}"
    assert int(seconds) == AT.timestamp()
    data = json.loads(body)["data"]
    assert (data["notice"], data["title"], data["drill"]) == (name, "烟雾报警", False)


async def says_ok_and_means_no(_: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error": "unknown household"})


async def is_gone(_: web.Request) -> web.Response:
    return web.Response(status=410)


async def is_overloaded(_: web.Request) -> web.Response:
    return web.Response(status=503)


async def redirects(_: web.Request) -> web.Response:
    raise web.HTTPFound("https://elsewhere.invalid/")


async def closes(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    ("handler", "is_permanent"),
    [
        (says_ok_and_means_no, False),
        (is_gone, True),
        (is_overloaded, False),
        (redirects, False),
        (closes, False),
    ],
)
def test_what_is_no_yes_is_a_failure(handler: Handler, is_permanent: bool) -> None:
    with pytest.raises(SendFailed) as caught:
        posted(handler)
    assert caught.value.permanent is is_permanent
    assert "127.0.0.1" not in caught.value.reason


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", "whsec_" + "c2hvcnQ="])
def test_a_secret_that_is_none_is_refused_before_anything_is_sent(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        key_of(secret)


# -- the siren


class Wire:
    """A broker that is told, or cannot be reached."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.is_up = True

    def post(self, _topic: str, payload: bytes, answered: Callable[[str], None]) -> bool:
        if self.is_up:
            self.told.append(payload)
            answered("")
        return self.is_up


def switch(siren: SirenChannel, what: Message) -> Sent:
    return asyncio.run(siren.send(what))


def test_the_siren_sounds_until_the_last_alert_is_over() -> None:
    wire = Wire()
    siren = SirenChannel(SirenSettings("zigbee2mqtt/siren/set"), wire.post)
    switch(siren, message("smoke"))
    switch(siren, message("gas"))
    switch(siren, message("smoke", Reason.RESOLVED))
    assert wire.told == [b"ON", b"ON"]
    switch(siren, message("gas", Reason.RESOLVED))
    assert wire.told == [b"ON", b"ON", b"OFF"]


def test_a_drill_is_silent_unless_it_is_said_how_it_sounds() -> None:
    wire = Wire()
    switch(SirenChannel(SirenSettings("siren"), wire.post), message(drill=True))
    assert wire.told == []
    settings = SirenSettings("siren", drill=b"CHIRP")
    switch(SirenChannel(settings, wire.post), message(drill=True))
    assert wire.told == [b"CHIRP"]


def test_while_the_broker_cannot_be_reached_it_has_failed_and_what_is_proven_is_little() -> None:
    wire = Wire()
    siren = SirenChannel(SirenSettings("siren"), wire.post)
    wire.is_up = False
    with pytest.raises(SendFailed):
        switch(siren, message())
    wire.is_up = True
    assert switch(siren, message()).rung is Rung.SENT
