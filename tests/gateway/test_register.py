"""The register of what was heard, the walks, and what a stranger may be: pure, and bounded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Device, Freshness, Kind, Moment, Packet, Reading, Value
from gateway.catalogue import load_catalogue
from gateway.heard import Before, Heard, parts_of
from gateway.register import KEPT, LONGEST_ADDRESS, MOST, OTHERS, Register
from gateway.walks import KEPT as WALKED
from gateway.walks import MOST as WALKS
from gateway.walks import Walks
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.introduced import INTRODUCED
from gateway.wire.refusal import Refusal
from gateway.wire.strangers import Candidate, Strangers
from gateway.wire.trial import address_in, packet_of
from tests.homes import START, at
from tests.profiles.introduced import device, expose

PROFILES = load_catalogue()
MOTION = "zigbee2mqtt/厨房 motion"
THERMOMETER = "A4:C1:38:8D:18:B2"


def fitted(profile: str, address: str, device_id: str = "motion") -> Fitted:
    """Set up one device in the home of the Wangs."""
    found = PROFILES[profile]
    role = Device(device_id, "kitchen", "厨房", found.kinds, found.source, found.bridge_of(address))
    return Fitted("wang", False, role, found, address)


def mqtt(topic: str, said: object, now: Moment, freshness: Freshness = Freshness.LIVE) -> Packet:
    """Give a message as a broker brings it."""
    payload = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return Packet("mqtt", topic, payload, now, freshness)


@dataclass
class Box:
    """A register beside the decoder that feeds it, as in the daemon."""

    fitted: Sequence[Fitted]
    register: Register = field(init=False)
    decoder: Decoder = field(init=False)

    def __post_init__(self) -> None:
        self.register, self.decoder = Register(self.fitted), Decoder(self.fitted)

    def hear(self, packet: Packet) -> bool:
        """Feed a packet; say whether it is a stranger's."""
        return self.register.take(packet, self.decoder.decode(packet))

    def heard(self, now: Moment) -> list[Heard]:
        """Give the devices as a command gets them: over the socket and back."""
        plain = msgspec.json.encode(self.register.heard(now))
        return msgspec.json.decode(plain, type=list[Heard])


def candidate(address: str, profile: str = "ble_ruuvitag", **values: Value) -> Candidate:
    """Make up what a stranger may be."""
    said = {Kind(name): value for name, value in values.items()}
    return Candidate(profile, address, "Tag", "标签", frozenset(said), said)


# --- those that are set up


def test_a_device_that_is_set_up_stands_there_before_it_was_heard() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    (heard,) = box.heard(at(0))
    assert (heard.known, heard.profile) == (("wang", "motion"), "zigbee2mqtt_motion")
    assert (heard.last, heard.age_s, heard.count) == (None, None, 0)
    assert Kind.MOTION in heard.kinds


def test_a_device_is_shown_with_its_last_reading_age_battery_and_signal() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    assert not box.hear(mqtt(MOTION, {"occupancy": True, "battery": 87, "linkquality": 64}, at(0)))
    (heard,) = box.heard(at(0, seconds=30))
    assert heard.readings[Kind.MOTION] is True
    assert (heard.last, heard.age_s, heard.count) == (START, 30.0, 1)
    assert (heard.battery, heard.signal) == (87.0, 64)


def test_what_the_broker_had_kept_is_no_sign_that_a_device_lives() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    box.hear(mqtt(MOTION, {"occupancy": True}, at(0), freshness=Freshness.RETAINED))
    (heard,) = box.heard(at(1))
    assert heard.last is None
    assert heard.readings == {Kind.MOTION: True}
    (message,) = box.register.messages("wang/motion") or []
    assert message.freshness is Freshness.RETAINED


def test_what_is_refused_is_shown_with_the_device_that_sent_it() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    box.hear(mqtt(MOTION, b"{broken", at(0)))
    (message,) = box.register.messages(MOTION) or []
    assert [each.reason for each in message.refused] == [Refusal.NOT_JSON]
    assert message.parts == (("text", "{broken"),)


def test_what_was_known_before_the_start_goes_on() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    before = Before(at(0).wall, at(1).wall)
    (heard,) = box.register.heard(at(2), lambda *_: before)
    assert (heard.last, heard.age_s, heard.silent_since) == (at(0).wall, 7200.0, at(1).wall)


def test_two_homes_that_hear_one_device_both_see_it() -> None:
    one = fitted("zigbee2mqtt_motion", MOTION)
    other = msgspec.structs.replace(one, household="li")
    box = Box([one, other])
    box.hear(mqtt(MOTION, {"occupancy": True}, at(0)))
    assert [heard.count for heard in box.heard(at(0))] == [1, 1]


def test_a_long_list_comes_in_pages() -> None:
    register = Register([fitted("zigbee2mqtt_motion", f"z/{n}", f"m{n}") for n in range(5)])
    pages = [register.heard(at(0), first=first, most=2) for first in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [one.address for page in pages for one in page] == [f"z/{n}" for n in range(5)]


# --- raw messages


def test_the_last_five_messages_are_kept_and_asked_for_by_their_number() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    for count in range(8):
        box.hear(mqtt(MOTION, {"battery": count}, at(0)))
    messages = box.register.messages(MOTION) or []
    assert [each.readings[Kind.BATTERY] for each in messages] == [3, 4, 5, 6, 7]
    assert box.register.messages(MOTION, messages[-2].seq) == messages[-1:]
    assert box.register.messages("nobody") is None


@pytest.mark.parametrize("name", ["wang/motion", MOTION, "WANG/MOTION"])
def test_a_device_is_probed_by_its_role_or_its_address(name: str) -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    box.hear(mqtt(MOTION, {"battery": 1}, at(0)))
    assert len(box.register.messages(name) or []) == 1


def test_a_serial_port_is_probed_whole() -> None:
    profile = PROFILES["enocean_contact"]
    frame = packet_of(profile, profile.examples[0], at(0))
    mine = address_in(profile, frame)
    box = Box([fitted("enocean_contact", mine, "door")])
    assert not box.hear(frame)
    box.register.meet(frame, [candidate("port/ffffffff")])
    assert len(box.register.messages("port") or []) == 2
    assert len(box.register.messages(mine) or []) == 1


def test_a_long_payload_is_cut_and_its_length_told() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    box.hear(mqtt(MOTION, b"\xff" * 5_000, at(0)))
    (message,) = box.register.messages(MOTION) or []
    assert message.length == 5_000
    assert len(message.parts[0][1]) <= 2 * 1024


def test_an_advertisement_is_shown_by_its_elements() -> None:
    payload = pack(Advertisement("体温计", {0x0157: b"\x01"}, {"fcd2": b"\x40"}, ("fcd2",), -70))
    assert parts_of("ble", THERMOMETER, payload) == (
        ("name", "体温计"),
        ("maker 0157", "01"),
        ("service fcd2", "40"),
        ("uuids", "fcd2"),
    )
    assert parts_of("ble", f"{THERMOMETER}/2a37", b"\x06\x48") == (("bytes", "0648"),)


def test_text_that_was_cut_within_a_character_is_still_text() -> None:
    assert parts_of("mqtt", "t", "厨房".encode()[:-1]) == (("text", "厨"),)


# --- strangers


def test_a_message_of_an_unknown_device_is_a_strangers() -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION)])
    assert box.hear(mqtt("zigbee2mqtt/other", {"occupancy": True}, at(0)))
    assert len(box.heard(at(0))) == 1


def test_a_stranger_gets_the_address_and_profile_by_which_it_can_be_set_up() -> None:
    register = Register()
    payload = pack(Advertisement("Ruuvi", rssi=-61))
    found = [candidate(THERMOMETER, battery=90, temperature=21.5), candidate("other", "ble_x")]
    register.meet(Packet("ble", THERMOMETER, payload, at(0)), found)
    (heard,) = register.heard(at(0))
    assert (heard.known, heard.address, heard.profile) == (None, THERMOMETER, "ble_ruuvitag")
    assert (heard.others, heard.addresses) == (("ble_x",), {"ble_x": "other"})
    assert (heard.battery, heard.signal, heard.title_zh) == (90.0, -61, "标签")


def test_a_stranger_that_is_recognised_later_is_no_second_one() -> None:
    register = Register()
    packet = mqtt("zigbee2mqtt/新设备", {"occupancy": True}, at(0))
    register.meet(packet)
    register.meet(packet, [candidate("zigbee2mqtt/0x00158d0001", INTRODUCED, motion=True)])
    assert [one.address for one in register.heard(at(0))] == ["zigbee2mqtt/0x00158d0001"]


def test_a_device_that_is_set_up_is_never_a_stranger_too() -> None:
    register = Register([fitted("zigbee2mqtt_motion", "z/0x1")])
    register.meet(mqtt("z/name", {"occupancy": True}, at(0)), [candidate("z/0x1", INTRODUCED)])
    assert [one.known for one in register.heard(at(0))] == [("wang", "motion")]


def test_only_what_nobody_else_can_have_sent_is_owned() -> None:
    profile = PROFILES["enocean_contact"]
    shared = fitted("enocean_contact", "port/01825dab", "door")
    register = Register([fitted("zigbee2mqtt_motion", MOTION), shared])
    assert register.is_owned(mqtt(MOTION, {}, at(0)))
    assert not register.is_owned(mqtt("zigbee2mqtt/other", {}, at(0)))
    assert not register.is_owned(packet_of(profile, profile.examples[0], at(0)))


def test_strangers_are_bounded_and_the_oldest_go_first() -> None:
    register = Register([fitted("zigbee2mqtt_motion", MOTION)])
    for number in range(MOST + 50):
        register.meet(mqtt(f"t/{number}", b"x", at(0)))
    register.meet(mqtt("t/50", b"x", at(0)))
    heard = register.heard(at(0))
    assert len(heard) == MOST + 1
    assert heard[0].known == ("wang", "motion")
    assert (heard[1].address, heard[-1].address) == ("t/51", "t/50")


def test_messages_are_kept_of_so_many_devices_only() -> None:
    box = Box([fitted("zigbee2mqtt_motion", f"z/{n}", f"m{n}") for n in range(MOST + 5)])
    for number in range(MOST + 5):
        box.hear(mqtt(f"z/{number}", {"battery": 9}, at(0)))
    assert box.register.messages("z/0") == []
    assert len(box.register.messages("z/9") or []) == 1
    assert box.heard(at(0))[0].battery == 9


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mqtt", "ble", "serial", "?"]),
            st.text(max_size=600),
            st.binary(max_size=3000),
            st.sampled_from(Freshness),
            st.integers(0, 12),
        ),
        max_size=20,
    )
)
def test_whatever_comes_nothing_raises_or_grows(
    packets: list[tuple[str, str, bytes, Freshness, int]],
) -> None:
    box = Box([fitted("zigbee2mqtt_motion", MOTION), fitted("ble_ruuvitag", THERMOMETER, "tag")])
    for source, address, payload, freshness, fitting in packets:
        packet = Packet(source, address, payload, at(0), freshness)
        box.hear(packet)
        box.register.meet(packet, [candidate(address, f"p{n}") for n in range(fitting)])
        box.register.messages(address)
    for heard in box.heard(at(0)):
        assert len(heard.address) <= LONGEST_ADDRESS
        assert len(heard.others) <= OTHERS
        assert len(box.register.messages(heard.address) or []) <= KEPT * (len(packets) + 1)


# --- what a stranger may be


def strangers(*names: str) -> Strangers:
    """Know these profiles."""
    return Strangers([PROFILES[name] for name in names])


def test_a_device_that_introduced_itself_is_proposed_by_its_own_word() -> None:
    known = strangers("zigbee2mqtt_motion")
    listed = [device("新红外", expose("occupancy"), ieee_address="0x00158d00045f2b01")]
    assert known.hear(mqtt("zigbee2mqtt/bridge/devices", listed, at(0)))
    said = mqtt("zigbee2mqtt/新红外", {"occupancy": True}, at(0))
    assert not known.hear(said)
    best = known.candidates(said)[0]
    assert (best.profile, best.address) == (INTRODUCED, "zigbee2mqtt/0x00158d00045f2b01")
    assert best.values == {Kind.MOTION: True}
    assert Kind.MOTION in best.kinds


@pytest.mark.parametrize(
    "name", ["ble_ruuvitag", "bthome", "ble_govee_h5075", "tasmota_zigbee_smoke"]
)
def test_every_example_of_a_profile_makes_its_device_a_candidate(name: str) -> None:
    known = Strangers(PROFILES.values())
    profile = PROFILES[name]
    for example in profile.examples:
        if example.readings and not example.bindkey:
            found = known.candidates(packet_of(profile, example, at(0)))
            assert name in [one.profile for one in found]


def test_an_encrypted_stranger_is_recognised_and_its_key_asked_for() -> None:
    profile = PROFILES["bthome"]
    sealed = next(one for one in profile.examples if one.bindkey)
    packet = packet_of(profile, sealed, at(0))
    (found,) = strangers("bthome").candidates(packet)
    assert found.values == {}
    assert Refusal.NO_KEY in [each.reason for each in found.refused]
    register = Register()
    register.meet(packet, [found])
    assert register.heard(at(0))[0].needs_key


def test_of_a_frame_only_devices_of_such_a_port_are_candidates() -> None:
    profile = PROFILES["enocean_contact"]
    frame = packet_of(profile, profile.examples[0], at(0))
    known = Strangers(PROFILES.values())
    names = [one.profile for one in known.candidates(frame, profile.serial)]
    assert "enocean_contact" in names
    assert all(name.startswith("enocean") for name in names)
    assert known.candidates(frame) == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["mqtt", "ble", "serial", "?"]), st.text(max_size=80), st.binary())
def test_no_message_makes_the_recognition_raise(source: str, address: str, payload: bytes) -> None:
    known = strangers("bthome", "zigbee2mqtt_motion", "enocean_contact", "tasmota_zigbee_smoke")
    packet = Packet(source, address, payload, at(0))
    known.hear(packet)
    known.candidates(packet, PROFILES["enocean_contact"].serial)


# --- walking through a home


def reading(household: str, room: str = "kitchen") -> Reading:
    """Make a reading of motion."""
    return Reading(household, "motion", room, Kind.MOTION, True, START, at(0))


def test_a_walk_brings_what_was_sensed_since_the_last_question() -> None:
    walks = Walks()
    walks.take([reading("wang")])
    found, seq = walks.since("wang", "", 0, at(0))
    assert found == []
    walks.take([reading("wang"), reading("li"), reading("wang", "bedroom")])
    found, seq = walks.since("wang", "", seq, at(0))
    assert [one.room for one in found] == ["kitchen", "bedroom"]
    assert walks.since("wang", "", seq, at(0)) == ([], seq)


def test_a_walk_may_be_through_one_room() -> None:
    walks = Walks()
    walks.since("wang", "bedroom", 0, at(0))
    walks.take([reading("wang"), reading("wang", "bedroom")])
    found, _ = walks.since("wang", "bedroom", 0, at(0))
    assert [one.room for one in found] == ["bedroom"]


def test_a_walk_ends_when_nobody_asks_any_more() -> None:
    walks = Walks()
    walks.since("wang", "", 0, at(0))
    walks.since("li", "", 0, at(0, minutes=2))
    walks.take([reading("wang")])
    assert walks.since("wang", "", 0, at(0, minutes=2)) == ([], 0)


def test_walks_are_bounded() -> None:
    walks = Walks()
    for number in range(WALKS + 3):
        walks.since(f"home{number}", "", 0, at(0))
    walks.take([reading("home0")])
    walks.take([reading(f"home{WALKS + 2}") for _ in range(WALKED + 9)])
    found, _ = walks.since(f"home{WALKS + 2}", "", 0, at(0))
    assert len(found) == WALKED
