"""What duty staff do with an incident, from taking to closing it, and what time does to it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from district.incidents import (
    Refused,
    call,
    close,
    dispatch,
    follow_up,
    hand_over,
    note,
    progress,
    take,
)
from district.levels import pass_time
from district.orders import due
from district.phases import Act, Phase
from district.schema import areas, dispatches, follow_ups, incidents, orders
from edge.model import Outcome, Severity, State
from gateway.wire.uplink.event import CommandData, Order, decode
from tests.district.browsing import browser
from tests.district.world import World, smoke


async def alarmed(world: World, **more: object) -> str:
    await world.sends(smoke(**more), "e1")  # type: ignore[arg-type]
    return (await world.incident()).id


async def taken(world: World, login: str = "lin") -> str:
    incident = await alarmed(world)
    async with world.acting(login, incident, Act.TAKE) as doing:
        await take(doing)
    return incident


async def orders_due(world: World) -> list[CommandData]:
    async with world.database.begin() as connection:
        found = [decode(each.body).data for each in await due(connection, world.now)]
    assert all(isinstance(each, CommandData) for each in found)
    return found  # type: ignore[return-value]


async def test_who_takes_an_incident_has_it_for_a_while_and_the_home_is_told(world: World) -> None:
    incident = await taken(world)
    row = await world.incident()
    assert (row.phase, row.owner, row.until) == (
        *(Phase.TAKEN, "lin"),
        world.now + timedelta(minutes=30),
    )
    (order,) = await orders_due(world)
    assert (order.order, order.household, order.alert) == (Order.TAKE, "wang", "a1")
    assert (order.by, order.lease_s) == ("林静", 1800)
    assert row.id == incident


async def test_two_who_take_it_at_once_do_not_both_have_it(world: World) -> None:
    incident = await taken(world)
    with pytest.raises(Refused, match="somebody else"):
        async with world.acting("zhao", incident, Act.TAKE) as doing:
            await take(doing)


async def test_an_event_after_it_was_taken_is_answered_with_its_owner(world: World) -> None:
    await taken(world)
    reply = (await world.sends(smoke(state=State.RESOLVED), "e2", sequence=2)).reply
    assert (reply.owner, reply.until) == ("林静", world.now + timedelta(minutes=30))


async def test_nobody_of_another_area_can_act_on_it(world: World) -> None:
    incident = await alarmed(world)
    with pytest.raises(Refused, match="no such incident"):
        async with world.acting("wu", incident, Act.TAKE) as doing:
            await take(doing)


async def test_the_area_above_can_act_on_it(world: World) -> None:
    assert (await taken(world, "sun")) == (await world.incident()).id


async def test_an_order_is_sent_again_until_the_home_says_that_it_is_done(world: World) -> None:
    await taken(world)
    assert len(await orders_due(world)) == 1
    assert await orders_due(world) == []
    world.later(seconds=6)
    assert len(await orders_due(world)) == 1
    told = smoke(state=State.ACKNOWLEDGED, taken_by="林静")
    await world.sends(told, "e2", sequence=2)
    world.later(minutes=2)
    assert await orders_due(world) == []


async def test_a_new_order_goes_before_those_that_were_not_heard_before(world: World) -> None:
    await taken(world)
    assert len(await orders_due(world)) == 1
    world.later(minutes=1)
    await world.sends(smoke("a2"), "e2", sequence=2)
    new = next(row.id for row in await world.rows(incidents) if row.alert == "a2")
    async with world.acting("zhao", new, Act.TAKE) as doing:
        await take(doing)
    async with world.database.begin() as connection:
        (first,) = await due(connection, world.now, most=1)
    order = decode(first.body).data
    assert isinstance(order, CommandData)
    assert order.alert == "a2"


async def test_it_is_handed_over_to_somebody_who_works_there(world: World) -> None:
    incident = await taken(world)
    async with world.acting("lin", incident, Act.HAND_OVER) as doing:
        await hand_over(doing, "zhao")
    assert (await world.incident()).owner == "zhao"
    assert [order.by for order in await orders_due(world)] == ["赵磊"]


async def test_it_is_not_handed_over_to_somebody_of_another_area(world: World) -> None:
    incident = await taken(world)
    with pytest.raises(Refused, match="nobody"):
        async with world.acting("lin", incident, Act.HAND_OVER) as doing:
            await hand_over(doing, "wu")


async def test_only_its_owner_or_a_supervisor_hands_it_over(world: World) -> None:
    incident = await taken(world)
    with pytest.raises(Refused, match="somebody else"):
        async with world.acting("zhao", incident, Act.HAND_OVER) as doing:
            await hand_over(doing, "zhao")
    async with world.acting("qian", incident, Act.HAND_OVER) as doing:
        await hand_over(doing, "zhao")
    assert (await world.incident()).owner == "zhao"


async def test_a_call_is_written_down_with_its_result_and_counts_as_an_answer(world: World) -> None:
    incident = await alarmed(world)
    world.later(seconds=40)
    async with world.acting("lin", incident, Act.CALL) as doing:
        await call(doing, "王桂兰", "不接")
    row = await world.incident()
    assert (row.answered, row.phase) == (world.now, Phase.OPEN)


async def test_somebody_is_sent_arrives_and_is_done(world: World) -> None:
    incident = await taken(world)
    async with world.acting("lin", incident, Act.DISPATCH) as doing:
        await dispatch(doing, "网格员 老周", "13900000000")
    (sent,) = await world.rows(dispatches)
    arrived = world.later(minutes=12)
    async with world.acting("lin", incident, Act.ON_SCENE) as doing:
        await progress(doing, sent.id, Act.ON_SCENE)
    done = world.later(minutes=20)
    async with world.acting("lin", incident, Act.DONE) as doing:
        await progress(doing, sent.id, Act.DONE)
    (sent,) = await world.rows(dispatches)
    assert (sent.arrived, sent.done) == (arrived, done)
    assert [what for what, _ in await world.story()][-3:] == ["dispatch", "on_scene", "done"]


async def test_what_is_closed_has_an_outcome_that_the_home_learns(world: World) -> None:
    incident = await taken(world)
    async with world.acting("lin", incident, Act.CLOSE) as doing:
        await close(doing, Outcome.SENSOR, "灶上的蒸汽")
    row = await world.incident()
    assert (row.phase, row.outcome, row.note) == (Phase.CLOSED, Outcome.SENSOR, "灶上的蒸汽")
    (order,) = await orders_due(world)
    assert (order.order, order.outcome) == (Order.CLOSE, Outcome.SENSOR)


async def test_what_is_closed_cannot_be_taken_any_more(world: World) -> None:
    incident = await taken(world)
    async with world.acting("lin", incident, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    with pytest.raises(Refused, match="closed"):
        async with world.acting("zhao", incident, Act.TAKE) as doing:
            await take(doing)


async def test_an_end_in_the_home_does_not_close_the_incident(world: World) -> None:
    await alarmed(world)
    await world.sends(smoke(state=State.RESOLVED), "e2", sequence=2)
    row = await world.incident()
    assert (row.phase, row.home_state) == (Phase.OPEN, State.RESOLVED)
    assert row.next_due is not None


async def test_a_follow_up_has_an_owner_and_a_due_date(world: World) -> None:
    incident = await taken(world)
    until = world.now + timedelta(days=2)
    async with world.acting("lin", incident, Act.FOLLOW_UP) as doing:
        await follow_up(doing, "zhao", "换烟感", until)
    (found,) = await world.rows(follow_ups)
    assert (found.owner, found.what, found.due) == ("zhao", "换烟感", until)


async def test_a_note_is_kept_word_for_word(world: World) -> None:
    incident = await alarmed(world)
    async with world.acting("lin", incident, Act.NOTE) as doing:
        await note(doing, "邻居说她下楼了 <b>")
    assert (await world.story())[-1] == ("note", "林静")


# -- time


async def test_what_nobody_answers_rises_level_by_level_and_stays_with_the_top(
    world: World,
) -> None:
    await alarmed(world)
    areas = []
    for _ in range(4):
        world.later(minutes=11)
        await pass_time(world.database, world.now)
        areas.append((await world.incident()).area)
    assert areas == ["yuhua", "city", "city", "city"]
    assert (await world.incident()).next_due > world.now


async def test_it_does_not_rise_before_its_limit(world: World) -> None:
    await alarmed(world)
    world.later(seconds=179)
    assert await pass_time(world.database, world.now) == ()
    world.later(seconds=1)
    assert await pass_time(world.database, world.now) != ()


async def test_urgent_ones_have_more_time(world: World) -> None:
    await alarmed(world, severity=Severity.URGENT)
    world.later(minutes=29)
    assert await pass_time(world.database, world.now) == ()


async def test_a_lease_that_lapses_is_open_again_and_rises_in_its_time(world: World) -> None:
    await taken(world)
    world.later(minutes=30)
    await pass_time(world.database, world.now)
    row = await world.incident()
    assert (row.phase, row.owner, row.area) == (Phase.OPEN, None, "ninghai")
    world.later(minutes=4)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "yuhua"


async def test_what_somebody_has_does_not_rise(world: World) -> None:
    await taken(world)
    world.later(minutes=20)
    assert await pass_time(world.database, world.now) == ()


async def test_what_is_closed_is_left_alone_by_time(world: World) -> None:
    incident = await taken(world)
    async with world.acting("lin", incident, Act.CLOSE) as doing:
        await close(doing, Outcome.WELL)
    world.later(days=3)
    assert await pass_time(world.database, world.now) == ()


async def test_an_order_that_is_too_old_is_not_sent_any_more(world: World) -> None:
    await taken(world)
    world.later(hours=1)
    assert await orders_due(world) == []
    assert all(row.is_done for row in await world.rows(orders))


async def test_the_story_names_the_area_that_it_rose_to_as_people_know_it(world: World) -> None:
    incident = await alarmed(world)
    async with world.database.begin() as connection:
        named = update(areas).where(areas.c.id == "yuhua").values(name="雨花台区")
        await connection.execute(named)
    world.later(minutes=11)
    await pass_time(world.database, world.now)
    async with browser(world, "qian") as client:
        page = (await client.get(f"/incidents/{incident}")).text
    story = page[page.index('id="story"') :]
    assert "· 雨花台区" in story and "yuhua" not in story
