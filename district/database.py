"""The database of a district: SQLite as the embedded default, PostgreSQL for service.

Opens it, brings its tables up to date, and gives transactions. SQL stands with its part.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import ColumnElement, Connection, Select, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_MS = 15_000
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
# Nobody waits for a row for ever, and nobody who has lost the way to us keeps one.
POSTGRES = {"lock_timeout": "2s", "idle_in_transaction_session_timeout": "30s"}
MIGRATING = 7_468_555  # the advisory lock of whoever brings the tables up to date
# PostgreSQL, appendix A: data exceptions and broken constraints, by class.
OWN_FAULT = ("22", "23")
IN_THE_WAY = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not available

# While it connects, the driver's own errors come through as they are.
FAILURES = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class DatabaseFailed(Exception):
    """The database cannot be used now."""


class NotFit(DatabaseFailed):
    """What was to be written cannot be written, today or tomorrow."""


class InTheWay(DatabaseFailed):
    """Somebody else has a row that was needed: at once again, it may go well."""


class Database:
    """One database. `url` is SQLAlchemy's, with or without a driver: sqlite:///FILE, postgresql://."""

    def __init__(self, url: str, *, pool: int = 8) -> None:
        # Parameters have names and addresses of people in them: no error's text shows them.
        parsed = make_url(url)
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
        name = parsed.get_backend_name()
        if name not in driver:
            raise DatabaseFailed(f"{name} is neither sqlite nor postgresql")
        self.url = parsed.set(drivername=driver[name])
        self.is_postgres = name == "postgresql"
        if self.is_postgres:
            self.engine: AsyncEngine = create_async_engine(
                self.url,
                pool_size=pool,
                max_overflow=0,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"server_settings": POSTGRES},
            )
        else:
            # One connection: SQLite has one writer, and one that waits in line needs no retry.
            self.engine = create_async_engine(
                self.url, pool_size=1, max_overflow=0, hide_parameters=True
            )
            event.listen(self.engine.sync_engine, "connect", _prepare)
            event.listen(self.engine.sync_engine, "begin", _begin)

    async def migrate(self) -> None:
        """Bring the tables to this version's. Raises DatabaseFailed."""
        try:
            if not self.is_postgres and self.url.database:
                _make_own(Path(self.url.database))
            async with self.engine.begin() as connection:
                await connection.run_sync(_upgrade)
        except FAILURES as error:
            raise DatabaseFailed(str(error)) from error

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Give one transaction, committed at its end. Raises DatabaseFailed."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except FAILURES as error:
            raise _translated(error) from error

    async def wipe(self) -> None:
        """Leave nothing of what was erased in SQLite's log beside the file. Raises DatabaseFailed.

        In the file itself it is overwritten as it is erased; PostgreSQL does either by itself, when
        it cleans up.
        """
        if self.is_postgres:
            return
        try:
            async with self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        except FAILURES as error:
            raise _translated(error) from error

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()


async def insert_once(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there; say whether it was new."""
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    done = await connection.execute(maker(table).values(**row).on_conflict_do_nothing())
    return done.rowcount == 1


async def insert_new(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *keys: "ColumnElement[Any]",
) -> list[Any]:
    """Insert those rows whose keys are not there; give the keys of these, one or a tuple each."""
    if not rows:
        return []
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = maker(table).on_conflict_do_nothing().returning(*keys)
    found = await connection.execute(made, [dict(row) for row in rows])
    return [row[0] if len(keys) == 1 else tuple(row) for row in found]


def locked(select: "Select[Any]", *, skips: bool = False) -> "Select[Any]":
    """Let no other transaction change these rows meanwhile; SQLite has one writer anyhow.

    Rows that refer to them may be added: intake does that all the time, and need not wait.
    """
    return select.with_for_update(skip_locked=skips, key_share=True)


def _translated(error: Exception) -> DatabaseFailed:
    """Say whose fault it is: of what was written, of somebody in the way, of the database."""
    text = str(error).partition("\n")[0]
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    is_ours = isinstance(error, (DataError, IntegrityError)) or state[:2] in OWN_FAULT
    if is_ours or (isinstance(error, StatementError) and not isinstance(error, DBAPIError)):
        return NotFit(text)
    if state in IN_THE_WAY or "database is locked" in text:
        return InTheWay(text)
    return DatabaseFailed(text)


def _make_own(file: Path) -> None:
    # Door codes are for nobody else on this machine; SQLite's files beside it have the same mode.
    if not file.exists():
        file.touch(0o600)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Several processes may start at once; the second finds everything done.
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare(connection: Any, _record: Any) -> None:
    # Transactions are begun by us: the driver would begin them too late for a lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def wait_for(database: Database, seconds: float = 30.0) -> None:
    """Wait until the database answers. Raises DatabaseFailed where it does not in time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            async with database.begin():
                return
        except DatabaseFailed:
            if asyncio.get_running_loop().time() >= deadline:
                raise
            await asyncio.sleep(0.5)
