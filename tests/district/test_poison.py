"""What one gateway sends, broken or with evil in mind, holds up no other and hides nothing."""

from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import update

from district.incidents import close
from district.intake.gbt import event_of
from district.intake.hearing import note
from district.intake.taking import Arrival
from district.phases import Act, Phase
from district.schema import events, gateways, households, incidents
from district.unheard import listening
from edge.model import Outcome
from gateway.wire.gbt26875.objects import PartBits, PartState
from gateway.wire.uplink.event import (
    Answer,
    Event,
    HealthData,
    HeartbeatData,
    Information,
    Kind,
    NoEvent,
    decode,
    encode,
)
from tests.district.browsing import browser
from tests.district.world import NOON, World, happened, smoke

BODY = encode(happened(smoke(), "e1"))
HEAT_DETECTOR, SMOKE_DETECTOR = 31, 40


@pytest.mark.parametrize(
    "bad",
    [BODY[:-1] + b',"x":"\xff"}', BODY.replace(b'"because":{', b'"x":"\xff","because":{')],
)
def test_text_that_is_no_utf_8_is_no_event_wherever_it_stands(bad: bytes) -> None:
    with pytest.raises(NoEvent):
        decode(bad)


async def test_an_alert_of_no_home_is_refused_and_the_others_are_taken(world: World) -> None:
    homeless, good = happened(smoke(household=""), "e1"), happened(smoke("a2"), "e2")
    arrivals = [Arrival("g1", each, encode(each).decode()) for each in (homeless, good)]
    taken = await world.intake.take_all(arrivals, world.now)
    assert [each.reply.answer for each in taken] == [Answer.REJECTED, Answer.ACCEPTED]


async def test_orders_go_to_the_gateway_that_sent_an_alert_whatever_the_alert_says(
    world: World,
) -> None:
    event = structs.replace(happened(smoke(sender="g2"), "e1"), source="/gateways/g1")
    await world.intake.take("g1", event, encode(event), world.now)
    assert (await world.incident()).gateway == "g1"


async def test_an_alert_of_a_home_that_was_erased_is_of_a_home_anew(world: World) -> None:
    await world.sends(smoke(state="closed", outcome="well"), "e1")  # type: ignore[arg-type]
    old = await world.household("wang")
    async with world.database.begin() as connection:
        erased = update(households).values(gateway=None, local=old.id)
        await connection.execute(erased)
    taken = await world.sends(smoke("a2"), "e2")
    assert taken.reply.answer is Answer.ACCEPTED
    assert (await world.household("wang")).id != old.id


@pytest.mark.parametrize(
    "bad", [HeartbeatData(NOON, "b", 30, 2**40, 2**70), HeartbeatData(NOON, "b\0", 30, 0, 0)]
)
async def test_a_heartbeat_beyond_all_bounds_takes_no_other_with_it(
    world: World, bad: HeartbeatData
) -> None:
    await world.intake.beats({"g1": bad, "g2": HeartbeatData(NOON, "b", 30, 0, 0)}, world.now)
    assert all(row.heard == world.now for row in await world.rows(gateways))


async def component(
    world: World, kind: int, state: PartBits, slow: timedelta = timedelta(0)
) -> None:
    part = PartState(1, 0, kind, 9, state, "厨房", world.later(seconds=10) + slow)
    event = event_of("g1", part, world.now)
    await world.intake.take("g1", event, encode(event), world.now)


async def test_fire_of_any_component_is_an_emergency_until_somebody_answers(world: World) -> None:
    for state in (PartBits.FIRE, PartBits.FAULT, PartBits(0)):
        await component(world, HEAT_DETECTOR, state | PartBits.NORMAL)
        incident = await world.incident()
        assert (incident.rank, incident.phase) == (0, Phase.OPEN)


async def test_a_fire_after_one_that_nobody_restored_is_not_swallowed(world: World) -> None:
    fire = PartBits.FIRE | PartBits.NORMAL
    await component(world, SMOKE_DETECTOR, fire)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    await component(world, SMOKE_DETECTOR, fire)
    assert (await world.incident()).phase == Phase.CLOSED
    world.later(hours=1)
    await component(world, SMOKE_DETECTOR, fire)
    assert (await world.incident()).phase == Phase.OPEN


async def test_a_fire_after_a_transmitter_s_clock_was_set_back_is_a_fire(world: World) -> None:
    fire, normal = PartBits.FIRE | PartBits.NORMAL, PartBits.NORMAL
    await component(world, SMOKE_DETECTOR, fire)
    await component(world, SMOKE_DETECTOR, normal)
    assert (await world.incident()).home_state == "resolved"
    await component(world, SMOKE_DETECTOR, fire, slow=timedelta(days=-20))
    assert (await world.incident()).home_state == "raised"
    await component(world, SMOKE_DETECTOR, normal, slow=timedelta(days=-20))
    assert (await world.incident()).home_state == "resolved"


async def test_by_a_clock_that_is_slow_a_second_fire_is_none_that_was_closed(world: World) -> None:
    fire, slow = PartBits.FIRE | PartBits.NORMAL, timedelta(hours=-1)
    await component(world, SMOKE_DETECTOR, fire, slow)
    async with world.acting("lin", (await world.incident()).id, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    await component(world, SMOKE_DETECTOR, PartBits.NORMAL, slow)
    assert (await world.incident()).phase == Phase.CLOSED
    await component(world, SMOKE_DETECTOR, fire, slow)
    assert (await world.incident()).phase == Phase.OPEN


@pytest.mark.parametrize("off", [timedelta(days=-9000), timedelta(days=9000)])
async def test_by_a_clock_that_shows_another_century_each_fire_is_one(
    world: World, off: timedelta
) -> None:
    fire = PartBits.FIRE | PartBits.NORMAL
    for _ in range(2):
        stands_still = NOON + off - world.now - timedelta(seconds=10)
        await component(world, SMOKE_DETECTOR, fire, stands_still)
        incident = await world.incident()
        assert (incident.phase, incident.rank) == (Phase.OPEN, 0)
        assert abs(world.now - incident.opened) < timedelta(hours=2)
        async with world.acting("lin", incident.id, Act.CLOSE) as doing:
            await close(doing, Outcome.WELL)
        world.later(hours=1)


async def test_a_fault_of_a_smoke_detector_that_is_mended_is_no_emergency(world: World) -> None:
    await component(world, SMOKE_DETECTOR, PartBits.FAULT | PartBits.NORMAL)
    await component(world, SMOKE_DETECTOR, PartBits.NORMAL)
    incident = await world.incident()
    assert (incident.severity, incident.phase) == ("fault", Phase.CLOSED)


async def test_an_intake_whose_clock_jumped_back_is_not_heard_for_an_hour_after_its_end(
    world: World,
) -> None:
    await note(world.database, NOON + timedelta(hours=1))
    await note(world.database, NOON)
    async with world.database.begin() as connection:
        assert await listening(connection, NOON) is not None
        assert await listening(connection, NOON + timedelta(minutes=2)) is None


async def test_an_alert_with_a_zero_in_its_words_is_an_alert(world: World) -> None:
    words = (Information("zh", "厨房\0烟雾报警", "王家\0"),)
    odd = smoke(info=words, room="kit\0chen", because={"de\0vice": ["\0"]}, subject="s\0")
    assert (await world.sends(odd, "e1")).reply.answer is Answer.ACCEPTED
    row = await world.incident()
    assert (row.room, row.told["zh"][0]) == ("kit\ufffdchen", "厨房\ufffd烟雾报警")
    assert row.because == {"de\ufffdvice": ["\ufffd"]}
    (kept,) = await world.rows(events)
    assert decode(kept.body.encode()).data.room == row.room  # type: ignore[attr-defined]


async def test_a_home_whose_name_has_a_zero_is_not_taken_for_another(world: World) -> None:
    await world.sends(smoke(), "e1")
    await world.sends(smoke("a2", household="wang\0"), "e2", sequence=2)
    assert len({row.household for row in await world.rows(incidents)}) == 2


async def test_facts_without_end_hide_no_alert_from_the_desk(world: World) -> None:
    plain = encode(happened(smoke(), "e1"))
    deep = plain.replace(b'"because":{', b'"because":{"deep":' + b"[" * 700 + b"]" * 700 + b",")
    event = decode(deep)
    reply = (await world.intake.take("g1", event, deep, world.now)).reply
    assert reply.answer is Answer.ACCEPTED
    async with browser(world, "lin") as client:
        incident = (await world.incident()).id
        card = await client.get(f"/api/v1/incidents/{incident}")
        page = await client.get(f"/incidents/{incident}")
    assert (card.status_code, page.status_code) == (200, 200)
    assert card.json()["because"]["device"] == "kitchen-smoke"


async def test_how_a_gateway_is_may_have_a_zero_in_it(world: World) -> None:
    said = HealthData(NOON, "1\0", "b\0", 1, ("wang\0",), {}, 0, 100, True)
    event = Event("h1", "/gateways/g1", Kind.HEALTH, NOON, said)
    taken = await world.intake.take("g1", event, encode(event), world.now)
    assert taken.reply.answer is Answer.ACCEPTED


async def test_a_zero_in_what_somebody_types_is_their_fault_and_not_the_database_s(
    world: World,
) -> None:
    async with browser(world) as client:
        form = {"login": "lin\0", "password": "x" * 12}
        assert (await client.post("/login", data=form)).status_code in {401, 422}
    async with browser(world, "lin") as client:
        for path in ("/homes?text=a%00", "/api/v1/incidents/a%00", "/homes/a%00"):
            assert (await client.get(path)).status_code < 500, path
