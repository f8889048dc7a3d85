"""The link in a message: good for one notice and one gateway, for three days, and not guessed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.links import GOOD_FOR, TOKEN_LENGTH, BadLink, Flaw, Link, Links, secret_at

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
NOTICE = "0123456789abcdef0123"
OURS = Links((b"o" * 32,))


def flaw(links: Links, token: str, now: datetime = NOW) -> Flaw:
    with pytest.raises(BadLink) as caught:
        links.read(token, now)
    return caught.value.flaw


def test_a_link_names_its_notice_and_goes_into_a_short_message() -> None:
    token = OURS.token(NOTICE, NOW)
    assert OURS.read(token, NOW).notice == NOTICE
    assert len(token) == TOKEN_LENGTH == 35
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_it_is_good_for_three_days_and_not_for_a_fourth() -> None:
    token = OURS.token(NOTICE, NOW)
    assert isinstance(OURS.read(token, NOW + GOOD_FOR), Link)
    assert flaw(OURS, token, NOW + GOOD_FOR + timedelta(hours=1)) is Flaw.EXPIRED


def test_another_gateways_link_opens_nothing_here() -> None:
    assert flaw(Links((b"t" * 32,)), OURS.token(NOTICE, NOW)) is Flaw.FORGED


def test_after_the_secret_was_changed_the_links_that_are_out_still_work() -> None:
    changed = Links((b"n" * 32, b"o" * 32))
    assert changed.read(OURS.token(NOTICE, NOW), NOW).notice == NOTICE
    assert flaw(OURS, changed.token(NOTICE, NOW)) is Flaw.FORGED


@given(st.integers(0, 34), st.sampled_from("AQgw-_09"))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    token = OURS.token(NOTICE, NOW)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    try:
        assert OURS.read(changed, NOW).notice == NOTICE  # the last letter has bits to spare
        assert place == 34
    except BadLink as bad:
        assert bad.flaw in (Flaw.FORGED, Flaw.MALFORMED)


@given(st.text(max_size=80))
def test_whatever_somebody_types_is_a_bad_link(token: str) -> None:
    assert flaw(OURS, token) in (Flaw.MALFORMED, Flaw.FORGED)


def test_the_secret_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "link.secret"
    secret = secret_at(path)
    assert secret_at(path) == secret and len(secret) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["link.secret"]


def test_a_secret_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Links((b"short",))
