"""What a channel is: something that takes one message to one person and says what it can prove.

When to send, in which order, and what to do after a failure is the outbox's.
"""

from typing import Protocol, runtime_checkable

from msgspec import Struct

from edge.model import Alert, Contact, Notice, Rung


class Message(Struct, frozen=True):
    """One notice in the words of its recipient; plain text, never markup."""

    notice: Notice
    title: str
    text: str
    alert: Alert
    recipient: Contact


class Sent(Struct, frozen=True):
    """How far a message has come, and the receiver's own words that prove it."""

    rung: Rung
    evidence: str


class SendFailed(Exception):
    """A message was not taken, in the receiver's own words; `permanent`: trying again is no use."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Channel(Protocol):
    """One way to people."""

    async def send(self, message: Message) -> Sent:
        """Take a message to its recipient; raise SendFailed when it was not taken."""


@runtime_checkable
class Warmable(Protocol):
    """A channel whose first send would be slow unless it is made ready beforehand."""

    async def warm(self) -> None:
        """Load what a send needs; never raises for what a send would report."""
