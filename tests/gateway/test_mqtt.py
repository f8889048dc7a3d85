"""What the MQTT source promises, against a real broker."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from paho.mqtt import subscribe

from edge.model import Freshness
from gateway.sources.mqtt import MqttSettings, MqttSource, MqttVersion
from tests.broker import Broker, Certificates, StartBroker
from tests.gateway.ear import Ear, moment, settings

both = pytest.mark.parametrize("version", list(MqttVersion))
SECOND = timedelta(seconds=1)
ACL_WITHOUT_MARKER = "user shouhu\ntopic read home/#\nuser device\ntopic write home/#\n"


@both
async def test_retained_buffered_and_live_are_told_apart(
    broker: Broker, version: MqttVersion
) -> None:
    wishes = settings(broker, version=version)
    broker.publish("home/door", "stood before we came", retain=True)
    async with Ear(wishes, "home/#") as ear:
        await ear.heard("stood before we came")
        broker.publish("home/door", "while we listen")
        await ear.heard("while we listen")
    broker.publish("home/door", "while we were away")
    async with Ear(wishes, "home/#") as again:
        await again.heard("while we were away", "stood before we came")
        broker.publish("home/door", "when we are back")
        await again.heard("when we are back")
    assert ear.freshness("stood before we came") == [Freshness.RETAINED]
    assert ear.freshness("while we listen") == [Freshness.LIVE]
    assert again.freshness("while we were away") == [Freshness.BUFFERED]
    assert again.freshness("stood before we came") == [Freshness.RETAINED]
    assert again.freshness("when we are back") == [Freshness.LIVE]


@both
async def test_what_was_not_acknowledged_comes_again_under_the_same_delivery(
    broker: Broker, version: MqttVersion, tmp_path: Path
) -> None:
    wishes = settings(broker, version=version, session_file=tmp_path / "session")
    async with Ear(wishes, "home/#", acknowledges=False) as ear:
        await ear.listening()
        broker.publish_all([("home/sos", str(n), 1, False) for n in range(3)])
        await ear.heard("0", "1", "2")
        ear.source.acknowledge(ear.packets[:1])
    async with Ear(wishes, "home/#") as again:
        await again.heard("1", "2")
    first = [packet.delivery for packet in ear.packets]
    second = [packet.delivery for packet in again.packets]
    assert again.texts() == ["1", "2"]
    assert [(d.session, d.packet) for d in first[1:] if d] == [
        (d.session, d.packet) for d in second if d
    ]
    assert [d.redelivered for d in second if d] == [True, True]


async def test_a_session_that_the_broker_lost_has_another_name(
    start_broker: StartBroker, tmp_path: Path
) -> None:
    broker = start_broker(extra=["persistence false"])
    async with Ear(settings(broker, session_file=tmp_path / "session"), "home/#") as ear:
        await ear.listening()
        broker.publish("home/door", "before")
        await ear.heard("before")
        broker.kill()
        await ear.until(lambda: not ear.hears)
        broker.start()
        await ear.listening()
        broker.publish("home/door", "after")
        await ear.heard("after")
    sessions = {packet.delivery.session for packet in ear.packets if packet.delivery}
    assert len(sessions) == 2
    assert ear.freshness("after") == [Freshness.LIVE]


async def test_an_acknowledgement_waits_for_those_before_it(broker: Broker) -> None:
    wishes = settings(broker)
    async with Ear(wishes, "home/#", acknowledges=False) as ear:
        await ear.listening()
        broker.publish_all([("home/door", str(n), 1, False) for n in range(4)])
        await ear.heard("0", "1", "2", "3")
        ear.source.acknowledge([ear.packets[2], ear.packets[0]])
        ear.source.acknowledge([])
    async with Ear(wishes, "home/#") as again:
        await again.heard("1", "2", "3")
        assert again.texts() == ["1", "2", "3"]


async def test_a_packet_of_an_earlier_connection_is_not_acknowledged_on_the_next(
    broker: Broker,
) -> None:
    wishes = settings(broker)
    async with Ear(wishes, "home/#", acknowledges=False) as ear:
        await ear.listening()
        broker.publish("home/smoke", "smoke")
        await ear.heard("smoke")
        broker.stop()
        await ear.until(lambda: not ear.hears)
        broker.start()
        await ear.until(lambda: ear.texts() == ["smoke", "smoke"])
        ear.source.acknowledge(ear.packets[:1])
    async with Ear(wishes, "home/#") as again:
        await again.heard("smoke")
    assert again.packets[0].delivery is not None


@both
async def test_all_that_waits_comes_in_large_batches(broker: Broker, version: MqttVersion) -> None:
    wishes = settings(broker, version=version)
    async with Ear(wishes, "home/#") as ear:
        await ear.listening()
    broker.publish_all([("home/door", str(n), 1, False) for n in range(2000)])
    async with Ear(wishes, "home/#") as again:
        await again.until(lambda: len(again.packets) == 2000)
        await again.until(lambda: not again.source._marker.is_awaited)
    assert again.texts() == [str(n) for n in range(2000)]
    assert {packet.freshness for packet in again.packets} == {Freshness.BUFFERED}
    assert max(again.batches) > 10


async def test_mqtt_5_is_given_500_messages_before_the_first_acknowledgement(
    broker: Broker,
) -> None:
    async with Ear(settings(broker), "home/#", acknowledges=False) as ear:
        await ear.listening()
        broker.publish_all([("home/door", str(n), 1, False) for n in range(600)])
        await ear.until(lambda: len(ear.packets) >= 500)
        await asyncio.sleep(0.5)
        assert len(ear.packets) == 500
        ear.source.acknowledge(ear.packets)
        await ear.until(lambda: len(ear.packets) == 600)


async def test_a_message_of_ten_megabytes_is_cut_short_and_acknowledged(broker: Broker) -> None:
    wishes = settings(broker)
    async with Ear(wishes, "home/#") as ear:
        await ear.listening()
        broker.publish("home/door", b"x" * 10_000_000)
        broker.publish("home/door", "the next")
        await ear.heard("the next")
    assert [1_000_000 < len(packet.payload) < 1_100_000 for packet in ear.packets] == [True, False]


async def test_it_publishes_and_keeps_what_has_to_wait(broker: Broker) -> None:
    async with Ear(settings(broker), "home/#") as ear:
        ear.source.publish("home/clock/done", b"before the connection", qos=1)
        await ear.heard("before the connection")
        ear.source.publish("home/clock/done", b"at once")
        await ear.heard("at once")


async def test_a_subscription_of_an_older_configuration_is_given_up(
    broker: Broker, tmp_path: Path
) -> None:
    wishes = settings(broker, session_file=tmp_path / "session")
    async with Ear(wishes, "home/#", "gone/#") as ear:
        await ear.listening()
    async with Ear(wishes, "home/#") as again:
        await again.listening()
        broker.publish_all([("gone/door", "no", 1, False), ("home/door", "yes", 1, False)])
        await again.heard("yes")
    assert again.texts() == ["yes"]


async def test_a_subscription_that_others_left_with_qos_2_is_heard_too(broker: Broker) -> None:
    wishes = settings(broker)
    other = subscribe.simple  # it takes the same client id, and leaves its subscription there
    broker.publish("guest/door", "retained", retain=True)
    await asyncio.to_thread(
        other,
        "guest/#",
        2,
        hostname=broker.host,
        port=broker.port,
        client_id=wishes.client_id,
        clean_session=False,
    )
    async with Ear(replace(wishes, version=MqttVersion.V311), "home/#") as ear:
        await ear.listening()
        broker.publish("guest/door", "exactly once", qos=2)
        await ear.heard("exactly once")
        broker.publish("home/door", "and on")
        await ear.heard("and on")


async def test_a_caller_that_is_slow_holds_the_network_up_and_loses_nothing(
    broker: Broker,
) -> None:
    source = MqttSource(settings(broker), ["home/#"], moment, lambda *_: None)
    running = asyncio.create_task(source.run())
    await asyncio.to_thread(broker.log_says, "Sending SUBACK")
    messages = [("home/door", str(n), 0, False) for n in range(8000)]
    await asyncio.to_thread(broker.publish_all, messages)
    heard: list[str] = []
    async for batch in source.batches():
        heard += [packet.payload.decode() for packet in batch]
        await asyncio.sleep(0)
        if heard[-1] == "7999":
            break
    running.cancel()
    assert heard == [str(n) for n in range(8000)]


# --- the broker away


@both
async def test_a_broker_that_comes_late_is_found(
    start_broker: StartBroker, version: MqttVersion
) -> None:
    broker = start_broker()
    broker.kill()
    async with Ear(settings(broker, version=version), "home/#") as ear:
        await ear.until(lambda: len(ear.states) >= 2)
        assert "refused" in ear.said
        broker.start()
        await ear.listening()
        broker.publish("home/door", "found")
        await ear.heard("found")


@both
async def test_a_broker_that_is_killed_and_comes_back_has_lost_nothing(
    start_broker: StartBroker, version: MqttVersion
) -> None:
    broker = start_broker(autosave=1)
    wishes = settings(broker, version=version)
    async with Ear(wishes, "home/#") as ear:
        await ear.listening()
    broker.publish_all([("home/door", str(n), 1, False) for n in range(20)])
    broker.kill()
    async with Ear(wishes, "home/#") as again:
        await again.until(lambda: bool(again.states))
        broker.start()
        await again.until(lambda: len(again.packets) >= 19)
        broker.publish("home/door", "after")
        await again.heard("after")
    assert {packet.freshness for packet in again.packets[:19]} == {Freshness.BUFFERED}


async def test_a_broker_that_hangs_is_noticed_within_two_keepalives(broker: Broker) -> None:
    async with Ear(settings(broker, keepalive=SECOND, connect_timeout=SECOND / 2), "home/#") as ear:
        await ear.listening()
        broker.freeze()
        froze = time.monotonic()
        await ear.until(lambda: not ear.hears)
        assert time.monotonic() - froze < 3.5
        assert "keepalive" in ear.said
        await ear.until(lambda: "does not answer" in ear.said)
        broker.thaw()
        await ear.listening()


# --- who may what


@both
async def test_tls_with_a_client_certificate_and_a_password_from_a_file(
    start_broker: StartBroker, certificates: Certificates, tmp_path: Path, version: MqttVersion
) -> None:
    broker = start_broker(users={"shouhu": "long and secret"}, certificates=certificates)
    password = tmp_path / "password"
    password.write_text("long and secret\n")
    wishes = settings(
        broker,
        version=version,
        tls_ca=certificates.ca,
        tls_certificate=certificates.client,
        tls_key=certificates.client_key,
        username="shouhu",
        password_file=password,
    )
    async with Ear(wishes, "home/#") as ear:
        await ear.listening()
        broker.publish_all([("home/door", str(n), 1, False) for n in range(300)])
        await ear.until(lambda: len(ear.packets) == 300)
    assert "secret" not in repr(wishes) + ear.said


async def test_a_broker_of_another_ca_is_refused_and_tried_again(
    start_broker: StartBroker, certificates: Certificates, tmp_path: Path
) -> None:
    broker = start_broker(certificates=certificates)
    stranger = Certificates(tmp_path / "stranger", "stranger")
    ca = tmp_path / "ca.crt"
    ca.write_bytes(stranger.ca.read_bytes())
    wishes = settings(
        broker,
        tls_ca=ca,
        tls_certificate=certificates.client,
        tls_key=certificates.client_key,
    )
    async with Ear(wishes, "home/#") as ear:
        await ear.until(lambda: len(ear.states) >= 2)
        assert "certificate is not trusted" in ear.said
        assert not any(hears for hears, _ in ear.states)
        ca.write_bytes(certificates.ca.read_bytes())
        await ear.listening()


async def test_without_a_client_certificate_the_broker_says_no(
    start_broker: StartBroker, certificates: Certificates
) -> None:
    broker = start_broker(certificates=certificates)
    async with Ear(settings(broker, tls_ca=certificates.ca), "home/#") as ear:
        await ear.until(lambda: len(ear.states) >= 2)
        assert not any(hears for hears, _ in ear.states)
        assert "certificate" in ear.said


@both
async def test_a_wrong_password_is_said_and_a_mended_one_is_taken(
    start_broker: StartBroker, tmp_path: Path, version: MqttVersion
) -> None:
    broker = start_broker(users={"shouhu": "right"})
    password = tmp_path / "password"
    wishes = settings(broker, version=version, username="shouhu", password_file=password)
    async with Ear(wishes, "home/#") as ear:
        await ear.until(lambda: "password file cannot be read" in ear.said)
        password.write_text("wrong")
        await ear.until(lambda: "refuses us: Not authorized" in ear.said)
        password.write_text("right")
        await ear.listening()


@both
async def test_where_the_acl_refuses_the_marker_live_begins_after_the_time_out(
    start_broker: StartBroker, tmp_path: Path, version: MqttVersion
) -> None:
    broker = start_broker(users={"device": "d", "shouhu": "s"}, acl=ACL_WITHOUT_MARKER)
    password = tmp_path / "password"
    password.write_text("s")
    wishes = settings(
        broker, version=version, username="shouhu", password_file=password, marker_timeout=SECOND
    )
    async with Ear(wishes, "home/#") as ear:
        await ear.listening()
    broker.publish("home/door", "while we were away")
    async with Ear(wishes, "home/#") as again:
        await again.heard("while we were away")
        await again.until(lambda: not again.source._marker.is_awaited)
        broker.publish("home/door", "later")
        await again.heard("later")
        assert again.hears
        assert "shouhu/marker" in again.said
    assert again.freshness("while we were away") == [Freshness.BUFFERED]
    assert again.freshness("later") == [Freshness.LIVE]


def test_a_filter_that_mqtt_cannot_say_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no MQTT topic filter"):
        MqttSource(MqttSettings("127.0.0.1"), ["home/#/door"], moment, print)
