"""How rare a daily peak is: of the population at first, of the home as it is known."""

import msgspec
import numpy as np
import pytest

from edge.tail import LONGEST_EXPECTED, Prior, Tail

PRIOR = Prior(level=1.5, zeta=0.25, beta=1.0, highest=3.0)
GUESS = Prior(level=1.5, zeta=0.25, beta=1.0, highest=3.0, is_guess=True)


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


def test_a_guess_too_expects_once_in_so_many_days_what_is_reached_once_in_so_many() -> None:
    tail = seen(40, 3, 2.7)
    for days in (1.1, 4, 7.5, 60, 250, 3000):
        assert tail.expected_days(tail.height(days, GUESS), GUESS) == pytest.approx(days)


def test_of_an_unknown_home_a_guess_asks_for_more_where_the_budget_is_tight() -> None:
    sure, guess = Tail().height(250, PRIOR), Tail().height(250, GUESS)
    assert sure + 0.25 < guess < sure + 1.0
    assert Tail().height(7.5, GUESS) == pytest.approx(Tail().height(7.5, PRIOR), abs=0.05)


def test_the_better_a_home_is_known_the_less_a_guess_asks_for() -> None:
    lasting = Prior(level=1.5, zeta=0.25, beta=1.0, half_life=1e9)
    guess = Prior(level=1.5, zeta=0.25, beta=1.0, half_life=1e9, is_guess=True)
    more = [
        seen(days, 4, 2.5).height(250, guess) - seen(days, 4, 2.5).height(250, lasting)
        for days in (0, 40, 400, 4000)
    ]
    assert more == sorted(more, reverse=True)
    assert more[-1] < 0.1 < more[0]


def test_the_chance_of_a_guess_is_the_mean_over_all_that_the_height_may_be() -> None:
    # 1 / beta is gamma distributed, by as many heights as are known and one more.
    tail, known, days = Tail(), GUESS.peaks, 250.0
    rates = np.random.default_rng(1).gamma(known + 1, 1 / (known * GUESS.beta), 400_000)
    height = tail.height(days, GUESS) - GUESS.level
    assert GUESS.zeta * np.exp(-height * rates).mean() == pytest.approx(1 / days, rel=0.02)


def test_a_day_that_was_cut_off_makes_a_guess_longer_than_one_that_ended_there() -> None:
    cut, ended = seen(40, 4, 40.0), seen(40, 4, 4.4999)
    assert cut.beta(GUESS) > 1.3 * ended.beta(GUESS)
    assert cut.beta(PRIOR) == pytest.approx(ended.beta(PRIOR), rel=0.001)


def test_what_was_kept_before_cut_off_days_were_counted_is_read() -> None:
    kept = b'{"exposed": 40.0, "exceeded": 10.0, "excess": 12.0}'
    assert msgspec.json.decode(kept, type=Tail).cut == 0.0


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
