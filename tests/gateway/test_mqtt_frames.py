"""The broker's bytes, cut into frames: whole, byte by byte, with a tail, too long, and wrong."""

import random
import struct

import pytest

from gateway.sources.mqtt_frames import Inflow, MalformedError, Published, publish_frame

CONNACK = b"\x20\x02\x01\x00"
SMOKE = b"\x30\x09\x00\x04homeyes"  # QoS 0
SOS = b"\x3b\x0b\x00\x04home\x00\x2ayes"  # QoS 1, again, retained
EXACTLY_ONCE = b"\x34\x0b\x00\x04home\x00\x2ayes"
LONG = publish_frame("a" * 200, b"x", 7, has_properties=False)
STREAM = CONNACK + SMOKE + SOS + EXACTLY_ONCE + LONG
READ = [
    CONNACK,
    Published(b"home", b"yes", 0, False, False),
    Published(b"home", b"yes", 42, True, True),
    EXACTLY_ONCE,
    Published(b"a" * 200, b"x", 7, False, False),
]


def test_a_stream_is_read_whole() -> None:
    assert Inflow(has_properties=False).take(STREAM) == READ


def test_a_stream_is_read_byte_by_byte() -> None:
    inflow = Inflow(has_properties=False)
    assert [frame for byte in STREAM for frame in inflow.take(bytes([byte]))] == READ


def test_a_tail_waits_for_its_rest() -> None:
    inflow = Inflow(has_properties=False)
    assert inflow.take(STREAM + SMOKE[:-1]) == READ
    assert inflow.take(SMOKE[-1:]) == [READ[1]]


def test_the_properties_of_mqtt_5_are_passed_over() -> None:
    message_expiry = b"\x05\x02\x00\x00\x0e\x10"
    body = b"\x00\x04home\x00\x2a" + message_expiry + b"yes"
    frame = bytes([0x32, len(body)]) + body
    assert Inflow(has_properties=True).take(frame) == [Published(b"home", b"yes", 42, False, False)]
    assert Inflow(has_properties=True).take(publish_frame("a", b"x", 7, has_properties=True)) == [
        Published(b"a", b"x", 7, False, False)
    ]


def test_of_a_message_that_is_too_long_only_the_beginning_is_kept() -> None:
    inflow = Inflow(has_properties=False, frame_most=100)
    frame = b"\x32" + b"\x90\x4e" + b"\x00\x04home\x00\x2a" + b"x" * 9992
    pieces = [frame[at : at + 64] for at in range(0, len(frame), 64)]
    found = [got for piece in [*pieces, SMOKE] for got in inflow.take(piece)]
    assert found == [Published(b"home", b"x" * 92, 42, False, False), READ[1]]


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x30\xff\xff\xff\xff\x01",
        b"\x30\x04\x00\x09ab",
        b"\x32\x06\x00\x02ab\x00\x00",
        b"\x36\x06\x00\x02ab\x00\x01",
        b"\x32\x05\x00\x02ab\x00",
        b"\x30\x01\x00",
    ],
)
def test_what_is_no_mqtt_is_refused(wrong: bytes) -> None:
    with pytest.raises(MalformedError):
        Inflow(has_properties=False).take(wrong + SMOKE)


@pytest.mark.parametrize("has_properties", [False, True])
def test_noise_is_read_or_refused_and_nothing_else(has_properties: bool) -> None:
    chance = random.Random(7)
    for _ in range(5000):
        body = chance.randbytes(chance.randrange(24))
        head = chance.choice([0x30, 0x32, 0x33, 0x3D, chance.randrange(256)])
        noise = struct.pack("BB", head, len(body)) + body
        try:
            frames = Inflow(has_properties, frame_most=16).take(noise)
        except MalformedError:
            continue
        assert len(frames) == 1
