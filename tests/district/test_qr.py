"""The picture that telephones read: what is in it, and what it does not need."""

import re
from xml.etree import ElementTree

import pytest

from district.web.qr import QUIET, picture

LINK = "otpauth://totp/Shouhu:lin?secret=ABCDEFGH&issuer=Shouhu"


def test_a_picture_is_a_square_with_a_quiet_zone_around_it() -> None:
    root = ElementTree.fromstring(picture(LINK))
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    assert width == height
    assert (width - 2 * QUIET - 17) % 4 == 0  # a version's side is 17 + 4 v modules


def test_a_picture_needs_nothing_that_the_page_s_policy_forbids() -> None:
    drawn = picture(LINK)
    assert drawn.startswith("<svg ")
    assert not re.search(r"style|<script|href|\bon\w+=", drawn)


def test_the_same_text_gives_the_same_picture_and_another_one_another() -> None:
    assert picture(LINK) == picture(LINK) != picture(LINK + "2")


def test_what_is_too_long_for_any_code_is_refused() -> None:
    with pytest.raises(ValueError, match="Data too large"):
        picture("x" * 3000)
