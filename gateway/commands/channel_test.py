"""Tests of channels for a command: by itself where it can, else by the running gateway."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edge.model import Moment, Rung
from gateway.channel_trial import PATIENCE, Outcome, message, tried
from gateway.channels import Channel
from gateway.channels.phone import PATIENCE as PHONE_PATIENCE
from gateway.commands.daemon import asked
from gateway.commands.exits import CommandFailed, Exit
from gateway.language import Language, Phrase
from gateway.requests import ProveChannel, TryChannel

if TYPE_CHECKING:
    from gateway.config import ChannelSettings, Examination

__all__ = ["Outcome", "message", "outcomes", "sent"]


async def sent(
    channels: Mapping[str, Channel], language: Language, phones: Mapping[str, str] = {}
) -> list[Outcome]:
    """Test all channels at once; one that hangs holds up no other."""
    now = Moment.of(datetime.now(UTC))
    return await asyncio.gather(
        *(tried(name, each, language, now, phones.get(name, "")) for name, each in channels.items())
    )


def outcomes(
    found: "Examination", ways: "Sequence[ChannelSettings]", language: Language, phone: str = ""
) -> list[Outcome]:
    """Test these channels of a configuration; the daemon alone has the modem and the broker.

    It is also told of what was taken without it: it keeps when each channel last proved itself.
    """
    from gateway.config.channels import AppriseWay, WebhookWay  # noqa: PLC0415
    from gateway.parts import alone  # noqa: PLC0415

    assert found.settings is not None
    store = found.settings.store.directory
    ours = [way for way in ways if isinstance(way, AppriseWay | WebhookWay)]
    ready = alone(ours, lambda: Moment.of(datetime.now(UTC)))
    done = {each.channel: each for each in asyncio.run(sent(ready, language))}
    for outcome in list(done.values()):
        if outcome.is_taken:
            _tell_the_daemon(outcome.channel, store, found.sha256)
    for way in ways:
        if way.id not in done:
            done[way.id] = _by_the_daemon(way.id, store, language, phone)
    return [done[way.id] for way in ways]


def _tell_the_daemon(name: str, store: Path, config: str) -> None:
    # One that runs with another configuration would send elsewhere: it keeps nothing of this.
    with suppress(CommandFailed):
        asked(store, ProveChannel(name, config))


def _by_the_daemon(name: str, store: Path, language: Language, phone: str) -> Outcome:
    longest = max(PATIENCE, PHONE_PATIENCE).total_seconds() + 10
    try:
        answer = asked(store, TryChannel(name, phone, language.value), longest)
    except CommandFailed as failure:
        needs = Phrase("channel.needs_daemon")
        why = needs if failure.code is Exit.NO_DAEMON else failure.told(language)
        return Outcome(name, Rung.REFUSED, why)
    return Outcome(name, Rung(str(answer.facts["rung"])), str(answer.facts["evidence"]))
