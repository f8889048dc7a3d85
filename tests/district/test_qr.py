"""The picture that telephones read: what is in it, and what it does not need."""

import re
from xml.etree import ElementTree

import pytest

from district.web.qr import QUIET, picture
from tests.district.browsing import browser
from tests.district.test_roster import added
from tests.district.world import World

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


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("is_secure", "address", "led_to"),
    [
        (True, "https://desk.example.org", "https://desk.example.org"),
        (False, "http://127.0.0.1:8330", "http://127.0.0.1:8330"),
        (False, "", "http://desk"),  # on this machine alone: as it was asked
        (True, "", ""),
    ],
)
async def test_a_label_leads_to_the_desk_and_nowhere_that_a_header_says(
    world: World, *, is_secure: bool, address: str, led_to: str
) -> None:
    so = {"address": address}
    async with browser(world, "qian", is_secure=is_secure, set_so=so) as client:
        home = await added(client)
        host = {"Host": "evil.example"} if is_secure else {}
        page = (await client.get(f"/homes/{home}/label", headers=host)).text
    code = (await world.household("wang")).visit_code
    assert re.sub(r"(.{4})(.{4})", r"\1-\2-", code, count=1) in page
    assert ("<svg" in page) is bool(led_to)
    assert (picture(f"{led_to}/homes/{home}?code={code}") in page) is bool(led_to)
    assert ("没有可扫的图" in page) is not bool(led_to)
