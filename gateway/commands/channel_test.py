"""A test message, marked as one, and what each channel can prove of it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from edge.model import (
    Alert,
    Broken,
    Contact,
    Finding,
    Moment,
    Notice,
    Reason,
    Rule,
    Rung,
    Severity,
    State,
    digest,
)
from gateway.channels import Channel, Message, SendFailed
from gateway.language import Language, Phrase, say

PATIENCE = 20.0  # seconds that a receiver has to answer


class Outcome(Struct, frozen=True):
    """What came of one test."""

    channel: str
    rung: Rung
    evidence: str | Phrase

    @property
    def is_taken(self) -> bool:
        """Say whether the receiver did not refuse it."""
        return self.rung is not Rung.REFUSED

    def row(self, language: Language) -> list[str]:
        """Give it for people."""
        return [self.channel, say(language, f"rung.{self.rung}"), self._evidence(language)]

    def plain(self) -> dict[str, object]:
        """Give it for a program."""
        evidence = self._evidence(Language.EN)
        return {"channel": self.channel, "rung": self.rung.value, "evidence": evidence}

    def _evidence(self, language: Language) -> str:
        evidence = self.evidence
        return evidence.told(language) if isinstance(evidence, Phrase) else evidence


async def sent(channels: Mapping[str, Channel], language: Language) -> list[Outcome]:
    """Test all channels at once; one that hangs holds up no other."""
    return await asyncio.gather(*(_one(name, each, language) for name, each in channels.items()))


async def _one(name: str, channel: Channel, language: Language) -> Outcome:
    try:
        async with asyncio.timeout(PATIENCE):
            receipt = await channel.send(message(name, language))
    except TimeoutError:
        return Outcome(name, Rung.REFUSED, Phrase("channel.late", {"seconds": int(PATIENCE)}))
    except SendFailed as error:
        return Outcome(name, Rung.REFUSED, error.reason)
    return Outcome(name, receipt.rung, receipt.evidence)


def message(channel: str, language: Language) -> Message:
    """Make a message that nobody can take for an alert."""
    now = Moment.of(datetime.now(UTC))
    finding = Finding(Rule.CHANNEL, channel, Severity.NOTE, now, Broken(channel, "test"))
    identity = digest("test", channel, now.wall.isoformat())
    alert = Alert(identity, "", finding, State.RAISED, now, drill=True)
    notice = Notice(
        identity, identity, "", "test", channel, Reason.FIRST, Severity.NOTE, now, drill=True
    )
    recipient = Contact("test", "test", "", "", language.value, (channel,))
    title = say(language, "channel.title")
    return Message(notice, title, say(language, "channel.text", channel=channel), alert, recipient)
