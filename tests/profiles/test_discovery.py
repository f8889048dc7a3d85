"""Devices that introduce themselves by Home Assistant's discovery, or by Tasmota's."""

import json

import pytest

from edge.model import Kind
from gateway.wire.refusal import Refusal, Refused
from gateway.wire.selfdescribed import Introductions
from tests.profiles.introduced import announced, device, expose, introduced, said


def test_true_in_json_is_the_payload_true() -> None:
    known = announced(
        "binary_sensor",
        state_topic="zigbee2mqtt/a",
        value_template='{{ value_json["smoke"] }}',
        device_class="smoke",
        payload_on=True,
        payload_off=False,
    )
    assert said(known, "zigbee2mqtt/a", {"smoke": True}) == {Kind.SMOKE: True}
    assert said(known, "zigbee2mqtt/a", {"smoke": False}) == {Kind.SMOKE: False}
    assert said(known, "zigbee2mqtt/a", {"battery": 3}) == {}


def test_short_keys_and_the_base_topic_are_written_out() -> None:
    known = announced(
        "binary_sensor",
        **{"~": "house/hall", "stat_t": "~/pir", "dev_cla": "motion", "avty_t": "state/~"},
        pl_on="1",
        pl_off="0",
        uniq_id="u",
        dev={"ids": "d"},
    )
    assert said(known, "house/hall/pir", "1") == {Kind.MOTION: True}
    assert said(known, "house/hall/pir", "0") == {Kind.MOTION: False}
    assert said(known, "state/house/hall", "offline") == {Kind.ONLINE: False}


def test_on_and_off_are_the_words_where_none_are_given() -> None:
    known = announced("binary_sensor", stat_t="n/binary_sensor/door/state", dev_cla="door")
    notes: list[Refused] = []
    assert said(known, "n/binary_sensor/door/state", "ON") == {Kind.CONTACT_OPEN: True}
    assert said(known, "n/binary_sensor/door/state", "OFF") == {Kind.CONTACT_OPEN: False}
    assert said(known, "n/binary_sensor/door/state", "unknown") == {}
    assert said(known, "n/binary_sensor/door/state", "maybe", notes) == {}
    assert [note.reason for note in notes] == [Refusal.UNKNOWN_VALUE]


@pytest.mark.parametrize(
    ("of_class", "kind"),
    [
        ("moisture", Kind.LEAK),
        ("gas", Kind.GAS),
        ("carbon_monoxide", Kind.CO),
        ("battery", Kind.BATTERY_LOW),
        ("occupancy", Kind.MOTION),
        ("moving", Kind.MOTION),
        ("presence", Kind.PRESENCE),
        ("garage_door", Kind.CONTACT_OPEN),
        ("tamper", Kind.TAMPER),
    ],
)
def test_a_class_says_what_on_means(of_class: str, kind: Kind) -> None:
    known = announced("binary_sensor", stat_t="t", dev_cla=of_class)
    assert said(known, "t", "ON") == {kind: True}


@pytest.mark.parametrize("of_class", [None, "safety", "problem", "sound", "heat", "connectivity"])
def test_a_sensor_of_no_class_of_ours_says_nothing(of_class: str | None) -> None:
    known = announced("binary_sensor", stat_t="n/binary_sensor/x/state", dev_cla=of_class, name="x")
    assert not said(known, "n/binary_sensor/x/state", "ON")


def test_a_vague_class_is_read_by_the_name_of_its_value() -> None:
    known = announced("binary_sensor", stat_t="t", dev_cla="safety", val_tpl="{{ value_json.sos }}")
    assert said(known, "t", {"sos": "ON"}) == {Kind.SOS: True}


def test_a_plain_topic_is_read_by_its_last_level_where_the_class_is_vague() -> None:
    # rtl_433's own bridge announces reed contacts and tamper flags as "safety".
    known = announced(
        "binary_sensor", stat_t="rtl_433/h/devices/K/9/reed_open", dev_cla="safety", pl_on="1"
    )
    assert said(known, "rtl_433/h/devices/K/9/reed_open", "1") == {Kind.CONTACT_OPEN: True}


def test_the_opening_of_a_valve_is_no_door() -> None:
    known = announced(
        "binary_sensor", stat_t="t", dev_cla="opening", val_tpl="{{ value_json.valve_state }}"
    )
    assert said(known, "t", {"valve_state": "ON"}) is None


def test_a_bundle_introduces_all_of_its_components() -> None:
    known = Introductions()
    bundle = {
        "dev": {"ids": ["d"]},
        "o": {"name": "n"},
        "stat_t": "dev/state",
        "cmps": {
            "t": {"p": "sensor", "dev_cla": "temperature", "unit_of_meas": "°C",
                  "val_tpl": "{{ value_json.temp | float | round(1) }}"},
            "w": {"p": "binary_sensor", "dev_cla": "moisture", "val_tpl": "{{ value_json.wet }}",
                  "pl_on": "yes", "pl_off": "no"},
            "gone": {"p": "sensor"},
        },
    }  # fmt: skip
    assert known.hear("homeassistant/device/d/config", json.dumps(bundle).encode())
    assert said(known, "dev/state", {"temp": "21.26", "wet": "yes"}) == {
        Kind.TEMPERATURE: 21.3,
        Kind.LEAK: True,
    }


def test_a_battery_flag_that_is_reckoned_into_percent_is_read() -> None:
    # rtl_433's own bridge to Home Assistant announces battery_ok in this way.
    known = announced(
        "sensor",
        stat_t="rtl_433/h/devices/K/battery_ok",
        dev_cla="battery",
        unit_of_meas="%",
        val_tpl="{{ ((float(value)*99)|round(0))+1 }}",
    )
    assert said(known, "rtl_433/h/devices/K/battery_ok", "1") == {Kind.BATTERY: 100}
    assert said(known, "rtl_433/h/devices/K/battery_ok", "0") == {Kind.BATTERY: 1}


def test_beats_a_minute_are_a_heart_rate_and_breaths_are_none() -> None:
    heart = announced("sensor", stat_t="t", unit_of_meas="bpm", name="Heart rate")
    breath = announced("sensor", stat_t="t", unit_of_meas="bpm", name="Breath rate")
    assert said(heart, "t", "72") == {Kind.HEART_RATE: 72}
    assert said(breath, "t", "14") is None


def test_a_button_calls_for_help_by_event_or_trigger() -> None:
    event = announced("event", stat_t="t", evt_typ=["single", "emergency"])
    assert said(event, "t", {"event_type": "emergency"}) == {Kind.SOS: True}
    assert said(event, "t", {"event_type": "single"}) == {}
    trigger = announced(
        "device_automation",
        automation_type="trigger",
        type="action",
        subtype="panic",
        payload="panic",
        topic="zigbee2mqtt/fob/action",
    )
    assert said(trigger, "zigbee2mqtt/fob/action", "panic") == {Kind.SOS: True}
    assert said(trigger, "zigbee2mqtt/fob/action", "disarm") == {}


def test_an_empty_introduction_removes_the_entity() -> None:
    known = announced("binary_sensor", stat_t="t", dev_cla="smoke")
    assert known.hear("homeassistant/binary_sensor/x/y/config", b"")
    assert said(known, "t", "ON") is None


def test_a_template_that_is_not_understood_is_told_and_reads_nothing() -> None:
    template = "{% if value_json.x %}ON{% endif %}"
    known = announced("binary_sensor", stat_t="t", dev_cla="smoke", val_tpl=template, name="烟雾")
    assert said(known, "t", {"x": True}) is None
    [told] = known.unmapped
    assert told.name == "烟雾"
    assert "template" in told.reason


def test_the_availability_of_a_bridge_is_nobodys_presence() -> None:
    known = Introductions()
    for n in range(2):
        config = {"stat_t": f"t{n}", "dev_cla": "smoke", "avty_t": "bridge/state"} | {
            "dev": {"ids": [f"d{n}"]}
        }
        known.hear(f"homeassistant/binary_sensor/d{n}/config", json.dumps(config).encode())
    assert said(known, "bridge/state", "offline") == {}


def test_what_a_bridge_says_goes_before_what_discovery_says() -> None:
    known = introduced(device("a", expose("presence")))
    config: dict[str, object] = {"stat_t": "zigbee2mqtt/a", "dev_cla": "occupancy"}
    config |= {"val_tpl": "{{ value_json.presence }}", "pl_on": True, "pl_off": False}
    known.hear("homeassistant/binary_sensor/a/presence/config", json.dumps(config).encode())
    assert said(known, "zigbee2mqtt/a", {"presence": True}) == {Kind.PRESENCE: True}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("zigbee2mqtt/a", b"[]"),
        ("zigbee2mqtt/bridge/devices", b"{}"),
        ("zigbee2mqtt/bridge/devices", b"[" * 5_000),
        ("homeassistant/binary_sensor/x/config", b"true"),
        ("homeassistant/binary_sensor/x/config", b"\xff\xfe"),
        ("homeassistant/unheard_of/x/config", b"{}"),
        ("binary_sensor/x/config", b"{}"),
    ],
)
def test_what_is_no_introduction_is_not_taken_for_one(topic: str, payload: bytes) -> None:
    assert not Introductions().hear(topic, payload)


# A plug with one wired switch, as Tasmota 12 announces itself; seen in several projects' notes.
TASMOTA = {
    "dn": "门厅",
    "hn": "hall-1228",
    "mac": "0CDC7E31E4CC",
    "t": "hall",
    "ver": 1,
    "ofln": "Offline",
    "onln": "Online",
    "ft": "home/%topic%/%prefix%/",
    "tp": ["cmnd", "stat", "tele"],
    "swc": [-1, 2],
    "swn": [None, "PIR"],
}


def test_a_tasmota_board_says_that_it_is_there_and_names_its_switches() -> None:
    known = Introductions()
    assert known.hear("tasmota/discovery/0CDC7E31E4CC/config", json.dumps(TASMOTA).encode())
    assert said(known, "home/hall/tele/LWT", "Online") == {Kind.ONLINE: True}
    assert said(known, "home/hall/tele/LWT", "Offline") == {Kind.ONLINE: False}
    assert [one.name for one in known.unmapped] == ["PIR"]
