"""Areas and gateways, as an administrator keeps them: below their own area and nowhere else."""

import pytest
from sqlalchemy import insert

from district.schema import areas, households
from tests.district.browsing import browser
from tests.district.test_staff import admin
from tests.district.world import World

# What of it depends on the database has tests of its own, in both.
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


async def test_an_area_is_added_below_one_s_own_with_its_limits(world: World) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        form = {"id": "beijing-lu", "name": "北京路社区", "level": "社区", "parent": "yuhua"}
        assert (await client.post("/areas", data=form)).status_code == 303
        assert "北京路社区" in (await client.get("/areas")).text
        assert (await client.post("/areas", data=form)).status_code == 409
        for parent in ("city", "xuanwu", "nowhere"):
            bad = form | {"id": "x", "parent": parent}
            assert (await client.post("/areas", data=bad)).status_code == 422
        bad = {"id": "beijing-lu", "name": "x", "level": "", "time_zone": "Asia/Nanjing"}
        assert (await client.post("/areas/change", data=bad)).status_code == 422
        bad = {"id": "xuanwu", "name": "x", "level": "", "time_zone": "Asia/Shanghai"}
        assert (await client.post("/areas/change", data=bad)).status_code == 422


async def test_an_area_that_differs_by_a_capital_letter_is_another_one(world: World) -> None:
    async with world.database.begin() as connection:
        row = {"id": "NINGHAI", "parent": "yuhua", "path": "/city/yuhua/NINGHAI/", "name": "N"}
        await connection.execute(insert(areas).values(**row))
        home = {"id": "h1", "local": "li", "area": "NINGHAI", "is_registered": True}
        await connection.execute(insert(households).values(**home))
    async with browser(world, "lin") as client:
        assert (await client.get("/api/v1/households")).json() == []
        assert (await client.get("/api/v1/households/h1")).status_code == 404
        assert [each["homes"] for each in (await client.get("/api/v1/figures")).json()] == [0]


async def test_a_gateway_is_registered_with_the_homes_it_speaks_of_and_never_taken_from_others(
    world: World,
) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        new = {"gateway": "g9", "area": "ninghai"}
        assert (await client.post("/gateways", data=new)).status_code == 303
        foreign = {"gateway": "g2", "area": "ninghai"}
        assert (await client.post("/gateways", data=foreign)).status_code == 409
        page = (await client.get("/gateways")).text
    assert "g9" in page
    assert "g2" not in page
