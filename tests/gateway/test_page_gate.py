"""Who gets into the page: the word, the cookie after it, the names by which it is reached."""

from datetime import timedelta

import pytest

from edge.model import Moment
from gateway.page.gate import (
    GOOD_FOR,
    MOST_ADDRESSES,
    TRIES,
    WITHIN,
    Gate,
    address_of,
    is_from_here,
)
from tests.homes import at

WORD = "7d6f0e1c9b8a4d2e"


class Clock:
    """A clock in hand."""

    def __init__(self) -> None:
        self.moment = at(1)

    def __call__(self) -> Moment:
        return self.moment

    def lets_pass(self, time: timedelta) -> None:
        self.moment = self.moment.plus(time)


def gate(clock: Clock, word: str = WORD, secret: bytes = b"s" * 32) -> Gate:
    return Gate(word, secret, clock)


def test_whoever_knew_the_word_is_in_for_a_month_over_restarts() -> None:
    clock = Clock()
    cookie = gate(clock).pass_for(clock().wall)
    assert gate(clock).lets_in(cookie)
    clock.lets_pass(GOOD_FOR + timedelta(seconds=1))
    assert not gate(clock).lets_in(cookie)


def test_another_word_or_another_gateway_shuts_out_who_was_in() -> None:
    clock = Clock()
    cookie = gate(clock).pass_for(clock().wall)
    assert not gate(clock, word=WORD + "x").lets_in(cookie)
    assert not gate(clock, secret=b"t" * 32).lets_in(cookie)


@pytest.mark.parametrize("cookie", ["", ".", "9" * 10, "9999999999.", "99999999999999.x", "é.é"])
def test_a_cookie_that_is_not_ours_lets_nobody_in(cookie: str) -> None:
    assert not gate(Clock()).lets_in(cookie)


def test_a_cookie_cannot_be_made_to_last_longer() -> None:
    clock = Clock()
    until, _, signature = gate(clock).pass_for(clock().wall).partition(".")
    assert not gate(clock).lets_in(f"{int(until) + 1}.{signature}")


def test_after_five_wrong_words_an_address_waits_and_others_do_not() -> None:
    clock = Clock()
    door = gate(clock)
    for _ in range(TRIES):
        assert door.may_try("10.0.0.1")
        door.failed("10.0.0.1")
    assert not door.may_try("10.0.0.1") and door.may_try("10.0.0.2")
    clock.lets_pass(WITHIN)
    assert door.may_try("10.0.0.1")


def test_ten_thousand_addresses_fill_no_memory() -> None:
    door = gate(Clock())
    for number in range(10 * MOST_ADDRESSES):
        door.failed(str(number))
    assert len(door._wrong) <= MOST_ADDRESSES


def test_without_a_word_only_this_machine_is_answered_under_its_own_name() -> None:
    door = gate(Clock(), word="")
    for ours in ("127.0.0.1:8321", "localhost", "[::1]:8321", "LOCALHOST:80"):
        assert door.serves(ours)
    for theirs in ("evil.example", "192.168.1.5:8321", "127.0.0.1.evil.example", ""):
        assert not door.serves(theirs)


def test_a_form_of_another_visitor_or_without_a_sign_is_none_of_ours() -> None:
    door = gate(Clock())
    assert door.is_ours(door.form_of("mine"), "mine")
    assert not door.is_ours(door.form_of("theirs"), "mine")
    assert not door.is_ours("", "mine")


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        (None, True),  # an old browser says nothing; the form itself must still be ours
        ("http://127.0.0.1:8321", True),
        ("https://home.example.org", True),
        ("null", False),
        ("https://evil.example", False),
        ("http://127.0.0.1:9999", False),
    ],
)
def test_a_form_from_another_site_is_refused(origin: str | None, is_ours: bool) -> None:
    assert is_from_here(origin, "127.0.0.1:8321", "https://home.example.org") is is_ours


def test_behind_a_proxy_of_this_machine_nobody_waits_for_anothers_wrong_words() -> None:
    assert address_of("127.0.0.1", {"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}) == "10.1.2.3"
    assert address_of("127.0.0.1", {"X-Forwarded-For": "x\ny"}) == "127.0.0.1"
    assert address_of("::1", {}) == "::1"
    assert address_of("10.9.9.9", {"X-Forwarded-For": "10.1.2.3"}) == "10.9.9.9"
