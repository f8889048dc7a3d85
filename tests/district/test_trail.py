"""Who saw and changed what: every note that is made is told in words, to whom it concerns alone."""

from typing import Any

import pytest
from sqlalchemy import update

from district.schema import areas
from tests.district.browsing import browser
from tests.district.test_roster import HOMES, added
from tests.district.world import World, smoke


async def trail(world: World, login: str, **sought: str) -> list[dict[str, Any]]:
    async with browser(world, login) as client:
        answer = await client.get("/api/v1/audits", params=sought)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_who_looked_at_a_home_is_found_by_that_home(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
    async with browser(world, "lin") as client:
        await client.get(f"/homes/{home}")
    found = await trail(world, "qian", about=home)
    assert [(each["who"], each["what"]) for each in found] == [
        ("林静", "record seen"),
        ("钱敏", "household added"),
    ]
    assert {each["about_name"] for each in found} == {"王桂兰家"}


async def test_a_city_s_look_at_a_home_is_seen_by_its_street_and_nothing_else_of_the_city(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
    await world.sends(smoke(sender="g2"), "e1")
    async with browser(world, "sun") as client:
        await client.get(f"{HOMES}/{home}")
        (foreign,) = [each["id"] for each in (await client.get(HOMES)).json() if each["id"] != home]
        await client.get(f"{HOMES}/{foreign}")
    seen = [each["what"] for each in await trail(world, "qian") if each["who"] == "孙浩"]
    assert seen == ["record seen"]
    assert len([each for each in await trail(world, "sun") if each["who"] == "孙浩"]) == 3


async def test_a_note_about_an_area_has_the_name_that_people_know(world: World) -> None:
    async with world.database.begin() as connection:
        await connection.execute(update(areas).where(areas.c.id == "yuhua").values(name="雨花台区"))
    async with browser(world, "qian") as client:
        await client.get(HOMES)
    assert [each["about_name"] for each in await trail(world, "qian")] == ["雨花台区"]


async def test_duty_staff_and_foreign_areas_read_no_trail(world: World) -> None:
    async with browser(world, "qian") as client:
        await added(client)
    async with browser(world, "lin") as client:
        for path in ("/api/v1/audits", "/audits", "/audits.csv"):
            assert (await client.get(path)).status_code == 403


async def test_the_trail_is_read_page_by_page_and_taken_as_a_sheet(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        for _ in range(4):
            await client.get(f"{HOMES}/{home}")
        first = (await client.get("/api/v1/audits", params={"most": 3})).json()
        rest = await client.get("/api/v1/audits", params={"before": first[-1]["seq"]})
        assert len(first) + len(rest.json()) == 5
        sheet = (await client.get(f"/audits.csv?about={home}")).content.decode("utf-8-sig")
        assert len(sheet.splitlines()) == 6
    (last,) = await trail(world, "qian", what="audits exported")
    assert last["detail"] == {"notes": 5}


@pytest.mark.parametrize("query", ["day=2026-11-02", "who=钱&what=household added", "day=x", ""])
async def test_the_page_finds_by_who_what_and_day(world: World, query: str) -> None:
    async with browser(world, "qian") as client:
        await added(client)
        page = await client.get(f"/audits?{query}")
    if query == "day=x":
        assert page.status_code == 422
    else:
        assert "登记住户" in page.text
        assert "王桂兰家" in page.text
