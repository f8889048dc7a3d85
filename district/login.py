"""The way in: a login, its password, and a one-time code where one is set up.

One-time codes are second_factor.py's. How often may be tried is guesses.py's; what
somebody who is in may do, access.py's. Programs have tokens and no way in here.
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district import accounts as people
from district import comings, guesses, passwords, second_factor
from district.access import Role
from district.accounts import Session
from district.database import Database
from district.guesses import Counted, of_address, of_login
from district.schema import accounts, sessions

USUAL = timedelta(days=30)


class Unwelcome(Exception):
    """A login that failed; says no more than whoever guesses may know."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # "wrong", "locked" or "code": a one-time code is needed


class Try(Struct, frozen=True):
    """What somebody at the way in has brought, and from which address."""

    login: str
    password: str
    code: str
    address: str
    cookie: str = ""  # of a session that the browser came with

    def __repr__(self) -> str:
        """Keep the password out of logs."""
        return f"Try({self.login!r})"


class Welcome(Struct, frozen=True):
    """A session that has begun, and whether they have to choose a password first."""

    session: Session
    must_change: bool


async def log_in(database: Database, tried: Try, now: datetime) -> Welcome:
    """Begin a session. Raises Unwelcome, DatabaseFailed."""
    async with database.begin() as connection:
        row = (await connection.execute(_account(tried.login))).one_or_none()
        by = await _counted_by(connection, tried, row, now)
        if not await guesses.count(connection, by, now):
            raise Unwelcome("locked")
    # Outside of any transaction: it takes long, and SQLite has one at a time.
    kept = passwords.NOBODY if row is None else row.password
    found: Welcome | Unwelcome = Unwelcome("wrong")
    if await passwords.is_right(kept, tried.password) and row is not None:
        async with database.begin() as connection:
            found = await _let_in(connection, tried, by, kept, now)
    if isinstance(found, Welcome):
        return found
    if found.code == "wrong":
        async with database.begin() as connection:
            await comings.turned_away(connection, tried.login, tried.address, by, now)
    raise found


async def _let_in(
    connection: AsyncConnection, tried: Try, by: list[Counted], kept: str, now: datetime
) -> Welcome | Unwelcome:
    """Look at the rest, where password and account are still what was checked."""
    row = (await connection.execute(_account(tried.login).with_for_update())).one_or_none()
    if row is None or row.password != kept:
        return Unwelcome("wrong")
    values: dict[str, Any] = {}
    second = "password"
    if row.totp is not None:
        if not tried.code:
            await guesses.take_back(connection, by)
            return Unwelcome("code")
        step = second_factor.step_of(row.totp, row.totp_last, tried.code, now)
        if step is not None:
            second, values["totp_last"] = "authenticator", step
        elif await second_factor.spent(connection, row.id, tried.code, now):
            second = "recovery code"
        else:
            return Unwelcome("wrong")
    if (again := passwords.rehashed(kept, tried.password)) is not None:
        values["password"] = again
    if values:
        good = update(accounts).where(accounts.c.id == row.id)
        await connection.execute(good.values(**values))
    await guesses.take_back(connection, by)
    await guesses.forget(connection, tried.login)
    # What the browser came with, somebody else may have put there.
    await people.end(connection, tried.cookie)
    session = await people.begin(connection, row.id, tried.address, now)
    await comings.came(connection, row, tried.address, second, now)
    return Welcome(session, row.must_change)


def _account(login: str) -> "Select[Any]":
    return select(accounts).where(
        accounts.c.login == login, accounts.c.is_active, accounts.c.role != Role.PLATFORM
    )


async def _counted_by(
    connection: AsyncConnection, tried: Try, row: "Row[Any] | None", now: datetime
) -> list[Counted]:
    """Say what to count by: from where they usually come, others' guesses do not count."""
    by = [of_address(tried.address)]
    if row is None or not await _is_usual(connection, row.id, tried.address, now):
        by.append(of_login(tried.login))
    return by


async def _is_usual(connection: AsyncConnection, account: str, address: str, now: datetime) -> bool:
    found = await connection.execute(
        select(sessions.c.id)
        .where(sessions.c.account == account, sessions.c.where == address)
        .where(sessions.c.began > now - USUAL)
        .limit(1)
    )
    return found.one_or_none() is not None
