"""What counts as a change of a measure, and what does not, over made-up days."""

from random import Random

import msgspec
import pytest

from edge.model import Measure
from edge.trend_figures import LASTING, REMEMBERED, SCALES
from edge.trends import Found, Series, accept, change, renumber, take


def rising(days: int, middle: float = 420.0, spread: float = 25.0, seed: int = 1) -> list[float]:
    """Draw mornings around a usual time of rising."""
    random = Random(seed)
    return [random.gauss(middle, spread) for _ in range(days)]


def of(values: list[float], measure: Measure = Measure.RISING) -> Series:
    """Take in a value a day."""
    series = Series()
    for day, value in enumerate(values):
        take(series, measure, day, value)
    return series


def first(values: list[float], measure: Measure = Measure.RISING) -> tuple[int, Found] | None:
    """Give the day on which a change is first seen, asked daily, and the change."""
    series = Series()
    for day, value in enumerate(values):
        take(series, measure, day, value)
        found = change(series, measure, day + 1)
        if found is not None:
            return day, found
    return None


def test_half_a_year_of_the_same_life_is_no_change() -> None:
    assert first(rising(180)) is None


def test_a_step_is_found_as_soon_as_it_has_lasted_and_with_its_beginning() -> None:
    found = first([*rising(60), *rising(40, 510.0, seed=2)])
    assert found is not None
    day, what = found
    assert day - 60 <= LASTING + 2
    assert what.since == pytest.approx(60, abs=3)
    assert what.before == pytest.approx(420, abs=10)
    assert what.now == pytest.approx(510, abs=15)


def test_a_creeping_decline_is_found_although_no_day_stands_out() -> None:
    random = Random(3)
    values = [8.0 * 0.99 ** max(0, day - 60) * random.gauss(1, 0.12) for day in range(160)]
    found = first(values, Measure.ACTIVITY)
    assert found is not None
    assert found[0] - 60 < 50
    assert found[1].now < 0.85 * found[1].before


def test_ten_days_of_illness_are_no_change() -> None:
    assert first([*rising(60), *rising(10, 540.0), *rising(60, seed=4)]) is None


def test_a_change_too_small_to_matter_is_not_told_however_certain() -> None:
    least = SCALES[Measure.RISING].least_change
    assert first([*rising(60, spread=4), *rising(60, 420 + least / 2, spread=4)]) is None


def test_one_wild_day_changes_nothing() -> None:
    values = rising(120)
    values[80] = 840.0
    assert first(values) is None


def test_what_was_told_is_usual_from_then_on_and_going_back_is_another_change() -> None:
    series = of([*rising(60), *rising(30, 510.0, seed=2)])
    found = change(series, Measure.RISING, 90)
    assert found is not None
    accept(series, found.since)
    assert change(series, Measure.RISING, 90) is None
    for day, value in enumerate([*rising(40, 510.0, seed=5), *rising(40, seed=6)], start=90):
        take(series, Measure.RISING, day, value)
    back = change(series, Measure.RISING, 170)
    assert back is not None
    assert back.now < back.before


def test_days_that_are_missing_are_neither_usual_nor_unusual() -> None:
    series = Series()
    steps = [*rising(60), *rising(30, 510.0, seed=2)]
    for number, value in enumerate(steps):
        take(series, Measure.RISING, 2 * number, value)
    assert change(series, Measure.RISING, 180) is not None


def test_a_clock_that_was_set_takes_what_was_learned_along() -> None:
    series = of([*rising(60), *rising(20, 510.0, seed=2)])
    before = change(series, Measure.RISING, 80)
    renumber(series, 1000)
    after = change(series, Measure.RISING, 1080)
    assert before is not None
    assert after is not None
    assert after.since == before.since + 1000


def test_no_more_than_a_season_is_kept() -> None:
    series = of(rising(2 * REMEMBERED))
    assert len(series.days) == len(series.values) == REMEMBERED
    assert len(msgspec.json.encode(series)) < 4000
