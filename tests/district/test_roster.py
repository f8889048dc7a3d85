"""Whom the district watches, with which things, and who went to see them; and who looked it up."""

from typing import Any

import httpx

from district import summaries
from district.incidents import call, close
from district.phases import Act
from district.schema import (
    audits,
    consents,
    equipment,
    events,
    households,
    incidents,
    people,
    steps,
    visits,
)
from edge.model import Outcome, Rule, State
from gateway.wire.uplink.event import AlertData, Information, SummaryData
from tests.district.browsing import browser
from tests.district.world import World, smoke

HOMES = "/api/v1/households"
WANG = {
    "gateway": "g1",
    "local": "wang",
    "area": "ninghai",
    "name": "王桂兰家",
    "address": "3 幢 201",
}


async def added(client: httpx.AsyncClient, **more: Any) -> str:
    answer = await client.post(HOMES, json=WANG | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_home_is_registered_with_its_people_and_shown_on_the_card(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client, door_code="2580#", medical="听力不好")
        person = {"kind": "contact", "name": "王芳", "phone": "13800000001", "has_key": True}
        assert (await client.post(f"{HOMES}/{home}/people", json=person)).status_code == 201
        await world.sends(smoke(), "e1")
        incident = (await world.incident()).id
        card = (await client.get(f"/api/v1/incidents/{incident}")).json()
    assert (card["door_code"], card["medical"]) == ("2580#", "听力不好")
    assert [each["name"] for each in card["people"]] == ["王芳"]


async def test_a_list_of_homes_has_no_door_codes_and_no_medical_notes(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client, door_code="2580#", medical="听力不好")
        (listed,) = (await client.get(HOMES)).json()
        record = (await client.get(f"{HOMES}/{home}")).json()["household"]
    assert not {"door_code", "medical"} & listed.keys()
    assert (record["door_code"], record["medical"]) == ("2580#", "听力不好")


async def test_a_home_that_was_only_heard_of_becomes_a_registered_one(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with browser(world, "qian") as client:
        home = await added(client)
        assert (await client.post(HOMES, json=WANG)).status_code == 409
    assert (await world.incident()).household == home
    assert len(await world.rows(households)) == 1


async def test_nobody_registers_or_moves_a_home_into_a_foreign_area(world: World) -> None:
    async with browser(world, "qian") as client:
        assert (await client.post(HOMES, json=WANG | {"area": "xuanwu"})).status_code == 422
        assert (await client.post(HOMES, json=WANG | {"gateway": "g2"})).status_code == 422
        home = await added(client)
        moved = await client.patch(f"{HOMES}/{home}", json={"version": 1, "area": "xuanwu"})
        assert moved.status_code == 422


async def test_a_foreign_home_does_not_exist(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
    async with browser(world, "wu") as client:
        assert (await client.get(HOMES)).json() == []
        assert (await client.get(f"{HOMES}/{home}")).status_code == 404
        seen = await client.post(f"{HOMES}/{home}/visits", json={"sort": "visit"})
        assert seen.status_code == 404


async def test_two_who_change_a_record_at_once_do_not_undo_each_other(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        path = f"{HOMES}/{home}"
        assert (await client.patch(path, json={"version": 1, "plan": "先打女儿"})).is_success
        assert (await client.patch(path, json={"version": 1, "plan": "x"})).status_code == 409
        kept = (await client.get(path)).json()["household"]
    assert (kept["plan"], kept["version"]) == ("先打女儿", 2)


async def test_every_look_and_every_change_is_noted_with_who_it_was(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        await client.patch(f"{HOMES}/{home}", json={"version": 1, "risk": "high"})
    async with browser(world, "lin") as client:
        await client.get(f"{HOMES}/{home}")
    noted = [(row.who, row.what) for row in await world.rows(audits)]
    assert noted == [
        ("钱敏", "household added"),
        ("钱敏", "household changed"),
        ("林静", "record seen"),
    ]


async def test_a_consent_can_be_taken_back_and_both_are_kept(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        body = {"what": "summaries", "by": "王桂兰"}
        assert (await client.post(f"{HOMES}/{home}/consents", json=body)).status_code == 201
        path = f"{HOMES}/{home}/consents/withdraw"
        assert (await client.post(path, json=body)).status_code == 204
        assert (await client.post(path, json=body)).status_code == 404
        (kept,) = (await client.get(f"{HOMES}/{home}")).json()["consents"]
    assert kept["given_by"] == kept["withdrawn_by"] == "王桂兰"


async def test_things_are_installed_accepted_and_given_back_when_somebody_moves(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        body = {"kind": "smoke", "name": "厨房烟感", "serial": "A7-1"}
        thing = (await client.post(f"{HOMES}/{home}/equipment", json=body)).json()["id"]
        path = f"{HOMES}/{home}/equipment/{thing}"
        assert (await client.post(f"{path}/accept", json={"by": "王芳"})).status_code == 204
        ended = await client.post(f"{HOMES}/{home}/end", json={"reason": "moved"})
        assert ended.json() == {"to_be_fetched": 1}
        assert (await client.post(f"{path}/return", json={"reason": "搬家"})).status_code == 204
        assert (await client.post(f"{path}/return", json={"reason": "搬家"})).status_code == 409
        (kept,) = (await client.get(f"{HOMES}/{home}")).json()["equipment"]
    assert kept["accepted"] and kept["returned"]


async def test_what_is_to_be_fetched_is_listed_after_somebody_has_moved(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        body = {"kind": "smoke", "name": "厨房烟感"}
        thing = (await client.post(f"{HOMES}/{home}/equipment", json=body)).json()["id"]
        wanted = "/api/v1/equipment?standing="
        assert [each["id"] for each in (await client.get(wanted + "to_accept")).json()] == [thing]
        await client.post(f"{HOMES}/{home}/end", json={"reason": "died"})
        assert (await client.get(wanted + "to_accept")).json() == []
        (left,) = (await client.get(wanted + "to_fetch")).json()
        assert (left["id"], left["home"]) == (thing, "王桂兰家")
        again = await client.post(f"{HOMES}/{home}/equipment", json=body)
        assert again.status_code == 409
    async with browser(world, "wu") as client:
        assert (await client.get("/api/v1/equipment")).json() == []


# -- consent


async def withdrawn(client: httpx.AsyncClient, home: str, what: str) -> None:
    body = {"what": what, "by": "王桂兰"}
    assert (await client.post(f"{HOMES}/{home}/consents", json=body)).status_code == 201
    path = f"{HOMES}/{home}/consents/withdraw"
    assert (await client.post(path, json=body)).status_code == 204


async def test_medical_notes_are_gone_when_consent_is_withdrawn_and_stay_away(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client, medical="心脏病", door_code="2580#")
        await withdrawn(client, home, "medical")
        kept = (await client.get(f"{HOMES}/{home}")).json()["household"]
        assert (kept["medical"], kept["door_code"]) == ("", "2580#")
        again = {"version": kept["version"], "medical": "心脏病"}
        assert (await client.patch(f"{HOMES}/{home}", json=again)).status_code == 409
        anew = {"what": "medical", "by": "王桂兰"}
        await client.post(f"{HOMES}/{home}/consents", json=anew)
        assert (await client.patch(f"{HOMES}/{home}", json=again)).status_code == 200


async def test_what_was_measured_is_gone_when_consent_is_withdrawn_and_comes_no_more(
    world: World,
) -> None:
    def heart(alert: str) -> AlertData:
        told = (Information("zh", "心率 131", "心率 131，持续 10 分钟"),)
        because = {"value": 131, "subject": "bracelet"}
        return smoke(alert, rule=Rule.HEART_RATE, info=told, because=because)

    await world.sends(heart("a1"), "e1")
    await world.sends(smoke("a2"), "e2", sequence=2)
    home = (await world.rows(incidents))[0].household
    async with browser(world, "qian") as client:
        await withdrawn(client, home, "vitals")
    await world.sends(heart("a3"), "e3", sequence=3)
    rows = {row.alert: row for row in await world.rows(incidents)}
    kept = {row.id: row.body for row in await world.rows(events)}
    for alert, event in (("a1", "e1"), ("a3", "e3")):
        assert rows[alert].because == {}
        assert "131" not in str(rows[alert].told) + kept[event]
        assert rows[alert].told["zh"][0] == "身体指标警报"
    assert rows["a2"].told["zh"][0] == "厨房烟雾报警"
    assert "厨房烟雾报警" in kept["e2"]


async def test_the_picture_of_the_day_is_gone_when_consent_is_withdrawn(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        day = SummaryData("wang", "2026-11-01", "Asia/Shanghai", "01?" * 16)
        async with world.database.begin() as connection:
            await summaries.keep(connection, [(home, day, world.now)])
            assert await summaries.of(connection, home)
        await withdrawn(client, home, "summaries")
        async with world.database.begin() as connection:
            assert not await summaries.of(connection, home)


async def test_a_consent_is_one_of_a_closed_set(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        body = {"what": "everything", "by": "王桂兰"}
        assert (await client.post(f"{HOMES}/{home}/consents", json=body)).status_code == 422


# -- the end of a record


async def test_a_record_is_erased_only_after_its_end_and_nothing_names_anybody_then(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client, medical="心脏病", plan="先打女儿")
        person = {"kind": "contact", "name": "王芳", "phone": "13800000001"}
        await client.post(f"{HOMES}/{home}/people", json=person)
        await client.post(f"{HOMES}/{home}/visits", json={"sort": "visit", "note": "王芳在家"})
        thing = {"kind": "烟感", "name": "海曼"}
        made = (await client.post(f"{HOMES}/{home}/equipment", json=thing)).json()["id"]
        await client.post(f"{HOMES}/{home}/equipment/{made}/accept", json={"by": "王桂兰"})
        await world.sends(smoke(), "e1")
        taken = smoke(state=State.ACKNOWLEDGED, taken_by="王芳", by="王芳")
        await world.sends(taken, "e2", sequence=2)
        assert (await client.post(f"{HOMES}/{home}/erase")).status_code == 409
        await client.post(f"{HOMES}/{home}/end", json={"reason": "died"})
        assert (await client.post(f"{HOMES}/{home}/erase")).status_code == 409  # one is open
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.CALL) as doing:
            await call(doing, "王芳", "coming")
        async with world.acting("lin", incident, Act.CLOSE) as doing:
            await close(doing, Outcome.HELPED, "王芳已到")
        assert (await client.post(f"{HOMES}/{home}/erase")).status_code == 204
        assert (await client.get(f"/incidents/{incident}")).status_code == 200
    kept = []
    for table in (households, people, visits, incidents, steps, events, consents, equipment):
        kept += [str(row) for row in await world.rows(table)]
    for name in ("王桂兰", "王芳", "心脏病", "先打女儿", "3 幢 201", "王家厨房"):
        assert not [row for row in kept if name in row], name
    assert len(await world.rows(incidents)) == 1


async def test_a_carer_cannot_read_the_code_that_would_prove_a_visit(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        page = await client.get(f"/homes/{home}/label")
        assert page.status_code == 200
    code = (await world.household("wang")).visit_code
    assert code
    async with browser(world, "lin") as client:
        assert (await client.get(f"/homes/{home}/label")).status_code == 403
        for path in (f"{HOMES}/{home}", HOMES, f"/homes/{home}"):
            assert code not in (await client.get(path)).text
