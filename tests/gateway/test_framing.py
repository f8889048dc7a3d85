"""What the cutting of a stream into frames promises, whatever a line sends."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.wire.checks import Algorithm, Check, checksum
from gateway.wire.frame_spec import LengthPart
from gateway.wire.framing import FrameKind, Framer, Framing, frame_of

SOON = timedelta(milliseconds=50)


def crc8(data: bytes) -> bytes:
    """Divide bit by bit, as the polynomial says."""
    rest = 0
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = ((rest << 1) ^ (0x107 if rest & 0x80 else 0)) & 0x1FF
    return bytes([rest & 0xFF])


def not_xor8(data: bytes) -> bytes:
    result = 0xFF
    for byte in data:
        result ^= byte
    return bytes([result])


def crc16(data: bytes) -> bytes:
    rest = 0xFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = (rest >> 1) ^ (0xA001 if rest & 1 else 0)
    return rest.to_bytes(2, "little")


def sum8(data: bytes) -> bytes:
    return bytes([sum(data) % 256])


class Sort(NamedTuple):
    """A way of framing, how to make a frame of it, and what is one by another's reckoning."""

    name: str
    framing: Framing
    build: Callable[[bytes], bytes]
    is_good: Callable[[bytes], bool]


def esp3(data: bytes) -> bytes:
    head = len(data).to_bytes(2, "big") + b"\x00\x01"
    return b"\x55" + head + crc8(head) + data + crc8(data)


def fall_radar(data: bytes) -> bytes:
    head = b"\x01\x00\x01" + len(data).to_bytes(2, "big") + b"\x0e\x02"
    return head + not_xor8(head) + data + not_xor8(data)


def radar(data: bytes) -> bytes:
    return b"\xf4\xf3\xf2\xf1" + len(data).to_bytes(2, "little") + data + b"\xf8\xf7\xf6\xf5"


def bed(data: bytes) -> bytes:
    body = b"\x53\x59\x80\x01" + len(data).to_bytes(2, "big") + data
    return body + sum8(body) + b"\x54\x43"


def answer(data: bytes) -> bytes:
    body = b"\x01\x02" + bytes([len(data)]) + data
    return body + crc16(body)


def ended(data: bytes) -> bytes:
    data = data.replace(b"\r", b"\x00")
    return b"\xaa" + data + sum8(b"\xaa" + data).replace(b"\r", b"\x00") + b"\r\n"


def is_ended(frame: bytes) -> bool:
    return (
        frame[:1] == b"\xaa"
        and frame.find(b"\r\n", 2) == len(frame) - 2
        and sum8(frame[:-3]) == frame[-3:-2]
    )


SORTS = [
    Sort(
        "esp3",
        Framing(
            start=b"\x55",
            parts=(LengthPart(1, 2), LengthPart(3)),
            plus=7,
            checks=(Check(Algorithm.CRC8, 1, 5, 5), Check(Algorithm.CRC8, 6, -1, -1)),
            longest=80,
        ),
        esp3,
        lambda f: (
            len(f) > 6
            and f[:1] == b"\x55"
            and int.from_bytes(f[1:3], "big") + f[3] + 7 == len(f)
            and crc8(f[1:5]) == f[5:6]
            and crc8(f[6:-1]) == f[-1:]
        ),
    ),
    Sort(
        "fall radar",
        Framing(
            start=b"\x01",
            parts=(LengthPart(3, 2),),
            plus=9,
            checks=(Check(Algorithm.NOT_XOR8, 0, 7, 7), Check(Algorithm.NOT_XOR8, 8, -1, -1)),
            longest=80,
        ),
        fall_radar,
        lambda f: (
            len(f) > 8
            and f[:1] == b"\x01"
            and int.from_bytes(f[3:5], "big") + 9 == len(f)
            and not_xor8(f[:7]) == f[7:8]
            and not_xor8(f[8:-1]) == f[-1:]
        ),
    ),
    Sort(
        "radar",
        Framing(
            start=b"\xf4\xf3\xf2\xf1",
            parts=(LengthPart(4, 2, "little"),),
            plus=10,
            end=b"\xf8\xf7\xf6\xf5",
            longest=80,
        ),
        radar,
        lambda f: f == radar(f[6:-4]),
    ),
    Sort(
        "bed",
        Framing(
            start=b"\x53\x59",
            parts=(LengthPart(4, 2),),
            plus=9,
            end=b"\x54\x43",
            checks=(Check(Algorithm.SUM8, 0, -3, -3),),
            longest=80,
        ),
        bed,
        lambda f: (
            len(f) > 8
            and f[:2] == b"\x53\x59"
            and int.from_bytes(f[4:6], "big") + 9 == len(f)
            and f[-3:] == sum8(f[:-3]) + b"\x54\x43"
        ),
    ),
    Sort(
        "modbus answer",
        Framing(
            parts=(LengthPart(2),),
            plus=5,
            checks=(Check(Algorithm.CRC16_MODBUS, 0, -2, -2),),
            longest=80,
            silence=SOON,
        ),
        answer,
        lambda f: len(f) >= 5 and f[2] + 5 == len(f) and crc16(f[:-2]) == f[-2:],
    ),
    Sort(
        "ended",
        Framing(start=b"\xaa", end=b"\r\n", checks=(Check(Algorithm.SUM8, 0, -3, -3),), longest=80),
        ended,
        is_ended,
    ),
]
ESP3, FALL, RADAR, BED, ANSWER, ENDED = SORTS
BURST = replace(ANSWER.framing, parts=(), plus=0)
PLAIN = replace(RADAR.framing, parts=(), plus=0)
RFXTRX = Framing(parts=(LengthPart(0),), plus=1, shortest=5, longest=40, silence=SOON)
LINES = Framing(kind=FrameKind.LINE, longest=40)
EVERY = [sort.framing for sort in SORTS] + [PLAIN, BURST, RFXTRX, LINES]
all_sorts = pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)

# The bytes that mean something to one framing or another come up more often than by chance.
TELLING = b"\x55\x01\xf4\xf3\xf2\xf1\x53\x59\xaa\r\n\x00\x02\x05\x0e"
noises = st.lists(st.one_of(st.sampled_from(list(TELLING)), st.integers(0, 255)), max_size=40).map(
    bytes
)
bodies = st.binary(min_size=1, max_size=30)


def cut(framing: Framing, *chunks: bytes) -> list[bytes]:
    """Give the frames of a stream that is silent in the end."""
    framer = Framer(framing)
    return [frame for chunk in chunks for frame in framer.feed(chunk)] + framer.flush()


def holds_false_frame(sort: Sort, stream: bytes, places: set[int]) -> bool:
    """Say whether a good frame begins at one of these places."""
    ends = range(1, sort.framing.longest + 1)
    return any(sort.is_good(stream[at : at + size]) for at in places for size in ends)


def kept(framer: Framer) -> int:
    """Give how many bytes a framer keeps."""
    values = vars(framer._cutter).values()
    return sum(len(value) for value in values if isinstance(value, bytearray | bytes))


def operations(framing: Framing, stream: bytes) -> int:
    """Count the calls that cutting a stream takes, also those of functions in C."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    framer = Framer(framing)
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        for at in range(0, len(stream), 4096):
            framer.feed(stream[at : at + 4096])
    finally:
        sys.setprofile(before)
    return count


# --- good frames


@all_sorts
def test_frames_come_out_as_they_were_sent(sort: Sort) -> None:
    frames = [sort.build(bytes([n, 255 - n])) for n in range(20)]
    assert cut(sort.framing, b"".join(frames)) == frames


@all_sorts
@given(bodies=st.lists(bodies, max_size=3), noises=st.lists(noises, min_size=4, max_size=4))
def test_every_good_frame_is_found_behind_and_before_noise(
    sort: Sort, bodies: list[bytes], noises: list[bytes]
) -> None:
    frames = [sort.build(body) for body in bodies]
    assume(all(sort.is_good(frame) for frame in frames))
    stream, of_noise = b"", set[int]()
    for noise, frame in zip(noises, [*frames, b""], strict=False):
        of_noise |= set(range(len(stream), len(stream) + len(noise)))
        stream += noise + frame
    assume(not holds_false_frame(sort, stream, of_noise))
    assert cut(sort.framing, stream) == frames


@all_sorts
@given(stream=st.lists(st.one_of(noises, bodies), max_size=6).map(b"".join), data=st.data())
def test_it_does_not_matter_how_a_stream_is_cut_into_reads(
    sort: Sort, stream: bytes, data: st.DataObject
) -> None:
    frame = sort.build(b"\x01\x02\x03")
    stream = stream + frame + stream[:7] + frame
    at = data.draw(st.integers(0, len(stream)))
    whole = cut(sort.framing, stream)
    assert cut(sort.framing, *(bytes([byte]) for byte in stream)) == whole
    assert cut(sort.framing, stream[:at], stream[at:]) == whole


@all_sorts
def test_a_damaged_frame_costs_no_other(sort: Sort) -> None:
    good = sort.build(b"\x11\x22\x33")
    for at in range(len(good)):
        hurt = good[:at] + bytes([good[at] ^ 0x40]) + good[at + 1 :]
        found = cut(sort.framing, good + hurt + good + good)
        assert [found.count(good), found[-2:]] == [3, [good, good]], at


@all_sorts
def test_a_frame_that_lost_a_byte_costs_no_other(sort: Sort) -> None:
    good = sort.build(b"\x11\x22\x33")
    for at in range(len(good)):
        found = cut(sort.framing, good + good[:at] + good[at + 1 :] + good + good)
        assert found.count(good) == 3, at


@all_sorts
def test_a_good_frame_inside_a_false_one_is_found(sort: Sort) -> None:
    good = sort.build(b"\x11\x22\x33")
    begun = sort.build(bytes(40))[:12]
    assert cut(sort.framing, begun + good + good)[-2:] == [good, good]


def test_a_false_start_with_a_wild_length_is_found_out_by_its_head() -> None:
    good = esp3(b"\xf6\x30\x01\x82\x5d\xab\x30")
    framer = Framer(ESP3.framing)
    assert framer.feed(b"\x55\x00\x40\x00\x01\x99" + good) == [good]


def test_without_length_and_checksum_a_start_shows_that_the_frame_before_it_was_torn() -> None:
    good = radar(b"\x02\xaa\x03")
    assert cut(PLAIN, good, good[:9], good, good) == [good, good, good]
    assert cut(PLAIN, good[:9], *(bytes([byte]) for byte in good)) == [good]


def test_without_a_checksum_a_silence_shows_that_a_start_was_false() -> None:
    good = radar(b"\x02\xaa\x03")
    framer = Framer(RADAR.framing)
    assert framer.feed(b"\xf4\xf3\xf2\xf1\x3c\x00" + good) == []
    assert framer.flush() == [good]
    assert framer.damaged == 1


def test_a_frame_with_a_start_may_pause_and_go_on() -> None:
    good = radar(b"\x02\xaa\x03")
    framer = Framer(RADAR.framing)
    assert framer.feed(good[:9]) + framer.flush() == []
    assert framer.feed(good[9:]) == [good]
    assert framer.lost_bytes == 0


# --- silences and lines


def test_a_silence_ends_a_frame_that_has_neither_length_nor_end() -> None:
    good = answer(b"\x01\x00")
    framer = Framer(BURST)
    assert framer.feed(good[:3]) + framer.feed(good[3:]) == []
    assert framer.has_begun
    assert framer.flush() == [good]
    assert not framer.has_begun


def test_after_a_silence_the_first_byte_is_a_length_again() -> None:
    framer = Framer(RFXTRX)
    alarm = bytes.fromhex("08200300a109000670")
    assert framer.feed(alarm[:4]) + framer.flush() == []
    assert framer.feed(alarm + alarm) == [alarm, alarm]
    assert [framer.damaged, framer.lost_bytes] == [1, 4]


def test_too_much_without_a_silence_is_lost_up_to_the_silence() -> None:
    framer = Framer(BURST)
    good = answer(b"\x01")
    assert framer.feed(bytes(100)) + framer.feed(good) + framer.flush() == []
    assert framer.feed(good) + framer.flush() == [good]
    assert framer.damaged == 1


@given(
    lines=st.lists(st.binary(min_size=1, max_size=40), max_size=5),
    end=st.sampled_from([b"\n", b"\r", b"\r\n"]),
)
def test_lines_come_without_their_ends(lines: list[bytes], end: bytes) -> None:
    lines = [line.replace(b"\r", b".").replace(b"\n", b".") for line in lines]
    stream = b"".join(line + end for line in lines)
    assert cut(LINES, stream) == lines
    assert cut(LINES, *(bytes([byte]) for byte in stream)) == lines


@given(stream=st.lists(st.sampled_from([b"a" * 39, b"b" * 3, b"\r", b"\n"])).map(b"".join))
def test_a_line_that_is_too_long_is_lost_however_it_is_read(stream: bytes) -> None:
    whole, single = Framer(LINES), Framer(LINES)
    lines = whole.feed(stream)
    assert [line for n in range(len(stream)) for line in single.feed(stream[n : n + 1])] == lines
    assert single.damaged == whole.damaged
    assert single.lost_bytes == whole.lost_bytes
    assert lines == [
        one for one in stream.replace(b"\r", b"\n").split(b"\n")[:-1] if 0 < len(one) < 41
    ]


# --- whatever comes


@given(stream=st.binary(max_size=600))
def test_every_byte_is_in_a_frame_or_lost_or_waits(stream: bytes) -> None:
    for framing in EVERY[:-1]:
        framer = Framer(framing)
        frames = framer.feed(stream) + framer.flush()
        assert sum(map(len, frames)) + framer.lost_bytes + kept(framer) == len(stream)


@given(stream=noises.map(lambda noise: noise * 50))
def test_no_more_is_kept_than_the_longest_frame(stream: bytes) -> None:
    for framing in EVERY:
        framer = Framer(framing)
        for at in range(0, len(stream), 64):
            framer.feed(stream[at : at + 64])
            assert kept(framer) <= framing.longest


@pytest.mark.parametrize("framing", EVERY)
@pytest.mark.parametrize("piece", [b"\x55", b"\x01", b"\xf4\xf3\xf2\xf1", b"\xaa", b"SY", b"\x00"])
def test_the_work_grows_with_the_stream_and_not_faster(framing: Framing, piece: bytes) -> None:
    stream = piece * (8_000 // len(piece))
    once, twice = operations(framing, stream), operations(framing, stream + stream)
    assert twice <= 2.1 * once + 100
    assert once <= 40 * len(stream)


# --- one frame at once


@all_sorts
def test_one_whole_frame_is_known_for_one(sort: Sort) -> None:
    good = sort.build(b"\x11\x22")
    assert frame_of(sort.framing, good) == good
    for wrong in (b"", good[:-1], good[1:], good + b"\x00", b"\x00" + good, good + good):
        assert frame_of(sort.framing, wrong) is None


def test_one_line_is_known_for_one_with_or_without_its_end() -> None:
    line = b"20;12;Pir;ID=aa66;PIR=ON;"
    assert frame_of(LINES, line) == frame_of(LINES, line + b"\r\n") == line
    assert frame_of(LINES, b"") is None
    assert frame_of(LINES, line + b"\n" + line) is None
    assert frame_of(LINES, bytes(41)) is None


@pytest.mark.parametrize(
    ("sort", "frame"),
    [
        (ESP3, "55000707017ad50801825dab0001ffffffff360053"),
        (FALL, "01000000010e02f301fe"),
        (RADAR, "f4f3f2f10d0002aa034600340000 3c000055 00f8f7f6f5"),
        (BED, "53598301000101325443"),
        (ANSWER, "ff02010151a0"),
    ],
)
def test_frames_of_real_devices_are_good(sort: Sort, frame: str) -> None:
    data = bytes.fromhex(frame)
    assert frame_of(sort.framing, data) == data


@pytest.mark.parametrize(
    ("algorithm", "data", "expected"),
    [
        (Algorithm.SUM8, b"123456789", "dd"),
        (Algorithm.NOT_SUM8, b"123456789", "22"),
        (Algorithm.NEG_SUM8, b"\x86\x00\x00\x00\x00\x00\x00", "7a"),
        (Algorithm.XOR8, b"123456789", "31"),
        (Algorithm.NOT_XOR8, b"123456789", "ce"),
        (Algorithm.CRC8, b"123456789", "f4"),
        (Algorithm.SUM16LE, b"123456789", "dd01"),
        (Algorithm.SUM16BE, b"123456789", "01dd"),
        (Algorithm.CRC16_MODBUS, b"123456789", "374b"),
        (Algorithm.CRC16_CCITT, b"123456789", "29b1"),
    ],
)
def test_checksums_are_those_of_the_catalogues(
    algorithm: Algorithm, data: bytes, expected: str
) -> None:
    assert checksum(algorithm, data).hex() == expected
