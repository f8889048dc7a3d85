"""Passwords: which are too weak to be one, and how they are kept and checked.

Kept as Argon2id (argon2-cffi's defaults, RFC 9106's second choice). To check one takes a processor
for a while and 64 MiB: that is done beside the loop, two at a time, however many are waiting.
"""

import asyncio
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200  # characters
LEAST_DIFFERENT = 6
NO_PASSWORD = "!"  # of a program: no password's hash looks like this
# What is left of the passwords that are guessed first when digits and signs are taken away.
_GUESSED = """
    a aa aaa abc abcd abcdef admin administrator asdf asdfgh asdfghjkl baobei beijing changeme china
    desk district dragon duty elder football guest hello iloveyou jiankang lao letmein login lovely
    master mima monkey nanjing nihao p pass passw passwd password passwort princess pw q qaz qazwsx
    qq qwe qweasd qweasdzxc qwer qwert qwerty qwertyuiop root secret shanghai shequ shouhu sunshine
    superman test user w wang welcome woaini woaiwojia wsx xiaoxiao yanglao zhiban zhongguo zx zxc
    zxcvbn zxcvbnm
    """
GUESSED = frozenset(_GUESSED.split())
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LOOKS_LIKE = str.maketrans("@4310$57", "aaeiosst")
_hasher = PasswordHasher()
_beside = ThreadPoolExecutor(2, thread_name_prefix="password")
# Checked where there is no such account, so that the time it takes tells nobody.
NOBODY = _hasher.hash(secrets.token_hex(16))


class Weakness(StrEnum):
    """What is wrong with a new password."""

    LENGTH = "length"
    PLAIN = "plain"
    NAME = "name"
    GUESSED = "guessed"


SAID = {
    Weakness.LENGTH: (
        f"a password has {SHORTEST} to {LONGEST} characters",
        f"密码要有 {SHORTEST} 到 {LONGEST} 位",
    ),
    Weakness.PLAIN: (
        f"a password has at least {LEAST_DIFFERENT} different characters and is no row",
        f"密码太简单：至少要有 {LEAST_DIFFERENT} 个不同的字符，不能是键盘上的一排",
    ),
    Weakness.NAME: (
        "a password does not hold the name of whom it is for",
        "密码里不能有本人的姓名或用户名",
    ),
    Weakness.GUESSED: (
        "this is among the passwords that are guessed first",
        "这个密码太常见，最先被猜到",
    ),
}


class WeakPassword(ValueError):
    """A new password that is too easy to guess; `why` is a Weakness."""

    def __init__(self, why: Weakness) -> None:
        english, self.chinese = SAID[why]
        super().__init__(english)
        self.why = why


def weakness(password: str, *names: str) -> Weakness | None:
    """Give what is wrong with a new password for somebody of these names; None: nothing."""
    lowered = password.lower()
    if not SHORTEST <= len(password) <= LONGEST:
        return Weakness.LENGTH
    if len(set(password)) < LEAST_DIFFERENT or not _without_runs(lowered):
        return Weakness.PLAIN
    if any(name.lower() in lowered for name in names if len(name) > 1):
        return Weakness.NAME
    # "P@ssw0rd2026!" is one of them, and so is "password2026".
    began = re.split(r"[0-9!]*$", lowered)[0].translate(LOOKS_LIKE)
    if {_letters(lowered), _letters(began)} & GUESSED:
        return Weakness.GUESSED
    return None


def hashed(password: str, *names: str) -> str:
    """Give how a new password is kept. Raises WeakPassword."""
    if (why := weakness(password, *names)) is not None:
        raise WeakPassword(why)
    return _hasher.hash(password)


def rehashed(kept: str, password: str) -> str | None:
    """Give how it is kept with today's parameters; None where it is so already."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(kept) else None


async def is_right(kept: str, password: str) -> bool:
    """Say whether this is the password that is kept so."""
    return await asyncio.get_running_loop().run_in_executor(_beside, _verified, kept, password)


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)


def _without_runs(text: str) -> str:
    """Take rows of a keyboard, the alphabet and digits away, forward and backward, three at least.

    What is a row all through is left empty.
    """
    rows = [row for run in RUNS for row in (run, run[::-1])]
    rest, left = text, ""
    while rest:
        longest = max(_shared(rest, row) for row in rows)
        if longest >= 3:
            rest = rest[longest:]
        else:
            left, rest = left + rest[0], rest[1:]
    return left


def _shared(text: str, row: str) -> int:
    """Give how long the beginning of the text is that stands in this row."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length
