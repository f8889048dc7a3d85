"""Slow change: what has been different for weeks is told once, by day; what passes is not."""

from datetime import timedelta

import pytest

from edge.model import Alert, BlindCause, Kind, Measure, Severity, Shift, Shifted, Step
from tests.homes import ALL, home
from tests.stories.story import Story

WEEKS = 6
MORNING = range(0, 110, 10)


def routine(rises: str = "06:30", visits: tuple[str, ...] = ("02:10",)) -> str:
    """Write a day: visits at night, an hour or two of bustle after rising, then this and that."""
    hour, minute = (int(part) for part in rises.split(":"))
    up = hour * 60 + minute
    events = [(at, "bathroom") for at in visits]
    events += [(_clock(up + more), "bathroom" if more % 20 else "kitchen") for more in MORNING]
    afterwards = range(up + 130, 22 * 60, 60)
    events += [(_clock(at), "kitchen" if at // 60 % 2 else "bedroom") for at in afterwards]
    return ",".join(f"{at} {room}" for at, room in sorted([*events, ("22:20", "bedroom")]))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def settled(days: int = 7 * WEEKS) -> Story:
    """Let somebody live as usual for so long, in a home whose daughter reads notes."""
    return Story(home(steps=(Step(timedelta(0), ("daughter",), ALL),))).lives(days, routine())


def notes(story: Story) -> list[Alert]:
    """Give each note once, as it was raised."""
    found = {a.id: a for a in reversed(story.outcome.alerts) if a.finding.rule == "change"}
    return list(reversed(found.values()))


def shifts(note: Alert) -> dict[Measure, Shift]:
    because = note.finding.because
    assert isinstance(because, Shifted)
    return {shift.measure: shift for shift in because.shifts}


def test_ordinary_months_bring_no_note() -> None:
    assert notes(settled(98)) == []


def test_rising_an_hour_and_a_half_later_is_told_once_on_a_monday_morning() -> None:
    story = settled()
    began = story.now.wall.astimezone(story.zone).date()
    story.lives(70, routine(rises="08:00"))
    (note,) = notes(story)
    opened = note.opened.wall.astimezone(story.zone)
    assert (opened.weekday(), opened.hour, opened.minute) == (0, 9, 0)
    assert timedelta(days=14) <= opened.date() - began <= timedelta(days=28)
    shift = shifts(note)[Measure.RISING]
    assert shift.before == pytest.approx(6.5 * 60, abs=15)
    assert shift.now == pytest.approx(8 * 60, abs=15)
    assert abs(shift.since - began) <= timedelta(days=2)


def test_a_note_is_told_by_day_to_those_who_read_notes_and_to_nobody_twice() -> None:
    story = settled().lives(17, routine(rises="08:00"))
    (note,) = notes(story)
    told = [notice for notice in story.told() if notice.alert == note.id]
    assert [(notice.recipient, notice.severity) for notice in told] == [("daughter", Severity.NOTE)]


def test_going_to_the_bathroom_three_times_a_night_instead_of_once_is_told() -> None:
    story = settled().lives(35, routine(visits=("00:40", "02:10", "04:00")))
    shift = shifts(notes(story)[0])[Measure.NIGHT_VISITS]
    assert (round(shift.before), round(shift.now)) == (1, 3)


def test_a_week_in_bed_with_a_cold_is_no_change() -> None:
    ill = routine(rises="10:00", visits=("00:40", "02:10", "04:00"))
    assert notes(settled().lives(7, ill).lives(35, routine())) == []


def test_a_bathroom_sensor_that_has_died_is_a_fault_and_no_change_of_life() -> None:
    without = ",".join(e for e in routine().split(",") if not e.endswith("bathroom"))
    story = settled()
    living = [device for device in story.home.devices if device.id != "bathroom_motion"]
    story.reports = lambda: [story.reads(d.id, Kind.LINK_QUALITY, 200) for d in living]
    assert notes(story.lives(49, without)) == []
    assert "silent" in story.rules()


def test_days_that_were_seen_in_part_teach_nothing() -> None:
    story = settled()
    for _ in range(35):
        story.lives(1, routine(rises="08:00", visits=("04:10",)))
        story.goes_blind(BlindCause.BRIDGE_OFFLINE).after(hours=1)
        story.at("23:30").after(hours=3).sees_again(BlindCause.BRIDGE_OFFLINE)
    assert notes(story) == []


def test_who_has_begun_to_stay_at_home_is_told() -> None:
    story = settled(0)
    for day in range(7 * WEEKS + 42):
        story.lives(1, routine())
        if day < 7 * WEEKS:
            story.after(minutes=2).door().after(minutes=25).door().after(seconds=20)
            story.motion("kitchen")
    shift = shifts(notes(story)[0])[Measure.OUTINGS]
    assert (round(shift.before), shift.now) == (1, 0)


def test_a_restart_every_few_days_changes_nothing() -> None:
    plain, restarted = settled(), settled()
    for _ in range(14):
        plain.lives(3, routine(rises="08:00"))
        restarted.lives(3, routine(rises="08:00")).restarts()
    assert [n.finding.because for n in notes(plain)] == [
        n.finding.because for n in notes(restarted)
    ]
    assert len(notes(plain)) == 1
