"""The roster came first, the box weeks later: a registered home takes it, and all that it told."""

from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from district import summaries
from district.incidents import take
from district.phases import Act, Phase
from district.schema import (
    audits,
    consents,
    events,
    gateways,
    households,
    incidents,
    metadata,
)
from district.schema import summaries as days
from edge.model import Rule, State
from gateway.wire.uplink.event import AlertData, Information, SummaryData
from tests.district.browsing import browser
from tests.district.test_roster import HOMES, added, withdrawn
from tests.district.test_sheet import sent
from tests.district.world import World, smoke

BOX = {"gateway": "g1", "local": "wang"}


async def waiting(client: httpx.AsyncClient, **more: Any) -> str:
    """Register a home that has no gateway yet."""
    return await added(client, gateway=None, local="3-201", **more)


async def given(client: httpx.AsyncClient, home: str, **more: Any) -> httpx.Response:
    return await client.post(f"{HOMES}/{home}/gateway", json=BOX | more)


async def heard(world: World, local: str = "wang") -> str:
    return str((await world.household(local)).id)


# -- what goes over


async def test_a_home_that_was_registered_before_its_box_takes_it_and_all_that_it_told(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        incident = (await world.incident()).id
        before = await heard(world)
        answer = await given(client, home)
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"version": 2, "former": before}
        assert (await client.get(f"{HOMES}/{before}")).status_code == 404
        card = (await client.get(f"/api/v1/incidents/{incident}")).json()
    assert (card["line"]["home"], card["line"]["address"]) == ("王桂兰家", "3 幢 201")
    (only,) = await world.rows(households)
    assert (only.id, only.gateway, only.local) == (home, "g1", "wang")
    assert {row.household for row in await world.rows(events)} == {home}


async def test_the_next_word_on_an_open_alert_goes_to_the_incident_that_is_open(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        await given(client, home)
    await world.sends(smoke(state=State.RESOLVED), "e2", sequence=2)
    incident = await world.incident()
    assert (incident.household, incident.home_state) == (home, "resolved")


async def test_nothing_that_refers_to_a_home_is_left_behind(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await client.post(f"{HOMES}/{home}/people", json={"kind": "resident", "name": "王桂兰"})
        await world.sends(smoke(), "e1")
        unknown = await heard(world)
        other = f"{HOMES}/{unknown}"
        for person in ("王芳", "王强"):
            body = {"kind": "contact", "name": person, "phone": "138"}
            await client.post(f"{other}/people", json=body)
        await client.post(f"{other}/equipment", json={"kind": "烟感", "name": "厨房烟感"})
        await client.post(f"{other}/visits", json={"sort": "call"})
        await client.post(f"{other}/consents", json={"what": "summaries", "by": "王桂兰"})
        async with world.database.begin() as connection:
            line = SummaryData("wang", "2026-11-01", "Asia/Shanghai", "01?" * 16)
            await summaries.keep(connection, [(unknown, line, world.now)])
        assert (await given(client, home)).is_success
        record = (await client.get(f"{HOMES}/{home}")).json()
    assert [each["name"] for each in record["people"]] == ["王桂兰", "王芳", "王强"]
    assert len(record["equipment"]) == len(record["visits"]) == len(record["consents"]) == 1
    for table in metadata.sorted_tables:
        if any(key.column.table is households for key in table.foreign_keys):
            assert {row.household for row in await world.rows(table)} == {home}, table.name


async def test_of_a_day_that_both_have_the_later_line_is_kept(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        other = await heard(world)
        for day, first, second in (("2026-11-01", home, other), ("2026-11-02", other, home)):
            for whose, active in ((first, "0" * 48), (second, "1" * 48)):
                line = SummaryData("wang", day, "Asia/Shanghai", active)
                async with world.database.begin() as connection:
                    await summaries.keep(connection, [(whose, line, world.later(minutes=1))])
        assert (await given(client, home)).is_success
    assert [(row.household, row.active) for row in await world.rows(days)] == [(home, "1" * 48)] * 2


async def test_who_has_the_incident_keeps_it(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
            await take(doing)
        await given(client, home)
    incident = await world.incident()
    assert (incident.phase, incident.owner, incident.place) == (Phase.TAKEN, "lin", "ninghai")


async def test_what_a_box_told_above_is_seen_where_the_home_is(world: World) -> None:
    async with world.database.begin() as connection:
        top = update(gateways).where(gateways.c.id == "g1").values(area="yuhua")
        await connection.execute(top)
    await world.sends(smoke(), "e1")
    async with browser(world, "qian") as client:
        assert (await given(client, await waiting(client))).is_success
    async with browser(world, "lin") as client:
        (listed,) = (await client.get("/api/v1/incidents")).json()
    assert listed["home"] == "王桂兰家"


# -- what stays away


def heart(alert: str) -> AlertData:
    told = (Information("zh", "心率 131", "心率 131，持续 10 分钟"),)
    return smoke(alert, rule=Rule.HEART_RATE, info=told, because={"value": 131})


async def test_what_was_withdrawn_stays_withdrawn_and_what_came_meanwhile_is_erased(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(heart("a1"), "e1")
        other = f"{HOMES}/{await heard(world)}"
        assert (
            await client.post(f"{other}/consents", json={"what": "vitals", "by": "王芳"})
        ).is_success
        await withdrawn(client, home, "vitals")
        assert (await given(client, home)).is_success
    await world.sends(heart("a2"), "e2", sequence=2)
    assert all(row.withdrawn for row in await world.rows(consents))
    kept = [*await world.rows(incidents), *await world.rows(events)]
    assert not [row for row in kept if "131" in str(row)]


async def test_a_note_that_somebody_took_back_does_not_come_with_the_box(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        values = {"version": 1, "medical": "心脏病", "plan": "先打女儿"}
        assert (await client.patch(f"{HOMES}/{await heard(world)}", json=values)).is_success
        await withdrawn(client, home, "medical")
        assert (await given(client, home)).is_success
        kept = (await client.get(f"{HOMES}/{home}")).json()["household"]
    assert (kept["medical"], kept["plan"]) == ("", "先打女儿")


# -- what is refused


async def test_a_box_that_is_another_home_s_is_refused_with_its_name(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await added(client, name="李家")
        answer = await given(client, home)
        assert (answer.status_code, "李家" in answer.text) == (409, True)
        page = await client.post(f"/homes/{home}/gateway", data=BOX)
        assert (page.status_code, "李家" in page.text) == (409, True)
    assert len(await world.rows(households)) == 2


async def test_another_area_s_home_is_not_named(world: World) -> None:
    async with world.database.begin() as connection:
        row = {"id": "far", **BOX, "area": "xuanwu", "name": "赵家", "is_registered": True}
        await connection.execute(insert(households).values(**row))
    async with browser(world, "qian") as client:
        answer = await given(client, await waiting(client))
    assert (answer.status_code, "赵家" in answer.text) == (409, False)


async def test_nobody_takes_a_box_or_a_home_of_elsewhere(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        assert (await given(client, home, gateway="g2")).status_code == 422
        assert (await given(client, home, gateway="none")).status_code == 422
    async with world.database.begin() as connection:
        far = update(households).where(households.c.id == home).values(area="xuanwu")
        await connection.execute(far)
    async with browser(world, "qian") as client:
        assert (await given(client, home)).status_code == 404


async def test_what_has_ended_takes_no_box_and_gives_none(world: World) -> None:
    async with browser(world, "qian") as client:
        ended = await waiting(client)
        await client.post(f"{HOMES}/{ended}/end", json={"reason": "moved"})
        assert (await given(client, ended)).status_code == 409
        await client.post(f"{HOMES}/{ended}/erase")
        assert (await given(client, ended)).status_code == 409
        await world.sends(smoke(), "e1")
        await client.post(f"{HOMES}/{await heard(world)}/end", json={"reason": "other"})
        home = await added(client, gateway=None, local="3-202")
        assert (await given(client, home)).status_code == 409
        assert (await client.get(f"{HOMES}/{home}")).json()["household"]["gateway"] is None


async def test_a_box_that_is_there_is_replaced_only_when_that_is_said(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        async with world.database.begin() as connection:
            row = {"id": "g9", "area": "ninghai", "is_registered": True}
            await connection.execute(insert(gateways).values(**row))
        assert (await given(client, home, gateway="g9")).status_code == 409
        assert (await given(client, home, gateway="g9", replaces=True)).is_success
    boxes = {row.id: row.is_registered for row in await world.rows(gateways)}
    assert (boxes["g1"], boxes["g9"]) == (False, True)  # nobody waits for the old one any more
    await world.sends(smoke(sender="g9"), "e1")
    assert (await world.incident()).household == home


async def test_giving_it_twice_is_giving_it_once(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        first, second = await given(client, home), await given(client, home)
    assert (first.json()["version"], second.json()["version"]) == (2, 2)
    assert [row.what for row in await world.rows(audits)].count("household joined") == 1


async def test_the_trail_of_a_home_has_what_was_noted_of_both(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        other = await heard(world)
        await client.get(f"{HOMES}/{other}")
        await given(client, home)
        noted = (await client.get(f"/api/v1/audits?about={home}")).json()
    assert ("record seen", other) in [(each["what"], each["about"]) for each in noted]
    assert "household joined" in [each["what"] for each in noted]


# -- pages


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_both_pages_offer_the_other_one_and_join_without_a_script(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        other = await heard(world)
        assert f'value="{other}"' in (await client.get(f"/homes/{home}")).text
        assert f'value="{home}"' in (await client.get(f"/homes/{other}?find=王桂")).text
        assert f'value="{home}"' not in (await client.get(f"/homes/{other}?find=李")).text
        nothing = await client.post(f"/homes/{home}/gateway", data={"heard": "", "local": ""})
        assert nothing.status_code == 422
        done = await client.post(f"/homes/{other}/joined", data={"home": home})
        assert done.headers["location"] == f"/homes/{home}?said=joined#gateway"
        assert "g1" in (await client.get(done.headers["location"])).text
        again = await client.post(f"/homes/{home}/gateway", data={"heard": other})
        assert again.status_code == 409
    async with browser(world, "lin") as client:
        assert (await client.get(f"/homes/{home}")).text.count("<form") < 9


# -- sheets

SHEET = "网关,住户编号,区域,姓名,地址\ng1,wang,ninghai,王桂兰家,3 幢 202\n"


async def test_a_line_that_names_the_box_of_a_known_home_joins_it(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
        await world.sends(smoke(), "e1")
        told = {"added": 0, "joined": 1, "changed": 1, "same": 0}
        assert (await sent(client, SHEET, only_plan="true")).json() == told
        file = {"file": ("x.csv", SHEET.encode())}
        assert "王桂兰家（g1）" in (await client.post("/homes/sheet", files=file)).text
        assert len(await world.rows(households)) == 2
        assert (await sent(client, SHEET)).json() == told
        assert (await sent(client, SHEET)).json() == told | {"joined": 0, "changed": 0, "same": 1}
    (only,) = await world.rows(households)
    assert (only.id, only.gateway, only.local, only.address) == (home, "g1", "wang", "3 幢 202")
    assert (await world.incident()).household == home


async def test_a_line_that_may_be_two_homes_is_a_fault(world: World) -> None:
    async with browser(world, "qian") as client:
        await waiting(client)
        await added(client, gateway=None, local="5-101")
        answer = await sent(client, SHEET)
        assert answer.status_code == 422
        same = SHEET.replace("wang", "5-101")
        assert (await sent(client, same)).json()["joined"] == 1
        twice = SHEET + ",3-201,ninghai,王桂兰家,\n"
        assert (await sent(client, twice)).status_code == 422
    assert len(await world.rows(households)) == 2
