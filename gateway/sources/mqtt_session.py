"""Know what a persistent session means: which deliveries belong together, and what is live.

How packets come and go is left to the source.
"""

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from edge.model import Freshness


class SessionMemory:
    """The name of the broker's session, kept over restarts; its successor gets a new one.

    Packet identifiers begin anew with a session, so a redelivery is known by both. Without a path
    the name lasts as long as the process: what is redelivered after a restart is not recognised.
    """

    def __init__(self, client_id: str, path: Path | None) -> None:
        """Read what was kept; anything unreadable counts as a new session."""
        self.fault = ""
        self._client_id = client_id
        self._path = path
        self._epoch, self._filters = self._load()

    @property
    def name(self) -> str:
        """Give the session's name."""
        return f"{self._client_id}/{self._epoch}"

    def begin(self, filters: Sequence[str], resumed: bool) -> list[str]:
        """Note a connection and its subscriptions; give those that the session has from before."""
        left_over = [name for name in self._filters if name not in filters] if resumed else []
        if not resumed:
            self._epoch = secrets.token_hex(4)
        if not resumed or self._filters != list(filters):
            self._filters = list(filters)
            self._save()
        return left_over

    def _load(self) -> tuple[str, list[str]]:
        try:
            kept = json.loads(self._path.read_bytes()) if self._path is not None else {}
            if kept["client_id"] == self._client_id:
                return str(kept["epoch"]), [str(name) for name in kept["subscriptions"]]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return secrets.token_hex(4), []

    def _save(self) -> None:
        if self._path is None:
            return
        kept = {
            "client_id": self._client_id,
            "epoch": self._epoch,
            "subscriptions": self._filters,
        }
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
            self.fault = ""
        except OSError as error:
            # With the old name on disk a redelivery is stored twice at worst, never lost.
            self.fault = f"the session file cannot be written: {error}"


class Marker:
    """Our own message, published at each connect: what comes before it was queued for us.

    Where it does not come back (an ACL refuses its topic) the time-out takes its place. It is
    counted from the last moment at which the broker's window was full: then more is still queued.
    """

    def __init__(self, timeout: float) -> None:
        """Set how many seconds to wait for it."""
        self._timeout = timeout
        self._token = b""
        self._until: float | None = None
        self._was_fatal = False

    @property
    def freshness(self) -> Freshness:
        """Say how a message that is not retained counts now."""
        return Freshness.LIVE if self._until is None else Freshness.BUFFERED

    @property
    def is_awaited(self) -> bool:
        """Say whether messages count as queued."""
        return self._until is not None

    def begin(self, is_resumed: bool, now: float) -> None:
        """Take in a new connection; in a new session nothing is queued."""
        self._token = b""
        self._until = now + self._timeout if is_resumed else None

    def token(self) -> bytes | None:
        """Give what to publish; None: nothing, by the time-out alone.

        Some brokers (mosquitto 2.0.11) end the connection over a topic that their ACL refuses. So
        where the last connection ended before its marker came back, the next does without.
        """
        if self._until is None or self._was_fatal:
            self._was_fatal = False
            return None
        self._token = secrets.token_hex(8).encode()
        return self._token

    def end(self) -> None:
        """Take in the end of a connection."""
        self._was_fatal = self._until is not None and bool(self._token)

    def met(self, token: bytes) -> None:
        """Take in what came on its topic; those of earlier connections may come too."""
        if token == self._token and token:
            self._until = None

    def more_is_queued(self, now: float) -> None:
        """Wait longer: the broker still has more for us than it may send."""
        if self._until is not None:
            self._until = now + self._timeout

    def has_failed(self, now: float) -> bool:
        """Say, once, that it did not come in time; then messages count as live."""
        if self._until is None or now < self._until:
            return False
        self._until = None
        return True
