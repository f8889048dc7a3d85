"""Those who watch the watching: several at once, one that stands still, none at all."""

import asyncio

from district.auditor import Watcher, audit_all, is_late, leave
from district.intake.hearing import note
from district.levels import pass_time
from district.outages import look
from district.own import Own
from district.phases import Phase
from district.schema import incidents, watchers
from tests.district.test_watch import own, street
from tests.district.world import World, smoke


async def test_a_second_watch_tells_of_one_that_stands_still_until_it_goes_on(
    world: World,
) -> None:
    first, second = (Watcher(name, f"host-{name}", world.now) for name in "ab")
    await audit_all(world.database, world.now, first)
    await audit_all(world.database, world.now, second)
    await audit_all(world.database, world.later(seconds=61), second)
    assert await own(world, Own.STANDS) == [("city", Phase.OPEN, None)]
    await audit_all(world.database, world.later(seconds=1), second)
    assert len(await own(world, Own.STANDS)) == 1
    await audit_all(world.database, world.now, first)
    assert await own(world, Own.STANDS) == [("city", Phase.CLOSED, "recovered")]


async def test_a_watch_that_was_killed_and_started_anew_is_not_missed(world: World) -> None:
    await audit_all(world.database, world.now, Watcher("a", "box", world.now))
    world.later(minutes=5)
    await audit_all(world.database, world.now, Watcher("b", "box", world.now))
    assert await world.rows(incidents) == []
    assert [row.name for row in await world.rows(watchers)] == ["b"]


async def test_a_watch_that_ends_as_it_should_is_not_missed_but_the_desk_says_so(
    world: World,
) -> None:
    first, second = (Watcher(name, f"host-{name}", world.now) for name in "ab")
    await audit_all(world.database, world.now, first)
    await audit_all(world.database, world.now, second)
    await leave(world.database, first)
    await audit_all(world.database, world.later(minutes=5), second)
    assert await world.rows(incidents) == []
    await leave(world.database, second)
    async with world.database.begin() as connection:
        assert await is_late(connection, world.now)


async def test_the_intake_s_sign_of_life_is_no_watch(world: World) -> None:
    await note(world.database, world.now)
    async with world.database.begin() as connection:
        assert await is_late(connection, world.now)
    await audit_all(world.database, world.later(hours=1))
    assert await world.rows(incidents) == []


async def test_many_watches_at_once_do_each_thing_once(world: World) -> None:
    await street(world, 2)
    await world.sends(smoke(), "e1")
    world.later(minutes=3)
    looks = [pass_time, look, audit_all] * 4
    await asyncio.gather(*(each(world.database, world.now) for each in looks))
    rows = await world.rows(incidents)
    assert sorted(row.rule for row in rows) == [Own.ALONE, Own.ALONE, "smoke"]
    assert [what for what, _ in await world.story()].count("rise") == 1
