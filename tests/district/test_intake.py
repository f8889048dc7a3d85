"""Each event of a gateway is applied once, whoever takes it in and however often it comes."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from district.intake.alerts import Taken
from district.intake.taking import Arrival, Intake
from district.intake.together import Together
from district.phases import Phase
from district.schema import events, gateways, households, incidents
from edge.model import Rule, Severity, State
from gateway.wire.uplink.event import Answer, encode
from tests.district.world import NOON, World, happened, smoke


async def test_the_first_word_of_an_alert_opens_an_incident(world: World) -> None:
    taken = await world.sends(smoke(), "e1")
    assert taken.reply.answer is Answer.ACCEPTED
    incident = await world.incident()
    assert (incident.rule, incident.severity, incident.rank) == (Rule.SMOKE, "emergency", 0)
    assert incident.area == "ninghai"
    assert incident.told["zh"] == ["厨房烟雾报警", "王家厨房有烟"]
    assert (await world.story()) == [("arrived", "/gateways/g1")]


async def test_an_event_that_comes_again_is_a_duplicate_and_changes_nothing(world: World) -> None:
    await world.sends(smoke(), "e1")
    before = await world.incident()
    again = await world.sends(smoke(), "e1")
    assert again.reply.answer is Answer.DUPLICATE
    assert again.news != ()  # who took it in before may have died before telling the desks
    assert await world.incident() == before
    assert len(await world.rows(events)) == 1


async def test_an_event_that_several_workers_take_in_at_once_is_applied_once(world: World) -> None:
    taken = await asyncio.gather(*(world.sends(smoke(), "e1") for _ in range(5)))
    answers = sorted(each.reply.answer for each in taken)
    assert answers == [Answer.ACCEPTED, *[Answer.DUPLICATE] * 4]
    assert len(await world.story()) == 1


async def test_words_on_many_alerts_at_once_open_each_its_own_incident(world: World) -> None:
    sends = (world.sends(smoke(f"a{n}"), f"e{n}", sequence=n) for n in range(20))
    await asyncio.gather(*sends)
    assert len(await world.rows(incidents)) == 20
    assert len(await world.rows(households)) == 1


async def test_what_comes_late_does_not_undo_what_is_newer(world: World) -> None:
    await world.sends(smoke(), "e1", sequence=1)
    await world.sends(smoke(state=State.RESOLVED), "e3", sequence=3)
    await world.sends(smoke(severity=Severity.URGENT), "e2", sequence=2)
    incident = await world.incident()
    assert (incident.home_state, incident.severity) == (State.RESOLVED, "emergency")


async def test_a_replaced_box_goes_on_with_the_same_incident(world: World) -> None:
    await world.sends(smoke(), "e1", sequence=900)
    await world.sends(smoke(state=State.RESOLVED), "f1", sequence=1, epoch="e2")
    assert (await world.incident()).home_state == State.RESOLVED


async def test_an_alert_of_a_gateway_that_nobody_registered_is_seen_at_the_top(
    world: World,
) -> None:
    taken = await world.sends(smoke(sender="g9"), "e1")
    assert taken.reply.answer is Answer.ACCEPTED
    assert (await world.incident()).area == "city"
    known = {row.id: row.is_registered for row in await world.rows(gateways)}
    assert known["g9"] is False
    assert (await world.household("wang")).is_registered is False


async def test_a_gateway_cannot_speak_for_another(world: World) -> None:
    event = happened(smoke(sender="g2"), "e1")
    taken = await world.intake.take("g1", event, b"{}", world.now)
    assert taken.reply.answer is Answer.REJECTED
    assert await world.rows(incidents) == []


async def test_two_homes_of_the_same_name_behind_two_gateways_are_two(world: World) -> None:
    await world.sends(smoke(), "e1")
    await world.sends(smoke(sender="g2"), "e1")
    assert {row.area for row in await world.rows(incidents)} == {"ninghai", "xuanwu"}


async def test_a_fault_may_wait_a_day(world: World) -> None:
    await world.sends(smoke(severity=Severity.FAULT), "e1")
    assert (await world.incident()).next_due == NOON + timedelta(days=1)


async def test_a_fault_that_is_over_at_home_is_over_here(world: World) -> None:
    await world.sends(smoke(severity=Severity.FAULT), "e1")
    await world.sends(smoke(severity=Severity.FAULT, state=State.RESOLVED), "e2", sequence=2)
    incident = await world.incident()
    assert (incident.phase, incident.next_due) == (Phase.CLOSED, None)
    assert (await world.story())[-1] == ("close", "shouhu")


async def test_what_becomes_graver_waits_for_no_longer_than_an_emergency(world: World) -> None:
    await world.sends(smoke(severity=Severity.FAULT), "e1")
    await world.sends(smoke(), "e2", sequence=2)
    assert (await world.incident()).next_due == NOON + timedelta(seconds=180)


async def test_events_that_come_together_are_applied_each_once_and_in_order(
    world: World,
) -> None:
    said = [
        happened(smoke(), "e1"),
        happened(smoke(), "e1"),
        happened(smoke("b1", household="li"), "f1", sequence=2),
        happened(smoke(state=State.RESOLVED), "e2", sequence=3),
    ]
    arrivals = [Arrival("g1", each, encode(each).decode()) for each in said]
    taken = await world.intake.take_all(arrivals, world.now)
    answers = [each.reply.answer for each in taken]
    assert answers == [Answer.ACCEPTED, Answer.DUPLICATE, Answer.ACCEPTED, Answer.ACCEPTED]
    assert {row.alert: row.home_state for row in await world.rows(incidents)} == {
        "a1": State.RESOLVED,
        "b1": State.RAISED,
    }
    assert len(await world.story()) == 3


async def test_one_event_that_cannot_be_kept_holds_up_no_other(world: World) -> None:
    together = Together(world.intake, lambda: world.now)
    said = [happened(smoke(f"a{n}"), f"e{n}", sequence=n) for n in range(20)]
    said[7] = happened(smoke("a7", sender="g1", because={"text": "\x00"}), "e7", sequence=7)
    said[11] = happened(smoke("a11", onset="2026-13-45T00:00:00+08:00"), "e11", sequence=11)
    said[13] = happened(smoke("a13", household="王" * 81), "e13", sequence=13)
    taken = await asyncio.gather(*(together.take("g1", event, encode(event)) for event in said))
    rejected = {each.reply.event for each in taken if each.reply.answer is Answer.REJECTED}
    # SQLite keeps a NUL, PostgreSQL does not.
    assert rejected - {"e7"} == {"e11", "e13"}
    assert len(await world.rows(incidents)) == 20 - len(rejected)


async def test_who_gives_up_waiting_takes_nobody_else_along(world: World) -> None:
    together = Together(world.intake, lambda: world.now)
    said = [happened(smoke(f"a{n}"), f"e{n}", sequence=n) for n in range(5)]
    tasks = [asyncio.create_task(together.take("g1", one, encode(one))) for one in said]
    await asyncio.sleep(0)
    tasks[0].cancel()
    taken = await asyncio.gather(*tasks[1:])
    assert {each.reply.answer for each in taken} == {Answer.ACCEPTED}


async def test_an_emergency_goes_before_everything_that_waits(world: World) -> None:
    order: list[str] = []

    class Noting(Intake):
        async def take_all(self, arrivals: Sequence[Arrival], now: datetime) -> list[Taken]:
            order.extend(each.event.id for each in arrivals)
            return await super().take_all(arrivals, now)

    together = Together(Noting(world.database), lambda: world.now)
    said = [happened(smoke("a0"), "first")]
    said += [
        happened(smoke(f"f{n}", severity=Severity.FAULT), f"f{n}", sequence=n) for n in range(150)
    ]
    said.append(happened(smoke("a9"), "smoke", sequence=900))
    await asyncio.gather(*(together.take("g1", one, encode(one)) for one in said))
    assert order[:2] == ["first", "smoke"]
