"""What people wear is believed only as far as it says something of the person wearing it."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Kind, Packet, Value
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.profile import Example, Profile
from gateway.wire.refusal import Decoded, Refusal
from gateway.wire.strangers import Strangers
from gateway.wire.trial import decode_packet, packet_of
from tests.profiles.made import CATALOGUE, NOON

ADDRESS = "D0:5F:B8:00:00:01"
PENDANT = "fffffff4-00f7-4000-b000-000000000000"
UART = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
WORN_ON_A_BODY = [
    *("gatt_heart_rate", "gatt_battery", "gatt_thermometer", "gatt_pulse_oximeter"),
    *("gatt_blood_pressure", "miband", "xoss_x2", "colmi_ring", "dt78", "jyou", "lefun"),
    *("hplus", "no1_f1", "moyoung", "wechat_bracelet", "infinitime", "polar", "vital_band"),
    *("ex_vital", "amazfit_scale", "jumper_oximeter", "berry_oximeter", "nonin_oximeter"),
    *("viatom_ring",),
]
BUTTONS = ["blueup", "ble_button_sos", "valrt"]
EXAMPLES = [
    pytest.param(CATALOGUE[id], example, id=f"{id}-{n}")
    for id in WORN_ON_A_BODY + BUTTONS
    for n, example in enumerate(CATALOGUE[id].examples)
]
NO_SFLOAT = [0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801]
NO_FLOAT = [0x007FFFFF, 0x00800000, 0x007FFFFE, 0x00800002, 0x00800001]


def decoded(profile: str, characteristic: str, payload: bytes) -> Decoded:
    """Give what a connected device of this profile says with one value."""
    packet = Packet("ble", f"{ADDRESS}/{characteristic}", payload, NOON)
    return decode_packet(CATALOGUE[profile], packet)


def said(profile: str, characteristic: str, payload: bytes | str) -> dict[str, Value]:
    """Give the values alone; nothing may have been refused."""
    content = bytes.fromhex(payload) if isinstance(payload, str) else payload
    heard = decoded(profile, characteristic, content)
    assert not heard.refused
    return {reading.kind.value: reading.value for reading in heard.readings}


@pytest.mark.parametrize("raw", NO_SFLOAT)
def test_an_oximeter_that_says_not_known_is_believed(raw: int) -> None:
    nothing, fine = struct.pack("<H", raw), struct.pack("<H", 97)

    assert said("gatt_pulse_oximeter", "2a5f", b"\0" + nothing + nothing) == {}
    assert said("gatt_pulse_oximeter", "2a5f", b"\0" + fine + nothing) == {"spo2": 97.0}
    assert said("gatt_pulse_oximeter", "2a5e", b"\0" + nothing + fine) == {"heart_rate": 97.0}


@pytest.mark.parametrize("raw", NO_SFLOAT)
def test_a_blood_pressure_meter_that_found_no_pulse_gives_none(raw: int) -> None:
    assert said("gatt_blood_pressure", "2a35", b"\4" + bytes(6) + struct.pack("<H", raw)) == {}


@pytest.mark.parametrize("characteristic", ["2a1c", "2a1e"])
@pytest.mark.parametrize("flags", [b"\0", b"\1"])
@pytest.mark.parametrize("raw", NO_FLOAT)
def test_a_thermometer_that_says_not_known_is_believed(
    raw: int, flags: bytes, characteristic: str
) -> None:
    assert said("gatt_thermometer", characteristic, flags + struct.pack("<I", raw)) == {}


@pytest.mark.parametrize(
    ("payload", "degrees"),
    [
        ("006c0100ff", 36.4),  # 364 * 10^-1
        ("00390e00fe", 36.41),  # 3641 * 10^-2
        ("0024000000", 36.0),
        ("01da0300ff", 37.0),  # 98.6 degrees Fahrenheit
        ("02260000000102030405060708", 38.0),  # with a time behind
    ],
)
def test_a_temperature_has_exponent_and_unit(payload: str, degrees: float) -> None:
    assert said("gatt_thermometer", "2a1c", payload)["body_temperature"] == pytest.approx(degrees)


def test_a_temperature_below_zero_is_read_as_such_and_no_bodys() -> None:
    heard = decoded("gatt_thermometer", "2a1c", bytes.fromhex("00feffffff"))
    (refused,) = heard.refused
    assert (refused.reason, refused.detail) == (Refusal.OUT_OF_RANGE, "body_temperature: -0.2")


def test_a_tenth_of_a_percent_of_oxygen_is_heard() -> None:
    assert said("gatt_pulse_oximeter", "2a5f", "00d4f34800") == {"spo2": 98.0, "heart_rate": 72.0}
    assert said("gatt_pulse_oximeter", "2a5f", "00cff34800")["spo2"] == pytest.approx(97.5)


@pytest.mark.parametrize(
    ("status", "is_believed"),
    [
        *((0x0020, True), (0x0040, True), (0x0180, True), (0x4000, True)),
        *((0x0200, False), (0x0400, False), (0x0800, False), (0x2000, False), (0x8000, False)),
    ],
)
@pytest.mark.parametrize("averages", [0, 1, 2, 3])
def test_memories_demonstrations_tests_and_failures_are_nobodys_oxygen_now(
    averages: int, status: int, is_believed: bool
) -> None:
    between = bytes(4 * averages.bit_count())
    payload = bytes([averages | 4]) + struct.pack("<HH", 97, 70) + between
    expected = {"spo2": 97.0, "heart_rate": 70.0} if is_believed else {}

    assert said("gatt_pulse_oximeter", "2a5f", payload + struct.pack("<H", status)) == expected


@pytest.mark.parametrize("flags", range(8, 16))
def test_an_oximeter_tells_when_the_finger_is_out_wherever_its_status_stands(flags: int) -> None:
    between = bytes(4 * (flags & 3).bit_count() + 2 * ((flags >> 2) & 1))
    start = bytes([flags]) + struct.pack("<HH", 0x07FF, 0x07FF) + between

    assert said("gatt_pulse_oximeter", "2a5f", start + b"\0\x08\0") == {"worn": False}
    assert said("gatt_pulse_oximeter", "2a5f", start + b"\0\0\0") == {"worn": True}


@pytest.mark.parametrize(
    ("payload", "means"),
    [
        ("04ff", {"worn": False}),
        ("0400", {"worn": False}),
        ("05ff00", {"worn": False}),
        ("05ffff", {"worn": False}),
        ("0600", {"worn": True}),  # felt, and still searching
        ("0648", {"worn": True, "heart_rate": 72}),
        ("074800", {"worn": True, "heart_rate": 72}),
        ("070401", {"worn": True, "heart_rate": 260}),
        ("0048", {"heart_rate": 72}),
        ("0248", {"heart_rate": 72}),  # contact is not supported: the other bit means nothing
        ("00ff", {}),
        ("0000", {}),
        ("103c00040004", {"heart_rate": 60}),
    ],
)
def test_without_skin_contact_there_is_a_strap_not_worn_and_no_pulse_of_255(
    payload: str, means: dict[str, Value]
) -> None:
    assert said("gatt_heart_rate", "2a37", payload) == means


@pytest.mark.parametrize(("profile", "example"), EXAMPLES)
def test_a_message_cut_off_anywhere_says_no_more_and_nothing_else_than_the_whole(
    profile: Profile, example: Example
) -> None:
    whole = _values(decode_packet(profile, packet_of(profile, example, NOON)))

    for cut in _cut(profile, example):
        assert _values(decode_packet(profile, cut)).items() <= whole.items()


@pytest.mark.parametrize("place", range(16))
def test_a_damaged_ring_packet_says_nothing(place: int) -> None:
    packet = bytearray.fromhex("6901004e0000000000000000000000b8")
    packet[place] ^= 0x10

    assert decoded("colmi_ring", UART, bytes(packet)).readings == ()


@pytest.mark.parametrize("code", [1, 2, 3, 255])
@pytest.mark.parametrize("sort", [1, 3, 6])
def test_a_ring_that_reports_an_error_reports_no_value(sort: int, code: int) -> None:
    packet = bytes([0x69, sort, code, 78]) + bytes(11)

    assert said("colmi_ring", UART, packet + bytes([sum(packet) & 0xFF])) == {}


@pytest.mark.parametrize(
    ("profile", "characteristic", "payload"),
    [
        ("colmi_ring", UART, "6901000000000000000000000000006a"),
        ("dt78", UART, "ab0005ff31090000"),
        ("dt78", UART, "ab0005ff31120000"),
        ("dt78", UART, "ab0007ff328000000000"),
        ("dt78", UART, "ab0004ff8480ff"),
        ("jyou", "33f4", "fc000000000000000000"),
        ("moyoung", "fee3", "feea10066d00"),
        ("moyoung", "fee3", "feea10066bff"),
        ("no1_f1", "33f2", "e5110148"),
    ],
)
def test_a_bracelet_that_is_still_measuring_has_no_reading(
    profile: str, characteristic: str, payload: str
) -> None:
    assert said(profile, characteristic, payload) == {}


def test_two_makers_who_share_a_characteristic_are_told_apart_by_the_model() -> None:
    strangers = Strangers(CATALOGUE.values())
    frame = Packet("ble", f"{ADDRESS}/{UART}", bytes.fromhex("ab0005ff3109460e"), NOON)

    assert strangers.read(frame, "DT78")[0] == {Kind.HEART_RATE: 70}
    assert strangers.read(frame, "Colmi R02")[0] == {}
    assert strangers.read(frame)[0] == {}


def test_an_alarm_button_is_known_but_a_button_is_no_alarm_until_somebody_says_so() -> None:
    strangers = Strangers(CATALOGUE.values())
    pressed = CATALOGUE["ble_button_sos"]
    safex = CATALOGUE["blueup"]

    for example in pressed.examples:
        assert Kind.SOS not in strangers.read(packet_of(pressed, example, NOON))[0]
    assert strangers.read(packet_of(safex, safex.examples[0], NOON))[0][Kind.SOS] is True


@pytest.mark.parametrize("value", [*range(9), 0x10, 0x83, 0x84, 0xFF])
def test_a_pendant_calls_for_help_and_tells_a_fall_with_one_value_each(value: int) -> None:
    readings = decoded("valrt", PENDANT, bytes([value])).readings
    alarms = {r.kind for r in readings if r.kind in (Kind.SOS, Kind.FALL)}

    assert alarms == {3: {Kind.SOS}, 4: {Kind.FALL}}.get(value, set())


@settings(max_examples=300, deadline=None)
@given(id=st.sampled_from(WORN_ON_A_BODY + BUTTONS), data=st.binary(max_size=40))
def test_no_value_of_a_bracelet_makes_the_decoder_raise_or_cry_for_help(
    id: str, data: bytes
) -> None:
    for message in CATALOGUE[id].messages:
        uuid = getattr(message.place, "uuid", "ffff")
        readings = decoded(id, uuid, data).readings
        assert id in BUTTONS or not {Kind.FALL, Kind.SOS} & {r.kind for r in readings}


def _values(heard: Decoded) -> dict[Kind, Value]:
    return {reading.kind: reading.value for reading in heard.readings}


def _cut(profile: Profile, example: Example) -> list[Packet]:
    """Give the example's packet with its payload, or one of its elements, cut off everywhere."""
    packet = packet_of(profile, example, NOON)
    if example.characteristic:
        content = packet.payload
        parts = [content[:length] for length in range(len(content))]
    else:
        parts = [pack(heard) for heard in _cut_adverts(example)]
    return [Packet(packet.source, packet.address, part, NOON) for part in parts]


def _cut_adverts(example: Example) -> list[Advertisement]:
    makers, services = example.manufacturer, example.services
    shorter = [
        ({**makers, company: data[:length]}, services)
        for company, data in makers.items()
        for length in range(len(data))
    ] + [
        (makers, {**services, uuid: data[:length]})
        for uuid, data in services.items()
        for length in range(len(data))
    ]
    return [Advertisement(example.name, made, told) for made, told in shorter]
