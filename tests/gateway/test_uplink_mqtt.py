"""The uplink over a real broker: answered, answered again, lost, found, and known to be gone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.sources.mqtt_settings import MqttSettings, MqttVersion
from gateway.store.uplink import Parcel
from gateway.uplink.mqtt_path import MqttPath
from gateway.uplink.path import PathFailed
from gateway.wire.uplink.event import (
    Answer,
    CommandData,
    Event,
    HeartbeatData,
    Kind,
    Order,
    encode,
)
from tests.broker import Broker, StartBroker
from tests.far_end import FarEnd

AT = datetime(2026, 3, 2, tzinfo=UTC)
GATEWAY = "gw-7"


@pytest.fixture
def broker(start_broker: StartBroker) -> Broker:
    return start_broker()


@pytest.fixture
def far_end(broker: Broker) -> Iterator[FarEnd]:
    far_end = FarEnd(broker.port)
    yield far_end
    far_end.stop()


def event(name: str, household: str = "wang") -> Event:
    return Event(
        name,
        f"/gateways/{GATEWAY}",
        Kind.HEARTBEAT,
        AT,
        HeartbeatData(AT, "b", 30, 0, 0),
        household,
    )


def parcel(name: str, household: str = "wang") -> Parcel:
    return Parcel(name, household, 0, AT, encode(event(name, household)))


def path(
    port: int, heard: list[Event] | None = None, version: MqttVersion = MqttVersion.V5
) -> MqttPath:
    settings = MqttSettings(
        "127.0.0.1",
        port,
        name="district",
        version=version,
        client_id="uplink-gw-7",
        retry_first=timedelta(seconds=0.05),
        retry_most=timedelta(seconds=0.1),
    )
    on_order = (heard if heard is not None else []).append
    return MqttPath(settings, GATEWAY, on_order, lambda: encode(event("beat")), beats_every=0.2)


def play(on: MqttPath, story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        running = asyncio.create_task(on.run(lambda: None))
        try:
            async with asyncio.timeout(30):
                await story()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(whole())


async def answered(on: MqttPath, what: Parcel, within: float = 10.0) -> Answer:
    """Deliver, again where there is nobody or no answer yet; give the answer."""
    async with asyncio.timeout(within):
        while True:
            try:
                async with asyncio.timeout(1.0):
                    return (await on.deliver(what)).answer
            except (PathFailed, TimeoutError):
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("version", MqttVersion)
def test_an_event_is_accepted_and_the_second_time_known(
    broker: Broker, far_end: FarEnd, version: MqttVersion
) -> None:
    on = path(broker.port, version=version)

    async def story() -> None:
        assert await answered(on, parcel("a")) is Answer.ACCEPTED
        assert await answered(on, parcel("a")) is Answer.DUPLICATE

    play(on, story)
    assert list(far_end.applied) == ["a"]


def test_a_broker_that_has_it_is_no_answer(broker: Broker) -> None:
    on = path(broker.port)

    async def story() -> None:
        with pytest.raises(TimeoutError):
            await answered(on, parcel("a"), within=2.0)

    play(on, story)


def test_an_answer_that_is_lost_is_given_again(broker: Broker, far_end: FarEnd) -> None:
    far_end.loses_answers = 1
    on = path(broker.port)

    async def story() -> None:
        assert await answered(on, parcel("a")) is Answer.DUPLICATE

    play(on, story)
    assert far_end.arrivals == ["a", "a"]


def test_what_the_far_end_refuses_is_said_with_its_reason(broker: Broker, far_end: FarEnd) -> None:
    far_end.refuses.add("stranger")
    on = path(broker.port)

    async def story() -> None:
        assert await answered(on, parcel("a")) is Answer.ACCEPTED
        assert (await on.deliver(parcel("b", "stranger"))).reason == "no such household"

    play(on, story)


def test_many_are_on_their_way_at_once_and_each_has_its_own_answer(
    broker: Broker, far_end: FarEnd
) -> None:
    on = path(broker.port)

    async def story() -> None:
        await answered(on, parcel("first"))
        names = [f"a{number}" for number in range(300)]
        replies = []
        for start in range(0, len(names), on.window):
            batch = names[start : start + on.window]
            replies += await asyncio.gather(*(on.deliver(parcel(name)) for name in batch))
        assert [reply.event for reply in replies] == names

    play(on, story)
    assert len(far_end.applied) == 301


def test_a_broker_that_goes_away_fails_what_is_on_its_way_at_once_and_is_found_again(
    start_broker: StartBroker,
) -> None:
    broker = start_broker()
    on = path(broker.port)
    far_ends = [FarEnd(broker.port)]

    async def story() -> None:
        assert await answered(on, parcel("a")) is Answer.ACCEPTED
        far_ends[0].loses_answers = 1
        waiting = asyncio.create_task(on.deliver(parcel("b")))
        await asyncio.sleep(0.2)
        broker.kill()
        with pytest.raises(PathFailed):
            await waiting
        with pytest.raises(PathFailed):
            await on.deliver(parcel("c"))
        broker.start()
        far_ends.append(FarEnd(broker.port))
        assert await answered(on, parcel("c")) is Answer.ACCEPTED

    play(on, story)
    for far_end in far_ends:
        far_end.stop()


def test_the_far_end_sees_us_come_hears_our_heart_and_sees_us_go(
    broker: Broker, far_end: FarEnd
) -> None:
    on = path(broker.port)

    async def story() -> None:
        await answered(on, parcel("a"))
        await asyncio.to_thread(far_end.until, lambda: far_end.beats >= 3)

    play(on, story)
    far_end.until(lambda: far_end.states == ["online", "offline"])


def test_an_order_arrives_and_one_that_was_retained_is_nobodys(
    broker: Broker, far_end: FarEnd
) -> None:
    heard: list[Event] = []
    take = CommandData(Order.TAKE, "wang", "a1", "李敏", lease_s=600)
    old = encode(Event("o0", "/district", Kind.COMMAND, AT, take))
    broker.publish(f"shouhu/v1/{GATEWAY}/down", old, retain=True)
    on = path(broker.port, heard)

    async def story() -> None:
        await answered(on, parcel("a"))
        broker_noise = [b"", b"{", b"\xff" * 100, b"[" * 50_000]
        for payload in broker_noise:
            await asyncio.to_thread(broker.publish, f"shouhu/v1/{GATEWAY}/down", payload)
        order = Event("o1", "/district", Kind.COMMAND, AT, take)
        await asyncio.to_thread(far_end.order, GATEWAY, order)
        while not heard:  # noqa: ASYNC110  it is filled from within
            await asyncio.sleep(0.02)

    play(on, story)
    assert [(each.id, each.data) for each in heard] == [("o1", take)]
