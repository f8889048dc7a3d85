"""A telephone that only texts: it is told of smoke, writes back "1", and has the alert."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from edge.model import Rule, State
from gateway.control import Status
from tests.broker import Broker
from tests.gateway.cable import Cable
from tests.installation import Installation
from tests.modem import Card
from tests.stories.conftest import Install

SMOKE = "zigbee2mqtt/厨房 smoke"
CHANNEL = """\
[modem]
port = "{port}"

[[channel]]
id = "text"
type = "sms"
"""
SON = """\
[[contact]]
id = "son"
name = "王强"
phone = "139 1234 5678"
channels = ["text", "push"]

[[escalation.step]]
after = "0s"
tell = ["son"]
"""


def texted(sender: str, text: str) -> str:
    """Give what a modem says when somebody texts now: an SMS-DELIVER of 3GPP TS 23.040."""
    now = datetime.now(UTC)
    parts = (now.year % 100, now.month, now.day, now.hour, now.minute, now.second, 0)
    stamp = "".join(f"{part % 10}{part // 10}" for part in parts)
    digits = sender.removeprefix("+") + "F" * (len(sender.removeprefix("+")) % 2)
    number = "".join(b + a for a, b in zip(digits[::2], digits[1::2], strict=True))
    body = text.encode("utf-16-be").hex()
    head = f"04{len(sender.removeprefix('+')):02X}91{number}0008{stamp}{len(body) // 2:02X}"
    return f"+CMT: ,{len(head + body) // 2}\r\n00{head}{body}"


def refused(box: Installation) -> str:
    status = box.asked(Status())
    return "" if status is None else str(status.facts["refused"])


def test_a_text_back_takes_the_alert_and_is_confirmed_and_a_stranger_s_is_not(
    broker: Broker, install: Install, tmp_path: Path
) -> None:
    cable = Cable(tmp_path / "modem").plug()
    card = Card(cable)
    box = install(broker, gateway=CHANNEL.format(port=cable.path), more=SON)

    def story() -> None:
        box.start()
        box.hears()
        box.until(lambda: "AT+CREG?" in card.commands)
        broker.publish(SMOKE, '{"smoke": true}')
        box.until(lambda: len(card.sent) > 0)
        card.say(texted("+8613999999999", "1"))
        box.until(lambda: "sms from a stranger" in refused(box))
        told = len(card.sent)
        card.say(texted("+8613912345678", "１"))
        box.until(lambda: [a.state for a in box.alerts()] == [State.ACKNOWLEDGED])
        box.until(lambda: len(card.sent) > told)
        (alert,) = [a for a in box.alerts() if a.finding.rule is Rule.SMOKE]
        assert alert.lease is not None and alert.lease.owner == "王强"
        assert "已由您接手".encode("utf-16-be").hex().upper() in "".join(card.sent[told:])

    async def whole() -> None:
        card.listen()
        try:
            await asyncio.to_thread(story)
        finally:
            card.deaf()
            cable.unplug()

    asyncio.run(whole())
