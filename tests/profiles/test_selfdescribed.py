"""Devices that a bridge introduces in its list of devices, and whose messages are read by it."""

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from edge.model import Kind
from gateway.wire.refusal import Refusal, Refused
from gateway.wire.selfdescribed import Introductions
from gateway.wire.selfdescribed.introductions import MOST_DEVICES
from tests.profiles.introduced import BRIDGE, device, expose, introduced, said


def test_a_contact_is_open_when_it_says_what_was_declared_to_be_on() -> None:
    known = introduced(
        device("门", expose("contact", value_on=False, value_off=True)),
        device("gate", expose("contact", value_on="ON", value_off="OFF")),
    )
    assert said(known, "zigbee2mqtt/门", {"contact": False}) == {Kind.CONTACT_OPEN: True}
    assert said(known, "zigbee2mqtt/gate", {"contact": "OFF"}) == {Kind.CONTACT_OPEN: False}


def test_a_garage_door_is_open_on_false_whatever_it_declares() -> None:
    known = introduced(device("garage", expose("garage_door_contact")))
    assert said(known, "zigbee2mqtt/garage", {"garage_door_contact": False}) == {
        Kind.CONTACT_OPEN: True
    }


def test_names_with_slashes_and_bases_with_levels_are_found() -> None:
    known = introduced(device("一楼/客厅/门", expose("smoke")), base="zigbee2mqtt/floor1")
    assert said(known, "zigbee2mqtt/floor1/一楼/客厅/门", {"smoke": True}) == {Kind.SMOKE: True}
    assert said(known, "zigbee2mqtt/floor1/一楼", {"smoke": True}) is None


@pytest.mark.parametrize(
    "name", ["smoke", "gas", "carbon_monoxide", "vibration", "co", "gas_value"]
)
def test_a_number_is_no_alarm(name: str) -> None:
    known = introduced(device("meter", expose(name, "numeric", unit="ppm")))
    assert said(known, "zigbee2mqtt/meter", {name: 1}) == {}
    assert said(known, "zigbee2mqtt/meter", {name: True}) == {}


def test_what_can_be_set_or_is_only_asked_for_is_no_reading() -> None:
    known = introduced(
        device("a", expose("vibration", access=3), expose("smoke", access=2)),
    )
    assert said(known, "zigbee2mqtt/a", {"vibration": True, "smoke": True}) == {}


def test_a_siren_that_sounds_is_no_fire() -> None:
    warning = {
        "type": "composite",
        "name": "warning",
        "property": "warning",
        "access": 2,
        "features": [expose("smoke", access=2), expose("mode", "enum", values=["fire"], access=2)],
    }
    control = expose("alarm_control", "enum", values=["off", "smoke"], access=7)
    known = introduced(device("siren", warning, control, expose("alarm"), expose("tamper")))
    message = {"warning": {"smoke": True, "mode": "fire"}, "alarm": True, "tamper": False}
    assert said(known, "zigbee2mqtt/siren", message | {"alarm_control": "smoke"}) == {
        Kind.TAMPER: False
    }


def test_a_cover_that_moves_is_nobody_but_a_sensor_that_moves_is() -> None:
    cover: dict[str, object] = {
        "type": "cover",
        "features": [expose("state", "enum", values=["OPEN"], access=7)],
    }
    known = introduced(device("blind", cover, expose("moving")), device("s", expose("moving")))
    assert said(known, "zigbee2mqtt/blind", {"moving": True}) == {}
    assert said(known, "zigbee2mqtt/s", {"moving": True}) == {Kind.MOTION: True}


def test_a_cover_with_a_sensor_in_it_sees_people() -> None:
    cover: dict[str, object] = {"type": "cover", "features": []}
    known = introduced(device("blind", cover, expose("occupancy")))
    assert said(known, "zigbee2mqtt/blind", {"occupancy": True}) == {Kind.MOTION: True}


def test_a_cover_that_says_up_and_down_is_no_movement() -> None:
    known = introduced(device("s", expose("moving", "enum", values=["UP", "STOP", "DOWN"])))
    assert said(known, "zigbee2mqtt/s", {"moving": "UP"}) == {}


def test_only_a_fall_is_a_fall() -> None:
    words = ["none", "maybe_fall", "fall"]
    known = introduced(device("radar", expose("fall_down_status", "enum", values=words)))
    heard = [said(known, "zigbee2mqtt/radar", {"fall_down_status": word}) for word in words]
    assert heard == [{Kind.FALL: False}, {}, {Kind.FALL: True}]


def test_a_device_that_is_charging_is_not_called_low() -> None:
    known = introduced(
        device("a", expose("battery_state", "enum", values=["low", "medium", "high"])),
        device("b", expose("battery_state", "enum", values=["charging", "charged"])),
    )
    assert said(known, "zigbee2mqtt/a", {"battery_state": "low"}) == {Kind.BATTERY_LOW: True}
    assert said(known, "zigbee2mqtt/b", {"battery_state": "charging"}) == {}


@pytest.mark.parametrize("word", ["emergency", "panic", "sos"])
def test_only_a_call_for_help_is_one(word: str) -> None:
    known = introduced(device("fob", expose("action", "enum", values=["disarm", "fall", word])))
    assert said(known, "zigbee2mqtt/fob", {"action": word}) == {Kind.SOS: True}
    for other in ("disarm", "fall", "", None):
        assert said(known, "zigbee2mqtt/fob", {"action": other}) == {}
    assert said(known, "zigbee2mqtt/fob/action", word) == {Kind.SOS: True}


def test_several_endpoints_are_one_reading_and_a_yes_outweighs_a_no() -> None:
    zones = [expose("occupancy", property=f"occupancy_{n}", endpoint=str(n)) for n in (1, 2, 10)]
    known = introduced(device("radar", *zones))
    message = {"occupancy_1": False, "occupancy_2": True, "occupancy_10": False}
    assert said(known, "zigbee2mqtt/radar", message) == {Kind.MOTION: True}


def test_a_channel_with_words_of_its_own_is_read_by_them() -> None:
    leak = expose("channel_3_leak_detect", value_on="Leak", value_off="Dry")
    low = expose("channel_3_battery_low", value_on="Low", value_off="Normal")
    known = introduced(device("w", leak, low))
    message = {"channel_3_leak_detect": "Leak", "channel_3_battery_low": "Normal"}
    assert said(known, "zigbee2mqtt/w", message) == {Kind.LEAK: True, Kind.BATTERY_LOW: False}


def test_a_battery_is_in_percent_and_a_voltage_is_not() -> None:
    known = introduced(
        device(
            "a", expose("battery", "numeric", unit="%"), expose("voltage", "numeric", unit="mV")
        ),
        device("b", expose("battery", "numeric", unit="V")),
        device("c", expose("battery", "numeric", value_max=255)),
    )
    assert said(known, "zigbee2mqtt/a", {"battery": 57, "voltage": 2900}) == {Kind.BATTERY: 57}
    assert said(known, "zigbee2mqtt/b", {"battery": 3}) == {}
    assert said(known, "zigbee2mqtt/c", {"battery": 90}) == {}


def test_fahrenheit_is_turned_into_celsius() -> None:
    known = introduced(device("a", expose("temperature", "numeric", unit="°F")))
    heard = said(known, "zigbee2mqtt/a", {"temperature": 212})
    assert heard is not None
    assert heard[Kind.TEMPERATURE] == pytest.approx(100)


def test_absent_and_null_are_not_known_and_a_bad_value_is_refused_alone() -> None:
    known = introduced(device("a", expose("smoke"), expose("tamper"), expose("battery_low")))
    notes: list[Refused] = []
    message = {"smoke": True, "tamper": "perhaps", "battery_low": None}
    assert said(known, "zigbee2mqtt/a", message, notes) == {Kind.SMOKE: True}
    assert [note.reason for note in notes] == [Refusal.WRONG_TYPE]


def test_what_the_bridge_says_without_declaring_it_is_believed_as_true_and_false_only() -> None:
    known = introduced(device("a", expose("occupancy")))
    notes: list[Refused] = []
    message = {"occupancy": False, "tamper": True, "gas": 12.5, "smoke": "clear", "alarm": True}
    assert said(known, "zigbee2mqtt/a", message, notes) == {Kind.MOTION: False, Kind.TAMPER: True}
    assert notes == []


def test_a_property_on_a_topic_of_its_own_and_the_availability_are_heard() -> None:
    known = introduced(device("a/b", expose("water_leak")))
    assert said(known, "zigbee2mqtt/a/b/water_leak", "true") == {Kind.LEAK: True}
    assert said(known, "zigbee2mqtt/a/b/availability", {"state": "offline"}) == {Kind.ONLINE: False}
    assert said(known, "zigbee2mqtt/a/b/availability", "online") == {Kind.ONLINE: True}
    assert said(known, "zigbee2mqtt/a/b/set", {"water_leak": True}) is None
    assert said(known, "zigbee2mqtt/a/b/set/water_leak", "true") is None


def test_the_coordinator_and_disabled_devices_are_left_out() -> None:
    known = introduced(
        device("c", expose("smoke"), type="Coordinator"),
        device("d", expose("smoke"), disabled=True),
    )
    assert said(known, "zigbee2mqtt/c", {"smoke": True}) is None
    assert said(known, "zigbee2mqtt/d", {"smoke": True}) is None


def test_a_new_list_takes_the_place_of_the_old_one_and_an_empty_one_removes_it() -> None:
    known = introduced(device("old", expose("smoke")))
    known.hear("other/bridge/devices", json.dumps([device("o", expose("smoke"))]).encode())
    assert known.hear(BRIDGE, json.dumps([device("new", expose("smoke"))]).encode())
    assert said(known, "zigbee2mqtt/old", {"smoke": True}) is None
    assert said(known, "zigbee2mqtt/new", {"smoke": True}) == {Kind.SMOKE: True}
    assert known.hear(BRIDGE, b"")
    assert said(known, "zigbee2mqtt/new", {"smoke": True}) is None
    assert said(known, "other/o", {"smoke": True}) == {Kind.SMOKE: True}


def test_what_sounds_like_safety_and_is_not_read_is_told() -> None:
    known = introduced(
        device("a", expose("gas_alarm_1"), expose("child_lock"), expose("gas", "numeric")),
        {"friendly_name": "b", "type": "EndDevice", "definition": None},
    )
    told = {(one.device, one.name) for one in known.unmapped}
    assert told == {
        ("zigbee2mqtt/a", "gas_alarm_1"),
        ("zigbee2mqtt/a", "gas"),
        ("zigbee2mqtt/b", ""),
    }


def test_no_more_than_so_many_devices_are_kept() -> None:
    known = Introductions()
    for base in ("a", "b"):
        many = [device(f"d{n}", expose("smoke")) for n in range(MOST_DEVICES - 10)]
        assert known.hear(f"{base}/bridge/devices", json.dumps(many).encode())
    assert said(known, "a/d0", {"smoke": True}) == {Kind.SMOKE: True}
    assert said(known, "b/d9", {"smoke": True}) == {Kind.SMOKE: True}
    assert said(known, "b/d10", {"smoke": True}) is None
    assert any("too many" in one.reason for one in known.unmapped)


@pytest.mark.skipif(
    "SHOUHU_VECTORS" not in os.environ, reason="SHOUHU_VECTORS names no directory of messages"
)
def test_devices_of_third_parties_are_read_as_they_meant() -> None:
    folder = Path(os.environ["SHOUHU_VECTORS"])
    sys.path.insert(0, str(folder))
    import compare  # type: ignore[import-not-found]

    wanted = right = 0
    dangers: list[str] = []
    with gzip.open(folder / "development.jsonl.gz", "rt") as lines:
        cases = [json.loads(line) for line in lines]
    for case in [c for c in cases if c["source"] in ("zigbee2mqtt-state", "z2m-ha-discovery")]:
        known, (*before, last) = Introductions(), case["messages"]
        for message in before:
            assert known.hear(message["topic"], message["payload"].encode())
        heard = known.read(last["topic"], last["payload"].encode(), []) or {}
        readings = [{"kind": kind.value, "value": value} for kind, value in heard.items()]
        some, hits, bad = compare.judge(case, {"readings": readings})
        wanted, right, dangers = wanted + some, right + hits, dangers + bad
    assert dangers == []
    assert right >= 0.99 * wanted > 0
