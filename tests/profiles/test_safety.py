"""Smoke, gas, CO, water and SOS are never missed, and never invented."""

from datetime import timedelta

import pytest

from edge.model import Freshness, Kind
from gateway.wire.decoder import Decoder
from tests.profiles.made import NOON, fitted, heard, packet, refusals

ALARMS = [
    ("zigbee2mqtt_smoke", "smoke", "smoke"),
    ("zigbee2mqtt_gas", "gas", "gas"),
    ("zigbee2mqtt_co", "carbon_monoxide", "co"),
    ("zigbee2mqtt_leak", "water_leak", "leak"),
    ("zigbee2mqtt_sos", "sos", "sos"),
]
NO_ALARM = ["null", '"maybe"', '""', "1", "0", "-1", "[true]", '{"value": true}', "1e300", "NaN"]


@pytest.mark.parametrize(("profile", "property_", "kind"), ALARMS)
def test_an_alarm_is_heard_whatever_stands_beside_it(
    profile: str, property_: str, kind: str
) -> None:
    beside = (
        '"battery":"flat","tamper":7,"battery_low":[],"temperature":1e999,"x":NaN,"linkquality":-1'
    )

    assert heard(profile, f'{{{beside},"{property_}":true}}')[kind] is True


@pytest.mark.parametrize(("profile", "property_", "kind"), ALARMS)
def test_an_alarm_is_heard_behind_a_name_that_is_no_utf8(
    profile: str, property_: str, kind: str
) -> None:
    payload = b'{"name":"' + "厨房".encode("gb18030") + f'","{property_}":true}}'.encode()

    assert heard(profile, payload) == {kind: True}
    assert refusals(profile, payload) == ["not_text"]


@pytest.mark.parametrize(("before", "after"), [("\ufeff", ""), ("", "\0"), (" \r\n", "\r\n\0\0")])
def test_an_alarm_is_heard_within_what_a_careless_firmware_sends_around_it(
    before: str, after: str
) -> None:
    assert heard("zigbee2mqtt_smoke", f'{before}{{"smoke":true}}{after}') == {"smoke": True}


@pytest.mark.parametrize(("profile", "property_", "kind"), ALARMS)
@pytest.mark.parametrize("value", NO_ALARM)
def test_nothing_but_the_value_for_yes_is_an_alarm_or_its_end(
    profile: str, property_: str, kind: str, value: str
) -> None:
    assert kind not in heard(profile, f'{{"{property_}":{value}}}')


@pytest.mark.parametrize(("profile", "property_", "kind"), ALARMS)
def test_a_message_that_does_not_speak_of_the_alarm_does_not_end_it(
    profile: str, property_: str, kind: str
) -> None:
    assert heard(profile, '{"battery":80}') == {"battery": 80}


@pytest.mark.parametrize(("profile", "property_", "kind"), ALARMS[:4])
def test_an_alarm_of_a_device_under_test_is_a_test_and_neither_fire_nor_its_end(
    profile: str, property_: str, kind: str
) -> None:
    assert heard(profile, f'{{"{property_}":true,"test":true}}') == {"test": True}
    assert heard(profile, f'{{"{property_}":true,"test":false}}') == {kind: True, "test": False}


def test_a_test_flag_that_sticks_does_not_silence_the_alarm() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_smoke", "z/x")])
    testing, both = '{"smoke":false,"test":true}', '{"smoke":true,"test":true}'

    heard = [
        decoder.decode(packet("z/x", payload, received=NOON.plus(timedelta(minutes=after))))
        for after, payload in [(0, testing), (4, both), (6, both)]
    ]

    assert [[r.value for r in one.readings if r.kind is Kind.SMOKE] for one in heard] == [
        [False],
        [],
        [True],
    ]


def test_each_new_test_is_a_test_again() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_smoke", "z/x")])
    both, over = '{"smoke":true,"test":true}', '{"smoke":false,"test":false}'

    heard = [
        decoder.decode(packet("z/x", payload, received=NOON.plus(timedelta(days=after))))
        for after, payload in [(0, both), (1, over), (365, both)]
    ]

    assert [r.value for r in heard[2].readings if r.kind is Kind.SMOKE] == []


def test_smoke_that_already_stood_is_heard_even_beside_a_test_flag() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_smoke", "z/x")])

    kept = decoder.decode(packet("z/x", '{"smoke":true,"test":true}', Freshness.RETAINED))

    assert {r.kind: r.value for r in kept.readings} == {Kind.SMOKE: True, Kind.TEST: True}


def test_of_two_properties_of_one_alarm_the_yes_counts() -> None:
    assert heard("zigbee2mqtt_smoke", '{"smoke":false,"smoke_state":"alarm"}') == {"smoke": True}
    assert heard("zigbee2mqtt_smoke", '{"smoke":true,"smoke_state":"normal"}') == {"smoke": True}
    assert heard("zigbee2mqtt_sos", '{"sos":false,"action":"sos"}') == {"sos": True}


@pytest.mark.parametrize("action", ["emergency", "panic", "sos", "SOS", " Emergency "])
def test_a_press_for_help_is_heard_in_each_of_its_spellings(action: str) -> None:
    assert heard("zigbee2mqtt_sos", f'{{"action":"{action}"}}') == {"sos": True}


@pytest.mark.parametrize("action", ["", "none", "disarm", "arm_all_zones", "exit_delay"])
def test_the_other_buttons_of_a_keyfob_call_nobody(action: str) -> None:
    assert heard("zigbee2mqtt_sos", f'{{"action":"{action}"}}') == {}
    assert refusals("zigbee2mqtt_sos", f'{{"action":"{action}"}}') == []


@pytest.mark.parametrize("time", ['"1970-01-01T00:00:00Z"', "4102444800", '"2099-01-01"', '"?"'])
def test_an_alarm_with_an_impossible_date_is_heard_all_the_same(time: str) -> None:
    assert heard("zigbee2mqtt_smoke", f'{{"smoke":true,"last_seen":{time}}}') == {"smoke": True}
    assert refusals("zigbee2mqtt_smoke", f'{{"smoke":true,"last_seen":{time}}}') == ["misdated"]


def test_smoke_that_the_broker_kept_is_heard_and_marked_as_kept() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_smoke", "z/x")])

    decoded = decoder.decode(packet("z/x", '{"smoke":true}', Freshness.RETAINED))

    assert [(r.value, r.freshness) for r in decoded.readings] == [(True, Freshness.RETAINED)]


def test_an_alarm_whose_topic_two_homes_share_is_heard_in_both() -> None:
    homes = [fitted("zigbee2mqtt_smoke", "z/x", household=name) for name in ("wang", "li")]

    decoded = Decoder(homes).decode(packet("z/x", '{"smoke":true}'))

    assert [(r.household, r.value) for r in decoded.readings] == [("wang", True), ("li", True)]
