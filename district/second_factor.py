"""The second thing that a login takes: a code of the authenticator, or one for its loss.

The authenticator is TOTP (RFC 6238), each code good once. Ten codes come with it for the day on
which the telephone is lost, each good once, kept as hashes.
"""

import secrets
from datetime import datetime
from hashlib import sha256

import pyotp
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.schema import recovery_codes

TOTP_STEP = 30  # seconds
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def step_of(secret: str, last: int | None, code: str, now: datetime) -> int | None:
    """Give the step of a code that is good now and later than the last one used; else None."""
    step = int(now.timestamp()) // TOTP_STEP
    totp = pyotp.TOTP(secret)
    for each in (step - 1, step, step + 1):
        is_fresh = last is None or each > last
        right, said = totp.generate_otp(each).encode(), code.strip().encode()
        if is_fresh and secrets.compare_digest(right, said):
            return each
    return None


async def spent(connection: AsyncConnection, account: str, code: str, now: datetime) -> bool:
    """Use up a code for the loss of the authenticator; say whether it was one."""
    which = recovery_codes.c.id == _hidden(account, code)
    done = update(recovery_codes).where(which, recovery_codes.c.used.is_(None))
    return bool((await connection.execute(done.values(used=now))).rowcount == 1)


async def codes(connection: AsyncConnection, account: str) -> list[str]:
    """Make new codes for the loss of the authenticator; the old ones are void."""
    mine = recovery_codes.c.account == account
    await connection.execute(delete(recovery_codes).where(mine))
    made = ["".join(secrets.choice(LETTERS) for _ in range(8)) for _ in range(CODES)]
    rows = [{"id": _hidden(account, code), "account": account} for code in made]
    await connection.execute(insert(recovery_codes), rows)
    return [f"{code[:4]}-{code[4:]}" for code in made]


def _hidden(account: str, code: str) -> str:
    bare = code.lower().replace("-", "").replace(" ", "")
    return sha256(f"{account}\x1f{bare}".encode()).hexdigest()
