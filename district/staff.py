"""The accounts of those who work here: made, changed, let in again, let go. Only within an area.

Nobody changes their own role, area or leave to be here: so there is always somebody left who can.
A new password is shown once and good for one login: then they choose one of their own.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from district import accounts as sessions_of
from district import guesses
from district.access import Role, within
from district.database import insert_once
from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.passwords import NO_PASSWORD, hashed
from district.roster import must_reach_area
from district.schema import accounts, areas, recovery_codes, sessions
from district.second_factor import LETTERS

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
CHANGEABLE = frozenset({"name", "phone", "area", "role", "language"})
NOT_ONES_OWN = frozenset({"area", "role"})


def password() -> str:
    """Give a new password, to be passed on by word of mouth."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


async def listed(office: Office) -> list[dict[str, Any]]:
    """Give the accounts of somebody's area, with when each was here last."""
    seen = (
        select(sessions.c.account, func.max(sessions.c.seen).label("seen"))
        .group_by(sessions.c.account)
        .subquery()
    )
    wanted = (
        select(
            *(accounts.c[key] for key in ("id", "login", "name", "phone", "area", "role")),
            *(accounts.c[key] for key in ("language", "is_active", "must_change")),
            accounts.c.totp.is_not(None).label("has_totp"),
            areas.c.name.label("area_name"),
            seen.c.seen,
        )
        .join(areas, accounts.c.area == areas.c.id)
        .outerjoin(seen, seen.c.account == accounts.c.id)
        .where(within(office.who, accounts.c.area))
        .order_by(accounts.c.is_active.desc(), areas.c.path, accounts.c.name, accounts.c.id)
    )
    return [dict(row) for row in (await office.connection.execute(wanted)).mappings()]


async def one(office: Office, account: str) -> dict[str, Any]:
    """Give one account with its sessions. Raises Refused."""
    for each in await listed(office):
        if each["id"] == account:
            return each | {"sessions": await sessions_that_run(office, account)}
    raise Refused("not_found", "there is no such account here", "refused.gone")


async def add(office: Office, login: str, **values: Any) -> tuple[str, str]:
    """Add somebody; give the id and the first password, "" for a program. Raises Refused."""
    if not LOGIN.fullmatch(login):
        raise Refused("invalid", "a login is 2 to 40 letters and digits", "refused.login")
    await must_reach_area(office, values["area"])
    first = "" if values["role"] == Role.PLATFORM else password()
    kept = hashed(first) if first else NO_PASSWORD
    name = fresh()
    row = {"id": name, "login": login, "password": kept, "must_change": bool(first)}
    if not await insert_once(office.connection, accounts, row | values):
        raise Refused("conflict", f"there is an account {login} already", "refused.login_taken")
    await office.noted("account added", name, login=login, role=values["role"])
    return name, first


async def change(office: Office, account: str, values: Mapping[str, Any]) -> None:
    """Change an account; a new role or area ends its sessions. Raises Refused."""
    row = await _reached(office, account)
    changed = {key: values[key] for key in values if getattr(row, key) != values[key]}
    if not changed.keys() <= CHANGEABLE:
        raise Refused("invalid", f"not to be changed: {sorted(changed.keys() - CHANGEABLE)}")
    if changed.keys() & NOT_ONES_OWN:
        _not_oneself(office, account)
    if Role.PLATFORM in {changed.get("role"), "role" in changed and row.role}:
        raise Refused("conflict", "a program stays one, and somebody stays so", "refused.program")
    if "area" in changed:
        await must_reach_area(office, changed["area"])
    if not changed:
        return
    known = update(accounts).where(accounts.c.id == account)
    await office.connection.execute(known.values(**changed))
    if changed.keys() & NOT_ONES_OWN:
        await sessions_of.end_all(office.connection, account)
    await office.noted("account changed", account, keys=sorted(changed))


async def let_in_again(office: Office, account: str, *, without_totp: bool = False) -> str:
    """Give a new password, for who has forgotten theirs or lost the authenticator; lock is off."""
    row = await _reached(office, account)
    _not_oneself(office, account)
    if row.role == Role.PLATFORM:
        raise Refused("invalid", "a program has no password", "refused.program")
    new = password()
    values: dict[str, Any] = {"password": hashed(new), "must_change": True}
    if without_totp:
        values |= {"totp": None, "totp_last": None, "totp_offered": None}
        codes = delete(recovery_codes).where(recovery_codes.c.account == account)
        await office.connection.execute(codes)
    known = update(accounts).where(accounts.c.id == account)
    await office.connection.execute(known.values(**values))
    await sessions_of.end_all(office.connection, account)
    await guesses.forget(office.connection, row.login)
    await office.noted("password reset", account, without_totp=without_totp)
    return new


async def set_active(office: Office, account: str, *, is_active: bool) -> None:
    """Let somebody go, at once, or let them be here again. Raises Refused."""
    await _reached(office, account)
    _not_oneself(office, account)
    known = update(accounts).where(accounts.c.id == account)
    await office.connection.execute(known.values(is_active=is_active))
    if not is_active:
        await sessions_of.end_all(office.connection, account)
    await office.noted("account let in" if is_active else "account closed", account)


async def end_sessions(office: Office, account: str) -> None:
    """End every session of somebody. Raises Refused."""
    await _reached(office, account)
    await sessions_of.end_all(office.connection, account)
    await office.noted("sessions ended", account)


async def sessions_that_run(office: Office, account: str) -> list[dict[str, Any]]:
    """Give the sessions of somebody that are good now, the latest first."""
    now: datetime = office.now
    good = ~sessions.c.is_revoked & (sessions.c.ends > now)
    idle = sessions.c.seen > now - sessions_of.IDLE
    wanted = (
        select(sessions.c.began, sessions.c.seen, sessions.c.ends, sessions.c.where)
        .where(sessions.c.account == account, good, idle)
        .order_by(sessions.c.seen.desc())
    )
    return [dict(row) for row in (await office.connection.execute(wanted)).mappings()]


async def _reached(office: Office, account: str) -> "Row[Any]":
    wanted = select(accounts).where(accounts.c.id == account, within(office.who, accounts.c.area))
    row = (await office.connection.execute(wanted.with_for_update(key_share=True))).one_or_none()
    if row is None:
        raise Refused("not_found", "there is no such account here", "refused.gone")
    return row


def _not_oneself(office: Office, account: str) -> None:
    if account == office.who.id:
        raise Refused("forbidden", "somebody else must do that for you", "refused.oneself")
