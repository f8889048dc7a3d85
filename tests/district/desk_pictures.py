"""Takes the pictures of docs/desk.md anew: python -m tests.district.desk_pictures

An invented community, a fixed night; whoever changes the desk looks at them.
"""

import asyncio
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page
from sqlalchemy import insert, update

from district import summaries
from district.database import Database
from district.schema import (
    areas,
    consents,
    equipment,
    gateways,
    households,
    people,
    watchers,
)
from edge.model import Rule, Severity
from gateway.wire.uplink.event import Category, Information, SummaryData, cap_time
from tests.district.served import Desk, served

OUT = Path(__file__).parents[2] / "docs/pages"
NIGHT = datetime(2026, 11, 1, 18, 16, tzinfo=UTC)  # 02:16 in Nanjing
AREAS = {"city": "南京市", "yuhua": "雨花台区", "ninghai": "宁海路社区", "xuanwu": "玄武区"}
# Household, name, address, seconds ago, severity, what it is.
HOMES: tuple[tuple[str, str, str, int, Severity, str, str, dict[str, Any]], ...] = (
    ("wang", "王桂英家", "雨花里 3 幢 201", 128, Severity.EMERGENCY, "厨房烟雾报警",
     "厨房的烟感在 02:13 报警，还没有停。家里 01:50 有人活动。", {}),
    ("zhao", "赵德明家", "梧桐巷 8 号", 45, Severity.URGENT, "十二小时没有动静",
     "从昨天 14:10 起没有看到活动，传感器都正常。",
     {"rule": Rule.INACTIVITY, "category": Category.HEALTH}),
    ("li", "李秀兰家", "雨花里 5 幢 102", 400, Severity.EMERGENCY, "按了求助",
     "手环上的求助键在 02:09 按下。", {"rule": Rule.SOS, "category": Category.HEALTH}),
    ("zhou", "周国强家", "宁海路 15 号 3 单元 602", 900, Severity.URGENT, "门开着一个多小时",
     "入户门 01:01 打开，没有关上。", {}),
    ("he", "何家", "宁海路 9 号 101", 4000, Severity.FAULT, "卧室红外快没电了", "电池 3%。", {}),
)  # fmt: skip


async def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "d.db"
        database = Database(f"sqlite:///{file}")
        await database.migrate()
        await database.close()
        async with served(file) as desk:
            incidents = await _lives(desk)
            await _story(desk, incidents)


async def _story(desk: Desk, incidents: dict[str, str]) -> None:
    for name in ("li", "zhou"):
        other = await desk.page("zhao", f"/incidents/{incidents[name]}")
        await _does(other, "t", "section.alert.taken")
    page = await desk.page("lin")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.wait_for_selector("#locked", state="hidden")
    await _picture(page, "desk")
    await page.emulate_media(color_scheme="dark")
    await _picture(page, "desk-night")
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{desk.url}/incidents/{incidents['wang']}")
    await _does(page, "t", "section.alert.taken")
    desk.world.later(minutes=1)
    await page.click("#p-p1 button[value=coming]")
    await page.wait_for_selector("#story >> text=正赶过去")
    desk.world.later(minutes=1)
    await page.keyboard.press("d")
    await page.fill("[name=whom]", "网格员 老周")
    await page.fill("#dispatch [name=phone]", "138 1111 2222")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#sent >> text=老周")
    await page.reload()
    await page.wait_for_selector("html[data-ready]")
    await page.keyboard.press("Shift")
    await page.wait_for_selector("#locked", state="hidden")
    await _picture(page, "incident", whole=True)
    size = {"width": 360, "height": 780}
    phone = await desk.page("lin", f"/incidents/{incidents['wang']}", viewport=size)
    await phone.wait_for_selector("html[data-ready]")
    await phone.keyboard.press("Shift")
    await phone.wait_for_selector("#locked", state="hidden")
    await _picture(phone, "incident-phone")
    for path in ("figures", "homes", "duty"):
        await page.goto(f"{desk.url}/{path}")
        await page.keyboard.press("a")
        await page.wait_for_selector("#locked", state="hidden")
        await _picture(page, "roster" if path == "homes" else path)


async def _does(page: Page, key: str, then: str) -> None:
    await page.wait_for_selector("html[data-ready]")
    await page.keyboard.press(key)
    await page.wait_for_selector(then)


async def _lives(desk: Desk) -> dict[str, str]:
    """Let it be night, and what is the matter happen; give the incidents by household."""
    found: dict[str, str] = {}
    for local, name, address, ago, severity, title, text, more in HOMES:
        desk.world.now = NIGHT - timedelta(seconds=ago)
        told = (Information("zh", title, text),)
        since = cap_time(desk.world.now, UTC)
        found[local] = await desk.hears(
            local, household=local, severity=severity, info=told, onset=since, **more
        )
        async with desk.world.database.begin() as connection:
            values = {"name": name, "address": address, "is_registered": True}
            home = update(households).where(households.c.local == local)
            await connection.execute(home.values(**values))
    desk.world.now = NIGHT
    async with desk.world.database.begin() as connection:
        for area, name in AREAS.items():
            await connection.execute(update(areas).where(areas.c.id == area).values(name=name))
        await connection.execute(update(gateways).values(is_online=True, heard=NIGHT))
        watch = {"name": "watch", "looked": NIGHT + timedelta(hours=1), "found": {}}
        await connection.execute(insert(watchers).values(**watch))
    await _card(desk)
    return found


async def _card(desk: Desk) -> None:
    home = (await desk.world.household("wang")).id
    values = {
        "door_code": "2580#",
        "risk": "high",
        "medical": "糖尿病，右耳听力差。对青霉素过敏。",
        "plan": "先打女儿的电话；十分钟没人接，请邻居开门。",
    }
    who = (
        ("resident", "王桂英", "", "025-8371 2204", False, 1941),
        ("contact", "王芳", "女儿", "138 0000 1234", True, None),
        ("contact", "刘建国", "邻居", "139 0000 5678", True, None),
    )
    things = (("烟感", "厨房"), ("红外", "客厅"), ("门磁", "入户门"), ("手环", ""))
    days = (
        ("2026-11-02", "0100" + "0" * 44),
        ("2026-11-01", "0" * 12 + "110111101100111010110111001110" + "0" * 6),
    )
    async with desk.world.database.begin() as connection:
        await connection.execute(update(households).where(households.c.id == home).values(**values))
        for number, (kind, name, role, phone, has_key, born) in enumerate(who):
            row = {"id": f"p{number}", "household": home, "kind": kind, "name": name, "role": role}
            row |= {"phone": phone, "has_key": has_key, "born": born, "place": number}
            await connection.execute(insert(people).values(**row))
        for number, (name, room) in enumerate(things):
            row = {"id": f"t{number}", "household": home, "kind": "sensor", "name": name}
            row |= {"room": room, "installed": NIGHT, "installed_by": "孙浩"}
            await connection.execute(insert(equipment).values(**row))
        for what in ("summaries", "medical", "door_code"):
            row = {"id": what, "household": home, "what": what, "given": NIGHT}
            await connection.execute(insert(consents).values(**row, given_by="王桂英"))
        said = [
            (home, SummaryData("wang", day, "Asia/Shanghai", bits), NIGHT) for day, bits in days
        ]
        await summaries.keep(connection, said)


async def _picture(page: Page, name: str, *, whole: bool = False) -> None:
    data = await page.screenshot(full_page=whole)
    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(64)
    await asyncio.to_thread(picture.save, OUT / f"district-{name}.png", optimize=True)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    asyncio.run(main())
