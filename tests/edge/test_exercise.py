"""A drill in a real home: what it raises, whom it tells and when, on a copy of the home."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.alerts import AlertBook
from edge.exercise import GAP, Begin, Exercise, is_real_alarm
from edge.foresight import foreseen
from edge.model import (
    Acknowledge,
    Effects,
    Event,
    Finding,
    Kind,
    Moment,
    Outcome,
    Patience,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
)
from tests.homes import DEVICES, at, home

ALARM = DEVICES[4]
BUTTON = DEVICES[5]
SMOKE: Begin = (ALARM, Kind.SMOKE)
EVERYBODY = [("daughter", "push"), ("daughter", "sms"), ("duty", "desk")]


def ways(effects: Effects) -> list[tuple[str, str]]:
    return [(notice.recipient, notice.channel) for notice in effects.notices]


def smoke(since: Moment) -> Finding:
    because = Sensed(ALARM.id, "kitchen", Kind.SMOKE, True, since.wall)
    return Finding(Rule.SMOKE, ALARM.id, Severity.EMERGENCY, since, because)


def test_a_drilled_alarm_is_told_like_a_real_one_but_marked_and_under_ids_of_its_own() -> None:
    drilled = Exercise(home()).begin(SMOKE, at())
    real = AlertBook(home()).update(frozenset({Rule.SMOKE}), [smoke(at())], at())
    assert ways(drilled) == ways(real) == EVERYBODY
    assert drilled.alerts[-1].finding == real.alerts[-1].finding
    assert all(each.drill for each in (*drilled.notices, *drilled.alerts))
    assert {n.id for n in drilled.notices}.isdisjoint(n.id for n in real.notices)
    assert drilled.alerts[-1].id != real.alerts[-1].id


def test_a_pressed_button_is_a_call() -> None:
    drilled = Exercise(home()).begin((BUTTON, Kind.SOS), at())
    assert drilled.alerts[-1].finding.rule is Rule.SOS


def test_the_waits_of_a_ladder_are_short_and_in_their_order() -> None:
    exercise = Exercise(home())
    assert ways(exercise.begin(Severity.URGENT, at())) == EVERYBODY[:1]
    due = exercise.next_check()
    assert due == at().plus(GAP)
    told = exercise.tick(due)
    assert (ways(told), told.notices[0].reason) == (EVERYBODY[2:], Reason.ESCALATED)


def test_the_question_in_the_home_is_a_rung_too() -> None:
    asks = home(patience=Patience(pre_alarm=timedelta(minutes=10)))
    exercise = Exercise(asks)
    begun = exercise.begin(Severity.URGENT, at())
    assert (begun.changes[0].what, begun.notices) == (Event.SUSPECTED, [])
    assert ways(exercise.tick(at().plus(GAP))) == EVERYBODY[:1]


def test_who_takes_it_ends_the_ladder() -> None:
    exercise = Exercise(home())
    (alert, *_) = exercise.begin(Severity.URGENT, at()).alerts
    exercise.acknowledge(Acknowledge(alert.id, "王芳", timedelta(minutes=10)), at(seconds=1))
    assert exercise.alerts[0].state is State.ACKNOWLEDGED
    assert not exercise.tick(at(seconds=8))


def test_a_fault_goes_to_those_who_mend() -> None:
    assert ways(Exercise(home()).begin(Severity.FAULT, at())) == [("technician", "mail")]


def test_only_those_who_are_named_are_told() -> None:
    assert ways(Exercise(home(), ["duty"]).begin(SMOKE, at())) == EVERYBODY[2:]


def test_a_drill_may_tell_nobody() -> None:
    exercise = Exercise(home(), tells=False)
    assert exercise.begin(SMOKE, at()).notices == []
    assert exercise.end("李工", at(seconds=1), is_told=True).notices == []


def test_a_home_without_devices_has_a_ladder_all_the_same() -> None:
    assert ways(Exercise(home(devices=())).begin(Severity.URGENT, at())) == EVERYBODY[:1]
    assert ways(Exercise(home(devices=())).begin(Severity.FAULT, at())) == [("technician", "mail")]


@pytest.mark.parametrize("is_told", [True, False])
def test_the_end_leaves_nothing_behind_and_is_told_only_where_that_is_wanted(
    is_told: bool,
) -> None:
    exercise = Exercise(home())
    exercise.begin(SMOKE, at())
    ended = exercise.end("李工", at(minutes=1), is_told=is_told)
    last = ended.alerts[-1]
    assert (last.state, last.outcome, last.holds) == (State.CLOSED, Outcome.TEST, False)
    assert ended.cancelled == [last.id]
    over = [(n.recipient, n.reason, n.drill) for n in ended.notices]
    assert over == [(name, Reason.RESOLVED, True) for name in ("daughter", "duty") if is_told]
    assert (exercise.alerts, exercise.next_check()) == ([], None)


def test_who_will_be_told_is_known_beforehand_with_the_waits_in_earnest() -> None:
    seen = foreseen(home(), Severity.URGENT, (), at())
    assert [(t.recipient, t.after, t.within) for t in seen.told] == [
        ("daughter", timedelta(0), timedelta(0)),
        ("duty", timedelta(minutes=10), GAP),
    ]
    assert seen.again == timedelta(minutes=15)


def test_in_an_emergency_nobody_waits_and_all_are_told_again_soon() -> None:
    seen = foreseen(home(), SMOKE, (), at())
    assert [(t.recipient, t.channel) for t in seen.told] == EVERYBODY
    assert {t.after for t in seen.told} == {timedelta(0)}
    assert seen.again == timedelta(minutes=1)


def test_where_nobody_is_told_nobody_is_foreseen() -> None:
    seen = foreseen(home(steps=()), SMOKE, (), at())
    assert (seen.told, seen.again) == ((), None)


@pytest.mark.parametrize(
    ("rule", "severity", "state", "expected"),
    [
        (Rule.SMOKE, Severity.EMERGENCY, State.RAISED, True),
        (Rule.INACTIVITY, Severity.URGENT, State.SUSPECTED, True),
        (Rule.SMOKE, Severity.EMERGENCY, State.RESOLVED, False),
        (Rule.SILENT, Severity.URGENT, State.RAISED, False),
        (Rule.SILENT, Severity.FAULT, State.RAISED, False),
    ],
)
def test_a_drill_makes_room_for_what_is_about_the_resident(
    rule: Rule, severity: Severity, state: State, expected: bool
) -> None:
    book = AlertBook(home())
    (alert, *_) = book.update(frozenset({Rule.SMOKE}), [smoke(at())], at()).alerts
    finding = structs.replace(alert.finding, rule=rule, severity=severity)
    assert is_real_alarm(structs.replace(alert, finding=finding, state=state)) is expected
