"""What a day of the resident was like: rising, nights, outings, activity, and what nobody knows."""

from collections.abc import Iterable

import pytest

from edge.days import DAY, Days, Tally, is_bathroom
from edge.model import Kind, Life, Measure
from tests.facts import life
from tests.homes import DEVICES, at, home

DOORLESS = tuple(device for device in DEVICES if not device.outer_door)
HOUR = 3600.0


def day_of(
    *events: tuple[float, str], of: Days | None = None, away: Iterable[float] = ()
) -> dict[Measure, float]:
    """Live one day, the second that is known, and give what it came to; hours are of the day."""
    days = of or Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.begin(1)
    outside = set(away)
    for hour, device in events:
        days.live(
            life(device, at(hour)), DAY + hour * HOUR, was_away=hour in outside, was_unsure=False
        )
    return days.close()


def bustle(begins: float, ends: float) -> list[tuple[float, str]]:
    """Give somebody who moves about: every five minutes, in two rooms by turns."""
    rooms = ("kitchen_motion", "bedroom_motion")
    steps = int((ends - begins) * 12)
    return [(begins + step / 12, rooms[step // 3 % 2]) for step in range(steps)]


def test_rising_is_when_the_morning_begins_and_not_a_way_to_the_bathroom_before_it() -> None:
    found = day_of((4.5, "bathroom_motion"), (4.6, "bedroom_motion"), *bustle(7, 12))
    assert found[Measure.RISING] == 7 * 60


def test_who_is_hardly_seen_in_the_morning_has_no_time_of_rising() -> None:
    found = day_of((7, "kitchen_motion"), (9, "kitchen_motion"), (11, "kitchen_motion"))
    assert Measure.RISING not in found


def test_movements_in_the_bathroom_within_a_quarter_of_an_hour_are_one_visit() -> None:
    found = day_of(
        (1.0, "bathroom_motion"),
        (1.1, "bathroom_motion"),
        (3.0, "bathroom_motion"),
        (6.0, "bathroom_motion"),
        *bustle(7, 9),
    )
    assert found[Measure.NIGHT_VISITS] == 2


def test_a_visit_before_midnight_belongs_to_the_night_that_it_begins() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    visit = life("bathroom_motion", at(23.5))
    days.live(visit, 23.5 * HOUR, was_away=False, was_unsure=False)
    days.begin(1)
    days.live(life("kitchen_motion", at(31)), DAY + 7 * HOUR, was_away=False, was_unsure=False)
    assert days.close()[Measure.NIGHT_VISITS] == 1


def test_an_outing_counts_and_its_hours_are_no_quiet_at_home() -> None:
    found = day_of(*bustle(7, 10), *bustle(14, 20), away=[14])
    assert found[Measure.OUTINGS] == 1
    assert found[Measure.LONGEST_QUIET] < 10


def test_activity_is_how_long_somebody_is_seen_to_move_in_an_hour_at_home() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.begin(1)
    for hour, device in bustle(7, 10):
        start = DAY + hour * HOUR
        days.watch(device, start, start - 120)
        days.live(life(device, at(hour)), start, was_away=False, was_unsure=False)
    days.live(life("front_door", at(11)), DAY + 11 * HOUR, was_away=False, was_unsure=False)
    days.live(life("front_door", at(15)), DAY + 15 * HOUR, was_away=True, was_unsure=False)
    # 36 times two minutes, and the door twice; four hours were spent outside.
    assert days.close()[Measure.ACTIVITY] == pytest.approx((36 * 2 + 2) / 20)


def test_a_sensor_whose_end_was_lost_has_not_seen_hours_of_movement() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.watch("kitchen_motion", DAY + 9 * HOUR, DAY)
    assert days.tally.moving == 30 * 60


def test_a_home_without_a_door_sensor_knows_nothing_of_outings() -> None:
    found = day_of(*bustle(7, 20), of=Days(home(zone="UTC", devices=DOORLESS), Tally()))
    assert Measure.OUTINGS not in found
    assert Measure.ACTIVITY in found


def test_the_longest_quiet_is_that_of_the_waking_hours() -> None:
    found = day_of((2, "bathroom_motion"), *bustle(10, 12), *bustle(13, 19))
    assert found[Measure.LONGEST_QUIET] == pytest.approx(65, abs=1)


def test_a_day_seen_in_part_says_nothing() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.begin(1)
    for hour, device in bustle(7, 12):
        days.live(life(device, at(hour)), DAY + hour * HOUR, was_away=False, was_unsure=False)
    days.miss(DAY + 12 * HOUR, DAY + 15 * HOUR)
    assert days.close() == {}


def test_the_day_on_which_the_watch_began_says_nothing() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    for hour, device in bustle(15, 20):
        days.live(life(device, at(hour)), hour * HOUR, was_away=False, was_unsure=False)
    assert days.close() == {}


def test_company_makes_nobody_livelier() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.begin(1)
    days.tally.has_company = True
    for hour, device in bustle(7, 12):
        days.live(life(device, at(hour)), DAY + hour * HOUR, was_away=False, was_unsure=False)
    found = days.close()
    assert Measure.ACTIVITY not in found
    assert found[Measure.RISING] == 7 * 60


def test_steps_of_a_bracelet_are_no_way_from_room_to_room() -> None:
    days = Days(home(zone="UTC"), Tally())
    days.begin(0)
    days.begin(1)
    steps = Life(at(8), "bracelet", "bedroom", Kind.STEPS, False)
    days.live(steps, DAY + 8 * HOUR, was_away=False, was_unsure=False)
    assert days.close() == {}


@pytest.mark.parametrize("name", ["bathroom", "Main bath", "卫生间", "主卧洗手间", "wc_1"])
def test_a_bathroom_is_known_by_its_name(name: str) -> None:
    assert is_bathroom(name)


@pytest.mark.parametrize("name", ["kitchen", "卧室", "switchcraft"])
def test_other_rooms_are_none(name: str) -> None:
    assert not is_bathroom(name)
