"""The modem at work in a gateway: its silence is told, reports are kept, replies go back."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from msgspec import structs

from edge.model import Receipt, Rule, Rung
from gateway.channels.health import Troubles
from gateway.channels.modem import ModemLine, ModemSettings
from gateway.channels.phone import CallChannel, SmsChannel
from gateway.modem_watch import ModemWatch, line_of
from tests.gateway.boxed import Boxed
from tests.gateway.cable import Cable
from tests.gateway.keeping import notice
from tests.homes import at
from tests.modem import Card, incoming, text_of

LOST_AFTER = 0.2
DAUGHTER = "+8613800000000"


class Desk:
    """A gateway with a modem on a pty."""

    def __init__(self, path: Path) -> None:
        self.cable = Cable(path / "modem")
        line = ModemLine(ModemSettings(str(self.cable.path)))
        self.box = Boxed(path / "store")
        self.told: list[tuple[str, str, bool]] = []
        around: Any = SimpleNamespace(
            **vars(self.box.box),
            channels={"sms": SmsChannel(line), "call": CallChannel(line)},
            trouble=Troubles(lambda *each: self.told.append(each)).note,
        )
        assert line_of(around.channels) is line
        self.watch = ModemWatch(line, around, LOST_AFTER)

    def plug(self) -> Card:
        self.cable.plug()
        card = Card(self.cable)
        card.listen()
        return card

    async def until(self, that: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not that():  # noqa: ASYNC110  what it waits for knows of no event
                await asyncio.sleep(0.01)


def play(path: Path, story: Callable[[Desk], Awaitable[None]]) -> None:
    async def whole() -> None:
        (path / "store").mkdir()
        desk = Desk(path)
        running = asyncio.create_task(desk.watch.run())
        try:
            await story(desk)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            desk.cable.unplug()

    asyncio.run(whole())


def test_a_modem_that_is_not_there_is_told_for_each_channel_and_so_is_its_return(
    tmp_path: Path,
) -> None:
    async def story(desk: Desk) -> None:
        await desk.until(lambda: len(desk.told) == 2)
        assert {(name, stands) for name, _, stands in desk.told} == {("sms", True), ("call", True)}
        assert all("is not there" in why for _, why, _ in desk.told)
        desk.plug()
        await desk.until(lambda: len(desk.told) == 4)
        assert {(name, stands) for name, _, stands in desk.told[2:]} == {
            ("sms", False),
            ("call", False),
        }

    play(tmp_path, story)


def test_what_a_phone_reports_is_kept_as_a_receipt_and_a_test_leaves_none(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        [about] = desk.box.alerts(Rule.SMOKE)
        owed = structs.replace(notice(about), channel="sms")
        desk.box.store.add_notice(owed)
        desk.watch._delivered(owed.id)
        desk.watch._delivered("a test")
        [receipt] = desk.box.store.receipts(about.id)
        assert (receipt.notice, receipt.rung) == (owed.id, Rung.DELIVERED)
        assert owed.id not in {one.notice.id for one in desk.box.store.pending()}

    play(tmp_path, story)


def test_a_report_on_what_was_sent_before_a_restart_is_understood(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        [about] = desk.box.alerts(Rule.SMOKE)
        owed = structs.replace(notice(about), channel="sms")
        desk.box.store.add_notice(owed)
        receipt = Receipt(owed.id, 1, Rung.ACCEPTED, desk.box.now.wall, "+CMGS 7, 8")
        desk.box.store.record(receipt, None, True)
        desk.watch._recall()
        card = desk.plug()
        await desk.until(lambda: desk.told != [] and not desk.told[-1][2])
        card.report(7)
        card.report(8)
        rungs = desk.box.store.receipts
        await desk.until(lambda: Rung.DELIVERED in {one.rung for one in rungs(about.id)})

    play(tmp_path, story)


def test_a_reply_gets_its_answer_on_the_same_number(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        card = desk.plug()
        await desk.until(lambda: desk.told != [] and not desk.told[-1][2])
        desk.box.now = at(1)
        desk.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        desk.watch._replies = SimpleNamespace(hear=lambda _: "好的，已记下。")  # type: ignore[assignment]
        card.say(f"+CMT: ,30\r\n{incoming(DAUGHTER, '1')}")
        await desk.until(lambda: len(card.sent) == 1)
        assert text_of(card.sent[0]) == "好的，已记下。"

    play(tmp_path, story)
