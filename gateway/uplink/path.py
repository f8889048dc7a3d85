"""What a path to the far end is: something that takes one parcel and gives the far end's answer.

Which path is used, and when again, is the sender's.
"""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from gateway.store.uplink import Parcel
from gateway.wire.uplink.event import ReplyData


class PathFailed(Exception):
    """The parcel was not answered; nobody knows whether it arrived. Says why."""


class Patience(Struct, frozen=True):
    """How long to wait for one answer, and how often to try before the path counts as dead."""

    seconds: float = 10.0
    tries: int = 4


class Path(Protocol):
    """One way to the far end."""

    @property
    def name(self) -> str:
        """Give its name, for people."""

    @property
    def window(self) -> int:
        """Give how many parcels may be on their way at the same time."""

    @property
    def patience(self) -> Patience:
        """Give how long its far end may take."""

    async def run(self, on_up: Callable[[], None]) -> None:
        """Stand for as long as the daemon runs; whatever is needed for `deliver`.

        `on_up` is called whenever the way is open again, so that nobody waits for it in vain.
        """

    async def deliver(self, parcel: Parcel) -> ReplyData:
        """Send a parcel and wait for the far end's answer to it. Raises PathFailed."""

    async def beat(self, parcel: Parcel) -> ReplyData | None:
        """Look whether the far end is there, asked every few seconds. Raises PathFailed.

        `parcel` is a heartbeat for a path that has none of its own. None: nothing was heard of the
        far end, and nothing speaks against it.
        """
