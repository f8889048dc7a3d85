"""The pages of duty in a real browser, without scripts: a rota is kept, a gap is seen."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from district.schema import absences, rota
from tests.district.served import Desk, served
from tests.district.test_duty import on_duty, rostered
from tests.district.test_duty_interface import SHEET

AXE = Path(os.environ.get("SHOUHU_AXE", "/usr/share/javascript/axe-core/axe.min.js"))
RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
PHONE = {"width": 360, "height": 780}


@pytest.fixture
async def desk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a district whose supervisor is at work."""
    async with served(shutil.copy(sqlite_template, tmp_path / "d.db")) as made:
        yield made


async def test_a_rota_is_kept_without_any_script_a_gap_is_seen_and_who_is_ill_says_so(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "排班.csv"
    await asyncio.to_thread(
        file.write_bytes, (SHEET + "ninghai,lin,随便,8:00,20:00,,\n").encode("gbk")
    )
    page = await desk.page("qian", "/duty", java_script_enabled=False)
    await page.set_input_files("[name=sheet]", file)
    await page.click("form[action='/duty/sheet'] button")
    assert "第 5 行 days：既不是星期，也不是日期" in await page.inner_text(".faults")
    assert await desk.world.rows(rota) == []

    await page.click("text=ninghai")
    await page.click("section:has-text('每周排班') summary")
    for day in "12345":
        await page.check(f"[name=days][value='{day}']")
    await page.select_option("form[action$='/line'] [name=account]", label="林静")
    await page.fill("form[action$='/line'] [name=begins]", "8:00")
    await page.fill("form[action$='/line'] [name=ends]", "20:00")
    await page.click("form[action$='/line'] button")
    entry = " ".join((await page.inner_text(".entries")).split())
    assert "林静 周一 周二 周三 周四 周五 08:00–20:00" in entry
    assert await page.locator("svg .gap").count() >= 7
    assert "20:00–24:00 无人值班" in await page.inner_text(".days")

    await page.click("text=← 值班表")
    assert "20:00 起无人值班" in await page.inner_text("li:has-text('ninghai')")
    assert await on_duty(desk.world, "ninghai") == ["林静"]
    await is_ill(desk)


async def is_ill(desk: Desk) -> None:
    """Let 林静 say on her telephone that she is ill, and who stands in."""
    page = await desk.page("lin", "/duty", viewport=PHONE, java_script_enabled=False)
    assert "您正在值班：ninghai" in await page.inner_text(".mine")
    await page.click("summary:has-text('登记请假')")
    await page.fill("[name=begins]", "2026-11-02T12:00")
    await page.fill("[name=ends]", "2026-11-03T08:00")
    await page.select_option("[name=stand_in]", label="赵磊")
    await page.click("form[action='/duty/away'] button.primary")
    assert "您现在不在班" in await page.inner_text(".mine")
    assert "代 林静" in await page.inner_text("li:has-text('ninghai') .there")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await on_duty(desk.world, "ninghai") == ["赵磊"]
    await page.click("text=已回来")
    assert await on_duty(desk.world, "ninghai") == ["林静"]
    assert len(await desk.world.rows(absences)) <= 1


@pytest.mark.soak
@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here; SHOUHU_AXE names its axe.min.js")
async def test_axe_finds_nothing_on_the_pages_of_duty(desk: Desk) -> None:
    await rostered(desk.world, "ninghai", "lin", "12345", 480, 1200)
    script = await asyncio.to_thread(AXE.read_text, "utf-8")
    for scheme in ("light", "dark"):
        page = await desk.page("qian", "/duty", color_scheme=scheme)
        for path in ("/duty", "/duty/ninghai"):
            await page.goto(desk.url + path)
            await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            await page.evaluate(f"{script}; true")
            found = await page.evaluate(
                f"axe.run({{runOnly: {RULES}}})"
                ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == [], (path, scheme)
