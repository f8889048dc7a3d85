"""What a caregiver reads of a silence: each fact that is known, and none that is not."""

import itertools
import pkgutil
import re
import string
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from msgspec import structs

from edge.model import Because, Limit, Moment, Notice, Reason, Rule, Silence, Wear
from gateway import wording
from gateway.messages import render
from gateway.wording import families
from tests.gateway.test_messages import NOW, SILENCE, alert, home, notice

ASKED = structs.replace(
    SILENCE,
    blind_for=timedelta(0),
    of_days=28,
    as_long_on=0,
    longest=timedelta(hours=5, minutes=10),
    active_half_hours=9,
    usual_active=24.0,
    hour_counts=0.47,
    is_quiet_day=True,
    asked_at=NOW - timedelta(minutes=40),
    answers=0.87,
    witnesses=6,
    wear=Wear("band", True, None, 71.6, NOW - timedelta(minutes=8), NOW - timedelta(hours=9)),
)


def read(because: Because, to: str = "li") -> list[str]:
    _, text = render(alert(because, Rule.INACTIVITY), notice(to), home(to == "li"), [])
    return text.split("\n")


def test_an_unanswered_question_a_rare_silence_and_a_quiet_day_are_told() -> None:
    assert read(ASKED)[1:7] == [
        "已有 9 小时 7 分钟没有任何动静。今天 02:32 在家里问过，没有回应。"
        "平时这个时候问 10 次，大约会应 9 次。",
        "最后一次动静：昨天 18:05，“客厅人体感应”",
        "这个时段一般安静不超过 4 小时 30 分钟（从这个家 21 天的生活中学到）。"
        "最近 28 天，这个时段没有一天安静过这么久，最长 5 小时 10 分钟。"
        "这样反常的安静，大约 60 天才有一次。",
        "之前 24 小时的活动只有平时的 38%：人可能不舒服，也可能不在家。所以这次通知得比平时晚。",
        "大门最后一次开关：昨天 17:12。从大门看，人应该在家。能看到人的传感器（6 个）都正常。",
        "手环戴着，今天 03:04 测到心率 72。最后走动：昨天 18:12。",
    ]


def test_the_same_reads_well_in_english() -> None:
    assert read(ASKED, "ann")[1:7] == [
        "No movement at all for 9 h 7 min. Asked at home today 02:32: no answer. At this hour"
        " about 9 of 10 such questions are answered.",
        "Last movement: yesterday 18:05, “Motion sensor” in Parlour",
        "At this hour it is seldom quiet for more than 4 h 30 min (learned from 21 days of this"
        " home). On none of the last 28 days was it quiet for so long around this hour; the longest"
        " was 5 h 10 min. So unusual a quiet comes about once in 60 days.",
        "In the 24 hours before there was 38% of the usual activity: perhaps unwell, perhaps not"
        " at home. So you are told later than on other days.",
        "The outer door was last used yesterday 17:12. By the door, the resident should be at"
        " home. Sensors that see movement: 6, all in order.",
        "The bracelet is worn; heart rate 72 (today 03:04). Last steps: yesterday 18:12.",
    ]


def test_whoever_is_told_again_later_reads_how_long_it_is_by_then() -> None:
    _, text = render(alert(ASKED, Rule.INACTIVITY), later(hours=2), home(), [])
    assert "已有 11 小时 7 分钟没有任何动静" in text


def test_time_that_could_not_be_seen_is_not_counted_as_silence() -> None:
    blind = structs.replace(SILENCE, silent_for=timedelta(hours=8), blind_for=timedelta(hours=2))
    assert "已有 8 小时没有任何动静" in read(blind)[1]


def later(hours: float) -> Notice:
    due = Moment.of(NOW + timedelta(hours=hours))
    return structs.replace(notice(reason=Reason.REPEATED), due=due)


UNSET = Moment(datetime(1970, 1, 1, 0, 5, tzinfo=UTC), 300.0, "box", trusted=False)


def found_by_a_clock_that_was_not_set(due: Moment) -> str:
    because = structs.replace(
        SILENCE,
        last_at=UNSET.wall,
        door_at=None,
        silent_for=timedelta(hours=24),
        blind_for=timedelta(0),
    )
    silent = alert(because, Rule.INACTIVITY)
    silent = structs.replace(silent, finding=structs.replace(silent.finding, since=UNSET))
    told = structs.replace(notice(reason=Reason.REPEATED), due=due)
    return render(silent, told, home(), [])[1]


def test_a_silence_by_a_clock_that_is_not_set_lasts_no_fifty_years_and_says_so() -> None:
    set_since = Moment(NOW, UNSET.monotonic + 25 * 3600, "box")
    for due in (UNSET.plus(timedelta(hours=25)), set_since):
        text = found_by_a_clock_that_was_not_set(due)
        assert "已有 1 天 1 小时没有任何动静" in text
        assert "主机的时间还没有校准，上面的日期和钟点可能不对。" in text


def test_after_a_restart_nobody_guesses_how_much_longer_it_has_been_quiet() -> None:
    later_start = Moment(NOW, 60.0, "next")
    assert "已有 1 天没有任何动静" in found_by_a_clock_that_was_not_set(later_start)


def test_days_that_were_as_quiet_are_counted() -> None:
    some = structs.replace(ASKED, as_long_on=2, longest=timedelta(hours=10))
    assert "有 2 天在这个时段也安静过这么久，最长 10 小时" in read(some)[3]
    assert "On 2 of the last 28 days it was quiet for as long" in read(some, "ann")[3]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.4, "平时也有"),
        (1.4, "平时也有"),
        (2.0, "大约 2 天"),
        (59.6, "大约 60 天"),
        (3650, "几年"),
    ],
)
def test_how_rare_it_is_is_said_as_a_person_says_it(days: float, said: str) -> None:
    assert said in read(structs.replace(ASKED, expected_days=days))[3]


def test_a_sensor_that_fails_is_named_and_the_others_are_not_called_well() -> None:
    text = "\n".join(read(structs.replace(ASKED, failing=("d2",))))
    assert "客厅人体感应失联或失灵" in text
    assert "都正常" not in text


def test_an_ordinary_day_before_and_a_question_that_nobody_knows_of_are_not_spoken_of() -> None:
    plain = structs.replace(ASKED, active_half_hours=23, hour_counts=1.0, answers=None)
    text = "\n".join(read(plain))
    assert "之前 24 小时" not in text
    assert "10 次" not in text


def test_a_quiet_day_that_slowed_nothing_is_told_without_an_excuse() -> None:
    text = "\n".join(read(structs.replace(ASKED, hour_counts=1.0)))
    assert "只有平时的 38%" in text
    assert "比平时晚" not in text


def test_a_bracelet_that_is_off_says_nothing_of_its_wearer() -> None:
    off = Wear("band", False, NOW - timedelta(hours=11), 70.0, NOW - timedelta(hours=12))
    text = "\n".join(read(structs.replace(ASKED, wear=off)))
    assert "手环从昨天 16:12 起没有戴" in text
    assert "心率" not in text


def test_a_home_without_a_door_sensor_says_so() -> None:
    assert "大门没有传感器" in "\n".join(read(structs.replace(ASKED, door_at=None)))


LIMITS = [structs.replace(ASKED, limit=limit, days=days) for limit in Limit for days in (0, 21)]


def test_who_is_told_again_reads_how_to_say_that_nobody_is_at_home() -> None:
    _, first = render(alert(ASKED, Rule.INACTIVITY), notice(), home(), [])
    _, again = render(alert(ASKED, Rule.INACTIVITY), later(hours=2), home(), [])
    assert "shouhu away" not in first
    assert "请登记外出，回来之前不再打扰：shouhu away h1" in again


def test_a_silence_that_goes_on_after_two_words_says_so() -> None:
    vouched = structs.replace(ASKED, last_device="", last_room="", vouched=2)
    text = "\n".join(read(vouched, "ann"))
    assert "Somebody has said 2 times since that all is well; nothing has moved." in text
    assert "shouhu away h1" in text


@pytest.mark.parametrize(("because", "to"), list(itertools.product(LIMITS, ("li", "ann"))))
def test_every_limit_can_be_told_in_twelve_short_lines(because: Silence, to: str) -> None:
    lines = read(because, to)
    assert len(lines) <= 12
    assert not re.search(r"None|[{}]|nan|  ", "\n".join(lines))


def families_of_phrases() -> list[str]:
    names = (module.name for module in pkgutil.iter_modules(wording.__path__))
    return [n for n in names if hasattr(import_module(f"gateway.wording.{n}"), "PHRASES")]


@pytest.mark.parametrize("name", families_of_phrases())
def test_both_languages_of_a_family_say_the_same_things(name: str) -> None:
    phrases = import_module(f"gateway.wording.{name}").PHRASES
    assert phrases.keys() == {"zh", "en"}
    assert phrases["zh"].keys() == phrases["en"].keys()
    for key in phrases["zh"]:
        assert places(phrases["zh"][key]) == places(phrases["en"][key]), key


def places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


def test_the_silence_has_a_teller() -> None:
    assert Silence in families.TELLERS
