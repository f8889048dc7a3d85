"""What came of it, by area and month."""

from datetime import UTC, datetime

from sqlalchemy import insert, update

from district.incidents import close, dispatch, progress, take
from district.phases import Act
from district.schema import accounts, dispatches, gateways, households, incidents
from edge.model import Outcome, Severity
from tests.district.browsing import browser
from tests.district.world import World, smoke


async def answered(world: World, alert: str, seconds: int, outcome: Outcome) -> None:
    await world.sends(smoke(alert), f"{alert}-1")
    rows = [row for row in await world.rows(incidents) if row.alert == alert]
    world.later(seconds=seconds)
    async with world.acting("lin", rows[0].id, Act.TAKE) as doing:
        await take(doing)
    async with world.acting("lin", rows[0].id, Act.CLOSE) as doing:
        await close(doing, outcome)


async def figures(world: World, login: str, **span: str) -> list[dict[str, object]]:
    async with browser(world, login) as client:
        answer = await client.get("/api/v1/figures", params=span)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()
    return found


async def test_how_soon_incidents_were_answered_is_counted_by_area(world: World) -> None:
    for number, seconds in enumerate((30, 59, 120, 400)):
        await answered(world, f"a{number}", seconds, Outcome.SENSOR if number else Outcome.HELPED)
    await world.sends(smoke("far", sender="g2"), "x1")
    world.later(minutes=2)
    city, xuanwu, yuhua = sorted(await figures(world, "sun"), key=lambda each: str(each["area"]))
    assert (city["incidents"], yuhua["incidents"], xuanwu["incidents"]) == (5, 4, 1)
    assert (yuhua["answered_60"], yuhua["answered_180"]) == (0.5, 0.75)
    assert yuhua["median_to_answer"] == 89.5
    assert (yuhua["false"], yuhua["by_rule"]) == (3, {"smoke": 3})
    assert (xuanwu["answered_60"], xuanwu["answered_180"]) == (0.0, None)  # 180 s still run


async def test_a_share_of_nothing_is_not_known(world: World) -> None:
    (own,) = await figures(world, "lin")
    assert (own["incidents"], own["answered_60"], own["median_to_arrive"]) == (0, None, None)


async def test_drills_and_faults_are_not_counted(world: World) -> None:
    await world.sends(smoke("a1", status="Exercise"), "e1")
    await world.sends(smoke("a2", severity=Severity.FAULT), "e2")
    (own,) = await figures(world, "lin")
    assert own["incidents"] == 0


async def test_how_soon_somebody_was_there_is_counted(world: World) -> None:
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing)
    async with world.acting("lin", incident, Act.DISPATCH) as doing:
        await dispatch(doing, "老周")
    (sent,) = await world.rows(dispatches)
    world.later(minutes=12)
    async with world.acting("lin", incident, Act.ON_SCENE) as doing:
        await progress(doing, sent.id, Act.ON_SCENE)
    (own,) = await figures(world, "lin")
    assert own["median_to_arrive"] == 720.0


async def test_figures_name_nobody_and_go_out_as_a_sheet(world: World) -> None:
    await answered(world, "a1", 30, Outcome.HELPED)
    async with browser(world, "lin") as client:
        sheet = (await client.get("/api/v1/figures", params={"form": "csv"})).text
    assert sheet.splitlines()[1].startswith("ninghai,ninghai,,1,1.0,1.0,30.0,")
    assert "林静" not in sheet


async def test_what_was_before_the_span_is_not_in_it(world: World) -> None:
    await answered(world, "a1", 30, Outcome.HELPED)
    begins = world.later(hours=1).isoformat()
    world.later(hours=1)
    (own,) = await figures(world, "lin", begins=begins)
    assert own["incidents"] == 0


async def test_false_alerts_are_told_by_cause_home_and_sensor_to_whom_the_roster_is_open(
    world: World,
) -> None:
    await answered(world, "a1", 30, Outcome.SENSOR)
    await answered(world, "a2", 30, Outcome.SENSOR)
    await answered(world, "a3", 30, Outcome.WELL)
    await answered(world, "a4", 30, Outcome.HELPED)
    home = (await world.rows(incidents))[0].household
    path = "/api/v1/figures/causes"
    async with browser(world, "lin") as client:
        found = (await client.get(path)).json()
    assert found["by_cause"] == [["smoke", "sensor", 2], ["smoke", "well", 1]]
    assert found["by_home"] == [[home, "wang", 3]]
    assert found["by_sensor"] == [[home, "wang", "kitchen-smoke", 3]]
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == "lin").values(role="viewer")
        await connection.execute(row)
    async with browser(world, "lin") as client:
        found = (await client.get(path)).json()
        page = (await client.get("/figures")).text
        foreign = (await client.get(path, params={"area": "xuanwu"})).json()
    assert (found["count"], found["by_home"], found["by_sensor"]) == (3, [], [])
    assert home not in page
    assert foreign["count"] == 0


async def test_homes_are_counted_as_seen_blind_or_silent(world: World) -> None:
    values = [
        {"id": f"h{n}", "gateway": box, "local": f"l{n}", "area": "ninghai", "is_registered": True}
        for n, box in enumerate(("g1", "g1", "g1", None))
    ]
    async with world.database.begin() as connection:
        await connection.execute(insert(households), values)
        health = {"blind": ["l1"]}
        box = update(gateways).where(gateways.c.id == "g1")
        await connection.execute(box.values(heard=world.now, health=health))
    (own,) = await figures(world, "lin")
    assert (own["homes"], own["watched"], own["blind"], own["silent"]) == (4, 2, 1, 1)
    async with world.database.begin() as connection:
        await connection.execute(box.values(outage="o1"))
    (own,) = await figures(world, "lin")
    assert (own["watched"], own["blind"], own["silent"]) == (0, 0, 4)


async def test_a_month_is_that_of_the_area_s_calendar(world: World) -> None:
    # 16:30 UTC on 31 October is 00:30 on 1 November in Shanghai.
    world.now = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    await answered(world, "a1", 30, Outcome.HELPED)
    world.later(days=3)
    async with browser(world, "lin") as client:
        november = (await client.get("/figures.csv?month=2026-11")).text
        october = (await client.get("/figures.csv?month=2026-10")).text
        page = (await client.get("/figures?month=2026-11")).text
    assert november.splitlines()[1].startswith("ninghai,ninghai,,1,1.0,")
    assert october.splitlines()[1].startswith("ninghai,ninghai,,0,,")
    assert "2026-10" in page and "100.0 %" in page


async def test_a_foreign_area_has_no_figures(world: World) -> None:
    async with browser(world, "lin") as client:
        for area in ("xuanwu", "city", "nowhere"):
            assert (await client.get(f"/figures?area={area}")).status_code == 404
            answer = await client.get("/api/v1/figures", params={"area": area})
            assert answer.json() == []
