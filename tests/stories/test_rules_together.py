"""Stories of one rule beside another, and of all of them over a new start, setting or clock."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.household import Household
from edge.model import Away, Blind, BlindCause, Configured, Kind, Moment, Roaming, Sighted, State
from tests.homes import DEVICES, home
from tests.stories.days import (
    EVENING,
    MAT,
    MORNING,
    NIGHT,
    NOON,
    home_with_a_bed,
    known,
    live,
    live_days,
    lived_days,
    midnight,
    wait,
)
from tests.stories.story import Story


@pytest.fixture(scope="module")
def lived() -> bytes:
    return lived_days()


def shut_in(story: Story) -> Story:
    """Let the resident go to the bathroom once more after breakfast."""
    return live(story, NIGHT, MORNING, "07:40 bedroom,07:42 bathroom")


def stirs(story: Story, hours: float) -> Story:
    """Let somebody move in the bathroom each ten minutes."""
    for _ in range(round(6 * hours)):
        story.after(minutes=9).motion("bathroom").reports()
    return story


def changes_rules(story: Story, **rules: bool) -> Story:
    """Switch rules on or off, as a new configuration does."""
    routine = structs.replace(story.home.routine, **rules)
    story.home = structs.replace(story.home, routine=routine)
    return story.restarts()


# -- walking about, and then out of the door


def walks_about(story: Story) -> Story:
    """Let somebody get up at one and go from room to room until that is told."""
    live(story, "00:10 bedroom")
    for number in range(20):
        room = ("bathroom", "kitchen", "bedroom")[number % 3]
        live(story, f"{1 + number * 3 // 60:02}:{number * 3 % 60:02} {room}")
    return story.expects("wandering")


def test_who_was_told_to_walk_about_is_missed_all_the_same_when_leaving(lived: bytes) -> None:
    story = walks_about(known(lived)).after(minutes=2).door()
    began = story.now
    wait(story, 1).expects("wandering")
    because = story.alert("wandering").finding.because
    assert story.told(began)
    assert isinstance(because, Roaming) and because.door_at is not None
    assert story.household.everyday.state.wandering.nights.leavings == {}


def test_nobody_hears_that_it_is_quiet_again_while_who_walked_about_is_out(lived: bytes) -> None:
    story = walks_about(known(lived)).after(minutes=2).door()
    wait(story, 2)
    states = {a.id: a.state for a in story.outcome.alerts}
    assert set(states.values()) == {State.RAISED}
    story.door().motion("bedroom").after(minutes=30)
    states = {a.id: a.state for a in story.outcome.alerts}
    assert set(states.values()) == {State.RESOLVED}


def test_a_leaving_that_was_announced_teaches_nothing_of_other_nights(lived: bytes) -> None:
    story = live(known(lived), "02:20 bedroom,02:22 bathroom")
    story.declares(Away("daughter")).after(minutes=3).door()
    wait(story, 1)
    assert story.household.everyday.state.wandering.nights.leavings == {}


# -- a rule that is switched off


def test_a_rule_that_is_switched_off_keeps_no_other_silent(lived: bytes) -> None:
    story = changes_rules(stirs(shut_in(known(lived)), 3).expects("stay"), stay=False)
    live(story, "13:00 kitchen", EVENING)
    midnight(story)
    story.outcome.alerts.clear()
    walks_about(story)


def test_a_rule_that_is_switched_on_again_begins_anew(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON, "14:40 bedroom,15:10 bedroom,15:40 bedroom")
    changes_rules(story, crawling=False)
    live(story, "16:00 kitchen", EVENING)
    midnight(story)
    live(story, NIGHT, MORNING, NOON)
    changes_rules(story, crawling=True).after(minutes=20).expects()


def test_a_bed_that_was_taken_out_lies_nobody_there_for_ever() -> None:
    other = structs.replace(MAT, id="radar")
    story = Story(structs.replace(home(), devices=(*DEVICES, MAT, other)))
    for device in ("mat", "radar"):
        story.reads(device, Kind.PRESENCE, False).reads(device, Kind.PRESENCE, True)
    story.home = home_with_a_bed()
    story.restarts().after(hours=7).reads("mat", Kind.PRESENCE, False)
    assert story.household.everyday.state.bed.abed.began is None


# -- a new start of the box, a clock that is set


def boots(story: Story, **off: float) -> Story:
    """The box itself starts again: its monotonic clock begins at nought."""
    last = story.now
    story.now = Moment(last.wall + timedelta(**off), 20.0, "another")
    alerts = story.household.book.alerts
    story.household = Household.restore(story.home, story.household.snapshot(), alerts)
    everything = tuple(device.id for device in story.home.devices)
    story._put(Blind(BlindCause.DOWNTIME, "shouhu", everything, last))
    story._put(Sighted(BlindCause.DOWNTIME, "shouhu"))
    return story._put(Configured("story"))


def test_a_box_that_starts_again_in_a_minute_misses_who_lies_still_as_soon(lived: bytes) -> None:
    def told_at(story: Story) -> float:
        return story.after(hours=6).alert("stay").opened.wall.timestamp()

    usual = told_at(shut_in(known(lived)))
    assert told_at(boots(shut_in(known(lived)), minutes=1)) == pytest.approx(usual, abs=1)


def test_a_clock_that_was_a_year_ahead_does_not_end_all_learning() -> None:
    story = Story(home())
    ahead = story.now.wall + timedelta(days=365)
    story.household.everyday.state.midnight = ahead.timestamp()
    live_days(story, 5)
    assert story.household.everyday.state.rooms.stay.learned.lines["bathroom"].days >= 3
