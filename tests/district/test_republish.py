"""The feed through a real broker of the city: confirmed one by one, and never to nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from district.outward.push import Pusher, PushSettings
from district.outward.receiver import Batch, NotTaken
from district.outward.republish import Republisher, RepublishSettings
from tests.broker import Broker
from tests.district.test_push import happen, push_all, state
from tests.district.world import World


class Subscriber:
    """A platform with a session that the broker keeps while it is away."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.heard: list[tuple[str, str]] = []
        self._changed = threading.Condition()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"city-{id(self)}", protocol=mqtt.MQTTv5
        )
        self._ready = threading.Event()
        self._client.on_connect = lambda *_: self._client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        kept = Properties(PacketTypes.CONNECT)
        kept.SessionExpiryInterval = 3600
        self._client.connect("127.0.0.1", broker.port, clean_start=False, properties=kept)
        self._client.loop_start()
        assert self._ready.wait(10)

    def until(self, that: Callable[[], bool]) -> None:
        """Wait until what was heard is so."""
        with self._changed:
            assert self._changed.wait_for(that, 20), self.heard

    def away(self) -> None:
        """Be away; the broker keeps the session."""
        self._client.disconnect()
        self._client.loop_stop()

    def back(self) -> None:
        """Come again."""
        self._ready.clear()
        self._client.reconnect()
        self._client.loop_start()
        assert self._ready.wait(10)

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            self.heard.append((message.topic, json.loads(message.payload)["id"]))
            self._changed.notify_all()


@contextmanager
def subscriber(broker: Broker, topic: str) -> Iterator[Subscriber]:
    made = Subscriber(broker, topic)
    yield made
    made.away()


def pusher(world: World, broker: Broker, topic: str) -> Pusher:
    to = RepublishSettings("127.0.0.1", broker.port, topic=topic)
    settings = PushSettings("city", to, area="city", batch=3, from_beginning=True)
    return Pusher(settings, world.database, lambda: world.now)


async def test_each_event_is_published_below_its_gateway_in_order(
    world: World, broker: Broker
) -> None:
    await happen(world, "e1", "e2", "e3", "e4")
    with subscriber(broker, "one/#") as city:
        pushing = pusher(world, broker, "one")
        await push_all(world, pushing)
        city.until(lambda: len(city.heard) == 4)
        await pushing.close()
    assert city.heard == [("one/g1/alert", f"e{n}") for n in range(1, 5)]


one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@one_database
async def test_what_nobody_has_subscribed_to_waits_until_somebody_has(
    world: World, broker: Broker
) -> None:
    await happen(world, "e1")
    pushing = pusher(world, broker, "two")
    assert not await pushing.once()
    found = await state(world)
    assert (found.position, found.error) == (
        0,
        "nobody has subscribed to two/g1/alert there (event at 1)",
    )
    with subscriber(broker, "two/#") as city:
        await push_all(world, pushing)
        city.until(lambda: bool(city.heard))
    await pushing.close()
    assert city.heard == [("two/g1/alert", "e1")]


@one_database
async def test_a_platform_that_was_away_finds_everything_when_it_is_back(
    world: World, broker: Broker
) -> None:
    await happen(world, "e1", "e2")
    pushing = pusher(world, broker, "three")
    with subscriber(broker, "three/#") as city:
        city.away()
        await push_all(world, pushing)
        city.back()
        city.until(lambda: len(city.heard) == 2)
    await pushing.close()


@one_database
async def test_a_broker_that_is_killed_costs_nothing(
    world: World, start_broker: Callable[[], Broker]
) -> None:
    broker = start_broker()
    pushing = pusher(world, broker, "four")
    with subscriber(broker, "four/#") as city:
        await happen(world, "e1")
        await push_all(world, pushing)
        broker.kill()
        await happen(world, "e2")
        assert not await pushing.once()
        assert (await state(world)).failures == 1
        broker.start()
        city.back()
        await push_all(world, pushing)
        city.until(lambda: "e2" in [event for _, event in city.heard])
    await pushing.close()


async def test_a_broker_that_lets_us_not_in_is_told_of(broker: Broker) -> None:
    receiver = Republisher(RepublishSettings("127.0.0.1", 1))
    with pytest.raises(NotTaken, match="refused"):
        await receiver.take(Batch(('{"source": "/gateways/g1", "type": "a.b.v1"}',), 1, 1))
    await receiver.close()
