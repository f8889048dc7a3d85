"""SMS replies: who was told may take it, say what it was, and nobody else may anything."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from edge.model import Alert, Moment, Outcome, Rule, State
from gateway.replies import Replies, is_same_number
from gateway.store.failure import Cause, StoreFailed
from gateway.wire.sms import Incoming
from tests.gateway.boxed import ASKING, Boxed
from tests.homes import at

DAUGHTER, DUTY = "+8613912345678", "13800000001"
PHONES = {"daughter": "139 1234 5678", "duty": DUTY, "technician": ""}
HOME = structs.replace(
    ASKING,
    contacts=tuple(structs.replace(c, phone=PHONES.get(c.id, "")) for c in ASKING.contacts),
)


class Texted:
    """A home with smoke in its kitchen, of which everybody was told, and who writes back."""

    def __init__(self, directory: Path) -> None:
        self.box = Boxed(directory, HOME)
        self.replies = Replies(self.box.box)
        self.smokes()

    def smokes(self) -> None:
        self.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)

    def writes(self, sender: str, text: str, **ago: float) -> str | None:
        at = self.box.now.wall - timedelta(**ago)
        return self.replies.hear(Incoming(sender, text, at))

    def alert(self, rule: Rule = Rule.SMOKE) -> Alert:
        return self.box.alerts(rule)[0]

    @property
    def counts(self) -> dict[str, int]:
        return {k: n for k, n in self.box.node.counts.items() if k.startswith("sms")}


@pytest.mark.parametrize("text", ["1", " 1。", "１", "收到", "OK!", "ok", "我来处理", "Yes."])
def test_a_short_word_takes_it_under_the_name_of_who_has_the_number(
    tmp_path: Path, text: str
) -> None:
    home = Texted(tmp_path)
    said = home.writes(DAUGHTER, text)
    lease = home.alert().lease
    assert lease is not None and lease.owner == "daughter"
    assert said is not None and "已由您接手，到 09:30 为止" in said
    assert home.box.store.pending() == []


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("0", Outcome.WELL),
        ("平安", Outcome.WELL),
        ("2", Outcome.HELPED),
        ("结束", Outcome.HELPED),
        ("3", Outcome.SENSOR),
    ],
)
def test_what_it_was_closes_it(tmp_path: Path, text: str, outcome: Outcome) -> None:
    home = Texted(tmp_path)
    home.writes(DUTY, text)
    assert (home.alert().state, home.alert().outcome) == (State.CLOSED, outcome)


@pytest.mark.parametrize("sender", ["+8613999999999", "10086", "BANK", "", "12345678", "5678"])
def test_a_stranger_changes_nothing_and_gets_no_answer(tmp_path: Path, sender: str) -> None:
    home = Texted(tmp_path)
    assert home.writes(sender, "1") is None
    assert home.alert().state is State.RAISED
    assert home.counts == {"sms from a stranger": 1}


@pytest.mark.parametrize("text", ["", "10", "11", "不是我", "我明天来", "1" * 1000, "\x00", "0 1"])
def test_any_other_text_changes_nothing(tmp_path: Path, text: str) -> None:
    home = Texted(tmp_path)
    assert home.writes(DAUGHTER, text) is None
    assert home.alert().state is State.RAISED
    assert home.counts == {"sms not understood": 1}


def test_a_part_of_a_long_message_is_no_answer(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    part = Incoming(DAUGHTER, "1", home.box.now.wall, (7, 2, 2))
    assert home.replies.hear(part) is None
    assert home.alert().state is State.RAISED


def test_an_answer_is_to_what_its_writer_was_told_last(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    home.box.after(minutes=20)
    home.box.says("zigbee2mqtt/sos_button", action="emergency")
    home.writes(DAUGHTER, "1")
    assert home.alert(Rule.SOS).state is State.ACKNOWLEDGED
    assert home.alert(Rule.SMOKE).state is State.RAISED


def test_an_answer_that_was_written_before_the_news_is_not_to_the_news(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    home.box.after(minutes=20)
    home.box.says("zigbee2mqtt/sos_button", action="emergency")
    home.writes(DAUGHTER, "1", minutes=15)
    assert home.alert(Rule.SOS).state is State.RAISED
    assert home.alert(Rule.SMOKE).state is State.ACKNOWLEDGED


def test_an_answer_that_was_on_its_way_for_half_a_day_counts_no_more(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    home.box.after(hours=12)
    assert home.writes(DAUGHTER, "1", hours=11) is None
    assert home.alert().state is State.RAISED
    assert home.counts == {"sms too late": 1}


def test_by_a_clock_that_is_not_set_an_answer_counts_all_the_same(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    home.box.now = structs.replace(home.box.now, trusted=False)
    home.writes(DAUGHTER, "1", hours=-9000)
    assert home.alert().state is State.ACKNOWLEDGED


def test_who_was_not_told_has_nothing_to_take(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    home.box.node.close(home.alert(), "x", Outcome.WELL, home.box.now)
    home.box.settle()
    assert home.writes(DAUGHTER, "1") is None
    assert home.counts == {"sms about nothing open": 1}


def test_taking_it_twice_is_taking_it_once(tmp_path: Path) -> None:
    home = Texted(tmp_path)
    before: Moment = at(0)
    for _ in range(2):
        home.writes(DAUGHTER, "1")
        lease = home.alert().lease
        assert lease is not None and lease.until.monotonic > before.monotonic
    assert home.alert().state is State.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("+8613912345678", "139-1234-5678", True),
        ("008613912345678", "+86 139 1234 5678", True),
        ("+491761234567", "0176 1234567", True),
        ("+8613912345678", "13912345679", False),
        ("12345", "12345", True),
        ("", "", False),
        ("CMCC", "CMCC", False),
    ],
)
def test_a_number_is_known_with_and_without_the_code_of_its_country(
    one: str, other: str, is_same: bool
) -> None:
    assert is_same_number(one, other) is is_same
    assert is_same_number(other, one) is is_same


def test_an_answer_is_to_the_last_message_although_the_disk_took_nothing_of_its_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Texted(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise StoreFailed(tmp_path, Cause.FULL, "full")

    for name in ("commit", "append", "carry"):
        monkeypatch.setattr(home.box.store, name, full)
    home.box.after(minutes=20)
    home.box.says("zigbee2mqtt/sos_button", action="emergency")
    said = home.writes(DAUGHTER, "1")
    book = home.box.node.households[HOME.id].book
    states = {alert.finding.rule: alert.state for alert in book.alerts}
    assert states == {Rule.SMOKE: State.RAISED, Rule.SOS: State.ACKNOWLEDGED}
    assert said is not None
