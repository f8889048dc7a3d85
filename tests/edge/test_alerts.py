"""The alert book: levels become events once, leases return, nothing is told that is cancelled."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from edge.alerts import AlertBook
from edge.lifecycle import TRANSITIONS
from edge.model import (
    Acknowledge,
    Alert,
    BlindCause,
    Close,
    Deaf,
    Effects,
    Event,
    Finding,
    Kind,
    Lost,
    Moment,
    Outcome,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
)
from tests.homes import START, at, home

SMOKE = frozenset({Rule.SMOKE})
FAULTS = frozenset({Rule.SILENT, Rule.BLIND})


def smoke(since: Moment) -> Finding:
    because = Sensed("kitchen_smoke", "kitchen", Kind.SMOKE, True, since.wall)
    return Finding(Rule.SMOKE, "kitchen_smoke", Severity.EMERGENCY, since, because)


def leak(since: Moment, severity: Severity = Severity.URGENT) -> Finding:
    because = Sensed("kitchen_leak", "kitchen", Kind.LEAK, True, since.wall)
    return Finding(Rule.LEAK, "kitchen_leak", severity, since, because)


LEAK = frozenset({Rule.LEAK})


def take(alert: Alert, hours: float = 0.5) -> Acknowledge:
    return Acknowledge(alert.id, "值班员", timedelta(hours=hours))


def only(effects: Effects) -> Alert:
    return effects.alerts[-1]


def test_smoke_is_told_to_everyone_at_once_on_every_channel() -> None:
    effects = AlertBook(home()).update(SMOKE, [smoke(at())], at())
    told = {(n.recipient, n.channel) for n in effects.notices}
    assert told == {("daughter", "push"), ("daughter", "sms"), ("duty", "desk")}
    assert {n.due for n in effects.notices} == {at()}


def test_a_level_that_stands_is_raised_once() -> None:
    book = AlertBook(home())
    book.update(SMOKE, [smoke(at())], at())
    assert not book.update(SMOKE, [smoke(at())], at(1))


def test_the_same_alert_has_the_same_id_however_often_it_is_worked_out() -> None:
    one = AlertBook(home()).update(SMOKE, [smoke(at())], at())
    two = AlertBook(home()).update(SMOKE, [smoke(at())], at())
    assert [n.id for n in one.notices] == [n.id for n in two.notices]
    assert [c.id for c in one.changes] == [c.id for c in two.changes]


def test_a_drill_has_ids_of_its_own() -> None:
    drill = AlertBook(home(drill=True)).update(SMOKE, [smoke(at())], at())
    actual = AlertBook(home()).update(SMOKE, [smoke(at())], at())
    assert only(drill).id != only(actual).id
    assert only(drill).drill and all(n.drill for n in drill.notices)


def test_the_second_step_is_told_when_nobody_answers() -> None:
    book = AlertBook(home())
    first = book.update(LEAK, [leak(at())], at())
    assert [(n.recipient, n.reason) for n in first.notices] == [("daughter", Reason.FIRST)]
    assert book.next_check() == at(minutes=10)
    second = book.tick(at(minutes=10))
    assert [(n.recipient, n.reason) for n in second.notices] == [("duty", Reason.ESCALATED)]


def test_the_whole_ladder_is_repeated_until_somebody_answers() -> None:
    book = AlertBook(home())
    book.update(LEAK, [leak(at())], at())
    book.tick(at(minutes=10))
    third = book.tick(at(minutes=25))
    assert [(n.recipient, n.reason) for n in third.notices] == [
        ("daughter", Reason.REPEATED),
        ("duty", Reason.REPEATED),
    ]
    fourth = book.tick(at(minutes=40))
    assert {n.id for n in third.notices}.isdisjoint(n.id for n in fourth.notices)


def test_an_acknowledgement_cancels_what_is_pending_and_stops_the_ladder() -> None:
    book = AlertBook(home())
    alert = only(book.update(LEAK, [leak(at())], at()))
    effects = book.acknowledge(take(alert), at(minutes=5))
    assert effects.cancelled == [alert.id]
    assert only(effects).lease is not None
    assert not book.tick(at(minutes=10)).notices


def test_a_lease_returns_by_itself_and_everyone_is_told_again() -> None:
    book = AlertBook(home())
    alert = only(book.update(LEAK, [leak(at())], at()))
    book.acknowledge(take(alert), at(minutes=5))
    assert book.next_check() == at(minutes=35)
    effects = book.tick(at(minutes=35))
    assert Event.LAPSED in [c.what for c in effects.changes]
    assert [(n.recipient, n.reason) for n in effects.notices] == [("daughter", Reason.RETURNED)]
    assert only(effects).state is State.RAISED


def test_whoever_was_told_hears_that_it_is_over() -> None:
    book = AlertBook(home())
    alert = only(book.update(SMOKE, [smoke(at())], at()))
    effects = book.update(SMOKE, [], at(1))
    assert effects.cancelled == [alert.id]
    assert {(n.recipient, n.reason) for n in effects.notices} == {
        ("daughter", Reason.RESOLVED),
        ("duty", Reason.RESOLVED),
    }
    assert only(effects).state is State.RESOLVED


def test_what_comes_back_is_a_new_alert() -> None:
    book = AlertBook(home())
    first = only(book.update(SMOKE, [smoke(at())], at()))
    book.update(SMOKE, [], at(1))
    second = only(book.update(SMOKE, [smoke(at(2))], at(2)))
    assert second.id != first.id and second.state is State.RAISED


def test_a_closed_alert_is_not_raised_again_while_its_cause_stands() -> None:
    book = AlertBook(home())
    alert = only(book.update(SMOKE, [smoke(at())], at()))
    book.close(Close(alert.id, "duty", Outcome.WELL, Rule.SMOKE, "kitchen_smoke"), at(0.5))
    assert not book.update(SMOKE, [smoke(at())], at(1)).notices
    reopened = AlertBook(home(), book.alerts)
    assert not reopened.update(SMOKE, [smoke(at())], at(2))


def test_a_further_call_is_told_again_even_under_a_lease() -> None:
    def call(pressed: Moment) -> Finding:
        because = Sensed("sos_button", "bedroom", Kind.SOS, True, pressed.wall)
        return Finding(Rule.SOS, "sos_button", Severity.EMERGENCY, at(), because)

    book = AlertBook(home())
    alert = only(book.update(frozenset({Rule.SOS}), [call(at())], at()))
    book.acknowledge(take(alert), at(minutes=1))
    effects = book.update(frozenset({Rule.SOS}), [call(at(minutes=9))], at(minutes=9))
    assert {n.recipient for n in effects.notices} == {"daughter", "duty"}


def test_devices_behind_a_lost_bridge_are_inhibited_with_the_reason() -> None:
    book = AlertBook(home())
    deaf = Deaf(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt", ("bedroom_motion",))
    blind = Finding(Rule.BLIND, "zigbee2mqtt", Severity.URGENT, at(), deaf)
    lost = Lost("bedroom_motion", "bedroom", None, timedelta(hours=24), False)
    silent = Finding(Rule.SILENT, "bedroom_motion", Severity.FAULT, at(-1), lost)
    cause = only(book.update(FAULTS, [blind], at()))
    inhibited = book.update(FAULTS, [blind, silent], at(1))
    assert not inhibited.notices
    assert [(c.what, c.detail) for c in inhibited.changes][-1] == (Event.INHIBITED, cause.id)
    released = book.update(FAULTS, [silent], at(2))
    assert "technician" in {n.recipient for n in released.notices}


def test_a_mended_device_closes_its_alert_by_itself() -> None:
    book = AlertBook(home())
    lost = Lost("bedroom_motion", "bedroom", None, timedelta(hours=24), False)
    book.update(FAULTS, [Finding(Rule.SILENT, "bedroom_motion", Severity.FAULT, at(), lost)], at())
    effects = book.update(FAULTS, [], at(1))
    assert only(effects).state is State.CLOSED and only(effects).outcome is Outcome.SENSOR
    assert not book.alerts


def test_what_fell_due_while_the_box_was_off_is_done_once_at_its_return() -> None:
    book = AlertBook(home())
    book.update(LEAK, [leak(at())], at())
    book.resume(at(8))
    assert len(book.tick(at(8)).notices) == 1
    assert book.next_check() == at(8.25)


def test_after_a_start_with_an_unset_clock_an_open_alert_is_told_at_once() -> None:
    book = AlertBook(home())
    book.update(SMOKE, [smoke(at())], at())
    unset = Moment(datetime(1970, 1, 1, tzinfo=UTC), 20.0, "another start", trusted=False)
    book.resume(unset)
    assert book.tick(unset).notices


def test_after_a_start_with_a_clock_that_is_behind_nothing_waits_longer_than_its_step() -> None:
    book = AlertBook(home())
    book.update(SMOKE, [smoke(at())], at())
    behind = Moment(START - timedelta(minutes=40), 20.0, "another start")
    book.resume(behind)
    assert book.tick(behind.plus(timedelta(minutes=3))).notices


def test_what_was_taken_for_over_and_was_not_is_raised_again() -> None:
    book = AlertBook(home())
    first = only(book.update(SMOKE, [smoke(at())], at()))
    book.update(SMOKE, [], at(1))
    again = book.update(SMOKE, [smoke(at())], at(2))
    assert only(again).id == first.id and only(again).state is State.RAISED
    assert {n.reason for n in again.notices} == {Reason.RETURNED}


def test_a_device_whose_supposed_cause_a_person_has_ended_is_told_by_itself() -> None:
    book = AlertBook(home())
    deaf = Deaf(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt", ("bedroom_motion",))
    blind = Finding(Rule.BLIND, "zigbee2mqtt", Severity.URGENT, at(), deaf)
    lost = Lost("bedroom_motion", "bedroom", None, timedelta(hours=24), False)
    silent = Finding(Rule.SILENT, "bedroom_motion", Severity.FAULT, at(-1), lost)
    cause = only(book.update(FAULTS, [blind], at()))
    book.update(FAULTS, [blind, silent], at(1))
    ended = book.close(Close(cause.id, "duty", Outcome.SENSOR, Rule.BLIND, "zigbee2mqtt"), at(2))
    assert "technician" in {n.recipient for n in ended.notices}


def test_what_there_was_nobody_to_tell_is_told_when_there_is_somebody() -> None:
    book = AlertBook(home(steps=()))
    book.update(SMOKE, [smoke(at())], at())
    again = AlertBook(home(), book.alerts)
    assert {n.recipient for n in again.reconfigure(at(1)).notices} == {"daughter", "duty"}


def test_an_acknowledgement_in_the_same_breath_cancels_what_was_not_yet_sent() -> None:
    book = AlertBook(home())
    effects = book.update(SMOKE, [smoke(at())], at())
    effects.extend(book.acknowledge(take(only(effects)), at(minutes=1)))
    assert effects.notices == []


def test_an_alert_that_nobody_is_there_to_hear_says_so() -> None:
    effects = AlertBook(home(steps=())).update(SMOKE, [smoke(at())], at())
    assert [c.what for c in effects.changes] == [Event.RAISED, Event.UNREACHED]


def test_a_sign_of_life_ends_the_question_at_home_before_anybody_is_told() -> None:
    book = AlertBook(home())
    lost = Lost("x", "bedroom", None, timedelta(hours=1), False)
    finding = Finding(Rule.INACTIVITY, "wang", Severity.NOTE, at(), lost)
    effects = book.update(frozenset({Rule.INACTIVITY}), [finding], at())
    assert only(effects).state is State.SUSPECTED and not effects.notices
    ended = book.update(frozenset({Rule.INACTIVITY}), [], at(minutes=5))
    assert only(ended).state is State.CLOSED and not ended.notices


def test_a_question_that_nobody_answers_is_told() -> None:
    book = AlertBook(home())
    lost = Lost("x", "bedroom", None, timedelta(hours=1), False)
    question = Finding(Rule.INACTIVITY, "wang", Severity.NOTE, at(), lost)
    book.update(frozenset({Rule.INACTIVITY}), [question], at())
    assert book.next_check() is None
    worse = structs.replace(question, severity=Severity.URGENT)
    effects = book.update(frozenset({Rule.INACTIVITY}), [worse], at(minutes=10))
    assert [n.recipient for n in effects.notices] == ["daughter"]
    assert [change.what for change in effects.changes] == [Event.RAISED]


def test_a_question_that_somebody_has_taken_is_told_to_everyone_when_it_is_grave() -> None:
    book = AlertBook(home())
    lost = Lost("x", "bedroom", None, timedelta(hours=1), False)
    question = Finding(Rule.INACTIVITY, "wang", Severity.NOTE, at(), lost)
    effects = book.update(frozenset({Rule.INACTIVITY}), [question], at())
    book.acknowledge(take(only(effects)), at(minutes=1))
    worse = structs.replace(question, severity=Severity.URGENT)
    effects = book.update(frozenset({Rule.INACTIVITY}), [worse], at(minutes=10))
    assert {n.recipient for n in effects.notices} == {"daughter", "duty"}


class Lives(RuleBasedStateMachine):
    """Any order of levels, people and time: the promises of the book hold throughout."""

    @initialize()
    def move_in(self) -> None:
        self.now = at()
        self.book = AlertBook(home())
        self.twin = AlertBook(home())
        self.stands: dict[str, Finding] = {}
        self.states: dict[str, State] = {}
        self.raised: list[str] = []

    def both(self, name: str, *args: object) -> Effects:
        effects: Effects = getattr(self.book, name)(*args)
        assert getattr(self.twin, name)(*args) == effects
        self.check(effects)
        return effects

    def check(self, effects: Effects) -> None:
        self.raised += [c.alert for c in effects.changes if c.what is Event.RAISED]
        for alert in effects.alerts:
            before = self.states.get(alert.id)
            if before is not None and before is not alert.state:
                assert alert.state in {s for (b, _), s in TRANSITIONS.items() if b is before}
            self.states[alert.id] = alert.state

    @rule(minutes=st.integers(1, 2000))
    def time_passes(self, minutes: int) -> None:
        until = self.now.plus(timedelta(minutes=minutes))
        while (due := self.book.next_check()) is not None and due.reached(until):
            self.both("tick", due)
            after = self.book.next_check()
            assert after is None or not after.reached(due)
        self.now = until

    @rule(
        name=st.sampled_from(["a", "b"]), kind=st.sampled_from([Rule.SMOKE, Rule.LEAK, Rule.SILENT])
    )
    def it_begins(self, name: str, kind: Rule) -> None:
        severity = {Rule.SMOKE: Severity.EMERGENCY, Rule.LEAK: Severity.URGENT}.get(
            kind, Severity.FAULT
        )
        because = Sensed(name, "kitchen", Kind.SMOKE, True, START)
        finding = Finding(kind, name, severity, self.now, because)  # each begins at its own instant
        is_new = f"{kind}/{name}" not in self.stands
        self.stands.setdefault(f"{kind}/{name}", finding)
        effects = self.show(kind)
        if is_new and kind is Rule.SMOKE:
            assert {n.recipient for n in effects.notices} >= {"daughter", "duty"}

    @precondition(lambda self: self.stands)
    @rule(data=st.data())
    def it_ends(self, data: st.DataObject) -> None:
        gone = self.stands.pop(data.draw(st.sampled_from(sorted(self.stands))))
        self.show(gone.rule)

    def show(self, kind: Rule) -> Effects:
        self.now = self.now.plus(timedelta(microseconds=1))
        found = [f for f in self.stands.values() if f.rule is kind]
        return self.both("update", frozenset({kind}), found, self.now)

    @precondition(lambda self: self.book.alerts)
    @rule(data=st.data(), minutes=st.integers(1, 120))
    def somebody_takes_it(self, data: st.DataObject, minutes: int) -> None:
        alert = data.draw(st.sampled_from(self.book.alerts))
        effects = self.both("acknowledge", take(alert, minutes / 60), self.now)
        assert not effects.notices

    @precondition(lambda self: self.book.alerts)
    @rule(data=st.data(), outcome=st.sampled_from(list(Outcome)))
    def somebody_ends_it(self, data: st.DataObject, outcome: Outcome) -> None:
        alert = data.draw(st.sampled_from(self.book.alerts))
        end = Close(alert.id, "duty", outcome, alert.finding.rule, alert.finding.subject)
        self.both("close", end, self.now)

    @rule()
    def the_box_restarts(self) -> None:
        self.book = AlertBook(home(), self.book.alerts)

    @invariant()
    def each_alert_is_raised_once(self) -> None:
        assert len(self.raised) == len(set(self.raised))

    @invariant()
    def a_lease_belongs_to_the_acknowledged_alone(self) -> None:
        for alert in self.book.alerts:
            assert (alert.lease is not None) == (alert.state is State.ACKNOWLEDGED)

    @invariant()
    def nothing_open_and_told_is_without_a_deadline(self) -> None:
        for alert in self.book.alerts:
            if alert.state in (State.RAISED, State.ACKNOWLEDGED) and not alert.inhibited_by:
                assert alert.next_step is not None or alert.lease is not None

    @invariant()
    def what_stands_has_exactly_one_alert(self) -> None:
        for finding in self.stands.values():
            held = [
                a
                for a in self.book.alerts
                if a.holds
                and (a.finding.rule, a.finding.subject) == (finding.rule, finding.subject)
            ]
            assert len(held) == 1


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase


def test_a_device_that_says_again_what_was_forgotten_is_not_told_as_well_and_wrong_again() -> None:
    def weak(since: Moment) -> Finding:
        because = Sensed("kitchen_smoke", "kitchen", Kind.BATTERY, 9, since.wall)
        return Finding(Rule.BATTERY, "kitchen_smoke", Severity.FAULT, since, because)

    book, rules = AlertBook(home()), frozenset({Rule.BATTERY})
    book.update(rules, [weak(at())], at())
    (alert,) = book.alerts
    again = book.update(rules, [weak(at(5))], at(5))
    assert not again.notices and not again.changes
    assert [a.id for a in book.alerts] == [alert.id]
    assert book.alerts[0].finding.since == at()
