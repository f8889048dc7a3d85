"""Lists that are longer than a page: what is shown says of how many, and the rest is reached."""

import html
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import insert, update

from district import ledger, views, visits
from district.phases import Phase
from district.schema import equipment, follow_ups, gateways, households, incidents
from district.schema import visits as noted
from tests.district.browsing import browser
from tests.district.test_roster import added
from tests.district.world import World, smoke

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


async def crowd(world: World, count: int) -> None:
    """Let so many incidents be open, one after the other."""
    await world.sends(smoke(), "e1")
    first = (await world.incident())._asdict()
    rows = [
        first | {"id": f"i{n:04}", "alert": f"x{n}", "opened": world.now + timedelta(seconds=n)}
        for n in range(1, count)
    ]
    async with world.database.begin() as connection:
        await connection.execute(insert(incidents), rows)


async def following(client: httpx.AsyncClient, path: str, label: str = "") -> list[str]:
    """Give a page and all that follow it, by their links."""
    found = []
    while path:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text[-2000:]
        found.append(answer.text)
        named = rf'aria-label="{label}">' if label else ""
        following = re.search(rf'{named}[^\n]*rel="next" href="([^"]+)"', answer.text)
        path = html.unescape(following[1]) if following else ""
    return found


def names(pages: list[str], pattern: str) -> set[str]:
    return {each for page in pages for each in re.findall(pattern, page)}


async def test_a_desk_with_more_than_a_page_says_of_how_many_and_shows_them_all(
    world: World,
) -> None:
    await crowd(world, views.MOST + 2)
    async with browser(world, "lin") as client:
        pages = await following(client, "/")
        listed = (await client.get("/api/v1/incidents")).json()
        rest = (await client.get("/api/v1/incidents", params={"first": len(listed)})).json()
        gone = (await client.get("/?first=9000")).text
    assert "待处理 <b>502</b>" in pages[0] and "第 1 到 500 条，共 502 条" in pages[0]
    assert 'data-from="/desk/list?first=500"' in pages[1]
    assert len(names(pages, r'<li id="i-([^"]+)"')) == views.MOST + 2
    assert len({each["id"] for each in listed + rest}) == views.MOST + 2
    assert "第 1 到 500 条" in gone


async def test_what_somebody_has_themselves_stands_on_their_first_page(world: World) -> None:
    await crowd(world, views.MOST + 2)
    values = {"phase": Phase.TAKEN, "owner": "lin", "until": world.now + timedelta(hours=1)}
    async with world.database.begin() as connection:
        mine = update(incidents).where(incidents.c.id == "i0501")
        await connection.execute(mine.values(**values))
    async with browser(world, "lin") as client:
        assert 'id="i-i0501"' in (await client.get("/")).text


async def test_a_silence_of_many_homes_says_how_many_and_lists_those_at_greatest_risk(
    world: World,
) -> None:
    await world.sends(smoke(), "e1")
    outage, count = (await world.incident()).id, views.MOST + 2
    boxes = [{"id": f"b{n}", "area": "ninghai", "outage": outage} for n in range(count)]
    homes = [
        {"id": f"b{n}", "gateway": f"b{n}", "local": "x", "area": "ninghai", "risk": "ordinary"}
        for n in range(count - 1)
    ]
    homes.append(homes[0] | {"id": "last", "gateway": f"b{count - 1}", "risk": "high"})
    async with world.database.begin() as connection:
        await connection.execute(insert(gateways), boxes)
        await connection.execute(insert(households), homes)
    async with browser(world, "lin") as client:
        page = (await client.get(f"/incidents/{outage}")).text
    assert "失联的家 <b>502</b>" in page and "列出风险最高的 500 户。" in page
    assert f"<b>b{count - 1}</b>" in page


async def test_everything_that_is_still_to_be_done_is_reached(world: World) -> None:
    await world.sends(smoke(), "e1")
    about = {"incident": (await world.incident()).id, "owner": "lin", "what": "换电池"}
    rows = [{**about, "id": f"t{n}", "due": world.now} for n in range(views.MOST + 1)]
    async with world.database.begin() as connection:
        await connection.execute(insert(follow_ups), rows)
    async with browser(world, "lin") as client:
        pages = await following(client, "/follow-ups")
    assert f"<b>{len(rows)}</b>" in pages[0]
    assert len(names(pages, r'<li id="f-([^"]+)"')) == len(rows)


async def test_all_visits_of_a_month_and_all_homes_that_lack_one_are_reached(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        row = {"household": home, "sort": "visit", "at": world.now, "by": "钱敏", "proof": {}}
        rows = [{**row, "id": f"v{n}", "note": f"第{n:03}次"} for n in range(visits.AT_ONCE + 3)]
        async with world.database.begin() as connection:
            await connection.execute(insert(noted), rows)
        pages = await following(client, "/visits?month=2026-11", "走访")
        sheet = (await client.get("/visits.csv?month=2026-11")).text
        rest = (await client.get("/api/v1/visits", params={"first": 200})).json()
        record = (await client.get(f"/homes/{home}")).text
    assert f'<span class="count">{len(rows)}</span>' in pages[0]
    assert len(names(pages, r"第\d\d\d次")) == len(rows)
    assert (len(set(re.findall(r"第\d\d\d次", sheet))), len(rest)) == (len(rows), 3)
    assert "更早的 183 次" in record and len(names([record], r"第\d\d\d次")) == len(rows)


async def test_homes_that_nobody_has_seen_are_all_reached(world: World) -> None:
    lines = "".join(f"h{n},ninghai,第{n:03}户\n" for n in range(visits.AT_ONCE + 1))
    async with browser(world, "qian") as client:
        sheet = "住户编号,区域,姓名\n" + lines
        await client.post("/api/v1/households/sheet.csv", content=sheet.encode())
        world.later(days=31)
    async with browser(world, "qian") as client:
        pages = await following(client, "/visits", "该走访还没走访的")
    assert len(names(pages, r"第\d\d\d户")) == visits.AT_ONCE + 1


async def test_the_whole_ledger_of_things_is_reached(world: World) -> None:
    async with browser(world, "qian") as client:
        thing = {"household": await added(client), "kind": "烟感", "installed_by": "孙浩"}
        count = ledger.AT_ONCE + 1
        rows = [{**thing, "id": f"t{n}", "name": f"烟感{n:03}号"} for n in range(count)]
        async with world.database.begin() as connection:
            await connection.execute(insert(equipment).values(installed=world.now), rows)
        pages = await following(client, "/things")
        rest = (await client.get("/api/v1/equipment", params={"first": 200})).json()
    assert f'<span class="count">{count}</span>' in pages[0]
    assert (len(names(pages, r"烟感\d\d\d号")), len(rest)) == (count, 1)
