"""The rota over HTTP and as a sheet: what comes in, what goes out, what is refused."""

import pytest

from district.schema import rota, shifts
from tests.district.browsing import browser
from tests.district.world import NOON, World


async def test_the_interface_says_who_answers_and_when_nobody_will(world: World) -> None:
    async with browser(world, "qian") as client:
        line = {"account": "lin", "days": "12345", "begins": "08:00", "ends": "20:00"}
        path = "/api/v1/duty/areas/ninghai"
        assert (await client.post(f"{path}/lines", json=line)).status_code == 201
        posts = {each["area"]: each for each in (await client.get("/api/v1/duty")).json()}
        assert [each["name"] for each in posts["ninghai"]["people"]] == ["林静"]
        assert posts["ninghai"]["gap"] == "2026-11-02T12:00:00Z"
        assert posts["yuhua"]["is_kept"] is False
        plan = (await client.get(path)).json()
        assert plan["lines"][0]["begins"] == 480
        assert (await client.get("/api/v1/duty/areas/xuanwu")).status_code == 404
        gone = await client.delete(f"/api/v1/duty/entries/{plan['lines'][0]['id']}")
        assert gone.status_code == 204
    assert await world.rows(rota) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("areas/ninghai/lines", {"account": "lin", "days": "8", "begins": "08:00", "ends": "9:00"}),
        (
            "areas/ninghai/shifts",
            {"account": "lin", "begins": "2026-11-02T10:00", "ends": "2026-11-02T12:00"},
        ),
        ("absences", {"account": "lin", "begins": NOON.isoformat(), "ends": NOON.isoformat()}),
        (
            "absences",
            {"account": "lin", "begins": "9999-12-31T00:00Z", "ends": "9999-12-31T23:00Z"},
        ),
        (
            "areas/ninghai/shifts",
            {"account": "lin", "begins": "0001-01-01T00:00+09:00", "ends": "0001-01-01T01:00Z"},
        ),
    ],
)
async def test_what_is_no_sensible_duty_is_refused(
    world: World, path: str, body: dict[str, object]
) -> None:
    async with browser(world, "qian") as client:
        assert (await client.post(f"/api/v1/duty/{path}", json=body)).status_code == 422
    assert await world.rows(shifts) == []


SHEET = """\
区域,账号,日子,上班,下班,从,到
ninghai,lin,周一至周五,8:00,20:00,,
ninghai,zhao,每天,20：00,08:00,2026/11/1,2026-12-31
ninghai,zhao,2026年11月7日,08:00,20:00,,
"""


async def test_a_sheet_of_the_month_comes_in_once_and_goes_out_again(world: World) -> None:
    async with browser(world, "qian") as client:
        send = {"content": SHEET.encode(), "headers": {"Content-Type": "text/csv"}}
        for _ in range(2):
            answer = await client.post("/api/v1/duty/sheet.csv", **send)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()) == (200, {"added": 3})
        found = (await client.get("/api/v1/duty/sheet.csv")).text
    assert (len(await world.rows(rota)), len(await world.rows(shifts))) == (2, 1)
    assert "ninghai,lin,12345,08:00,20:00" in found
    assert "ninghai,zhao,2026-11-07,08:00,20:00" in found


async def test_every_fault_of_a_sheet_is_told_at_once_and_nothing_comes_in(world: World) -> None:
    bad = "ninghai,nobody,每天,08:00,20:00,,\nxuanwu,wu,2026-11-07,08:00,20:00,,\n"
    worse = "ninghai,lin,随便,25:00,20:00,,later\n"
    async with browser(world, "qian") as client:
        said = []
        for lines in (bad, worse):
            answer = await client.post(
                "/api/v1/duty/sheet.csv",
                content=(SHEET + lines).encode(),
                headers={"Content-Type": "text/csv"},
            )
            assert answer.status_code == 422
            said += [each["where"] for each in answer.json()["errors"]]
    assert said == ["line 5", "line 6", "line 5 days", "line 5 begins", "line 5 until"]
    assert await world.rows(rota) == []
