"""The beat of a device: what is learned of its reports, and what is not taken for one."""

import random
from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.beat import Beat
from edge.model import Kind
from tests.homes import DEVICES

SENSOR = structs.replace(DEVICES[3], silent_after=timedelta(hours=25))
MOTION = structs.replace(DEVICES[0], silent_after=timedelta(hours=25))
HOUR = 3600.0


def learned(*gaps: float, days: float = 10) -> Beat:
    """Give what is learned of gaps that come again and again for so many days."""
    beat, spent, number = Beat(), 0.0, 0
    while spent < days * 24 * HOUR:
        beat.learn(gaps[number % len(gaps)])
        spent += gaps[number % len(gaps)]
        number += 1
    return beat


def test_three_missed_reports_are_waited_for() -> None:
    bound = learned(HOUR).bound(SENSOR)
    assert timedelta(hours=3) < bound < timedelta(hours=3, minutes=30)


def test_events_between_the_reports_say_nothing_of_the_beat() -> None:
    busy = learned(*[60.0, 5.0, 700.0, 0.0] * 10, HOUR, HOUR, HOUR, HOUR)
    assert busy.bound(SENSOR) < timedelta(hours=4)


def test_a_report_that_the_radio_lost_now_and_then_does_not_undo_it() -> None:
    assert learned(*[HOUR] * 20, 2 * HOUR).is_known


def test_clocks_of_sensors_are_not_exact() -> None:
    chance = random.Random(1)
    gaps = [HOUR * chance.uniform(0.96, 1.04) for _ in range(300)]
    assert learned(*gaps).is_known


@pytest.mark.parametrize("seed", range(5))
def test_a_person_s_day_is_no_beat(seed: int) -> None:
    chance = random.Random(seed)
    gaps = []
    for _ in range(60):
        gaps += [chance.expovariate(1 / HOUR) for _ in range(16)]
        gaps.append(chance.uniform(6, 9) * HOUR)
    assert learned(*gaps, days=60).bound(SENSOR) == SENSOR.silent_after


def test_a_night_as_regular_as_a_clock_is_no_beat() -> None:
    assert not learned(*[HOUR / 2] * 30, 5 * HOUR, days=40).is_known


def test_it_takes_a_day_of_reports_to_learn() -> None:
    assert not learned(HOUR, days=0.9).is_known


def test_a_device_that_reports_every_second_has_half_an_hour() -> None:
    assert learned(*[11.0] * 100).bound(SENSOR) == timedelta(minutes=30)


def test_the_given_time_out_stays_where_it_is_earlier() -> None:
    radar = structs.replace(SENSOR, silent_after=timedelta(minutes=2))
    assert learned(HOUR).bound(radar) == timedelta(minutes=2)


def test_three_reports_that_take_longer_than_a_day_leave_the_given_time_out() -> None:
    assert learned(8 * HOUR, days=30).bound(SENSOR) == SENSOR.silent_after


def test_a_sensor_that_speaks_of_events_alone_is_never_learned() -> None:
    button = structs.replace(SENSOR, clears_after=timedelta(seconds=5))
    assert learned(HOUR).bound(button) == button.silent_after


def test_a_swapped_device_with_a_slower_beat_is_learned_anew() -> None:
    beat = learned(HOUR / 2)
    for _ in range(3):
        beat.learn(3 * HOUR + 120)
        beat.learn(3 * HOUR + 60)
    assert not beat.is_known
    for _ in range(80):
        beat.learn(3 * HOUR)
    assert beat.bound(SENSOR) > timedelta(hours=9)


def test_a_long_gap_in_the_first_hours_is_forgotten() -> None:
    beat = learned(HOUR, HOUR, HOUR, 5 * HOUR, days=0.3)
    for _ in range(24 * 9):
        beat.learn(HOUR)
    assert beat.bound(SENSOR) < timedelta(hours=4)


def times_missed(days: int, hours: float) -> int:
    """Give how often a sensor is missed whose hourly report stays away for hours every few days."""
    beat, missed = learned(HOUR), 0
    for _ in range(120 // days):
        for _ in range(int(24 * days - hours)):
            beat.learn(HOUR)
        missed += beat.bound(SENSOR) <= timedelta(hours=hours)
        beat.learn(hours * HOUR)
    return missed


@pytest.mark.parametrize("days", [1, 3, 7, 14])
def test_a_sensor_at_the_edge_of_a_weak_mesh_is_missed_once_and_not_every_time(days: int) -> None:
    assert times_missed(days, hours=4.2) == 1


def test_a_bracelet_is_carried_out_of_reach_and_has_no_beat() -> None:
    bracelet = structs.replace(SENSOR, kinds=frozenset({Kind.STEPS, Kind.HEART_RATE}))
    assert learned(*[60.0] * 60 * 23, HOUR, days=30).bound(bracelet) == bracelet.silent_after


def test_a_sensor_of_movement_is_missed_after_a_day_and_not_an_hour_later() -> None:
    assert Beat().bound(MOTION) == timedelta(hours=24)


def test_one_in_a_room_that_nobody_uses_gets_the_time_for_its_daily_report() -> None:
    assert learned(23.9 * HOUR).bound(MOTION) == timedelta(hours=25)


def test_it_is_kept_in_a_few_numbers_and_survives_a_restart() -> None:
    beat = learned(HOUR, days=100)
    kept = msgspec.json.encode(beat)
    assert len(kept) < 160
    assert msgspec.json.decode(kept, type=Beat) == beat
