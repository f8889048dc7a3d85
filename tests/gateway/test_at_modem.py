"""The dialogue with a modem: set up, messages, calls, reports, and a line that babbles."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.at_modem import (
    MOST_WAITING,
    Called,
    Happened,
    Modem,
    Refused,
    Sent,
    Standing,
)
from gateway.wire.sms import Incoming, Report

Answer = Callable[[str], str]
HELLO = "0031000B916407281553F80000470AE8329BFD4697D9EC37"
INCOMING = "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"


def usual(command: str) -> str:
    """Answer as a modem in good health does."""
    if command.startswith("AT+CMGS"):
        return "\r\n> "
    if command.endswith("\x1a"):
        return "\r\n+CMGS: 42\r\n\r\nOK\r\n"
    return {
        "AT+CPIN?": "\r\n+CPIN: READY\r\n\r\nOK\r\n",
        "AT+CREG?": "\r\n+CREG: 0,1\r\n\r\nOK\r\n",
        "AT+CSQ": "\r\n+CSQ: 17,99\r\n\r\nOK\r\n",
    }.get(command, "\r\nOK\r\n")


def talk(modem: Modem, now: float = 0.0, answer: Answer = usual) -> list[Happened]:
    """Let a modem answer everything that it is asked, until it is asked nothing more."""
    found: list[Happened] = []
    while asked := modem.take().decode():
        for command in asked.replace("\x1b", "").replace("\x1a", "\x1a\r").split("\r"):
            if command:
                found += modem.feed(answer(command).encode(), now)
    return found


def ready() -> Modem:
    modem = Modem(0.0)
    talk(modem)
    modem.tick(0.0)
    talk(modem)
    return modem


def test_it_is_set_up_and_says_how_it_stands() -> None:
    modem = Modem(0.0)
    assert talk(modem) == []
    modem.tick(0.0)
    assert talk(modem) == [Standing(True, 99, ""), Standing(True, 17, "")]
    assert modem.next_tick() == 60.0


def test_a_message_is_sent_after_the_prompt_and_the_networks_number_is_kept() -> None:
    modem = ready()
    assert modem.send("n1", 23, HELLO, 1.0)
    assert talk(modem, 1.0) == [Sent("n1", 42)]


def test_what_is_queued_goes_out_one_after_the_other_in_order() -> None:
    modem = ready()
    for key in ("n1", "n2", "n3"):
        modem.send(key, 23, HELLO, 1.0)
    assert talk(modem, 1.0) == [Sent("n1", 42), Sent("n2", 42), Sent("n3", 42)]


def test_the_networks_refusal_is_told_with_its_number() -> None:
    modem = ready()
    modem.send("n1", 23, HELLO, 1.0)

    def no_credit(command: str) -> str:
        return "\r\n+CMS ERROR: 38\r\n" if command.endswith("\x1a") else usual(command)

    assert talk(modem, 1.0, no_credit) == [Refused("n1", "38")]
    modem.send("n2", 23, HELLO, 2.0)
    assert talk(modem, 2.0) == [Sent("n2", 42)]


def test_a_modem_that_never_prompts_costs_ten_seconds_and_not_the_next_message() -> None:
    modem = ready()
    modem.send("n1", 23, HELLO, 1.0)
    talk(modem, 1.0, lambda _: "")
    assert modem.next_tick() == 11.0
    assert modem.tick(11.0) == [Refused("n1", "the modem does not answer")]
    modem.send("n2", 23, HELLO, 12.0)
    assert talk(modem, 12.0) == [Sent("n2", 42)]


def test_messages_and_reports_come_between_the_lines_of_an_answer() -> None:
    modem = ready()
    modem.send("n1", 23, HELLO, 1.0)
    modem.take()
    assert modem.feed(b"\r\n> ", 1.0) == []
    modem.take()
    [heard] = modem.feed(f"\r\n+CMT: ,23\r\n{INCOMING}\r\n".encode(), 1.0)
    assert isinstance(heard, Incoming) and heard.text == "How are you?"
    report = "00062A0B916407281553F8623092516195806230925161958000"
    [told] = modem.feed(f"+CDS: 25\r\n{report}\r\n".encode(), 1.0)
    assert isinstance(told, Report) and (told.reference, told.is_delivered) == (42, True)
    assert modem.feed(b"+CMGS: 42\r\n\r\nOK\r\n", 1.0) == [Sent("n1", 42)]


@pytest.mark.parametrize(("state", "was_answered"), [("0", True), ("3", False)])
def test_a_call_rings_until_it_is_picked_up_or_long_enough(state: str, was_answered: bool) -> None:
    modem = ready()
    modem.call("n1", "+8613800000000", 1.0)
    said: list[str] = []

    def line(command: str) -> str:
        said.append(command)
        if command == "AT+CLCC":
            return f"\r\n+CLCC: 1,0,{state},0,0\r\n\r\nOK\r\n"
        return usual(command)

    found, now = talk(modem, 1.0, line), 1.0
    while not found and now < 100:
        now = modem.next_tick()
        found = modem.tick(now) + talk(modem, now, line)
    assert found == [Called("n1", was_answered)]
    assert said[0] == "ATD+8613800000000;" and said[-1] == "ATH"
    assert now == pytest.approx(13.0 if was_answered else 46.0)


def test_a_line_that_is_busy_ends_the_call_at_once() -> None:
    modem = ready()
    modem.call("n1", "13800000000", 1.0)
    talk(modem, 1.0)
    assert modem.feed(b"\r\nBUSY\r\n", 3.0) == [Called("n1", False)]


def test_a_number_with_a_command_in_it_is_never_dialled() -> None:
    modem = ready()
    with pytest.raises(ValueError, match="telephone"):
        modem.call("n1", "110;AT+CFUN=0", 1.0)
    assert modem.take() == b""


def test_a_card_that_asks_for_its_pin_gets_it_once() -> None:
    modem, asked = Modem(0.0, pin="1234"), []

    def locked(command: str) -> str:
        asked.append(command)
        if command == "AT+CPIN?":
            return "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"
        return "\r\n+CME ERROR: 16\r\n" if command.startswith("AT+CPIN=") else usual(command)

    talk(modem, 0.0, locked)
    assert [each for each in asked if each.startswith("AT+CPIN=")] == ['AT+CPIN="1234"']


def test_a_lost_network_is_told_and_its_return_too() -> None:
    modem = ready()
    modem.tick(60.0)

    def lost(command: str) -> str:
        return "\r\n+CREG: 0,2\r\n\r\nOK\r\n" if command == "AT+CREG?" else usual(command)

    assert talk(modem, 60.0, lost) == [Standing(False, 17, "the network does not have it")]
    modem.tick(120.0)
    assert talk(modem, 120.0) == [Standing(True, 17, "")]


def test_too_much_that_waits_is_refused_at_once() -> None:
    modem = ready()
    taken = [modem.send(str(number), 23, HELLO, 1.0) for number in range(MOST_WAITING + 5)]
    assert taken.count(False) == 4  # one is on its way already


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(["tick", "send"])), max_size=50))
def test_noise_on_the_line_raises_nothing_and_each_message_ends_at_most_once(
    steps: list[bytes | str],
) -> None:
    modem, now, sent = ready(), 1.0, 0
    ended: list[Happened] = []
    for step in steps:
        now += 5.0
        if step == "send":
            sent += modem.send(str(sent), 23, HELLO, now)
        elif isinstance(step, bytes):
            ended += modem.feed(step, now)
        ended += modem.tick(now)
        modem.take()
    for _ in range(200):
        now += 61.0
        ended += modem.tick(now)
    keys = [each.key for each in ended if isinstance(each, Sent | Refused)]
    assert sorted(keys) == sorted(map(str, range(sent)))


def asked(modem: Modem) -> list[str]:
    """Give the commands in the order in which a modem is asked, each answered as usual."""
    found: list[str] = []

    def answer(command: str) -> str:
        found.append(command)
        return usual(command)

    talk(modem, 1.0, answer)
    return [each.strip("\x1a") for each in found if each.startswith("AT+CMGS") or "D" in each[2:3]]


def test_what_is_urgent_passes_what_is_not_and_keeps_its_own_order() -> None:
    modem = ready()
    for number in range(3):
        modem.send(f"n{number}", 10 + number, HELLO, 1.0)
    modem.send("u1", 21, HELLO, 1.0, is_urgent=True)
    modem.call("u2", "13800000000", 1.0, is_urgent=True)
    modem.send("u3", 22, HELLO, 1.0, is_urgent=True)
    order = ["AT+CMGS=10", "AT+CMGS=21", "AT+CMGS=22", "ATD13800000000;"]
    assert asked(modem)[:4] == order  # a call holds the line for long


def test_nothing_passes_the_setting_up() -> None:
    modem = Modem(0.0)
    modem.send("u", 21, HELLO, 0.0, is_urgent=True)
    heard: list[str] = []
    talk(modem, 0.0, lambda command: heard.append(command) or usual(command))
    assert heard.index("AT+CMGS=21") > heard.index("AT+CPIN?")


def test_what_nobody_waits_for_any_more_is_not_sent() -> None:
    modem = ready()
    modem.send("first", 10, HELLO, 1.0)
    modem.send("given up", 11, HELLO, 1.0)
    modem.forget("given up")
    modem.forget("never asked")
    assert asked(modem) == ["AT+CMGS=10"]


def test_ordinary_messages_without_end_leave_room_for_urgent_ones() -> None:
    modem = ready()
    modem.send("open", 9, HELLO, 1.0)
    assert all(modem.send(f"n{n}", 10, HELLO, 1.0) for n in range(MOST_WAITING))
    assert not modem.send("one more", 10, HELLO, 1.0)
    assert modem.send("urgent", 21, HELLO, 1.0, is_urgent=True)


def test_a_modem_that_browned_out_is_set_up_again_within_a_minute() -> None:
    modem, asked = ready(), list[str]()

    def noting(command: str) -> str:
        asked.append(command)
        return usual(command)

    modem.tick(60.0)
    talk(modem, 60.0, noting)
    assert {"ATE0", "AT+CMGF=0", "AT+CNMI=2,2,0,1,0"} <= set(asked)
