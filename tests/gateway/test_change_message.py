"""The note on slow change, as a caregiver reads it."""

from datetime import UTC, date, datetime

import pytest
from msgspec import structs

from edge.model import (
    Alert,
    Finding,
    Measure,
    Moment,
    Notice,
    Reason,
    Rule,
    Severity,
    Shift,
    Shifted,
    State,
)
from gateway.messages import render
from gateway.wording.change import PHRASES
from tests.homes import contact, home

NOW = Moment.of(datetime(2026, 3, 30, 1, 0, tzinfo=UTC))  # 09:00 in Shanghai
SINCE = date(2026, 3, 12)
BECAUSE = Shifted(
    (
        Shift(Measure.ACTIVITY, 8.0, 6.0, SINCE, 18),
        Shift(Measure.LONGEST_QUIET, 42.0, 93.0, SINCE, 18),
        Shift(Measure.NIGHT_VISITS, 1.04, 2.41, SINCE, 18),
        Shift(Measure.OUTINGS, 1.6, 0.7, SINCE, 18),
        Shift(Measure.RISING, 398.0, 489.0, SINCE, 18),
        Shift(Measure.ROOM_CHANGES, 4.0, 5.0, SINCE, 18),
    )
)


def told(language: str) -> tuple[str, str]:
    place = structs.replace(home(), contacts=(contact("daughter", language=language),))
    finding = Finding(Rule.CHANGE, "wang", Severity.NOTE, NOW, BECAUSE)
    alert = Alert("0123456789abcdef", "wang", finding, State.RAISED, NOW)
    notice = Notice("fedc", alert.id, "wang", "daughter", "push", Reason.FIRST, Severity.NOTE, NOW)
    return render(alert, notice, place, [])


def test_the_note_says_in_chinese_what_was_what_is_and_since_when() -> None:
    title, text = told("zh")
    assert title == "生活习惯有变化：王桂英"
    for line in (
        "· 在家走动：比以前少了 25%，大约从3月12日开始",
        "· 白天最长一段没有动静：以前约 40 分钟，现在约 1 小时 35 分钟，大约从3月12日开始",
        "· 夜里去卫生间：以前平均每夜 1.0 次，现在 2.4 次，大约从3月12日开始",
        "· 出门：以前平均每天 1.6 次，现在 0.7 次，大约从3月12日开始",
        "· 起床：以前 6:40 左右，现在 8:10 左右，大约从3月12日开始",
        "· 在房间之间走动：比以前多了 25%，大约从3月12日开始",
    ):
        assert line in text.splitlines()
    assert "不用急着赶去" in text


def test_the_note_says_the_same_in_english() -> None:
    title, text = told("en")
    assert title == "A change in daily life: 王桂英"
    assert (
        "· Up in the morning: at about 6:40 before, at about 8:10 now, since about 12 Mar" in text
    )
    assert "· Moving about at home: 25% less than before, since about 12 Mar" in text
    assert "no hurry" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_measure_can_be_told(language: str) -> None:
    phrases = PHRASES[language]
    named = {key.partition(".")[0] for key in phrases}
    assert {str(measure) for measure in Measure} <= named
    assert phrases.keys() == PHRASES["zh"].keys()
