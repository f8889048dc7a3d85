"""The promise that everything stands on: killed at random, nothing is lost and nothing doubled."""

import json
import random
import threading
import time
from collections import Counter

import pytest
from paho.mqtt.client import CallbackAPIVersion, Client

from edge.model import Event, Kind, Reading, Rule
from gateway.store import Store
from tests.broker import Broker
from tests.installation import Installation
from tests.receiver import Receiver
from tests.stories.conftest import Install

RATE = 600  # messages a second
SMOKE_EVERY = 250


class Publisher(threading.Thread):
    """Publishes numbered readings at a steady rate with QoS 1, a little smoke among them."""

    def __init__(self, broker: Broker, count: int) -> None:
        super().__init__()
        self.smokes = 0
        self._count = count
        self._client = Client(CallbackAPIVersion.VERSION2, "sensors")
        self._client.max_inflight_messages_set(1000)
        self._client.connect(broker.host, broker.port)

    def run(self) -> None:
        self._client.loop_start()
        began, sent = time.monotonic(), []
        for number in range(self._count):
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            sent.append(self._client.publish("bracelet/王桂英", f'{{"steps": {number}}}', qos=1))
            if number % SMOKE_EVERY in (100, 150):
                stands = number % SMOKE_EVERY == 100
                self.smokes += stands
                payload = json.dumps({"smoke": stands})
                sent.append(self._client.publish("zigbee2mqtt/厨房 smoke", payload, qos=1))
        for one in sent:
            one.wait_for_publish(30)
        self._client.disconnect()
        self._client.loop_stop()


def stored_steps(box: Installation) -> Counter[float]:
    reading = Store.read_only(box.store)
    try:
        return Counter(
            entry.what.value
            for _, entry in reading.entries(after=0)
            if isinstance(entry.what, Reading) and entry.what.kind is Kind.STEPS
        )
    finally:
        reading.close()


def owes_nothing(box: Installation) -> bool:
    reading = Store.read_only(box.store)
    try:
        return not reading.pending()
    finally:
        reading.close()


def live_through(kills: int, count: int, broker: Broker, box: Installation) -> int:
    """Publish so many readings while the daemon is killed at random; give the smokes among them."""
    box.start()
    box.hears()
    chance = random.Random(20)
    publisher = Publisher(broker, count)
    publisher.start()
    killed = 0
    while publisher.is_alive() or killed < kills:
        time.sleep(chance.uniform(0.05, 0.6))
        box.kill()
        killed += 1
        box.start()
    publisher.join()
    box.until(lambda: len(stored_steps(box)) == count, 90)
    box.until(lambda: owes_nothing(box), 90)
    assert killed >= kills
    return publisher.smokes


def nothing_is_lost(box: Installation, receiver: Receiver, count: int, smokes: int) -> None:
    stored = stored_steps(box)
    assert sorted(set(range(count)) - stored.keys()) == [], "lost"
    assert sorted(step for step, times in stored.items() if times > 1) == [], "stored twice"
    alerts = [a for a in box.alerts() if a.finding.rule is Rule.SMOKE]
    assert len(alerts) == smokes == count // SMOKE_EVERY
    told = "\n".join(str(request.json()["message"]) for request in receiver.requests)
    reading = Store.read_only(box.store)
    for alert in alerts:
        raised = [c for c in reading.changes(alert.id) if c.what is Event.RAISED]
        assert len(raised) == 1
        assert alert.id[:8] in told
    reading.close()


@pytest.mark.timeout(180)
def test_killed_half_a_dozen_times_no_reading_is_lost_or_doubled_and_every_alert_is_told(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    smokes = live_through(6, 3000, broker, box)
    nothing_is_lost(box, receiver, 3000, smokes)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_killed_a_hundred_times_no_reading_is_lost_or_doubled_and_every_alert_is_told(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    smokes = live_through(100, 60_000, broker, box)
    nothing_is_lost(box, receiver, 60_000, smokes)
