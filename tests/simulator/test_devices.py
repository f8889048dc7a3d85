"""What the devices of the simulator send is heard as what they were to say."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Device, Kind, Value
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.fields import TESTABLE, Binary, Constant, Field, Number
from gateway.wire.guard import Guard
from gateway.wire.profile import Profile, Transport
from gateway.wire.slots import Slot
from gateway.wire.trial import decode_packet
from simulator.devices import EncodingError, Sent, encode
from simulator.encoding import written
from tests.profiles.made import CATALOGUE, NOON, profile_of

SAFETY = {
    *(Kind.MOTION, Kind.PRESENCE, Kind.CONTACT_OPEN, Kind.SMOKE, Kind.CO, Kind.GAS, Kind.LEAK),
    *(Kind.VIBRATION, Kind.TAMPER, Kind.BATTERY, Kind.BATTERY_LOW, Kind.SOS, Kind.FALL),
    *(Kind.HEART_RATE, Kind.SPO2, Kind.WORN, Kind.TEST),
}
PAIRS = [(name, kind) for name in CATALOGUE for kind in sorted(CATALOGUE[name].kinds & SAFETY)]
SCRAMBLED = "its envelope is only known to be opened"
# Which values of a profile cannot be sent, and why.
UNSENDABLE = {
    "ble_govee_button battery": SCRAMBLED,
    "ble_govee_contact battery": SCRAMBLED,
    "ble_govee_motion battery": SCRAMBLED,
    "ble_govee_pressure battery": SCRAMBLED,
    "ble_govee_vibration battery": SCRAMBLED,
    "berry_oximeter heart_rate": "its seven bits end at 255",
    "vital_band heart_rate": "a message of more than 220 is none of its own",
}
BUTTON = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
MAC = "A4:C1:38:8D:18:B2"


def fields_of(profile: Profile, kind: Kind) -> list[Field]:
    every = (field for each in profile.messages for field in each.fields + each.alone)
    return [field for field in every if field.kind is kind]


def sayable(profile: Profile, kind: Kind) -> list[Value]:
    """Give values of a kind that some field of the profile can read, by trying what it can hold."""
    found = [value for field in fields_of(profile, kind) for value in read_by(field)]
    return sorted(set(found))


def read_by(field: Field) -> Iterator[Value]:
    if isinstance(field, Constant):
        yield field.value
    elif isinstance(field, Binary):
        compares = field.above is not None or field.below is not None
        means = [True, False] if compares else field.meanings.values()
        yield from (value for value in means if value is not None)
    else:
        yield from (v for raw in raws_of(field) if isinstance(v := field.read(raw), int | float))


def raws_of(field: Number) -> Iterable[object]:
    """Give raw numbers throughout the range in which the field believes them."""
    ends = [point for point, _ in field.curve] or [
        (end - field.offset) / (field.scale or 1) for end in (field.low, field.high)
    ]
    low, high = min(ends), max(ends)
    raws = sorted({round(low + (high - low) * n / 200) for n in range(201)})
    if field.is_text:
        return [str(raw) for raw in raws]
    if not isinstance(field.where, Slot):
        return raws
    slot = field.where
    data = bytes(slot.at + slot.width) if slot.at >= 0 else bytes(-slot.at)
    return [raw for raw in raws if written(slot, data, raw) is not None]


def heard(profile: Profile, sent: Iterable[Sent], key: bytes = b"") -> dict[Kind, Value]:
    """Give what the gateway hears; of each kind the last."""
    values: dict[Kind, Value] = {}
    for one in sent:
        guard = Guard({one.address.partition("/")[0]: key} if key else {})
        decoded = decode_packet(profile, one.packet(NOON), guard)
        values.update({each.kind: each.value for each in decoded.readings})
    return values


def unsendable(profile: Profile, kind: Kind) -> list[Value]:
    """Give the values of a kind that the profile can read and the encoder cannot send."""
    values = sayable(profile, kind)
    some = [*values[:: max(1, len(values) // 4)], *values[-1:]]
    missing = []
    for value in some:
        try:
            assert heard(profile, encode(profile, {kind: value}))[kind] == value
        except EncodingError:
            missing.append(value)
    return missing


def test_nearly_every_value_of_every_profile_can_be_sent() -> None:
    missing = {
        f"{name} {kind}": values
        for name, kind in PAIRS
        if (values := unsendable(CATALOGUE[name], kind))
    }
    assert sorted(missing) == sorted(UNSENDABLE)
    assert len(UNSENDABLE) < len(PAIRS) / 10


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_what_a_device_sends_is_heard_as_what_it_was_to_say(data: st.DataObject) -> None:
    profile = CATALOGUE[data.draw(st.sampled_from(list(CATALOGUE)))]
    kinds = sorted(k for k in profile.kinds & SAFETY if sayable(profile, k))
    values = {
        kind: data.draw(st.sampled_from(sayable(profile, kind)))
        for kind in kinds
        if data.draw(st.booleans())
    }
    try:
        sent = encode(profile, values)
    except EncodingError:
        return  # two kinds may be one value: a fall is no presence
    got = heard(profile, sent)
    assert {kind: got[kind] for kind in values} == values
    assert [k for k in got.keys() & TESTABLE if got[k] is True and k not in values] == []


def fitted_at(address: str, profile: Profile) -> Fitted:
    return Fitted("wang", False, Device("one", "hall", "", profile.kinds, "any"), profile, address)


@pytest.mark.parametrize(
    ("name", "address", "values"),
    [
        ("zigbee2mqtt_smoke", "zigbee2mqtt/厨房 烟感", {Kind.SMOKE: True, Kind.BATTERY: 34}),
        ("enocean_smoke", "stick/01825dab", {Kind.SMOKE: True}),
        ("rflink_smoke", "rflink/aa66", {Kind.SMOKE: True}),
        ("rtl433_motion", "rtl_433/Kerui-Security/12345", {Kind.MOTION: True}),
        ("modbus_smoke", "bus/1f/3", {Kind.SMOKE: True}),
        ("gatt_heart_rate", "A4:C1:38:8D:18:B2", {Kind.HEART_RATE: 71}),
        ("bthome", "a4:c1:38:8d:18:b2", {Kind.CONTACT_OPEN: True, Kind.BATTERY: 5}),
        ("ld2410", "radar", {Kind.PRESENCE: True}),
    ],
)
def test_a_device_speaks_from_the_address_that_its_home_has_for_it(
    name: str, address: str, values: dict[Kind, Value]
) -> None:
    profile = CATALOGUE[name]
    decoder = Decoder([fitted_at(address, profile), fitted_at("some/where/else", profile)])
    got = {
        reading.kind: reading.value
        for one in encode(profile, values, address=address)
        for reading in decoder.decode(one.packet(NOON)).readings
    }
    assert {kind: got[kind] for kind in values} == values


@pytest.mark.parametrize("name", ["bthome_sos", "mibeacon_sos", "bthome_v1"])
def test_an_encrypted_device_is_believed_once_for_each_number(name: str) -> None:
    profile = CATALOGUE[name]
    wanted = {Kind.SOS: True} if Kind.SOS in profile.kinds else {Kind.BATTERY: 40}
    decoder = Decoder([fitted_at(MAC, profile)], Guard({MAC: BUTTON}))
    (first,), (second,) = (
        encode(profile, wanted, address=MAC, key=BUTTON, counter=counter) for counter in (7, 8)
    )
    assert first.payload != second.payload
    heard = [decoder.decode(one.packet(NOON)).readings for one in (first, second, first)]
    assert [bool(readings) for readings in heard] == [True, True, False]
    (plain,) = encode(profile, wanted, address=MAC)
    assert not decoder.decode(plain.packet(NOON)).readings


def test_no_message_carries_an_alarm_that_was_not_asked_for() -> None:
    for name, kind in PAIRS:
        for value in unalarming(CATALOGUE[name], kind):
            try:
                sent = encode(CATALOGUE[name], {kind: value})
            except EncodingError:
                continue
            got = heard(CATALOGUE[name], sent)
            assert [k for k in got.keys() & TESTABLE if got[k] is True] == [], (name, kind, value)


def unalarming(profile: Profile, kind: Kind) -> list[Value]:
    values = [value for value in sayable(profile, kind) if kind not in TESTABLE or not value]
    return values[:2]


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("zigbee2mqtt_smoke", Kind.LEAK, True),
        ("zigbee2mqtt_smoke", Kind.BATTERY, 101),
        ("zigbee2mqtt_smoke", Kind.SMOKE, 1),
        ("bthome_sos", Kind.SOS, False),
        ("gatt_heart_rate", Kind.HEART_RATE, 71.5),
        ("gatt_heart_rate", Kind.HEART_RATE, 70_000),
    ],
)
def test_what_a_device_cannot_say_is_an_error(name: str, kind: Kind, value: Value) -> None:
    with pytest.raises(EncodingError, match=f"{name} has no way to say {kind}"):
        encode(CATALOGUE[name], {kind: value})


def test_every_kind_of_place_says_how_it_goes_out() -> None:
    for name, (source, end, is_advertised) in {
        "zigbee2mqtt_smoke": (Transport.MQTT, b"", False),
        "enocean_smoke": (Transport.SERIAL, b"", False),
        "rflink_smoke": (Transport.SERIAL, b"\r\n", False),
    }.items():
        (sent,) = encode(CATALOGUE[name], {Kind.SMOKE: True})
        assert (sent.source, sent.end) == (source, end)
        assert (sent.advertisement is not None) is is_advertised
    (sent,) = encode(CATALOGUE["bthome_sos"], {Kind.SOS: True})
    assert sent.advertisement is not None
    assert "fcd2" in sent.advertisement.services
    (sent,) = encode(CATALOGUE["gatt_heart_rate"], {Kind.HEART_RATE: 60})
    assert (sent.advertisement, sent.address[-5:]) == (None, "/2a37")


FOREIGN = """
profile = 1
id = "mine"
title = "ours"
title_zh = "自家"
source = "serial"

[serial]
start = "aa55"
length = { parts = [{ at = 2 }], plus = 4 }
checksum = [{ algorithm = "crc16_modbus", from = 0, to = -2, at = -2 }]

[[message]]
field = [
  { kind = "fall", at = 3, mask = 0x30, on = [2], off = [0, 1] },
  { kind = "temperature", at = 4, type = "s16be", mask = 0xfff, sign = 11, scale = 0.1 },
  { kind = "spo2", at = 6, type = "sfloat" },
  { kind = "battery", at = 8, type = "u16le", curve = [[2000, 0], [2500, 40], [3000, 100]] },
]

[[example]]
from = "a made-up device"
payload = "aa5507000000000000000000"
refused = ["damaged"]
"""


def test_a_third_partys_profile_can_be_sent_without_an_example_that_is_heard() -> None:
    profile = profile_of(FOREIGN.partition("[[example]]")[0] + EXAMPLE)
    wanted: dict[Kind, Value] = {
        Kind.FALL: True,
        Kind.TEMPERATURE: -17.3,
        Kind.SPO2: 97.5,
        Kind.BATTERY: 20.0,
    }
    (sent,) = encode(profile, wanted)
    assert heard(profile, [sent]) == wanted


EXAMPLE = """
[[example]]
from = "a made-up device"
payload = "aa550800000000000000008f0c"
means = { fall = false }
"""
