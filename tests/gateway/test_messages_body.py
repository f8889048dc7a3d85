"""What a caregiver reads of a fall and what followed it, of a heart, of a bracelet."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from edge.model import (
    After,
    Aftermath,
    Alert,
    Because,
    Bound,
    Contact,
    Device,
    Finding,
    Home,
    Kind,
    Moment,
    Notice,
    Reason,
    Room,
    Rule,
    Sensed,
    Severity,
    State,
    Unworn,
    Vital,
)
from gateway.messages import render
from gateway.wording.body import PHRASES, UNITS

NOW = datetime(2025, 11, 22, 19, 12, tzinfo=UTC)  # 03:12 of the 23rd in Shanghai
FALL = Sensed("d1", "", Kind.FALL, True, NOW, seen_room="r1", seen_at=NOW - timedelta(minutes=4))
HEART = Vital(
    device="d1",
    kind=Kind.HEART_RATE,
    value=142,
    at=NOW,
    began=NOW - timedelta(minutes=25),
    lasting=timedelta(minutes=20),
    readings=5,
    bound=Bound.HARD,
    is_high=True,
    limit=130,
    usual_low=51.2,
    usual_high=97.6,
    days=21,
    expected_days=900.0,
)


def home(language: str) -> Home:
    is_chinese = language == "zh"
    return Home(
        "h1",
        "幸福里 3-502" if is_chinese else "Willow Lane 5",
        "王秀英" if is_chinese else "Mary Wang",
        "Asia/Shanghai",
        (Room("r1", "卫生间" if is_chinese else "Bathroom"),),
        (Device("d1", "r1", "手环" if is_chinese else "Bracelet", frozenset(), "ble"),),
        (Contact("li", "李强", "", "", language, ("a",)),),
    )


def text(rule: Rule, because: Because, language: str, severity: Severity) -> str:
    """Give the whole message."""
    finding = Finding(rule, "d1", severity, Moment.of(NOW), because)
    alert = Alert("a1b2c3d4e5", "h1", finding, State.RAISED, Moment.of(NOW))
    due = Moment.of(NOW + timedelta(minutes=11))
    notice = Notice("n1n2n3n4", alert.id, "h1", "li", "a", Reason.FIRST, severity, due)
    return "\n".join(render(alert, notice, home(language), []))


def test_a_fall_says_where_the_wearer_was_last_and_not_where_the_bracelet_is_registered() -> None:
    said = text(Rule.FALL, FALL, "zh", Severity.EMERGENCY)
    assert said.splitlines()[0] == "跌倒报警：王秀英"
    assert "之前最后一次动静在卫生间（今天 03:08，15 分钟前）" in said
    assert "Bathroom, today 03:08" in text(Rule.FALL, FALL, "en", Severity.EMERGENCY)


@pytest.mark.parametrize(
    ("language", "what", "do"),
    [
        ("zh", "跌倒以后已有 11 分钟没有任何动静", "就近派人上门，不要等"),
        ("en", "Nothing has moved for 11 min since the fall", "send whoever is nearest at once"),
    ],
)
def test_stillness_after_a_fall_asks_for_somebody_at_the_door(
    language: str, what: str, do: str
) -> None:
    after = structs.replace(FALL, after=Aftermath(After.STILL, NOW))
    said = text(Rule.FALL, after, language, Severity.EMERGENCY)
    assert what in said and do in said


@pytest.mark.parametrize(
    ("language", "what", "do"),
    [
        ("zh", "手环又走了 45 步，可能已经自己起来了，但还没有人确认", "有没有撞到头"),
        ("en", "45 more steps were counted. Probably up again, but nobody has made sure", "head?"),
    ],
)
def test_who_is_up_again_is_asked_and_not_fetched(language: str, what: str, do: str) -> None:
    after = structs.replace(FALL, after=Aftermath(After.UP, NOW, ("r1",), 45))
    said = text(Rule.FALL, after, language, Severity.URGENT)
    assert what in said and do in said
    assert "立刻上门" not in said and "at once" not in said


def test_a_bracelet_that_was_not_worn_when_it_fell_is_said_so() -> None:
    off = structs.replace(FALL, is_worn=False)
    assert "也可能是手环掉到了地上" in text(Rule.FALL, off, "zh", Severity.EMERGENCY)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "zh",
            (
                "心率偏高：每分钟 142 次（“手环”，5 次测量，持续 20 分钟）",
                "超过设定的上限（每分钟 130 次）",
                "不低于每分钟 51 次，不超过每分钟 98 次（21 天的记录）",
                "大约 900 天才有一次",
                "开始：今天 02:47，36 分钟前",
                "胸口痛",
            ),
        ),
        (
            "en",
            (
                "Heart rate high: 142 a minute (“Bracelet”, 5 readings over 20 min)",
                "Above the upper limit set, 130 a minute",
                "usually between 51 a minute and 98 a minute (21 days measured)",
                "once in 900 days",
                "Since today 02:47, 36 min ago",
                "pain in the chest",
            ),
        ),
    ],
)
def test_a_heart_is_told_with_its_limit_its_usual_and_what_to_ask(
    language: str, parts: tuple[str, ...]
) -> None:
    said = text(Rule.HEART_RATE, HEART, language, Severity.URGENT)
    assert [part for part in parts if part not in said] == []


def test_what_is_only_unusual_for_this_person_is_no_call_for_an_ambulance() -> None:
    note = structs.replace(HEART, bound=Bound.OWN, limit=97.6, value=108)
    said = text(Rule.HEART_RATE, note, "zh", Severity.NOTE)
    assert "还没有到危险的限度" in said and "120" not in said
    assert "ambulance" not in text(Rule.HEART_RATE, note, "en", Severity.NOTE)


def test_a_temperature_has_its_tenth_and_no_claim_of_readings() -> None:
    fever = structs.replace(
        HEART,
        kind=Kind.BODY_TEMPERATURE,
        value=39.4,
        limit=39.0,
        readings=1,
        usual_low=None,
        usual_high=None,
        expected_days=None,
    )
    said = text(Rule.BODY_TEMPERATURE, fever, "zh", Severity.URGENT)
    assert "体温偏高：39.4℃（“手环”）。" in said and "，1 次测量" not in said
    assert "走动" not in said


def test_a_bracelet_on_the_table_is_told_as_what_cannot_be_known() -> None:
    said = text(Rule.UNWORN, Unworn("d1", NOW, alone=True), "zh", Severity.URGENT)
    assert "没有戴在身上" in said and "现在不知道王秀英的情况" in said
    said = text(Rule.UNWORN, Unworn("d1", NOW, alone=False), "en", Severity.FAULT)
    assert "has not been worn since today 03:12" in said and "not known now" not in said


def test_both_languages_say_the_same_things() -> None:
    assert PHRASES["zh"].keys() == PHRASES["en"].keys()
    assert set(UNITS.values()) <= PHRASES["zh"].keys()
