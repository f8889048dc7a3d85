"""When each channel last took a message, kept in the store's directory over restarts.

What follows from it is proving.py's.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta

from gateway.files import put

FILE = "channels.json"
LONGEST = 1 << 20  # bytes
KEPT_EVERY = timedelta(hours=1)  # a card is worn by what is written
Aware = Annotated[datetime, Meta(tz=True)]
log = structlog.get_logger()


class Proofs:
    """The last proof of each channel; of one without any, when it was first there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._at = _read(directory)

    def note(self, channel: str, now: datetime, *, is_trusted: bool = True) -> None:
        """Note that a message was taken there; by a clock that is not set, at its first look."""
        if not is_trusted:
            self._at.pop(channel, None)
            return
        before = self._at.get(channel)
        self._at[channel] = now
        # A clock that went back makes the new one the older: it is kept all the same.
        if before is None or abs(now - before) >= KEPT_EVERY:
            self._keep()

    def age(self, channel: str, now: datetime) -> timedelta:
        """Give how long ago that was; one that is new has just proven itself."""
        if channel not in self._at:
            self.note(channel, now)
        return max(timedelta(0), now - self._at[channel])

    def _keep(self) -> None:
        try:
            put(self._directory / FILE, msgspec.json.encode(self._at))
        except OSError as error:
            log.warning("channels", not_kept=error.strerror)


def _read(directory: Path) -> dict[str, datetime]:
    try:
        with (directory / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(LONGEST), type=dict[str, Aware])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("channels", unreadable=str(error))
        return {}
