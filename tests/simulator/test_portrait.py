"""What is counted of a home: the same for a recorded and a simulated one."""

import tomllib
from math import isnan
from pathlib import Path

import pytest

from edge.household import Household
from edge.model import Entry, Patience
from simulator import bulk, figures, imagined, portrait
from simulator.home_file import named
from simulator.person import Person
from simulator.portrait import DAY, HOUR, MINUTE, Activity, Gap, Sign

NOON = 12 * HOUR


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert portrait.quantile([4, 1, 3, 2], 0.5) == 2.5
    assert portrait.quantile([7], 0.99) == 7
    assert isnan(portrait.quantile([], 0.5))


def test_a_gap_is_the_time_until_the_next_sign() -> None:
    assert portrait.gaps([60, 0, 60, 180]) == [Gap(0, 60), Gap(60, 120)]


def test_the_longest_gap_of_a_day_is_that_which_begins_on_it() -> None:
    found = portrait.longest_a_day([Gap(NOON, 600), Gap(NOON + HOUR, 60), Gap(DAY + NOON, 30)])
    assert found == [600, 30]


def test_one_visit_to_the_bathroom_is_counted_once_however_often_it_is_seen() -> None:
    seen = [DAY - 30 * MINUTE, DAY - 29 * MINUTE, DAY + 3 * HOUR, DAY + 10 * HOUR]
    assert portrait.night_visits(seen, nights=[1, 2]) == [2, 0]


def test_a_silence_between_two_movements_of_the_door_is_a_way_out() -> None:
    signs = [
        Sign(NOON, "hall", "motion"),
        Sign(NOON + 30, "hall", "door"),
        Sign(NOON + 50 * MINUTE, "hall", "door"),
        Sign(NOON + 51 * MINUTE, "hall", "motion"),
        Sign(NOON + 3 * HOUR, "hall", "motion"),
    ]
    assert portrait.outings(signs) == [Gap(NOON + 30, 50 * MINUTE - 30)]


def test_a_silence_that_begins_at_the_door_but_ends_inside_is_none() -> None:
    signs = [Sign(NOON, "hall", "door"), Sign(NOON + HOUR, "hall", "motion")]
    assert portrait.outings(signs) == []


def test_a_night_lasts_from_the_first_long_rest_to_the_last_and_is_broken_between() -> None:
    lived = [
        Activity(18 * HOUR, 22 * HOUR, 400),
        Activity(22 * HOUR, DAY + 3 * HOUR, 10),
        Activity(DAY + 3 * HOUR, DAY + 3 * HOUR + 300, 20),
        Activity(DAY + 3 * HOUR + 300, DAY + 6.5 * HOUR, 10),
        Activity(DAY + 6.5 * HOUR, DAY + 9 * HOUR, 300),
    ]
    assert portrait.nights(lived) == [portrait.Night(22.0, 6.5, 1)]


def test_the_hours_in_which_nothing_was_seen_are_counted_by_runs() -> None:
    counts = {(day * 24 + hour, "Kitchen"): 3 for day in (3, 4) for hour in (8, 9, 12, 20)}
    counts[3 * 24 + 9, "OutsideDoor"] = 1
    found = figures.of_counts(counts, frozenset({"OutsideDoor"}))
    assert found["empty_runs_a_day"] == 2
    assert found["empty_runs_after_door"] == 0.5
    assert found["seen_08"] == 1
    assert found["seen_10"] == 0


@pytest.fixture(scope="module")
def signs() -> list[Sign]:
    plan = named("flat_plain")
    return list(imagined.signs(plan, imagined.heard(plan, Person.middle(), days=10, seed=3)))


def test_simulated_signs_are_in_order_and_of_every_room(signs: list[Sign]) -> None:
    assert [sign.at for sign in signs] == sorted(sign.at for sign in signs)
    assert {sign.sensor for sign in signs} >= {"bedroom", "bathroom", "kitchen", "living_room"}
    assert any(sign.kind == "door" for sign in signs)


def test_a_simulated_home_has_every_figure_of_a_recorded_one(signs: list[Sign]) -> None:
    assert figures.of_signs(signs)["outings_a_day"] > 0.3
    assert figures.of_counts(*imagined.counts(signs))["night_bathroom_hours"] > 0.3
    done = imagined.activities(imagined.lived(Person.middle(), days=10, seed=3))
    assert 20 < figures.of_activities(done)["activities_a_day"] < 100


def test_a_simulated_home_goes_straight_before_a_household_which_learns_of_it() -> None:
    plan = named("flat_plain")
    heard = imagined.heard(plan, Person.middle(), days=4, seed=3)
    readings = list(bulk.readings(plan, heard))
    household = Household(bulk.household(plan, Patience()))
    for reading in readings:
        household.receive(Entry(plan.id, reading.received, reading))
    assert len(readings) > 1000
    assert {reading.device for reading in readings} <= {each.id for each in plan.sensors}
    assert household.next_check() is not None


def test_simulated_days_are_on_the_clock_of_the_home(signs: list[Sign]) -> None:
    at_night = [sign for sign in signs if 1 <= portrait.hour_of(sign.at) < 4]
    by_day = [sign for sign in signs if 9 <= portrait.hour_of(sign.at) < 12]
    assert len(at_night) < len(by_day) / 4


def test_the_page_has_the_recorded_figures_as_they_were_written(repository: Path) -> None:
    recorded = tomllib.loads((repository / "simulator/population.toml").read_text())["recorded"]
    page = (repository / "docs/simulator.md").read_text()
    told = recorded["activities"]["gap_08_p99"]
    low, middle, high = (f"{told[key]:.0f}" for key in ("low", "middle", "high"))
    assert f"| gap begun 8:00 to 12:00, p99, min | {middle} ({low} to {high}) |" in page
    wanted = sum(
        not key.endswith("_spread") and (key[:5] != "seen_" or int(key[5:]) % 3 == 0)
        for grain in recorded.values()
        for key in grain
    )
    assert (
        sum(line.startswith("| ") and line.count("|") == 5 for line in page.splitlines()) >= wanted
    )
