"""EnOcean, RFXtrx and RFLink: what a radio stick hands on means what its sender meant by it."""

import pytest

from edge.model import Kind, Packet
from gateway.wire.decoder import Decoder
from gateway.wire.fields import TESTABLE
from gateway.wire.profile import Profile
from tests.profiles.made import NOON
from tests.profiles.serial_rig import SERIAL, fitted, said, strange, telegram

TEACHABLE = [
    pytest.param(profile, id=profile.id)
    for profile in SERIAL
    if profile.id.startswith("enocean_") and profile.examples[0].payload[12:14] in ("a5", "d5")
]
ENOCEAN = [p for p in SERIAL if p.id.startswith("enocean_")]


# --- EnOcean


@pytest.mark.parametrize("profile", TEACHABLE)
def test_a_teach_in_telegram_says_nothing(profile: Profile) -> None:
    for example in profile.examples:
        data = bytearray.fromhex(example.payload)[6:-8]
        data[-6] &= 0xF7

        assert said(profile, telegram(data.hex())) == {}


@pytest.mark.parametrize("profile", ENOCEAN, ids=lambda profile: profile.id)
def test_only_a_plain_radio_telegram_of_its_own_sort_says_something(profile: Profile) -> None:
    for example in profile.examples:
        data = example.payload[12:-16]
        for packet in (2, 3, 4, 7, 10):
            assert said(profile, telegram(data, packet)) == {}
        for sort in ("30", "31", "32", "35", "40", "a6", "d0", "d1", "d4"):
            assert said(profile, telegram(sort + data[2:])) == {}
        assert said(profile, telegram(data[:2] + "00" + data[2:])) == {}


def test_one_telegram_is_smoke_or_a_switch_by_what_the_technician_stored() -> None:
    frame = bytes.fromhex(telegram("f6 10 01f60502 30"))

    assert strange("EnOcean ESP3", frame, "F6-05-02") == {Kind.SMOKE: True}
    assert strange("EnOcean ESP3", frame, "F6-02-01") == {Kind.USE: True}
    assert strange("EnOcean ESP3", frame) == {}


def test_low_energy_of_a_smoke_alarm_neither_ends_nor_raises_smoke() -> None:
    assert said("enocean_smoke", telegram("f6 30 01f60502 00")) == {"battery_low": True}
    assert "battery_low" not in said("enocean_smoke", telegram("f6 00 01f60502 00"))


def test_a_light_switch_is_an_emergency_button_only_where_it_was_set_up_as_one() -> None:
    frame = bytes.fromhex("55000707017af650002989793001ffffffff37009d")
    decoder = Decoder([fitted("enocean_sos", "stick/00298979")])

    heard = decoder.decode(Packet("serial", "stick", frame, NOON)).readings

    assert [(reading.kind, reading.value) for reading in heard] == [(Kind.SOS, True)]
    assert Kind.SOS not in strange("EnOcean ESP3", frame, "F6-02-01")


def test_two_devices_on_one_stick_are_told_apart_and_strangers_are_not_heard() -> None:
    decoder = Decoder(
        [fitted("enocean_contact", "stick/01825dab"), fitted("enocean_smoke", "stick/01f60502")]
    )
    said_by = {
        reading.device: reading.kind
        for data in ("d5 08 01825dab 00", "f6 10 01f60502 00", "d5 08 0badcafe 00")
        for reading in decoder.decode(
            Packet("serial", "stick", bytes.fromhex(telegram(data)), NOON)
        ).readings
    }

    assert said_by == {"stick/01825dab": Kind.CONTACT_OPEN, "stick/01f60502": Kind.SMOKE}


# --- RFXtrx


@pytest.mark.parametrize("subtype", range(11))
def test_pairing_light_and_unknown_states_are_never_an_alarm(subtype: int) -> None:
    for status in (0x08, 0x14, 0x15, 0x17, 0x18, 0x7F, 0xFF):
        frame = bytes([8, 0x20, subtype, 1, 0xA1, 9, 0, status, 0x79])

        assert not {k for k, v in strange("RFXtrx", frame).items() if k in TESTABLE and v is True}


@pytest.mark.parametrize(
    ("subtype", "status", "means"),
    [
        (0x03, 0x06, {"smoke": True}),
        (0x09, 0x07, {"smoke": False}),
        (0x0A, 0x16, {"battery_low": True}),
        (0x02, 0x06, {"sos": True}),
        (0x02, 0x07, {"sos": False}),
        (0x04, 0x82, {"contact_open": True, "tamper": True}),
        (0x07, 0x01, {"contact_open": False, "tamper": False}),
        (0x01, 0x84, {"motion": True, "tamper": True}),
        (0x05, 0x05, {"motion": False, "tamper": False}),
        (0x00, 0x84, {"motion": True, "tamper": True}),
        (0x08, 0x06, {"sos": True, "tamper": False}),
    ],
)
def test_a_state_means_what_its_sort_of_device_means_by_it(
    subtype: int, status: int, means: dict[str, bool]
) -> None:
    frame = bytes([8, 0x20, subtype, 1, 0xD3, 0xDC, 0x54, status, 0x89])

    heard = {kind.value: value for kind, value in strange("RFXtrx", frame).items()}

    assert {
        k: v for k, v in heard.items() if k != "battery" and (k, v) != ("battery_low", False)
    } == (means)


def test_a_dimmer_or_doorbell_on_rfxtrx_is_no_alarm() -> None:
    for frame in ("0b1100100118cdea02010f70", "0716020900a1f350", "08500110000180b770"):
        assert not strange("RFXtrx", bytes.fromhex(frame)).keys() & TESTABLE


# --- RFLink


@pytest.mark.parametrize(
    "line",
    [
        "20;00;Nodo RadioFrequencyLink - RFLink Gateway V1.1 - R46;",
        "20;01;PONG;",
        "20;D3;OK;",
        "20;75;DEBUG;Pulses=90;Pulses(uSec)=1200,2760,120;",
        "10;SmokeAlert;123456;1;ON;",
        "11;20;63;SmokeAlert;ID=123456;SMOKEALERT=ON;",
        "20;63;SmokeAlert;ID=123456;SMOKEALERT=;",
        "20;63;SmokeAlert;ID=123456;SMOKEALERT=O",
        "20;63;SmokeAlert;ID=123456;SMOKEALERT",
        "20;63;SmokeAlert;ID=123456;SMOKEALERT=TEST;",
        "20;0B;NewKaku;ID=000005;SWITCH=2;CMD=ON;",
        "20;AF;SelectPlus;ID=1bb4;CHIME=01;",
        "",
        ";;;;",
        "=;=;=",
    ],
)
def test_what_is_no_alarm_on_rflink_is_never_one(line: str) -> None:
    assert not strange("RFLink", line.encode()).keys() & (TESTABLE | {Kind.MOTION})


def test_a_low_battery_is_told_beside_what_the_sensor_says() -> None:
    line = b"20;12;Pir;ID=aa66;PIR=ON;BAT=LOW;"

    assert strange("RFLink", line) == {Kind.MOTION: True, Kind.BATTERY_LOW: True}


def test_switches_of_one_remote_are_told_apart() -> None:
    decoder = Decoder(
        [fitted("rflink_sos", "rflink/000005/2"), fitted("rflink_sos", "rflink/000005/3")]
    )
    packet = Packet("serial", "rflink", b"20;0B;NewKaku;ID=000005;SWITCH=2;CMD=ON;", NOON)

    assert [reading.device for reading in decoder.decode(packet).readings] == ["rflink/000005/2"]
