"""What stands around every request: headers, sizes, time, and refusals that give nothing away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from sqlalchemy import text

from district.live import Live
from district.serving import _Server
from district.web import shield
from district.web.app import application
from district.web.guard import COOKIE, District
from district.web.listener import Listener
from tests.district.browsing import browser
from tests.district.test_login import PASSWORD, set_password
from tests.district.world import World, smoke

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


class Hasty(Listener):
    """The listener with the patience of a test."""

    slowest_head = 0.2


@asynccontextmanager
async def listening(world: World) -> AsyncIterator[int]:
    """Give the port of a real server."""
    district = District(world.database, Live(world.database), lambda: world.now, is_secure=False)
    config = uvicorn.Config(application(district), port=0, http=Hasty, log_config=None)
    ready = asyncio.Event()
    server = _Server(config, ready.set)
    serving = asyncio.create_task(server.serve())
    await ready.wait()
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await serving


async def said(port: int, *parts: bytes) -> bytes:
    """Say something, part by part as it is taken, and give all that comes until it is hung up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    found = await reader.read()
    writer.close()
    return found


HEAD = b"POST /login HTTP/1.1\r\nHost: desk\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize("parts", [(), (b"GET / HT",), (b"GET / HTTP/1.1\r\nHost: desk\r\nX-",)])
async def test_who_does_not_say_what_they_want_is_hung_up(
    world: World, parts: tuple[bytes, ...]
) -> None:
    async with listening(world) as port:
        assert await said(port, *parts) == b""


async def test_who_is_slow_on_a_connection_that_was_used_is_hung_up_too(world: World) -> None:
    async with listening(world) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /login HTTP/1.1\r\nHost: desk\r\n\r\n")
        await reader.readuntil(b"</html>")
        writer.write(b"GET / HT")
        assert b"HTTP" not in await reader.read()
        writer.close()


async def test_a_body_that_never_comes_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shield, "SLOWEST_BODY", 0.2)
    async with listening(world) as port:
        found = await said(port, HEAD + b"Content-Length: 30\r\n\r\nlogin=lin")
    assert found.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in found


async def test_others_are_served_while_many_say_nothing(world: World) -> None:
    async with listening(world) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        found = await said(port, b"GET /login HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
        assert found.startswith(b"HTTP/1.1 200 OK")
        await asyncio.gather(*(reader.read() for reader, _ in silent))
        for _, writer in silent:
            writer.close()


async def test_a_body_that_is_too_large_is_refused_by_what_it_says_and_by_what_it_is(
    world: World,
) -> None:
    length = f"Content-Length: {shield.BODY_BYTES + 1}\r\n\r\n".encode()
    async with listening(world) as port:
        answer = await said(port, HEAD + b"Connection: close\r\n" + length)
    assert answer.startswith(b"HTTP/1.1 413 ")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * (shield.BODY_BYTES // 4)

    async with browser(world) as client:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        chunked = await client.post("/login", content=chunks(), headers=headers)
    assert (chunked.status_code, chunked.json()["status"]) == (413, 413)


async def test_an_act_may_not_be_large_and_a_sheet_may(world: World) -> None:
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    async with browser(world, "lin") as client:
        body = {"text": "x" * shield.BODY_BYTES}
        answer = await client.post(f"/api/v1/incidents/{incident}/notes", json=body)
        assert (answer.status_code, answer.json()["status"]) == (413, 413)
    async with browser(world, "qian") as client:
        sheet = "name\n" + "x\n" * shield.BODY_BYTES
        path = "/api/v1/households/sheet.csv"
        answer = await client.post(path, content=sheet, headers={"Content-Type": "text/csv"})
        assert answer.status_code == 422
        sheet = "x" * (shield.SHEET_BYTES + 1)
        answer = await client.post(path, content=sheet, headers={"Content-Type": "text/csv"})
        assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/login", "/api/v1/incidents", "/nothing", "/static/desk.css", "/openapi.json"]
)
async def test_every_answer_keeps_other_sites_out(world: World, path: str) -> None:
    async with browser(world) as client:
        headers = (await client.get(path)).headers
    assert (
        headers.items() >= {name.lower(): value for name, value in shield.HEADERS.items()}.items()
    )
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "strict-transport-security" not in headers


async def test_behind_tls_browsers_are_told_to_come_by_tls_only(world: World) -> None:
    async with browser(world, is_secure=True) as client:
        answer = await client.get("/login")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/incidents/none", 404),
        ("GET", "/api/v1/nothing", 404),
        ("PUT", "/api/v1/incidents", 405),
        ("GET", "/api/v1/feed", 403),
        ("POST", "/api/v1/incidents/none/call", 422),
    ],
)
async def test_a_refusal_is_a_problem_as_the_standard_has_it(
    world: World, method: str, path: str, status: int
) -> None:
    async with browser(world, "lin") as client:
        answer = await client.request(method, path, json={"whom": 1} if method == "POST" else None)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"], told["type"]) == (status, status, "about:blank")
    assert told["detail"]
    assert bool(told["errors"]) is (status == 422)


async def test_what_was_typed_is_not_said_again(world: World) -> None:
    async with browser(world) as client:
        form = {"login": "lin", "password": "secret" * 40, "code": "x" * 20}
        answer = await client.post("/login", data=form)
    assert "secret" not in answer.text


async def test_a_database_that_is_away_is_said_so_without_what_was_in_it(world: World) -> None:
    async with browser(world, "lin") as client:
        async with world.database.begin() as connection:
            await connection.execute(text("ALTER TABLE incidents RENAME TO elsewhere"))
        answer = await client.get("/api/v1/incidents")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "incidents" not in answer.text
    assert "SELECT" not in answer.text


async def test_a_mistake_of_ours_gives_nothing_away_and_keeps_the_headers(world: World) -> None:
    async with browser(world, "lin") as client:
        app = client._transport.app  # type: ignore[attr-defined]
        del app.state.district
        answer = await client.get("/api/v1/incidents", cookies={COOKIE: "x"})
    assert answer.status_code == 500
    assert "district" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("text", ["a\\u0000b", "half \\ud800"])
async def test_text_that_no_database_keeps_is_refused(world: World, text: str) -> None:
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    async with browser(world, "lin") as client:
        answer = await client.post(
            f"/api/v1/incidents/{incident}/notes",
            content=f'{{"text": "{text}"}}',
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "x:"])
async def test_a_login_leads_nowhere_else(world: World, to: str) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        form = {"login": "lin", "password": PASSWORD, "next": to}
        answer = await client.post("/login", params={"next": to}, data=form)
    assert answer.status_code in {303, 422}
    assert answer.headers.get("location", "/") == "/"
