"""Messages to caregivers: everything they need, in their language, whatever the names are."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from edge.model import (
    Alert,
    Because,
    BlindCause,
    Broken,
    Contact,
    Deaf,
    Device,
    Ebbing,
    Finding,
    Home,
    Kind,
    Limit,
    Lost,
    Moment,
    Notice,
    Odd,
    Oddity,
    Outcome,
    Reason,
    Room,
    Rule,
    Sensed,
    Severity,
    Silence,
    State,
    Unseen,
)
from gateway.messages import language_of, render
from gateway.wording import LANGUAGES, faults, gaps
from gateway.wording.plain import plain

NOW = datetime(2025, 11, 22, 19, 12, tzinfo=UTC)  # 03:12 of the 23rd in Shanghai
SMOKE = Sensed("d1", "r1", Kind.SMOKE, True, NOW)
SILENCE = Silence(
    last_at=NOW - timedelta(hours=9, minutes=7),
    last_device="d2",
    last_room="r2",
    silent_for=timedelta(hours=9, minutes=7),
    blind_for=timedelta(hours=1),
    usual=timedelta(hours=4, minutes=30),
    days=21,
    limit=Limit.LEARNED,
    expected_days=60.4,
    door_at=NOW - timedelta(hours=10),
    is_away=False,
)


def home(chinese: bool = True, **changes: object) -> Home:
    rooms, names = (("厨房", "客厅"), ("烟感", "客厅人体感应")) if chinese else (
        ("Kitchen", "Parlour"), ("Smoke alarm", "Motion sensor"))  # fmt: skip
    plain_home = Home(
        "h1",
        "幸福里 3-502" if chinese else "Willow Lane 5",
        "王秀英" if chinese else "Mary Wang",
        "Asia/Shanghai",
        (Room("r1", rooms[0]), Room("r2", rooms[1])),
        (
            Device("d1", "r1", names[0], frozenset({Kind.SMOKE}), "mqtt"),
            Device("d2", "r2", names[1], frozenset({Kind.MOTION}), "mqtt"),
        ),
        (
            Contact("li", "李强", "son", "", "zh", ("a", "b")),
            Contact("ann", "Ann", "daughter", "", "en", ("a",)),
        ),
    )
    return structs.replace(plain_home, **changes)


def alert(because: Because, rule: Rule = Rule.SMOKE, **changes: object) -> Alert:
    since = NOW - timedelta(minutes=12)
    finding = Finding(rule, "d1", Severity.EMERGENCY, Moment.of(since), because)
    plain_alert = Alert("1a2b3c4d5e6f", "h1", finding, State.RAISED, Moment.of(since))
    return structs.replace(plain_alert, **changes)


def notice(to: str = "li", reason: Reason = Reason.FIRST, drill: bool = False) -> Notice:
    return Notice(
        "9f8e7d", "1a2b3c4d5e6f", "h1", to, "a", reason, Severity.EMERGENCY, Moment.of(NOW), drill
    )


BECAUSES: list[Because] = [
    SMOKE,
    structs.replace(SMOKE, standing=True),
    Sensed("d1", "", Kind.BATTERY, 12, NOW),
    Sensed("gone", "gone", Kind.BATTERY_LOW, True, NOW),
    SILENCE,
    structs.replace(SILENCE, limit=Limit.POPULATION, is_away=True, days=3, expected_days=None),
    structs.replace(SILENCE, limit=Limit.CEILING, door_at=None, blind_for=timedelta(0)),
    structs.replace(SILENCE, last_at=None, last_device="", last_room="", days=0),
    Lost("d2", "r2", NOW - timedelta(hours=25), timedelta(hours=24), False),
    Lost("d2", "r2", None, timedelta(hours=24), True),
    *(Deaf(cause, "mqtt", ("d1", "d2")) for cause in (*BlindCause, None)),
    *(Deaf(BlindCause.SOURCE_LOST, lost, ("d2",)) for lost in ("ble", "serial/7", "radio")),
    Deaf(None, "", ()),
    Lost("d1", "r1", NOW - timedelta(hours=25), timedelta(hours=24), True, True, True),
    Unseen("r2", ("d1", "d2")),
    *(Odd("d2", "r2", oddity) for oddity in Oddity),
    Ebbing("d2", "r2", 23.4, 18),
    Broken("alerts.db", ""),
    Broken("dingtalk-son", "310000"),
]
DO = {"li": "请做：", "ann": "Please: "}
COMBINATIONS = list(itertools.product(Rule, BECAUSES, Reason, (False, True)))
ENDS = list(itertools.product(Rule, BECAUSES, [Reason.RESOLVED], (False, True)))
# What it was is known, and told, only of what is over.
KNOWN = [*((each, None) for each in COMBINATIONS), *itertools.product(ENDS, Outcome)]


@pytest.mark.parametrize("to", ["li", "ann"])
def test_every_message_is_whole_in_both_languages(to: str) -> None:
    is_chinese = to == "li"
    # Technical names that a person reads as names, and the words every Chinese reader knows.
    foreign = r"[A-Za-z]{2,}" if is_chinese else r"[\u3000-\u9fff\uff00-\uffef]"
    known = r"alerts.db|dingtalk-son|shouhu away h1|gone|1a2b3c4d-9f8e"
    place = home(is_chinese)
    for (rule, because, reason, drill), outcome in KNOWN:
        about = alert(because, rule, outcome=outcome)
        title, text = render(about, notice(to, reason, drill), place, ["张三"] * is_chinese)
        whole = f"{title}\n{text}"
        assert place.resident in title
        assert place.resident in text
        assert title.startswith(LANGUAGES["zh" if is_chinese else "en"].drill) == drill
        assert reason is Reason.RESOLVED or ("119" in text if drill else DO[to] in text)
        assert "1a2b3c4d-9f8e" in text
        assert LANGUAGES[place.contacts[not is_chinese].language].rules[rule] in title
        assert not re.search(foreign, re.sub(known, "", whole)), whole
        assert not re.search(r"None|[{}]|\bnan\b|timedelta|datetime|  |\n\n", whole), whole
        assert "\n" not in title


@pytest.mark.parametrize("to", ["li", "ann"])
def test_every_message_fits_into_the_smallest_receiver(to: str) -> None:
    long = "很长的名字" * 30
    place = home(resident=long, name=long, rooms=(Room("r1", long), Room("r2", long)))
    place = structs.replace(
        place, devices=tuple(structs.replace(device, name=long) for device in place.devices)
    )
    told = [long] * 20
    for rule, because, reason, drill in COMBINATIONS:
        about = alert(because, rule)
        title, text = render(about, notice(to, reason, drill), place, told, is_stored=False)
        assert len(f"{title}\r\n{text}".encode()) <= 2048


def test_a_smoke_alarm_reads_as_a_caregiver_needs_it() -> None:
    title, text = render(alert(SMOKE), notice(), home(), ["张三", "社区值班"])
    assert title == "烟雾报警：王秀英，厨房"
    assert text.split("\n") == [
        "王秀英（幸福里 3-502）",
        "厨房的“烟感”报告有烟雾。",
        "开始：今天 03:00，12 分钟前（当地时间）",
        "最近一次：今天 03:12",
        "请做：马上打电话叫王秀英离开房间、关上身后的门，并打 119。没人接就立刻派人过去。",
        "也通知了：张三、社区值班",
        "编号 1a2b3c4d-9f8e",
    ]


def test_a_silence_is_explained() -> None:
    title, text = render(alert(SILENCE, Rule.INACTIVITY), notice("ann"), home(chinese=False), [])
    assert title == "No movement for too long: Mary Wang"
    assert text.split("\n") == [
        "Mary Wang (Willow Lane 5)",
        "No movement at all for 9 h 7 min.",
        "Last movement: yesterday 18:05, “Motion sensor” in Parlour",
        "At this hour it is seldom quiet for more than 4 h 30 min (learned from 21 days of this"
        " home). So unusual a quiet comes about once in 60 days.",
        "A further 1 h, when the sensors could not be heard, are not counted.",
        "The outer door was last used yesterday 17:12. By the door, the resident should be at"
        " home.",
        "Please: call Mary Wang. If nobody answers, have a neighbour look in or go yourself; no"
        " reply at the door: ambulance 120.",
        "So far only you were told.",
        "Ref. 1a2b3c4d-9f8e",
    ]


def test_a_drill_says_so_first_and_sends_nobody_to_the_fire_brigade() -> None:
    title, text = render(alert(SMOKE), notice(drill=True), home(), [])
    assert title.startswith("【演练】")
    assert "请不要打 119" in text


def test_a_drill_home_is_a_drill_whatever_the_notice_says() -> None:
    title, _ = render(alert(SMOKE), notice("ann"), home(chinese=False, drill=True), [])
    assert title.startswith("[DRILL] SMOKE")


def test_a_stopped_smoke_alarm_is_not_called_safe() -> None:
    _, text = render(alert(SMOKE), notice(reason=Reason.RESOLVED), home(), [])
    assert "烟雾报警停了。" in text
    assert "不等于人没事" in text
    assert "119" not in text


def test_the_outcome_is_told_when_somebody_said_it() -> None:
    closed = alert(SMOKE, outcome=Outcome.WELL, state=State.CLOSED)
    _, text = render(closed, notice(reason=Reason.RESOLVED), home(), [])
    assert "王秀英平安，是一次误报。" in text


def test_an_alert_that_could_not_be_stored_says_so() -> None:
    _, text = render(alert(SMOKE), notice("ann"), home(chinese=False), [], is_stored=False)
    assert "could not store" in text


def test_times_are_those_of_the_home_and_old_ones_have_their_year() -> None:
    lost = Lost("d2", "r2", NOW - timedelta(days=400), timedelta(hours=24), False)
    _, text = render(alert(lost, Rule.SILENT), notice("ann"), home(chinese=False), [])
    assert "Last heard: 19 Oct 2024 03:12" in text
    assert "not heard for 400 d" in text


def test_a_long_list_of_names_is_cut_and_counted() -> None:
    _, text = render(alert(SMOKE), notice("ann"), home(chinese=False), list("ABCDEFG"))
    assert "Also told: A, B, C, D and more, 7 in all" in text


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_TW", "", "fr"])
def test_chinese_is_spoken_where_no_language_of_ours_is_asked_for(language: str) -> None:
    place = home(contacts=(Contact("li", "李", "", "", language, ("a",)),))
    assert language_of(notice(), place) == "zh"


@pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US"])
def test_english_is_spoken_by_any_of_its_names(language: str) -> None:
    place = home(contacts=(Contact("li", "李", "", "", language, ("a",)),))
    assert language_of(notice(), place) == "en"


@given(st.text(), st.text(), st.text(), st.sampled_from(BECAUSES), st.sampled_from(Rule))
def test_no_name_breaks_a_message(
    resident: str, room: str, device: str, because: Because, rule: Rule
) -> None:
    place = home(resident=resident, rooms=(Room("r1", room), Room("r2", room)))
    devices = tuple(structs.replace(known, name=device) for known in place.devices)
    title, text = render(
        alert(because, rule), notice(), structs.replace(place, devices=devices), [resident]
    )
    assert "\n" not in title
    assert len(text.split("\n")) <= 12
    (title + text).encode()


def test_a_name_cannot_forge_a_line_or_turn_the_text_around() -> None:
    assert plain("王\n编号 0000\u202e\u0000 <b>{x}") == "王 编号 0000 <b>{x}"


def test_braces_in_a_name_are_no_placeholders() -> None:
    _, text = render(alert(SMOKE), notice(), home(resident="{home}{0}"), ["{told}"])
    assert "{home}{0}" in text
    assert "{told}" in text


def test_a_language_that_lacks_a_phrase_is_found() -> None:
    poor = structs.replace(LANGUAGES["en"], rules={Rule.SMOKE: "SMOKE"}, ago="{time}")
    assert "ago: the placeholders differ" in faults(poor, LANGUAGES["zh"])
    assert "rules.sos: one language lacks it" in faults(poor, LANGUAGES["zh"])
    assert "rules.sos: missing" in gaps(poor)


@pytest.mark.parametrize(
    ("severity", "devices", "title", "end"),
    [
        (Severity.URGENT, ("d2",), "看不到家里情况", "又能看到家里的情况了"),
        (Severity.FAULT, ("d2",), "部分设备听不到", "这些设备又能听到了"),
        (Severity.FAULT, (), "看不到家里情况", "又能看到家里的情况了"),
    ],
)
def test_a_home_that_others_still_see_is_not_called_unseen(
    severity: Severity, devices: tuple[str, ...], title: str, end: str
) -> None:
    about = alert(Deaf(BlindCause.SOURCE_LOST, "ble", devices), Rule.BLIND)
    about = structs.replace(about, finding=structs.replace(about.finding, severity=severity))
    assert title in render(about, notice(), home(), [])[0]
    assert end in render(about, notice(reason=Reason.RESOLVED), home(), [])[1]


@pytest.mark.parametrize(
    ("lost", "to", "words"),
    [
        ("ble", "li", ("主机的蓝牙收不到信号", "客厅人体感应", "蓝牙适配器插好了没有")),
        ("ble", "ann", ("nothing over Bluetooth", "Bluetooth adapter is plugged into")),
        ("serial/雷达", "li", ("主机的串口“雷达”收不到信号", "客厅人体感应", "插头松了没有")),
        ("serial/radar", "ann", ("serial port “radar”", "the plug on the serial port “radar”")),
        ("mqtt", "li", ("主机与传感器的连接断了", "检查主机、网络和电源")),
    ],
)
def test_what_is_lost_is_named_with_what_to_look_at(
    lost: str, to: str, words: tuple[str, ...]
) -> None:
    about = alert(Deaf(BlindCause.SOURCE_LOST, lost, ("d2",)), Rule.BLIND)
    _, text = render(about, notice(to), home(), [], why_deaf="no adapter\nat all")
    for word in (*words, "no adapter at all"):
        assert word in text
