"""Which device a packet is of: topics, availability, bridges, subscriptions."""

from edge.model import Kind, Packet
from gateway.wire.decoder import BridgeState, Decoder, Refusal
from tests.profiles.made import NOON, fitted, packet


def test_a_reading_carries_its_home_device_room_and_time() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_motion", "zigbee2mqtt/客厅", id="pir")])

    (reading,) = decoder.decode(packet("zigbee2mqtt/客厅", '{"occupancy":true}')).readings

    assert (reading.household, reading.device, reading.room) == ("wang", "pir", "kitchen")
    assert (reading.at, reading.received, reading.drill) == (NOON.wall, NOON, False)


def test_the_same_topic_from_another_source_is_another_device() -> None:
    decoder = Decoder([fitted("zigbee2mqtt_motion", "z/x")])

    decoded = decoder.decode(Packet("serial", "z/x", b'{"occupancy":true}', NOON))

    assert [refused.reason for refused in decoded.refused] == [Refusal.UNKNOWN_DEVICE]


def test_a_device_in_two_roles_is_heard_in_both() -> None:
    door = fitted("zigbee2mqtt_contact", "z/x", id="door")
    knock = fitted("zigbee2mqtt_vibration", "z/x", id="knock")

    decoded = Decoder([door, knock]).decode(packet("z/x", '{"contact":false,"vibration":true}'))

    assert [(r.device, r.kind) for r in decoded.readings] == [
        ("door", Kind.CONTACT_OPEN),
        ("knock", Kind.VIBRATION),
    ]


def test_a_message_that_two_roles_refuse_is_counted_once() -> None:
    roles = [fitted("zigbee2mqtt_contact", "z/x"), fitted("zigbee2mqtt_vibration", "z/x")]

    assert len(Decoder(roles).decode(packet("z/x", "{")).refused) == 1


def test_a_bridge_with_many_devices_speaks_once() -> None:
    devices = [fitted("zigbee2mqtt_motion", f"zigbee2mqtt/{n}") for n in range(5)]

    decoded = Decoder(devices).decode(packet("zigbee2mqtt/bridge/state", '{"state":"offline"}'))

    assert decoded.bridges == (BridgeState("zigbee2mqtt", False),)


def test_of_two_bridges_only_the_one_that_spoke_is_lost() -> None:
    home = [fitted("zigbee2mqtt_motion", f"homes/{name}/zigbee2mqtt/x") for name in ("a", "b")]

    decoded = Decoder(home).decode(packet("homes/b/zigbee2mqtt/bridge/state", "offline"))

    assert decoded.bridges == (BridgeState("homes/b/zigbee2mqtt", False),)
    assert home[1].device.bridge == "homes/b/zigbee2mqtt"


def test_the_bridge_of_a_device_in_a_folder_is_heard() -> None:
    device = fitted("zigbee2mqtt_motion", "zigbee2mqtt/一楼/客厅/x")

    decoded = Decoder([device]).decode(packet("zigbee2mqtt/bridge/state", "online"))

    assert decoded.bridges == (BridgeState("zigbee2mqtt", True),)


def test_a_bridge_that_says_neither_is_refused() -> None:
    device = fitted("zigbee2mqtt_motion", "zigbee2mqtt/x")

    decoded = Decoder([device]).decode(packet("zigbee2mqtt/bridge/state", "starting"))

    assert (decoded.bridges, decoded.refused[0].reason) == ((), Refusal.UNKNOWN_VALUE)


def test_a_tasmota_device_is_heard_with_its_topic_and_with_its_whole_full_topic() -> None:
    plain = fitted("tasmota_switch_motion", "hall", id="plain")
    turned = fitted("tasmota_switch_motion", "home/hall/%prefix%", id="turned")
    decoder = Decoder([plain, turned])

    first = decoder.decode(packet("tele/hall/SENSOR", '{"Switch1":"ON"}'))
    second = decoder.decode(packet("home/hall/stat/RESULT", '{"Switch1":{"Action":"ON"}}'))

    assert [r.device for r in first.readings + second.readings] == ["plain", "turned"]


def test_subscriptions_hear_strangers_beside_the_devices_and_each_message_once() -> None:
    decoder = Decoder(
        [
            fitted("zigbee2mqtt_motion", "zigbee2mqtt/a"),
            fitted("zigbee2mqtt_smoke", "zigbee2mqtt/b"),
            fitted("mqtt_use", "zigbee2mqtt/tap"),
            fitted("mqtt_use", "kitchen/tap"),
            fitted("tasmota_switch_use", "lamp"),
            fitted("tasmota_switch_use", "home/lamp/%prefix%"),
        ]
    )

    assert decoder.subscriptions() == (
        "zigbee2mqtt/+",
        "zigbee2mqtt/+/availability",
        "zigbee2mqtt/bridge/state",
        "kitchen/tap",
        "kitchen/tap/availability",
        "tele/+/SENSOR",
        "stat/+/RESULT",
        "stat/+/SWITCH1",
        "tele/+/LWT",
        "home/lamp/tele/SENSOR",
        "home/lamp/stat/RESULT",
        "home/lamp/stat/SWITCH1",
        "home/lamp/tele/LWT",
    )


def test_a_device_at_the_root_does_not_make_the_gateway_hear_the_whole_root() -> None:
    assert "+" not in Decoder([fitted("mqtt_bracelet", "bracelet")]).subscriptions()


def test_a_bare_value_is_the_first_field_and_no_other() -> None:
    decoder = Decoder([fitted("mqtt_use", "tap")])

    decoded = decoder.decode(packet("tap", "ON"))

    assert [(r.kind, r.value) for r in decoded.readings] == [(Kind.USE, True)]
    assert decoded.refused == ()
