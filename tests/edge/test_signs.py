"""Signs of life: only a fresh change is news, and a standing "true" counts for a bounded time."""

from datetime import timedelta

from msgspec import structs

from edge.model import Freshness, Kind, Moment, Value
from edge.signs import Signs
from tests.facts import reading
from tests.homes import DEVICES, at, home


def said(
    signs: Signs, device: str, kind: Kind, value: Value, now: Moment, **more: Freshness
) -> bool:
    return signs.life(reading(device, kind, value, now, **more)) is not None


def test_motion_after_rest_is_life_and_rest_is_not() -> None:
    signs = Signs(home())
    assert not said(signs, "bedroom_motion", Kind.MOTION, False, at())
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at(1))
    assert not said(signs, "bedroom_motion", Kind.MOTION, False, at(1.1))


def test_what_a_bridge_repeats_from_its_cache_at_start_is_not_life() -> None:
    assert not said(Signs(home()), "bedroom_motion", Kind.MOTION, True, at())
    assert not said(Signs(home()), "front_door", Kind.CONTACT_OPEN, True, at())


def test_a_stuck_sensor_bears_witness_for_its_hold_only() -> None:
    signs = Signs(home())
    said(signs, "bedroom_motion", Kind.MOTION, False, at())
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at(1))
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at(1, minutes=20))
    assert not said(signs, "bedroom_motion", Kind.MOTION, True, at(1, minutes=31))
    assert not said(signs, "bedroom_motion", Kind.MOTION, True, at(9))


def test_a_retained_change_is_no_life_and_its_live_repetition_neither() -> None:
    signs = Signs(home())
    said(signs, "bedroom_motion", Kind.MOTION, False, at())
    for freshness in (Freshness.RETAINED, Freshness.BUFFERED, Freshness.MISDATED):
        assert not said(signs, "bedroom_motion", Kind.MOTION, True, at(1), freshness=freshness)
    assert not said(signs, "bedroom_motion", Kind.MOTION, True, at(2))


def test_a_door_is_life_at_opening_and_at_closing() -> None:
    signs = Signs(home())
    said(signs, "front_door", Kind.CONTACT_OPEN, False, at())
    assert said(signs, "front_door", Kind.CONTACT_OPEN, True, at(1))
    assert not said(signs, "front_door", Kind.CONTACT_OPEN, True, at(2))
    assert said(signs, "front_door", Kind.CONTACT_OPEN, False, at(3))


def test_a_sensor_that_never_clears_speaks_of_events() -> None:
    pir = structs.replace(DEVICES[0], clears_after=timedelta(seconds=60))
    signs = Signs(home(devices=(pir,)))
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at())
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at(5))


def test_a_sensor_that_never_clears_bears_witness_through_hours_of_constant_motion() -> None:
    pir = structs.replace(DEVICES[0], clears_after=timedelta(seconds=90))
    signs = Signs(home(devices=(pir,)))
    for minute in range(9 * 60):
        assert said(signs, "bedroom_motion", Kind.MOTION, True, at(minutes=minute))


def test_an_event_that_the_broker_remembers_is_no_life_and_hides_none() -> None:
    pir = structs.replace(DEVICES[0], clears_after=timedelta(seconds=90))
    signs = Signs(home(devices=(pir,)))
    retained = Freshness.RETAINED
    assert not said(signs, "bedroom_motion", Kind.MOTION, True, at(), freshness=retained)
    assert said(signs, "bedroom_motion", Kind.MOTION, True, at(seconds=5))


def test_the_first_count_of_steps_is_no_life_on_a_bracelet_whose_calls_never_clear() -> None:
    bracelet = structs.replace(DEVICES[0], clears_after=timedelta(minutes=1))
    signs = Signs(home(devices=(bracelet,)))
    assert not said(signs, "bedroom_motion", Kind.STEPS, 900, at())


def test_more_steps_are_life_and_a_new_count_is_not() -> None:
    signs = Signs(home())
    assert not said(signs, "bedroom_motion", Kind.STEPS, 900, at())
    assert said(signs, "bedroom_motion", Kind.STEPS, 910, at(1))
    assert not said(signs, "bedroom_motion", Kind.STEPS, 910, at(2))
    assert not said(signs, "bedroom_motion", Kind.STEPS, 0, at(3))


def test_a_sensor_that_is_not_part_of_the_home_says_nothing() -> None:
    stray = structs.replace(reading("bedroom_motion", Kind.MOTION, True, at()), device="stray")
    assert Signs(home()).life(stray) is None


def test_a_door_says_whether_it_was_opened_and_one_that_never_clears_only_its_use() -> None:
    signs = Signs(home())
    signs.life(reading("front_door", Kind.CONTACT_OPEN, False, at(9)))
    opened = signs.life(reading("front_door", Kind.CONTACT_OPEN, True, at(9.1)))
    closed = signs.life(reading("front_door", Kind.CONTACT_OPEN, False, at(9.2)))
    assert opened is not None and opened.opens is True
    assert closed is not None and closed.opens is False
    events = [
        structs.replace(d, clears_after=timedelta(seconds=5)) if d.outer_door else d
        for d in home().devices
    ]
    plain = Signs(home(devices=tuple(events)))
    used = plain.life(reading("front_door", Kind.CONTACT_OPEN, True, at(9)))
    assert used is not None and used.opens is None
