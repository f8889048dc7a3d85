"""What a program shows instead of a password: a token, seen once, kept as its hash.

A token is of an account whose role is platform: the account says in which area, the token which of
the role's rights, until when. Two may be good at the same time, so that one can follow the other.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import RIGHTS, Right, Role, Who, within
from district.accounts import audit
from district.identity import fresh
from district.incidents import Refused
from district.schema import accounts, areas, tokens

PREFIX = "shouhu_"  # so that one that has leaked is found where people search for such things
LONGEST = timedelta(days=3 * 366)
USED_EVERY = timedelta(minutes=1)  # a token that is used is noted no more often
GRANTABLE = RIGHTS[Role.PLATFORM]


class Token(Struct, frozen=True):
    """What is known of a token; what opens the door is not among it."""

    id: str
    account: str
    login: str
    area: str
    name: str
    rights: tuple[str, ...]
    made: datetime
    made_by: str
    ends: datetime
    used: datetime | None
    used_from: str
    revoked: datetime | None
    revoked_by: str


async def make(
    connection: AsyncConnection,
    who: Who,
    login: str,
    *,
    name: str,
    rights: Iterable[Right],
    ends: datetime,
    now: datetime,
) -> tuple[str, str]:
    """Make a token for a program of your area; give its id and, this once, the token.

    Raises Refused.
    """
    account = await _program(connection, who, login)
    wanted = sorted({Right(each) for each in rights})
    if not wanted or not GRANTABLE.issuperset(wanted):
        may = ", ".join(sorted(GRANTABLE))
        raise Refused("invalid", f"a program may be given: {may}", "refused.token_rights")
    if not now < ends <= now + LONGEST:
        within_days = f"a token ends within {LONGEST.days} days"
        raise Refused("invalid", within_days, "refused.token_days")
    token = PREFIX + secrets.token_urlsafe(32)
    row = {"id": fresh(), "hidden": _hidden(token), "account": account.id, "name": name}
    row |= {"rights": wanted, "made": now, "made_by": who.name, "ends": ends}
    await connection.execute(insert(tokens).values(**row))
    until = ends.isoformat()
    await audit(
        connection, who, "token made", account.id, now, token=row["id"], rights=wanted, ends=until
    )
    return str(row["id"]), token


async def listed(connection: AsyncConnection, who: Who) -> list[Token]:
    """Give the tokens of your area's programs, the newest first."""
    wanted = _wanted(who).order_by(tokens.c.made.desc(), tokens.c.id)
    return [_told(row) for row in (await connection.execute(wanted)).all()]


async def revoke(connection: AsyncConnection, who: Who, token: str, now: datetime) -> None:
    """Make a token worthless, at once; one that is so already stays as it is. Raises Refused."""
    found = (await connection.execute(_wanted(who).where(tokens.c.id == token))).one_or_none()
    if found is None:
        raise Refused("not_found", "there is no such token here")
    if found.revoked is None:
        done = update(tokens).where(tokens.c.id == token)
        await connection.execute(done.values(revoked=now, revoked_by=who.name))
        await audit(connection, who, "token revoked", found.account, now, token=token)


async def who_is(connection: AsyncConnection, token: str, where: str, now: datetime) -> Who | None:
    """Give the program that shows this token, if it is still good."""
    found = await connection.execute(
        select(tokens, accounts.c.role, accounts.c.area, accounts.c.language, areas.c.path)
        .add_columns(accounts.c.name.label("program"))
        .join(accounts, tokens.c.account == accounts.c.id)
        .join(areas, accounts.c.area == areas.c.id)
        .where(tokens.c.hidden == _hidden(token), accounts.c.is_active)
        .where(accounts.c.role == Role.PLATFORM)
    )
    row = found.one_or_none()
    if row is None or row.revoked is not None or now >= row.ends:
        return None
    if row.used is None or now >= row.used + USED_EVERY:
        done = update(tokens).where(tokens.c.id == row.id)
        await connection.execute(done.values(used=now, used_from=where[:200]))
    scope = frozenset(row.rights)
    return Who(row.account, row.program, row.role, row.area, row.path, row.language, scope)


async def _program(connection: AsyncConnection, who: Who, login: str) -> "Row[Any]":
    """Give the account. Raises Refused."""
    found = await connection.execute(
        select(accounts).where(accounts.c.login == login, within(who, accounts.c.area))
    )
    row = found.one_or_none()
    if row is None or not row.is_active:
        raise Refused("not_found", "there is no such account here")
    if row.role != Role.PLATFORM:
        # Who could make one for somebody else could act in their name.
        only = "tokens are for programs: accounts of the role platform"
        raise Refused("invalid", only, "refused.token_person")
    return row


def _wanted(who: Who) -> "Select[Any]":
    joined = select(tokens, accounts.c.login, accounts.c.area).join(
        accounts, tokens.c.account == accounts.c.id
    )
    return joined.where(within(who, accounts.c.area))


def _told(row: "Row[Any]") -> Token:
    values = {name: getattr(row, name) for name in Token.__struct_fields__}
    return Token(**(values | {"rights": tuple(row.rights)}))


def _hidden(token: str) -> str:
    # What is in the database opens nothing.
    return sha256(token.encode()).hexdigest()
