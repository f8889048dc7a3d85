"""What a happening does to stays and to signals, by made-up ones."""

from itertools import count, islice, pairwise

import pytest

from edge.model import Kind
from simulator import home_file
from simulator.device_faults import NoSensor, sensed
from simulator.faults import lived
from simulator.happening import Happening, What
from simulator.life import OUTSIDE, RESIDENT, Doing, Signal, Stay

HOUR = 3600.0
DAY = [
    Stay(RESIDENT, "bedroom", Doing.SLEEP, 0, 7 * HOUR, 2.0),
    Stay(RESIDENT, "kitchen", Doing.COOK, 7 * HOUR, 9 * HOUR, 30.0),
    Stay(1, "kitchen", Doing.VISITOR, 8 * HOUR, 9 * HOUR, 30.0),
    Stay(RESIDENT, OUTSIDE, Doing.OUT, 9 * HOUR, 11 * HOUR, 0.0),
    Stay(RESIDENT, "living_room", Doing.TELEVISION, 11 * HOUR, 22 * HOUR, 8.0),
]
FLAT = home_file.named("flat")
MOTION = [Signal(hour * HOUR, "kitchen_motion", {Kind.MOTION: hour % 2 == 0}) for hour in range(9)]


def life(*happenings: Happening) -> list[Stay]:
    return list(lived(DAY, happenings, seed=1))


def heard(happening: Happening, signals: list[Signal] = MOTION) -> list[Signal]:
    return list(sensed(signals, [happening], FLAT.sensors, seed=1))


@pytest.mark.parametrize(
    "what", [What.COLLAPSE, What.FALL, What.WANDERING, What.NOT_BACK, What.HOLIDAY]
)
def test_the_resident_is_always_in_one_place_and_nobody_else_is_moved(what: What) -> None:
    stays = life(Happening(what, 8.5 * HOUR, 12.5 * HOUR, "bathroom"))
    mine = [stay for stay in stays if stay.who == RESIDENT]
    assert (mine[0].begins, mine[-1].ends) == (0, 22 * HOUR)
    assert all(one.ends == other.begins for one, other in pairwise(mine))
    assert [stay for stay in stays if stay.who == 1] == DAY[2:3]
    assert [stay.begins for stay in stays] == sorted(stay.begins for stay in stays)


def test_who_collapses_is_seen_going_there_and_then_does_not_stir() -> None:
    stays = life(Happening(What.COLLAPSE, 8.5 * HOUR, 12.5 * HOUR, "bathroom"))
    going, lying = (stay for stay in stays if stay.room == "bathroom")
    assert (going.ends - going.begins, going.stirs > 0) == (60.0, True)
    assert (lying.doing, lying.stirs, lying.ends) == (Doing.LIE, 0.0, 12.5 * HOUR)


def test_who_crawls_stirs_now_and_then() -> None:
    stays = life(Happening(What.COLLAPSE, 8.5 * HOUR, 12.5 * HOUR, crawls=True))
    [crawling] = [stay for stay in stays if stay.doing is Doing.CRAWL]
    assert (crawling.room, crawling.stirs > 0) == ("kitchen", True)


def test_a_dog_and_a_guest_are_there_beside_the_resident() -> None:
    stays = life(Happening(What.DOG, 1 * HOUR, 6 * HOUR), Happening(What.GUEST, 2 * HOUR, 5 * HOUR))
    company = {stay.who for stay in stays} - {RESIDENT, 1}
    assert len(company) == 2
    assert [stay for stay in stays if stay.who in (RESIDENT, 1)] == DAY


def test_an_endless_collapse_ends_where_life_has_no_end() -> None:
    hours = (
        Stay(RESIDENT, "bedroom", Doing.REST, hour * HOUR, (hour + 1) * HOUR, 5.0)
        for hour in count()
    )
    [_, _, lying, up] = islice(lived(hours, [Happening(What.COLLAPSE, HOUR, room="hall")], 1), 4)
    assert (lying.doing, up.begins) == (Doing.LIE, lying.ends)


def test_the_same_seed_gives_the_same_life() -> None:
    dog = Happening(What.DOG, 1 * HOUR, 6 * HOUR)
    assert life(dog) == life(dog)


def test_a_broken_sensor_says_nothing_until_it_is_mended() -> None:
    broken = Happening(What.BROKEN, 2 * HOUR, 5 * HOUR, sensor="kitchen_motion")
    assert [signal.at / HOUR for signal in heard(broken)] == [0, 1, 5, 6, 7, 8]


def test_a_stuck_sensor_always_says_somebody_and_a_deaf_one_nobody() -> None:
    for what, value in ((What.STUCK, True), (What.DEAF, False)):
        at_fault = Happening(what, 2 * HOUR, 20 * HOUR, sensor="kitchen_motion")
        said = [signal.values for signal in heard(at_fault) if signal.at >= 2 * HOUR]
        assert said == [{Kind.MOTION: value}] * 8


def test_a_chattering_sensor_says_one_thing_and_the_other_all_the_time() -> None:
    chattering = Happening(What.CHATTERING, 2 * HOUR, 3 * HOUR, sensor="front_door")
    said = [s for s in heard(chattering) if s.sensor == "front_door"]
    assert len(said) > 100
    assert all(
        one.values[Kind.CONTACT_OPEN] is not other.values[Kind.CONTACT_OPEN]
        for one, other in pairwise(said)
    )


def test_a_battery_is_told_to_be_low_before_its_sensor_falls_silent() -> None:
    reports = [Signal(s.at, s.sensor, {**s.values, Kind.BATTERY: 80}) for s in MOTION]
    empty = Happening(What.EMPTY_BATTERY, 2 * HOUR, 5 * HOUR, sensor="kitchen_motion")
    said = [(s.at / HOUR, s.values[Kind.BATTERY]) for s in heard(empty, reports)]
    assert said == [(0, 80), (1, 80), (2, 4), (2, 4), (3, 4), (4, 4)]


def test_smoke_stands_until_the_fire_is_out_whatever_the_alarm_reports_besides() -> None:
    reports = [Signal(h * HOUR, "kitchen_smoke", {Kind.SMOKE: False}) for h in range(9)]
    fire = Happening(What.FIRE, 2.5 * HOUR, 4.5 * HOUR, "kitchen")
    said = [(s.at, s.values[Kind.SMOKE]) for s in heard(fire, reports)]
    assert [at for at, burns in said if burns and not 2.5 * HOUR < at < 4.5 * HOUR] == []
    assert [at for at, burns in said if not burns and 2.6 * HOUR < at < 4.5 * HOUR] == []
    assert (4.5 * HOUR, False) in said


def test_the_alarm_in_the_room_of_the_fire_is_the_one_that_tells() -> None:
    fire = Happening(What.FIRE, 2.5 * HOUR, 4.5 * HOUR, "kitchen")
    assert {s.sensor for s in heard(fire, [])} == {"kitchen_smoke"}


def test_a_press_and_a_felt_fall_come_from_the_devices_that_can_say_so() -> None:
    [press, again] = heard(Happening(What.SOS, HOUR), [])
    assert press.values == again.values == {Kind.SOS: True}
    fall = Happening(What.FALL, HOUR, 2 * HOUR, is_felt=True)
    [felt] = islice(sensed([], [fall], FLAT.sensors, seed=1), 5)
    assert felt.values == {Kind.FALL: True}


@pytest.mark.parametrize(
    "happening",
    [
        Happening(What.BROKEN, 0, HOUR, sensor="attic_motion"),
        Happening(What.DEAF, 0, HOUR, sensor="kitchen_smoke"),
    ],
)
def test_what_no_device_of_the_home_can_suffer_is_refused(happening: Happening) -> None:
    with pytest.raises(NoSensor):
        heard(happening)
