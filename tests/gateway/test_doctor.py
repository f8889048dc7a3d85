"""`doctor` as a technician calls it: one thing after the other is broken, and it names the mend."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.config import load
from gateway.sources.serial_port import opened
from simulator.drivers.bluez import PrivateBus
from tests.broker import Broker, StartBroker
from tests.gateway.cable import Cable
from tests.gateway.pairing_home import EMPTY
from tests.installation import Installation
from tests.stories.air import Air

NOWHERE = "json://127.0.0.1:9/"
MOTION, SMOKE = "zigbee2mqtt/厨房 motion", "zigbee2mqtt/厨房 smoke"
ALARM = """
[[device]]
id = "alarm"
room = "kitchen"
profile = "rflink_smoke"
address = "rflink/123456"
"""
BUTTON = """
[[device]]
id = "button"
room = "bedroom"
profile = "bthome_sos"
address = "A4:C1:38:00:00:01"
"""


@pytest.fixture
def box(tmp_path: Path, broker: Broker) -> Iterator[Installation]:
    """Set a box up; its daemon does not run yet."""
    box = Installation(tmp_path / "box", broker, NOWHERE)
    yield box
    box.kill()


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    """Give a serial port that is plugged in."""
    one = Cable(tmp_path / "rflink").plug()
    yield one
    one.unplug()


def with_port(box: Installation, cable: Cable) -> Installation:
    """Set a smoke alarm up on a serial port."""
    file = box.directory / "gateway.toml"
    file.write_text(f'{file.read_text()}\n[[serial]]\nid = "rflink"\nport = "{cable.path}"\n')
    return with_device(box, ALARM)


def with_device(box: Installation, device: str) -> Installation:
    """Set a further device up."""
    file = box.directory / "households" / "wang.toml"
    file.write_text(file.read_text() + device)
    return box


def examined(box: Installation) -> dict[str, dict[str, Any]]:
    """Give every check by its id."""
    done = box.shouhu("doctor", "--json", "--lang", "en")
    found = json.loads(done.stdout)
    assert found["ok"] is (done.returncode == 0)
    return {each["id"]: each for each in found["checks"]}


def wrong(box: Installation, name: str) -> tuple[str, str]:
    """Give what is said of something that must be wrong, and its mend."""
    check = examined(box)[name]
    assert not check["ok"], check
    return check["said"], check["mend"]


def is_well(box: Installation, *names: str) -> bool:
    """Say whether all of these are well."""
    checks = examined(box)
    return all(checks[name]["ok"] for name in names)


# --- a daemon runs


def test_a_sound_box_is_found_sound_part_by_part(box: Installation, broker: Broker) -> None:
    box.start()
    box.hears()
    names = ("config", "daemon", "broker", "disk", "store", "store/files", "channel/push", "device")
    assert is_well(box, *names)
    told = box.shouhu("doctor", "--lang", "zh").stdout.splitlines()
    assert any(line.startswith("正常  MQTT 代理") for line in told)


def test_an_alarm_that_was_never_tested_is_named_until_its_test_arrives(
    box: Installation, broker: Broker
) -> None:
    box.start()
    box.hears()
    said, mend = wrong(box, "smoke/wang/kitchen_smoke")
    assert "no test" in said
    assert "test button" in mend
    broker.publish(SMOKE, '{"test":true,"smoke":false}')
    broker.publish(SMOKE, '{"test":false,"smoke":false}')
    box.until(lambda: is_well(box, "smoke/wang/kitchen_smoke"))


def test_a_channel_that_fails_and_a_device_that_complains_are_named(
    box: Installation, broker: Broker
) -> None:
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke":true,"battery":3}')
    box.until(lambda: not examined(box)["channel/push"]["ok"])
    said, mend = wrong(box, "channel/push")
    assert said.startswith("push: refused since")
    assert "channels test push" in mend
    assert "battery" in wrong(box, "device/wang/kitchen_smoke/battery")[1]


def test_what_is_refused_is_counted_with_what_it_means(box: Installation, broker: Broker) -> None:
    box.start()
    box.hears()
    broker.publish(MOTION, "{broken")
    box.until(lambda: "count/not_json" in examined(box))
    check = examined(box)["count/not_json"]
    assert check["said"] == (
        "not_json: 1 times since the daemon's start; messages that are no JSON: another profile?"
    )


def test_a_broker_that_ends_is_looked_at_more_closely(box: Installation, broker: Broker) -> None:
    box.start()
    box.hears()
    broker.kill()
    box.until(lambda: '"hears": false' in box.said())
    said, mend = wrong(box, "broker")
    assert "nothing listens at 127.0.0.1" in said
    assert "systemctl start mosquitto" in mend


def test_a_port_that_is_pulled_out_is_named(box: Installation, cable: Cable) -> None:
    with_port(box, cable).start()
    box.until(lambda: is_well(box, "port/rflink"))
    cable.unplug()
    box.until(lambda: not examined(box)["port/rflink"]["ok"])
    assert "plug it in" in wrong(box, "port/rflink")[1]


# --- no daemon runs


def test_without_a_daemon_all_that_can_be_is_looked_at(box: Installation, cable: Cable) -> None:
    with_port(box, cable)
    checks = examined(box)
    assert not checks["daemon"]["ok"]
    assert "systemctl start shouhu" in checks["daemon"]["mend"]
    assert "takes us and every subscription" in checks["broker"]["said"]
    assert checks["port/rflink"]["ok"]
    assert "no daemon has run here" in checks["store/files"]["said"]


def test_a_box_without_a_configuration_is_told_what_to_do(
    tmp_path: Path, box: Installation
) -> None:
    (box.directory / "gateway.toml").unlink()
    said, mend = wrong(box, "config")
    assert "gateway.toml" in said
    assert mend == "shouhu check lists them all"


def test_a_broker_that_does_not_take_our_password_is_named(
    tmp_path: Path, start_broker: StartBroker
) -> None:
    broker = start_broker(users={"shouhu": "right", "device": "d"})
    login = 'username = "shouhu"\npassword_file = "password"'
    box = Installation(tmp_path / "box", broker, NOWHERE, mqtt=login)
    (box.directory / "password").write_text("wrong")
    (box.directory / "password").chmod(0o600)
    said, mend = wrong(box, "broker")
    assert "does not take us" in said
    assert "password file" in mend


@pytest.mark.parametrize("runs", [True, False])
def test_a_broker_that_is_not_there_is_named_before_any_device_is_set_up(
    box: Installation, broker: Broker, runs: bool
) -> None:
    (box.directory / "households" / "wang.toml").write_text(EMPTY, encoding="utf-8")
    if runs:
        box.start()
    assert is_well(box, "broker")
    broker.kill()
    assert "systemctl start mosquitto" in wrong(box, "broker")[1]


def test_a_port_that_another_program_has_is_named(box: Installation, cable: Cable) -> None:
    with_port(box, cable)
    spec = next(one.profile.serial for one in load(box.directory).fitted if one.profile.serial)
    with opened(str(cable.path), spec):
        said, mend = wrong(box, "port/rflink")
    assert "cannot be opened" in said
    assert "in use" in mend


def test_bluetooth_is_looked_at_where_a_device_needs_it(
    box: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "adapter" not in examined(box)
    with_device(box, BUTTON)
    with PrivateBus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        assert wrong(box, "adapter")[1] == "systemctl enable --now bluetooth"
        with Air(bus) as air:
            assert is_well(box, "adapter")
            air.does(air.bluez.unplug)
            assert "plug one in" in wrong(box, "adapter")[1]


def test_a_damaged_store_is_named(box: Installation) -> None:
    box.start()
    box.stop()
    path = box.store / "alerts.db"
    path.write_bytes(b"no database" * 1000)
    assert "sets a damaged file aside" in wrong(box, "store/alerts.db")[1]
