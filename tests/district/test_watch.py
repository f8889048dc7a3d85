"""What falls silent together is one line, and nothing lies there that nobody has."""

import asyncio

from sqlalchemy import insert, update

from district.auditor import audit_all, is_late
from district.incidents import close, take
from district.intake.hearing import note
from district.levels import pass_time
from district.outages import RULE, look
from district.own import Own
from district.phases import Act, Phase
from district.schema import gateways, households, incidents, orders
from edge.model import Outcome
from tests.district.browsing import browser
from tests.district.world import World, smoke


async def street(world: World, count: int) -> None:
    """Set up gateways of one community, each with a home, and let all be heard now."""
    async with world.database.begin() as connection:
        for number in range(count):
            row = {"id": f"s{number}", "area": "ninghai", "is_registered": True}
            await connection.execute(insert(gateways).values(**row, heard=world.now))
            home = {"id": f"h{number}", "gateway": f"s{number}", "local": "home"}
            risk = "high" if number == count - 1 else "ordinary"
            home |= {"area": "ninghai", "name": f"{number} 号", "risk": risk}
            await connection.execute(insert(households).values(**home))


async def heard(world: World, *names: str) -> None:
    await world.intake.beats(dict.fromkeys(names), world.now)


async def outages(world: World) -> list[tuple[str, int, str]]:
    rows = [row for row in await world.rows(incidents) if row.rule == RULE]
    return [(row.place, row.because["silent"], row.home_state) for row in rows]


async def test_a_street_that_falls_silent_is_one_incident_with_those_at_risk_first(
    world: World,
) -> None:
    await street(world, 30)
    world.later(seconds=89)
    await look(world.database, world.now)
    assert await outages(world) == []
    world.later(seconds=2)
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 30, "raised")]
    async with browser(world, "lin") as client:
        (line,) = (await client.get("/api/v1/incidents")).json()
        assert line["title"] == "30 个网关失联"
        card = (await client.get(f"/api/v1/incidents/{line['id']}")).json()
        page = (await client.get(f"/incidents/{line['id']}")).text
    assert card["silent"][0]["name"] == "29 号"
    assert "高风险" in page


async def test_smoke_of_a_street_that_falls_silent_stays_an_emergency_of_its_own(
    world: World,
) -> None:
    await street(world, 5)
    await world.sends(smoke(), "e1")
    world.later(minutes=2)
    await look(world.database, world.now)
    async with browser(world, "lin") as client:
        lines = (await client.get("/api/v1/incidents")).json()
    assert [line["rule"] for line in lines] == ["smoke", RULE]


async def test_those_who_come_back_leave_it_and_the_last_one_ends_it(world: World) -> None:
    await street(world, 3)
    world.later(minutes=2)
    await look(world.database, world.now)
    await heard(world, "s0", "s1")
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 1, "raised")]
    await heard(world, "s2")
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 0, "resolved")]


async def test_more_who_fall_silent_join_the_one_that_stands(world: World) -> None:
    await street(world, 3)
    world.later(minutes=1)
    await heard(world, "s1")
    world.later(seconds=31)
    await look(world.database, world.now)
    world.later(minutes=2)
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 3, "raised")]


async def test_two_watches_that_look_at_once_begin_one(world: World) -> None:
    await street(world, 3)
    world.later(minutes=2)
    await asyncio.gather(*(look(world.database, world.now) for _ in range(4)))
    assert await outages(world) == [("ninghai", 3, "raised")]


async def test_an_outage_is_taken_and_closed_like_anything_else(world: World) -> None:
    await street(world, 3)
    world.later(minutes=2)
    await look(world.database, world.now)
    incident = (await world.incident()).id
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing)
    async with world.acting("lin", incident, Act.CLOSE) as doing:
        await close(doing, Outcome.HELPED, "停电，已联系供电局")
    await heard(world, "s0", "s1", "s2")
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 0, "resolved")]
    world.later(minutes=5)
    await look(world.database, world.now)
    assert len(await outages(world)) == 2


async def test_an_incident_that_nothing_would_move_is_found_and_moved(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with world.database.begin() as connection:
        await connection.execute(update(incidents).values(next_due=None))
    assert await pass_time(world.database, world.later(hours=1)) == ()
    await audit_all(world.database, world.now)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "yuhua"


async def test_what_is_in_time_is_left_alone_by_the_audit(world: World) -> None:
    await world.sends(smoke(), "e1")
    assert await audit_all(world.database, world.now) == ()


async def test_a_watch_that_stands_still_is_seen_at_the_desk(world: World) -> None:
    await audit_all(world.database, world.now)
    async with browser(world, "lin") as client:
        assert "超时检查停了" not in (await client.get("/")).text
        world.later(seconds=61)
        assert "超时检查停了" in (await client.get("/")).text
    async with world.database.begin() as connection:
        assert await is_late(connection, world.now)


async def own(world: World, rule: Own) -> list[tuple[str, str, str | None]]:
    rows = [row for row in await world.rows(incidents) if row.rule == rule]
    return [(row.place, row.phase, row.outcome) for row in rows]


async def test_one_that_falls_silent_alone_is_an_incident_of_that_home(world: World) -> None:
    await street(world, 5)
    world.later(seconds=60)
    await heard(world, "s1", "s2", "s3", "s4")
    world.later(seconds=31)
    await look(world.database, world.now)
    row = await world.incident()
    assert (row.rule, row.household, row.gateway) == (Own.ALONE, "h0", "s0")
    assert row.told["zh"][0] == "网关失联：0 号"
    async with world.acting("lin", row.id, Act.TAKE) as doing:
        await take(doing)
    assert await world.rows(orders) == []


async def test_one_that_is_heard_again_closes_by_itself_unless_somebody_has_it(
    world: World,
) -> None:
    await street(world, 2)
    world.later(seconds=91)
    await look(world.database, world.now)
    first, _ = sorted(await world.rows(incidents), key=lambda row: row.gateway)
    async with world.acting("lin", first.id, Act.TAKE) as doing:
        await take(doing)
    await heard(world, "s0", "s1")
    await look(world.database, world.now)
    found = {row.gateway: (row.phase, row.outcome) for row in await world.rows(incidents)}
    assert found == {"s0": (Phase.TAKEN, None), "s1": (Phase.CLOSED, "recovered")}
    world.later(minutes=30)
    await heard(world, "s0", "s1")
    await pass_time(world.database, world.now)
    await look(world.database, world.now)
    assert {row.outcome for row in await world.rows(incidents)} == {"recovered"}


async def test_a_third_one_makes_it_an_outage_and_the_single_ones_part_of_it(
    world: World,
) -> None:
    await street(world, 3)
    for number in range(2):
        world.later(seconds=91)
        await heard(world, *(f"s{each}" for each in range(number + 1, 3)))
        await look(world.database, world.now)
    assert len(await own(world, Own.ALONE)) == 2
    world.later(seconds=91)
    await look(world.database, world.now)
    assert {outcome for *_, outcome in await own(world, Own.ALONE)} == {"grouped"}
    assert await outages(world) == [("ninghai", 3, "raised")]


async def test_who_falls_silent_again_while_somebody_has_the_outage_joins_it(
    world: World,
) -> None:
    await street(world, 3)
    world.later(minutes=2)
    await look(world.database, world.now)
    async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
        await take(doing)
    await heard(world, "s0", "s1", "s2")
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 0, "resolved")]
    world.later(minutes=2)
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 3, "raised")]


async def test_a_home_that_has_moved_out_is_not_missed(world: World) -> None:
    await street(world, 1)
    async with world.database.begin() as connection:
        gone = update(households).where(households.c.id == "h0")
        await connection.execute(gone.values(is_registered=True, ended=world.now))
    world.later(hours=1)
    await look(world.database, world.now)
    assert await world.rows(incidents) == []


async def test_what_was_closed_while_it_lasts_is_told_again_after_a_day(world: World) -> None:
    await street(world, 1)
    world.later(seconds=91)
    await look(world.database, world.now)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.HELPED)
    world.later(hours=23)
    await look(world.database, world.now)
    assert len(await own(world, Own.ALONE)) == 1
    world.later(hours=1)
    await look(world.database, world.now)
    assert len(await own(world, Own.ALONE)) == 2


async def everywhere(world: World) -> None:
    """Let a dozen gateways of two areas be heard."""
    await street(world, 11)
    async with world.database.begin() as connection:
        some = gateways.c.id.in_(["g1", "g2"])
        await connection.execute(update(gateways).where(some).values(heard=world.now))


async def test_where_no_gateway_at_all_is_heard_that_is_told_once_at_the_top(
    world: World,
) -> None:
    await everywhere(world)
    world.later(seconds=46)
    for _ in range(3):
        await look(world.database, world.now)
        world.later(seconds=60)
    row = await world.incident()
    assert (row.rule, row.place, row.severity) == (Own.UNHEARD, "city", "emergency")
    await heard(world, "s0")
    await look(world.database, world.now)
    assert await own(world, Own.UNHEARD) == [("city", Phase.CLOSED, "recovered")]
    assert len(await world.rows(incidents)) == 1, "the others have a while to come back"
    world.later(seconds=89)
    await heard(world, "s0", "g2")
    world.later(seconds=2)
    await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 11, "raised")]


async def test_where_nobody_listens_gateways_are_not_blamed(world: World) -> None:
    await street(world, 3)
    await note(world.database, world.now)
    world.later(hours=2)
    await look(world.database, world.now)
    assert await own(world, Own.UNHEARD) == [("city", Phase.OPEN, None)]
    await note(world.database, world.now)
    await look(world.database, world.now)
    assert await own(world, Own.UNHEARD) == [("city", Phase.CLOSED, "recovered")]
    assert len(await world.rows(incidents)) == 1
    for _ in range(4):
        world.later(seconds=25)
        await note(world.database, world.now)
        await look(world.database, world.now)
    assert await outages(world) == [("ninghai", 3, "raised")]


async def test_a_watch_that_has_just_begun_gives_gateways_their_time(world: World) -> None:
    await street(world, 3)
    world.later(hours=2)
    began = world.now
    await look(world.database, world.later(seconds=89), began)
    assert await world.rows(incidents) == []
    await look(world.database, world.later(seconds=1), began)
    assert await outages(world) == [("ninghai", 3, "raised")]
