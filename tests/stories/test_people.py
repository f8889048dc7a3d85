"""Whole gateways and their people: out of reach, handed over, on the scene, and all of it told."""

import json
from base64 import b64encode
from collections.abc import Iterator

import pytest

from edge.model import Event, State
from gateway.store import Store
from tests.broker import Broker
from tests.installation import Installation
from tests.receiver import Receiver, Reply, Request
from tests.stories.conftest import Install

LEAK = "zigbee2mqtt/厨房 leak"
PEOPLE = """
[[device]]
id = "kitchen_leak"
room = "kitchen"
profile = "zigbee2mqtt_leak"
address = "zigbee2mqtt/厨房 leak"

[[contact]]
id = "zhao"
name = "赵秀英"
role = "邻居"
channels = ["next-door"]

[[escalation.step]]
after = "1h"
tell = ["role:neighbour"]
"""


@pytest.fixture
def next_door() -> Iterator[Receiver]:
    """Give the neighbour's telephone."""
    with Receiver() as one:
        yield one


@pytest.fixture
def gone() -> Iterator[Receiver]:
    """Give the daughter's: her robot was deleted, and the receiver says so for good."""
    with Receiver(Reply(status=410)) as one:
        yield one


def two_doors(
    install: Install, broker: Broker, gone: Receiver, next_door: Receiver
) -> Installation:
    key = "whsec_" + b64encode(b"x" * 32).decode()
    gateway = f"""
[[channel]]
id = "next-door"
type = "apprise"
url = "json://127.0.0.1:{next_door.port}/told"

[[channel]]
id = "robot"
type = "webhook"
url = "http://127.0.0.1:{gone.port}/hook"
secret_file = "robot.key"
"""
    box = install(broker, gateway=gateway, more=PEOPLE)
    (box.directory / "robot.key").write_text(key)
    (box.directory / "robot.key").chmod(0o600)
    file = box.directory / "households" / "wang.toml"
    file.write_text(file.read_text().replace('channels = ["push"]', 'channels = ["robot"]'))
    return box


def text(request: Request) -> str:
    facts = request.json()
    return f"{facts['title']}\n{facts['message']}"


def changes(box: Installation, alert: str) -> list[tuple[Event, str]]:
    store = Store.read_only(box.store)
    try:
        return [(each.what, each.detail) for each in store.changes(alert)]
    finally:
        store.close()


def test_who_is_out_of_reach_is_not_waited_for_and_what_follows_is_told_to_the_end(
    broker: Broker, install: Install, gone: Receiver, next_door: Receiver
) -> None:
    box = two_doors(install, broker, gone, next_door)
    box.start()
    box.hears()
    broker.publish(LEAK, '{"water_leak": true}')
    next_door.wait_for(1)  # and not in an hour, as the ladder has it
    [alert] = [each for each in box.alerts() if each.finding.rule == "leak"]
    box.until(lambda: (Event.MISSED, "daughter") in changes(box, alert.id))
    told = text(next_door.requests[0])
    assert "漏水" in told and "联系不上：王芳" in told and "也通知了" not in told

    assert box.shouhu("alerts", "ack", alert.id, "--by", "值班室").returncode == 0
    count = len(next_door.requests)
    handed = box.shouhu("--lang", "zh", "alerts", "hand-over", alert.id, "--to", "赵秀英")
    assert "已转交 赵秀英" in handed.stdout
    # Something else may be told meanwhile, such as the channel that fails.
    box.until(lambda: any("交给您" in text(each) for each in next_door.requests[count:]))
    assert box.shouhu("alerts", "on-scene", alert.id, "--by", "赵秀英").returncode == 0
    assert box.shouhu("alerts", "close", alert.id, "--outcome", "helped").returncode == 0

    shown = json.loads(box.shouhu("alerts", "show", alert.id, "--json").stdout)
    rungs = {step["name"]: (step["reached"], step["who"]) for step in shown["ladder"]}
    assert rungs == {
        "stored": ("yes", "shouhu"),
        "platform": ("unknown", ""),
        "sent": ("yes", "zhao"),
        "delivered": ("unknown", ""),
        "seen": ("yes", "值班室"),
        "acknowledged": ("yes", "值班室"),
        "on_scene": ("yes", "赵秀英"),
        "closed": ("yes", rungs["closed"][1]),
    }
    [alert] = [each for each in box.alerts() if each.finding.rule == "leak"]
    assert alert.state is State.CLOSED
    read = box.shouhu("--lang", "zh", "alerts", "show", alert.id).stdout
    for words in ("送达进度", "已到场", "无法得知", "联系不上", "没有设置上级平台"):
        assert words in read


def test_what_nobody_has_taken_is_not_handed_over_by_mistake(
    broker: Broker, install: Install
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    box.until(lambda: bool(box.alerts()))
    [alert] = box.alerts()
    refused = box.shouhu("alerts", "hand-over", alert.id, "--to", "daughter")
    assert refused.returncode == 1 and "raised" in refused.stderr
