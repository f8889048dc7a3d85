"""What the trail says of the way in: who came, who was turned away, who was locked out, who left.

Whoever fails is known by the address alone; whom they wanted to be is what the note is about. A
login that nobody has is not noted: it may be a password in the wrong field.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district import guesses
from district.access import Who
from district.accounts import audit
from district.guesses import Counted
from district.schema import accounts, areas


async def came(
    connection: AsyncConnection, account: "Row[Any]", address: str, by: str, now: datetime
) -> None:
    """Note that somebody is in: from where, and by what besides the password."""
    who = Who(account.id, account.name, account.role, account.area, "")
    await audit(connection, who, "logged in", account.id, now, **{"from": address[:200], "by": by})


async def left(connection: AsyncConnection, who: Who, now: datetime) -> None:
    """Note that somebody has logged out."""
    await audit(connection, who, "logged out", who.id, now)


async def turned_away(
    connection: AsyncConnection, login: str, address: str, by: list[Counted], now: datetime
) -> None:
    """Note a wrong password or code, and what is locked by it.

    It costs the same where nobody has this login, so that the time it takes tells nothing.
    """
    wanted = select(accounts.c.id, accounts.c.area).where(accounts.c.login == login)
    account = (await connection.execute(wanted)).one_or_none()
    from_there, *of_login = [await guesses.standing(connection, each, now) for each in by]
    if account is not None:
        until = max((each.until for each in of_login if each.until), default=None)
        detail = {} if until is None else {"until": until.isoformat()}
        what = "login failed" if until is None else "login locked"
        who = Who("", address[:200], "", account.area, "")
        await audit(connection, who, what, account.id, now, **detail)
    else:
        await guesses.touch(connection, by[0], now)
    # Once: from then on each try locks again.
    if from_there.until is not None and from_there.failures == by[0].limit.free:
        await _address_locked(connection, address, from_there.until, now)


async def _address_locked(
    connection: AsyncConnection, address: str, until: datetime, now: datetime
) -> None:
    top = select(areas.c.id).where(areas.c.parent.is_(None)).order_by(areas.c.id).limit(1)
    area = (await connection.execute(top)).scalar_one()
    who = Who("", address[:200], "", area, "")
    await audit(connection, who, "address locked", area, now, until=until.isoformat())
