"""Every serial device is heard through whatever a line does to its frames, and never misheard."""

import random

import pytest

from edge.model import Kind, Packet
from gateway.wire.checks import Algorithm, checksum
from gateway.wire.decoder import Decoder
from gateway.wire.fields import TESTABLE
from gateway.wire.framing import FrameKind, Framer, Framing
from gateway.wire.profile import Profile
from tests.profiles.made import CATALOGUE, NOON
from tests.profiles.serial_rig import SERIAL, fitted, frames, said, strange

FRAMED = [
    pytest.param(framing, bytes.fromhex(example.payload), id=f"{profile.id}-{n}")
    for profile in SERIAL
    if profile.serial and (framing := profile.serial.framing).kind is FrameKind.FRAME
    for n, example in enumerate(profile.examples)
]
LINED = [
    pytest.param(profile.serial.framing, example.payload.encode(), id=f"{profile.id}-{n}")
    for profile in SERIAL
    if profile.serial and profile.serial.framing.kind is FrameKind.LINE
    for n, example in enumerate(profile.examples)
]
CHECKED = [
    pytest.param(profile, id=profile.id)
    for profile in SERIAL
    if profile.serial and profile.serial.framing.checks
]
NOISE = bytes(random.Random(7).choices(range(256), k=40))


@pytest.mark.parametrize(("framing", "frame"), FRAMED)
def test_a_frame_is_found_whole_and_byte_by_byte(framing: Framing, frame: bytes) -> None:
    framer = Framer(framing)

    assert frames(framing, frame) == [frame]
    assert [f for byte in frame for f in framer.feed(bytes([byte]))] + framer.flush() == [frame]


@pytest.mark.parametrize(("framing", "frame"), FRAMED)
def test_a_frame_is_found_after_noise_and_a_torn_one_and_before_a_tail(
    framing: Framing, frame: bytes
) -> None:
    assert frames(framing, NOISE, frame)[-1:] == [frame]
    assert frames(framing, frame[: len(frame) // 2], frame)[-1:] == [frame]
    assert frames(framing, frame, frame + NOISE[:5])[:2] == [frame, frame] or not framing.has_length


@pytest.mark.parametrize(("framing", "line"), LINED)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_a_line_is_found_whole_and_byte_by_byte_and_after_noise(
    framing: Framing, line: bytes, end: bytes
) -> None:
    stream = b"\xff\x00\x81" + end + line + end
    framer = Framer(framing)

    assert frames(framing, stream)[-1] == line
    assert [f for byte in stream for f in framer.feed(bytes([byte]))][-1] == line


@pytest.mark.parametrize("profile", CHECKED)
def test_a_flipped_bit_is_never_an_alarm(profile: Profile) -> None:
    assert profile.serial is not None
    for example in profile.examples:
        frame = bytes.fromhex(example.payload)
        for place in range(len(frame) * 8):
            flipped = bytearray(frame)
            flipped[place // 8] ^= 1 << place % 8
            for found in frames(profile.serial.framing, bytes(flipped)):
                assert said(profile, found.hex()) == {}


@pytest.mark.parametrize("profile", [p for p in SERIAL if p.kinds & TESTABLE], ids=lambda p: p.id)
def test_a_frame_cut_short_anywhere_is_no_alarm(profile: Profile) -> None:
    assert profile.serial is not None
    framing = profile.serial.framing
    for example in profile.examples:
        if framing.kind is FrameKind.FRAME:
            frame = bytes.fromhex(example.payload)
            assert [f for n in range(len(frame)) for f in frames(framing, frame[:n])] == []
        else:
            assert frames(framing, example.payload.encode()) == []


# --- radars


@pytest.mark.parametrize(
    "command", ["8001", "8081", "8002", "8082", "8301", "8381", "8502", "8582"]
)
def test_a_question_to_a_radar_is_no_answer(command: str) -> None:
    frame = bytes.fromhex(f"5359{command}00010f")
    frame += checksum(Algorithm.SUM8, frame) + b"\x54\x43"

    assert strange("Seeed MR60FDA1", frame) == {}


def test_a_radar_that_answers_says_the_same_as_one_that_reports() -> None:
    for command in (0x01, 0x81):
        frame = bytes([0x53, 0x59, 0x83, command, 0, 1, 1])
        frame += checksum(Algorithm.SUM8, frame) + b"\x54\x43"
        assert strange("Seeed MR60FDA1", frame) == {Kind.FALL: True}


@pytest.mark.parametrize(("head", "data"), [("01000000010e04", "01"), ("01000000000e02", "")])
def test_a_setting_or_a_fall_frame_without_data_is_no_fall(head: str, data: str) -> None:
    first, last = bytes.fromhex(head), bytes.fromhex(data)
    frame = first + checksum(Algorithm.NOT_XOR8, first) + last
    frame += checksum(Algorithm.NOT_XOR8, last)

    assert strange("Seeed MR60FDA2", frame) == {}


def test_a_radar_that_measures_its_empty_room_says_nothing() -> None:
    for state in ("04", "05", "06"):
        assert said("ld2410", f"f4f3f2f10d0002aa{state}51000000003b00005500f8f7f6f5") == {}


# --- Modbus and the power supply


def test_each_input_of_a_module_is_a_device_of_its_own() -> None:
    decoder = Decoder(
        [
            fitted("modbus_leak", "bus/01/1"),
            fitted("modbus_smoke", "bus/01/3"),
            fitted("modbus_smoke", "bus/02/3"),
        ]
    )
    frame = bytes([1, 2, 1, 0b0000_0001])
    frame += checksum(Algorithm.CRC16_MODBUS, frame)

    heard = decoder.decode(Packet("serial", "bus", frame, NOON)).readings

    assert {(reading.device, reading.kind, reading.value) for reading in heard} == {
        ("bus/01/1", Kind.LEAK, True),
        ("bus/01/3", Kind.SMOKE, True),
    }


def test_an_input_that_nobody_has_set_up_says_nothing() -> None:
    assert strange("Modbus inputs", bytes.fromhex("ff0201009060")) == {}


def test_a_module_that_refuses_the_question_says_nothing() -> None:
    frame = bytes([1, 0x82, 2])
    frame += checksum(Algorithm.CRC16_MODBUS, frame)
    spec = CATALOGUE["modbus_smoke"].serial

    assert spec is not None
    assert frames(spec.framing, frame) == []


def test_a_module_is_asked_in_its_own_name() -> None:
    spec = CATALOGUE["modbus_smoke"].serial

    assert spec is not None and spec.poll is not None
    assert spec.poll.frame("ff").hex() == "ff02000000086c12"


def test_a_power_supply_tells_a_power_cut_from_a_test_of_its_battery() -> None:
    line = "(208.4 140.0 208.4 034 59.9 2.05 35.0 {}\r"

    assert said("ups_megatec", line.format("10000001").encode().hex())["mains"] is False
    assert said("ups_megatec", line.format("00000100").encode().hex()) == {
        "mains": True,
        "battery_low": False,
        "test": True,
    }
