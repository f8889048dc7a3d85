"""Who works here, and the sessions in which they do; and the note of what they saw and changed.

How somebody gets in is login.py's, what they may do access.py's.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Role, Who
from district.identity import fresh
from district.passwords import NO_PASSWORD, hashed
from district.schema import accounts, areas, audits, sessions

IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)  # a shift
SEEN_EVERY = timedelta(minutes=1)  # a session that is used is noted no more often


class Session(Struct, frozen=True):
    """A login: `cookie` is what the browser keeps, and nobody else has."""

    cookie: str
    ends: datetime


async def create(
    connection: AsyncConnection,
    login: str,
    password: str,
    *,
    name: str,
    area: str,
    role: Role,
    language: str = "zh",
    must_change: bool = True,
) -> str:
    """Add somebody, or a program, which has no password; give the id. Raises WeakPassword.

    `must_change`: somebody else knows the password, so that it is good until they choose another.
    """
    is_program = role is Role.PLATFORM
    kept = NO_PASSWORD if is_program else hashed(password, login, name)
    account = fresh()
    row = {"id": account, "login": login, "name": name, "area": area, "role": role}
    row |= {"language": language, "password": kept}
    must = must_change and not is_program
    await connection.execute(insert(accounts).values(**row, must_change=must))
    return account


async def begin(connection: AsyncConnection, account: str, where: str, now: datetime) -> Session:
    """Begin a session."""
    cookie = secrets.token_urlsafe(32)
    row = {"id": _hidden(cookie), "account": account, "began": now, "seen": now}
    await connection.execute(insert(sessions).values(**row, ends=now + LONGEST, where=where[:200]))
    return Session(cookie, now + LONGEST)


async def who_is(
    connection: AsyncConnection,
    cookie: str,
    now: datetime,
    second_factor: frozenset[str] = frozenset(),
) -> Who | None:
    """Give who holds this cookie, if it is still good; `second_factor`: roles that take one."""
    joined = select(sessions, accounts, areas.c.path).join_from(
        sessions, accounts, sessions.c.account == accounts.c.id
    )
    joined = joined.join(areas, accounts.c.area == areas.c.id)
    found = await connection.execute(joined.where(sessions.c.id == _hidden(cookie)))
    row = found.mappings().one_or_none()
    if row is None or row[sessions.c.is_revoked] or not row[accounts.c.is_active]:
        return None
    if now >= row[sessions.c.ends] or now >= row[sessions.c.seen] + IDLE:
        return None
    if now >= row[sessions.c.seen] + SEEN_EVERY:
        seen = update(sessions).where(sessions.c.id == _hidden(cookie))
        await connection.execute(seen.values(seen=now))
    return Who(
        row[accounts.c.id],
        row[accounts.c.name],
        row[accounts.c.role],
        row[accounts.c.area],
        row[areas.c.path],
        row[accounts.c.language],
        must_change=row[accounts.c.must_change],
        must_enrol=row[accounts.c.role] in second_factor and row[accounts.c.totp] is None,
    )


async def end(connection: AsyncConnection, cookie: str) -> bool:
    """End a session; say whether it was one that had not ended."""
    done = update(sessions).where(sessions.c.id == _hidden(cookie), ~sessions.c.is_revoked)
    return bool((await connection.execute(done.values(is_revoked=True))).rowcount)


async def end_all(connection: AsyncConnection, account: str) -> None:
    """End every session of somebody."""
    done = update(sessions).where(sessions.c.account == account)
    await connection.execute(done.values(is_revoked=True))


async def audit(
    connection: AsyncConnection, who: Who, what: str, about: str, now: datetime, **detail: Any
) -> None:
    """Note that somebody saw or changed something of a person."""
    await audit_all(connection, who, what, [about], now, **detail)


async def audit_all(
    connection: AsyncConnection,
    who: Who,
    what: str,
    abouts: Sequence[str],
    now: datetime,
    **detail: Any,
) -> None:
    """Note that somebody saw or changed the same of several."""
    row = {"at": now, "account": who.id, "who": who.name, "what": what, "area": who.area}
    rows = [{**row, "about": about, "detail": detail} for about in abouts]
    if rows:
        await connection.execute(insert(audits), rows)


def _hidden(cookie: str) -> str:
    # What is in the database opens nothing.
    return sha256(cookie.encode()).hexdigest()
