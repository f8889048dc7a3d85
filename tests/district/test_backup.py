"""A copy of the database opens the same desk again, in either kind of database."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select

from district.backup import NoBackup, copy
from district.database import Database
from district.schema import households, incidents, metadata
from tests.district.world import World, smoke
from tests.postgres import Postgres, program


async def told(database: Database) -> list[tuple[Any, ...]]:
    """Give every row of every table."""
    async with database.begin() as connection:
        tables = metadata.sorted_tables
        return [
            (table.name, *row)
            for table in tables
            for row in await connection.execute(select(table))
        ]


async def opened(url: str) -> Database:
    """Open a database as a district that starts does."""
    database = Database(url)
    await database.migrate()
    return database


async def test_a_new_database_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    database = await opened(f"sqlite:///{file}")
    async with database.begin():
        found = modes(tmp_path)
    await database.close()
    assert file.name in found
    assert set(found.values()) == {0o600}


def modes(directory: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in directory.iterdir()}


@pytest.fixture
async def lived(world: World) -> World:
    """Give a district in which something has happened."""
    for number in range(20):
        await world.sends(smoke(f"a{number}"), f"e{number}", sequence=number)
    return world


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_an_embedded_database_is_copied_while_it_is_in_use(
    lived: World, tmp_path: Path
) -> None:
    before = await told(lived.database)
    to = tmp_path / "copy.db"
    copy(str(lived.database.url), to)
    await lived.sends(smoke("later"), "later", sequence=99)
    assert to.stat().st_mode & 0o077 == 0
    again = await opened(f"sqlite:///{to}")
    assert await told(again) == before
    await again.close()


@pytest.mark.parametrize("world", ["postgres"], indirect=True)
async def test_a_dump_of_postgresql_is_restored(
    lived: World, postgres: Postgres, tmp_path: Path
) -> None:
    before, url = await told(lived.database), postgres.database()
    dump = tmp_path / "district.dump"
    client(postgres, "pg_dump", "--format=custom", "--file", str(dump), name(lived.database.url))
    client(postgres, "pg_restore", "--no-owner", "--dbname", name(url), str(dump))
    again = await opened(url)
    assert await told(again) == before
    async with again.begin() as connection:
        # What numbers itself goes on behind what was there.
        assert len((await connection.execute(select(incidents))).all()) == 20
    restored = World(again)
    await restored.sends(smoke("later"), "later", sequence=99)
    assert len(await restored.rows(incidents)) == 21
    assert len(await restored.rows(households)) == 1
    await again.close()


def name(url: object) -> str:
    return str(make_url(str(url)).database)


def client(postgres: Postgres, what: str, *words: str) -> None:
    """Run one of PostgreSQL's programs."""
    where = ["-h", str(postgres.directory), "-U", "test"]
    found = program(what) or shutil.which(what) or what
    done = subprocess.run(
        [found, *where, *words], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr


def test_what_cannot_be_copied_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.touch()
    source = tmp_path / "district.db"
    source.write_bytes(b"this is no database" * 1000)
    for url, to in (
        ("postgresql://nobody@/none", tmp_path / "a.db"),
        (f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "a.db"),
        (f"sqlite:///{source}", there),
        (f"sqlite:///{source}", tmp_path / "a.db"),
        (f"sqlite:///{source}", tmp_path / "no" / "where.db"),
    ):
        with pytest.raises(NoBackup):
            copy(url, to)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["district.db", "there.db"]
