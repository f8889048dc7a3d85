"""The links in one gateway's messages: where they lead, whose secret signs them, what they open.

What a token holds is links.py's, what somebody sees and does behind it the page's.
"""

import contextlib
import os
from collections import OrderedDict
from datetime import datetime
from pathlib import Path

import structlog

from edge.model import Alert, Notice, Severity
from gateway.links import SECRET_BYTES, Link, Links, secret_at

SECRET, BEFORE = "link.secret", "link.secret.before"
MOST_REMEMBERED = 1000  # notices whose links were made: the disk may have refused them
ANSWERED_NOTES = frozenset({"reach"})  # of all that is only noted, these ask for an answer
log = structlog.get_logger()


class Linking:
    """Makes links as long as there is an address that leads here, and reads them in any case."""

    def __init__(self, directory: Path, public_url: str) -> None:
        """Take the secrets of the store in `directory`; `public_url` has no slash at its end."""
        self._directory = directory
        self._url = public_url
        self._notices: OrderedDict[str, Notice] = OrderedDict()
        self._secrets = self._found()
        self._links = Links(self._secrets)

    def link(self, notice: Notice, alert: Alert, now: datetime) -> str:
        """Give the address behind which this notice's alert is answered; empty: there is none."""
        is_answered = notice.severity is not Severity.NOTE
        if not (self._url and (is_answered or alert.finding.rule in ANSWERED_NOTES)):
            return ""
        self._notices[notice.id] = notice
        while len(self._notices) > MOST_REMEMBERED:
            self._notices.popitem(last=False)
        return f"{self._url}/a/{self._links.token(notice.id, now)}"

    def signed(self, token: str) -> Link:
        """Give what a token names, however old it is. Raises BadLink."""
        return self._links.signed(token)

    def notice(self, name: str) -> Notice | None:
        """Give a notice for which a link was made since the start, though no disk took it."""
        return self._notices.get(name)

    def renew(self, *, revoke: bool) -> None:
        """Sign with a new secret; `revoke`: believe no link any more that was made before.

        Without it those made with the last secret are good until they expire. Raises OSError where
        the disk takes no new secret; then nothing has changed.
        """
        current, before = self._directory / SECRET, self._directory / BEFORE
        if revoke:
            before.unlink(missing_ok=True)
            current.unlink(missing_ok=True)
        elif current.exists():
            current.replace(before)
        try:
            fresh = secret_at(current)
        except OSError:
            if not revoke and before.exists():
                before.replace(current)
            raise
        self._secrets = (fresh,) if revoke else (fresh, self._secrets[0])
        self._links = Links(self._secrets)

    def _found(self) -> tuple[bytes, ...]:
        """Give the secret and the one before it; one for this start where the disk fails."""
        current, before = self._directory / SECRET, self._directory / BEFORE
        try:
            newest = _whole(current) or _renewed(current)
        except OSError as error:
            log.warning("links", why=error.strerror, good="until the next start only")
            return (os.urandom(SECRET_BYTES),)
        older = None
        with contextlib.suppress(OSError):
            older = _whole(before)
        return (newest,) if older is None else (newest, older)


def _whole(path: Path) -> bytes | None:
    """Give the secret in a file; None where there is none, or not the whole of one."""
    if not path.exists():
        return None
    secret = path.read_bytes()
    return secret if len(secret) >= SECRET_BYTES else None


def _renewed(path: Path) -> bytes:
    path.unlink(missing_ok=True)
    return secret_at(path)
