"""How the [serial] table of a profile is read, and that each fault of it is told at its place."""

import tomllib
from datetime import timedelta

import pytest

from gateway.wire.checks import Algorithm, Check
from gateway.wire.frame_spec import FrameKind, Framing, LengthPart
from gateway.wire.section import Section
from gateway.wire.serial_spec import Parity, SerialSpec, framing_of

RADAR = """
baud = 256000
start = "f4f3f2f1"
length = { parts = [{ at = 4, type = "u16le" }], plus = 10 }
end = "f8f7f6f5"
"""
MODBUS = """
baud = 9600
parity = "E"
stop_bits = 2
silence = "50ms"
length = { parts = [{ at = 2 }], plus = 5 }
checksum = [{ algorithm = "crc16_modbus", at = -2 }]
poll = { every = "10s", request = "{slave}0200000008", crc = "crc16_modbus", timeout = "500ms" }
"""


def read(text: str) -> tuple[SerialSpec, list[str]]:
    faults: list[str] = []
    return framing_of(Section(tomllib.loads(text), "serial", faults)), sorted(faults)


def faults_of(text: str) -> str:
    return "\n".join(read(text)[1])


def test_a_radar_is_read() -> None:
    spec, faults = read(RADAR)
    assert faults == []
    assert spec == SerialSpec(
        256_000,
        Parity.NONE,
        1,
        Framing(
            start=b"\xf4\xf3\xf2\xf1",
            parts=(LengthPart(4, 2, "little"),),
            plus=10,
            end=b"\xf8\xf7\xf6\xf5",
        ),
        None,
    )


def test_a_modbus_device_is_read_with_what_to_ask_it() -> None:
    spec, faults = read(MODBUS)
    assert faults == []
    assert [spec.parity, spec.stop_bits] == [Parity.EVEN, 2]
    assert spec.framing.silence == timedelta(milliseconds=50)
    assert spec.framing.checks == (Check(Algorithm.CRC16_MODBUS, 0, -2, -2),)
    assert spec.poll is not None
    assert spec.poll.timeout == timedelta(milliseconds=500)
    assert spec.poll.frame("ff") == bytes.fromhex("FF02000000086C12")


def test_lines_are_read() -> None:
    spec, faults = read('baud = 57600\nformat = "line"\nseparator = ","\n')
    assert faults == []
    assert spec.framing.kind is FrameKind.LINE
    assert [spec.framing.separator, spec.framing.equals, spec.framing.longest] == [",", "=", 512]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('start = "f4f3f2fx"', "serial.start: must be bytes in hex"),
        ("start = 5", "serial.start: must be text"),
        ('parity = "X"', 'serial.parity: unknown "X"'),
        ("stop_bits = 3", "serial.stop_bits: must be a whole number from 1 to 2"),
        ("baud = 12", "serial.baud: must be a whole number from 50"),
        ("longest = 100000", "serial.longest: must be a whole number from 1 to 4096"),
        ("longest = 8", "serial.longest: must be at least 10, the shortest frame"),
        ("length = 4", "serial.length: must be 8 to longest, 256"),
        ("length = {}", "serial.length.parts: is missing"),
        ('length = { parts = [{ at = 1, type = "s16le" }] }', 'unknown "s16le"; did you mean'),
        ("length = { parts = [{ at = -1 }] }", "parts[0].at: must be a whole number from 0"),
        ('checksum = [{ algorithm = "crc9", at = -1 }]', 'unknown "crc9"; did you mean "crc8"?'),
        ('checksum = [{ algorithm = "crc16_modbus", at = -1 }]', "checksum[0].at: must be -2"),
        ("checksum = 5", "serial.checksum: must be an array of tables"),
        ('silence = "soon"', "serial.silence: not a duration"),
        ("satrt = 1", 'serial.satrt: unknown key; did you mean "start"?'),
        ('poll = { every = "5s", request = "zz" }', "serial.poll.request: must be hex"),
        ('poll = { every = "5s" }', "serial.poll.request: is missing"),
        (
            'poll = { every = "1s", request = "00", timeout = "1s" }',
            "serial.poll.timeout: must be shorter than every",
        ),
    ],
)
def test_each_fault_is_told_at_its_place(wrong: str, told: str) -> None:
    key = wrong.split(maxsplit=1)[0]
    kept = [line for line in RADAR.strip().splitlines() if line.split()[0] != key]
    assert told in faults_of("\n".join([*kept, wrong]))


def test_frames_that_could_not_be_found_are_refused() -> None:
    assert "serial.start: is missing; give the first bytes" in faults_of("length = 5")
    assert "serial.length: is missing" in faults_of('start = "55"')
    assert faults_of('silence = "20ms"') == ""
