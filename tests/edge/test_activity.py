"""How much is going on: the last day against the usual one."""

import pytest

from edge.activity import Activity
from edge.figures import SLOWEST
from edge.halfhours import SLOTS

ACTIVE = range(14, 44)  # half hours of a usual day: from 7 to 22


def lived(days: int, active: range = ACTIVE) -> Activity:
    """Give the activity after so many days, each with the same active half hours."""
    activity = Activity()
    for day in range(days):
        for slot in active:
            activity.live(day * SLOTS + slot)
        if day:
            activity.end_day(1.0)
        activity.today = 0
    return activity


def test_on_a_usual_day_an_hour_counts_whole() -> None:
    activity = lived(10)
    assert activity.pace == 1.0
    assert activity.usual == pytest.approx(30)


def test_where_the_last_day_was_quiet_an_hour_counts_less() -> None:
    activity = lived(10)
    for slot in range(14, 44, 3):
        activity.live(10 * SLOTS + slot)
    of_the_evening_before = 2
    assert activity.pace == pytest.approx((10 + of_the_evening_before) / 30 / 0.8)


def test_however_quiet_it_was_an_hour_counts_a_third() -> None:
    activity = lived(10)
    activity.live(12 * SLOTS)
    assert activity.pace == SLOWEST


def test_on_a_busy_day_an_hour_counts_no_more_than_whole() -> None:
    activity = lived(10)
    for slot in range(SLOTS):
        activity.live(10 * SLOTS + slot)
    assert activity.pace == 1.0


def test_on_the_first_day_nothing_is_known_of_quiet_days() -> None:
    activity = Activity()
    activity.live(30)
    activity.live(40)
    assert activity.pace == 1.0


def test_what_nobody_could_see_is_not_quiet() -> None:
    activity = lived(10)
    activity.miss(10 * SLOTS + 14, 10 * SLOTS + 33)
    for slot in range(34, 44):
        activity.live(10 * SLOTS + slot)
    seen = (SLOTS - 20) / SLOTS
    assert activity.pace == pytest.approx(10 / (30 * seen) / 0.8)


def test_a_day_of_which_less_than_half_was_seen_is_not_called_quiet() -> None:
    activity = lived(10)
    activity.miss(10 * SLOTS, 10 * SLOTS + 30)
    activity.live(10 * SLOTS + 40)
    assert activity.pace == 1.0


def test_a_day_of_which_half_was_seen_makes_the_usual_day_no_quieter() -> None:
    activity = lived(10)
    for slot in range(14, 29):
        activity.live(10 * SLOTS + slot)
    activity.end_day(0.5)
    assert activity.usual == pytest.approx(30)


def test_a_day_that_nobody_saw_says_nothing_of_the_usual_day() -> None:
    activity = lived(10)
    activity.end_day(0.2)
    assert activity.usual == pytest.approx(30)


def test_a_week_of_quiet_days_does_not_become_usual() -> None:
    activity = lived(30)
    for day in range(30, 37):
        activity.live(day * SLOTS + 20)
        activity.end_day(1.0)
    usual = activity.usual
    assert usual is not None and usual > 20


def test_the_clock_that_is_set_by_days_takes_the_last_day_along() -> None:
    activity, calm = lived(10), lived(10)
    activity.renumber(400 * SLOTS)
    activity.live(409 * SLOTS + 45)
    calm.live(9 * SLOTS + 45)
    assert activity.pace == calm.pace
