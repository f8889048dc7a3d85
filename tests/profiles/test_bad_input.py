"""Whatever arrives is heard or refused with a reason; nothing makes the decoder raise."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Freshness, Moment, Packet
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.decoder import Decoder, Refusal
from gateway.wire.payload import LONGEST
from gateway.wire.places import Advert, Characteristic, Port
from gateway.wire.profile import Profile
from gateway.wire.topics import Template
from gateway.wire.trial import ADDRESS, decode_once, decode_packet
from tests.profiles.made import CATALOGUE, NOON, fitted, heard, packet, refusals

MOTION = "zigbee2mqtt_motion"
UNREADABLE = [
    (b"", "empty"),
    (b"occupied", "not_json"),
    (b'{"occupancy":true', "not_json"),
    (b"[" * 60_000, "not_json"),
    (b'{"a":' * 10_000, "not_json"),
    (b"\xff\xfe\x00\x01", "not_json"),
    (b"true", "wrong_type"),
    (b"null", "wrong_type"),
    (b"[]", "wrong_type"),
    (b'"occupancy"', "wrong_type"),
    (b'{"occupancy":true}' + b" " * 10_000_000, "too_long"),
    (b"\0" * (LONGEST + 1), "too_long"),
]
WRONG = [
    ('{"occupancy":"true"}', "wrong_type"),
    ('{"occupancy":1}', "wrong_type"),
    ('{"occupancy":[true]}', "wrong_type"),
    ('{"occupancy":NaN}', "not_a_number"),
    ('{"battery":true}', "wrong_type"),
    ('{"battery":"80"}', "wrong_type"),
    ('{"battery":{}}', "wrong_type"),
    ('{"battery":101}', "out_of_range"),
    ('{"battery":-1}', "out_of_range"),
    ('{"battery":1e308}', "out_of_range"),
    (f'{{"battery":{"9" * 300}}}', "out_of_range"),
    (f'{{"battery":{"9" * 5000}}}', "not_a_number"),
    ('{"battery":1e999}', "not_a_number"),
    ('{"battery":-Infinity}', "not_a_number"),
    ('{"battery":NaN}', "not_a_number"),
    ('{"battery_low":"LOWISH"}', "unknown_value"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["ON", "OFF", "emergency", "online", "1970-01-01", "2099-12-31T23:59:59Z"])
)
NAMES = st.text(max_size=8) | st.sampled_from(
    ["occupancy", "smoke", "action", "battery", "last_seen", "time", "Switch1", "Action", "state"]
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
PROFILES = st.sampled_from(sorted(CATALOGUE.values(), key=lambda profile: profile.id))
OVER_MQTT = st.sampled_from([p for p in CATALOGUE.values() if p.source == "mqtt"])


@pytest.mark.parametrize(("payload", "reason"), UNREADABLE)
def test_a_message_that_cannot_be_read_is_refused_once_and_says_nothing(
    payload: bytes, reason: str
) -> None:
    assert refusals(MOTION, payload) == [reason]
    assert heard(MOTION, payload) == {}


@pytest.mark.parametrize(("payload", "reason"), WRONG)
def test_a_value_that_cannot_be_is_refused_and_no_sign_of_life(payload: str, reason: str) -> None:
    assert refusals(MOTION, payload) == [reason]
    assert heard(MOTION, payload) == {}


def test_a_bad_value_does_not_spoil_the_good_ones_beside_it() -> None:
    assert heard(MOTION, '{"occupancy":true,"battery":400,"temperature":NaN}') == {"motion": True}


@pytest.mark.parametrize(
    "topic", ["zigbee2mqtt/陌生人", "zigbee2mqtt/a b", "z/+", "#", "", "/", "z//x", "$SYS/x", "\0"]
)
def test_a_topic_of_no_known_device_is_refused_as_such(topic: str) -> None:
    decoded = Decoder([fitted(MOTION, "zigbee2mqtt/x")]).decode(packet(topic, '{"smoke":true}'))

    assert [refused.reason for refused in decoded.refused] == [Refusal.UNKNOWN_DEVICE]
    assert not decoded.readings


@pytest.mark.parametrize("address", ["zigbee2mqtt/客厅 灯", "z/a/b/c", "Ω", "z/ x ", "z/'\"\\"])
def test_a_device_with_an_odd_but_possible_name_is_heard(address: str) -> None:
    decoded = Decoder([fitted(MOTION, address)]).decode(packet(address, '{"occupancy":true}'))

    assert [reading.value for reading in decoded.readings] == [True]


@pytest.mark.parametrize("address", ["z/+", "z/#", "", "z/\0"])
def test_a_device_with_an_impossible_address_is_never_subscribed_to(address: str) -> None:
    assert Decoder([fitted(MOTION, address)]).subscriptions() == ()


def test_what_was_refused_is_safe_to_log() -> None:
    decoder = Decoder([fitted(MOTION, "z/x")])
    nasty = "x\r\n2026-03-01 ERROR forged\x1b[31m\ud800" + "y" * 1000

    for sent in (packet(nasty, "{}"), packet("z/x", json.dumps({"battery_low": nasty}))):
        for refused in decoder.decode(sent).refused:
            assert refused.detail.isprintable()
            assert len(refused.detail) < 150


@pytest.mark.parametrize(
    "said",
    [
        *('"1970-01-01T00:00:00Z"', '"1970-01-01"', "0", "12.5", "-5", '"1999-1"', '""', "NaN"),
        *('"2099-01-01T00:00:00Z"', '"2099-01-01T00:00"', "4070908800000", "1e300", "true", "[]"),
        *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"'),
    ],
)
def test_a_date_that_cannot_be_makes_a_reading_misdated_and_its_receipt_its_time(
    said: str,
) -> None:
    decoder = Decoder([fitted(MOTION, "z/x")])

    decoded = decoder.decode(packet("z/x", f'{{"occupancy":true,"last_seen":{said}}}'))

    assert [(r.freshness, r.at) for r in decoded.readings] == [(Freshness.MISDATED, NOON.wall)]
    assert [refused.reason for refused in decoded.refused] == [Refusal.MISDATED]


@pytest.mark.parametrize(
    ("said", "minutes_ago"),
    [
        ('"2026-03-01T11:58:00Z"', 2),
        ('"2026-03-01T19:58:00+08:00"', 2),
        ("1772366280", 2),
        ("1772366280000", 2),
        ('"2026-03-01T12:30:00Z"', 0),
        ('"2026-03-01T20:00:00"', 0),
        ("null", 0),
    ],
)
def test_a_date_that_can_be_is_believed_but_never_ahead_of_its_receipt(
    said: str, minutes_ago: int
) -> None:
    decoder = Decoder([fitted(MOTION, "z/x")])

    decoded = decoder.decode(packet("z/x", f'{{"occupancy":true,"last_seen":{said}}}'))

    at = NOON.wall - timedelta(minutes=minutes_ago)
    assert [(r.freshness, r.at) for r in decoded.readings] == [(Freshness.LIVE, at)]


def test_a_gateway_whose_own_clock_was_never_set_does_not_judge_a_device_by_it() -> None:
    decoder = Decoder([fitted(MOTION, "z/x")])
    unset = Moment(NOON.wall.replace(year=1970), 5.0, "boot", trusted=False)

    decoded = decoder.decode(
        packet("z/x", '{"occupancy":true,"last_seen":"2026-03-01T12:00:00Z"}', received=unset)
    )

    assert [(r.freshness, r.at) for r in decoded.readings] == [(Freshness.LIVE, unset.wall)]


def test_what_the_broker_kept_stays_marked_as_kept_even_where_it_is_misdated() -> None:
    decoder = Decoder([fitted(MOTION, "z/x")])
    payload = '{"occupancy":true,"last_seen":0}'

    decoded = decoder.decode(packet("z/x", payload, Freshness.RETAINED))

    assert [reading.freshness for reading in decoded.readings] == [Freshness.RETAINED]


def packets_for(profile: Profile, payload: bytes) -> Iterator[Packet]:
    """Give the payload at every place where a device of the profile is heard."""
    for message in profile.messages:
        match message.place:
            case Template() as template:
                yield packet(template.topics("base/device")[0], payload)
            case Port():
                yield Packet("serial", "port", payload, NOON)
            case Characteristic(uuid=uuid):
                yield Packet("ble", f"{ADDRESS}/{uuid}", payload, NOON)
            case Advert() as place:
                companies = place.companies or ((0xFFFF,) if place.any_company else ())
                said = {"manufacturer": dict.fromkeys(companies, payload)}
                said["services"] = dict.fromkeys(place.services, payload)
                yield Packet("ble", ADDRESS, pack(Advertisement(**said)), NOON)


@settings(max_examples=300, deadline=None)
@given(profile=PROFILES, payload=st.binary(max_size=200))
def test_no_bytes_make_the_decoder_raise(profile: Profile, payload: bytes) -> None:
    for each in packets_for(profile, payload):
        decode_packet(profile, each)


@settings(max_examples=300, deadline=None)
@given(profile=PROFILES, document=DOCUMENTS)
def test_no_json_makes_the_decoder_raise(profile: Profile, document: object) -> None:
    for each in packets_for(profile, json.dumps(document).encode()):
        decode_packet(profile, each)


@settings(max_examples=300, deadline=None)
@given(profile=OVER_MQTT, topic=st.text(max_size=40))
def test_no_topic_makes_the_decoder_raise(profile: Profile, topic: str) -> None:
    decode_once(profile, topic, b'{"state":"online"}', False, NOON)


def _is_a_word(value: object) -> bool:
    """Say whether the alarm's properties know this word."""
    words = ("on", "off", "alarm", "normal", "none")
    return isinstance(value, str) and value.strip().casefold() in words


@settings(max_examples=300, deadline=None)
@given(document=st.dictionaries(st.sampled_from(["smoke", "smoke_state", "x"]), LEAVES))
def test_smoke_is_heard_exactly_where_a_property_says_so(document: dict[str, object]) -> None:
    document = {name: value for name, value in document.items() if not _is_a_word(value)}

    smoke = heard("zigbee2mqtt_smoke", json.dumps(document)).get("smoke")

    assert (smoke is True) == (document.get("smoke") is True)
    assert (smoke is False) == (document.get("smoke") is False)
