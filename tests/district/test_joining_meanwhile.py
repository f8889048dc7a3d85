"""A home gets its gateway while that speaks, and while somebody else gives it away too."""

import asyncio
from typing import Any

from district.database import DatabaseFailed
from district.incidents import Refused, take
from district.intake.alerts import Taken
from district.intake.together import Together
from district.joining import Joined, Wish, join
from district.office import Office
from district.phases import Act
from district.schema import (
    events,
    households,
    incidents,
)
from edge.model import State
from gateway.wire.uplink.event import Answer, encode
from tests.district.browsing import browser
from tests.district.test_joining import waiting
from tests.district.test_roster import HOMES, added
from tests.district.world import World, happened, smoke


async def joins(world: World, home: str, local: str = "wang", **more: Any) -> Joined:
    async with world.database.begin() as connection:
        office = Office(connection, world.who["qian"], world.now)
        return await join(office, home, Wish("g1", local, **more))


async def test_of_two_who_give_the_same_box_at_once_one_is_told_whose_it_is(world: World) -> None:
    async with browser(world, "qian") as client:
        homes = [await waiting(client), await added(client, gateway=None, local="5", name="李家")]
    await world.sends(smoke(), "e1")
    for local in ("wang", "new"):  # heard of already, and not heard of yet
        done = await asyncio.gather(
            *(joins(world, home, local, replaces=True) for home in homes), return_exceptions=True
        )
        refused = [each for each in done if isinstance(each, BaseException)]
        assert [type(each) for each in refused] == [Refused], done
        assert str(refused[0]).startswith("that is ")
    assert len(await world.rows(households)) == 2


async def test_no_word_of_a_home_is_lost_or_told_twice_while_it_gets_its_box(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await waiting(client)
    hands = [Together(world.intake, lambda: world.now) for _ in range(2)]
    alerts, states = range(6), (State.RAISED, State.ACKNOWLEDGED, State.RESOLVED)

    async def said(alert: int) -> list[Taken]:
        told = []
        for number, state in enumerate(states, start=1):
            event = happened(smoke(f"a{alert}", state), f"e{alert}-{number}", sequence=number)
            body = encode(event)
            while True:  # as a gateway does that was not answered
                try:
                    told.append(await hands[alert % 2].take("g1", event, body))
                    break
                except DatabaseFailed:
                    continue
        return told

    answers, joined = await asyncio.gather(asyncio.gather(*map(said, alerts)), _joined(world, home))
    assert joined.version == 2
    assert {each.reply.answer for told in answers for each in told} == {Answer.ACCEPTED}
    assert {(row.household, row.home_state) for row in await world.rows(incidents)} == {
        (home, "resolved")
    }
    assert len(await world.rows(incidents)) == len(alerts)
    assert {row.household for row in await world.rows(events)} == {home}
    assert len(await world.rows(households)) == 1


async def _joined(world: World, home: str) -> Joined:
    # Once there is something to be joined, while more is coming.
    while not await world.rows(incidents):  # noqa: ASYNC110 - the intake makes it so
        await asyncio.sleep(0)
    while True:
        try:
            return await joins(world, home)
        except DatabaseFailed:
            continue


async def test_what_is_open_elsewhere_comes_to_the_home_s_area_unless_somebody_there_has_it(
    world: World,
) -> None:
    for number, alert in enumerate(("a1", "a2"), start=1):
        await world.sends(smoke(alert, sender="g2"), f"e{number}", sequence=number)
    taken = next(row.id for row in await world.rows(incidents) if row.alert == "a1")
    async with world.acting("wu", taken, Act.TAKE) as doing:
        await take(doing)
    async with browser(world, "sun") as client:
        box = {"gateway": "g2", "local": "wang"}
        home = await waiting(client)
        assert (await client.post(f"{HOMES}/{home}/gateway", json=box)).is_success
    stands = {row.alert: (row.place, row.area) for row in await world.rows(incidents)}
    assert stands == {"a1": ("xuanwu", "xuanwu"), "a2": ("ninghai", "ninghai")}
