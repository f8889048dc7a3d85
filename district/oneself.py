"""What somebody does with their own account: password, language, authenticator, sessions.

The authenticator holds from when a first code of it was typed. Codes themselves are
second_factor.py's.
"""

from hashlib import sha256
from typing import Any

import pyotp
from sqlalchemy import Row, delete, func, select, update

from district import passwords, second_factor
from district.incidents import Refused
from district.office import Office
from district.passwords import WeakPassword, hashed
from district.schema import accounts, recovery_codes, sessions

ISSUER = "Shouhu"


async def account(office: Office) -> dict[str, Any]:
    """Give what somebody may see of their own account."""
    row = await _own(office)
    left = select(func.count()).where(
        recovery_codes.c.account == row.id, recovery_codes.c.used.is_(None)
    )
    return {
        **{key: getattr(row, key) for key in ("login", "name", "phone", "role", "language")},
        "must_change": row.must_change,
        "has_totp": row.totp is not None,
        "codes_left": int((await office.connection.execute(left)).scalar_one()),
    }


async def kept_password(office: Office) -> str:
    """Give how the password is kept, to be checked outside of the transaction."""
    return str((await _own(office)).password)


async def choose_password(office: Office, kept: str, new: str, cookie: str) -> None:
    """Take a new password where `kept` is still the old one; other sessions end. Raises Refused."""
    row = await _own(office)
    if row.password != kept:
        raise Refused("conflict", "somebody has changed it since", "refused.changed")
    try:
        values = {"password": hashed(new, row.login, row.name), "must_change": False}
    except WeakPassword as weak:
        raise Refused("invalid", str(weak), f"weak.{weak.why}") from weak
    await _write(office, values)
    await _end_others(office, cookie)
    await office.noted("password changed", row.id)


async def is_mine(kept: str, password: str) -> bool:
    """Say whether this is the password that is kept so; takes long."""
    return await passwords.is_right(kept, password)


async def speak(office: Office, language: str) -> None:
    """Read everything in this language from now on."""
    await _write(office, {"language": language})


async def offer(office: Office, *, anew: bool = False) -> str:
    """Give the secret for an authenticator, not good for anything yet. Raises Refused."""
    row = await _own(office)
    if row.totp is not None:
        raise Refused("conflict", "there is an authenticator already", "refused.has_totp")
    if row.totp_offered and not anew:
        return str(row.totp_offered)
    secret = pyotp.random_base32()
    await _write(office, {"totp_offered": secret})
    return secret


def address(login: str, secret: str) -> str:
    """Give what an authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


async def enrol(office: Office, code: str) -> list[str]:
    """Let the authenticator hold from now on; give the codes for its loss, once. Raises Refused."""
    row = await _own(office)
    if row.totp is not None or not row.totp_offered:
        raise Refused("conflict", "there is nothing to be confirmed", "refused.has_totp")
    step = second_factor.step_of(row.totp_offered, None, code, office.now)
    if step is None:
        raise Refused("invalid", "this is not the code of now", "refused.totp")
    await _write(office, {"totp": row.totp_offered, "totp_last": step, "totp_offered": None})
    await office.noted("authenticator set up", row.id)
    return await second_factor.codes(office.connection, office.who.id)


async def new_codes(office: Office) -> list[str]:
    """Give new codes for the loss of the authenticator; the old ones are void. Raises Refused."""
    if (await _own(office)).totp is None:
        raise Refused("conflict", "there is no authenticator", "refused.no_totp")
    await office.noted("recovery codes made", office.who.id)
    return await second_factor.codes(office.connection, office.who.id)


async def leave_out(office: Office, *, is_demanded: bool) -> None:
    """Do without an authenticator from now on. Raises Refused where their role takes one."""
    if is_demanded:
        raise Refused("forbidden", "this role takes an authenticator", "refused.totp_demanded")
    await _write(office, {"totp": None, "totp_last": None, "totp_offered": None})
    mine = recovery_codes.c.account == office.who.id
    await office.connection.execute(delete(recovery_codes).where(mine))
    await office.noted("authenticator removed", office.who.id)


async def end_others(office: Office, cookie: str) -> None:
    """End all of one's sessions but this one."""
    await _end_others(office, cookie)
    await office.noted("sessions ended", office.who.id)


async def _end_others(office: Office, cookie: str) -> None:
    others = (sessions.c.account == office.who.id) & (
        sessions.c.id != sha256(cookie.encode()).hexdigest()
    )
    await office.connection.execute(update(sessions).where(others).values(is_revoked=True))


async def _own(office: Office) -> "Row[Any]":
    wanted = select(accounts).where(accounts.c.id == office.who.id)
    return (await office.connection.execute(wanted.with_for_update(key_share=True))).one()


async def _write(office: Office, values: dict[str, Any]) -> None:
    known = update(accounts).where(accounts.c.id == office.who.id)
    await office.connection.execute(known.values(**values))
