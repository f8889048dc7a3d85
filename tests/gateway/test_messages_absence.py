"""What caregivers are told of somebody who is not back: since when, how unusual, what to do."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from edge.model import (
    Alert,
    Finding,
    Limit,
    Moment,
    Notice,
    Overdue,
    Reason,
    Rule,
    Severity,
    State,
)
from gateway.messages import render
from gateway.wording.absence import PHRASES
from tests.homes import home

NOW = datetime(2026, 3, 5, 12, 12, tzinfo=UTC)  # 20:12 in Shanghai
LEFT = NOW - timedelta(hours=11)
LEARNED = Overdue(
    LEFT,
    timedelta(hours=10, minutes=5),
    Limit.LEARNED,
    usual=timedelta(hours=2),
    as_long_on=1,
    of_days=24,
    longest=timedelta(hours=10, minutes=30),
    expected_days=600.2,
)
DECLARED = Overdue(
    LEFT,
    timedelta(days=3),
    Limit.CEILING,
    declared_until=NOW - timedelta(hours=3),
    declared_by="王芳",
)


def told(because: Overdue, language: str = "zh", reason: Reason = Reason.FIRST) -> str:
    """Give the message as it stands on the phone."""
    of = home()
    people = tuple(structs.replace(each, language=language) for each in of.contacts)
    finding = Finding(Rule.NOT_BACK, "wang", Severity.URGENT, Moment.of(LEFT), because)
    alert = Alert("3f9a12bc", "wang", finding, State.RAISED, Moment.of(NOW))
    notice = Notice(
        *("abcd1234", "3f9a12bc", "wang", "daughter", "push", reason),
        Severity.URGENT,
        Moment.of(NOW),
    )
    title, text = render(alert, notice, structs.replace(of, contacts=people), [])
    return f"{title}\n{text}"


def test_the_message_says_when_they_left_how_unusual_that_is_and_what_to_do() -> None:
    text = told(LEARNED)
    for part in (
        "出门没有按时回来：王桂英",
        "今天 09:12，11 小时前",
        "平时最多在外面 2 小时",
        "近四周有 24 天出过门，其中 1 天出去这么久（最长 10 小时 30 分钟）",
        "大约 600 天才有一次",
        "先打王桂英的手机",
        "打 110",
    ):
        assert part in text


def test_the_same_in_english() -> None:
    text = told(LEARNED, "en")
    for part in (
        "Went out and is not back: 王桂英",
        "today 09:12, 11 h ago",
        "usually out for 2 h at most",
        "outings on 24 days of the last four weeks, so long ones on 1",
        "once in 600 days",
        "police 110",
    ):
        assert part in text


def test_who_is_always_at_home_at_this_hour_is_not_said_to_be_out_for_no_time() -> None:
    assert "平时人都在家" in told(structs.replace(LEARNED, usual=timedelta(minutes=3)))


def test_of_an_unknown_resident_it_says_by_which_measure_it_goes() -> None:
    text = told(Overdue(LEFT, timedelta(hours=12), Limit.POPULATION, of_days=4))
    assert "才记录了 4 天，先按一般家庭：出门 12 小时没回来就通知您" in text


def test_after_a_declared_absence_it_says_who_had_declared_it_until_when() -> None:
    text = told(DECLARED)
    assert "王芳说过外出到今天 17:12 为止" in text
    assert "重新登记外出" in text


def test_that_they_are_back_is_said_with_what_shows_it() -> None:
    assert "大门又开过或家里又有动静" in told(LEARNED, reason=Reason.RESOLVED)


@pytest.mark.parametrize("key", PHRASES["zh"])
def test_both_languages_have_the_same_blanks(key: str) -> None:
    import string

    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert blanks(PHRASES["zh"][key]) == blanks(PHRASES["en"][key])
