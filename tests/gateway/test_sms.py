"""Short messages: published PDUs, long texts in parts, names, reports, and nothing that raises."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.sms import EXTENDED, GSM, MOST_PARTS, Incoming, NoPdu, Report, received, submit

CENTRE_TIME = "62309251619580"  # 2026-03-29 15:16:59, +02:00


def heard(submitted: str, sender: str = "0B916407281553F8") -> Incoming:
    """Let the network turn a message of ours into one that somebody receives."""
    data = bytes.fromhex(submitted)[1:]
    address = 2 + 2 + (data[2] + 1) // 2
    first = 0x04 | (data[0] & 0x40)
    tail = data[address : address + 2] + bytes.fromhex(CENTRE_TIME) + data[address + 3 :]
    found = received("00" + bytes([first]).hex() + sender + tail.hex())
    assert isinstance(found, Incoming)
    return found


def test_the_known_hello_is_written_bit_by_bit() -> None:
    # hellohello in seven bits: E8329BFD4697D9EC37, as in the examples of every modem's manual.
    [(length, pdu)] = submit("+46708251358", "hellohello", 0)
    assert pdu == "0031000B916407281553F80000470AE8329BFD4697D9EC37"
    assert length == len(pdu) // 2 - 1


def test_a_known_incoming_message_is_read_with_its_time() -> None:
    found = received("07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07")
    assert found == Incoming(
        "+31641600986", "How are you?", datetime(2002, 8, 26, 19, 37, 41, tzinfo=UTC)
    )


def test_a_chinese_alert_arrives_whole_and_in_as_few_parts_as_can_be() -> None:
    text = "【守护】王秀英家厨房烟雾报警，11:04起。请立即打电话，无人接听请上门并拨打119。"
    [(_, pdu)] = submit("13800000000", text, 7)
    assert heard(pdu).text == text


@given(
    st.one_of(
        st.text(max_size=400),
        st.text(alphabet=[*GSM.replace("\x1b", ""), *EXTENDED], max_size=900),
    ).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)),
    st.integers(0, 255),
)
def test_whatever_is_sent_is_what_is_read_after_joining_the_parts(
    text: str, reference: int
) -> None:
    parts = [heard(pdu) for _, pdu in submit("+8613800000000", text, reference)]
    joined = "".join(part.text for part in parts)
    if len(parts) < MOST_PARTS:
        assert joined == text
    else:
        assert text.startswith(joined.rstrip("….")[:500])
    if len(parts) > 1:
        assert [part.part for part in parts] == [
            (reference, len(parts), number) for number in range(1, len(parts) + 1)
        ]
    assert len(parts) <= MOST_PARTS


def test_no_part_is_longer_than_the_air_carries() -> None:
    for text in ("好" * 500, "x" * 2000, "[" * 900, "😀" * 300):
        for length, pdu in submit("+8613800000000", text, 1):
            assert length == len(pdu) // 2 - 1
            assert len(bytes.fromhex(pdu)) - 16 <= 140


def test_a_report_says_whether_the_phone_has_it() -> None:
    head = "00" + "062A" + "0B916407281553F8" + CENTRE_TIME * 2
    at = datetime(2026, 3, 29, 15, 16, 59, tzinfo=UTC)
    assert received(head + "00") == Report(42, "+46708251358", at.replace(hour=13), True, True)
    waiting, failed = received(head + "30"), received(head + "46")
    assert isinstance(waiting, Report) and isinstance(failed, Report)
    assert (waiting.is_delivered, waiting.is_final) == (False, False)
    assert (failed.is_delivered, failed.is_final) == (False, True)


def test_a_sender_with_a_name_is_read_by_it() -> None:
    name = "0ED0" + "CD32BB0CB297E7"  # packed letters
    found = heard(submit("10086", "ok", 0)[0][1], sender=name)
    assert found.text == "ok"
    assert found.sender.isascii() and found.sender


@pytest.mark.parametrize(
    "number", ["", "12", "12345678901234567890123", "+86x", "１３８００", "110;ATZ"]
)
def test_what_is_no_number_never_reaches_the_modem(number: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        submit(number, "x", 0)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=120).map(bytes.hex)))
def test_nothing_that_a_modem_says_raises_anything_else(said: str) -> None:
    try:
        received(said)
    except NoPdu:
        return
