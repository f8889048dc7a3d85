"""A city's platform for tests: a real web server that takes the feed, or does what it is told."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256

from aiohttp import web

SECRET = b"a secret of twenty-six bytes"
Answer = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


class Platform:
    """Takes what is posted to /feed; `next` holds what it answers first, then it takes all."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[str] = []  # ids of events, as often as they came
        self.identities: list[str] = []
        self.forged: list[str] = []
        self.elsewhere = 0
        self.next: list[Answer] = []
        self.refuses: set[str] = set()  # ids that it will not have

    @property
    def url(self) -> str:
        """Give where to post."""
        return f"http://127.0.0.1:{self.port}/feed"

    async def posted(self, request: web.Request) -> web.StreamResponse:
        """Take a batch."""
        body = await request.read()
        identity = request.headers["webhook-id"]
        self.identities.append(identity)
        signed = f"{identity}.{request.headers['webhook-timestamp']}.".encode() + body
        right = base64.b64encode(hmac.new(SECRET, signed, sha256).digest()).decode()
        if f"v1,{right}" not in request.headers["webhook-signature"].split():
            self.forged.append(identity)
            return web.Response(status=401, text="who are you?")
        if self.next:
            return await self.next.pop(0)(request, body)
        ids = [each["id"] for each in json.loads(body)]
        if self.refuses & set(ids):
            return web.Response(status=422, text="an event of a kind that I do not know")
        self.taken += ids
        return web.json_response({"code": 0, "msg": "ok"})

    async def other(self, _request: web.Request) -> web.StreamResponse:
        """Take what was sent where nobody said."""
        self.elsewhere += 1
        return web.Response()


def says(status: int, text: str = "", **headers: str) -> Answer:
    """Answer so, once."""

    async def answer(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers)

    return answer


async def hangs(_request: web.Request, _body: bytes) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def hangs_up(request: web.Request, _body: bytes) -> web.StreamResponse:
    """Break the connection off."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def drips(request: web.Request, _body: bytes) -> web.StreamResponse:
    """Answer a byte now and then, for ever."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def platform() -> AsyncIterator[Platform]:
    """Give a platform that listens."""
    made = Platform()
    app = web.Application()
    app.router.add_post("/feed", made.posted)
    app.router.add_route("*", "/elsewhere", made.other)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()
