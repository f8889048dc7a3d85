"""Who is told of what, and who is asked again: nobody whose kinds do not concern a reading."""

from datetime import timedelta

import pytest

from edge.household import Household
from edge.model import (
    Configured,
    Entry,
    Finding,
    Input,
    Kind,
    Life,
    Moment,
    Reading,
    Rule,
    Sensed,
    Severity,
)
from edge.watch import Watch, Watches
from tests.homes import at, home


class Listener:
    """A detector that notes what it hears, and is due when it is told to be."""

    def __init__(self, due: Moment | None = None) -> None:
        self.heard: list[Reading | Life | Input] = []
        self.asked = 0
        self.due = due

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        self.heard.append(what)

    def findings(self, now: Moment) -> list[Finding]:
        return []

    def next_check(self, now: Moment) -> Moment | None:
        self.asked += 1
        return self.due


ONE, OTHER = frozenset({Rule.STAY}), frozenset({Rule.BED})


def test_a_detector_hears_the_kinds_that_it_named_and_life_if_it_wants_it() -> None:
    smoke, life, every = Listener(), Listener(), Listener()
    watches = Watches(
        Watch(ONE, smoke, {Kind.SMOKE}), Watch(ONE, life, (), lives=True), Watch(ONE, every)
    )

    def hearers(kind: Kind, *, is_life: bool) -> list[tuple[object, bool, bool]]:
        return [(w.detector, r, x) for w, r, x in watches.hearers(kind, is_life=is_life)]

    assert hearers(Kind.MOTION, is_life=False) == [(every, True, False)]
    assert hearers(Kind.MOTION, is_life=True) == [(life, False, True), (every, True, False)]
    assert hearers(Kind.SMOKE, is_life=False) == [(smoke, True, False), (every, True, False)]


def test_the_nearest_check_is_kept_and_only_who_was_touched_is_asked_again() -> None:
    early, late = Listener(at(1)), Listener(at(2))
    first, second = Watch(ONE, early), Watch(OTHER, late)
    watches = Watches(first, second)
    assert watches.next_check(at(0)) == at(1)
    assert watches.next_check(at(0)) == at(1)
    assert (early.asked, late.asked) == (1, 1)
    late.due = at(0.5)
    watches.touch(second)
    assert watches.next_check(at(0)) == at(0.5)
    late.due = None
    watches.touch(second)
    assert watches.next_check(at(0)) == at(1)
    early.due = at(3)
    watches.unsettle()
    assert watches.next_check(at(0)) == at(3)
    assert (early.asked, late.asked) == (2, 4)


def test_of_some_rules_only_those_that_speak_for_them_are_there() -> None:
    one, other = Watch(ONE, Listener()), Watch(OTHER, Listener())
    assert list(Watches(one, other, rules=OTHER)) == [other]


def motion(time: Moment, *, value: bool = True) -> Entry:
    reading = Reading(*("wang", "kitchen_motion", "kitchen", Kind.MOTION), value, time.wall, time)
    return Entry("wang", time, reading)


@pytest.mark.parametrize("minutes", [10, 70])
def test_a_state_kept_in_the_middle_of_a_life_says_the_same_afterwards(minutes: int) -> None:
    through, parted = Household(home()), Household(home())
    for household in (through, parted):
        household.receive(Entry("wang", at(0), Configured("")))
    for number in range(200):
        entry = motion(at(0.1 + number * minutes / 60), value=number % 2 == 0)
        before = through.receive(entry)
        after = parted.receive(entry)
        assert before == after
        if number % 7 == 0:
            parted = Household.restore(home(), parted.snapshot())
            assert parted.next_check() == through.next_check()
    end = at(0.1 + 200 * minutes / 60).plus(timedelta(days=2))
    assert through.advance(end) == parted.advance(end)


def test_a_smoke_alarm_that_stood_before_the_restart_is_raised_at_the_first_reading() -> None:
    household = Household(home())
    household.receive(Entry("wang", at(0), Configured("")))
    smoke = Reading(*("wang", "kitchen_smoke", "kitchen", Kind.SMOKE, True, at(1).wall), at(1))
    household.recall(Entry("wang", at(1), smoke))
    effects = household.receive(motion(at(2)))
    raised = [alert for alert in effects.alerts if alert.finding.rule is Rule.SMOKE]
    assert raised and isinstance(raised[0].finding.because, Sensed)
    assert raised[0].finding.severity is Severity.EMERGENCY
