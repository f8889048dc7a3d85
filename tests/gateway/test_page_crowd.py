"""What a crowd, a slow hand and a mistake of our own do to the page: never anything to the home."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from gateway.page import door, forms
from gateway.page.views import Views
from tests.broker import Certificates
from tests.gateway.page_home import House, until
from tests.gateway.page_visits import locked, seen
from tests.gateway.test_page_doors import over_tls


def open_files() -> int:
    """Give how many connections this process holds."""
    return sum(str(each.readlink()).startswith("socket:") for each in _held())


def _held() -> list[Path]:
    return [each for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]


async def crowd(stack: AsyncExitStack, house: House, count: int) -> None:
    """Let many connect who never ask for anything."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        visitor = stack.enter_context(socket.socket())
        visitor.setblocking(False)
        await loop.sock_connect(visitor, ("127.0.0.1", house.port))


async def test_a_crowd_that_asks_for_nothing_takes_neither_files_nor_the_page(
    tmp_path: Path,
) -> None:
    house = locked(tmp_path).lives(1)
    async with house.served(), AsyncExitStack() as stack:
        before = open_files()
        await crowd(stack, house, 3 * door.MOST)
        assert open_files() - before <= 3 * door.MOST + door.MOST + door.BACKLOG
        async with ClientSession(house.url) as other:
            assert "口令" in await seen(other)


async def test_a_crowd_that_never_ends_its_handshake_is_put_out_in_time(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HANDSHAKE", 0.2)
    house = over_tls(tmp_path, certificates).lives(1)
    async with house.served() as visitor, AsyncExitStack() as stack:
        await crowd(stack, house, 2 * door.MOST)

        async def is_served() -> bool:
            try:
                async with visitor.get("/login", ssl=False) as answer:
                    return answer.status == 200
            except OSError:
                return False

        await until(is_served)


async def test_open_pages_are_not_put_out_by_a_crowd(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor, AsyncExitStack() as stack, visitor.get("/live") as page:
        assert b"retry" in await page.content.readline()
        await crowd(stack, house, 2 * door.MOST)
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        async with asyncio.timeout(20):
            while b"news" not in await page.content.readline():
                pass


async def test_a_form_that_comes_too_slowly_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "WRITTEN_WITHIN", 0.1)
    house = locked(tmp_path).lives(1)
    async with house.served():
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(
            b"POST /a/x HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\ndo="
        )
        async with asyncio.timeout(20):
            assert b"408" in await reader.readline()
        writer.close()


@pytest.mark.parametrize(
    "header",
    [
        b"Cookie: shouhu_pass=9999999999.\xff",
        b"Cookie: shouhu_who=\xff\xfe",
        b"Origin: http://[",
        b"Content-Type: application/x-www-form-urlencoded; charset=klingon",
        b"Content-Type: multipart/form-data",
        b"Content-Encoding: gzip",
    ],
)
async def test_whatever_stands_in_a_header_is_no_mistake_of_the_page(
    tmp_path: Path, header: bytes
) -> None:
    house = locked(tmp_path).lives(1)
    kind = b"" if b"Content-Type" in header else b"Content-Type: application/x-www-form-urlencoded"
    async with house.served():
        for line in (b"GET / HTTP/1.1", b"POST /login HTTP/1.1"):
            reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
            body = b"" if line.startswith(b"GET") else b"form=\xff"
            head = [line, b"Host: h", header, kind, b"Content-Length: %d" % len(body)]
            writer.write(b"\r\n".join(filter(None, head)) + b"\r\n\r\n" + body)
            async with asyncio.timeout(20):
                status = (await reader.readline()).split()[1]
            assert status in (b"303", b"403", b"400")
            writer.close()


async def test_a_mistake_in_a_page_says_so_in_words_and_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Views) -> None:
        raise RuntimeError("a mistake")

    house = House(tmp_path).lives(1)
    monkeypatch.setattr(Views, "_troubles", fails)
    house.channels["push"] = None  # type: ignore[assignment]
    with capture_logs() as logs:
        async with house.served() as visitor:
            async with visitor.get("/channels") as answer:
                assert answer.status == 500 and "告警照常通知" in await answer.text()
            assert "现在没有要处理的事" in await seen(visitor)
    assert any(line.get("part") == "page" for line in logs)
