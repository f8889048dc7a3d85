"""A subscriber that is killed again and again loses nothing, and knows what is repeated."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.sources.mqtt import MqttVersion
from tests.broker import Broker

KILLS = 6
MESSAGES = 1200


def start_child(broker: Broker, version: MqttVersion, directory: Path) -> subprocess.Popen[bytes]:
    """Start the subscriber, and wait until it hears."""
    names = [str(directory / name) for name in ("session", "journal")]
    command = [sys.executable, "-m", "tests.gateway.mqtt_child", str(broker.port), version, "kin"]
    child = subprocess.Popen([*command, *names], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"True\n"
    return child


def payloads(journal: Path) -> list[str]:
    """Give what was stored, without what a redelivery repeats."""
    stored: set[tuple[str, str, str]] = set()
    found = []
    for line in journal.read_text().splitlines():
        session, packet, again, _freshness, payload = line.split(" ")
        if again == "0" or (session, packet, payload) not in stored:
            found.append(payload)
        stored.add((session, packet, payload))
    return found


@pytest.mark.parametrize("version", list(MqttVersion))
def test_a_killed_subscriber_loses_nothing_and_stores_nothing_twice(
    broker: Broker, version: MqttVersion, tmp_path: Path
) -> None:
    chance = random.Random(11)
    journal = tmp_path / "journal"
    child = start_child(broker, version, tmp_path)
    each = MESSAGES // KILLS
    for kill in range(KILLS):
        messages = [("home/door", str(kill * each + n), 1, False) for n in range(each)]
        before = chance.randrange(each)
        broker.publish_all(messages[:before])
        child.kill()
        child.wait()
        broker.publish_all(messages[before:])
        child = start_child(broker, version, tmp_path)
    broker.publish("home/door", "last")
    deadline = time.monotonic() + 20
    while not journal.read_text().endswith(" last\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.wait()
    assert sorted(payloads(journal)) == sorted([*map(str, range(MESSAGES)), "last"])
