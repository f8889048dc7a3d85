"""What the modem says of itself and brings: a phone has a message, somebody writes, it is gone.

The line itself, and what is sent over it, is gateway/channels/modem.py's.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from datetime import timedelta

import structlog

from edge.model import Receipt, Rung
from gateway.beside import Box
from gateway.channels import Channel, SendFailed
from gateway.channels.modem import ModemLine
from gateway.channels.phone import CallChannel, SmsChannel
from gateway.replies import Replies
from gateway.store import StoreFailed
from gateway.wire.sms import Incoming

LOST_AFTER = 300.0  # seconds without the network before somebody is told
AWAITED = timedelta(hours=6)  # as long as the network tries
RECEIPTS = 200
DELIVERED = "the network reports it delivered"
CAUSE = "modem"
log = structlog.get_logger()


def line_of(channels: Mapping[str, Channel]) -> ModemLine | None:
    """Give the line that channels share; None where none of them is over a modem."""
    over = (each for each in channels.values() if isinstance(each, SmsChannel | CallChannel))
    return next((each.line for each in over), None)


class ModemWatch:
    """Runs the line and passes on what it says."""

    def __init__(self, line: ModemLine, box: Box, lost_after: float = LOST_AFTER) -> None:
        self._line = line
        self._box = box
        self._replies = Replies(box)
        over = (SmsChannel, CallChannel)
        self._channels = [name for name, each in box.channels.items() if isinstance(each, over)]
        self._lost_after = lost_after
        self._lost: asyncio.TimerHandle | None = None
        self._answers: set[asyncio.Task[None]] = set()
        line.on_delivered, line.on_heard, line.on_state = self._delivered, self._heard, self._stands

    def wake(self) -> None:
        """Do nothing: what is on disk changes nothing here."""

    async def run(self) -> None:
        """Keep the line open until cancelled."""
        self._stands(False, "not opened yet")
        with contextlib.suppress(StoreFailed):
            self._recall()
        try:
            await self._line.run()
        finally:
            if self._lost is not None:
                self._lost.cancel()
                self._lost = None

    def _recall(self) -> None:
        """Await the reports on what was sent before this start."""
        begun = self._box.now().wall - AWAITED
        for notice, receipt in reversed(self._box.store.latest_receipts(RECEIPTS)):
            is_ours = notice.channel in self._channels and receipt.rung is Rung.ACCEPTED
            if is_ours and receipt.at >= begun:
                numbers = re.findall(r"\d+", receipt.evidence.removeprefix("+CMGS"))
                self._line.expect(notice.id, [int(number) for number in numbers])

    def _delivered(self, notice: str) -> None:
        now = self._box.now().wall
        with contextlib.suppress(StoreFailed):
            if self._box.store.notice(notice) is None:
                return  # a test, or an answer of ours
            self._box.store.record(Receipt(notice, 0, Rung.DELIVERED, now, DELIVERED), None, True)

    def _heard(self, incoming: Incoming) -> None:
        answer = self._replies.hear(incoming)
        if answer is not None:
            task = asyncio.ensure_future(self._answer(incoming.sender, answer))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, number: str, text: str) -> None:
        """Write back, once: whoever gets nothing looks again, and nothing hangs on it."""
        try:
            await self._line.send_text("", number, text)
        except SendFailed as failure:
            log.warning("sms", not_answered=failure.reason)

    def _stands(self, is_ready: bool, why: str) -> None:
        loop = asyncio.get_running_loop()
        if is_ready:
            if self._lost is not None:
                self._lost.cancel()
                self._lost = None
            self._tell("")
        elif self._lost is None:
            self._lost = loop.call_later(self._lost_after, self._give_up)
            log.info("modem", ready=False, why=why)

    def _give_up(self) -> None:
        self._tell(self._line.why or "the network does not have the modem")

    def _tell(self, detail: str) -> None:
        for name in self._channels:
            self._box.trouble(name, CAUSE, detail)
