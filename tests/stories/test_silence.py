"""Stories of silence: which device, bridge or room is missed when, and what is no sign of life."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from edge.model import (
    Device,
    Freshness,
    Kind,
    Lost,
    Moment,
    Severity,
    State,
)
from tests.homes import DEVICES
from tests.stories.story import Story
from tests.stories.watching import (
    OTHERS,
    expect,
    faults,
    messages,
    report,
    times_told,
    watched,
)

DEVICES_HEARD = tuple(d.id for d in DEVICES if d.id != "kitchen_smoke")

# -- silence


def test_a_motion_sensor_that_is_dead_for_two_weeks_is_told_within_a_day_over_restarts() -> None:
    story = watched()
    report(story, "bedroom_motion")
    told_at = None
    for hour in range(14 * 24):
        report(story.after(hours=1), *OTHERS)
        story.reads("bedroom_motion", Kind.MOTION, False, Freshness.RETAINED)
        if hour % 5 == 0:
            story.restarts()
        if told_at is None and "silent" in story.rules():
            told_at = hour + 1
    assert told_at == 24
    expect(story, "silent")
    because = story.alert("silent").finding.because
    assert isinstance(because, Lost) and because.device == "bedroom_motion" and because.alone


def test_the_box_s_own_downtime_is_not_counted_and_the_rest_is() -> None:
    story = watched()
    report(story, "bedroom_motion")
    for _ in range(10):
        report(story.after(hours=2).is_off(hours=3), *OTHERS)
    expect(story)
    for _ in range(5):
        report(story.after(hours=1), *OTHERS)
    expect(story, "silent")


def test_a_bridge_that_repeats_its_memory_at_its_start_does_not_revive_a_dead_sensor() -> None:
    story = watched()
    report(story, *OTHERS, "bedroom_motion")
    for hour in range(30):
        report(story.after(hours=1), *OTHERS)
        if hour % 6 == 0:
            story.goes_blind().after(seconds=5).sees_again().after(seconds=10)
            story.reads("bedroom_motion", Kind.BATTERY, 90)
            story.reads("bedroom_motion", Kind.MOTION, False)
    expect(story, "silent")
    assert story.alert("silent").finding.subject == "bedroom_motion"


def test_a_bridge_that_calls_a_dead_sensor_online_at_each_start_does_not_revive_it() -> None:
    story = watched()
    report(story, *OTHERS, "bedroom_motion")
    for hour in range(24):
        report(story.after(hours=1), *OTHERS)
        if hour % 6 == 0:
            story.goes_blind().after(seconds=5).sees_again().after(seconds=10)
            story.reads("bedroom_motion", Kind.ONLINE, True)
    report(story.after(minutes=5), *OTHERS)
    expect(story, "silent")


def test_a_device_that_came_back_online_while_the_box_was_off_is_no_fault() -> None:
    story = watched().reports().reads("kitchen_motion", Kind.ONLINE, False).after(minutes=30)
    story.is_off(hours=2).reads("kitchen_motion", Kind.ONLINE, True, Freshness.RETAINED)
    story.after(hours=3).reports()
    expect(story)


def test_a_device_that_was_told_as_offline_is_well_when_its_bridge_says_so() -> None:
    story = watched().reports().reads("kitchen_motion", Kind.ONLINE, False).after(hours=2)
    expect(story, "silent")
    story.restarts().reads("kitchen_motion", Kind.ONLINE, True, Freshness.RETAINED)
    assert story.alert("silent").state is State.CLOSED


def test_a_bracelet_that_goes_for_a_walk_every_day_is_nobody_s_fault() -> None:
    band = Device(
        "band",
        "bedroom",
        "手环",
        frozenset({Kind.STEPS, Kind.HEART_RATE}),
        "ble",
        silent_after=timedelta(hours=2),
    )
    story = watched((*DEVICES, band))
    for minute in range(0, 7 * 24 * 60, 5):
        story.after(minutes=5)
        if not 14 <= minute // 60 % 24 < 17:
            story.reads("band", Kind.HEART_RATE, 70)
        if minute % 60 == 0:
            report(story, "bedroom_motion", *OTHERS)
    expect(story)
    for _ in range(25):
        report(story.after(hours=1), "bedroom_motion", *OTHERS)
    expect(story, "silent")


def test_a_thermometer_whose_profile_also_knows_smoke_is_no_lost_smoke_alarm() -> None:
    kinds = frozenset({Kind.TEMPERATURE, Kind.SMOKE, Kind.MOTION, Kind.BATTERY})
    one, two = (
        Device(name, "hall", name, kinds, "ble", silent_after=timedelta(hours=26))
        for name in ("thermometer", "alarm")
    )
    story = watched((*DEVICES, one, two))
    story.reads("thermometer", Kind.TEMPERATURE, 21.5).reads("alarm", Kind.SMOKE, False)
    for _ in range(27):
        story.after(hours=1)
        report(story, "bedroom_motion", *OTHERS)
    lost = {a.finding.subject: a.finding.severity for a in story.outcome.alerts}
    assert (lost["thermometer"], lost["alarm"]) == (Severity.FAULT, Severity.URGENT)


def test_a_movement_right_after_the_start_of_a_bridge_is_one() -> None:
    story = watched()
    report(story, *OTHERS, "bedroom_motion").after(hours=23)
    report(story, *OTHERS)
    story.goes_blind().after(seconds=5).sees_again().after(seconds=10)
    story.reads("bedroom_motion", Kind.MOTION, True).after(hours=3)
    expect(story)


def test_what_a_device_dates_itself_is_heard_once() -> None:
    story = watched()
    report(story, *OTHERS, "bedroom_motion")
    first = story.now.wall - timedelta(seconds=1)
    story.reads("bedroom_motion", Kind.BATTERY, 90, at=first)
    for _ in range(25):
        report(story.after(hours=1), *OTHERS)
        story.reads("bedroom_motion", Kind.BATTERY, 90, at=first)
    expect(story, "silent")


def test_a_device_whose_clock_is_an_hour_late_lives_all_the_same() -> None:
    story = watched()
    for _ in range(60):
        report(story.after(hours=1), *OTHERS)
        late = story.now.wall - timedelta(hours=1)
        story.reads("bedroom_motion", Kind.BATTERY, 90, at=late)
    expect(story)


def test_a_smoke_alarm_that_answers_only_when_asked_is_missed_when_it_answers_no_more() -> None:
    polled = Device(
        "kitchen_smoke", "kitchen", "厨房烟感", frozenset({Kind.SMOKE}), "serial/bus"
    )  # fmt: skip
    story = watched((*DEVICES[:4], polled, DEVICES[5]))
    for _ in range(6 * 24 * 3):
        story.after(minutes=10).reads("kitchen_smoke", Kind.SMOKE, False)
        report(story, *DEVICES_HEARD)
    # While nobody can ask, its silence is not its own.
    story.goes_deaf("serial/bus", "kitchen_smoke").after(minutes=2)
    story.hears_again("serial/bus").reads("kitchen_smoke", Kind.SMOKE, False)
    expect(story)
    story.after(minutes=20)
    report(story, *DEVICES_HEARD).after(minutes=20)
    expect(story, "silent")
    alert = story.alert("silent")
    assert alert.finding.severity is Severity.URGENT
    assert isinstance(alert.finding.because, Lost)
    assert alert.finding.because.silent_after < timedelta(minutes=35)
    chinese, english = messages(story, "silent")
    assert "着火或漏气时可能没有人会知道" in chinese
    assert "a fire or a leak may go unnoticed" in english


def test_a_device_that_comes_and_goes_is_told_once_a_day() -> None:
    story = watched()
    for _ in range(2 * 24):
        story.reads("kitchen_motion", Kind.ONLINE, False).after(minutes=90)
        story.reads("kitchen_motion", Kind.ONLINE, True).after(minutes=30).reports()
    assert times_told(story, "silent") in (4, 5)
    assert set(faults(story)) == {"silent"}


def test_a_burst_of_what_the_broker_kept_is_no_sign_of_life_at_a_start() -> None:
    story = watched().lives(days=15).lives_until("09:00").motion("kitchen")
    last = story.household.inactivity.state.seen_at
    for _ in range(8):
        story.after(hours=1).restarts()
        for device in story.home.devices:
            if Kind.MOTION in device.kinds:
                story.reads(device.id, Kind.MOTION, True, Freshness.RETAINED)
        story.reads("front_door", Kind.CONTACT_OPEN, False, Freshness.RETAINED)
        # What a bridge remembers comes as if it were live.
        story.reads("kitchen_motion", Kind.MOTION, True)
        story.reads("front_door", Kind.CONTACT_OPEN, False)
    assert story.household.inactivity.state.seen_at == last
    assert "inactivity" in story.rules()


def test_devices_whose_bridge_dates_them_live_on_when_a_clock_that_was_ahead_is_set_back() -> None:
    story, ahead = watched(), timedelta(hours=8)
    start = story.now

    def says(minute: int, wrong: timedelta) -> None:
        then = start.plus(timedelta(minutes=minute))
        story.now = Moment(then.wall + wrong, then.monotonic, then.boot)
        for device in DEVICES:
            dated = story.now.wall - timedelta(seconds=1)
            story.reads(device.id, Kind.LINK_QUALITY, 200, at=dated)

    for minute in range(10, 26 * 60, 10):
        says(minute, ahead)
    for minute in range(26 * 60, 32 * 60, 10):
        says(minute, timedelta(0))
    expect(story)


def test_a_bridge_that_came_before_the_box_started_repeats_nothing_whatever_the_clock_says() -> (
    None
):
    story = watched()
    story.sees_again().reports()
    before = story.now
    story.now = Moment(datetime(1970, 1, 1, tzinfo=UTC), 60.0, "another start", trusted=False)
    story.restarts()
    began = story.now
    for hour in range(30):
        story.now = began.plus(timedelta(hours=hour))
        story.reports()
    assert story.now.wall < before.wall
    expect(story)


LAMP = Device("lamp", "hall", "灯", frozenset({Kind.USE}), "mqtt", "zigbee2mqtt")


def nights_without(lamp: Device) -> Story:
    """A device is cut off from the mains for nine hours of each night."""
    story = watched((*DEVICES, lamp))
    for hour in range(20 * 24):
        if hour % 24 == 12:
            story.reads(lamp.id, Kind.ONLINE, False)
        if hour % 24 == 21:
            story.reads(lamp.id, Kind.ONLINE, True)
        is_on = not 12 <= hour % 24 < 21
        report(story, *(device.id for device in DEVICES), *([lamp.id] if is_on else []))
        story.after(hours=1)
    return story


def test_a_lamp_that_is_switched_off_every_night_is_told_twice_and_then_known() -> None:
    story = nights_without(LAMP)
    assert faults(story) == ["silent"] * 2
    story.reads(LAMP.id, Kind.ONLINE, False)
    for _ in range(14):
        report(story.after(hours=1), *(device.id for device in DEVICES))
    assert faults(story) == ["silent"] * 3


def test_a_smoke_alarm_that_is_off_every_night_is_told_every_night() -> None:
    smoke = structs.replace(LAMP, id="hall_smoke", kinds=frozenset({Kind.SMOKE}))
    assert len(faults(nights_without(smoke))) > 15
