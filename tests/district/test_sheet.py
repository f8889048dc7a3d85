"""The roster as a sheet: as spreadsheets save it, seen before it comes in, whole or not at all."""

import re

import httpx
import pytest

from district.schema import audits, households, people
from tests.district.browsing import browser
from tests.district.test_roster import HOMES
from tests.district.world import World

HEADERS = {"Content-Type": "text/csv"}
SHEET = """网关,住户编号,区域,姓名,地址,风险等级,每月走访
g1,wang,ninghai,王桂兰家,3 幢 201,高,4
,li,ninghai,李家,=cmd|' /C calc'!A0,一般,
"""
WITH_PEOPLE = """\
住户编号,区域,住户,老人姓名,出生年份,老人电话,\
联系人1,联系人1关系,联系人1电话,联系人1有钥匙
wang,ninghai,王家,王桂兰,1941,025-8888,王芳,女儿,+86 138 0000 0001,是
"""


async def sent(client: httpx.AsyncClient, sheet: str | bytes, **params: str) -> httpx.Response:
    content = sheet if isinstance(sheet, bytes) else sheet.encode()
    return await client.post(f"{HOMES}/sheet.csv", content=content, headers=HEADERS, params=params)


async def test_a_sheet_comes_in_and_goes_out_again(world: World) -> None:
    async with browser(world, "qian") as client:
        answer = await sent(client, SHEET)
        assert answer.json() == {"added": 2, "joined": 0, "changed": 0, "same": 0}, answer.text
        out = await client.get(f"{HOMES}/sheet.csv")
        lines = sorted(out.content.decode("utf-8-sig").splitlines())
        assert lines[0].startswith(",li,ninghai,李家,'=cmd|")
        assert lines[1].startswith("g1,wang,ninghai,王桂兰家,3 幢 201,,high,4,0,,")
        again = await sent(client, out.content)
        assert again.json() == {"added": 0, "joined": 0, "changed": 0, "same": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
async def test_a_sheet_is_read_as_excel_saves_it(world: World, encoding: str) -> None:
    sheet = SHEET.replace("\n", "\r\n")
    content = sheet.replace(",", "\t") if encoding == "utf-16" else sheet
    async with browser(world, "qian") as client:
        answer = await sent(client, content.encode(encoding))
        assert answer.json()["added"] == 2, answer.text
    assert {row.name for row in await world.rows(households)} == {"王桂兰家", "李家"}


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"\xff\xff\xff", b"", b"\n\n", b'"'])
async def test_what_is_no_sheet_is_refused_with_its_fault(world: World, content: bytes) -> None:
    async with browser(world, "qian") as client:
        answer = await sent(client, content)
        assert answer.status_code == 422
        page = await client.post("/homes/sheet", files={"file": ("x.csv", content)})
        assert page.status_code == 422
    assert await world.rows(households) == []


async def test_a_sheet_with_a_fault_does_not_come_in_and_says_every_fault(world: World) -> None:
    bad = SHEET + "g1,,ninghai,,x,很高,often\ng2,chen,xuanwu,陈家,x,一般,1\n"
    async with browser(world, "qian") as client:
        answer = await sent(client, bad)
        assert answer.status_code == 422
        assert [each["where"] for each in answer.json()["errors"]] == [
            "4 local",
            "4 name",
            "4 visits_a_month",
            "4 risk",
            "5 area",
            "5 gateway",
        ]
        only_foreign = SHEET + "g2,chen,xuanwu,陈家,x,一般,1\n"
        answer = await sent(client, only_foreign)
        assert [each["where"] for each in answer.json()["errors"]] == ["4 area", "4 gateway"]
        twice = SHEET + "g1,wang,ninghai,王家,x,一般,1\n"
        answer = await sent(client, twice)
        assert [each["where"] for each in answer.json()["errors"]] == ["4 local"]
        assert (await client.get(HOMES)).json() == []


async def test_a_control_character_does_not_come_in(world: World) -> None:
    async with browser(world, "qian") as client:
        answer = await sent(client, SHEET.replace("李家", "李\x1b[31m家"))
        assert answer.status_code == 422


async def test_a_foreign_home_is_neither_changed_nor_looked_up_by_a_sheet(world: World) -> None:
    async with browser(world, "sun") as client:
        foreign = "网关,住户编号,区域,姓名\ng1,wang,xuanwu,陈家\n"
        assert (await sent(client, foreign)).json()["added"] == 1
    for name in ("陈家", "别名"):
        async with browser(world, "qian") as client:
            answer = await sent(client, f"网关,住户编号,区域,姓名\ng1,wang,ninghai,{name}\n")
            assert answer.status_code == 422
    (kept,) = await world.rows(households)
    assert (kept.name, kept.area) == ("陈家", "xuanwu")


async def test_a_sheet_brings_homes_up_to_date_and_an_empty_cell_says_nothing(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        await sent(client, SHEET)
        later = SHEET.replace("3 幢 201,高", ",较高")
        assert (await sent(client, later, only_plan="true")).json()["changed"] == 1
        assert (await world.household("wang")).risk == "high"
        told = {"added": 0, "joined": 0, "changed": 1, "same": 1}
        assert (await sent(client, later)).json() == told
    kept = await world.household("wang")
    assert (kept.risk, kept.address) == ("raised", "3 幢 201")


async def test_people_come_in_with_their_home_and_stay_where_a_sheet_does_not_name_them(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        await sent(client, WITH_PEOPLE)
        bare = WITH_PEOPLE.replace("1941,025-8888", ",").replace("王芳,女儿", "赵六,邻居")
        assert (await sent(client, bare)).json()["changed"] == 1
        assert (await sent(client, bare)).json()["same"] == 1
        nobody = "住户编号,区域,住户\nwang,ninghai,王家\n"
        assert (await sent(client, nobody)).json()["same"] == 1
    kept = [(row.kind, row.name, row.born, row.has_key) for row in await world.rows(people)]
    assert sorted(kept) == [("contact", "赵六", None, True), ("resident", "王桂兰", 1941, False)]


async def test_a_sheet_is_seen_before_it_comes_in(world: World) -> None:
    async with browser(world, "qian") as client:
        page = await client.post("/homes/sheet", files={"file": ("x.csv", SHEET.encode("gbk"))})
        assert "户新登记" in page.text
        assert await world.rows(households) == []
        (digest,) = re.findall(r'name="digest" value="(\w+)"', page.text)
        fields = {"digest": (None, digest), "sheet": (None, SHEET)}
        done = await client.post("/homes/sheet", files=fields)
        assert done.status_code == 303
        assert len(await world.rows(households)) == 2


async def test_what_was_not_seen_does_not_come_in(world: World) -> None:
    async with browser(world, "qian") as client:
        await sent(client, SHEET)
        later = SHEET.replace("3 幢 201", "5 幢 502")
        page = await client.post("/homes/sheet", files={"file": ("x.csv", later.encode())})
        (digest,) = re.findall(r'name="digest" value="(\w+)"', page.text)
        home = (await world.household("wang")).id
        body = {"version": 1, "address": "7 幢 101"}
        assert (await client.patch(f"{HOMES}/{home}", json=body)).is_success
        fields = {"digest": (None, digest), "sheet": (None, later)}
        done = await client.post("/homes/sheet", files=fields)
        assert done.status_code == 409
        assert "别人刚刚改过" in done.text
    assert (await world.household("wang")).address == "7 幢 101"


async def test_whose_people_somebody_has_changed_meanwhile_is_not_overwritten(world: World) -> None:
    async with browser(world, "qian") as client:
        await sent(client, WITH_PEOPLE)
        other = WITH_PEOPLE.replace("王芳,女儿", "赵六,邻居")
        page = await client.post("/homes/sheet", files={"file": ("x.csv", other.encode())})
        (digest,) = re.findall(r'name="digest" value="(\w+)"', page.text)
        home = (await world.household("wang")).id
        contact = next(row.id for row in await world.rows(people) if row.name == "王芳")
        where = f"{HOMES}/{home}/people/{contact}"
        person = {"kind": "contact", "name": "王芳", "phone": "138 0000 0009"}
        assert (await client.put(where, json=person)).is_success
        fields = {"digest": (None, digest), "sheet": (None, other)}
        assert (await client.post("/homes/sheet", files=fields)).status_code == 409
        assert (await client.delete(where)).is_success
    assert (await world.household("wang")).version == 3


async def test_who_takes_the_roster_away_is_noted(world: World) -> None:
    async with browser(world, "qian") as client:
        assert (await client.get("/homes/sheet.csv?empty=true")).content.startswith(
            b"\xef\xbb\xbf\xe7\xbd\x91\xe5\x85\xb3,"
        )
        await client.get("/homes/sheet.csv")
    assert [(row.who, row.what) for row in await world.rows(audits)] == [
        ("钱敏", "roster exported")
    ]
