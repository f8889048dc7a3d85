"""What a channel is: something that takes one message to one person and says what it can prove.

When to send, in which order, and what to do after a failure is the outbox's.
"""

from datetime import timedelta
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
    link: str = ""  # where its alert is answered; empty where there is no such place
    short: str = ""  # the same in a few words, for short messages; empty: there is none


class Sent(Struct, frozen=True):
    """How far a message has come, and the receiver's own words that prove it."""

    rung: Rung
    evidence: str


class SendFailed(Exception):
    """A message was not taken, in the receiver's own words; `permanent`: trying again is no use.

    `spares_channel`: it says nothing against the channel, being one person's, or told already.
    """

    def __init__(self, reason: str, *, permanent: bool, spares_channel: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.spares_channel = spares_channel


class Channel(Protocol):
    """One way to people."""

    async def send(self, message: Message) -> Sent:
        """Take a message to its recipient; raise SendFailed when it was not taken."""


@runtime_checkable
class Patient(Protocol):
    """A channel that takes its time: what it is doing is not given up before."""

    patience: timedelta


@runtime_checkable
class Rooted(Protocol):
    """A channel that works in the daemon's own loop only, whose wires it uses."""

    is_rooted: bool


@runtime_checkable
class Warmable(Protocol):
    """A channel whose first send would be slow unless it is made ready beforehand."""

    async def warm(self) -> None:
        """Load what a send needs; never raises for what a send would report."""
