"""What a home says later of an incident, and what becomes of it at the desk."""

from datetime import timedelta

from msgspec import structs

from district.incidents import close, take
from district.levels import pass_time
from district.phases import Act, Phase
from district.schema import orders
from edge.model import Outcome, Severity, State
from gateway.wire.uplink.event import AlertData
from tests.district.world import World, happened, smoke

URGENT = {"severity": Severity.URGENT}


async def says(world: World, alert: AlertData, number: int) -> None:
    """Let the gateway say it now."""
    event = structs.replace(happened(alert, f"e{number}", sequence=number), time=world.now)
    await world.intake.take(alert.sender, event, b"{}", world.now)


async def waits(world: World, minutes: int) -> None:
    world.later(minutes=minutes)
    await pass_time(world.database, world.now)


async def test_who_closes_an_alert_at_home_closes_the_incident_with_what_it_was(
    world: World,
) -> None:
    await says(world, smoke(), 1)
    well = smoke(state=State.CLOSED, outcome=Outcome.WELL, by="王芳")
    await says(world, well, 2)
    row = await world.incident()
    assert (row.phase, row.outcome, row.next_due) == (Phase.CLOSED, Outcome.WELL, None)
    assert (await world.story())[-1] == ("close", "王芳")


async def test_an_alert_that_closed_by_itself_at_home_still_wants_an_outcome_here(
    world: World,
) -> None:
    await says(world, smoke(), 1)
    await says(world, smoke(state=State.CLOSED, outcome=Outcome.UNKNOWN), 2)
    row = await world.incident()
    assert (row.phase, row.home_state) == (Phase.OPEN, State.CLOSED)
    assert row.next_due is not None


async def test_what_the_desk_has_is_not_closed_under_its_hands_but_when_it_is_let_go(
    world: World,
) -> None:
    await says(world, smoke(), 1)
    incident = (await world.incident()).id
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing)
    world.later(minutes=1)
    await says(world, smoke(state=State.CLOSED, outcome=Outcome.HELPED, by="王芳"), 2)
    assert (await world.incident()).phase == Phase.TAKEN
    await waits(world, 30)
    row = await world.incident()
    assert (row.phase, row.outcome) == (Phase.CLOSED, Outcome.HELPED)


async def test_an_urgent_one_that_is_over_at_home_waits_for_its_outcome_and_does_not_rise(
    world: World,
) -> None:
    await says(world, smoke(**URGENT), 1)
    await says(world, smoke(state=State.RESOLVED, **URGENT), 2)
    await waits(world, 60 * 23)
    assert ((await world.incident()).area, (await world.incident()).phase) == (
        "ninghai",
        Phase.OPEN,
    )
    await waits(world, 60)
    assert (await world.incident()).area == "yuhua"


async def test_an_emergency_that_is_over_at_home_rises_until_somebody_answers(
    world: World,
) -> None:
    await says(world, smoke(), 1)
    await says(world, smoke(state=State.RESOLVED), 2)
    await waits(world, 3)
    assert (await world.incident()).area == "yuhua"


async def test_an_urgent_one_that_the_family_has_waits_for_them_an_emergency_does_not(
    world: World,
) -> None:
    until = world.now + timedelta(hours=2)
    held = {"state": State.ACKNOWLEDGED, "taken_by": "王芳", "taken_until": until}
    await says(world, smoke("a1", **URGENT), 1)
    await says(world, smoke("a1", **URGENT, **held), 2)
    row = await world.incident()
    assert (row.home_by, row.home_until) == ("王芳", until)
    assert row.next_due == until + timedelta(minutes=30)
    await says(world, smoke("a1", **URGENT), 3)
    assert (await world.incident()).next_due == world.now + timedelta(minutes=30)
    await says(world, smoke("a1", **held), 4)
    assert (await world.incident()).next_due == world.now + timedelta(minutes=3)


async def test_what_becomes_graver_rises_sooner(world: World) -> None:
    await says(world, smoke(severity=Severity.NOTE), 1)
    for severity, minutes in ((Severity.URGENT, 30), (Severity.EMERGENCY, 3)):
        await says(world, smoke(severity=severity), 4 - severity.rank)
        assert (await world.incident()).next_due == world.now + timedelta(minutes=minutes)


async def test_a_device_that_works_again_closes_its_fault(world: World) -> None:
    fault = {"severity": Severity.FAULT}
    await says(world, smoke(**fault), 1)
    await says(world, smoke(state=State.CLOSED, outcome=Outcome.SENSOR, **fault), 2)
    row = await world.incident()
    assert (row.phase, row.outcome) == (Phase.CLOSED, Outcome.SENSOR)


async def closed_here(world: World) -> None:
    await says(world, smoke(**URGENT), 1)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)


async def test_a_closed_one_that_becomes_graver_at_home_is_open_again_where_it_began(
    world: World,
) -> None:
    await closed_here(world)
    world.later(minutes=1)
    await says(world, smoke(), 2)
    row = await world.incident()
    assert (row.phase, row.area, row.outcome) == (Phase.OPEN, "ninghai", None)
    assert row.next_due == world.now + timedelta(minutes=3)
    assert (await world.story())[-1][0] == "reopen"
    assert all(order.is_done for order in await world.rows(orders))


async def test_a_closed_one_that_begins_anew_at_home_is_open_again(world: World) -> None:
    await closed_here(world)
    world.later(minutes=1)
    await says(world, smoke(state=State.RESOLVED, **URGENT), 2)
    assert (await world.incident()).phase == Phase.CLOSED
    world.later(minutes=1)
    await says(world, smoke(**URGENT), 3)
    assert (await world.incident()).phase == Phase.OPEN


async def test_a_home_that_has_not_heard_of_the_end_yet_does_not_open_it_again(
    world: World,
) -> None:
    await closed_here(world)
    world.later(seconds=1)
    await says(world, smoke(told=("daughter", "neighbour"), **URGENT), 2)
    row = await world.incident()
    assert (row.phase, row.outcome) == (Phase.CLOSED, Outcome.WELL)
    assert not all(order.is_done for order in await world.rows(orders))


async def test_what_a_home_said_before_it_was_closed_here_does_not_open_it_again(
    world: World,
) -> None:
    await says(world, smoke(**URGENT), 1)
    before = world.now
    world.later(hours=2)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    late = structs.replace(happened(smoke(), "e2", sequence=2), time=before)
    await world.intake.take("g1", late, b"{}", world.now)
    assert (await world.incident()).phase == Phase.CLOSED


async def test_a_lease_at_home_that_ends_at_no_time_is_refused_and_harms_nothing(
    world: World,
) -> None:
    await says(world, smoke(), 1)
    nowhere = world.now.replace(tzinfo=None)
    for until in (nowhere, world.now.replace(year=9999)):
        held = {"state": State.ACKNOWLEDGED, "taken_by": "王芳", "taken_until": until}
        event = happened(smoke(**held), f"e{until.year}", sequence=2)
        taken = await world.intake.take("g1", event, b"{}", world.now)
        assert taken.reply.answer == "rejected"
    assert (await world.incident()).home_until is None
