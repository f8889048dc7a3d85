"""Which remedy is tried when, while Bluetooth hears nothing."""

from itertools import pairwise

from gateway.sources.ble_ladder import Ladder, Step


def test_the_scan_comes_first_then_the_adapter_then_a_person() -> None:
    ladder = Ladder(60, now=0)
    assert [ladder.step(now) for now in (59, 60, 119, 120, 180)] == [
        None,
        Step.SCAN,
        None,
        Step.POWER,
        Step.TELL,
    ]
    assert ladder.silent_for(180) == 180


def test_after_success_it_begins_at_the_lowest_rung() -> None:
    ladder = Ladder(60, now=0)
    assert [ladder.step(60), ladder.step(120)] == [Step.SCAN, Step.POWER]
    ladder.heard(130)
    assert [ladder.step(189), ladder.step(190)] == [None, Step.SCAN]


def test_where_nothing_sends_the_adapter_is_switched_ever_more_seldom() -> None:
    ladder = Ladder(60, now=0)
    steps = [(now, ladder.step(now)) for now in range(60, 6 * 3600, 60)]
    switched = [now for now, step in steps if step is Step.POWER]
    pauses = [later - earlier for earlier, later in pairwise(switched)]
    assert pauses[:6] == [300, 600, 1200, 2400, 2880, 2880]


def test_the_adapter_is_not_switched_while_a_device_is_connected() -> None:
    ladder = Ladder(60, now=0)
    steps = [ladder.step(now, may_switch=False) for now in (60, 120, 240)]
    assert steps == [Step.SCAN, Step.TELL, Step.SCAN]


def test_what_is_known_to_be_deaf_is_not_waited_for() -> None:
    assert Ladder(60, now=0).step(1, hurry=True) is Step.SCAN
