"""A district is set up from one file, all or none."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from district.beginning import NotSetUp, add_gateway, begin
from district.database import Database
from district.faults import SettingsFailed
from district.schema import accounts, areas, gateways
from district.setting_up import Done, read, set_up
from gateway.commands.district_file import settings_of
from gateway.commands.exits import CommandFailed, Exit
from tests.district.world import NOON, World

SHEET = """\
[[area]]
id = "tianmu-12"
name = "天目路 12 号社区"
parent = "tianmu"

[[area]]
id = "tianmu"
name = "天目路街道"
parent = "city"

[[account]]
login = "he"
name = "何欣"
area = "tianmu-12"
password_file = "he"

[[account]]
login = "platform"
name = "城市数据平台"
area = "city"
role = "platform"

[[gateway]]
id = "g1"
area = "tianmu-12"
"""


def sheet(tmp_path: Path, text: str = SHEET) -> Path:
    (tmp_path / "he").write_text("a long way home 81\n")
    path = tmp_path / "set-up.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def taken(world: World, path: Path) -> Done:
    async with world.database.begin() as connection:
        return await set_up(connection, read(path), path.parent, NOON)


async def test_areas_may_stand_in_any_order_and_the_file_may_be_taken_again(
    world: World, tmp_path: Path
) -> None:
    path = sheet(tmp_path)
    assert await taken(world, path) == Done(2, 2, 1)
    assert await taken(world, path) == Done(0, 0, 1)
    found = {row.id: row.path for row in await world.rows(areas)}
    assert found["tianmu-12"] == "/city/tianmu/tianmu-12/"
    assert {row.id: row.area for row in await world.rows(gateways)}["g1"] == "tianmu-12"
    assert {"he", "platform"} <= {row.login for row in await world.rows(accounts)}


@pytest.mark.parametrize("is_theirs", [False, True])
async def test_a_password_that_somebody_else_wrote_down_is_good_until_they_choose_their_own(
    world: World, tmp_path: Path, *, is_theirs: bool
) -> None:
    more = "must_change = false\n" if is_theirs else ""
    text = SHEET.replace('password_file = "he"\n', f'password_file = "he"\n{more}')
    await taken(world, sheet(tmp_path, text))
    found = {row.login: row.must_change for row in await world.rows(accounts)}
    assert (found["he"], found["platform"]) == (not is_theirs, False)


async def test_the_very_first_account_chooses_a_password_before_anything_else(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    template = request.getfixturevalue("sqlite_template")
    database = Database(f"sqlite:///{shutil.copy(template, tmp_path / 'new.db')}")
    async with database.begin() as connection:
        password = await begin(connection)
        (first,) = (await connection.execute(select(accounts))).all()
    await database.close()
    assert (first.login, first.must_change, bool(password)) == ("admin", True, True)


@pytest.mark.parametrize(
    "more",
    [
        '[[gateway]]\nid = "g9"\narea = "nowhere"\n',
        '[[area]]\nid = "x"\nname = "x"\nparent = "y"\n'
        '[[area]]\nid = "y"\nname = "y"\nparent = "x"\n',
    ],
)
async def test_what_does_not_hang_together_adds_nothing(
    world: World, tmp_path: Path, more: str
) -> None:
    before = await world.rows(areas)
    with pytest.raises(NotSetUp):
        await taken(world, sheet(tmp_path, SHEET + more))
    assert await world.rows(areas) == before


def test_every_fault_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    text = '[[area]]\nid = "a b"\n[[account]]\nlogin = "x"\nname = "x"\nrole = "boss"\n[[gate]]\n'
    with pytest.raises(SettingsFailed) as caught:
        read(sheet(tmp_path, text))
    places = sorted(fault.place for fault in caught.value.faults)
    assert places == ["account.0.role", "area.0.id", "area.0.name", "gate"]
    with pytest.raises(SettingsFailed, match="needs a file with the password"):
        read(sheet(tmp_path, '[[account]]\nlogin = "x"\nname = "x"\n'))


async def test_a_desk_speaks_the_language_that_the_file_gives(world: World, tmp_path: Path) -> None:
    text = '[[account]]\nlogin = "{}"\nname = "{}"\narea = "city"\nrole = "platform"\n'
    more = text.format("anna", "Anna") + 'language = "en"\n' + text.format("wu", "吴敏")
    await taken(world, sheet(tmp_path, more))
    spoken = {row.login: row.language for row in await world.rows(accounts)}
    assert (spoken["anna"], spoken["wu"]) == ("en", "zh")


@pytest.mark.parametrize("name", ["a/b", "a#", "雨花", "", "-x"])
async def test_a_gateway_has_a_name_that_fits_into_a_topic(world: World, name: str) -> None:
    async with world.database.begin() as connection:
        with pytest.raises(NotSetUp) as caught:
            await add_gateway(connection, name, "city", NOON)
    assert "只能用字母" in caught.value.told("zh")


def test_a_file_that_is_named_and_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as caught:
        settings_of(tmp_path / "nowhere.toml")
    assert caught.value.code is Exit.USAGE
