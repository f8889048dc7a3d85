"""Bustle: who is seen for most of the time is on their feet."""

from edge.bustle import Bustle, BustleState
from edge.model import Freshness, Kind, Reading
from tests.homes import at, home

MOTION = "kitchen_motion"


def say(bustle: Bustle, minutes: float, value: bool, freshness: Freshness = Freshness.LIVE) -> None:
    now = at(8, minutes=minutes)
    reading = Reading("home", MOTION, "kitchen", Kind.MOTION, value, now.wall, now, freshness)
    bustle.hear(reading, "kitchen", now)


def moving(on: float, off: float, times: int) -> Bustle:
    """Give an hour of movement that stands for some minutes and then does not."""
    bustle = Bustle(home(), BustleState())
    bustle.begin(at(8))
    for number in range(times):
        say(bustle, number * (on + off), True)
        say(bustle, number * (on + off) + on, False)
    return bustle


def test_movement_that_hardly_pauses_is_bustle() -> None:
    assert moving(on=9, off=1, times=6).is_busy("kitchen", at(9))


def test_two_movements_an_hour_are_none_even_where_the_sensor_holds_for_ten_minutes() -> None:
    bustle = moving(on=10, off=20, times=4)
    assert not any(bustle.is_busy("kitchen", at(10, minutes=m)) for m in range(30))


def test_bustle_is_forgotten_within_the_hour() -> None:
    bustle = moving(on=9, off=1, times=6)
    assert not bustle.is_busy("kitchen", at(10))


def test_bustle_in_one_room_says_nothing_of_the_next() -> None:
    bustle = moving(on=9, off=1, times=6)
    bustle.begin(at(9))
    assert not bustle.is_busy("bathroom", at(9.5))


def test_what_the_broker_kept_is_no_bustle() -> None:
    bustle = Bustle(home(), BustleState())
    bustle.begin(at(8))
    say(bustle, 0, True, Freshness.RETAINED)
    assert not bustle.is_busy("kitchen", at(9))
