"""Stories of what sensors do and say: stuck and chattering ones, batteries, alarms, weak links."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import Ebbing, Kind, Lost, Odd, Oddity, Reason, Rule, Severity, State, Step
from tests.homes import ALL, DEVICES, home
from tests.stories.story import Story
from tests.stories.watching import (
    OTHERS,
    SECOND_EYE,
    expect,
    faults,
    messages,
    report,
    times_told,
    watched,
)

# -- sensors that behave as no person makes them


def test_a_stuck_motion_sensor_is_told_and_is_no_sign_of_life() -> None:
    story = watched().lives(days=15).lives_until("09:00").motion("kitchen")
    story.reads("kitchen_motion", Kind.MOTION, True)
    began = story.now
    for _ in range(40):
        story.after(minutes=30).reads("kitchen_motion", Kind.MOTION, True)
        report(story, *(d.id for d in DEVICES if d.id != "kitchen_motion"))
    assert set(story.rules()) == {"odd", "inactivity"}
    odd = story.alert("odd")
    assert odd.opened.since(began) <= timedelta(hours=12, minutes=31)
    assert odd.finding.because == Odd("kitchen_motion", "kitchen", Oddity.STUCK)
    silence = story.alert("inactivity")
    assert silence.opened.since(began) < timedelta(hours=13)
    chinese, english = messages(story, "odd")
    assert "可能卡住了" in chinese and "不算作有人活动" in chinese
    assert "it seems to be stuck" in english and "battery out" in english
    story.reads("kitchen_motion", Kind.MOTION, False)
    assert story.alert("odd").state is State.CLOSED


def test_a_sensor_that_said_once_that_somebody_is_there_and_never_took_it_back_is_stuck() -> None:
    story = watched().reports().reads("kitchen_motion", Kind.MOTION, True)
    for _ in range(25):
        story.after(hours=1).reports()
    expect(story, "odd")
    because = story.alert("odd").finding.because
    assert isinstance(because, Odd) and because.oddity is Oddity.STUCK


def test_a_sensor_that_dies_while_it_sees_somebody_is_silent_and_not_stuck_as_well() -> None:
    story = watched().reports().reads("kitchen_motion", Kind.MOTION, True)
    for _ in range(30):
        report(story.after(hours=1), *(d.id for d in DEVICES if d.id != "kitchen_motion"))
    expect(story, "silent")


def test_somebody_who_lies_in_bed_all_day_is_not_a_stuck_sensor() -> None:
    story = watched((*DEVICES, SECOND_EYE))
    story.reads("bedroom_radar", Kind.PRESENCE, False).reads("bedroom_radar", Kind.PRESENCE, True)
    for _ in range(20 * 6):
        story.after(minutes=10).reads("bedroom_radar", Kind.PRESENCE, True).reports()
    assert "odd" not in story.rules()


def chatter(story: Story, device: str, kind: Kind, hours: float, every: float = 20) -> Story:
    """A sensor changes every so many seconds, a little unevenly."""
    for number in range(int(hours * 3600 / every)):
        story.after(seconds=every + (number % 5) * 0.7 - 1.4)
        story.reads(device, kind, number % 2 == 0)
    return story


def test_a_sensor_that_only_speaks_of_beginnings_chatters_too() -> None:
    events = structs.replace(DEVICES[2], clears_after=timedelta(minutes=3))
    story = watched((*DEVICES[:2], events, *DEVICES[3:]))
    for number in range(10 * 80):
        story.after(seconds=45 + number % 7 - 3).reads(events.id, Kind.MOTION, True)
    assert story.alert("odd").finding.because == Odd(events.id, events.room, Oddity.CHATTERING)


def test_whoever_sits_before_a_sensor_that_sees_every_third_minute_makes_it_chatter_not() -> None:
    events = structs.replace(DEVICES[2], clears_after=timedelta(minutes=3))
    story = watched((*DEVICES[:2], events, *DEVICES[3:]))
    for number in range(14 * 20):
        story.after(seconds=180 + number % 7 * 3).reads(events.id, Kind.MOTION, True)
    assert "odd" not in story.rules()


def test_a_chattering_door_is_told_and_does_not_hide_a_collapse() -> None:
    story = watched().lives(days=15).lives_until("08:50").motion("bedroom").reports()
    began = story.now
    for _ in range(7):
        chatter(story, "front_door", Kind.CONTACT_OPEN, hours=2).reports()
    assert story.rules() == ["odd", "inactivity"]
    odd = story.alert("odd")
    assert odd.finding.because == Odd("front_door", "hall", Oddity.CHATTERING)
    assert odd.opened.since(began) <= timedelta(hours=2)
    chinese, english = messages(story, "odd")
    assert "变化得太频繁" in chinese and "松动" in chinese
    assert "changes far more often" in english


def test_a_chattering_door_neither_makes_an_alert_nor_takes_anybody_out_while_life_goes_on() -> (
    None
):
    story = watched().lives(days=15).lives_until("08:50").motion("bedroom").reports()
    chatter(story, "front_door", Kind.CONTACT_OPEN, hours=3)
    for _ in range(5):
        chatter(story, "front_door", Kind.CONTACT_OPEN, hours=1).motion("kitchen").reports()
    story.expects("odd")
    assert not story.household.presence.is_away(story.now.plus(timedelta(hours=1)))


def test_a_door_that_chatters_on_and_off_is_told_once_and_counts_again_when_it_is_calm() -> None:
    story = watched().reports()
    for _ in range(6):
        chatter(story, "front_door", Kind.CONTACT_OPEN, hours=2).after(hours=2).reports()
    expect(story, "odd")
    story.after(hours=4, minutes=5)
    assert story.alert("odd").state is State.CLOSED
    story.door()
    assert story.household.inactivity.state.seen_at == story.now.wall


def test_a_busy_kitchen_with_a_nervous_sensor_is_life() -> None:
    story = watched().reports()
    chatter(story, "kitchen_motion", Kind.MOTION, hours=4, every=6)
    expect(story)


def test_a_sensor_that_begins_at_a_machine_s_beat_is_told() -> None:
    story = watched().reports()
    for _ in range(12 * 9):
        story.after(minutes=4).reads("bathroom_motion", Kind.MOTION, True)
        story.after(minutes=1).reads("bathroom_motion", Kind.MOTION, False)
    expect(story, "odd")
    because = story.alert("odd").finding.because
    assert isinstance(because, Odd) and because.oddity is Oddity.REPEATING
    assert story.household.inactivity.state.seen_at is not None
    assert story.now.wall - story.household.inactivity.state.seen_at >= timedelta(minutes=50)


def test_a_home_whose_only_eye_chatters_is_blind_and_that_is_told_once() -> None:
    story = watched((DEVICES[3], *DEVICES[4:])).reports()
    began = story.now
    chatter(story, "front_door", Kind.CONTACT_OPEN, hours=3)
    assert sorted(faults(story)) == ["blind", "odd"]
    blind = story.alert("blind")
    assert blind.finding.subject == "wang" and blind.finding.severity is Severity.URGENT
    assert story.alert("odd").inhibited_by == blind.id
    assert {notice.alert for notice in story.told(began)} == {blind.id}
    chinese, english = messages(story, "blind")
    assert "能看到人活动的传感器都失联或失灵了" in chinese
    assert "Every sensor that could see somebody move" in english


# -- batteries


def test_a_battery_that_sinks_steadily_is_told_weeks_before_it_is_empty() -> None:
    story = watched()
    for day in range(60):
        story.after(hours=12).reports().after(hours=12).reports().reads(
            "kitchen_smoke", Kind.BATTERY, 70 - day
        )
        if "battery" in story.rules():
            break
    because = story.alert("battery").finding.because
    assert isinstance(because, Ebbing) and 14 <= because.days <= 21
    chinese, english = messages(story, "battery")
    assert f"大约 {because.days} 天后用完" in chinese
    assert "loses charge day by day" in english
    for left in range(int(because.percent), 5, -1):
        story.after(hours=12).reports().after(hours=12).reports().reads(
            "kitchen_smoke", Kind.BATTERY, left
        )
    expect(story, "battery")
    story.reads("kitchen_smoke", Kind.BATTERY, 100).after(minutes=11).reports()
    assert story.alert("battery").state is State.CLOSED


@pytest.mark.parametrize("levels", [[100, 100, 50], [100, 75, 75, 50], [88, 91, 85, 90, 86]])
def test_a_battery_that_jumps_or_wavers_foretells_nothing(levels: list[int]) -> None:
    story = watched()
    for day in range(50):
        level = levels[min(day // 12, len(levels) - 1)]
        if len(levels) == 5:
            level = levels[day % 5]
        story.after(hours=12).reports().after(hours=12).reports().reads(
            "kitchen_smoke", Kind.BATTERY, level
        )
    expect(story)


def test_a_battery_at_its_limit_does_not_alert_every_half_hour() -> None:
    story = watched()
    for _ in range(5 * 24):
        story.reads("kitchen_smoke", Kind.BATTERY_LOW, True).after(minutes=30)
        story.reads("kitchen_smoke", Kind.BATTERY_LOW, False).after(minutes=30).reports()
    expect(story, "battery", "battery")


# -- what a smoke alarm says of itself


def test_the_test_of_a_smoke_alarm_is_told_as_a_test_and_remembered() -> None:
    story = watched().reports().after(hours=1)
    tested = story.now
    story.reads("kitchen_smoke", Kind.TEST, True).after(seconds=2)
    story.reads("kitchen_smoke", Kind.TEST, False).after(minutes=5)
    expect(story, "test")
    assert story.alert("test").finding.severity is Severity.NOTE
    assert {n.reason for n in story.told(tested)} == {Reason.FIRST}
    chinese, english = messages(story, "test")
    assert "不是真的报警" in chinese and "这条线路是通的" in chinese
    assert "this is no alarm" in english and "the path works" in english
    (checkup,) = [c for c in story.household.checkups(story.now) if c.device == "kitchen_smoke"]
    assert checkup.tested_at == tested.wall
    later = story.now
    story.after(hours=1)
    assert story.alert("test").state is State.CLOSED and not story.told(later)


def test_a_test_that_its_bridge_repeats_is_one_test() -> None:
    story = watched().reports()
    for _ in range(10):
        story.after(hours=1).reads("kitchen_smoke", Kind.TEST, True)
    expect(story, "test")


def test_a_muted_alarm_is_an_alarm() -> None:
    story = watched().reports().smoke().reads("kitchen_smoke", Kind.MUTED, True)
    expect(story, "smoke", "muted")
    assert story.alert("smoke").state is State.RAISED
    assert story.alert("muted").finding.severity is Severity.NOTE
    story.smoke(False).after(minutes=10).smoke()
    assert times_told(story, "smoke") == 2


def test_that_an_alarm_is_muted_is_told_once_and_nobody_is_sent_after_it() -> None:
    ladder = (
        Step(timedelta(0), ("daughter",), ALL),
        Step(timedelta(minutes=10), ("duty",), ALL),
    )
    story = Story(home(steps=ladder)).reports()
    story.reads("kitchen_smoke", Kind.MUTED, True).after(hours=2)
    assert [notice.recipient for notice in story.told()] == ["daughter"]


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        (Kind.FAULT, Rule.DEFECT, ("自己有故障", "calls itself defective")),
        (Kind.END_OF_LIFE, Rule.END_OF_LIFE, ("已到使用年限", "end of its life")),
        (Kind.TAMPER, Rule.TAMPER, ("被移动或拆开", "moved or opened")),
    ],
)
def test_each_state_of_a_smoke_alarm_is_its_own_alert(
    kind: Kind, rule: Rule, words: tuple[str, str]
) -> None:
    story = watched().reports().reads("kitchen_smoke", kind, True)
    expect(story, rule)
    for said, word in zip(messages(story, rule), words, strict=True):
        assert word in said
    story.reads("kitchen_smoke", kind, False)
    assert story.alert(rule).state is State.CLOSED


# -- links


def test_a_bad_link_alerts_nobody_until_silence_follows() -> None:
    story = watched()
    for _ in range(40):
        story.after(hours=1).reads("bedroom_motion", Kind.LINK_QUALITY, 12)
        report(story, *OTHERS)
    expect(story)
    (checkup,) = [c for c in story.household.checkups(story.now) if c.device == "bedroom_motion"]
    assert checkup.is_link_weak and checkup.link == 12
    for _ in range(25):
        report(story.after(hours=1), *OTHERS)
    because = story.alert("silent").finding.because
    assert isinstance(because, Lost) and because.weak_link
    chinese, english = messages(story, "silent")
    assert "信号一直很弱" in chinese and "link was weak" in english


def test_a_stuck_sensor_is_known_whatever_stands_before_it_in_its_messages() -> None:
    story = watched().reports().reads("bedroom_motion", Kind.MOTION, False)
    for _ in range(14):
        story.after(hours=1)
        dated = story.now.wall - timedelta(seconds=1)
        story.reads("bedroom_motion", Kind.BATTERY, 90, at=dated)
        story.reads("bedroom_motion", Kind.MOTION, True, at=dated)
        report(story, *OTHERS)
    expect(story, "odd")


def test_two_visits_to_a_room_of_which_the_first_end_was_lost_are_no_stuck_sensor() -> None:
    story = watched().reports().reads("bedroom_motion", Kind.MOTION, True)
    for _ in range(20):
        report(story.after(hours=1), *OTHERS)
    story.motion("bedroom")
    expect(story)


def test_a_home_whose_only_eye_was_stuck_is_seen_as_soon_as_it_says_otherwise() -> None:
    story = watched((DEVICES[0], DEVICES[4])).reads("bedroom_motion", Kind.MOTION, False)
    for _ in range(14):
        story.after(hours=1).reads("bedroom_motion", Kind.MOTION, True)
        report(story, "kitchen_smoke")
    expect(story, "blind", "odd")
    story.reads("bedroom_motion", Kind.MOTION, False)
    assert story.alert("blind").state is State.RESOLVED
