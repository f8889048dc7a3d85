"""GB/T 26875.3: the vectors of the standard's readers, and everything that a stream can be."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.gbt26875.frame import (
    LONGEST_DATA,
    Command,
    Denied,
    Fault,
    Frame,
    Stream,
    encode,
)
from gateway.wire.gbt26875.objects import (
    Asked,
    PartBits,
    PartState,
    SelfBits,
    SelfState,
    Type,
    Unreadable,
    part_states,
    read,
    self_state,
    text_bytes,
)

AT = datetime(2012, 9, 26, 1, 58, 32, tzinfo=UTC)  # 09:58:32 in China
SMOKE = bytes.fromhex(
    "4040 0100 0101 203A091A090C 790300000000 385B01000000 3000 02"
    "02 01 01 01 28 0A000200 0200" + "20" * 30 + "00 023A091A090C 46 2323"
)
CONFIRM = bytes.fromhex("4040 0100 0101 233A091A090C 385B01000000 790300000000 0000 03 AB 2323")


def test_the_published_smoke_frame_is_read_and_written_byte_by_byte() -> None:
    [frame] = Stream().feed(SMOKE)
    assert isinstance(frame, Frame)
    assert (frame.serial, frame.command, frame.sent) == (1, Command.SEND, AT)
    assert (frame.source, frame.target) == (0x379, 0x15B38)
    [part] = read(frame.data) or []
    assert isinstance(part, PartState)
    assert (part.system_type, part.part_type, part.part_address) == (1, 40, 0x0002000A)
    assert part.state == PartBits.FIRE  # without NORMAL: a test
    assert encode(frame) == SMOKE
    assert part_states([part]) == frame.data


def test_the_published_confirmation_answers_it() -> None:
    [frame] = Stream().feed(SMOKE)
    assert isinstance(frame, Frame)
    later = AT.replace(second=35)
    assert encode(frame.answered(Command.CONFIRM, later)) == CONFIRM


def test_a_duty_check_and_a_clock_are_understood() -> None:
    assert read(bytes.fromhex("5A01 023A091A090C")) == Asked(
        Type.SET_CLOCK, at=AT.replace(second=2)
    )
    assert read(bytes.fromhex("5B01 0A")) == Asked(Type.DUTY_CHECK, minutes=10)
    assert read(b"") is None


def test_our_own_state_goes_up_and_comes_back() -> None:
    state = SelfState(SelfBits.NORMAL | SelfBits.MAINS_FAULT, AT)
    assert read(self_state(state)) == [state]


@pytest.mark.parametrize(
    "data", ["02", "0201", "0202" + "00" * 46, "FF01", "5A01 00", "1501" + "FF" * 7]
)
def test_data_that_is_not_what_it_says_is_unreadable(data: str) -> None:
    with pytest.raises(Unreadable):
        read(bytes.fromhex(data))


def test_a_chinese_text_is_cut_at_a_whole_character() -> None:
    written = text_bytes("王秀英家厨房的烟雾报警器响了请马上去看看")
    assert len(written) == 31
    assert written[:-1].decode("gb18030").rstrip() == "王秀英家厨房的烟雾报警器响了请"


def test_a_damaged_frame_is_denied_under_its_serial_and_costs_no_other() -> None:
    damaged = SMOKE[:30] + b"\x07" + SMOKE[31:]
    assert Stream().feed(damaged + SMOKE) == [
        Denied(1, 0x379, 0x15B38, Fault.CHECKSUM),
        *Stream().feed(SMOKE),
    ]


def test_noise_between_frames_is_counted_and_passed_over() -> None:
    stream = Stream()
    assert len(stream.feed(b"@@ noise ##" + SMOKE + b"@" + CONFIRM)) == 2
    assert stream.lost_bytes == 12


def test_ten_megabytes_of_noise_keep_no_more_than_a_frame() -> None:
    stream = Stream()
    noise = b"\x40\x40" + bytes(range(256)) * 16
    for _ in range(2_500):
        stream.feed(noise)
    assert len(stream._buffer) <= 27 + LONGEST_DATA + 3 + len(noise)
    stream.feed(b"\x00" * 2_000)
    assert stream.feed(SMOKE) == Stream().feed(SMOKE)


frames = st.builds(
    Frame,
    serial=st.integers(0, 0xFFFF),
    command=st.sampled_from(Command),
    sent=st.integers(978_307_200, 7_258_118_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    source=st.integers(0, 2**48 - 1),
    target=st.integers(0, 2**48 - 1),
    data=st.one_of(st.binary(max_size=LONGEST_DATA), st.just(b"##@@" * 250)),
)


@given(st.lists(frames, max_size=4), st.data())
def test_frames_survive_however_the_network_cuts_them(
    sent: list[Frame], data: st.DataObject
) -> None:
    wire = b"".join(encode(frame) for frame in sent)
    stream, heard, at = Stream(), [], 0
    while at < len(wire):
        step = data.draw(st.integers(1, 700))
        heard += stream.feed(wire[at : at + step])
        at += step
    assert heard == sent


@given(st.binary(max_size=3_000))
def test_nothing_that_arrives_makes_it_raise(noise: bytes) -> None:
    for frame in Stream().feed(noise):
        if isinstance(frame, Frame):
            with contextlib.suppress(Unreadable):
                read(frame.data)


def test_what_does_not_fit_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="1024"):
        encode(Frame(0, Command.SEND, AT, 1, 2, b"x" * 1025))
    with pytest.raises(ValueError, match="48 bit"):
        encode(Frame(0, Command.SEND, AT, 1 << 48, 2))
