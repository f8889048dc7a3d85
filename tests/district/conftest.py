"""A district in both databases: two levels and a street, people of every role."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from district.database import Database
from tests.broker import broker, certificates, start_broker
from tests.district.world import World
from tests.postgres import Postgres, cluster

__all__ = ["broker", "certificates", "start_broker"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL that all tests of this worker share; each has a database of its own."""
    # A short path: a Unix socket's has 107 characters at most.
    directory = Path(tempfile.mkdtemp(prefix="pg"))
    directory.chmod(0o755)
    try:
        with cluster(directory / "c") as running:
            yield running
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """Give the name of a database with all tables; to copy it is quicker than to migrate."""
    url = postgres.database()
    _migrate(url)
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with all tables."""
    path = tmp_path_factory.mktemp("template") / "district.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    # In a thread: a loop of the tests may be running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(_migrated(url))).result()


async def _migrated(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


@pytest.fixture(params=["sqlite", "postgres"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Give a district with areas and accounts, in SQLite and in PostgreSQL."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        path = shutil.copy(template, tmp_path / "district.db")
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres").database(template)
    database = Database(url)
    made = World(database)
    await made.settle()
    yield made
    await database.close()
