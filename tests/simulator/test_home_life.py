"""The imagined resident: plausible days, the same for the same seed."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from simulator import home_life
from simulator.recording import Row, is_life

MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def weeks() -> list[Row]:
    return list(home_life.rows(seed=1, first=MONDAY, days=21))


def test_the_same_seed_lives_the_same_life(weeks: list[Row]) -> None:
    assert list(home_life.rows(seed=1, first=MONDAY, days=21)) == weeks
    assert list(home_life.rows(seed=2, first=MONDAY, days=21)) != weeks


def test_time_never_goes_back(weeks: list[Row]) -> None:
    assert all(earlier.time <= later.time for earlier, later in pairwise(weeks))


def test_no_day_is_without_life_and_no_silence_is_longer_than_a_good_sleep(
    weeks: list[Row],
) -> None:
    alive = [row.time for row in weeks if is_life(row) and row.kind != "heart_rate"]
    assert {at.date() for at in alive} == {MONDAY + timedelta(days=n) for n in range(21)}
    assert max(later - earlier for earlier, later in pairwise(alive)) < timedelta(hours=7)


def test_the_bathroom_is_visited_on_most_nights(weeks: list[Row]) -> None:
    nights = {
        row.time.date()
        for row in weeks
        if row.sensor == "bathroom motion" and row.value == "ON" and row.time.time() < time(5)
    }
    assert len(nights) > 14


def test_nothing_moves_inside_while_the_resident_is_out(weeks: list[Row]) -> None:
    doors = [row.time for row in weeks if row.kind == "door" and row.value == "ON"]
    outings = list(zip(doors[::2], doors[1::2], strict=True))
    moved = [row.time for row in weeks if row.kind == "motion" and row.value == "ON"]
    assert outings
    assert [at for at in moved for left, back in outings if left < at < back] == []
