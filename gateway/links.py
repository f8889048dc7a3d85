"""The link in a message: whoever has it may take that one alert, without a login.

    version 1 | expiry in hours 3 | notice 10 | HMAC-SHA256, 12 of its bytes      -> 35 characters

It names one notice, so it says who acts; it is good for a time, and for no other gateway. That a
GET changes nothing, and what a POST does, is the page's. Where a link was seen before is no matter:
to take an alert twice is to take it once.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from edge.model import Moment, Notice

VERSION = b"\x01"
GOOD_FOR = timedelta(hours=72)
LONGEST = GOOD_FOR + timedelta(hours=1)  # it ends with an hour of the clock
SECRET_BYTES = 32
SIGNATURE_BYTES = 12  # 96 bits: nobody guesses them over a network
NOTICE_BYTES = 10
TOKEN_BYTES = 1 + 3 + NOTICE_BYTES + SIGNATURE_BYTES
TOKEN_LENGTH = -(-TOKEN_BYTES * 4 // 3)
HOUR = 3600


class Flaw(StrEnum):
    """Why a link is not good."""

    MALFORMED = "malformed"
    FORGED = "forged"
    EXPIRED = "expired"


class BadLink(Exception):
    """A link that opens nothing."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class Link(Struct, frozen=True):
    """What a good link names."""

    notice: str
    expires: datetime


class Links:
    """Makes and reads the links of one gateway."""

    def __init__(self, secrets: tuple[bytes, ...]) -> None:
        """Take the secrets, the newest first: it signs, those after it are still believed."""
        if not secrets or any(len(secret) < SECRET_BYTES for secret in secrets):
            raise ValueError(f"a secret has at least {SECRET_BYTES} bytes")
        self._secrets = secrets

    def token(self, notice: str, now: datetime) -> str:
        """Give the link's token for a notice (20 hexadecimal digits), good for 72 hours."""
        expires = int((now + GOOD_FOR).timestamp()) // HOUR + 1
        head = VERSION + expires.to_bytes(3, "big") + bytes.fromhex(notice).rjust(NOTICE_BYTES)
        return urlsafe_b64encode(head + _signature(self._secrets[0], head)).decode().rstrip("=")

    def read(self, token: str, now: datetime) -> Link:
        """Give what a token names, if its time is not up. Raises BadLink."""
        link = self.signed(token)
        if now >= link.expires:
            raise BadLink(Flaw.EXPIRED)
        return link

    def signed(self, token: str) -> Link:
        """Give what a token names, however old it is. Raises BadLink."""
        if len(token) != TOKEN_LENGTH or not token.isascii():
            raise BadLink(Flaw.MALFORMED)
        try:
            data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError as error:
            raise BadLink(Flaw.MALFORMED) from error
        head, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
        if len(data) != TOKEN_BYTES or head[:1] != VERSION:
            raise BadLink(Flaw.MALFORMED)
        if not any(hmac.compare_digest(_signature(s, head), signature) for s in self._secrets):
            raise BadLink(Flaw.FORGED)
        expires = datetime.fromtimestamp(int.from_bytes(head[1:4], "big") * HOUR, UTC)
        return Link(head[4:].hex(), expires)


def is_over(link: Link, notice: Notice, now: Moment) -> bool:
    """Say whether the time of a link is up.

    The clock that it was signed by may not have been set: then the notice's age counts, as long
    as the box has not been off since.
    """
    if now.wall < link.expires and (not now.trusted or link.expires - now.wall <= LONGEST):
        return False
    return notice.due.boot != now.boot or now.since(notice.due) >= GOOD_FOR


def secret_at(path: Path) -> bytes:
    """Give the secret in this file; a new one is written where there is none. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    secret = os.urandom(SECRET_BYTES)
    # A file of its own first: after a power cut there is a whole secret, or none.
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secret)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    return secret


def _signature(secret: bytes, head: bytes) -> bytes:
    return hmac.digest(secret, b"shouhu link" + head, "sha256")[:SIGNATURE_BYTES]
