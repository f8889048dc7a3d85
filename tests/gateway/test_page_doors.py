"""Who gets into the page over a real socket, how far, and what it withstands."""

import asyncio
import re
import shutil
import ssl
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from yarl import URL

from edge.model import State
from gateway.page import server
from tests.broker import Certificates
from tests.gateway.page_home import House, until
from tests.gateway.page_visits import FORM, WORD, locked, seen


async def test_a_form_from_elsewhere_or_without_its_sign_does_nothing(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        [alert] = house.alerts()
        path, fields = f"/h/wang/alerts/{alert.id}", {"do": "take", "by": "x", "from": "/"}
        [form, *_] = FORM.findall(await seen(visitor))
        async with visitor.post(path, data=fields) as answer:
            assert answer.status == 403
        elsewhere = {"Origin": "https://evil.example"}
        async with visitor.post(path, data={**fields, "form": form}, headers=elsewhere) as answer:
            assert answer.status == 403
        [still] = house.alerts()
    assert still.state is State.RAISED


async def test_nobody_is_led_to_another_site_after_pressing(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        [form, *_] = FORM.findall(await seen(visitor))
        for bad in ("//evil.example", "https://evil.example", "/\\evil", "/x\r\nSet-Cookie: a=b"):
            fields = {"form": form, "from": bad, "by": "x"}
            path = "/h/wang/answer"
            async with visitor.post(path, data=fields, allow_redirects=False) as answer:
                assert answer.headers["Location"].startswith("/?said=")
                assert answer.cookies.keys() <= {"shouhu_who"}


async def test_a_page_with_a_word_shows_nothing_before_it_and_opens_with_it(tmp_path: Path) -> None:
    house = locked(tmp_path).lives(1)
    async with house.served() as visitor:
        closed = ("/", "/h/wang", "/h/wang/journal", "/h/wang/weeks.svg", "/channels")
        for path in closed:
            text = await seen(visitor, path)
            assert "王" not in text and "口令" in text
        async with visitor.get("/live") as answer:
            assert answer.status == 401
        async with visitor.post("/h/wang/answer", data={"by": "x"}) as answer:
            assert answer.status == 401
        [form, *_] = FORM.findall(await seen(visitor, "/login"))
        fields = {"form": form, "token": WORD}
        async with visitor.post("/login", data=fields, allow_redirects=False) as answer:
            assert answer.status == 303
            cookie = answer.cookies["shouhu_pass"]
            assert cookie["httponly"] and cookie["samesite"] == "Strict"
        assert "最后一次动静" in await seen(visitor)


async def test_wrong_words_are_refused_and_soon_not_even_heard(tmp_path: Path) -> None:
    house = locked(tmp_path).lives(1)
    async with house.served() as visitor:
        [form, *_] = FORM.findall(await seen(visitor, "/login"))
        said = []
        for word in ("a", "b", "c", "d", "e", WORD):
            async with visitor.post("/login", data={"form": form, "token": word}) as answer:
                said.append(answer.status)
    assert said == [403] * 5 + [429]


def over_tls(directory: Path, certificates: Certificates) -> House:
    """Set up a house whose page speaks TLS, with a certificate of its own to renew."""
    (directory / "word").write_text(WORD)
    (directory / "word").chmod(0o600)
    shutil.copy(certificates.server, directory / "page.crt")
    shutil.copy(certificates.server_key, directory / "page.key")
    return House(
        directory,
        page='host = "0.0.0.0"\ntoken_file = "word"\ntls_certificate = "page.crt"\n'
        'tls_key = "page.key"',
    )


async def test_beyond_this_machine_it_speaks_tls_and_its_cookies_stay_there(
    tmp_path: Path, certificates: Certificates
) -> None:
    house = over_tls(tmp_path, certificates).lives(1)
    trust = ssl.create_default_context(cafile=certificates.ca)
    async with house.served() as visitor:
        [form, *_] = FORM.findall(await seen(visitor, "/login", ssl=trust))
        fields = {"form": form, "token": WORD}
        async with visitor.post("/login", data=fields, allow_redirects=False, ssl=trust) as answer:
            assert answer.status == 303 and answer.cookies["shouhu_pass"]["secure"]
        assert "最后一次动静" in await seen(visitor, "/", ssl=trust)


async def test_a_renewed_certificate_is_taken_up_and_half_a_renewal_is_not(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LOOK_AT_TLS", 0.05)
    house = over_tls(tmp_path, certificates)
    house.node.start(house.moment, "hash")
    trust = ssl.create_default_context(cafile=certificates.ca)

    async def shown() -> str:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", house.port, ssl=trust, server_hostname="localhost"
        )
        name: str = dict(part[0] for part in writer.get_extra_info("peercert")["subject"])[
            "commonName"
        ]
        writer.close()
        return name

    async def is_renewed() -> bool:
        return await shown() == "client"

    with capture_logs() as logs:
        async with house.served():
            assert await shown() == "server"
            shutil.copy(certificates.client, tmp_path / "page.crt")
            await until(lambda: any(line.get("certificate") for line in logs))
            assert await shown() == "server"
            shutil.copy(certificates.client_key, tmp_path / "page.key")
            await until(is_renewed)


async def test_a_link_in_a_message_needs_no_word(tmp_path: Path) -> None:
    house = locked(tmp_path).lives(1)
    async with house.served() as visitor, visitor.get("/a/" + "x" * 35) as answer:
        assert answer.status == 404 and "链接" in await answer.text()


async def test_a_site_that_has_its_name_point_here_is_turned_away(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    elsewhere = {"Host": "evil.example"}
    async with house.served() as visitor, visitor.get("/", headers=elsewhere) as answer:
        assert answer.status == 421 and "王" not in await answer.text()


async def test_without_a_word_nothing_is_shown_through_a_proxy(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    passed_on = {"X-Forwarded-For": "203.0.113.7"}
    async with house.served() as visitor, visitor.get("/", headers=passed_on) as answer:
        assert answer.status == 421 and "王" not in await answer.text()


async def test_names_are_names_and_never_a_program(tmp_path: Path) -> None:
    house = House(tmp_path, wang='王<script>alert("1")</script>家').lives(1)
    async with house.served() as visitor:
        page = await seen(visitor)
    assert "<script>alert" not in page and "&lt;script&gt;" in page


async def test_every_page_forbids_scripts_and_pictures_from_elsewhere(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        for path in ("/", "/h/wang/journal", "/h/wang/weeks", "/channels", "/login", "/nothing"):
            async with visitor.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy and "unsafe" not in policy
                assert answer.headers["Cache-Control"] == "no-store"
                page = await answer.text()
                assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
                assert " style=" not in page and "onclick" not in page


async def test_bad_input_is_answered_and_the_page_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        for raw in (
            b"\x00" * 200_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: " + b"y" * 1_000_000,
            b"GET /h/%ff%00..%2f..%2fetc HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
            try:
                writer.write(raw)
                await writer.drain()
                writer.write_eof()
                async with asyncio.timeout(10):
                    await reader.read(64)
            except (ConnectionError, TimeoutError):
                pass
            writer.close()
        for odd in ("/static/../server.py", "/static/page.py", "/h/wang/alerts/'%22", "/h//"):
            async with visitor.get(URL(odd, encoded=True)) as answer:
                assert answer.status in (400, 404)
        big = {"form": "x" * 1_000_000}
        async with visitor.post("/login", data=big) as answer:
            assert answer.status == 413
        assert "现在没有要处理的事" in await seen(visitor)


async def test_what_leaves_the_home_is_shown_with_whose_word_it_is(tmp_path: Path) -> None:
    uplink = (
        '\n[uplink]\ngateway = "g"\n\n[[uplink.path]]\nid = "d"\ntype = "https"\n'
        'url = "https://district.example.org/events"\n'
    )
    consent = '\n[consent]\nvitals = true\nby = "王芳"\non = 2026-03-01\n'
    house = House(tmp_path, page=uplink, more=consent).lives(1)
    async with house.served() as visitor:
        page = await seen(visitor)
    assert "上报区级平台" in page and "王芳 于 2026-03-01 同意" in page
    assert "每半小时家里有没有人活动" in page and "不出家门" in page


async def test_a_port_that_is_taken_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LISTEN_AGAIN", 0.05)
    house = House(tmp_path).lives(1)
    other = await asyncio.start_server(lambda *_: None, "127.0.0.1", house.port)
    async with house.served() as visitor:
        await until(lambda: "in use" in house.serving.said().get("page", ""))
        other.close()
        await other.wait_closed()
        await until(lambda: house.serving.said() == {"page": "yes"})
        assert "现在没有要处理的事" in await seen(visitor)
