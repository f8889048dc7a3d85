"""The desk in a real browser: live, by keyboard alone, without scripts, on a phone, by night."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page
from sqlalchemy import insert, update

from district.incidents import take
from district.phases import Act
from district.schema import households, incidents, people, sessions
from district.web import stream
from edge.model import Outcome, Severity
from tests.district.served import Desk, begins, served, until

AXE = Path(os.environ.get("SHOUHU_AXE", "/usr/share/javascript/axe-core/axe.min.js"))
RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
PHONE = {"width": 360, "height": 780}
READY = "html[data-ready]"


@pytest.fixture
async def desk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a desk of two communities, and somebody at each."""
    async with served(shutil.copy(sqlite_template, tmp_path / "d.db")) as made:
        yield made


async def focused(page: Page) -> str:
    """Give what has the focus: its name, or its text."""
    return str(await page.evaluate(
        "document.activeElement.name || document.activeElement.textContent"
    ))  # fmt: skip


async def test_what_somebody_writes_outlives_news_reload_and_a_lost_session(desk: Desk) -> None:
    incident = await desk.hears("a1")
    page = await desk.page("lin", f"/incidents/{incident}")
    await page.wait_for_selector(READY)
    await page.keyboard.press("t")
    await page.wait_for_selector("section.alert.taken")
    await page.keyboard.press("d")
    await page.keyboard.type("网格员 老")
    before = await page.evaluate("window.field = document.activeElement, field.name")
    # A colleague writes something down; the page shows it, and the field is the same one still.
    other = await desk.page("zhao", f"/incidents/{incident}")
    await other.wait_for_selector(READY)
    await other.keyboard.press("r")
    await other.keyboard.type("女儿在路上")
    await other.keyboard.press("Enter")
    await page.wait_for_selector("#story >> text=女儿在路上")
    assert await page.evaluate("document.activeElement === field") and before == "whom"
    await page.keyboard.type("周")
    await page.reload()
    await page.wait_for_selector(f"{READY} details[open]")
    assert await page.input_value("#dispatch [name=whom]") == "网格员 老周"
    async with desk.world.database.begin() as connection:
        await connection.execute(update(sessions).values(is_revoked=True))
    await page.keyboard.press("d")
    await page.press("#dispatch [name=whom]", "Enter")
    await page.wait_for_selector("#ended:not([hidden])")
    assert f"next={'%2F'}incidents" in str(await page.get_attribute("#ended a", "href"))
    assert await page.input_value("#dispatch [name=whom]") == "网格员 老周"
    again = await desk.page("lin")
    await page.context.add_cookies(await again.context.cookies())  # type: ignore[arg-type]
    # They have logged in again in another tab; this one goes on where it was.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.wait_for_selector("#ended", state="hidden")
    await page.press("#dispatch [name=whom]", "Enter")
    await page.wait_for_selector("#sent >> text=老周")
    await page.reload()
    assert await page.input_value("#dispatch [name=whom]") == ""


async def test_it_is_all_done_by_keyboard_and_the_chosen_alert_stays_the_chosen_one(
    desk: Desk,
) -> None:
    first = await desk.hears("a1", severity=Severity.URGENT, household="wang")
    page = await desk.page("lin")
    await page.wait_for_selector(READY)
    assert "wang" in await focused(page)
    # Something graver comes and stands above it: what is chosen does not slip.
    await desk.hears("a2", household="li")
    await page.wait_for_selector("li.emergency")
    assert "wang" in await focused(page)
    await page.keyboard.press("k")
    assert "li" in await focused(page)
    await page.keyboard.press("j")
    await page.keyboard.press("t")
    await page.wait_for_url(f"**/incidents/{first}")
    await page.wait_for_selector(f"{READY} section.alert.taken")
    # The other one waits still, and every page says so.
    await page.wait_for_selector("a.elsewhere.emergency")
    await page.keyboard.press("e")
    assert await focused(page) == "outcome"
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("汤烧干了")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("section.alert.closed")
    rows = {row.id: row for row in await desk.world.rows(incidents)}
    assert (rows[first].outcome, rows[first].note) == (Outcome.HELPED, "汤烧干了")
    await page.keyboard.press("Escape")
    await page.wait_for_selector(f"{READY} li.emergency")
    await page.uncheck("#keys")
    await page.focus("li.emergency a")
    await page.keyboard.press("t")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"{READY} section.alert.open")


async def test_a_page_that_is_not_live_says_since_when_and_does_nothing_silently(
    desk: Desk,
) -> None:
    incident = await desk.hears("a1")
    page = await desk.page("lin", f"/incidents/{incident}")
    await page.wait_for_selector(READY)
    await page.context.set_offline(True)
    await page.wait_for_selector("#lost:not([hidden])")
    assert "之后的变化这里看不到" in await page.inner_text("#lost")
    await page.keyboard.press("r")
    await page.keyboard.type("敲门没有人应")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#said >> text=没有送到")
    # Meanwhile a colleague takes it.
    async with desk.world.acting("zhao", incident, Act.TAKE) as doing:
        await take(doing)
    await page.context.set_offline(False)
    await page.wait_for_selector("#lost", state="hidden")
    await page.wait_for_selector("section.alert.taken")
    await page.press("#note", "Enter")
    await page.wait_for_selector("#story >> text=敲门没有人应")


async def is_told_much_later(page: Page) -> bool:
    """Let the list be old, again where a look that was under way has just renewed it."""
    await page.evaluate("shown = Math.min(shown, Date.now() - STALE - 1)")
    return await page.is_visible("#lost")


async def test_a_list_that_does_not_come_is_told_though_the_stream_speaks(desk: Desk) -> None:
    page = await desk.page("lin")
    await page.wait_for_selector(READY)
    await page.route("**/desk/list", lambda route: route.fulfill(status=500))
    await desk.hears("a1")
    await until(lambda: is_told_much_later(page))
    assert await page.query_selector("li.emergency") is None
    await page.unroute("**/desk/list")
    await desk.hears("a2", household="li")
    await page.wait_for_selector("li.emergency")
    await page.wait_for_selector("#lost", state="hidden")


@pytest.mark.soak
async def test_any_number_of_tabs_is_live_and_one_that_listens_for_all_may_go(desk: Desk) -> None:
    first = await desk.page("lin")
    await first.wait_for_selector(READY)
    tabs = [await first.context.new_page() for _ in range(7)]
    for tab in tabs:
        await tab.goto(desk.url)
        await tab.wait_for_selector(READY)
    await desk.hears("a1", household="wang")
    for tab in (first, *tabs):
        await tab.wait_for_selector("li >> text=wang")
    await first.close()
    # A new one listens; until it does, news are not lost but seen with the next look.
    await until(lambda: listens(tabs))
    await desk.hears("a2", household="li")
    for tab in tabs:
        await tab.wait_for_selector("li >> text=li")


async def listens(tabs: list[Page]) -> bool:
    """Say whether one of the tabs has a stream that is open."""
    return any([await tab.evaluate("stream !== null && stream.readyState === 1") for tab in tabs])


async def test_the_sound_waits_for_a_first_key_and_says_so(desk: Desk) -> None:
    await desk.hears("a1")
    page = await desk.page("lin")
    await page.wait_for_selector(READY)
    await page.wait_for_selector("#locked:not([hidden])")
    await until(lambda: begins(page.title(), "● 1"))
    await page.keyboard.press("j")
    await page.wait_for_selector("#locked", state="hidden")
    assert await page.evaluate("context.state") == "running"
    await page.keyboard.press("m")
    assert await page.inner_text("#sound") == "铃声关"
    await page.reload()
    await page.wait_for_selector(READY)
    assert await page.inner_text("#sound") == "铃声关"
    assert await page.is_hidden("#locked")


@pytest.mark.soak  # what the forms do, test_desk_pages.py says
async def test_without_scripts_every_act_is_a_button(desk: Desk) -> None:
    incident = await desk.hears("a1")
    page = await desk.page("lin", java_script_enabled=False)
    assert "不会响铃" in await page.inner_text("#banners")
    assert await page.locator("noscript meta[http-equiv=refresh]").count() == 1
    await page.click("li.emergency button")
    await page.wait_for_url(f"**/incidents/{incident}")
    await page.click("#close summary")
    await page.check("[name=outcome][value=sensor]")
    await page.click("#close form button")
    await page.wait_for_selector("section.alert.closed")
    assert (await desk.world.incident()).outcome == Outcome.SENSOR


async def everything(desk: Desk) -> tuple[str, ...]:
    """Let there be something of each kind; give the pages that show it."""
    mine = await desk.hears("a1", household="wang")
    await desk.hears("a2", household="li", severity=Severity.URGENT)
    await desk.hears("a3", household="he", severity=Severity.FAULT)
    async with desk.world.database.begin() as connection:
        home = (await connection.execute(households.select().limit(1))).one().id
        long = "雨花里三幢二单元二零一室王桂兰老人家" * 3
        values = {"name": long, "address": long, "medical": long, "door_code": "2580#"}
        await connection.execute(update(households).values(**values))
        row = {"id": "p1", "household": home, "kind": "contact", "name": "王芳", "role": "女儿"}
        await connection.execute(insert(people).values(**row, phone="13800001234", has_key=True))
    await desk.world.database.engine.dispose()
    page = await desk.page("lin", f"/incidents/{mine}")
    await page.wait_for_selector(READY)
    await page.keyboard.press("t")
    await page.wait_for_selector("section.alert.taken")
    await page.keyboard.press("d")
    await page.keyboard.type("老周")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#sent")
    await page.keyboard.press("f")
    await page.keyboard.type("回访")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#later li")
    await page.context.close()
    return ("/", f"/incidents/{mine}", "/follow-ups", "/login", "/login?lang=en")


@pytest.mark.soak
async def test_it_fits_a_phone_and_everything_on_it_is_large_enough_to_press(desk: Desk) -> None:
    paths = await everything(desk)
    page = await desk.page("lin", viewport=PHONE)
    for path in paths:
        await page.goto(desk.url + path)
        await page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 19
        small = await page.evaluate(
            "[...document.querySelectorAll('button, summary, select, nav a, .call')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 38)"
            ".map(e => e.outerHTML)"
        )
        assert small == [], path
        assert await page.locator("h1").count() == 1, path


@pytest.mark.soak
@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here; SHOUHU_AXE names its axe.min.js")
async def test_axe_finds_nothing_by_day_and_by_night(desk: Desk) -> None:
    paths = await everything(desk)
    script = await asyncio.to_thread(AXE.read_text, "utf-8")
    for scheme in ("light", "dark"):
        page = await desk.page("lin", color_scheme=scheme)
        for path in paths:
            await page.goto(desk.url + path)
            await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            await page.evaluate(f"{script}; true")
            found = await page.evaluate(
                f"axe.run({{runOnly: {RULES}}})"
                ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == [], (path, scheme)


@pytest.mark.soak
async def test_a_stream_ends_with_its_session_however_much_there_is_to_tell(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PULSE", 0.2)
    await desk.hears("a1")
    page = await desk.page("lin")
    await page.wait_for_selector(READY)
    async with desk.world.database.begin() as connection:
        await connection.execute(update(sessions).values(is_revoked=True))
    await page.wait_for_selector("#ended:not([hidden])")
