"""How rare a daily peak is: of the population at first, of the home as it is known."""

import msgspec
import pytest

from edge.tail import LONGEST_EXPECTED, Prior, Tail

PRIOR = Prior(level=1.5, zeta=0.25, beta=1.0, highest=3.0)


def seen(days: int, every: int, peak: float) -> Tail:
    """Give a tail of days of which every so-many-th had such a peak."""
    tail = Tail()
    for day in range(days):
        tail.fade(1, PRIOR)
        tail.add(peak if day % every == 0 else 0.0, 1.0, PRIOR)
    return tail


def test_of_an_unknown_home_the_population_speaks() -> None:
    assert Tail().height(4.0, PRIOR) == pytest.approx(1.5)
    assert Tail().expected_days(2.5, PRIOR) == pytest.approx(4 * 2.718, rel=0.001)


def test_what_is_reached_once_in_so_many_days_is_expected_once_in_so_many_days() -> None:
    tail = seen(40, 3, 2.7)
    for days in (4, 7.5, 60, 300):
        assert tail.expected_days(tail.height(days, PRIOR), PRIOR) == pytest.approx(days)


def test_a_home_that_strays_often_is_given_more_and_one_that_never_does_less() -> None:
    often, never = seen(60, 2, 3.0), seen(60, 2, 0.5)
    assert never.height(60, PRIOR) < Tail().height(60, PRIOR) < often.height(60, PRIOR)


def test_a_peak_below_the_level_is_none_of_the_tail() -> None:
    assert seen(30, 1, 1.4).exceeded == 0


def test_one_day_that_strayed_beyond_all_habit_counts_no_more_than_a_bad_one() -> None:
    assert seen(30, 30, 40.0) == seen(30, 30, 4.5)


def test_days_that_could_be_seen_by_half_count_by_half() -> None:
    tail = Tail()
    tail.add(0.0, 0.5, PRIOR)
    assert tail.exposed == 0.5


def test_what_was_seen_long_ago_gives_way_to_the_population() -> None:
    tail = seen(60, 1, 4.0)
    tail.fade(5000, PRIOR)
    assert tail.height(60, PRIOR) == pytest.approx(Tail().height(60, PRIOR))


def test_no_more_is_claimed_than_ten_years_and_no_less_than_a_day() -> None:
    assert Tail().expected_days(1e6, PRIOR) == LONGEST_EXPECTED
    assert Tail().expected_days(-1e6, PRIOR) == 1.0


def test_a_tail_is_the_same_after_it_was_kept() -> None:
    tail = seen(33, 4, 2.2)
    assert msgspec.json.decode(msgspec.json.encode(tail), type=Tail) == tail
