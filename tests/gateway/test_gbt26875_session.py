"""A session with a monitoring centre: resent, confirmed, denied, ordered about, and never stuck."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.gbt26875.frame import Command, Frame, Stream, encode
from gateway.wire.gbt26875.objects import Asked, SelfBits, SelfState, Type, read
from gateway.wire.gbt26875.session import HEARTBEAT, RESENDS, TIMEOUT, Done, Outcome, Session

OURS, CENTRE = 889, 88_888
WALL = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)


def at(now: float) -> datetime:
    return WALL + timedelta(seconds=now)


def frames(data: bytes) -> list[Frame]:
    return [each for each in Stream().feed(data) if isinstance(each, Frame)]


def ordered(serial: int, data: str) -> Frame:
    return Frame(serial, Command.CONTROL, WALL, CENTRE, OURS, bytes.fromhex(data))


def test_a_frame_that_is_confirmed_is_done_and_its_serial_is_not_used_again() -> None:
    session = Session(OURS, CENTRE)
    session.begin("smoke", b"\x15\x00", 0.0, WALL)
    [sent] = frames(session.take())
    answer = encode(sent.answered(Command.CONFIRM, WALL))
    assert session.feed(answer, 1.0, at(1)) == [Done("smoke", Outcome.CONFIRMED)]
    assert session.is_free
    session.begin("next", b"", 2.0, at(2))
    [second] = frames(session.take())
    assert (sent.serial, second.serial) == (0, 1)


def test_without_an_answer_the_same_bytes_go_out_four_times_and_then_it_has_failed() -> None:
    session = Session(OURS, CENTRE)
    session.begin("smoke", b"\x15\x00", 0.0, WALL)
    ended: list[Done] = []
    sent, now = [session.take()], 0.0
    while not ended:
        now = session.next_tick()
        ended = session.tick(now, at(now))
        sent.append(session.take())
    assert ended == [Done("smoke", Outcome.FAILED)]
    assert sent[: RESENDS + 1] == [sent[0]] * (RESENDS + 1)
    assert now == TIMEOUT * (RESENDS + 1)


def test_the_answer_to_an_exchange_that_was_given_up_confirms_no_other() -> None:
    session = Session(OURS, CENTRE)
    session.begin("lost", b"", 0.0, WALL)
    [lost] = frames(session.take())
    for now in (10.0, 20.0, 30.0, 40.0):
        session.tick(now, at(now))
    session.begin("next", b"", 41.0, at(41))
    assert session.feed(encode(lost.answered(Command.CONFIRM, WALL)), 42.0, at(42)) == []
    assert not session.is_free


def test_what_the_centre_refuses_is_told_apart_from_what_it_never_heard() -> None:
    session = Session(OURS, CENTRE)
    session.begin("smoke", b"", 0.0, WALL)
    [sent] = frames(session.take())
    denied = encode(sent.answered(Command.DENY, WALL))
    assert session.feed(denied, 1.0, at(1)) == [Done("smoke", Outcome.DENIED)]


def test_a_quiet_line_has_a_heartbeat_that_is_nobodys_exchange() -> None:
    session = Session(OURS, CENTRE)
    assert session.next_tick() == HEARTBEAT
    assert session.tick(HEARTBEAT, at(HEARTBEAT)) == []
    [beat] = frames(session.take())
    assert (beat.command, beat.data) == (Command.SEND, b"")
    assert session.feed(encode(beat.answered(Command.CONFIRM, WALL)), 26.0, at(26)) == []
    assert session.is_free


def test_an_order_that_is_repeated_is_confirmed_each_time_and_carried_out_once() -> None:
    session = Session(OURS, CENTRE)
    check = encode(ordered(7, "5B010A"))
    assert session.feed(check, 0.0, WALL) == [Asked(Type.DUTY_CHECK, minutes=10)]
    assert session.feed(check, 10.0, at(10)) == []
    assert [each.command for each in frames(session.take())] == [Command.CONFIRM] * 2


def test_the_centre_reads_our_state_and_sets_our_clock() -> None:
    session = Session(OURS, CENTRE)
    session.state = SelfState(SelfBits.NORMAL, WALL)
    request = Frame(8, Command.REQUEST, WALL, CENTRE, OURS, bytes.fromhex("510100"))
    assert session.feed(encode(request), 0.0, WALL) == []
    [reply] = frames(session.take())
    assert (reply.command, reply.serial) == (Command.REPLY, 8)
    assert read(reply.data) == [session.state]
    found = session.feed(encode(ordered(9, "5A01023A091A090C")), 1.0, at(1))
    assert [each.type for each in found if isinstance(each, Asked)] == [Type.SET_CLOCK]


def test_an_order_that_we_do_not_know_is_denied_and_ends_nothing() -> None:
    session = Session(OURS, CENTRE)
    session.begin("smoke", b"", 0.0, WALL)
    session.take()
    assert session.feed(encode(ordered(3, "FF0100")), 1.0, at(1)) == []
    [answer] = frames(session.take())
    assert (answer.command, answer.serial) == (Command.DENY, 3)
    assert not session.is_free


def test_two_exchanges_are_never_open_at_once() -> None:
    session = Session(OURS, CENTRE)
    session.begin("one", b"", 0.0, WALL)
    with pytest.raises(RuntimeError):
        session.begin("two", b"", 0.0, WALL)


@given(st.lists(st.sampled_from(["answer", "lose", "noise", "wait", "begin"]), max_size=60))
def test_whatever_the_line_does_each_exchange_ends_once_and_the_session_goes_on(
    steps: list[str],
) -> None:
    session, now, begun, ended = Session(OURS, CENTRE), 0.0, 0, []
    wire = b""
    for step in steps:
        match step:
            case "begin" if session.is_free:
                begun += 1
                session.begin(str(begun), b"", now, at(now))
            case "answer":
                for frame in frames(wire):
                    ended += session.feed(encode(frame.answered(Command.CONFIRM, WALL)), now, WALL)
            case "noise":
                ended += session.feed(b"@@" + bytes(40), now, at(now))
            case "wait":
                now += 10.0
                ended += session.tick(now, at(now))
            case _:
                pass
        wire = session.take()
    for _ in range(RESENDS + 2):
        now += TIMEOUT
        ended += session.tick(now, at(now))
    keys = [each.key for each in ended if isinstance(each, Done) and each.key]
    assert sorted(map(int, keys)) == list(range(1, begun + 1))
