"""A broker, a gateway and a publisher for measurements."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt.client import CallbackAPIVersion, Client, MQTTProtocolVersion

from tests.broker import Broker
from tests.installation import Installation

DEVICES = 50


@contextmanager
def broker() -> Iterator[Broker]:
    """Give a running mosquitto with nothing in it."""
    with tempfile.TemporaryDirectory() as directory:
        one = Broker(Path(directory) / "broker", autosave=0)
        one.start()
        try:
            yield one
        finally:
            one.kill()


@contextmanager
def gateway(
    broker: Broker, push: str, devices: int = 0, disk: str | None = None, uplink: str = ""
) -> Iterator[Installation]:
    """Give a running daemon with the household of the tests and so many motion sensors more."""
    with tempfile.TemporaryDirectory(dir=disk) as directory:
        more = {"more": motion_sensors(devices), "gateway": uplink}
        box = Installation(Path(directory) / "box", broker, push, **more)
        box.start()
        try:
            yield box
        finally:
            box.kill()


@contextmanager
def bare(what: str, broker: Broker, argument: str) -> Iterator[int]:
    """Give the process number of a bare loop that listens."""
    command = [sys.executable, "-m", "bench.bare", what, str(broker.port), argument]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def motion_sensors(count: int) -> str:
    """Give so many motion sensors as TOML."""
    table = '[[device]]\nid = "m{0}"\nroom = "kitchen"\nprofile = "zigbee2mqtt_motion"\n'
    return "".join((table + 'address = "zigbee2mqtt/m{0}"\n\n').format(n) for n in range(count))


class Publisher:
    """Publishes what motion sensors say, with QoS 1."""

    def __init__(self, broker: Broker) -> None:
        self._client = Client(
            CallbackAPIVersion.VERSION2, "sensors", protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.max_inflight_messages_set(2000)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def motion(self, count: int, rate: float = 0.0) -> None:
        """Publish so many states, as fast as it goes or at a rate a second; wait for the broker."""
        began, sent = time.monotonic(), []
        for number in range(count):
            if rate:
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
            moves = "true" if number // DEVICES % 2 else "false"
            payload = f'{{"occupancy":{moves},"battery":100,"linkquality":120}}'
            sent.append(self._client.publish(f"zigbee2mqtt/m{number % DEVICES}", payload, qos=1))
        for one in sent:
            one.wait_for_publish(60)

    def smoke(self, stands: bool) -> None:
        """Publish what the smoke alarm says."""
        payload = '{"smoke":true}' if stands else '{"smoke":false}'
        self._client.publish("zigbee2mqtt/厨房 smoke", payload, qos=1)

    def close(self) -> None:
        """Go."""
        self._client.disconnect()
        self._client.loop_stop()
