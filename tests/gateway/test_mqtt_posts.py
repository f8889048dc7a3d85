"""What must be switched for sure: the broker's own word for it, now or not at all."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from gateway.sources import mqtt_posts
from gateway.sources.mqtt import MqttVersion
from gateway.sources.mqtt_posts import LONGEST, Posts
from tests.broker import Broker, StartBroker
from tests.gateway.ear import Ear, settings

SIREN = "home/siren/set"
ACL_WITHOUT_SIREN = "user shouhu\ntopic read home/#\ntopic readwrite shouhu/#\n"


async def posted(ear: Ear, payload: bytes = b"ON") -> str:
    """Post, and give what became of it."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    assert ear.source.post(SIREN, payload, answer.set_result)
    async with asyncio.timeout(15):
        return await answer


@pytest.mark.parametrize("version", list(MqttVersion))
async def test_the_broker_says_that_it_has_each(broker: Broker, version: MqttVersion) -> None:
    wishes = settings(broker, version=version)
    async with Ear(wishes, SIREN) as ear:
        await ear.listening()
        answers = await asyncio.gather(*(posted(ear, b"%d" % n) for n in range(5)))
        assert answers == [""] * 5
        await ear.heard("0", "1", "2", "3", "4")
    assert ear.texts() == ["0", "1", "2", "3", "4"]


async def test_where_nobody_listens_it_is_said(broker: Broker) -> None:
    async with Ear(settings(broker), "home/door") as ear:
        await ear.listening()
        assert await posted(ear) == "nobody listens to this topic at the broker"


async def test_what_the_acl_refuses_is_said_and_the_home_is_heard_on(
    start_broker: StartBroker, tmp_path: Path
) -> None:
    broker = start_broker(users={"shouhu": "s"}, acl=ACL_WITHOUT_SIREN)
    password = tmp_path / "password"
    password.write_text("s")
    wishes = settings(broker, username="shouhu", password_file=password)
    async with Ear(wishes, "home/door") as ear:
        await ear.listening()
        assert "refuses it (reason 0x87)" in await posted(ear)
        assert [hears for hears, _ in ear.states] == [True]


async def test_without_a_broker_nothing_is_sent_then_or_later(broker: Broker) -> None:
    async with Ear(settings(broker), SIREN, "home/door") as ear:
        await ear.listening()
        broker.kill()
        await ear.until(lambda: not ear.hears)
        assert not ear.source.post(SIREN, b"ON", lambda why: ear.states.append((False, why)))
        broker.start()
        await ear.listening()
        broker.publish("home/door", "open")
        await ear.heard("open")
    assert "ON" not in ear.texts()


async def test_a_broker_that_dies_before_it_answers_had_nothing_as_far_as_is_known(
    broker: Broker,
) -> None:
    async with Ear(settings(broker), SIREN) as ear:
        await ear.listening()
        broker.freeze()
        answer = asyncio.create_task(posted(ear))
        await asyncio.sleep(0)
        os.kill(broker.pid, signal.SIGKILL)  # it is not let go on for another moment
        broker.kill()
        assert await answer == "the broker was lost before it had it"


async def test_a_broker_that_only_hears_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mqtt_posts, "PATIENCE", 0.01)
    sent: list[bytes] = []
    posts = Posts(sent.append, is_v5=True)
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    posts.post(SIREN, b"ON", answer.set_result)
    assert await answer == "the broker does not acknowledge it"
    number = sent[0][4 + len(SIREN) : 6 + len(SIREN)]
    assert posts.take(b"\x40\x02" + number)  # too late; nobody is told twice


async def test_an_answer_to_somebody_else_is_left_to_them_and_a_short_one_breaks_nothing() -> None:
    posts = Posts(lambda _: None, is_v5=True)
    assert not posts.take(b"\x40\x02\x00\x07")
    assert not posts.take(b"\x40\x01\xf0")
    assert not posts.take(b"\xd0\x00")


async def test_what_is_too_long_is_refused_before_it_is_sent() -> None:
    sent: list[bytes] = []
    with pytest.raises(ValueError, match="16000"):
        Posts(sent.append, is_v5=True).post(SIREN, b"x" * LONGEST, lambda _: None)
    assert sent == []
