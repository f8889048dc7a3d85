"""Drills of a gateway in made-up time: what is sensed for them, what ends them, what is learned."""

from datetime import timedelta

import pytest

from edge.alerts import AlertBook
from edge.model import (
    Close,
    Effects,
    Finding,
    Kind,
    Moment,
    Outcome,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
    Value,
)
from gateway.drilled import Ending, Refusal
from gateway.drills import LASTS, LONGEST, MOST, Drills
from gateway.rehearsal import MOST as TESTS
from gateway.rehearsal import Rehearsals
from gateway.requests import Drill
from tests.facts import reading
from tests.homes import at, home

BY_SENSOR = Drill("wang", "李工", "kitchen_smoke", by_sensor=True)
LADDER = Drill("wang", "李工", severity=Severity.URGENT)
SECOND = timedelta(seconds=1)
NOBODY: list[object] = []


def drilling(wish: Drill = LADDER) -> tuple[Drills, str]:
    drills = Drills(Rehearsals())
    begun = drills.begin(home(), wish, [], at())
    assert not isinstance(begun, Refusal)
    return drills, begun


def real(now: Moment, rule: Rule = Rule.SOS, severity: Severity = Severity.EMERGENCY) -> Effects:
    """Give what a real alarm of the home comes to."""
    because = Sensed("sos_button", "bedroom", Kind.SOS, True, now.wall)
    finding = Finding(rule, "sos_button", severity, now, because)
    return AlertBook(home()).update(frozenset({rule}), [finding], now)


def alarm(
    drills: Drills, now: Moment, kind: Kind = Kind.TEST, value: Value = True, drill: bool = True
) -> None:
    said = reading("kitchen_smoke", kind, value, now)
    drills.sensed(drills.marked(said) if drill else said)


# --- when none begins


def test_none_begins_beside_a_real_alarm() -> None:
    standing = real(at()).alerts
    assert Drills(Rehearsals()).begin(home(), LADDER, standing, at()) is Refusal.ALARM


def test_none_begins_in_a_drill_home() -> None:
    assert Drills(Rehearsals()).begin(home(drill=True), LADDER, [], at()) is Refusal.DRILL_HOME


@pytest.mark.parametrize("device", ["kitchen_motion", "nobody"])
def test_none_begins_by_what_cannot_alarm(device: str) -> None:
    wish = Drill("wang", "李工", device, by_sensor=True)
    assert Drills(Rehearsals()).begin(home(), wish, [], at()) is Refusal.DEVICE


def test_there_is_one_drill_in_a_home_and_none_beside_a_walk_test() -> None:
    drills, _ = drilling()
    assert drills.begin(home(), LADDER, [], at(seconds=1)) is Refusal.BUSY
    rehearsals = Rehearsals()
    rehearsals.go_on("wang", "", at())
    assert Drills(rehearsals).begin(home(), LADDER, [], at(seconds=1)) is Refusal.BUSY


def test_there_are_so_many_at_once() -> None:
    drills = Drills(Rehearsals())
    for number in range(MOST):
        assert isinstance(drills.begin(home(f"h{number}"), LADDER, [], at()), str)
    assert drills.begin(home("another"), LADDER, [], at()) is Refusal.FULL


def test_by_a_sensor_none_begins_whose_alarm_would_be_a_real_one() -> None:
    rehearsals = Rehearsals()
    for number in range(TESTS):
        rehearsals.go_on(f"h{number}", "", at())
    assert Drills(rehearsals).begin(home(), BY_SENSOR, [], at()) is Refusal.FULL
    assert isinstance(Drills(rehearsals).begin(home(), LADDER, [], at()), str)


def test_by_a_sensor_none_begins_without_one() -> None:
    wish = Drill("wang", "李工", by_sensor=True)
    assert Drills(Rehearsals()).begin(home(), wish, [], at()) is Refusal.DEVICE


# --- what begins it


def test_the_sensor_that_is_waited_for_raises_the_alert() -> None:
    drills, name = drilling(BY_SENSOR)
    assert not drills.take()
    alarm(drills, at(seconds=9))
    effects = drills.take()
    assert effects.alerts[-1].finding.rule is Rule.SMOKE
    drills.stored(at(seconds=10))
    stands = drills.go_on("wang", name, at(seconds=11))
    assert (stands.heard_at, stands.stored_at) == (at(seconds=9).wall, at(seconds=10).wall)


def test_what_is_not_set_off_just_now_begins_nothing() -> None:
    drills, _ = drilling(BY_SENSOR)
    alarm(drills, at(seconds=2), value=False)
    alarm(drills, at(seconds=3), kind=Kind.BATTERY, value=80)
    drills.sensed(reading("sos_button", Kind.SOS, True, at(seconds=4)))
    assert not drills.take()


def test_what_the_sensor_says_in_a_drill_is_no_news_of_the_sensor() -> None:
    drills, _ = drilling(BY_SENSOR)

    def is_drilled(device: str, kind: Kind, value: Value) -> bool:
        return drills.marked(reading(device, kind, value, at(seconds=1))).drill

    assert is_drilled("kitchen_smoke", Kind.BATTERY, 90)
    assert is_drilled("kitchen_smoke", Kind.TEST, True)
    assert is_drilled("kitchen_smoke", Kind.TAMPER, False)
    assert not is_drilled("kitchen_smoke", Kind.TAMPER, True)
    assert not is_drilled("kitchen_smoke", Kind.ONLINE, False)
    assert not is_drilled("kitchen_motion", Kind.BATTERY, 90)


def test_without_a_sensor_the_resident_goes_on_living() -> None:
    drills, _ = drilling()
    assert not drills.marked(reading("kitchen_motion", Kind.MOTION, True, at(seconds=1))).drill


# --- what ends it


def test_the_first_real_alarm_ends_it_without_another_word() -> None:
    drills, name = drilling()
    drilled = drills.take().alerts[-1]
    drills.noticed("wang", real(at(seconds=3)), at(seconds=3))
    effects = drills.take()
    assert (effects.cancelled, effects.notices) == ([drilled.id], [])
    assert effects.alerts[-1].state is State.CLOSED
    stands = drills.go_on("wang", name, at(seconds=4))
    assert (stands.goes_on, stands.ending) == (False, Ending.REAL)
    assert stands.ended_by == "sos/sos_button"


def test_a_real_alarm_just_after_it_stops_the_word_that_it_is_over() -> None:
    drills, name = drilling()
    drills.end("wang", name, at(seconds=2))
    assert [n.reason for n in drills.take().notices] == [Reason.RESOLVED]
    drills.noticed("wang", real(at(seconds=3)), at(seconds=3))
    assert drills.take().cancelled


def test_a_fault_ends_no_drill() -> None:
    drills, name = drilling()
    drills.noticed("wang", real(at(seconds=3), Rule.SILENT, Severity.URGENT), at(seconds=3))
    assert drills.go_on("wang", name, at(seconds=4)).goes_on


def test_an_alarm_in_another_home_ends_no_drill() -> None:
    drills, name = drilling()
    drills.noticed("li", real(at(seconds=3)), at(seconds=3))
    assert drills.go_on("wang", name, at(seconds=4)).goes_on


def test_one_of_which_nobody_speaks_any_more_is_over_and_that_is_told() -> None:
    drills, name = drilling()
    drills.take()
    assert drills.next_check() is not None
    drills.tick(at().plus(LASTS))
    effects = drills.take()
    assert {n.reason for n in effects.notices} == {Reason.RESOLVED}
    assert drills.go_on("wang", name, at(seconds=20)).ending is Ending.TIME
    assert drills.next_check() is None


def test_none_is_longer_than_twenty_minutes() -> None:
    drills, name = drilling()
    now = at()
    while drills.go_on("wang", name, now).goes_on:
        now = now.plus(10 * SECOND)
        drills.tick(now)
    assert now.since(at()) == LONGEST


def test_whoever_closes_its_alert_ends_it() -> None:
    drills, name = drilling()
    found = drills.take().alerts[-1]
    end = Close(found.id, "王芳", Outcome.TEST, Rule.INACTIVITY, "wang")
    assert drills.close(end, at(seconds=5))
    assert drills.go_on("wang", name, at(seconds=6)).ending is Ending.CLOSED
    assert not drills.close(end, at(seconds=7))


def test_of_another_drill_nothing_is_known() -> None:
    drills, _ = drilling()
    assert drills.go_on("wang", "another", at()).ending is Ending.UNKNOWN
    assert drills.go_on("li", "another", at()).ending is Ending.UNKNOWN
