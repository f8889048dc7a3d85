"""Who gets into the page: the word that opens it, the cookie after it, and what a form must show.

Without a word it answers this machine only, and under its own names: a page from elsewhere that
has its name point here is turned away. What the page shows and does is others'.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from edge.model import Moment
from gateway.config.page import is_loopback

GOOD_FOR = timedelta(days=30)  # a duty room logs in once a month
TRIES = 5  # wrong words from one address
WITHIN = timedelta(minutes=10)  # in such a time
MOST_ADDRESSES = 1000  # remembered
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class Gate:
    """Decides on visitors. `secret` signs cookies and forms and outlives a restart."""

    def __init__(self, token: str, secret: bytes, now: Callable[[], Moment]) -> None:
        """Open with this word; an empty one: everybody on this machine is in."""
        self._token = token.encode()
        # Another word shuts out whoever came in with the old one.
        self._key = hmac.digest(secret, b"shouhu page" + self._token, "sha256")
        self._now = now
        self._wrong: OrderedDict[str, list[Moment]] = OrderedDict()

    @property
    def is_locked(self) -> bool:
        """Say whether a word is needed."""
        return bool(self._token)

    def serves(self, host: str) -> bool:
        """Say whether a visitor who came by this name (the Host header) is answered."""
        return self.is_locked or is_loopback(_name(host))

    # -- coming in

    def is_word(self, said: str) -> bool:
        """Say whether this is the word."""
        return hmac.compare_digest(_bytes(said.strip()), self._token)

    def may_try(self, address: str) -> bool:
        """Say whether somebody at this address may try a word now."""
        now = self._now()
        tries = [at for at in self._wrong.get(address, ()) if now.since(at) < WITHIN]
        return len(tries) < TRIES

    def failed(self, address: str) -> None:
        """Note a wrong word."""
        now = self._now()
        tries = [at for at in self._wrong.pop(address, ()) if now.since(at) < WITHIN]
        self._wrong[address] = [*tries[-TRIES:], now]
        while len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)

    def pass_for(self, now: datetime) -> str:
        """Give the cookie of somebody who knew the word."""
        until = str(int((now + GOOD_FOR).timestamp()))
        return f"{until}.{self._signed('pass', until)}"

    def lets_in(self, cookie: str) -> bool:
        """Say whether this cookie is one of ours and still good."""
        if not self.is_locked:
            return True
        until, _, signature = cookie.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 12):
            return False
        is_ours = _same(signature, self._signed("pass", until))
        return is_ours and self._now().wall.timestamp() < int(until)

    # -- doing something

    def form_of(self, cookie: str) -> str:
        """Give what a form of ours carries, for this visitor."""
        return self._signed("form", cookie)

    def is_ours(self, shown: str, cookie: str) -> bool:
        """Say whether a form that comes back is one of ours."""
        return _same(shown, self.form_of(cookie))

    def _signed(self, what: str, text: str) -> str:
        return hmac.digest(self._key, _bytes(f"{what} {text}"), "sha256").hex()[:32]


def is_passed_on(headers: Mapping[str, str]) -> bool:
    """Say whether a proxy says that it asks for somebody else."""
    return any(name in headers for name in PASSED_ON)


def address_of(remote: str | None, headers: Mapping[str, str]) -> str:
    """Give whose tries are counted: the one whom a proxy of this machine names, else who asks.

    Behind a proxy everybody would wait for the wrong words of anybody.
    """
    if remote and is_loopback(remote):
        named = headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with suppress(ValueError):
            return str(ip_address(named))
    return remote or ""


def is_from_here(origin: str | None, host: str, public_url: str) -> bool:
    """Say whether a form was sent by a page of ours, as far as the browser says where from."""
    if origin is None:
        return True
    try:
        sender = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    ours = {host.lower(), urlsplit(public_url).netloc.lower()} - {""}
    return sender in ours


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    """Give the bytes of a header, whatever a visitor put into it."""
    return text.encode("utf-8", "surrogateescape")


def _name(host: str) -> str:
    """Give a Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
