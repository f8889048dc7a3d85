"""Messages about rooms, mornings, nights and bed: whole texts as a caregiver reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.model import (
    Abed,
    Alert,
    Because,
    Contact,
    Device,
    Finding,
    Home,
    Kind,
    Missed,
    Moment,
    Notice,
    Reason,
    Roaming,
    Room,
    Rule,
    Severity,
    Sparse,
    State,
    Stay,
)
from gateway.messages import render
from gateway.wording import _places
from gateway.wording.routine import PHRASES

NOW = datetime(2025, 11, 22, 19, 12, tzinfo=UTC)  # 03:12 of the 23rd in Shanghai
HOURS = timedelta(hours=1)
HOME = Home(
    "h1",
    "幸福里 3-502",
    "王秀英",
    "Asia/Shanghai",
    (Room("bath", "卫生间"), Room("kitchen", "厨房"), Room("hall", "门厅")),
    (
        Device("b", "bath", "卫生间红外", frozenset({Kind.MOTION}), "mqtt"),
        Device("door", "hall", "大门门磁", frozenset({Kind.CONTACT_OPEN}), "mqtt", outer_door=True),
        Device("mat", "bath", "床垫", frozenset({Kind.PRESENCE}), "mqtt", bed=True),
    ),
    (Contact("li", "李强", "son", "", "zh", ("a",)), Contact("ann", "Ann", "d", "", "en", ("a",))),
)
STAY = Stay("bath", "b", NOW - 1.5 * HOURS, 1.6 * HOURS, timedelta(minutes=14), 28, 750.0)
SPARSE = Sparse("kitchen", NOW - 0.3 * HOURS, 9, 6.5 * HOURS, 2 * HOURS, 28, 800.0)
MISSED = Missed(
    "kitchen",
    NOW + 4.2 * HOURS,
    NOW + 5 * HOURS,
    27,
    28,
    NOW - 0.2 * HOURS,
    "bath",
    121.0,
)
ROAMING = Roaming(1.7 * HOURS, ("bath", "kitchen"), 14, NOW, None, timedelta(minutes=18), 40, 760.0)
LEFT = Roaming(timedelta(minutes=10), (), 0, NOW, NOW - HOURS / 6, timedelta(), 40, 1500.0)
ABED = Abed("mat", "bath", True, 14 * HOURS, 9.5 * HOURS, 28, 900.0)
NOT_BACK = Abed("mat", "bath", False, 1.2 * HOURS, HOURS / 4, 28, 900.0, NOW - HOURS, "bath")
ALL: list[tuple[Rule, Because]] = [
    (Rule.STAY, STAY),
    (Rule.CRAWLING, SPARSE),
    (Rule.ROUTINE, MISSED),
    (Rule.WANDERING, ROAMING),
    (Rule.WANDERING, LEFT),
    (Rule.BED, ABED),
    (Rule.BED, NOT_BACK),
]


def told(rule: Rule, because: Because, to: str = "li", since: datetime = NOW - HOURS / 100) -> str:
    began = Moment.of(since)
    finding = Finding(rule, "bath", Severity.URGENT, began, because)
    alert = Alert("0123456789", "h1", finding, State.RAISED, began)
    now = Moment.of(NOW)
    notice = Notice("n123", "0123456789", "h1", to, "a", Reason.FIRST, Severity.URGENT, now)
    return "\n".join(render(alert, notice, HOME, ["王芳"]))


def test_both_languages_say_the_same_things() -> None:
    chinese, english = PHRASES["zh"], PHRASES["en"]
    assert chinese.keys() == english.keys()
    for key, phrase in chinese.items():
        assert _places(phrase) == _places(english[key]), key


@pytest.mark.parametrize(("rule", "because"), ALL)
@pytest.mark.parametrize("to", ["li", "ann"])
def test_every_message_says_what_since_when_and_what_to_do(
    rule: Rule, because: Because, to: str
) -> None:
    text = told(rule, because, to)
    assert "{" not in text and "None" not in text
    assert ("请做：" if to == "li" else "Please: ") in text
    assert "王秀英" in text


def test_a_stay_says_the_room_how_long_and_what_is_usual() -> None:
    assert told(Rule.STAY, STAY).splitlines()[:5] == [
        "一直没有出来：王秀英，卫生间",
        "王秀英（幸福里 3-502）",
        "一直在卫生间，已有 1 小时 36 分钟，别的房间都没有动静。",
        "最后一次动静：今天 01:42，1 小时 30 分钟前，“卫生间红外”",
        "平时这个时段在卫生间最多待 14 分钟（28 天的记录）。这样的情况大约 750 天才有一次。",
    ]


def test_a_missed_morning_says_when_it_usually_is() -> None:
    text = told(Rule.ROUTINE, MISSED)
    assert "今天还没有去过厨房" in text
    assert "平时大约 07:24 就去了，最晚也不过 08:12（28 天里有 27 天）" in text


def test_who_left_at_night_is_looked_for_outside() -> None:
    text = told(Rule.WANDERING, LEFT, "ann")
    assert "Went out through “大门门磁” today 03:02" in text
    assert "call the police (110)" in text


def test_a_young_home_says_that_it_is_not_known_for_long() -> None:
    young = Stay("bath", "b", NOW, 12 * HOURS, timedelta(), 1, None)
    assert "这个家的记录还不多" in told(Rule.STAY, young)


@pytest.mark.parametrize(
    ("rule", "because"), [each for each in ALL if each[1] is not MISSED and each[1] is not LEFT]
)
def test_who_is_told_again_hours_later_reads_how_long_it_is_by_then(
    rule: Rule, because: Because
) -> None:
    since = NOW - 20 * HOURS
    assert "已有 20 小时" in told(rule, because, since=since)
    assert "20 h" in told(rule, because, "ann", since)
