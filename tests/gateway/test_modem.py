"""The modem's channels on a pty: sent, delivered, rung, refused, unplugged, and written back to."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType

import pytest

from edge.model import Rung
from gateway.channels import Message, SendFailed
from gateway.channels.modem import ModemLine, ModemSettings
from gateway.channels.phone import CallChannel, SmsChannel
from gateway.wire.at_modem import MOST_WAITING
from gateway.wire.sms import Incoming
from tests.gateway.cable import Cable
from tests.gateway.keeping import alert, notice
from tests.homes import contact
from tests.modem import Card

MESSAGE = Message(
    notice(alert("smoke")),
    "烟雾报警 王秀英",
    "厨房，11:04 起。请立即打电话。" * 6,
    alert("smoke"),
    contact("daughter"),
)
HEARD = "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"


class Phone:
    """A line with a modem behind it, and what it told."""

    def __init__(self, path: Path) -> None:
        self.cable = Cable(path / "modem").plug()
        self.card = Card(self.cable)
        self.delivered: list[str] = []
        self.heard: list[Incoming] = []
        self.states: list[tuple[bool, str]] = []
        self.line = ModemLine(
            ModemSettings(str(self.cable.path), pin="1234"),
            self.delivered.append,
            self.heard.append,
            lambda is_ready, why: self.states.append((is_ready, why)),
        )
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Phone":
        self.card.listen()
        self._running = asyncio.create_task(self.line.run())
        await self.until(lambda: (True, "") in self.states)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        if self.cable.far >= 0:
            self.card.deaf()
            self.cable.unplug()

    async def until(self, that: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not that():  # noqa: ASYNC110  what it waits for knows of no event
                await asyncio.sleep(0.01)


def play(path: Path, story: Callable[[Phone], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with Phone(path) as phone:
            await story(phone)

    asyncio.run(whole())


def test_a_long_chinese_message_goes_in_parts_and_is_delivered_when_the_phone_has_all(
    tmp_path: Path,
) -> None:
    async def story(phone: Phone) -> None:
        sent = await SmsChannel(phone.line).send(MESSAGE)
        assert sent.rung is Rung.ACCEPTED
        assert len(phone.card.sent) == 2 and sent.evidence == "+CMGS 1, 2"
        phone.card.report(2)
        await asyncio.sleep(0.1)
        assert phone.delivered == []
        phone.card.report(1)
        await phone.until(lambda: phone.delivered == [MESSAGE.notice.id])

    play(tmp_path, story)


def test_a_call_that_is_picked_up_was_heard_and_one_that_is_not_was_not(tmp_path: Path) -> None:
    async def story(phone: Phone) -> None:
        calling = asyncio.create_task(CallChannel(phone.line).send(MESSAGE))
        await phone.until(lambda: "AT+CLCC" in phone.card.commands)
        phone.card.say("NO CARRIER")  # they hang up
        assert (await calling).rung is Rung.DELIVERED
        phone.card.call_state = "3"
        calling = asyncio.create_task(CallChannel(phone.line).send(MESSAGE))
        await phone.until(lambda: phone.card.commands.count("ATD13800000000;") == 2)
        await asyncio.sleep(0.1)
        phone.card.say("BUSY")
        with pytest.raises(SendFailed, match="nobody"):
            await calling

    play(tmp_path, story)


def test_the_networks_refusal_is_a_failure_with_its_number(tmp_path: Path) -> None:
    async def story(phone: Phone) -> None:
        phone.card.error = "+CMS ERROR: 38"
        with pytest.raises(SendFailed, match="38") as caught:
            await SmsChannel(phone.line).send(MESSAGE)
        assert not caught.value.permanent

    play(tmp_path, story)


def test_a_contact_without_a_number_is_refused_for_good_and_the_modem_hears_nothing(
    tmp_path: Path,
) -> None:
    async def story(phone: Phone) -> None:
        with pytest.raises(SendFailed) as caught:
            await phone.line.send_text("n", "call me", "x")
        assert caught.value.permanent
        assert phone.card.sent == []

    play(tmp_path, story)


def test_a_modem_that_is_unplugged_fails_what_waits_and_works_when_it_is_back(
    tmp_path: Path,
) -> None:
    async def story(phone: Phone) -> None:
        phone.card.is_silent = True
        sending = asyncio.create_task(SmsChannel(phone.line).send(MESSAGE))
        await asyncio.sleep(0.1)
        phone.card.deaf()
        phone.cable.unplug()
        with pytest.raises(SendFailed, match="lost"):
            await sending
        with pytest.raises(SendFailed):
            await SmsChannel(phone.line).send(MESSAGE)
        phone.states.clear()
        phone.cable.plug()
        phone.card.is_silent = False
        phone.card.listen()
        await phone.until(lambda: (True, "") in phone.states)
        assert (await SmsChannel(phone.line).send(MESSAGE)).rung is Rung.ACCEPTED

    play(tmp_path, story)


def test_a_wrong_pin_is_tried_once_however_often_the_modem_is_plugged_in(tmp_path: Path) -> None:
    async def story(phone: Phone) -> None:
        phone.card.answers["AT+CPIN?"] = "+CPIN: SIM PIN\r\n\r\nOK"
        phone.card.answers["AT+CREG?"] = "+CREG: 0,2\r\n\r\nOK"
        for _ in range(3):
            phone.states.clear()
            phone.card.deaf()
            phone.cable.unplug()
            await phone.until(lambda: any(not is_ready for is_ready, _ in phone.states))
            phone.cable.plug()
            phone.card.listen()
            asked = phone.card.commands.count("AT+CSQ")
            await phone.until(lambda asked=asked: phone.card.commands.count("AT+CSQ") > asked)
        assert phone.card.commands.count('AT+CPIN="1234"') == 1

    play(tmp_path, story)


def test_what_people_write_back_is_heard(tmp_path: Path) -> None:
    async def story(phone: Phone) -> None:
        phone.card.say(f"+CMT: ,31\r\n{HEARD}")
        await phone.until(lambda: [each.text for each in phone.heard] == ["How are you?"])

    play(tmp_path, story)


def test_a_modem_that_lost_its_power_for_a_moment_is_unlocked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.wire.at_modem.LOOKS_EVERY", 0.05)
    monkeypatch.setattr("gateway.channels.modem.OPENED_ANEW", 0.1)

    async def story(phone: Phone) -> None:
        await phone.until(lambda: (True, "") in phone.states)
        phone.card.answers["AT+CPIN?"] = "+CPIN: SIM PIN\r\n\r\nOK"
        phone.card.answers["AT+CREG?"] = "+CREG: 0,2\r\n\r\nOK"
        await phone.until(lambda: 'AT+CPIN="1234"' in phone.card.commands)

    play(tmp_path, story)


def test_a_message_of_which_one_part_found_no_room_leaves_no_part_behind(tmp_path: Path) -> None:
    async def story(phone: Phone) -> None:
        phone.card.is_silent = True
        others = [
            asyncio.create_task(phone.line.send_text(str(number), "13800000000", "x"))
            for number in range(MOST_WAITING)
        ]
        await asyncio.sleep(0)
        with pytest.raises(SendFailed, match="too much waits"):
            await phone.line.send_text("long", "13800000000", "烟" * 200)
        assert len(phone.line._open) == MOST_WAITING
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    play(tmp_path, story)
