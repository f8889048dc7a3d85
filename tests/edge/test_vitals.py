"""When a vital sign is told, and what it is held against."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.detectors.vitals import Vitals, VitalsState
from edge.lifecycle import alert_id
from edge.model import (
    Bound,
    Close,
    Finding,
    Freshness,
    Kind,
    Moment,
    Outcome,
    Rule,
    Severity,
    Vital,
    VitalLimits,
)
from tests.edge.bodies import BODY_HOME, Measured


def why(found: list[Finding]) -> Vital:
    """Give the facts of the only finding."""
    (finding,) = found
    assert isinstance(finding.because, Vital)
    return finding.because


def closed(story: Measured, outcome: Outcome) -> Close:
    """Make the end that a person gives to the only finding."""
    (finding,) = story.found
    name = alert_id(story.home, finding)
    return Close(name, "daughter", outcome, finding.rule, finding.subject)


def test_a_heart_that_races_at_rest_for_half_an_hour_is_urgent() -> None:
    story = Measured().pulse(*[140] * 6)
    (finding,) = story.found
    assert (finding.rule, finding.severity) == (Rule.HEART_RATE, Severity.URGENT)
    because = why(story.found)
    assert (because.bound, because.is_high, because.limit) == (Bound.HARD, True, 130)
    assert because.lasting == timedelta(minutes=20) and because.readings == 5


def test_a_heart_that_races_for_a_quarter_of_an_hour_is_a_stair_or_a_fright() -> None:
    assert Measured().pulse(*[140] * 4).found == []


def test_one_odd_reading_neither_makes_nor_hides_a_finding() -> None:
    assert Measured().pulse(70, 70, 200, 70, 70).found == []
    assert why(Measured().pulse(140, 140, 140, 75, 140, 140, 140).found).value == 140


def test_a_heart_that_is_too_slow_is_told_sooner() -> None:
    because = why(Measured().pulse(31, 30, 32).found)
    assert (because.is_high, because.limit, because.value) == (False, 35, 32)


def test_a_heart_that_beats_slowly_asleep_is_no_finding() -> None:
    assert Measured().lives(10, by_night=41).pulse(*[38] * 20).found == []


def test_a_heart_that_works_while_its_wearer_walks_is_no_finding() -> None:
    story = Measured()
    for number in range(12):
        story.hear("bracelet", Kind.STEPS, 400 * number).pulse(145)
    assert story.found == []


def test_a_few_steps_about_the_room_do_not_hide_a_racing_heart() -> None:
    story = Measured()
    for number in range(8):
        story.hear("bracelet", Kind.STEPS, 15 * number).pulse(145)
    assert why(story.found).is_high


def test_not_worn_is_not_no_pulse() -> None:
    story = Measured().hear("bracelet", Kind.WORN, False).pulse(*[30] * 8)
    assert story.found == []


def test_what_is_worn_again_counts_again() -> None:
    story = Measured().hear("bracelet", Kind.WORN, False).pulse(*[30] * 8)
    story.hear("bracelet", Kind.WORN, True).pulse(30, 30, 30)
    assert why(story.found).value == 30


def test_a_radar_before_which_nobody_lies_measures_nobody() -> None:
    story = Measured().hear("bed_radar", Kind.PRESENCE, False)
    assert story.pulse(*[32] * 6, device="bed_radar").found == []
    story.hear("bed_radar", Kind.PRESENCE, True)
    assert why(story.pulse(32, 32, 32, device="bed_radar").found).device == "bed_radar"


@pytest.mark.parametrize("freshness", [Freshness.RETAINED, Freshness.BUFFERED, Freshness.MISDATED])
def test_what_was_measured_at_another_time_proves_nothing(freshness: Freshness) -> None:
    story = Measured()
    for _ in range(8):
        story.hear("bracelet", Kind.HEART_RATE, 30, freshness=freshness).after(minutes=5)
    assert story.found == []


def test_readings_that_are_hours_apart_do_not_add_up() -> None:
    story = Measured()
    for _ in range(6):
        story.pulse(31, every=90)
    assert story.found == []


def test_low_oxygen_needs_minutes_not_one_slip_of_the_finger() -> None:
    story = Measured()
    for value in (82, 97, 96, 97):
        story.hear("bracelet", Kind.SPO2, value).after(minutes=1)
    assert story.found == []
    for _ in range(12):
        story.hear("bracelet", Kind.SPO2, 84).after(minutes=1)
    (finding,) = story.found
    assert (finding.rule, finding.severity) == (Rule.OXYGEN, Severity.URGENT)


def test_a_ring_that_measures_oxygen_every_half_hour_is_heard_too() -> None:
    story = Measured()
    for value in (85, 84, 86):
        story.hear("bracelet", Kind.SPO2, value).after(minutes=30)
    assert why(story.found).value == 86


def test_pauses_of_breath_in_sleep_are_no_finding() -> None:
    story = Measured()
    for _ in range(60):
        story.hear("bracelet", Kind.SPO2, 84).after(seconds=35)
        story.hear("bracelet", Kind.SPO2, 95).after(seconds=35)
    assert story.found == []


def test_a_fever_is_told_by_one_reading_and_cold_by_two() -> None:
    story = Measured().hear("ear", Kind.BODY_TEMPERATURE, 39.6)
    assert why(story.found).is_high
    story = Measured().hear("ear", Kind.BODY_TEMPERATURE, 34.2)
    assert story.found == []
    story.after(minutes=3).hear("ear", Kind.BODY_TEMPERATURE, 34.3)
    assert not why(story.found).is_high


def test_a_warm_room_is_no_fever() -> None:
    story = Measured().hear("ear", Kind.TEMPERATURE, 45)
    assert story.found == []


def test_a_heart_that_is_unusual_for_this_person_is_a_note() -> None:
    story = Measured().lives(14).after(hours=12).pulse(*[122] * 8)
    (finding,) = story.found
    because = why(story.found)
    assert (finding.severity, because.bound) == (Severity.NOTE, Bound.OWN)
    assert because.days == 14 and because.usual_high is not None
    assert 90 < because.usual_high < 122
    assert because.expected_days is not None and because.expected_days >= 300


def test_the_same_heart_rate_is_not_told_where_it_is_near_the_usual() -> None:
    story = Measured().lives(14, by_day=112).after(hours=12).pulse(*[122] * 8)
    assert story.found == []


def test_a_heart_rate_that_is_ordinary_in_anybody_is_never_told() -> None:
    story = Measured().lives(14, by_day=55, by_night=52).after(hours=12)
    assert story.pulse(*[89] * 10).found == []


def test_in_the_first_two_weeks_only_the_hard_limits_speak() -> None:
    story = Measured().lives(12).after(hours=12)
    assert story.pulse(*[125] * 10).found == []
    assert why(story.pulse(*[140] * 10).found).bound is Bound.HARD


def test_a_note_that_gets_beyond_the_limit_becomes_urgent_under_the_same_beginning() -> None:
    story = Measured().lives(14).after(hours=12).pulse(*[122] * 8)
    (note,) = story.found
    (urgent,) = story.pulse(*[150] * 8).found
    assert (note.severity, urgent.severity) == (Severity.NOTE, Severity.URGENT)
    assert note.since == urgent.since


def test_it_is_over_only_when_it_is_well_within_the_limit_again() -> None:
    story = Measured().pulse(*[140] * 6).pulse(*[129] * 20)
    assert story.found != []
    assert story.pulse(*[110] * 8).found == []


def test_taken_off_is_not_over() -> None:
    story = Measured().pulse(*[140] * 6).hear("bracelet", Kind.WORN, False)
    story.pulse(*[70] * 20).after(hours=20)
    assert len(story.found) == 1


def test_what_a_person_has_called_nothing_is_told_again_only_when_it_is_worse() -> None:
    story = Measured().pulse(*[140] * 6)
    story.vitals.observe(closed(story, Outcome.WELL), story.now)
    assert story.pulse(*[141] * 30).found == []
    assert why(story.pulse(*[165] * 8).found).value == 165


def test_a_day_after_it_was_called_nothing_it_is_told_again() -> None:
    story = Measured().pulse(*[140] * 6)
    story.vitals.observe(closed(story, Outcome.WELL), story.now)
    story.after(hours=25)
    assert story.pulse(*[140] * 8).found != []


def test_what_stands_teaches_nothing() -> None:
    story = Measured().lives(14).after(hours=12)
    story.pulse(*[122] * 6)
    known = story.vitals.state.measured["bracelet/heart_rate"].range
    assert story.found != []
    before = [known.usual(block) for block in range(8)]
    story.pulse(*[122] * 60)
    assert [known.usual(block) for block in range(8)] == before


@pytest.mark.parametrize(
    ("outcome", "teaches"), [(Outcome.WELL, True), (Outcome.HELPED, False), (Outcome.SENSOR, False)]
)
def test_only_what_a_person_called_well_is_learned(outcome: Outcome, teaches: bool) -> None:
    story = Measured().lives(14).after(hours=12).pulse(*[122] * 8)
    story.vitals.observe(closed(story, outcome), story.now)
    known = story.vitals.state.measured["bracelet/heart_rate"].range
    before = [known.usual(block) for block in range(8)]
    story.pulse(*[122] * 12)
    assert ([known.usual(block) for block in range(8)] != before) is teaches


def test_the_limits_are_the_households_own() -> None:
    limits = VitalLimits(heart_rate=(50, 105), own_range=False)
    story = Measured(structs.replace(BODY_HOME, vitals=limits)).pulse(*[110] * 6)
    assert why(story.found).limit == 105


def test_what_is_not_watched_is_not_told() -> None:
    limits = VitalLimits(watched=frozenset({Kind.SPO2}))
    assert Measured(structs.replace(BODY_HOME, vitals=limits)).pulse(*[30] * 9).found == []


def test_a_restart_in_the_middle_changes_nothing() -> None:
    whole, parted = Measured().lives(15), Measured().lives(15)
    whole.after(hours=12).pulse(*[122] * 3)
    parted.after(hours=12).pulse(*[122] * 3)
    kept = msgspec.json.encode(parted.vitals.state)
    state = msgspec.json.decode(kept, type=VitalsState)
    parted.vitals = Vitals(BODY_HOME, parted.worn, state)
    assert whole.pulse(*[122] * 6).found == parted.pulse(*[122] * 6).found != []


def test_a_heart_that_has_been_faster_for_a_week_has_become_usual() -> None:
    story = Measured().lives(14).after(hours=12)
    story.pulse(*[122] * 8)
    assert story.found != []
    story.pulse(*[122] * (8 * 24 * 12))
    assert story.found == []


def test_a_heart_that_is_far_too_slow_does_not_wait_for_the_end_of_a_note_that_it_is_fast() -> None:
    def told_after(story: Measured) -> timedelta:
        began = story.now
        while not any(each.severity is Severity.URGENT for each in story.pulse(28, every=1).found):
            assert story.now.since(began) < timedelta(hours=1)
        assert not why(story.found).is_high
        return story.now.since(began)

    noted, usual = Measured().lives(20), Measured().lives(20)
    noted.pulse(*[112] * 40, every=1)
    usual.pulse(*[72] * 40, every=1)
    assert [each.severity for each in noted.found] == [Severity.NOTE]
    assert told_after(noted) == told_after(usual)


def test_what_was_closed_before_the_clock_was_set_does_not_rest_for_ever() -> None:
    story = Measured()
    story.now = Moment(story.now.wall, 100.0, "before", trusted=False)
    story.pulse(*[30] * 5)
    story.vitals.observe(closed(story, Outcome.WELL), story.now)
    assert story.pulse(*[30] * 5).found == []
    story.now = Moment(story.now.wall + timedelta(days=3), 100.0, "after")
    assert [each.severity for each in story.pulse(*[30] * 5).found] == [Severity.URGENT]
