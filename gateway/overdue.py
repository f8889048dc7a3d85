"""The way around a disk that hangs: an emergency waits for its commit only so long.

A card that is dying may hold a commit for half a minute, and the whole daemon with it. A thread of
its own then tells the people; what the disk says later is told again in the ordinary way.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from edge.model import Effects, Home, Notice, Severity
from gateway.channels import Channel, Message, SendFailed
from gateway.messages import render

PATIENCE = 2.0  # seconds
log = structlog.get_logger()


class Overdue:
    """Tells of emergencies whose commit does not come to an end."""

    def __init__(
        self, channels: Mapping[str, Channel], homes: Mapping[str, Home], patience: float = PATIENCE
    ) -> None:
        self._channels = channels
        self._homes = homes
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
        home = self._homes.get(notice.household)
        alert = next((a for a in reversed(effects.alerts) if a.id == notice.alert), None)
        if home is None or alert is None:
            return None
        names = {contact.id: contact.name for contact in home.contacts}
        recipient = next((c for c in home.contacts if c.id == notice.recipient), None)
        if recipient is None:
            return None
        told = [names[name] for name in alert.told if name in names and name != recipient.id]
        title, text = render(alert, notice, home, told, is_stored=False)
        return Message(notice, title, text, alert, recipient)

    def _tell(self, messages: list[Message]) -> None:
        log.error("disk", why="a commit hangs; emergencies are told without it")
        asyncio.run(self._send_all(messages))

    async def _send_all(self, messages: list[Message]) -> None:
        await asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: Message) -> None:
        channel = self._channels.get(message.notice.channel)
        try:
            if channel is not None:
                await channel.send(message)
        except SendFailed as failure:
            log.warning("channel", channel=message.notice.channel, failure=failure.reason)
