"""What the sensors of a simulated home notice of a life, and what they do not."""

import sys
from datetime import date
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings, strategies

from edge.model import Kind
from simulator import person
from simulator.home_file import named, names
from simulator.life import Doing, Stay
from simulator.resident import stays
from simulator.sensing import Sensing, signals
from tests.simulator.stays import BEGINS, HOUR, heard, life, of, quiet

ROOMS = ("bedroom", "bathroom", "kitchen", "living_room", "hall", "cellar", "")
PIECES = strategies.tuples(
    strategies.sampled_from(ROOMS),
    strategies.sampled_from((0.0, 1 / HOUR, 5 / HOUR, 0.1, 2.0)),
    strategies.sampled_from((0.0, 2.0, 400.0)),
)


def test_somebody_who_moves_is_seen_and_the_sensor_clears_when_they_have_gone() -> None:
    said = heard(quiet(), life(("kitchen", 0.5, 60), ("bedroom", 1, 0)))
    seen = of(said, "kitchen_motion", Kind.MOTION)
    assert [value for _, value in seen] == [True, False] * (len(seen) // 2)
    assert seen[-1][0] < 0.5 * HOUR + 100


def test_after_it_has_seen_something_an_infrared_sensor_is_blind_for_a_while() -> None:
    plan = quiet(says_clear=False, blind=120.0)
    times = [
        at for at, _ in of(heard(plan, life(("kitchen", 4, 600))), "kitchen_motion", Kind.MOTION)
    ]
    assert len(times) > 90
    assert min(later - at for at, later in pairwise(times)) >= 120


def test_nobody_sees_somebody_who_lies_still_but_the_devices_go_on_to_report() -> None:
    said = heard(quiet(reports=HOUR), [
        Stay(0, "bathroom", Doing.WASH, BEGINS, BEGINS + 600, 60),
        Stay(0, "bathroom", Doing.LIE, BEGINS + 600, BEGINS + 20 * HOUR, 0),
    ])  # fmt: skip
    seen = of(said, "bathroom_motion", Kind.MOTION)
    assert [at for at, value in seen if value and at > 700] == []
    assert len([at for at, _ in seen if at > 700]) >= 18


def test_whoever_crosses_the_flat_is_seen_on_the_way() -> None:
    said = heard(quiet(), life(("bedroom", 1, 0), ("kitchen", 1, 0)))
    rooms = [s.sensor for s in said if s.values.get(Kind.MOTION)]
    assert rooms == ["bedroom_motion", "living_room_motion", "kitchen_motion"]


def test_going_out_opens_the_door_once_each_way_and_the_bracelet_is_out_of_reach() -> None:
    said = heard(quiet(), life(("bedroom", 1, 4), ("", 2, 0), ("kitchen", 1, 4)))
    opened = [at for at, is_open in of(said, "front_door", Kind.CONTACT_OPEN) if is_open]
    assert [round(at / HOUR) for at in opened] == [1, 3]
    steps = of(said, "bracelet", Kind.STEPS)
    assert [at for at, _ in steps if 1.1 * HOUR < at < 3 * HOUR] == []
    assert steps[-1][1] > steps[0][1] + 3000


def test_a_visitor_comes_and_goes_through_the_door() -> None:
    resident = life(("bedroom", 4, 0))
    visit = Stay(1, "living_room", Doing.VISITOR, BEGINS + HOUR, BEGINS + 2 * HOUR, 30)
    said = heard(quiet(), [*resident, visit])
    opened = [at for at, is_open in of(said, "front_door", Kind.CONTACT_OPEN) if is_open]
    assert [round(at / HOUR, 1) for at in opened] == [1.0, 2.0]
    seen = [at for at, value in of(said, "living_room_motion", Kind.MOTION) if value]
    assert min(seen) > HOUR
    assert max(seen) < 2 * HOUR + 60


def test_two_stays_before_the_same_television_are_one_use() -> None:
    said = heard(quiet(), life(
        ("living_room", 1, 4), ("living_room", 1, 6), uses=("television",)
    ))  # fmt: skip
    used = of(said, "television", Kind.USE)
    assert [value for _, value in used] == [True]


def test_a_radar_sees_somebody_who_sits_still_until_they_have_gone() -> None:
    said = heard(
        quiet("flat_radar"), life(("bedroom", 1, 0), ("living_room", 2, 0), ("kitchen", 1, 0))
    )
    seen = of(said, "living_room_radar", Kind.PRESENCE)
    assert [value for _, value in seen] == [True, False]
    assert [round(at / HOUR, 1) for at, _ in seen] == [1.0, 3.0]


def test_a_bed_knows_who_lies_in_it_and_counts_the_heart() -> None:
    asleep = Stay(0, "bedroom", Doing.SLEEP, BEGINS, BEGINS + HOUR, 1, 55.0, ("bed",))
    awake = Stay(0, "kitchen", Doing.MEAL, BEGINS + HOUR, BEGINS + 2 * HOUR, 30, 75.0)
    said = heard(quiet("flat_radar"), [asleep, awake])
    assert [value for _, value in of(said, "bed", Kind.PRESENCE)] == [True, False]
    pulses = [value for _, value in of(said, "bed", Kind.HEART_RATE)]
    assert len(pulses) == 6
    assert all(45 < pulse < 65 for pulse in pulses[:5])  # the last was taken on getting up


def test_a_battery_runs_down_says_so_and_the_sensor_falls_silent() -> None:
    said = heard(quiet(reports=HOUR, drains=20.0), life(("bedroom", 24 * 8, 0)))
    charges = of(said, "front_door", Kind.BATTERY)
    percents = [percent for _, percent in charges]
    assert percents == sorted(percents, reverse=True)
    assert percents[-1] <= 1
    assert charges[-1][0] < 24 * 5 * HOUR + HOUR


def test_a_bracelet_comes_off_to_be_charged_and_is_worn_again() -> None:
    said = heard(quiet(drains=40.0), life(("bedroom", 24 * 3, 2)))
    worn = [value for _, value in of(said, "bracelet", Kind.WORN)]
    changes = [now for before, now in pairwise(worn) if now != before]
    assert changes[:2] == [False, True]


def test_radio_loses_its_share_of_the_messages() -> None:
    week = life(("bedroom", 24 * 7, 0))
    all_ = len(heard(quiet(reports=600.0), week))
    some = len(heard(quiet(reports=600.0, loss=0.3), week))
    assert 0.66 < some / all_ < 0.74


def test_a_sensor_sees_now_and_then_what_is_not_there() -> None:
    said = heard(quiet(false_a_day=5.0), life(("", 24 * 10, 0)))
    seen = [at for at, value in of(said, "bedroom_motion", Kind.MOTION) if value]
    assert 25 < len(seen) < 80


@pytest.mark.parametrize("home", names())
def test_an_ordinary_week_is_told_in_order_and_the_same_again_for_the_same_seed(home: str) -> None:
    plan = named(home)

    def week() -> list[object]:
        lived = stays(person.Person.drawn(5), date(2026, 3, 2), plan.zone, 5)
        return list(islice(signals(plan, lived, 5), 3000))

    told = week()
    assert told == week()
    times = [signal.at for signal in told]  # type: ignore[attr-defined]
    assert times == sorted(times)
    assert {signal.sensor for signal in told} <= {each.id for each in plan.sensors}  # type: ignore[attr-defined]


def test_a_home_remembers_no_more_after_weeks_than_after_a_day() -> None:
    plan = named("flat")
    sensing = Sensing(plan, 1)
    said = sensing.signals(stays(person.Person.middle(), date(2026, 3, 2), plan.zone, 1))
    list(islice(said, 1000))
    after_a_day = sys.getsizeof(sensing._agenda._due)
    list(islice(said, 20_000))
    assert sys.getsizeof(sensing._agenda._due) <= 2 * after_a_day


def test_a_life_can_be_changed_while_it_is_lived() -> None:
    sensing = Sensing(quiet(), 1)
    said = sensing.signals(life(("kitchen", 10, 60)))
    before = list(islice(said, 20))
    at = max(before[-1].at, sensing.reached)
    lies = Stay(0, "kitchen", Doing.LIE, at, at + 5 * HOUR, 0)
    sensing.change([lies], at)
    after = [s for s in said if s.sensor != "bracelet"]
    assert [s for s in after if s.values.get(Kind.MOTION) and s.at > at + 1] == []


@given(lives=strategies.lists(PIECES, max_size=12), visits=strategies.lists(PIECES, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_life_however_hasty_is_told_in_order(
    lives: list[tuple[str, float, float]], visits: list[tuple[str, float, float]]
) -> None:
    plan = named("flat_radar")
    resident, others = life(*lives), life(*visits, who=1)
    together = sorted([*resident, *others], key=lambda stay: stay.begins)
    told = list(signals(plan, together, 1))
    times = [signal.at for signal in told]
    assert times == sorted(times)
    ends = max((stay.ends for stay in together), default=BEGINS)
    assert all(BEGINS <= at <= ends for at in times)
