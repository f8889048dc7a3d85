"""What is sent to a receiver of the feed at a time, and how it says no.

The ways are webhook.py's and republish.py's.
"""

from datetime import timedelta
from typing import Protocol

from msgspec import Struct


class Batch(Struct, frozen=True):
    """Some events as JSON, in the order of the feed, and the places of the first and the last."""

    events: tuple[str, ...]
    first: int
    last: int


class NotTaken(Exception):
    """A batch that was not taken; it comes again, for ever.

    `smaller`: the receiver has looked at it and does not want it so; fewer at a time may go
    through, and show which one it is. `wait`: how long it has asked us to wait.
    """

    def __init__(self, why: str, *, smaller: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.smaller = smaller
        self.wait = wait


class Receiver(Protocol):
    """Somebody who takes the feed."""

    async def take(self, batch: Batch) -> None:
        """Give it all of these, in this order. Raises NotTaken."""

    async def close(self) -> None:
        """Let go of connections."""
