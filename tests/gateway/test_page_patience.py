"""What an open page does when the gateway is silent, a finger is slow, or a browser is old."""

from pathlib import Path

from tests.browser import PHONE, browser
from tests.gateway.page_home import House
from tests.gateway.test_page_browser import TAKE, smoke

SILENT = """
window.fetch = () => new Promise(() => {});
const real = Date.now; Date.now = () => real() + window.__later; window.__later = 0;
"""


async def test_a_page_whose_gateway_answers_nothing_any_more_says_that_it_is_old(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "home").lives(1)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.goes_to(house.url)
        await tab.runs(SILENT)
        smoke(house)  # a request is under way that nobody answers
        await tab.until("busy")
        assert await tab.runs("document.getElementById('lost').hidden")
        await tab.runs("window.__later = 120000")
        await tab.until("!document.getElementById('lost').hidden")


async def test_a_name_that_was_typed_is_still_there_after_news(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    alert = smoke(house)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.becomes(PHONE)
        await tab.goes_to(house.url)
        await tab.presses(f"#who-{alert}")
        await tab.types("王芳")
        await tab.runs(
            "document.activeElement.blur(); window.__old = document.querySelector('article')"
        )
        house.says("sos", action="emergency")
        house.settle()
        await tab.until("!document.contains(window.__old)")
        assert await tab.runs(f"document.getElementById('who-{alert}').value") == "王芳"


async def test_a_button_is_not_replaced_under_a_finger(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    smoke(house)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.goes_to(house.url)
        await tab.runs(
            f"window.__button = document.querySelector('{TAKE}');"
            "window.__button.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));"
            "look()"
        )
        await tab.until("late && !busy")
        assert await tab.runs("document.contains(window.__button)")
        await tab.until("!document.contains(window.__button)")


async def test_an_old_browser_is_shown_an_alarm_too(tmp_path: Path) -> None:
    house = House(tmp_path / "home").lives(1)
    async with house.served(), browser(tmp_path / "tab") as tab:
        await tab.goes_to(house.url)
        await tab.runs(
            "for (const each of [Element, Document, DocumentFragment])"
            " delete each.prototype.replaceChildren;"
            "delete window.AbortController"
        )
        alert = smoke(house)
        await tab.until(f"document.getElementById('who-{alert}') != null")
