"""Links in messages: they open one alert of this gateway, over restarts, until their time is up."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec import structs

from edge.model import Moment, Notice, Rule, State
from gateway.linking import BEFORE, SECRET, Linking
from gateway.links import BadLink, Flaw, is_over
from gateway.messages import render
from gateway.page.desk import BoxDesk
from gateway.store import Cause, StoreFailed
from tests.gateway.boxed import ASKING, Boxed
from tests.gateway.keeping import alert, notice
from tests.homes import at

URL = "https://home.example.org/g/7"
NOW = at(1).wall
ABOUT = alert("smoke")
OWED: Notice = structs.replace(notice(ABOUT), id="0123456789abcdef0123")


def token_of(linking: Linking) -> str:
    link = linking.link(OWED, ABOUT, NOW)
    assert link.startswith(f"{URL}/a/")
    return link.removeprefix(f"{URL}/a/")


def test_a_link_is_good_over_a_restart_and_for_no_other_gateway(tmp_path: Path) -> None:
    token = token_of(Linking(tmp_path, URL))
    assert Linking(tmp_path, URL).signed(token).notice == OWED.id
    (tmp_path / "other").mkdir()
    with pytest.raises(BadLink) as bad:
        Linking(tmp_path / "other", URL).signed(token)
    assert bad.value.flaw is Flaw.FORGED


def test_without_an_address_there_is_no_link() -> None:
    assert Linking(Path("/nowhere"), "").link(OWED, ABOUT, NOW) == ""


def test_a_renewed_secret_leaves_what_was_sent_good_and_a_revoked_one_does_not(
    tmp_path: Path,
) -> None:
    linking = Linking(tmp_path, URL)
    before = token_of(linking)
    linking.renew(revoke=False)
    after = token_of(linking)
    assert before != after
    for each in (linking, Linking(tmp_path, URL)):
        assert each.signed(before).notice == each.signed(after).notice == OWED.id
    linking.renew(revoke=True)
    for each in (linking, Linking(tmp_path, URL)):
        for token in (before, after):
            with pytest.raises(BadLink):
                each.signed(token)
    assert not (tmp_path / BEFORE).exists()


def test_the_secret_is_for_the_daemon_alone_and_half_a_one_is_replaced(tmp_path: Path) -> None:
    Linking(tmp_path, URL)
    assert (tmp_path / SECRET).stat().st_mode & 0o777 == 0o600
    (tmp_path / SECRET).write_bytes(b"half")
    token_of(Linking(tmp_path, URL))
    assert len((tmp_path / SECRET).read_bytes()) == 32


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_on_a_disk_that_takes_nothing_links_are_good_until_the_next_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    linking = Linking(tmp_path, URL)
    assert linking.signed(token_of(linking)).notice == OWED.id


def test_a_directory_in_the_place_of_the_secret_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / SECRET).mkdir()
    linking = Linking(tmp_path, URL)
    assert linking.signed(token_of(linking)).notice == OWED.id


def test_a_message_ends_with_its_link_and_none_is_asked_of_what_is_explained() -> None:
    for language, words in (("zh", "您来处理请点："), ("en", "To take it, open ")):
        people = tuple(structs.replace(c, language=language) for c in ASKING.contacts)
        where = structs.replace(ASKING, contacts=people)
        _, text = render(ABOUT, OWED, where, [], link=f"{URL}/a/x")
        assert f"{words}{URL}/a/x" in text.splitlines()


def test_a_notice_that_no_disk_took_is_opened_from_memory(tmp_path: Path) -> None:
    box = Boxed(tmp_path, url=URL)
    box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
    (smoke,) = box.alerts(Rule.SMOKE)
    desk = BoxDesk(box.box)
    owed = box.store.notices(smoke.id)[0]
    assert desk.notice(owed.id) == owed
    unstored = structs.replace(owed, id="f" * 20)
    assert desk.notice(unstored.id) is None
    box.links.link(unstored, smoke, box.now.wall)
    assert desk.notice(unstored.id) == unstored
    broken = SimpleNamespace(notice=_refused, alert=_refused)
    desk = BoxDesk(SimpleNamespace(**(vars(box.box) | {"store": broken})))  # type: ignore[arg-type]
    assert desk.notice(unstored.id) == unstored
    assert desk.alert(smoke.id) == smoke and desk.alert("nobody's") is None


def _refused(_: str) -> None:
    raise StoreFailed(Path("alerts.db"), Cause.BROKEN)


def test_who_takes_it_by_the_link_ends_all_that_is_pending(tmp_path: Path) -> None:
    box = Boxed(tmp_path, url=URL)
    box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
    assert box.store.pending() != []
    (smoke,) = box.alerts(Rule.SMOKE)
    assert BoxDesk(box.box).acknowledge(smoke, "王芳", timedelta(minutes=30)) == ""
    assert box.store.pending() == []
    assert box.alerts(Rule.SMOKE)[0].state is State.ACKNOWLEDGED


@pytest.mark.parametrize("signed", [datetime(1970, 1, 2, tzinfo=UTC), NOW + timedelta(days=9000)])
def test_a_link_signed_before_the_clock_was_set_is_good_for_as_long_as_any_other(
    tmp_path: Path, signed: datetime
) -> None:
    linking = Linking(tmp_path, URL)
    owed = structs.replace(OWED, due=Moment(signed, 100.0, "boot", trusted=False))
    url = linking.link(owed, ABOUT, signed)
    link = linking.signed(url.rpartition("/")[2])

    def later(hours: float, boot: str = "boot") -> Moment:
        return Moment(NOW + timedelta(hours=hours), 100.0 + hours * 3600, boot)

    assert not is_over(link, owed, later(1))
    assert not is_over(link, owed, later(71))
    assert is_over(link, owed, later(73))
    assert is_over(link, owed, later(1, "another"))  # how long the box was off nobody knows
