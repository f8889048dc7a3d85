"""The page as the daemon serves it: real broker, real socket, and the power cut in between."""

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from edge.model import State
from tests.broker import Broker, free_port
from tests.installation import Installation

TOKEN = "7d6f0e1c9b8a4d2e7d6f0e1c9b8a4d2e"
FORM = re.compile(r'name="form" value="([0-9a-f]+)"')
SMOKE = "zigbee2mqtt/厨房 smoke"


class Visitor:
    """A browser without a screen."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def sees(self, path: str = "/") -> str:
        """Give a page; empty where nobody answers."""
        try:
            with self._opener.open(self._base + path, timeout=5) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()
        except URLError:
            return ""

    def presses(self, path: str, on: str = "/", **fields: str) -> str:
        """Send a form of a page; give the page after it."""
        [form, *_] = FORM.findall(self.sees(on))
        data = urlencode({"form": form, "from": "/", **fields}).encode()
        with self._opener.open(self._base + path, data, timeout=5) as answer:
            return str(answer.read().decode())


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box(tmp_path: Path, broker: Broker, port: int) -> Iterator[Installation]:
    page = f'[page]\nport = {port}\ntoken_file = "token"\n'
    installed = Installation(tmp_path / "box", broker, "json://127.0.0.1:9/push", gateway=page)
    (installed.directory / "token").write_text(TOKEN)
    (installed.directory / "token").chmod(0o600)
    installed.start()
    yield installed
    installed.kill()


def test_what_was_taken_on_the_page_stays_taken_over_a_power_cut(
    box: Installation, broker: Broker, port: int
) -> None:
    visitor = Visitor(port)
    box.hears()
    box.until(lambda: "口令" in visitor.sees())
    visitor.presses("/login", on="/login", token=TOKEN)
    broker.publish(SMOKE, '{"smoke": true}')
    box.until(lambda: "有急事，还没有人处理" in visitor.sees())
    [alert] = [each for each in box.alerts() if each.state is State.RAISED]
    page = visitor.presses(f"/h/wang/alerts/{alert.id}", do="take", by="王芳")
    assert "王芳正在处理" in page
    box.kill()
    assert visitor.sees() == ""
    box.start()
    # Whoever was in is still in, and finds it as it was.
    box.until(lambda: "王芳正在处理" in visitor.sees())
    page = visitor.presses(f"/h/wang/alerts/{alert.id}", do="close", outcome="well", by="王芳")
    assert "有急事" not in page
    story = visitor.sees(f"/h/wang/alerts/{alert.id}")
    assert "已存盘" in story and "已关闭" in story
