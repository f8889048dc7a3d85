"""The page in a real browser: live, on a phone, by keyboard, without scripts, day and night."""

import asyncio
import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from edge.model import State
from gateway.page import live
from tests.browser import DESK, PHONE, Browser, browser
from tests.gateway.page_home import House, until

PAGES = ("/", "/h/wang/journal", "/h/wang/weeks", "/channels", "/login")
CSS = Path(__file__).parents[2] / "gateway/page/static/page.css"
AXE = Path(os.environ.get("SHOUHU_AXE", "/usr/share/javascript/axe-core/axe.min.js"))
# Text on what it stands upon.
PAIRS = (
    *(("ink", "paper"), ("ink", "card"), ("dim", "paper"), ("dim", "card"), ("link", "paper")),
    *(("link", "card"), ("calm", "calm-paper"), ("check", "check-paper"), ("ink", "check-paper")),
    *(("taken", "taken-paper"), ("asked", "asked-paper"), ("alarm", "alarm-paper")),
    *(("on-go", "go"), ("dim", "check-paper")),
)
# Shapes that say something, and what they lie on: 3 to 1 is enough.
SHAPES = (("life", "strip"), ("focus", "paper"), ("focus", "card"), ("dim", "card"))
TAKE = "button[value=take]"


def smoke(house: House) -> str:
    """Let the smoke alarm speak; give the alert's id."""
    house.says("kitchen-smoke", smoke=True)
    house.settle()
    return house.alerts()[0].id


async def test_an_open_page_shows_an_alarm_and_who_has_it_without_being_touched(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "home").lives(1)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.becomes(PHONE)
        await tab.goes_to(house.url)
        assert await tab.runs("document.body.className") == "calm"
        await tab.presses("#who-away")
        await tab.types("王")
        alert = smoke(house)
        await tab.until("document.querySelector('.banner.alarm') != null")
        # Who is writing is not disturbed.
        await tab.types("芳")
        assert await tab.runs("document.querySelector('#who-away').value") == "王芳"
        await tab.runs("document.activeElement.blur()")
        house.settle()
        await tab.until(f"document.getElementById('who-{alert}') != null")
        await tab.until("document.querySelector('.banner h1').textContent.startsWith('有急事')")
        assert await tab.runs("document.title.startsWith('有急事')")
        await tab.presses(f"#who-{alert}")
        await tab.types("王芳")
        await tab.presses(TAKE)
        await tab.until("document.body.className == 'taken'")
        assert "王芳正在处理" in await tab.runs("document.querySelector('main').textContent")
        [taken] = house.alerts()
        assert taken.state is State.ACKNOWLEDGED
        # The name is known the next time.
        assert await tab.runs("document.querySelector('input[name=by]').value") == "王芳"


async def test_without_scripts_the_page_renews_itself_and_every_button_works(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "home").lives(1)
    alert = smoke(house)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.has_scripts(on=False)
        await tab.asks("Page.navigate", url=house.url)
        # Before its style is there, a page moves under the finger.
        is_there = f"document.getElementById('who-{alert}') != null"
        await tab.until(f"document.readyState == 'complete' && {is_there}")
        assert await tab.runs("document.querySelector('noscript meta, meta[http-equiv]') != null")
        await tab.presses(f"#who-{alert}")
        await tab.types("王芳")
        await tab.presses(TAKE)
        await until(lambda: house.alerts()[0].state is State.ACKNOWLEDGED)


@pytest.mark.soak
async def test_a_page_that_hears_nothing_any_more_says_so(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    async with browser(tmp_path / "tab") as tab:
        async with house.served():
            await tab.goes_to(house.url)
            await tab.until("typeof stream != 'undefined' && stream.readyState == 1")
        await tab.until("!document.getElementById('lost').hidden")


@pytest.mark.soak
async def test_a_page_that_was_refused_the_news_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path / "home").lives(1)
    async with house.served(), browser(tmp_path / "tab") as tab:
        monkeypatch.setattr(live, "MOST", 0)
        await tab.goes_to(house.url)
        await tab.until("stream.readyState == EventSource.CLOSED")
        monkeypatch.setattr(live, "MOST", 50)
        await tab.until("stream.readyState == EventSource.OPEN")
        smoke(house)
        await tab.until("document.querySelector('.banner.alarm') != null")


async def test_it_fits_a_phone_is_large_and_every_field_has_its_name(tmp_path: Path) -> None:
    house = House(tmp_path / "home", wang="雨花里三幢二单元二零一室王桂兰老人家" * 3).lives(1)
    smoke(house)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.becomes(PHONE)
        for path in (*PAGES, f"/h/wang/alerts/{house.alerts()[0].id}", "/?lang=en"):
            await tab.goes_to(house.url + path)
            assert await tab.runs("document.documentElement.scrollWidth") <= PHONE[0], path
            assert await tab.runs("parseFloat(getComputedStyle(document.body).fontSize)") >= 19
            small = await tab.runs(
                "[...document.querySelectorAll('button, summary, input:not([type=hidden]), nav a')]"
                ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 40)"
                ".map(e => e.outerHTML)"
            )
            assert small == [], path
            nameless = await tab.runs(
                "[...document.querySelectorAll('input:not([type=hidden])')]"
                ".filter(e => !e.labels.length).map(e => e.outerHTML)"
            )
            assert nameless == [], path
            heads = await tab.runs("document.querySelectorAll('h1').length")
            marks = await tab.runs("document.querySelectorAll('main, header').length")
            assert (heads, marks) == (1, 2), path
            assert await tab.runs("document.documentElement.lang") in ("zh-Hans", "en")


async def test_it_is_used_by_keyboard_alone(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    smoke(house)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.becomes(DESK)
        await tab.goes_to(house.url)
        await reaches(tab, "at.name == 'by'")
        await tab.types("王芳")
        await reaches(tab, "at.value == 'take'")
        ring = await tab.runs("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid"
        await tab.key("Enter")
        await until(lambda: house.alerts()[0].state is State.ACKNOWLEDGED)


async def reaches(tab: Browser, what: str) -> None:
    """Press Tab until the focus is where a script wants it."""
    for _ in range(40):
        await tab.key("Tab")
        if await tab.runs(f"(at => {what})(document.activeElement)"):
            return
    raise AssertionError(f"the keyboard does not reach: {what}")


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here; SHOUHU_AXE names its axe.min.js")
async def test_axe_finds_nothing_by_day_and_by_night(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    alert = smoke(house)
    script = await asyncio.to_thread(AXE.read_text, "utf-8")
    async with house.served(), browser(tmp_path / "tab") as tab:
        for dark, path in product((False, True), (*PAGES, f"/h/wang/alerts/{alert}")):
            await tab.becomes(PHONE, dark=dark)
            await tab.goes_to(house.url + path)
            await tab.runs(f"{script}; true")
            found = await tab.runs(
                "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
                ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == [], (path, dark)


# -- the colours


def schemes() -> Iterator[dict[str, str]]:
    """Give the colours by day and by night, by their names."""
    text = CSS.read_text(encoding="utf-8")
    for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL):
        yield dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2.2 defines it."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("number", [0, 1], ids=["day", "night"])
def test_every_text_stands_out_from_what_it_stands_upon(number: int) -> None:
    colours = list(schemes())[number]
    weak = [pair for pair in PAIRS if contrast(*(colours[name] for name in pair)) < 4.5]
    faint = [pair for pair in SHAPES if contrast(*(colours[name] for name in pair)) < 3]
    assert weak == [] and faint == []
