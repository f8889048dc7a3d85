"""What brings packets: one file a transport, and nothing but the transport in it."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from edge.model import Packet


class Source(Protocol):
    """A transport that is heard until it is cancelled."""

    async def run(self) -> None:
        """Listen, and mend what breaks, until cancelled."""

    def batches(self) -> AsyncIterator[list[Packet]]:
        """Give all that has come since the last time, whenever something has."""

    def acknowledge(self, packets: Sequence[Packet]) -> None:
        """Take in that these are safe on disk."""
