"""What speaks MQTT through a gateway, bridge or server: told apart, and nothing invented."""

import json

import pytest

from edge.model import Kind, Packet
from gateway.wire.decoder import Decoder
from gateway.wire.fields import TESTABLE
from gateway.wire.profile import Example, Profile, Transport
from gateway.wire.strangers import Strangers
from gateway.wire.trial import packet_of
from tests.profiles.made import CATALOGUE, NOON, fitted, packet

SHOWN = [
    pytest.param(profile, example, id=f"{profile.id}-{n}")
    for profile in CATALOGUE.values()
    if profile.source is Transport.MQTT
    for n, example in enumerate(profile.examples)
]
ANYBODY = Strangers(CATALOGUE.values())


def told(decoder: Decoder, *packets: Packet) -> list[tuple[str, str, object]]:
    """Give the device, kind and value of every reading of some packets."""
    decoded = [decoder.decode(one) for one in packets]
    return [(r.device, r.kind.value, r.value) for one in decoded for r in one.readings]


@pytest.mark.parametrize(("profile", "example"), SHOWN)
def test_no_profile_makes_an_alarm_of_another_ones_message(
    profile: Profile, example: Example
) -> None:
    values, _ = ANYBODY.read(packet_of(profile, example, NOON))
    alarms = {kind for kind, value in values.items() if kind in TESTABLE and value is True}

    # What a device says under test is set apart only once it has been set up.
    is_tested = values.get(Kind.TEST) is True
    assert is_tested or alarms <= {kind for kind, value in example.readings.items() if value}


def test_two_sensors_on_one_rtl_433_topic_are_told_apart() -> None:
    door = fitted("rtl433_contact", "rtl_433/box/Kerui-Security/11", "door")
    sink = fitted("rtl433_leak", "rtl_433/box/Kerui-Security/22", "sink")
    decoder = Decoder([door, sink])

    opened = packet("rtl_433/box/events", '{"model":"Kerui-Security","id":11,"cmd":14,"opened":1}')
    wet = packet("rtl_433/box/events", '{"model":"Kerui-Security","id":22,"cmd":5,"water":1}')
    other = packet("rtl_433/box/events", '{"model":"Kerui-Security","id":33,"cmd":5,"water":1}')

    assert told(decoder, opened) == [("door", "contact_open", True)]
    assert told(decoder, wet) == [("sink", "leak", True)]
    assert told(decoder, other) == []


def test_a_sensor_behind_tasmotas_zigbee_bridge_is_known_by_its_short_address() -> None:
    decoder = Decoder([fitted("tasmota_zigbee_contact", "桥/0x9DAB", "door")])
    said = {"Device": "0x9DAB", "Name": "大门", "Contact": 1, "Endpoint": 1, "LinkQuality": 90}
    mine = packet("tele/桥/SENSOR", json.dumps({"ZbReceived": {"大门": said}}))
    another = packet("tele/桥/SENSOR", json.dumps({"ZbReceived": {"x": said | {"Device": "0x1"}}}))

    assert told(decoder, mine) == [("door", "contact_open", True)]
    assert told(decoder, another) == []


def test_a_lorawan_sensor_needs_no_codec_of_the_operator() -> None:
    decoder = Decoder([fitted("milesight_leak", "7/device/24e124", "sink")])
    bare = packet("application/7/device/24e124/event/up", '{"fPort":85,"data":"AXVkAwAB"}')
    both = packet(
        "application/7/device/24e124/event/up",
        '{"fPort":85,"data":"AXVkAwAB","object":{"battery":100,"leakage_status":"leak"}}',
    )

    wet = {("sink", "battery", 100), ("sink", "leak", True)}
    assert set(told(decoder, bare)) == set(told(decoder, both)) == wet


def test_the_bytes_of_a_lorawan_sensor_alone_tell_nobody_what_it_is() -> None:
    # The same bytes are a leak of one model, an open door of another and motion of a third.
    bare = packet("application/7/device/24e124/event/up", '{"fPort":85,"data":"AXVkAwAB"}')

    assert ANYBODY.read(bare)[0] == {}


def test_a_sleeping_shelly_is_not_offline() -> None:
    decoder = Decoder([fitted("shelly_smoke", "shellysmoke-A8B0C1000028", "smoke")])

    assert told(decoder, packet("shellies/shellysmoke-A8B0C1000028/online", "false")) == []


def test_a_notification_of_a_shelly_says_nothing_of_what_has_not_changed() -> None:
    decoder = Decoder([fitted("shelly2_smoke", "shellyplussmoke-80646fd09ed4", "smoke")])
    params = {"ts": 1.33, "devicepower:0": {"id": 0, "battery": {"V": 2.99, "percent": 97}}}
    said = json.dumps({"src": "x", "method": "NotifyStatus", "params": params})
    heard = packet("shellyplussmoke-80646fd09ed4/events/rpc", said)

    assert told(decoder, heard) == [("smoke", "battery", 97)]


def test_the_heartbeat_of_a_kidde_alarm_is_no_fire() -> None:
    heartbeat = packet("rtl_433/box/events", '{"model":"Kidde-Smoke","id":"3b"}')

    assert ANYBODY.read(heartbeat)[0] == {}


def test_pressure_is_no_presence_and_continuous_no_contact() -> None:
    said = '{"id":"A4:C1:38:00:00:01","type":"THBX","model_id":"CGP1W","cont":true,"pres":1006.3}'

    assert ANYBODY.read(packet("home/gw/BTtoMQTT/A4C138000001", said))[0] == {}
