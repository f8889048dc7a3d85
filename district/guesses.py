"""Guesses at passwords and codes, slowed down by login and by address.

Each try is counted before it is looked at, so that many at once are no way around it, and taken
back when it was right. A login that nobody has is counted like any other: what is said of it tells
nothing. Where somebody has logged in from before, guesses elsewhere do not keep them out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

from msgspec import Struct
from sqlalchemy import case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import insert_once, locked
from district.schema import guesses

KEPT = timedelta(days=1)


class Limit(Struct, frozen=True):
    """How many are free, then how long to wait, doubled each time; forgotten after a while."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def wait(self, failures: int) -> timedelta | None:
        """Give how long nothing is looked at after so many."""
        if failures < self.free:
            return None
        doubled: int = 2 ** min(failures - self.free, 10)
        return min(self.first * doubled, self.longest)


BY_LOGIN = Limit(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(days=1))
# A whole office may stand behind one address.
BY_ADDRESS = Limit(30, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))


class Counted(Struct, frozen=True):
    """What is counted: a login or an address."""

    key: str
    limit: Limit


class Standing(Struct, frozen=True):
    """How it stands with what is counted."""

    failures: int
    until: datetime | None  # nothing is looked at before


def of_login(login: str) -> Counted:
    """Count by a login, whether or not anybody has it."""
    return Counted(_hidden("login", login), BY_LOGIN)


def of_address(address: str) -> Counted:
    """Count by an address; of IPv6 by the network that one customer has."""
    return Counted(_hidden("from", network_of(address)), BY_ADDRESS)


def network_of(address: str) -> str:
    """Give whose address it is, as well as can be told."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False))


async def count(connection: AsyncConnection, by: Sequence[Counted], now: datetime) -> bool:
    """Count one try; False, and not counted, while one of them has to wait."""
    counts = {}
    for each in sorted(by, key=lambda each: each.key):
        row = {"id": each.key, "failures": 0, "last": now}
        await insert_once(connection, guesses, row)
        found = await connection.execute(locked(select(guesses).where(guesses.c.id == each.key)))
        kept = found.one()
        if kept.locked_until is not None and now < kept.locked_until:
            return False
        is_old = now >= kept.last + each.limit.forgotten
        counts[each.key] = (each.limit, 1 if is_old else kept.failures + 1)
    for key, (limit, failures) in counts.items():
        wait = limit.wait(failures)
        values = {"failures": failures, "last": now, "locked_until": wait and now + wait}
        await connection.execute(update(guesses).where(guesses.c.id == key).values(**values))
    await _tidy(connection, now)
    return True


async def take_back(connection: AsyncConnection, by: Sequence[Counted]) -> None:
    """Note that the last try was none of a guesser."""
    fewer = case((guesses.c.failures > 0, guesses.c.failures - 1), else_=0)
    for key in sorted(each.key for each in by):  # always in this order: nobody waits in a ring
        less = update(guesses).where(guesses.c.id == key)
        await connection.execute(less.values(failures=fewer, locked_until=None))


async def standing(connection: AsyncConnection, by: Counted, now: datetime) -> Standing:
    """Give how often it was tried in vain, and until when it is locked now."""
    row = (await connection.execute(select(guesses).where(guesses.c.id == by.key))).one_or_none()
    if row is None:
        return Standing(0, None)
    is_locked = row.locked_until is not None and now < row.locked_until
    return Standing(row.failures, row.locked_until if is_locked else None)


async def touch(connection: AsyncConnection, by: Counted, now: datetime) -> None:
    """Note that it was tried now, and nothing else."""
    known = update(guesses).where(guesses.c.id == by.key)
    await connection.execute(known.values(last=now))


async def forget(connection: AsyncConnection, login: str) -> None:
    """Let somebody try again at once."""
    await connection.execute(delete(guesses).where(guesses.c.id == of_login(login).key))


async def _tidy(connection: AsyncConnection, now: datetime) -> None:
    old = select(guesses.c.id).where(guesses.c.last < now - KEPT).limit(100)
    old = old.with_for_update(skip_locked=True)
    await connection.execute(delete(guesses).where(guesses.c.id.in_(old)))


def _hidden(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
