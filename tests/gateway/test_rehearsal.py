"""A technician tries devices out: what belongs to the test, and what is told all the same."""

from datetime import timedelta

import pytest

from edge.model import Freshness, Kind, Moment, Reading, Value
from gateway.rehearsal import LASTS, LONGEST, TRIED, Rehearsals
from tests.homes import at

SECOND = timedelta(seconds=1)


def said(device: str, kind: Kind, value: Value, now: Moment, household: str = "wang") -> Reading:
    return Reading(household, device, "kitchen", kind, value, now.wall, now, Freshness.LIVE)


def is_test(tests: Rehearsals, device: str, kind: Kind, value: Value, now: Moment) -> bool:
    return tests.marked(said(device, kind, value, now)).drill


def trying(device: str) -> Rehearsals:
    tests = Rehearsals()
    assert tests.go_on("wang", device, at()).goes_on
    return tests


def test_whoever_walks_for_a_test_is_not_the_resident() -> None:
    tests = trying("")
    assert is_test(tests, "hall_motion", Kind.MOTION, True, at())
    assert not is_test(tests, "hall_motion", Kind.BATTERY, 80, at())
    assert not tests.marked(said("hall_motion", Kind.MOTION, True, at(), "li")).drill


def test_that_a_sensor_has_cleared_is_so_in_a_test_too() -> None:
    assert not is_test(trying(""), "hall_motion", Kind.MOTION, False, at())


def test_the_alarm_that_is_tried_is_a_test_and_any_other_ends_it() -> None:
    tests = trying("smoke")
    assert is_test(tests, "smoke", Kind.SMOKE, True, at())
    assert not is_test(tests, "button", Kind.SOS, True, at(seconds=1))
    stands = tests.go_on("wang", "smoke", at(seconds=2))
    assert (stands.goes_on, stands.ended_by) == (False, "button")
    assert not is_test(tests, "hall_motion", Kind.MOTION, True, at(seconds=2))


def test_an_alarm_that_was_tried_sounds_on_after_the_test_until_it_clears() -> None:
    tests = trying("smoke")
    assert is_test(tests, "smoke", Kind.SMOKE, True, at())
    tests.end("wang")
    assert is_test(tests, "smoke", Kind.SMOKE, True, at(seconds=40))
    assert is_test(tests, "smoke", Kind.SMOKE, False, at(seconds=50))
    assert not is_test(tests, "smoke", Kind.SMOKE, True, at(seconds=60))


def test_an_alarm_that_never_clears_after_its_test_is_told() -> None:
    tests = trying("smoke")
    assert is_test(tests, "smoke", Kind.SMOKE, True, at())
    tests.end("wang")
    assert not is_test(tests, "smoke", Kind.SMOKE, True, at(minutes=6))


@pytest.mark.parametrize(("seconds", "expected"), [(5, True), (15, False)])
def test_a_button_is_pressed_twice_in_a_test_and_later_for_help(
    seconds: int, expected: bool
) -> None:
    tests = trying("button")
    assert is_test(tests, "button", Kind.SOS, True, at())
    is_test(tests, "button", Kind.SOS, False, at(seconds=1))
    tests.end("wang")
    assert is_test(tests, "button", Kind.SOS, True, at(seconds=seconds)) is expected


def test_a_bracelet_that_says_its_press_again_and_again_calls_nobody_after_a_test() -> None:
    tests = trying("bracelet")
    for seconds in range(0, 300, 20):
        assert is_test(tests, "bracelet", Kind.SOS, True, at(seconds=seconds))
        tests.end("wang")


def test_a_press_that_is_said_for_longer_than_any_test_is_a_call() -> None:
    tests = trying("bracelet")
    assert is_test(tests, "bracelet", Kind.SOS, True, at())
    tests.end("wang")
    assert not is_test(tests, "bracelet", Kind.SOS, True, at(minutes=6))


def test_a_button_whose_press_has_no_end_is_soon_believed_again() -> None:
    tests = Rehearsals([("wang", "button")])
    assert tests.go_on("wang", "button", at()).goes_on
    assert is_test(tests, "button", Kind.SOS, True, at())
    tests.end("wang")
    assert not is_test(tests, "button", Kind.SOS, True, at(seconds=15))


def test_an_alarm_after_the_time_for_trying_it_is_real() -> None:
    tests, now = trying("smoke"), at()
    while now.since(at()) <= TRIED:
        now = now.plus(10 * SECOND)
        left = tests.go_on("wang", "smoke", now).left
    assert left == timedelta(0)
    assert not is_test(tests, "smoke", Kind.SMOKE, True, now)


def test_a_test_of_which_nobody_speaks_any_more_is_over() -> None:
    assert not is_test(trying(""), "hall_motion", Kind.MOTION, True, at().plus(LASTS))


def test_no_test_is_longer_than_an_hour() -> None:
    tests, now = trying(""), at()
    while now.since(at()) < LONGEST:
        now = now.plus(10 * SECOND)
        stands = tests.go_on("wang", "", now)
    assert not stands.goes_on
    assert not is_test(tests, "hall_motion", Kind.MOTION, True, now)
