"""The desk's pages without a script: forms that act, and nothing lost on the way."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from district import summaries
from district.access import Role
from district.consent import Consent
from district.incidents import Refused, hand_over, note_step, take
from district.live import News, Topic
from district.phases import Act, Phase
from district.schema import accounts as people
from district.schema import (
    audits,
    consents,
    equipment,
    follow_ups,
    gateways,
    households,
    incidents,
    steps,
)
from district.web import stream
from district.web.words import PARTS, WORDS
from edge.model import Outcome, Severity, State
from gateway.wire.uplink.event import SummaryData
from tests.district.browsing import browser
from tests.district.world import World, smoke


async def alarmed(world: World, **more: Any) -> str:
    await world.sends(smoke(**more), "e1")
    return str((await world.incident()).id)


async def presses(client: httpx.AsyncClient, page: str, act: str, **fields: str) -> httpx.Response:
    """Press a button of a page, with what it says that was seen there."""
    shown = await client.get(page)
    seen = re.findall(r'name="seen" value="(\d+)"', shown.text)
    more = {"seen": seen[0]} if act in {"hand-over", "dispatch", "close"} else {}
    return await client.post(f"{page}/{act}", data=more | fields)


async def done(client: httpx.AsyncClient, page: str, act: str, **fields: str) -> None:
    answer = await presses(client, page, act, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, page), answer.text


async def test_the_whole_work_is_done_without_a_script(world: World) -> None:
    page = f"/incidents/{await alarmed(world)}"
    async with browser(world, "lin") as client:
        assert (await client.post(f"{page}/take")).headers["location"] == page
        await done(client, page, "call", whom="王芳", result="none")
        await done(client, page, "dispatch", whom="网格员 老周", phone="13800000000")
        (sent,) = re.findall(r'name="dispatch" value="(\w+)"', (await client.get(page)).text)
        await done(client, page, "on-scene", dispatch=sent)
        await done(client, page, "done", dispatch=sent)
        await done(client, page, "notes", text="邻居也在")
        await done(client, page, "follow-ups", owner="lin", what="换灶具", due="2026-11-05T09:00")
        await done(client, page, "close", outcome="helped", note="汤烧干了")
    acts = [what for what, _ in await world.story()]
    assert acts == [
        *("arrived", "take", "call", "dispatch", "on_scene", "done", "note"),
        *("follow_up", "close"),
    ]
    (later,) = await world.rows(follow_ups)
    # 09:00 by the clock of the desk's area, which is eight hours ahead.
    assert later.due.isoformat() == "2026-11-05T01:00:00+00:00"


async def test_who_acts_on_an_old_picture_is_told_and_keeps_what_they_wrote(world: World) -> None:
    incident = await alarmed(world)
    async with browser(world, "lin") as client:
        await client.post(f"/incidents/{incident}/take")
        old = (await world.rows(steps))[-1].seq
        async with browser(world, "zhao") as colleague:
            await presses(colleague, f"/incidents/{incident}", "notes", text="女儿在路上")
        fields = {"seen": str(old), "outcome": "well", "note": "已电话确认"}
        answer = await client.post(f"/incidents/{incident}/close", data=fields)
        assert answer.status_code == 409
        assert "刚刚有人改动过" in answer.text
        assert "女儿在路上" in answer.text
        assert "已电话确认</textarea>" in answer.text
        assert (await world.incident()).phase == Phase.TAKEN
        await done(client, f"/incidents/{incident}", "close", outcome="well")


async def test_what_the_home_says_hinders_only_closing_and_what_i_did_nothing_but_itself(
    world: World,
) -> None:
    incident = await alarmed(world)
    async with browser(world, "lin") as client:
        path = f"/api/v1/incidents/{incident}"
        await client.post(f"{path}/take", json={})
        seen = (await client.get(path)).json()["story"][-1]["seq"]
        await world.sends(smoke(because={"device": "another"}), "e2", sequence=2)
        for act, body, status in (
            ("close", {"outcome": "well"}, 409),
            ("dispatch", {"whom": "老周"}, 200),
            ("dispatch", {"whom": "小李"}, 409),
            ("notes", {"text": "女儿在路上"}, 200),
            ("hand-over", {"to": "zhao"}, 200),
        ):
            more = {} if act == "notes" else {"seen": seen}
            answer = await client.post(f"{path}/{act}", json=body | more)
            assert answer.status_code == status, (act, body, answer.text)
    assert (await world.incident()).owner == "zhao"


async def test_an_arrival_is_noted_once(world: World) -> None:
    page = f"/incidents/{await alarmed(world)}"
    async with browser(world, "lin") as client:
        await client.post(f"{page}/take")
        await done(client, page, "dispatch", whom="老周")
        (sent,) = re.findall(r'name="dispatch" value="(\w+)"', (await client.get(page)).text)
        await done(client, page, "on-scene", dispatch=sent)
        assert (await presses(client, page, "on-scene", dispatch=sent)).status_code == 409
    assert [what for what, _ in await world.story()].count("on_scene") == 1


async def test_when_the_session_has_ended_nothing_typed_is_lost(world: World) -> None:
    incident = await alarmed(world)
    async with browser(world, "lin") as client:
        page = await client.get(f"/incidents/{incident}")
        assert page.status_code == 200
        world.later(hours=13)
        led = await client.get(f"/incidents/{incident}")
        assert led.headers["location"] == f"/login?next=/incidents/{incident}"
        answer = await client.post(f"/incidents/{incident}/notes", data={"text": "门没有锁"})
        assert answer.status_code == 401
        assert "门没有锁" in answer.text
        assert f'name="next" value="/incidents/{incident}"' in answer.text
    assert [what for what, _ in await world.story()] == ["arrived"]


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil", "/a?b#c"])
async def test_a_login_leads_to_no_other_site(world: World, where: str) -> None:
    async with browser(world) as client:
        assert (await client.get("/login", params={"next": where})).status_code == 422
        assert (await client.post("/login", data={"next": where})).status_code == 422


async def test_a_field_that_makes_no_sense_changes_nothing_and_is_told(world: World) -> None:
    page = f"/incidents/{await alarmed(world)}"
    wrong: tuple[tuple[str, dict[str, str]], ...] = (
        ("close", {"outcome": "whatever"}),
        ("close", {}),
        ("notes", {"text": "   "}),
        ("call", {"whom": "王芳\x1b[2J", "result": "none"}),
        ("follow-ups", {"owner": "lin", "what": "x", "due": "soon"}),
        ("follow-ups", {"owner": "lin", "what": "x", "due": "0001-01-01T00:00"}),
        ("follow-ups", {"owner": "wu", "what": "x", "due": "2026-11-05T09:00"}),
    )
    async with browser(world, "lin") as client:
        for act, fields in wrong:
            answer = await presses(client, page, act, **fields)
            assert answer.status_code == 422, (act, fields, answer.status_code)
        assert (await client.post(f"{page}/nothing")).status_code == 404
    assert [what for what, _ in await world.story()] == ["arrived"]


async def test_it_is_handed_only_to_who_may_act_there(world: World) -> None:
    incident = await alarmed(world)
    async with world.database.begin() as connection:
        viewer = update(people).where(people.c.id == "zhao").values(role=Role.VIEWER)
        await connection.execute(viewer)
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing)
    for nobody in ("zhao", "wu", "nobody"):
        with pytest.raises(Refused):
            async with world.acting("lin", incident, Act.HAND_OVER) as doing:
                await hand_over(doing, nobody)
    async with browser(world, "lin") as client:
        page = (await client.get(f"/incidents/{incident}")).text
    assert "钱敏" in page  # of the area above
    assert "赵磊" not in page and "吴桐" not in page


async def test_the_desk_reads_first_who_waits_then_what_is_mine_then_what_others_have(
    world: World,
) -> None:
    for name, household in (("a1", "wang"), ("a2", "li"), ("a3", "zhou")):
        await world.sends(smoke(name, household=household), f"e-{name}")
    await world.sends(smoke("a4", severity=Severity.FAULT, household="he"), "e-a4")
    async with browser(world, "lin") as mine, browser(world, "zhao") as theirs:
        lines = (await mine.get("/api/v1/incidents")).json()
        for client, home in ((mine, "li"), (theirs, "zhou")):
            (one,) = [each["id"] for each in lines if each["home"] == home]
            await client.post(f"/api/v1/incidents/{one}/take", json={})
        page = (await mine.get("/desk/list")).text
    order = [page.index(f">{name}") for name in ("wang", "li", "zhou", "he")]
    assert order == sorted(order)
    assert re.findall(r'id="group\.(\w+)"', page) == ["nobody", "mine", "others", "rest"]
    assert 'data-emergencies="1" data-urgent="0"' in page


async def test_an_alert_that_waits_says_for_how_many_minutes_and_takes_their_colour(
    world: World,
) -> None:
    await alarmed(world)
    async with browser(world, "lin") as client:
        for minutes, colour in ((0, 0), (1, 1), (4, 4), (70, 5)):
            page = (await client.get("/desk/list")).text
            assert f"waits-{colour}" in page, minutes
            world.now += timedelta(minutes={0: 1, 1: 3, 4: 66}.get(minutes, 0))
    assert "1:10:00" in page


async def test_the_picture_of_the_day_is_shown_by_consent_alone(world: World) -> None:
    incident = await alarmed(world)
    home = (await world.incident()).household
    bits = "0" * 12 + "1" * 6 + "?" * 2 + "0" * 5 + "?" * 23
    async with world.database.begin() as connection:
        day = SummaryData("wang", "2026-11-02", "Asia/Shanghai", bits)
        await summaries.keep(connection, [(home, day, world.now)])
    async with browser(world, "lin") as client:
        page = (await client.get(f"/incidents/{incident}")).text
        assert "没有同意给出：活动情况" in page and "<rect" not in page
        assert (await client.get(f"/api/v1/incidents/{incident}")).json()["days"] == []
        async with world.database.begin() as connection:
            row = {"id": "c1", "household": home, "what": "summaries", "given": world.now}
            await connection.execute(insert(consents).values(**row, given_by="王芳"))
        page = (await client.get(f"/incidents/{incident}")).text
        assert "今天：6 个半小时有活动，最近一次在 8:30 前后 · 2 个半小时看不到" in page
        assert page.count("<rect") == 9  # one lies over what is to come
        # What could not be seen is not called quiet, and what is to come is neither.
        async with world.database.begin() as connection:
            day = SummaryData("wang", "2026-11-02", "Asia/Shanghai", "?" * 48)
            await summaries.keep(connection, [(home, day, world.now)])
        page = (await client.get(f"/incidents/{incident}")).text
        assert "今天：看不到（不等于没事）</figcaption>" in page


async def test_the_card_has_what_somebody_needs_who_goes_there(world: World) -> None:
    incident = await alarmed(world)
    home = (await world.incident()).household
    values = {
        "address": "雨花里 3 幢 201",
        "door_code": "2580#",
        "medical": "糖尿病",
        "risk": "high",
    }
    async with world.database.begin() as connection:
        await connection.execute(update(households).where(households.c.id == home).values(**values))
        thing = {"id": "t1", "household": home, "kind": "smoke", "name": "厨房烟感", "room": "厨房"}
        made = insert(equipment).values(**thing, installed=world.now, installed_by="孙浩")
        await connection.execute(made)
    async with browser(world, "lin") as client:
        page = (await client.get(f"/incidents/{incident}")).text
    for each in (*list(values.values())[:3], "高风险", "厨房烟感", "王家厨房有烟"):
        assert each in page, each


async def test_the_silence_of_an_area_is_one_line_with_those_at_greatest_risk_first(
    world: World,
) -> None:
    row = {"id": "o1", "place": "ninghai", "area": "ninghai", "gateway": "", "alert": "o1"}
    row |= {"rule": "silent_gateways", "severity": "urgent", "rank": 1, "status": "Actual"}
    row |= {"told": {"zh": ["2 个网关失联", "看不到"]}, "home_state": "raised", "phase": "open"}
    times = {"opened": world.now, "arrived": world.now}
    async with world.database.begin() as connection:
        await connection.execute(insert(incidents).values(**row, **times, because={}))
        await note_step(connection, "o1", Act.ARRIVED, "shouhu", at=world.now)
        for name, risk in (("g3", "ordinary"), ("g4", "high")):
            gateway = {"id": name, "area": "ninghai", "outage": "o1", "is_registered": True}
            await connection.execute(insert(gateways).values(**gateway))
            home = {"id": name, "gateway": name, "local": "x", "area": "ninghai", "risk": risk}
            await connection.execute(insert(households).values(**home, name=f"家-{name}"))
    async with browser(world, "lin") as client:
        assert (await client.get("/")).text.count("<li id=") == 1
        page = (await client.get("/incidents/o1")).text
    assert page.index("家-g4") < page.index("家-g3")
    assert "高风险" in page


async def test_what_is_still_to_be_done_stands_in_a_list_until_it_is_done(world: World) -> None:
    incident = await alarmed(world)
    page = f"/incidents/{incident}"
    async with browser(world, "lin") as client:
        for what, due in (("换电池", "2026-11-09T09:00"), ("回访", "2026-11-03T09:00")):
            await done(client, page, "follow-ups", owner="zhao", what=what, due=due)
        await client.post(f"{page}/take")
        await done(client, page, "close", outcome="well")
    world.later(hours=25)
    async with browser(world, "lin") as client:
        shown = (await client.get("/follow-ups")).text
        assert shown.index("回访") < shown.index("换电池")
        assert shown.count(">已过期") == 1
        name = re.findall(r'name="follow_up" value="(\w+)"', shown)[0]
        fields = {"follow_up": name, "list": "1"}
        answer = await client.post(f"{page}/followed", data=fields)
        assert answer.headers["location"] == "/follow-ups"
        shown = (await client.get("/follow-ups")).text
        assert "回访" not in shown and "换电池" in shown
    async with browser(world, "wu") as elsewhere:
        assert "换电池" not in (await elsewhere.get("/follow-ups")).text


async def test_a_card_that_stays_open_is_noted_once_in_a_while(world: World) -> None:
    incident = await alarmed(world)
    async with browser(world, "lin") as client:
        await client.get(f"/incidents/{incident}")
        for _ in range(3):
            await client.get(f"/desk/incidents/{incident}")
        assert len(await world.rows(audits)) == 1
        world.later(minutes=16)
        await client.get(f"/desk/incidents/{incident}")
        assert len(await world.rows(audits)) == 2


async def test_who_may_see_figures_only_is_led_there_and_sees_no_name(world: World) -> None:
    incident = await alarmed(world)
    async with world.database.begin() as connection:
        await connection.execute(
            update(people).where(people.c.id == "lin").values(role=Role.VIEWER)
        )
    async with browser(world, "lin") as client:
        answer = await client.get("/")
        assert "王" not in answer.text and answer.status_code in {303, 403}
        for path in (f"/incidents/{incident}", "/follow-ups", "/desk/list"):
            assert (await client.get(path)).status_code == 403
        assert (await client.post(f"/incidents/{incident}/take")).status_code == 403


async def test_a_person_is_told_in_their_words_where_there_is_no_page_and_a_program_in_its(
    world: World,
) -> None:
    async with browser(world, "lin") as client:
        page = await client.get("/incidents/none", headers={"Accept": "text/html,*/*"})
        assert (page.status_code, "没有这一页" in page.text) == (404, True)
        told = await client.get("/api/v1/incidents/none", headers={"Accept": "text/html,*/*"})
        assert (told.status_code, told.json()["status"]) == (404, 404)


# -- news


async def test_news_of_elsewhere_wake_no_desk_here(world: World) -> None:
    news: asyncio.Queue[News] = asyncio.Queue()
    async with browser(world):
        district = type("Here", (), {"database": world.database})()
        mine = await stream._mine(district, world.who["lin"])
        city = await stream._mine(district, world.who["sun"])
    assert (mine, len(city)) == (frozenset({"ninghai"}), 4)
    for each in (
        News(Topic.INCIDENT, "i1", "xuanwu"),
        News(Topic.INCIDENT, "i2", "ninghai"),
        News(Topic.ORDER, "g1", "ninghai"),
        News(Topic.INCIDENT, "i2", "ninghai"),
    ):
        news.put_nowait(each)
    assert await stream._changed(news, mine, 1) == ["i2"]
    news.put_nowait(News(Topic.INCIDENT, "i1", "xuanwu"))
    assert await stream._changed(news, mine, 1) is None
    news.put_nowait(News(Topic.AGAIN, "", ""))
    assert await stream._changed(news, mine, 1) == []


# -- words


def test_everything_that_a_desk_shows_has_its_words_once_and_in_both_languages() -> None:
    parts = {"act": Act, "outcome": Outcome, "state": State, "lacks": Consent, "severity": Severity}
    wanted = [f"{name}.{each}" for name, found in parts.items() for each in found]
    wanted += [f"refused.is_{phase}" for phase in Phase]
    assert [key for key in wanted if key not in WORDS] == []
    assert [key for key, (zh, en) in WORDS.items() if not zh or not en] == []
    assert sum(len(part) for part in PARTS) == len(WORDS)
