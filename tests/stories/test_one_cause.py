"""Stories of one cause and one alert: a dead coordinator, a room and a home that nothing sees."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import (
    BlindCause,
    Deaf,
    Device,
    Event,
    Kind,
    Rule,
    Severity,
    State,
    Unseen,
)
from tests.homes import DEVICES
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


def thirty_devices() -> tuple[Device, ...]:
    """Give a home of thirty sensors on one coordinator, its door among them."""
    rooms = ("bedroom", "bathroom", "kitchen", "hall")
    more = tuple(
        Device(
            f"sensor_{n}",
            rooms[n % 4],
            f"传感器{n}",
            frozenset({Kind.MOTION}),
            "mqtt",
            "zigbee2mqtt",
            silent_after=timedelta(hours=24 + n % 3),
        )
        for n in range(24)
    )
    return (*DEVICES, *more)


@pytest.mark.parametrize("minutes", [50, 6 * 60])
def test_a_coordinator_that_dies_without_a_word_is_one_alert_and_not_thirty(minutes: int) -> None:
    story = watched(thirty_devices())
    names = [device.id for device in story.home.devices]
    for _ in range(9 * 24 * 60 // minutes):
        story.after(minutes=minutes - 5)
        for number, name in enumerate(names):
            story.after(seconds=10 + number % 3)
            report(story, name)
    died = story.now
    story.after(hours=72)
    expect(story, "blind")
    alert = story.alert("blind")
    because = alert.finding.because
    assert isinstance(because, Deaf)
    assert because.cause is BlindCause.MUTE and set(because.devices) == set(names)
    assert alert.finding.subject == "zigbee2mqtt" and alert.finding.severity is Severity.URGENT
    assert died.since(alert.finding.since) < timedelta(hours=1)
    assert alert.opened.since(died) <= timedelta(hours=24 if minutes > 60 else 3)
    chinese, english = messages(story, "blind")
    assert "应该是它们的接收器坏了或断了电" in chinese
    assert "等 30 个" in chinese
    assert "most likely their receiver is broken" in english
    # The first word through it ends it; the others get their own time to speak.
    report(story, names[0])
    assert story.alert("blind").state is State.RESOLVED
    story.after(minutes=20)
    for name in names:
        report(story, name)
    story.after(hours=1)
    assert times_told(story, "silent") == 0


def test_what_a_dead_coordinator_does_not_bring_is_no_silence_of_the_resident() -> None:
    story = watched(thirty_devices())
    names = [device.id for device in story.home.devices]
    for hour in range(20 * 24):
        story.after(minutes=(hour * 37) % 50).motion(("kitchen", "bathroom", "bedroom")[hour % 3])
        report(story.after(minutes=59 - (hour * 37) % 50), *names)
    story.after(days=10)
    story.expects("blind")
    # It is back, and the resident is not: from now on the silence is the resident's.
    for _ in range(36):
        report(story.after(hours=1), *names)
    assert times_told(story, "inactivity") == 1


def test_a_coordinator_whose_devices_are_all_called_offline_is_one_alert() -> None:
    story = watched(thirty_devices()).reports().after(hours=2)
    for device in story.home.devices:
        story.after(seconds=1).reads(device.id, Kind.ONLINE, False)
    story.after(hours=3)
    expect(story, "blind")


PLUGS = tuple(
    Device(f"plug_{n}", "kitchen", f"插座{n}", frozenset({Kind.USE}), "mqtt", "zigbee2mqtt")
    for n in range(5)
)


def with_plugs(story: Story, hours: int) -> Story:
    """Plugs report every ten minutes, sensors every hour."""
    for number in range(hours * 6):
        report(story.after(minutes=10), *(plug.id for plug in PLUGS))
        if number % 6 == 0:
            report(story, *(device.id for device in DEVICES))
    return story


@pytest.mark.parametrize("says_offline", [False, True])
def test_plugs_that_report_often_are_not_told_one_by_one_when_the_coordinator_dies(
    says_offline: bool,
) -> None:
    story = with_plugs(watched((*DEVICES, *PLUGS)), hours=30)
    died = story.now
    if says_offline:
        story.after(minutes=12)
        for plug in PLUGS:
            story.after(seconds=1).reads(plug.id, Kind.ONLINE, False)
    story.after(hours=12)
    expect(story, "blind")
    alert = story.alert("blind")
    assert alert.opened.since(died) < timedelta(hours=3)
    report(story, "plug_0")
    with_plugs(story, hours=5)
    expect(story, "blind")


def test_plugs_on_a_strip_that_somebody_switches_off_at_night_are_no_dead_coordinator() -> None:
    story = with_plugs(watched((*DEVICES, *PLUGS)), hours=30)
    report(story.after(minutes=10), "bedroom_motion", *OTHERS)
    for _ in range(12):
        report(story.after(hours=1), "bedroom_motion", *OTHERS)
    assert faults(story) == ["silent"] * 5


def only_two_report(hours: int) -> Story:
    """Door and smoke alarm report every hour, the others speak of movement alone."""
    story = watched(tuple(each for each in DEVICES if each.id != "sos_button"))
    for number in range(hours):
        story.after(minutes=35 + number * 7 % 20)
        if 7 <= number % 24 < 22:
            story.motion(("kitchen", "bathroom", "bedroom")[number % 3])
        report(story.after(minutes=25 - number * 7 % 20), "front_door", "kitchen_smoke")
    return story


def test_a_receiver_dies_where_only_two_devices_report_and_that_is_no_silence() -> None:
    story = only_two_report(hours=20 * 24 + 12)
    before, died = story.rules(), story.now
    story.after(days=1)
    assert story.rules() == [*before, "blind"]
    assert story.alert("blind").opened.since(died) < timedelta(hours=4)


def test_two_that_go_on_to_report_show_that_the_receiver_lives_and_nobody_moves() -> None:
    story = only_two_report(hours=20 * 24 + 12)
    before = story.rules()
    for _ in range(15):
        report(story.after(hours=1), "front_door", "kitchen_smoke")
    assert story.rules() == [*before, "inactivity"]


def test_one_sensor_that_dies_at_night_is_no_dead_coordinator() -> None:
    story = watched(thirty_devices())
    names = [device.id for device in story.home.devices]
    for _ in range(30):
        story.after(hours=1)
        report(story, *names[1:])
    expect(story, "silent")


def test_devices_that_fall_silent_while_their_bridge_is_down_are_not_told_one_by_one() -> None:
    story = watched().reports().after(hours=1).goes_blind().after(hours=60)
    expect(story, "blind")


# -- rooms


def test_a_room_that_nothing_sees_any_more_is_told_once() -> None:
    story = watched((*DEVICES, SECOND_EYE))
    for hour in range(60):
        report(story.after(hours=1), *OTHERS)
        if hour < 10:
            report(story, "bedroom_motion")
        if hour < 20:
            report(story, "bedroom_radar")
    assert sorted(faults(story)) == ["room", "silent", "silent"]
    room = story.alert("room")
    assert isinstance(room.finding.because, Unseen) and room.finding.severity is Severity.FAULT
    silent = {a.finding.subject: a for a in story.outcome.alerts if a.finding.rule is Rule.SILENT}
    assert silent["bedroom_radar"].inhibited_by == room.id
    inhibited = [c for c in story.outcome.changes if c.what is Event.INHIBITED]
    assert {(c.alert, c.detail) for c in inhibited} == {(silent["bedroom_radar"].id, room.id)}
    assert not silent["bedroom_motion"].inhibited_by
    chinese, english = messages(story, "room")
    assert chinese.startswith("房间看不到：王桂英，卧室")
    assert "Every sensor in 卧室 is silent or out of order" in english
    report(story, "bedroom_motion")
    assert story.alert("room").state is State.CLOSED


def test_a_smoke_alarm_that_sees_movement_too_is_missed_as_an_alarm_and_not_as_an_eye() -> None:
    both = Device(
        "kitchen_both", "kitchen", "二合一", frozenset({Kind.MOTION, Kind.SMOKE}), "serial/radar"
    )
    story = watched((*DEVICES, both)).reads("kitchen_both", Kind.SMOKE, False)
    others = [device.id for device in DEVICES if device.id != "kitchen_motion"]
    for _ in range(30):
        report(story.after(hours=1), *others)
    alarm = {a.finding.subject: a for a in story.outcome.alerts}["kitchen_both"]
    assert alarm.finding.severity is Severity.URGENT
    assert alarm.state is State.RAISED and not alarm.inhibited_by
    assert "room" in faults(story)


def test_a_home_out_of_which_the_last_dead_eye_was_taken_is_not_blind_for_ever() -> None:
    story = watched((DEVICES[0], DEVICES[4])).reports()
    for _ in range(30):
        report(story.after(hours=1), "kitchen_smoke")
    expect(story, "blind", "silent")
    story.home = structs.replace(story.home, devices=(DEVICES[4],))
    story.restarts()
    assert story.alert("blind").state is State.RESOLVED
