"""A clock that ran years ahead and was set right leaves nothing that waits for those years."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from district.auditor import Watcher, audit_all, is_late
from district.incidents import close, take
from district.intake.hearing import note
from district.levels import pass_time
from district.orders import due
from district.outages import look
from district.own import Own
from district.phases import Act, Phase
from district.schema import gateways, incidents, watchers
from edge.model import Outcome, Severity
from gateway.wire.uplink.event import Answer, cap_time
from tests.district.test_watch import own, street
from tests.district.world import World, smoke

YEARS = timedelta(days=4000)


@pytest.mark.parametrize(
    ("severity", "longest"),
    [
        (Severity.EMERGENCY, timedelta(minutes=4)),
        (Severity.URGENT, timedelta(hours=14)),
        (Severity.FAULT, timedelta(days=4)),
    ],
)
async def test_an_alert_of_the_wrong_year_rises_all_the_same(
    world: World, severity: Severity, longest: timedelta
) -> None:
    right = world.now
    world.now += YEARS
    await world.sends(smoke(severity=severity), "e1")
    world.now = right
    assert await audit_all(world.database, world.now) == ()
    world.now += longest
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "yuhua"


async def test_who_took_one_in_the_wrong_year_does_not_have_it_for_years(world: World) -> None:
    await world.sends(smoke(), "e1")
    right = world.now
    world.now += YEARS
    async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
        await take(doing)
    async with world.database.begin() as connection:
        assert len(await due(connection, world.now)) == 1
    world.now = right
    await audit_all(world.database, world.now)
    await pass_time(world.database, world.now)
    assert (await world.incident()).phase == Phase.OPEN
    world.later(minutes=7)
    async with world.database.begin() as connection:
        assert len(await due(connection, world.now)) == 1, "the home is still told"


async def test_what_was_closed_in_the_wrong_year_opens_again_when_it_comes_back(
    world: World,
) -> None:
    await world.sends(smoke(), "e1")
    right = world.now
    world.now += YEARS
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    world.now = right
    await world.sends(smoke(anew=True), "e2", sequence=2)
    assert (await world.incident()).phase == Phase.OPEN


async def test_a_box_that_wakes_up_in_1970_opens_again_what_has_worsened_since(
    world: World,
) -> None:
    await world.sends(smoke(), "e1", sequence=1)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    unset = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    await world.sends(smoke(anew=True), "e2", sequence=2, time=unset)
    assert (await world.incident()).phase == Phase.OPEN


@pytest.mark.parametrize("year", [1970, 2150])
async def test_an_alarm_of_a_box_that_has_no_clock_is_taken_and_waits_from_now(
    world: World, year: int
) -> None:
    said = datetime(year, 1, 1, 0, 1, tzinfo=UTC)
    taken = await world.sends(smoke(onset=cap_time(said, UTC)), "e1", time=said)
    assert taken.reply.answer is Answer.ACCEPTED
    incident = await world.incident()
    assert incident.opened == incident.arrived == world.now


async def test_a_gateway_heard_in_the_wrong_year_is_missed_like_any_other(world: World) -> None:
    await street(world, 3)
    right = world.now
    world.now += YEARS
    await note(world.database, world.now)
    await world.intake.beats(dict.fromkeys(("s0", "s1", "s2")), world.now)
    world.now = right
    await note(world.database, world.now)
    await audit_all(world.database, world.now)
    for _ in range(5):
        world.later(seconds=25)
        await note(world.database, world.now)
    await look(world.database, world.now)
    assert await own(world, Own.TOGETHER) == [("ninghai", Phase.OPEN, None)]


async def test_a_watch_that_looked_in_the_wrong_year_vouches_for_nothing(world: World) -> None:
    gone = Watcher("a", "host-a", world.now)
    await audit_all(world.database, world.now + YEARS, gone)
    await audit_all(world.database, world.now, Watcher("b", "host-b", world.now))
    async with world.database.begin() as connection:
        await connection.execute(
            update(watchers).where(watchers.c.name == "b").values(looked=world.now - YEARS)
        )
        assert not await is_late(connection, world.now)
        assert await is_late(connection, world.later(seconds=61))


async def test_what_is_in_time_is_left_as_it_is(world: World) -> None:
    await street(world, 2)
    for number, severity in enumerate(Severity):
        await world.sends(smoke(f"a{number}", severity=severity), f"e{number}", sequence=number)
    async with world.acting("lin", (await world.rows(incidents))[0].id, Act.TAKE) as doing:
        await take(doing, timedelta(hours=12))
    before = [(row.id, row.next_due, row.until) for row in await world.rows(incidents)]
    await audit_all(world.database, world.now)
    assert [(row.id, row.next_due, row.until) for row in await world.rows(incidents)] == before
    async with world.database.begin() as connection:
        last = (await connection.execute(select(func.max(gateways.c.heard)))).scalar_one()
    assert last == world.now
