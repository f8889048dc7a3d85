"""Devices of a household that say themselves what they are: heard, renamed, gone and back."""

import json
from datetime import UTC, datetime

import pytest
from msgspec import structs

from edge.model import Device, Freshness, Kind, Moment, Packet, Reading, Value
from gateway.sources.mqtt_settings import is_filter
from gateway.wire.decoder import Decoded, Decoder, Fitted
from gateway.wire.introduced import MOST_KEPT, MOST_OF_ONE, profile_of
from gateway.wire.refusal import Refusal
from tests.profiles.introduced import BRIDGE, device, expose

NOW = Moment.of(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
HALL = "zigbee2mqtt/0x00158d0001a2b3c4"
BATH = "zigbee2mqtt/0x00158d0001ffffff"
LEAK = "homeassistant/shelly-9F21"


def fitted(address: str, *kinds: Kind, name: str = "hall") -> Fitted:
    profile = profile_of(address, kinds)
    one = Device(name, "hall", name, profile.kinds, "mqtt", profile.bridge_of(address))
    return Fitted("wang", False, one, profile, address)


def packet(topic: str, payload: object, freshness: Freshness = Freshness.LIVE) -> Packet:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return Packet("mqtt", topic, text.encode(), NOW, freshness)


def listed(*names: tuple[str, str]) -> Packet:
    """Make a bridge's list: the name and the hardware's number of each device."""
    devices = [
        device(
            name,
            expose("occupancy"),
            expose("battery", "numeric", unit="%"),
            ieee_address=address.rpartition("/")[2],
        )
        for name, address in names
    ]
    coordinator = {"friendly_name": "Coordinator", "type": "Coordinator", "ieee_address": "0x0"}
    return packet(BRIDGE, [coordinator, *devices], Freshness.RETAINED)


def values(decoded: Decoded) -> dict[tuple[str, Kind], Value]:
    return {(each.device, each.kind): each.value for each in decoded.readings}


def announcement(topic: str = "shelly/9F21/leak") -> Packet:
    config = {
        "state_topic": topic,
        "device_class": "moisture",
        "unique_id": "9F21-leak",
        "device": {"identifiers": ["shelly-9F21"]},
    }
    return packet("homeassistant/binary_sensor/9F21/leak/config", config, Freshness.RETAINED)


def test_a_device_is_heard_once_its_bridge_has_introduced_it() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION, Kind.BATTERY)])
    moves = packet("zigbee2mqtt/门厅", {"occupancy": True, "battery": 80})

    assert decoder.decode(moves).refused[0].reason is Refusal.UNKNOWN_DEVICE
    assert decoder.decode(listed(("门厅", HALL), ("别人家", BATH))) == Decoded()
    assert values(decoder.decode(moves)) == {
        ("hall", Kind.MOTION): True,
        ("hall", Kind.BATTERY): 80,
    }


def test_a_rename_at_the_bridge_keeps_the_role() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("门厅", HALL)))

    decoder.decode(listed(("玄关", HALL)))

    assert values(decoder.decode(packet("zigbee2mqtt/玄关", {"occupancy": True}))) == {
        ("hall", Kind.MOTION): True
    }
    assert decoder.decode(packet("zigbee2mqtt/门厅", {"occupancy": True})).readings == ()


def test_a_device_that_leaves_its_bridge_counts_as_offline_and_comes_back_into_its_role() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("门厅", HALL), ("卫生间", BATH)))

    assert values(decoder.decode(listed(("卫生间", BATH)))) == {("hall", Kind.ONLINE): False}
    assert decoder.introduced.left == {HALL}
    decoder.decode(listed(("卫生间", BATH), ("又来了", HALL)))
    assert decoder.introduced.left == set()
    assert decoder.decode(packet("zigbee2mqtt/又来了", {"occupancy": True})).readings != ()


def test_a_bridge_that_asks_a_device_anew_takes_nothing_from_what_is_known_of_it() -> None:
    decoder, ieee = Decoder([fitted(HALL, Kind.MOTION)]), HALL.rpartition("/")[2]
    moved = expose("occupancy", value_on="YES", value_off="NO")
    decoder.decode(packet(BRIDGE, [device("门厅", moved, ieee_address=ieee)]))
    for _ in range(2):
        asked_anew = {"friendly_name": "玄关", "ieee_address": ieee, "definition": None}
        decoder.decode(packet(BRIDGE, [asked_anew]))
    moves = packet("zigbee2mqtt/玄关", {"occupancy": "YES"})
    assert values(decoder.decode(moves)) == {("hall", Kind.MOTION): True}
    again = Decoder([fitted(HALL, Kind.MOTION)])
    again.recall(decoder.introduced.kept())
    assert values(again.decode(moves)) == {("hall", Kind.MOTION): True}


@pytest.mark.parametrize("payload", ["[]", "", "{}", "null", "[1, null, []]", '[{"type":', "\x00"])
def test_a_bridge_that_lost_its_list_takes_nobodys_role(payload: str) -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("门厅", HALL)))

    assert decoder.decode(packet(BRIDGE, payload)).readings == ()
    assert decoder.decode(packet("zigbee2mqtt/门厅", {"occupancy": True})).readings != ()


def test_availability_and_single_properties_on_topics_of_their_own_are_heard() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("门厅", HALL)))

    gone = decoder.decode(packet("zigbee2mqtt/门厅/availability", {"state": "offline"}))
    moves = decoder.decode(packet("zigbee2mqtt/门厅/occupancy", "true"))

    assert values(gone) == {("hall", Kind.ONLINE): False}
    assert values(moves) == {("hall", Kind.MOTION): True}


def test_what_was_kept_is_understood_without_a_new_introduction() -> None:
    before = Decoder([fitted(HALL, Kind.MOTION), fitted(LEAK, Kind.LEAK, name="sink")])
    before.decode(listed(("门厅", HALL), ("别人家", BATH)))
    before.decode(announcement())
    kept = before.introduced.kept()

    after = Decoder([fitted(HALL, Kind.MOTION), fitted(LEAK, Kind.LEAK, name="sink")])
    after.recall(kept)

    assert after.decode(packet("zigbee2mqtt/门厅", {"occupancy": True})).readings != ()
    assert values(after.decode(packet("shelly/9F21/leak", "ON"))) == {("sink", Kind.LEAK): True}
    assert set(after.subscriptions()) == set(before.subscriptions())
    assert "别人家" not in b"".join(kept.values()).decode()


@pytest.mark.parametrize("kept", [{"x": b"y"}, {BRIDGE: b"\xff"}, {BRIDGE: b"[{}]"}, {"": b""}])
def test_damage_to_what_was_kept_hinders_nothing(kept: dict[str, bytes]) -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.recall(kept)
    decoder.decode(listed(("门厅", HALL)))
    assert decoder.decode(packet("zigbee2mqtt/门厅", {"occupancy": True})).readings != ()


def test_a_device_of_the_discovery_is_heard_where_it_says() -> None:
    decoder = Decoder([fitted(LEAK, Kind.LEAK, name="sink")])
    assert "shelly/9F21/leak" not in decoder.subscriptions()

    decoder.decode(announcement())
    assert "shelly/9F21/leak" in decoder.subscriptions()
    assert values(decoder.decode(packet("shelly/9F21/leak", "ON"))) == {("sink", Kind.LEAK): True}

    decoder.decode(announcement("moved/leak"))
    assert values(decoder.decode(packet("moved/leak", "OFF"))) == {("sink", Kind.LEAK): False}
    assert "shelly/9F21/leak" not in decoder.subscriptions()


def test_a_device_that_takes_its_discovery_back_counts_as_offline() -> None:
    decoder = Decoder([fitted(LEAK, Kind.LEAK, name="sink")])
    decoder.decode(announcement())
    gone = decoder.decode(packet("homeassistant/binary_sensor/9F21/leak/config", ""))
    assert values(gone) == {("sink", Kind.ONLINE): False}


def test_what_the_household_file_does_not_list_is_not_believed_but_an_alarm_is() -> None:
    decoder = Decoder([fitted(HALL, Kind.BATTERY)])
    exposes = [expose("occupancy"), expose("smoke"), expose("battery", "numeric", unit="%")]
    told = device("门厅", *exposes, ieee_address=HALL.rpartition("/")[2])
    decoder.decode(packet(BRIDGE, [told]))

    said = decoder.decode(packet("zigbee2mqtt/门厅", {"occupancy": True, "smoke": True}))
    assert values(said) == {("hall", Kind.SMOKE): True}


def test_a_fault_is_believed_of_a_device_that_did_not_declare_it() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("门厅", HALL)))
    said = {"occupancy": False, "tamper": True, "battery_low": True, "temperature": 20}
    assert values(decoder.decode(packet("zigbee2mqtt/门厅", said))) == {
        ("hall", Kind.MOTION): False,
        ("hall", Kind.TAMPER): True,
        ("hall", Kind.BATTERY_LOW): True,
    }


def test_a_device_lives_that_says_nothing_but_how_well_it_is_heard() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    exposes = [expose("occupancy"), expose("linkquality", "numeric", unit="lqi")]
    told = device("门厅", *exposes, ieee_address=HALL.rpartition("/")[2])
    decoder.decode(packet(BRIDGE, [told]))

    said = decoder.decode(packet("zigbee2mqtt/门厅", {"linkquality": 88}))
    assert [each.kind for each in said.readings] == [Kind.LINK_QUALITY]


def test_last_seen_says_when_it_was(kind: Kind = Kind.MOTION) -> None:
    decoder = Decoder([fitted(HALL, kind)])
    decoder.decode(listed(("门厅", HALL)))
    said = {"occupancy": True, "last_seen": "2026-03-02T07:59:00Z"}
    (reading,) = decoder.decode(packet("zigbee2mqtt/门厅", said)).readings
    assert reading.at == datetime(2026, 3, 2, 7, 59, tzinfo=UTC)


def test_only_an_introduction_may_be_longer_than_64_kib() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    others = [(f"别人 {n}", f"zigbee2mqtt/0x{n:016x}") for n in range(1, 400)]
    long = listed(*others, ("门厅", HALL))
    assert len(long.payload) > 64 * 1024

    decoder.decode(long)
    state = {"occupancy": True, "x": "y" * 70_000}
    assert decoder.decode(packet("zigbee2mqtt/门厅", state)).refused[0].reason is Refusal.TOO_LONG
    assert decoder.decode(packet("zigbee2mqtt/门厅", {"occupancy": True})).readings != ()


def test_a_device_that_talks_too_much_about_itself_is_not_kept() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    endless = expose("occupancy", description="x" * MOST_OF_ONE)
    told = device("门厅", endless, ieee_address=HALL.rpartition("/")[2])
    decoder.decode(packet(BRIDGE, [told]))
    assert sum(map(len, decoder.introduced.kept().values())) < 1000


def test_two_households_that_share_a_device_both_hear_it() -> None:
    other = fitted(HALL, Kind.MOTION)
    decoder = Decoder([other, Fitted("li", False, other.device, other.profile, HALL)])
    decoder.decode(listed(("门厅", HALL)))
    readings: tuple[Reading, ...] = decoder.decode(
        packet("zigbee2mqtt/门厅", {"occupancy": True})
    ).readings
    assert {each.household for each in readings} == {"wang", "li"}


def test_names_with_a_slash_are_subscribed_to() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    decoder.decode(listed(("一楼/门厅", HALL)))
    assert "zigbee2mqtt/一楼/门厅" in decoder.subscriptions()
    assert "zigbee2mqtt/bridge/devices" in decoder.subscriptions()
    assert "zigbee2mqtt/bridge/state" in decoder.subscriptions()


def test_a_bridge_speaks_for_its_introduced_devices() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    (state,) = decoder.decode(packet("zigbee2mqtt/bridge/state", {"state": "offline"})).bridges
    assert (state.bridge, state.online) == ("zigbee2mqtt", False)


@pytest.mark.parametrize(
    "topic",
    ["a#b", "#", "hall/+", "a\0b", "a\x1bb", "\ufffe", "$share/g/x", "zigbee2mqtt/bridge/devices"],
)
def test_what_no_device_can_speak_on_is_not_subscribed_to(topic: str) -> None:
    decoder = Decoder([fitted(LEAK, Kind.LEAK), fitted(HALL, Kind.MOTION, name="motion")])
    before = decoder.subscriptions()

    decoder.decode(announcement(topic))

    assert decoder.subscriptions() == before
    assert decoder.decode(listed(("门厅", HALL))) == Decoded()


@pytest.mark.parametrize("name", ["a#b", "+", "bridge/devices", "a\x07b"])
def test_a_name_that_no_topic_can_have_hides_no_other_device(name: str) -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION), fitted(BATH, Kind.MOTION, name="bath")])

    decoder.decode(listed((name, HALL), ("卫生间", BATH)))

    assert all(is_filter(each) for each in decoder.subscriptions())
    moves = decoder.decode(packet("zigbee2mqtt/卫生间", {"occupancy": True}))
    assert values(moves) == {("bath", Kind.MOTION): True}


def test_half_a_character_in_a_name_is_no_fault_of_ours() -> None:
    decoder = Decoder([fitted(HALL, Kind.MOTION)])
    name = "\ud800"

    decoder.decode(listed((name, HALL)))

    assert all(each.encode() for each in decoder.subscriptions())
    assert decoder.introduced.kept()


def test_a_flood_of_introductions_is_not_kept() -> None:
    decoder = Decoder([fitted(LEAK, Kind.LEAK)])
    config = {"state_topic": "a", "device_class": "moisture", "padding": "x" * 1_000_000}
    config |= {"device": {"identifiers": ["shelly-9F21"]}}
    for number in range(20):
        topic = f"homeassistant/binary_sensor/9F21/leak{number}/config"
        decoder.decode(packet(topic, config))

    assert sum(map(len, decoder.introduced.kept().values())) <= MOST_KEPT
    said = decoder.decode(packet("homeassistant/binary_sensor/9F21/last/config", config))
    assert said.refused[0].reason is Refusal.UNKNOWN_DEVICE


def test_two_homes_that_share_a_device_each_hear_of_it_what_they_list() -> None:
    first, second = fitted(HALL, Kind.BATTERY), fitted(HALL, Kind.MOTION)
    decoder = Decoder([first, structs.replace(second, household="li")])

    decoder.decode(listed(("hall", HALL)))

    moves = decoder.decode(packet("zigbee2mqtt/hall", {"occupancy": True}))
    assert [(r.household, r.kind) for r in moves.readings] == [("li", Kind.MOTION)]
