"""A city's platform that takes nothing any more is told of, once, until it does."""

from pathlib import Path

from district.incidents import close
from district.outward.away import MANY, look
from district.own import Own
from district.phases import Act, Phase
from district.schema import incidents
from edge.model import Outcome
from tests.district.platform import Platform
from tests.district.test_push import TOP, city, happen, in_one_database, push_all, pushing
from tests.district.world import World

__all__ = ["city"]


async def told(world: World) -> list[tuple[str, str, str | None]]:
    rows = [row for row in await world.rows(incidents) if row.rule == Own.AWAY]
    return [(row.place, row.phase, row.outcome) for row in rows]


async def test_a_receiver_that_stays_away_is_an_incident_until_it_takes_something(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1")
    async with pushing(world, city, tmp_path, url="http://127.0.0.1:1/") as pusher:
        for _ in range(MANY):
            assert await told(world) == []
            await pusher.once()
            await look(world.database, world.now)
            world.later(minutes=6)
        assert await told(world) == [(TOP, Phase.OPEN, None)]
        await look(world.database, world.now)
        (row,) = [each for each in await world.rows(incidents) if each.rule == Own.AWAY]
        assert row.told["zh"][0] == "上报平台收不到数据：city"
        assert len(await told(world)) == 1
        async with world.acting("sun", row.id, Act.CLOSE) as doing:
            await close(doing, Outcome.SENSOR)
        await pusher.once()
        await look(world.database, world.now)
        assert len(await told(world)) == 1
        world.later(days=1)
        await pusher.once()
        await look(world.database, world.now)
        assert len(await told(world)) == 2
    async with pushing(world, city, tmp_path) as pusher:
        world.later(minutes=10)
        await push_all(world, pusher)
        await look(world.database, world.now)
    assert [outcome for *_, outcome in await told(world)] == ["sensor", "recovered"]


@in_one_database
async def test_a_receiver_that_was_taken_out_of_the_settings_is_not_missed(
    world: World, city: Platform, tmp_path: Path
) -> None:
    await happen(world, "e1")
    async with pushing(world, city, tmp_path, url="http://127.0.0.1:1/") as pusher:
        for _ in range(MANY):
            await pusher.once()
            world.later(minutes=6)
    await look(world.database, world.now)
    assert await told(world) == []
