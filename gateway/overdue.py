"""The way around a disk that hangs: an emergency waits for its commit only so long.

A card that is dying may hold a commit for half a minute, and the whole daemon with it. A thread of
its own then tells the people; what the disk says later is told again in the ordinary way.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from msgspec import structs

from edge.model import Contact, Effects, Home, Notice, Severity
from gateway.channels import Channel, Message, Rooted, SendFailed
from gateway.composing import Composer, note

PATIENCE = 2.0  # seconds
log = structlog.get_logger()


class Overdue:
    """Tells of emergencies whose commit does not come to an end."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        homes: Mapping[str, Home],
        patience: float = PATIENCE,
        *,
        composer: Composer | None = None,
    ) -> None:
        self._channels = channels
        self._composer = Composer(homes) if composer is None else composer
        self._patience = patience

    @contextmanager
    def watching(self, effects: Effects) -> Iterator[None]:
        """While the block runs, tell what is in `effects` as soon as it has taken too long."""
        notices = [n for n in effects.notices if n.severity is Severity.EMERGENCY]
        if not notices:
            yield
            return
        messages = [m for n in notices if (m := self._message(n, effects)) is not None]
        timer = threading.Timer(self._patience, self._tell, [messages])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _message(self, notice: Notice, effects: Effects) -> Message | None:
        alert = next((a for a in reversed(effects.alerts) if a.id == notice.alert), None)
        recipient = self._composer.recipient(notice)
        if alert is None or recipient is None:
            return None
        way = self._way(notice.channel, recipient)
        if way is None:
            return None
        owed = structs.replace(notice, channel=way)
        return self._composer.message(alert, owed, recipient, notice.due.wall, is_stored=False)

    def _way(self, wanted: str, recipient: Contact) -> str | None:
        """Give a channel that can be used while the daemon hangs, the wanted one before others."""
        ways = (wanted, *recipient.channels)
        free = (way for way in ways if way in self._channels)
        return next((way for way in free if not isinstance(self._channels[way], Rooted)), None)

    def _tell(self, messages: list[Message]) -> None:
        log.error("disk", why="a commit hangs; emergencies are told without it")
        asyncio.run(self._send_all(messages))

    async def _send_all(self, messages: list[Message]) -> None:
        await asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: Message) -> None:
        channel = self._channels[message.notice.channel]
        try:
            await channel.send(message)
        except SendFailed as failure:
            log.warning("channel", channel=message.notice.channel, failure=failure.reason)
        except Exception as mistake:
            # It must not take the others' messages with it; the outbox will try again.
            note("a channel has failed by a mistake", message.notice, mistake)
