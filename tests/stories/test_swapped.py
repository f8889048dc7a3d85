"""New hardware takes a role over: the person's habits stay, the old sensor's go with it."""

from datetime import timedelta

from msgspec import structs

from edge.model import Event, Home, Kind, Reason, State
from gateway.messages import render
from tests.homes import DEVICES, home
from tests.stories.story import Story

MOTION = "bedroom_motion"


def fitted(hardware: str) -> Home:
    """Make the usual home with this sensor in the bedroom."""
    first, *others = DEVICES
    return home(devices=(structs.replace(first, hardware=hardware), *others))


def swapped(story: Story) -> Story:
    """Let the technician put another sensor in the bedroom."""
    story.home = fitted("introduced zigbee2mqtt/0x02")
    return story.restarts()


def every_five_minutes(story: Story, days: int) -> None:
    """Let the sensor in the bedroom report, and the others twice a day."""
    for number in range(12 * 24 * days):
        story.reads(MOTION, Kind.BATTERY, 90).after(minutes=5)
        if number % 144 == 0:
            story.reports()


def others_report(story: Story, hours: int) -> None:
    """Let all report each hour but the sensor in the bedroom."""
    for _ in range(hours):
        for device in DEVICES[1:]:
            story.reads(device.id, Kind.LINK_QUALITY, 200)
        story.after(hours=1)


def missed_after(story: Story) -> timedelta:
    """Give the silence after which the sensor in the bedroom is missed."""
    found = {each.device: each for each in story.household.checkups(story.now)}
    return found[MOTION].missed_after


def test_the_rhythm_of_the_resident_outlives_the_sensor() -> None:
    story = Story(fitted("introduced zigbee2mqtt/0x01")).lives(days=28)
    stays = Story(fitted("introduced zigbee2mqtt/0x01")).lives(days=28)
    learned = story.household.inactivity.state, story.household.presence.state

    swapped(story)
    assert (story.household.inactivity.state, story.household.presence.state) == learned

    for each in (story, stays):
        each.lives_until("12:00").motion("kitchen").after(hours=23)
    assert story.rules() == stays.rules()
    assert story.alert("inactivity").opened == stays.alert("inactivity").opened


def test_a_slower_sensor_is_not_missed_at_the_old_one_s_beat() -> None:
    story = Story(fitted("old"))
    every_five_minutes(story, days=3)
    assert missed_after(story) < timedelta(hours=1)
    swapped(story)
    assert missed_after(story) == timedelta(hours=24)
    for _ in range(10):
        story.after(hours=2).reports()
    assert "silent" not in story.rules()


def test_the_weak_battery_of_the_old_sensor_goes_with_it() -> None:
    story = Story(fitted("old")).reads(MOTION, Kind.BATTERY, 5).expects("battery")
    swapped(story).after(minutes=1).reads(MOTION, Kind.BATTERY, 100)
    assert not story.alert("battery").holds
    story.expects("battery")


def test_a_sensor_that_was_lost_is_back_when_another_speaks_in_its_place() -> None:
    story = Story(fitted("old"))
    others_report(story, hours=26)
    assert story.alert("silent").finding.subject == MOTION
    swapped(story).after(minutes=5)
    assert story.alert("silent").holds
    story.reads(MOTION, Kind.MOTION, False)
    assert not story.alert("silent").holds


def test_a_sensor_that_is_not_heard_after_its_swap_is_told_when_the_old_one_would_have_been() -> (
    None
):
    story = Story(fitted("old"))
    others_report(story, hours=20)
    others_report(swapped(story), hours=5)
    assert story.alert("silent").finding.subject == MOTION


def test_the_same_sensor_after_a_restart_keeps_what_was_learned_of_it() -> None:
    story = Story(fitted("old"))
    every_five_minutes(story, days=3)
    assert missed_after(story.restarts()) < timedelta(hours=1)


# -- what alarms


def alarming(hardware: str) -> Home:
    """Make the usual home with this smoke alarm in the kitchen and this button."""
    kitchen, button = "kitchen_smoke", "sos_button"
    fresh = [structs.replace(d, hardware=hardware) for d in DEVICES if d.id in (kitchen, button)]
    return home(devices=(*(d for d in DEVICES if d.id not in (kitchen, button)), *fresh))


def changed(story: Story, to: Home) -> Story:
    story.home = to
    return story.restarts()


def emergencies(story: Story, rule: str) -> int:
    return len({a.id for a in story.outcome.alerts if a.finding.rule == rule})


def test_a_fire_that_the_new_alarm_smells_is_told_though_the_old_ones_alert_was_closed() -> None:
    story = Story(alarming("one")).smoke().after(minutes=2).ends("smoke")
    changed(story, alarming("two")).after(minutes=20)
    began = story.now
    story.smoke()
    assert emergencies(story, "smoke") == 2 and story.told(began)


def test_without_a_swap_the_same_alarm_says_its_word_again_and_that_is_no_news() -> None:
    story = Story(alarming("one")).smoke().after(minutes=2).ends("smoke")
    changed(story, alarming("one")).after(minutes=20).smoke()
    assert emergencies(story, "smoke") == 1


def test_the_word_of_the_new_alarm_ends_what_the_old_one_said_and_silence_does_not() -> None:
    story = Story(alarming("one")).smoke().after(minutes=2)
    changed(story, alarming("two")).after(minutes=20)
    assert story.alert("smoke").state is State.RAISED
    assert story.smoke(stands=False).alert("smoke").state is State.RESOLVED


def test_the_first_press_of_a_new_button_is_a_press() -> None:
    story = Story(alarming("one")).press()
    changed(story, alarming("two")).after(minutes=5)
    began = story.now
    assert story.press().told(began)


def test_an_alarm_that_was_taken_out_is_not_called_over_but_taken_out() -> None:
    story = Story(alarming("one")).smoke().after(minutes=2)
    began = story.now
    changed(story, home(devices=tuple(d for d in DEVICES if d.id != "kitchen_smoke")))
    story.after(minutes=1)
    alert = story.alert("smoke")
    (change,) = [c for c in story.outcome.changes if c.what is Event.RESOLVED]
    assert alert.state is State.RESOLVED and "taken out" in change.detail
    ended = next(n for n in story.told(began) if n.reason is Reason.RESOLVED)
    assert "已从这户的设备里移除" in render(alert, ended, story.home, [])[1]
