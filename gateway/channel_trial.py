"""A test of one channel: a message that is marked as one, and what the channel can prove of it.

A siren sounds for a moment. Which channels are tested, and who is told, is the asker's.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from msgspec import Struct

from edge.model import (
    Alert,
    Broken,
    Contact,
    Finding,
    Home,
    Moment,
    Notice,
    Reason,
    Rule,
    Rung,
    Severity,
    State,
    digest,
)
from gateway.channels import Channel, Message, Patient, SendFailed, Sent
from gateway.channels.siren import SirenChannel
from gateway.control import Answer
from gateway.language import Language, Phrase, say
from gateway.requests import TryChannel

PATIENCE = timedelta(seconds=20)  # in which a receiver has to answer, where it needs no longer
SOUNDS = 2.0  # seconds of a siren


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
        return [self.channel, say(language, f"rung.{self.rung}"), self.said(language)]

    def plain(self) -> dict[str, object]:
        """Give it for a program."""
        evidence = self.said(Language.EN)
        return {"channel": self.channel, "rung": self.rung.value, "evidence": evidence}

    def said(self, language: Language) -> str:
        """Give the evidence in words."""
        evidence = self.evidence
        return evidence.told(language) if isinstance(evidence, Phrase) else evidence


async def tried(
    name: str, channel: Channel, language: Language, now: Moment, phone: str = ""
) -> Outcome:
    """Test one channel; `phone` is called or written to where it goes over the telephone."""
    patience = channel.patience if isinstance(channel, Patient) else PATIENCE
    seconds = patience.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            if isinstance(channel, SirenChannel):
                receipt = await _sounded(channel)
            else:
                receipt = await channel.send(message(name, language, now, phone))
    except TimeoutError:
        return Outcome(name, Rung.REFUSED, Phrase("channel.late", {"seconds": int(seconds)}))
    except SendFailed as error:
        return Outcome(name, Rung.REFUSED, error.reason)
    return Outcome(name, receipt.rung, receipt.evidence)


async def _sounded(siren: SirenChannel) -> Sent:
    if why := await siren.switch(is_on=True):
        raise SendFailed(why, permanent=False)
    try:
        await asyncio.sleep(SOUNDS)
    finally:  # also where the test is broken off
        off = None if siren.sounding else siren.switch(is_on=False)
    if off is None:
        return Sent(Rung.SENT, "left on: an alert sounds there now")
    if why := await off:
        raise SendFailed(f"it may still sound: {why}", permanent=False)
    return Sent(Rung.SENT, f"on for {SOUNDS:g} s, then off")


def phone_of(channel: str, homes: Mapping[str, Home]) -> str:
    """Give the number of the first contact who is reached over a channel."""
    contacts = (contact for home in homes.values() for contact in home.contacts)
    return next((each.phone for each in contacts if channel in each.channels and each.phone), "")


class Trials:
    """The tests that people ask a running gateway for."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        homes: Mapping[str, Home],
        now: Callable[[], Moment],
        on_taken: Callable[[str], None] = lambda _channel: None,
    ) -> None:
        self._channels = channels
        self._on_taken = on_taken
        self._homes = homes
        self._now = now

    async def handle(self, request: TryChannel) -> Answer:
        """Test one channel; the answer holds what came of it."""
        channel = self._channels.get(request.channel)
        if channel is None:
            return Answer(False, "the running gateway has no such channel; reload it first")
        phone = request.phone or phone_of(request.channel, self._homes)
        language = Language(request.language)
        outcome = await tried(request.channel, channel, language, self._now(), phone)
        if outcome.is_taken:
            self.note(request.channel)
        said = outcome.said(language)
        return Answer(True, facts={"rung": outcome.rung.value, "evidence": said})

    def note(self, channel: str) -> Answer:
        """Note that a test went through; of a channel that is not here nothing is noted."""
        if channel not in self._channels:
            return Answer(False, "the running gateway has no such channel")
        self._on_taken(channel)
        return Answer(True, facts={"channel": channel})


def message(channel: str, language: Language, now: Moment, phone: str = "") -> Message:
    """Make a message that nobody can take for an alert."""
    finding = Finding(Rule.CHANNEL, channel, Severity.NOTE, now, Broken(channel, "test"))
    identity = digest("test", channel, now.wall.isoformat())
    alert = Alert(identity, "", finding, State.RAISED, now, drill=True)
    notice = Notice(
        identity, identity, "", "test", channel, Reason.FIRST, Severity.NOTE, now, drill=True
    )
    recipient = Contact("test", "test", "", phone, language.value, (channel,))
    title = say(language, "channel.title")
    text = say(language, "channel.text", channel=channel)
    return Message(notice, title, text, alert, recipient, short=f"{title}\n{text}")
