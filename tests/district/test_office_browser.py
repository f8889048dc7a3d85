"""The office's pages in a real browser, without scripts: a sheet comes in, a visit is proven."""

import asyncio
import io
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from district.schema import accounts, areas, households, visits
from edge.model import Outcome
from tests.district.served import Desk, served
from tests.district.test_figures import answered
from tests.district.test_office import PAGES, whole
from tests.district.test_sheet import SHEET

AXE = Path(os.environ.get("SHOUHU_AXE", "/usr/share/javascript/axe-core/axe.min.js"))
RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
PHONE = {"width": 360, "height": 780}
DARKEST = 90  # of 255: paper is white, and no part of it is painted dark


@pytest.fixture
async def desk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a district whose supervisor is at work."""
    async with served(shutil.copy(sqlite_template, tmp_path / "d.db")) as made:
        yield made


async def test_a_sheet_comes_in_and_a_carer_proves_a_visit_without_any_script(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "名册.csv"
    await asyncio.to_thread(file.write_bytes, SHEET.replace(",\n", ",3\n").encode("gbk"))
    page = await desk.page("qian", "/homes", java_script_enabled=False)
    await page.click("text=导入表格")
    await page.set_input_files("[name=file]", file)
    await page.click("text=先看看会怎样")
    assert "2 户新登记" in await page.inner_text(".plan")
    assert await desk.world.rows(households) == []
    await page.click("text=确认导入")
    await page.wait_for_selector("text=表格已导入")
    await page.click("text=王桂兰家")
    await page.click("text=走访标签")
    code = await page.inner_text("p.code")
    carer = await desk.page(
        "lin", page.url.removeprefix(desk.url).replace("/label", f"?code={code}"),
        viewport=PHONE, java_script_enabled=False,
    )  # fmt: skip
    await carer.click("text=记下 >> visible=true")
    await carer.wait_for_selector("text=走访已记下")
    (visit,) = await desk.world.rows(visits)
    assert (visit.sort, visit.by, visit.proof) == ("care", "林静", {"how": "code"})
    assert await carer.evaluate("document.documentElement.scrollWidth") <= 360


async def test_an_emergency_is_heard_and_seen_on_a_page_where_somebody_writes(desk: Desk) -> None:
    page = await desk.page("qian", "/homes/new")
    await page.fill("[name=medical]", "糖尿病")
    title = await page.title()
    assert await page.is_hidden("#locked") and await page.is_hidden(".elsewhere")
    await desk.hears("a1")
    await page.wait_for_selector(".elsewhere.emergency >> text=紧急 1")
    await page.wait_for_function("name => document.title !== name", arg=title)
    assert await page.evaluate("which()") == "emergency"
    assert await page.input_value("[name=medical]") == "糖尿病"
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await page.click(".elsewhere")
    await page.wait_for_selector("#i-" + (await desk.world.incident()).id)


async def test_a_page_of_figures_prints_in_black_on_white(desk: Desk) -> None:
    for number, seconds in enumerate((20, 40, 90)):
        await answered(desk.world, f"a{number}", seconds, Outcome.SENSOR)
    page = await desk.page("qian", "/figures", color_scheme="dark")
    assert await page.locator(".chart rect").count() == 2
    await page.emulate_media(media="print")
    assert not await page.is_visible("header")
    assert await page.is_visible(".chart svg")
    picture = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("L")
    dark = sum(picture.histogram()[:DARKEST]) / (picture.width * picture.height)
    assert dark < 0.1
    assert (await page.pdf(format="A4", print_background=True)).startswith(b"%PDF")


@pytest.mark.soak
@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here; SHOUHU_AXE names its axe.min.js")
async def test_axe_finds_nothing_on_any_page_of_the_office(desk: Desk) -> None:
    home = await whole(desk.world)
    script = await asyncio.to_thread(AXE.read_text, "utf-8")
    async with desk.world.database.begin() as connection:
        named = update(areas).where(areas.c.id == "ninghai").values(level="社区")
        await connection.execute(named)
        await connection.execute(
            update(accounts).where(accounts.c.id == "sun").values(role="admin")
        )
    for login, scheme in (("qian", "light"), ("qian", "dark"), ("sun", "light")):
        page = await desk.page(login, "/me", color_scheme=scheme)
        for path in PAGES:
            if ".csv" in path:
                continue
            answer = await page.goto(desk.url + path.replace("{home}", home))
            if answer is None or answer.status == 403:
                continue
            await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            await page.evaluate(f"{script}; true")
            found = await page.evaluate(
                f"axe.run({{runOnly: {RULES}}})"
                ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == [], (path, scheme)
