"""Whole gateways that hear over every transport: a broker, a serial port, and Bluetooth."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.model import Alert, Freshness, Kind, Reading, Rule, Severity, State
from gateway.control import Answer, Status
from gateway.store import Store
from gateway.wire.bthome import seal_v2
from simulator.drivers.bluez import Characteristic, PrivateBus
from simulator.drivers.link import BrokerAddress, Link
from tests.broker import Broker, StartBroker
from tests.gateway.cable import Cable
from tests.installation import Installation
from tests.receiver import Receiver, Request
from tests.stories.air import Air
from tests.stories.conftest import Install

BUTTON = "A4:C1:38:00:00:01"
BAND = "C0:00:00:00:00:01"
DOOR = "A4:C1:38:8D:18:B2"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
SMOKE = b"20;63;SmokeAlert;ID=123456;SMOKEALERT=ON;\r\n"
CLEAR = b"20;64;SmokeAlert;ID=123456;SMOKEALERT=OFF;\r\n"
PRESSED = bytes.fromhex("440021015e3a01")
HEART_RATE = {"180d": {"2a37": Characteristic()}}
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
OPEN, SHUT = bytes.fromhex("2d01"), bytes.fromhex("2d00")

DEVICE = """
[[device]]
id = "{id}"
room = "{room}"
profile = "{profile}"
address = "{address}"
name = "{name}"
"""
ALARM = DEVICE.format(
    id="alarm", room="kitchen", profile="rflink_smoke", address="rflink/123456", name="厨房烟感"
)
CALL = DEVICE.format(
    id="button", room="bedroom", profile="bthome_sos", address=BUTTON, name="呼叫钮"
)
PULSE = DEVICE.format(
    id="band", room="bedroom", profile="gatt_heart_rate", address=BAND.lower(), name="心率手环"
)
SEALED = (
    DEVICE.format(id="door", room="bedroom", profile="bthome", address=DOOR, name="卧室门磁")
    + 'bindkey_file = "door.key"\n'
)


def led(broker: Broker) -> Link:
    """Give what sets the clock of a drill."""
    return Link(BrokerAddress(broker.host, broker.port))


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[Air]:
    """Give a bluetoothd that the gateway takes for the system's."""
    with PrivateBus() as bus, Air(bus) as one:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield one


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    """Give a serial port that is plugged in."""
    one = Cable(tmp_path / "rflink").plug()
    yield one
    one.unplug()


def wired(box: Installation, *cables: Cable) -> Installation:
    """Tell a gateway of its serial ports."""
    path = box.directory / "gateway.toml"
    ports = [f'\n[[serial]]\nid = "{one.path.name}"\nport = "{one.path}"\n' for one in cables]
    path.write_text(path.read_text() + "".join(ports))
    return box


def without_broker(box: Installation) -> Installation:
    """Take out of a household what would be heard over MQTT."""
    path = box.directory / "households" / "wang.toml"
    head, *tables = path.read_text().split("\n[[")
    kept = [table for table in tables if 'address = "zigbee2mqtt' not in table]
    path.write_text("\n[[".join([head, *(t for t in kept if 'profile = "mqtt_' not in t)]))
    return box


def sealed(box: Installation) -> Installation:
    """Put the door's key where the household looks for it."""
    (box.directory / "door.key").write_text(KEY.hex())
    (box.directory / "door.key").chmod(0o600)
    return box


def status(box: Installation) -> dict[str, dict[str, str]]:
    answer = box.asked(Status())
    return {} if not isinstance(answer, Answer) else answer.facts  # type: ignore[return-value]


def is_heard(box: Installation, subject: str) -> bool:
    return status(box)["hears"].get(subject, "").startswith("yes")


def hears(box: Installation, *subjects: str) -> None:
    box.until(lambda: all(is_heard(box, one) for one in subjects))


def refuses(box: Installation, reason: str, count: int) -> None:
    """Wait until so much was refused for this reason."""
    box.until(lambda: int(status(box)["refused"].get(reason, 0)) == count)


def alerts(box: Installation, rule: Rule) -> list[Alert]:
    return [alert for alert in box.alerts() if alert.finding.rule is rule]


def text(request: Request) -> str:
    facts = request.json()
    return f"{facts['title']}\n{facts['message']}"


def says(*words: str) -> Callable[[Request], bool]:
    return lambda request: all(word in text(request) for word in words)


def readings(box: Installation, kind: Kind) -> list[Reading]:
    """Give the readings of a kind that are on disk."""
    store = Store.read_only(box.store)
    try:
        whats = [entry.what for _, entry in store.entries(after=0)]
    finally:
        store.close()
    return [what for what in whats if isinstance(what, Reading) and what.kind is kind]


def test_smoke_on_the_serial_port_is_told(
    broker: Broker, install: Install, receiver: Receiver, cable: Cable
) -> None:
    box = wired(install(broker, more=ALARM), cable)
    box.start()
    hears(box, "serial/rflink", "mqtt")
    cable.send(b"\xff\x00noise;" + SMOKE[:20])
    cable.send(SMOKE[20:])
    cable.send(SMOKE)
    receiver.wait_for(1, that=says("烟", "王桂英", "厨房", "119"))
    assert box.stop() == 0


def test_a_press_on_a_bluetooth_button_is_told(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    box = install(broker, more=CALL)
    box.start()
    hears(box, "ble", "mqtt")
    air.says(BUTTON, "fcd2", PRESSED, "SBBT-002C")
    receiver.wait_for(1, that=says("求助", "王桂英", "呼叫钮"))
    assert box.stop() == 0


def test_a_heart_rate_band_is_connected_and_its_readings_are_stored(
    broker: Broker, install: Install, air: Air
) -> None:
    air.holds(BAND, HEART_RATE)
    box = install(broker, more=PULSE)
    box.start()
    hears(box, "ble")
    air.notifies(BAND, "2a37", bytes.fromhex("0648"))
    box.until(lambda: bool(readings(box, Kind.HEART_RATE)))
    assert {(one.device, one.value) for one in readings(box, Kind.HEART_RATE)} == {("band", 72)}
    assert air.does(lambda: air.bluez.is_connected(BAND))
    assert box.stop() == 0
    assert not air.does(lambda: air.bluez.is_connected(BAND))


def test_a_port_unplugged_in_the_middle_of_a_frame_is_heard_again(
    broker: Broker, install: Install, receiver: Receiver, cable: Cable
) -> None:
    box = wired(install(broker, more=ALARM), cable)
    box.start()
    hears(box, "serial/rflink")
    cable.send(CLEAR + SMOKE[:15])
    box.until(lambda: bool(readings(box, Kind.SMOKE)))
    cable.unplug()
    box.until(lambda: "is not there" in status(box)["hears"]["serial/rflink"])
    cable.plug()
    hears(box, "serial/rflink")
    cable.send(SMOKE[15:] + SMOKE)
    receiver.wait_for(1, that=says("烟"))
    box.until(lambda: [one.value for one in readings(box, Kind.SMOKE)] == [False, True])
    assert not alerts(box, Rule.BLIND)


def test_without_d_bus_the_rest_is_heard_and_the_status_says_what_is_missing(
    broker: Broker,
    install: Install,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    box = install(broker, more=PULSE)
    box.start()
    hears(box, "mqtt")
    box.until(lambda: "no D-Bus" in status(box)["hears"]["ble"])
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    receiver.wait_for(1, that=says("烟"))
    assert box.is_running


def test_a_port_that_stays_unplugged_is_told_with_what_hangs_on_it(
    broker: Broker, install: Install, receiver: Receiver, cable: Cable
) -> None:
    box = wired(install(broker, household="drill = true", more=ALARM), cable)
    box.start("--drill-clock")
    with led(broker) as link:
        link.step(NOON)
        hears(box, "serial/rflink", "mqtt")
        cable.unplug()
        box.until(lambda: not is_heard(box, "serial/rflink"))
        link.step(NOON + timedelta(minutes=2))
        assert not alerts(box, Rule.BLIND)
        link.step(NOON + timedelta(minutes=4))
        (told,) = receiver.wait_for(1, that=says("串口“rflink”收不到信号", "插头松了没有"))
        assert "听不到的设备：厨房烟感" in text(told)
        assert f"给维护人员：{cable.path}"[:40] in text(told)
        assert [alert.finding.severity for alert in alerts(box, Rule.BLIND)] == [Severity.FAULT]
        cable.plug()
        hears(box, "serial/rflink")
        link.step(NOON + timedelta(minutes=5))
        receiver.wait_for(1, that=says("【解除】", "部分设备听不到", "又能听到"))


def test_without_an_adapter_the_bracelet_is_told_as_not_heard_until_one_is_plugged_in(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    air.does(air.bluez.unplug)
    box = install(broker, household="drill = true", more=PULSE)
    box.start("--drill-clock")
    with led(broker) as link:
        link.step(NOON)
        hears(box, "mqtt")
        box.until(lambda: "no Bluetooth adapter" in status(box)["hears"]["ble"])
        link.step(NOON + timedelta(minutes=4))
        (told,) = receiver.wait_for(1, that=says("蓝牙收不到信号", "蓝牙适配器插好了没有"))
        assert "听不到的设备：心率手环" in text(told)
        assert "给维护人员：no Bluetooth adapter; right would be" in text(told)
        assert "厨房" not in text(told)
        air.does(air.bluez.plug)
        hears(box, "ble")
        link.step(NOON + timedelta(minutes=5))
        receiver.wait_for(1, that=says("【解除】", "部分设备听不到", "又能听到"))


def test_a_transport_that_fails_in_a_way_nobody_thought_of_deafens_no_other(
    broker: Broker,
    install: Install,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "bleak.py").write_text('raise AttributeError("no bleak of this name")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    box = install(broker, more=PULSE)
    box.start()
    hears(box, "mqtt")
    box.until(lambda: "no bleak of this name" in status(box)["hears"]["ble"])
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    receiver.wait_for(1, that=says("烟"))
    assert box.stop() == 0


def test_two_homes_of_one_box_are_each_told_of_their_own_bracelet(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    air.does(air.bluez.unplug)
    box = install(broker, household="drill = true", more=PULSE)
    wang = (box.directory / "households" / "wang.toml").read_text()
    other = BAND.lower()[:-1] + "2"
    li = wang.replace("王", "李").replace('"wang"', '"li"').replace(BAND.lower(), other)
    (box.directory / "households" / "li.toml").write_text(li.replace("zigbee2mqtt/", "z2m/"))
    box.start("--drill-clock")
    with led(broker) as link:
        link.step(NOON)
        hears(box, "mqtt")
        link.step(NOON + timedelta(minutes=4))
        receiver.wait_for(1, that=says("王桂英", "蓝牙收不到信号", "心率手环"))
        receiver.wait_for(1, that=says("李桂英", "蓝牙收不到信号", "心率手环"))
        air.does(air.bluez.plug)
        hears(box, "ble")
        link.step(NOON + timedelta(minutes=5))
        receiver.wait_for(2, that=says("【解除】", "部分设备听不到", "又能听到"))


def test_when_d_bus_and_bluetoothd_are_killed_the_rest_is_heard_and_they_are_when_they_are_back(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    air.holds(BAND, HEART_RATE)
    box = install(broker, more=CALL + PULSE)
    box.start()
    hears(box, "ble", "mqtt")
    air.notifies(BAND, "2a37", bytes.fromhex("0648"))
    air.bus.kill()
    box.until(lambda: status(box)["hears"]["ble"].startswith("no"))
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    receiver.wait_for(1, that=says("烟"))
    air.bus.start()
    air.restarts()
    hears(box, "ble")
    air.says(BUTTON, "fcd2", PRESSED, "SBBT-002C")
    receiver.wait_for(1, that=says("求助"))
    assert box.stop() == 0


def test_a_bluetoothd_that_hangs_does_not_hold_up_the_end(
    broker: Broker, install: Install, air: Air
) -> None:
    air.holds(BAND, HEART_RATE)
    box = install(broker, more=PULSE)
    box.start()
    air.notifies(BAND, "2a37", bytes.fromhex("0648"))
    air.bluez.is_hung = True
    began = time.monotonic()
    assert box.stop() == 0
    assert time.monotonic() - began < 10


def test_ten_thousand_kept_messages_are_no_sign_of_life_and_smoke_behind_them_is_told_at_once(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    kept = [(f"zigbee2mqtt/stranger {n}", '{"occupancy": true}', 1, True) for n in range(9_999)]
    broker.publish_all(kept)
    broker.publish("zigbee2mqtt/厨房 motion", '{"occupancy": true}', retain=True)
    box = install(broker, mqtt='subscribe = ["zigbee2mqtt/#", "bracelet/#"]')
    box.start()
    box.hears()
    began = time.monotonic()
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    receiver.wait_for(1, that=says("烟"))
    assert time.monotonic() - began < 5
    refuses(box, "unknown_device", 9_999)
    box.until(lambda: bool(readings(box, Kind.MOTION)))
    assert [one.freshness for one in readings(box, Kind.MOTION)] == [Freshness.RETAINED]


def test_a_door_whose_counter_fell_back_is_told_once_and_believed_again_when_it_is_trusted(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    box = sealed(install(broker, more=SEALED))
    box.start()
    hears(box, "ble")
    air.says(DOOR, "fcd2", seal_v2(SHUT, DOOR, KEY, 70_000))
    box.until(lambda: len(readings(box, Kind.CONTACT_OPEN)) == 1)
    for count in range(5):
        air.says(DOOR, "fcd2", seal_v2(OPEN, DOOR, KEY, count))
        refuses(box, "counter_reset", count + 1)
    receiver.wait_for(1, that=says("卧室门磁", "暂不采信"))
    assert [alert.holds for alert in alerts(box, Rule.UNTRUSTED)] == [True]
    trusted = box.shouhu("trust", "wang", "door")
    assert (trusted.returncode, trusted.stderr) == (0, "")
    air.says(DOOR, "fcd2", seal_v2(OPEN, DOOR, KEY, 6))
    box.until(lambda: len(readings(box, Kind.CONTACT_OPEN)) == 2)
    receiver.wait_for(1, that=says("【解除】", "可信"))
    assert [alert.state for alert in alerts(box, Rule.UNTRUSTED)] == [State.CLOSED]


def test_only_a_device_with_a_key_can_be_trusted(
    broker: Broker, install: Install, air: Air
) -> None:
    box = sealed(install(broker, more=SEALED))
    box.start()
    for device in ("kitchen_smoke", "nobody"):
        trusted = box.shouhu("--lang", "en", "trust", "wang", device)
        assert trusted.returncode == 1
        assert f"no device wang/{device} with a bindkey_file is set up" in trusted.stderr


def test_a_device_with_the_wrong_key_is_not_believed_because_it_is_trusted(
    broker: Broker, install: Install, receiver: Receiver, air: Air
) -> None:
    box = sealed(install(broker, more=SEALED))
    box.start()
    hears(box, "ble")
    for count in range(3):
        air.says(DOOR, "fcd2", seal_v2(OPEN, DOOR, bytes(16), count))
        refuses(box, "not_authentic", count + 1)
    receiver.wait_for(1, that=says("卧室门磁", "暂不采信"))
    assert box.shouhu("trust", "wang", "door").returncode == 0
    air.says(DOOR, "fcd2", seal_v2(OPEN, DOOR, bytes(16), 4))
    refuses(box, "not_authentic", 4)
    assert [alert.holds for alert in alerts(box, Rule.UNTRUSTED)] == [True]
    air.says(DOOR, "fcd2", seal_v2(OPEN, DOOR, KEY, 5))
    receiver.wait_for(1, that=says("【解除】", "可信"))


def test_an_old_frame_is_refused_after_a_kill(broker: Broker, install: Install, air: Air) -> None:
    box = sealed(install(broker, more=SEALED))
    box.start()
    hears(box, "ble")
    old = seal_v2(OPEN, DOOR, KEY, 500)
    air.says(DOOR, "fcd2", old)
    air.says(DOOR, "fcd2", seal_v2(SHUT, DOOR, KEY, 501))
    box.until(lambda: len(readings(box, Kind.CONTACT_OPEN)) == 2)
    box.kill()
    box.start()
    hears(box, "ble")
    air.says(DOOR, "fcd2", old)
    refuses(box, "replayed", 1)
    assert len(readings(box, Kind.CONTACT_OPEN)) == 2


def test_a_box_without_a_broker_hears_the_rest_and_misses_nothing(
    install: Install, start_broker: StartBroker, receiver: Receiver, air: Air, cable: Cable
) -> None:
    broker = start_broker()
    broker.kill()
    air.holds(BAND, HEART_RATE)
    box = sealed(wired(without_broker(install(broker, more=ALARM + PULSE + SEALED)), cable))
    box.start()
    hears(box, "serial/rflink", "ble")
    cable.send(SMOKE)
    receiver.wait_for(1, that=says("烟"))
    said = box.shouhu("status", "--json")
    heard = json.loads(said.stdout)["hears"]
    assert heard == {"serial/rflink": "yes", "ble": "yes: scanning on hci0"}
    assert [alert.finding.rule for alert in box.alerts()] == [Rule.SMOKE]


def test_the_status_says_of_each_source_whether_it_is_heard(
    broker: Broker, install: Install, air: Air, cable: Cable
) -> None:
    box = wired(install(broker, more=ALARM + PULSE), cable)
    box.start()
    hears(box, "mqtt", "serial/rflink", "ble")
    cable.send(b"\xff" * 600 + b"\r\n")
    box.until(lambda: "serial damaged" in status(box)["refused"])
    cable.unplug()
    box.until(lambda: not is_heard(box, "serial/rflink"))
    said = box.shouhu("--lang", "en", "status")
    assert said.returncode == 0
    for words in ("mqtt yes", "ble yes: scanning", f"serial/rflink NO: {cable.path}"):
        assert words in said.stdout
