"""Whoever is on duty has to answer; where nobody is, an incident goes on at once and says so."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from district import duty
from district.incidents import Refused, hand_over, take
from district.levels import MOST, pass_time
from district.office import Office
from district.phases import Act, Phase
from district.rota import Absence, Weekly
from district.scheduling import add_shift, add_weekly, away, back, count_day, limit, remove
from district.schema import accounts, areas, audits, incidents, rota, steps
from edge.model import Severity
from tests.district.world import NOON, World, smoke

ALWAYS = ("1234567H", 0, 1440)


async def rostered(world: World, area: str, account: str, *line: object) -> str:
    async with world.database.begin() as connection:
        office = Office(connection, world.who["sun"], world.now)
        return await add_weekly(office, area, Weekly(account, *(line or ALWAYS)))  # type: ignore[arg-type]


async def off(world: World, account: str, days: int = 7, stand_in: str | None = None) -> str:
    async with world.database.begin() as connection:
        office = Office(connection, world.who["sun"], world.now)
        until = world.now + timedelta(days=days)
        return await away(office, Absence(account, world.now, until, stand_in))


async def on_duty(world: World, area: str) -> list[str]:
    async with world.database.begin() as connection:
        found = await duty.on_duty(connection, {area}, world.now)
    return [each.name for each in found[area]]


async def alarmed(world: World, **more: object) -> str:
    await world.sends(smoke(**more), "e1")  # type: ignore[arg-type]
    return (await world.incident()).id


async def moves(world: World) -> list[tuple[str, str]]:
    async with world.database.begin() as connection:
        wanted = select(steps).where(steps.c.what.in_([Act.RISE, Act.PASS_ON, Act.REMIND]))
        found = await connection.execute(wanted.order_by(steps.c.seq))
        return [(row.what, row.detail.get("to", row.detail.get("area"))) for row in found]


# -- who answers


async def test_without_a_rota_whoever_works_in_an_area_is_on_duty_there(world: World) -> None:
    assert await on_duty(world, "ninghai") == ["林静", "赵磊"]
    assert await on_duty(world, "yuhua") == ["钱敏"]


async def test_with_a_rota_only_who_is_on_it_now_is_on_duty(world: World) -> None:
    await rostered(world, "ninghai", "lin", "12345", 8 * 60, 20 * 60)
    await rostered(world, "ninghai", "zhao", "12345", 20 * 60, 8 * 60)
    assert await on_duty(world, "ninghai") == ["林静"]  # it is Monday noon there
    world.later(hours=9)
    assert await on_duty(world, "ninghai") == ["赵磊"]


async def test_a_stand_in_of_the_area_above_answers_for_who_is_away(world: World) -> None:
    await rostered(world, "ninghai", "lin")
    await off(world, "lin", stand_in="qian")
    async with world.database.begin() as connection:
        (found,) = (await duty.on_duty(connection, {"ninghai"}, world.now))["ninghai"]
    assert (found.name, found.instead_of) == ("钱敏", "林静")


async def test_who_has_left_or_may_only_look_is_not_on_duty(world: World) -> None:
    await rostered(world, "ninghai", "lin")
    async with world.database.begin() as connection:
        await connection.execute(
            update(accounts).where(accounts.c.id == "lin").values(is_active=False)
        )
    assert await on_duty(world, "ninghai") == []


async def test_a_holiday_above_holds_below_and_the_nearest_word_counts(world: World) -> None:
    await rostered(world, "ninghai", "lin", "12345", 0, 1440)
    today = datetime(2026, 11, 2, tzinfo=UTC).date()
    async with world.database.begin() as connection:
        office = Office(connection, world.who["sun"], world.now)
        await count_day(office, "city", today)
    assert await on_duty(world, "ninghai") == []
    async with world.database.begin() as connection:
        office = Office(connection, world.who["qian"], world.now)
        await count_day(office, "ninghai", today, "1")
    assert await on_duty(world, "ninghai") == ["林静"]


# -- what follows from it


async def test_where_nobody_is_on_duty_it_goes_on_at_once_and_says_so(world: World) -> None:
    await rostered(world, "ninghai", "lin", "6", 0, 60)
    await alarmed(world)
    await pass_time(world.database, world.now)
    row = await world.incident()
    assert (row.area, row.next_due) == ("yuhua", world.now + timedelta(seconds=180))
    assert await moves(world) == [("pass_on", "yuhua")]


async def test_several_levels_without_anybody_are_passed_over_in_one_step_each(
    world: World,
) -> None:
    await rostered(world, "ninghai", "lin", "6", 0, 60)
    await off(world, "qian")
    await alarmed(world)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "city"
    assert await moves(world) == [("pass_on", "yuhua"), ("pass_on", "city")]


async def test_where_nobody_is_anywhere_it_stands_at_the_top_and_calls_again(
    world: World,
) -> None:
    for account in ("lin", "zhao", "qian", "sun"):
        await off(world, account)
    await alarmed(world)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "city"
    world.later(minutes=3)
    await pass_time(world.database, world.now)
    row = await world.incident()
    assert (row.area, row.next_due) == ("city", world.now + timedelta(minutes=10))
    assert (await moves(world))[-1] == ("remind", "city")


async def test_what_waits_when_the_last_one_goes_off_duty_does_not_wait_on(world: World) -> None:
    await rostered(world, "ninghai", "lin", "1", 0, 12 * 60 + 30)
    await alarmed(world, severity=Severity.URGENT)
    world.later(minutes=29)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "ninghai"
    world.later(minutes=1)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "yuhua"


async def test_a_lease_that_lapses_where_nobody_is_left_goes_on_at_once(world: World) -> None:
    await rostered(world, "ninghai", "lin", "1", 0, 12 * 60 + 15)
    incident = await alarmed(world)
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing, timedelta(minutes=20))
    world.later(minutes=20)
    await pass_time(world.database, world.now)
    row = await world.incident()
    assert (row.phase, row.area, row.owner) == (Phase.OPEN, "yuhua", None)


async def test_a_device_s_fault_waits_for_the_morning_and_not_for_the_city(world: World) -> None:
    await rostered(world, "ninghai", "lin", "6", 0, 60)
    await alarmed(world, severity=Severity.FAULT)
    world.later(hours=23)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "ninghai"
    world.later(hours=1)
    await pass_time(world.database, world.now)
    assert (await world.incident()).area == "yuhua"


async def test_each_area_has_its_own_limit(world: World) -> None:
    async with world.database.begin() as connection:
        office = Office(connection, world.who["sun"], world.now)
        await limit(office, "ninghai", 60, 600, 3600)
        await limit(office, "yuhua", 300, 900, 3600)
    await alarmed(world)
    assert (await world.incident()).next_due == world.now + timedelta(seconds=60)
    world.later(seconds=60)
    await pass_time(world.database, world.now)
    row = await world.incident()
    assert (row.area, row.next_due) == ("yuhua", world.now + timedelta(seconds=300))


async def test_many_that_are_due_at_once_all_rise(world: World) -> None:
    await alarmed(world)
    row = dict((await world.incident())._mapping)
    async with world.database.begin() as connection:
        rows = [row | {"id": f"i{number}"} for number in range(MOST + 10)]
        await connection.execute(insert(incidents), rows)
    world.later(minutes=3)
    await pass_time(world.database, world.now)
    assert {row.area for row in await world.rows(incidents)} == {"yuhua"}


async def test_it_is_handed_over_to_who_is_off_duty_only_by_name(world: World) -> None:
    incident = await alarmed(world)
    await off(world, "zhao")
    async with world.acting("lin", incident, Act.TAKE) as doing:
        await take(doing)
    async with world.acting("lin", incident, Act.HAND_OVER) as doing:
        await hand_over(doing, "zhao")
    assert (await world.incident()).owner == "zhao"


# -- who may say so


async def test_nobody_is_put_on_duty_where_they_could_not_act(world: World) -> None:
    for account in ("wu", "nobody"):
        with pytest.raises(Refused, match="nobody"):
            await rostered(world, "ninghai", account)


async def test_who_keeps_one_area_s_rota_does_not_touch_another_s(world: World) -> None:
    line = await rostered(world, "xuanwu", "wu")
    async with world.database.begin() as connection:
        office = Office(connection, world.who["qian"], world.now)
        for attempt in (
            add_weekly(office, "xuanwu", Weekly("sun", *ALWAYS)),
            add_shift(office, "xuanwu", "wu", NOON, NOON + timedelta(hours=1)),
            remove(office, line),
            count_day(office, "city", NOON.date()),
            limit(office, "xuanwu", 60, 60, 60),
            away(office, Absence("wu", NOON, NOON + timedelta(days=1))),
        ):
            with pytest.raises(Refused):
                await attempt
    assert len(await world.rows(rota)) == 1


async def test_somebody_may_report_themselves_away_and_nobody_else(world: World) -> None:
    async with world.database.begin() as connection:
        office = Office(connection, world.who["lin"], world.now)
        mine = await away(office, Absence("lin", NOON, NOON + timedelta(days=1), "zhao"))
        with pytest.raises(Refused, match="only they"):
            await away(office, Absence("zhao", NOON, NOON + timedelta(days=1)))
    world.later(hours=1)
    assert await on_duty(world, "ninghai") == ["赵磊"]
    async with world.database.begin() as connection:
        await back(Office(connection, world.who["lin"], world.now), mine)
    assert await on_duty(world, "ninghai") == ["林静", "赵磊"]


async def test_each_change_of_duty_is_noted(world: World) -> None:
    line = await rostered(world, "ninghai", "lin")
    assert await rostered(world, "ninghai", "lin") == line
    async with world.database.begin() as connection:
        await remove(Office(connection, world.who["sun"], world.now), line)
    noted = [(row.who, row.what, row.about) for row in await world.rows(audits)]
    assert noted == [
        ("孙浩", "rota line added", "ninghai"),
        ("孙浩", "rota entry removed", "ninghai"),
    ]


async def test_the_top_area_of_a_deep_district_is_reached_level_by_level(world: World) -> None:
    path, parent = "/city/yuhua/ninghai/", "ninghai"
    async with world.database.begin() as connection:
        for depth in range(4):
            path += f"d{depth}/"
            row = {"id": f"d{depth}", "parent": parent, "path": path, "name": f"d{depth}"}
            await connection.execute(insert(areas).values(**row))
            parent = f"d{depth}"
    await alarmed(world)
    async with world.database.begin() as connection:
        await connection.execute(update(incidents).values(place="d3", area="d3"))
    await pass_time(world.database, world.now)
    assert [to for _, to in await moves(world)] == ["d2", "d1", "d0", "ninghai"]
