"""What nobody needs any more goes after its time; what people answer for stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from district import summaries
from district.accounts import audit
from district.keeping import Kept, sweep
from district.schema import audits, events, incidents, orders, sessions, steps
from district.schema import summaries as days
from gateway.wire.uplink.event import SummaryData
from tests.district.browsing import browser
from tests.district.world import NOON, World, smoke

DAY = timedelta(days=1)


async def filled(world: World) -> None:
    """Let an alert come, somebody log in and look, an order lie, a day be told."""
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    home = (await world.household("wang")).id
    async with world.database.begin() as connection:
        await audit(connection, world.who["lin"], "card seen", home, NOON)
        row = {"id": "s1", "account": "lin", "began": NOON, "seen": NOON, "ends": NOON + DAY}
        await connection.execute(insert(sessions).values(**row))
        row = {"id": "o1", "gateway": "g1", "incident": incident, "sort": "take", "body": "{}"}
        row |= {"made": NOON, "next_try": NOON, "ends": NOON + DAY, "by": "林静"}
        await connection.execute(insert(orders).values(**row))
        said = SummaryData(home, "2026-11-02", "Asia/Shanghai", "1" * 48)
        await summaries.keep(connection, [(home, said, NOON)])


async def test_each_kind_goes_when_its_time_is_over_and_incidents_stay(world: World) -> None:
    await filled(world)
    kept = Kept.of_days(events=60, audits=183, summaries=31)
    left = []
    for after in (30, 32, 61, 184):
        await sweep(world.database, kept, NOON + after * DAY)
        tables = (sessions, orders, days, events, audits)
        left.append([len(await world.rows(table)) for table in tables])
    assert left == [[1, 1, 1, 1, 1], [0, 0, 0, 1, 1], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]]
    assert len(await world.rows(incidents)) == 1
    assert len(await world.rows(steps)) >= 1


async def test_the_later_line_of_a_day_counts_whichever_comes_first(world: World) -> None:
    await world.sends(smoke(), "e1")
    home = (await world.household("wang")).id

    def line(active: str, day: str = "2026-11-02") -> SummaryData:
        return SummaryData(home, day, "Asia/Shanghai", active.ljust(48, "?"))

    async with world.database.begin() as connection:
        await summaries.keep(connection, [(home, line("11"), NOON), (home, line("1"), NOON - DAY)])
        await summaries.keep(connection, [(home, line("0"), NOON - DAY)])
        await summaries.keep(connection, [(home, line("10", "2026-11-03"), NOON + DAY)])
        found = await summaries.of(connection, home)
        assert [(each.day, each.active[:2]) for each in found] == [
            ("2026-11-03", "10"),
            ("2026-11-02", "11"),
        ]
        await summaries.forget(connection, home)
        assert await summaries.of(connection, home) == ()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_of_what_was_erased_nothing_is_left_in_the_files(world: World) -> None:
    secrets = ("door-4711-code", "13900001234", "a weak heart")
    async with browser(world, "qian") as client:
        body = {"local": "wang", "area": "ninghai", "name": "王家"}
        body |= {"door_code": secrets[0], "medical": f"{secrets[2]}, " * 100}
        home = (await client.post("/api/v1/households", json=body)).json()["id"]
        person = {"kind": "contact", "name": "王芳", "phone": secrets[1]}
        await client.post(f"/api/v1/households/{home}/people", json=person)
        await sweep(world.database, Kept(), NOON)
        assert all(secret in files(world) for secret in secrets)
        assert (
            await client.post(f"/api/v1/households/{home}/end", json={"reason": "died"})
        ).is_success
        assert (await client.post(f"/api/v1/households/{home}/erase")).is_success
    await sweep(world.database, Kept(), NOON)
    assert [secret for secret in secrets if secret in files(world)] == []


def files(world: World) -> str:
    """Give all that stands in the file and beside it."""
    path = Path(world.database.url.database or "")
    found = [each.read_bytes() for each in path.parent.glob(path.name + "*")]
    return b"".join(found).decode("utf-8", "replace")
