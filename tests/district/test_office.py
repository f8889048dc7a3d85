"""The office's pages: whoever may see them sees them, in both languages, and nobody else does."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import update

from district.access import RIGHTS, Right, Role
from district.schema import accounts
from tests.district.browsing import browser
from tests.district.test_roster import HOMES, WANG, added
from tests.district.world import World, smoke

# What of it depends on the database has tests of its own, in both.
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

PAGES = {
    "/homes": Right.RECORDS,
    "/homes?sort=unknown&text=王&risk=high&area=ninghai": Right.RECORDS,
    "/homes/new": Right.ROSTER,
    "/homes/sheet": Right.ROSTER,
    "/homes/{home}": Right.RECORDS,
    "/homes/{home}/label": Right.ROSTER,
    "/visits": Right.RECORDS,
    "/visits.csv": Right.RECORDS,
    "/things": Right.RECORDS,
    "/things?standing=to_fetch": Right.RECORDS,
    "/things.csv": Right.RECORDS,
    "/audits": Right.AUDITS,
    "/accounts": Right.ACCOUNTS,
    "/accounts/zhao": Right.ACCOUNTS,
    "/areas": Right.ACCOUNTS,
    "/gateways": Right.ACCOUNTS,
    "/figures": Right.FIGURES,
    "/figures?month=2026-10": Right.FIGURES,
    "/me": None,
}
PEOPLE = (
    *((Role.DUTY, "zh"), (Role.VIEWER, "en"), (Role.SUPERVISOR, "en"), (Role.ADMIN, "zh")),
    *((Role.SUPERVISOR, "zh"), (Role.ADMIN, "en")),
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


async def whole(world: World) -> str:
    """Make a home with everything in it, and one that nobody has registered; give the first."""
    async with browser(world, "qian") as client:
        home = await added(client, medical="听力不好", plan="先打女儿", care_a_month=1, risk="high")
        path = f"{HOMES}/{home}"
        for person in (
            {"kind": "resident", "name": "王桂兰", "born": 1941},
            {"kind": "contact", "name": "王芳", "role": "女儿", "phone": "13800000001"},
        ):
            await client.post(f"{path}/people", json=person)
        thing = {"kind": "烟感", "name": "厨房烟感", "serial": "A7-1", "room": "厨房"}
        await client.post(f"{path}/equipment", json=thing)
        await client.post(f"{path}/consents", json={"what": "medical", "by": "王桂兰"})
        await client.post(f"{path}/visits", json={"sort": "call", "note": "很好", "minutes": 5})
        await client.post(HOMES, json=WANG | {"local": "li", "name": "李家"})
    await world.sends(smoke(household="chen"), "e1")
    world.later(days=31)
    return home


async def becomes(world: World, **values: Any) -> None:
    async with world.database.begin() as connection:
        await connection.execute(update(accounts).where(accounts.c.id == "lin").values(**values))


async def test_each_page_is_for_those_with_its_right_in_both_languages(world: World) -> None:
    home = await whole(world)
    for role, language in PEOPLE:
        await becomes(world, role=role, language=language)
        async with browser(world, "lin") as client:
            for path, right in PAGES.items():
                answer = await client.get(path.replace("{home}", home))
                allowed = right is None or right in RIGHTS[role]
                wanted = 200 if allowed else 403
                assert answer.status_code == wanted, (role, path, answer.text[-500:])


async def test_a_page_leads_to_the_login_and_back(world: World) -> None:
    async with browser(world) as client:
        for path in ("/homes", "/me", "/figures"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


@pytest.mark.parametrize("path", ["/homes/h1?code=ABC-2", "/homes?text=%E7%8E%8B&sort=ended"])
async def test_who_scans_a_label_or_follows_a_link_gets_there_after_the_login(
    world: World, path: str
) -> None:
    async with browser(world) as client:
        way = (await client.get(path)).headers["location"]
        page = await client.get(way)
    assert page.status_code == 200
    assert f'name="next" value="{html.escape(path)}"' in page.text


async def test_what_was_typed_is_not_lost_with_the_session(world: World) -> None:
    home = await whole(world)
    async with browser(world, "qian") as client:
        world.later(hours=3)
        form = {"version": "1", "plan": "每天上午打一次电话", "name": "王家"}
        headers = {"Referer": f"http://desk/homes/{home}"}
        answer = await client.post(f"/homes/{home}/change", data=form, headers=headers)
    assert answer.status_code == 401
    assert "每天上午打一次电话" in answer.text
    assert f'value="/homes/{home}"' in answer.text


async def test_a_carer_s_note_is_not_lost_with_the_session(world: World) -> None:
    home = await whole(world)
    async with browser(world, "lin") as client:
        world.later(hours=3)
        headers = {"Referer": f"http://desk/homes/{home}"}
        form = {"sort": "care", "note": "血压 150/90，已告知女儿", "code": "ABCD"}
        answer = await client.post(
            f"/homes/{home}/visits",
            data=form,
            files={"photo": ("p.jpg", b"\xff" * 5000, "image/jpeg")},
            headers=headers,
        )
        broken = await client.post(
            f"/homes/{home}/visits",
            content=b"--x",
            headers=headers | {"Content-Type": "multipart/form-data"},
        )
    assert answer.status_code == 401
    assert "血压 150/90，已告知女儿" in answer.text and "ABCD" not in answer.text
    assert f'value="/homes/{home}"' in answer.text
    assert (broken.status_code, "登录已过期" in broken.text) == (401, True)


async def test_the_login_speaks_the_browser_s_language_or_the_one_that_is_chosen(
    world: World,
) -> None:
    async with browser(world) as client:
        for accepted, chosen, word in (
            ("en-GB,en;q=0.9", "", "Log in"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "", "登录"),
            ("de", "", "登录"),
            ("en", "?lang=zh", "登录"),
        ):
            page = await client.get(f"/login{chosen}", headers={"Accept-Language": accepted})
            assert f">{word}</button>" in page.text


async def test_each_page_of_the_office_says_that_an_emergency_waits(world: World) -> None:
    home = await whole(world)
    for login, sees in (("qian", True), ("sun", False)):
        if not sees:
            async with world.database.begin() as connection:
                change = update(accounts).where(accounts.c.id == login)
                await connection.execute(change.values(role=Role.ADMIN))
        async with browser(world, login) as client:
            for path in (*PAGES, "/duty", "/duty/ninghai"):
                answer = await client.get(path.replace("{home}", home))
                if ".csv" in path or answer.status_code != 200:
                    continue
                assert ("紧急 1 · 1 件无人接手" in answer.text) is sees, path
                assert ("/static/alarm.js" in answer.text) is sees, path


async def test_another_site_changes_nothing_over_a_form(world: World) -> None:
    home = await whole(world)
    async with browser(world, "qian") as client:
        for path in (f"/homes/{home}/end", "/homes/new", f"/homes/{home}/visits", "/homes/sheet"):
            answer = await client.post(path, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 403
    assert (await world.household("wang")).ended is None


async def test_a_home_is_registered_from_what_its_gateway_says_of_it(world: World) -> None:
    await world.sends(smoke(), "e1")
    home = (await world.household("wang")).id
    async with browser(world, "qian") as client:
        assert "还没有登记" in (await client.get(f"/homes/{home}")).text
        assert 'value="wang"' in (await client.get(f"/homes/new?of={home}")).text
        form = {"gateway": "g1", "local": "wang", "area": "ninghai", "name": "王家"}
        answer = await client.post("/homes/new", data=form)
        assert answer.headers["location"] == f"/homes/{home}?said=registered"
        again = await client.post("/homes/new", data=form)
        assert again.status_code == 409
        assert "已经登记过" in again.text


async def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(world: World) -> None:
    home = await whole(world)
    async with browser(world, "qian") as client:
        path = f"/homes/{home}/person"
        form = {"kind": "contact", "name": "赵六", "phone": "打给儿子", "born": "很老"}
        answer = await client.post(path, data=form)
        assert answer.status_code == 422
        for said in ("电话：含有不能用的字符", "出生年份：不是数字", 'value="赵六"'):
            assert said in answer.text
        stale = {"version": "99", "name": "王家", "plan": "新的"}
        answer = await client.post(f"/homes/{home}/change", data=stale)
        assert answer.status_code == 409
        assert "别人刚刚改过" in answer.text
        assert "新的" in answer.text


async def test_everything_of_a_home_is_done_by_forms(world: World) -> None:
    home = await whole(world)
    path = f"/homes/{home}"
    async with browser(world, "qian") as client:
        record = (await client.get(f"{HOMES}/{home}")).json()
        person, thing = record["people"][1]["id"], record["equipment"][0]["id"]
        version = str(record["household"]["version"])
        for act, form in (
            ("change", {"version": version, "name": "王桂兰家", "address": "", "risk": "raised"}),
            ("person-change", {"id": person, "kind": "contact", "name": "王芳芳"}),
            ("accept", {"id": thing, "by": "王芳"}),
            ("consent", {"what": "summaries", "by": "王桂兰"}),
            ("withdraw", {"what": "medical", "by": "王桂兰"}),
            ("install", {"kind": "门磁", "name": "大门", "installed": "2026-11-20"}),
            ("visits", {"sort": "visit", "at": "2026-11-30T09:30", "minutes": ""}),
            ("person-remove", {"id": record["people"][0]["id"]}),
            ("end", {"reason": "care_home"}),
            ("return", {"id": thing, "reason": "入住养老院"}),
        ):
            answer = await client.post(f"{path}/{act}", data=form)
            assert answer.status_code == 303, (act, answer.text[-3000:])
            assert (await client.get(answer.headers["location"])).status_code == 200
        kept = (await client.get(f"{HOMES}/{home}")).json()
    assert [each["name"] for each in kept["people"]] == ["王芳芳"]
    assert kept["household"]["address"] == kept["household"]["medical"] == ""
    assert kept["visits"][0]["at"] == "2026-11-30T01:30:00Z"
    assert kept["equipment"][0]["return_reason"] == "入住养老院"


async def test_a_record_is_erased_only_by_who_types_its_name(world: World) -> None:
    home = await whole(world)
    async with browser(world, "qian") as client:
        await client.post(f"/homes/{home}/end", data={"reason": "died"})
        answer = await client.post(f"/homes/{home}/erase", data={"name": "李家"})
        assert answer.status_code == 422
        answer = await client.post(f"/homes/{home}/erase", data={"name": "王桂兰家"})
        assert answer.status_code == 303
        assert "资料已删除" in (await client.get(f"/homes/{home}")).text


async def test_a_long_roster_is_read_page_by_page(world: World) -> None:
    lines = "".join(f"h{n},ninghai,第{n:03}户\n" for n in range(150))
    async with browser(world, "qian") as client:
        sheet = "住户编号,区域,姓名\n" + lines
        await client.post(f"{HOMES}/sheet.csv", content=sheet.encode())
        first = (await client.get("/homes")).text
        assert "第 1 到 100 户，共 150 户" in first
        (link,) = re.findall(r'rel="next" href="([^"]+)"', first)
        second = (await client.get(link.replace("&amp;", "&"))).text
        assert "第149户" in second
        found = (await client.get("/homes?text=第077")).text
        assert "第077户" in found and "第078户" not in found
