"""Advertisements of two makers that are scrambled in ways of their own."""

import pytest

from gateway.wire.atc import open_181a
from gateway.wire.govee import open_512x
from gateway.wire.guard import Guard
from gateway.wire.refusal import Refusal, Refused

# Bluetooth-Devices/govee-ble, tests/test_parser.py: a door sensor that says "open".
DOOR = bytes.fromhex("3dec0000de4377d55e55f991496e36bdc67f8b2c27067497")
# Bluetooth-Devices/atc-ble, tests/test_parser.py: 23.45 degrees, in both formats.
ADDRESS = "A4:C1:38:8D:18:B2"
KEY = bytes.fromhex("b9ea895fac7eea6d30532432a516f3a3")
PVVX = bytes.fromhex("11d603fbfa7b6dfb1e26fd")
ATC1441 = bytes.fromhex("58e9e6556581b3f9")


def reason(opened: bytes | Refused) -> Refusal | None:
    return opened.reason if isinstance(opened, Refused) else None


def test_a_door_sensor_of_govee_tells_its_model_battery_and_state() -> None:
    assert open_512x(DOOR) == bytes.fromhex("01050202640200000000000000000000")


@pytest.mark.parametrize("at", range(6, 24))
def test_a_damaged_message_of_govee_is_refused(at: int) -> None:
    damaged = bytearray(DOOR)
    damaged[at] ^= 0x10

    assert reason(open_512x(bytes(damaged))) is Refusal.DAMAGED


@pytest.mark.parametrize("length", [0, 1, 23, 25, 100])
def test_a_message_of_govee_of_another_length_is_not_read(length: int) -> None:
    assert reason(open_512x((DOOR * 5)[:length])) is Refusal.UNKNOWN_FRAME


def test_an_encrypted_thermometer_is_read_with_its_key() -> None:
    guard = Guard({ADDRESS: KEY})

    assert open_181a(PVVX, ADDRESS, guard) == bytes.fromhex("29094d103d04")
    assert reason(open_181a(ATC1441, ADDRESS, guard)) is None


def test_an_encrypted_thermometer_without_a_key_says_that_it_needs_one() -> None:
    assert reason(open_181a(PVVX, ADDRESS, Guard())) is Refusal.NO_KEY


@pytest.mark.parametrize("at", range(len(PVVX)))
def test_a_thermometer_message_with_one_bit_changed_is_not_authentic(at: int) -> None:
    changed = bytearray(PVVX)
    changed[at] ^= 1

    opened = open_181a(bytes(changed), ADDRESS, Guard({ADDRESS: KEY}))

    assert reason(opened) is Refusal.NOT_AUTHENTIC


def test_a_thermometer_message_from_another_address_is_not_authentic() -> None:
    other = "A4:C1:38:00:00:01"

    assert reason(open_181a(PVVX, other, Guard({other: KEY}))) is Refusal.NOT_AUTHENTIC


@pytest.mark.parametrize(
    ("payload", "address"), [(b"", ADDRESS), (PVVX + b"0", ADDRESS), (PVVX, "")]
)
def test_what_cannot_be_such_a_message_is_not_tried(payload: bytes, address: str) -> None:
    assert reason(open_181a(payload, address, Guard({ADDRESS: KEY}))) is Refusal.UNKNOWN_FRAME


def test_a_plain_thermometer_message_is_read_unless_its_device_has_a_key() -> None:
    # custom-components/ble_monitor, test/test_atc_parser.py
    plain = bytes.fromhex("b2188d38c1a42b089011f70a43200f")

    assert open_181a(plain, ADDRESS, Guard()) == plain
    assert reason(open_181a(plain, ADDRESS, Guard({ADDRESS: KEY}))) is Refusal.DOWNGRADED
