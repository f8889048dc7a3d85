"""Whatever people do, whoever cannot be reached, whatever the hour: nobody unanswered is forgotten.

A model of who holds each alert and of what is owed, beside the real alert book.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from edge.alerts import AlertBook
from edge.availability import Availability, Span
from edge.model import (
    Acknowledge,
    Alert,
    Arrive,
    Close,
    Effects,
    Finding,
    HandOver,
    Home,
    Kind,
    Moment,
    Notice,
    Outcome,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
    Step,
    Unreached,
)
from tests.homes import GRAVE, contact, home

BEGAN = datetime(2026, 3, 27, 13, 7, tzinfo=UTC)  # a Friday; the clocks change on Sunday
RULES = frozenset({Rule.SMOKE, Rule.LEAK, Rule.SILENT})
OF = {
    Severity.EMERGENCY: Rule.SMOKE,
    Severity.URGENT: Rule.LEAK,
    Severity.FAULT: Rule.SILENT,
}
# The longest that an alert which nobody has taken may be silent.
SILENT_FOR = {
    Severity.EMERGENCY: timedelta(minutes=10),
    Severity.URGENT: timedelta(hours=2),
    Severity.FAULT: timedelta(hours=48),  # a day, and a night in which it waits
}
MINUTE = timedelta(minutes=1)
PEOPLE = ("daughter", "neighbour", "office", "technician")
NAMES = st.sampled_from([*PEOPLE, "张师傅"])


def of_people() -> Home:
    """Make a home in Berlin: a daughter who is always there, others who are not."""
    by_day = Availability(hours=(Span(7 * 60, 21 * 60 + 30),))
    weekdays = Availability(hours=(Span(9 * 60, 17 * 60, frozenset(range(5))),))
    sleeps = Availability(quiet=(Span(22 * 60, 7 * 60),))
    hours = dict(zip(PEOPLE, (Availability(), by_day, weekdays, sleeps), strict=True))
    people = [
        structs.replace(contact(name, "push", "sms"), availability=hours[name]) for name in PEOPLE
    ]
    steps = (
        Step(timedelta(0), ("office",), GRAVE),
        Step(timedelta(minutes=5), ("neighbour",), GRAVE),
        Step(timedelta(minutes=10), ("daughter",), GRAVE),
        Step(timedelta(0), ("technician",), frozenset({Severity.FAULT})),
    )
    return structs.replace(home(zone="Europe/Berlin", steps=steps), contacts=tuple(people))


class Ladder(RuleBasedStateMachine):
    """Alerts begin and end, people take them or not, and time passes over nights and weekends."""

    @initialize()
    def move_in(self) -> None:
        self.home = of_people()
        self.book = AlertBook(self.home)
        self.now = Moment.of(BEGAN)
        self.stands: dict[str, Finding] = {}
        self.owed: dict[str, list[Notice]] = {}
        self.last_word: dict[str, Moment] = {}  # people were told, or somebody took it
        self.count = 0

    # -- what happens

    @rule(severity=st.sampled_from(list(OF)))
    def something_begins(self, severity: Severity) -> None:
        self.count += 1
        name, now = f"device{self.count}", self.now
        because = Sensed(name, "kitchen", Kind.SMOKE, True, now.wall)
        self.stands[name] = Finding(OF[severity], name, severity, now, because)
        self.came_of(self.book.update(RULES, list(self.stands.values()), now))

    @rule(data=st.data())
    def something_ends(self, data: st.DataObject) -> None:
        if self.stands:
            del self.stands[data.draw(st.sampled_from(sorted(self.stands)))]
            self.came_of(self.book.update(RULES, list(self.stands.values()), self.now))

    @rule(minutes=st.one_of(st.integers(1, 20), st.integers(20, 3000)))
    def time_passes(self, minutes: int) -> None:
        self.lives_until(self.now.plus(timedelta(minutes=minutes)))

    def lives_until(self, until: Moment) -> None:
        while (due := self.book.next_check()) is not None and due.reached(until):
            self.now = due if self.now.reached(due) else self.now
            self.came_of(self.book.tick(self.now))
            after = self.book.next_check()
            assert after is None or not after.reached(self.now), "a deadline that does not pass"
        self.now = until

    @rule()
    def what_is_owed_is_sent(self) -> None:
        self.owed.clear()

    # -- what people do

    def drawn(self, data: st.DataObject) -> Alert | None:
        alerts = sorted(self.book.alerts, key=lambda alert: alert.finding.subject)
        return data.draw(st.sampled_from(alerts)) if alerts else None

    @rule(data=st.data(), by=NAMES, minutes=st.integers(1, 120))
    def somebody_takes_it(self, data: st.DataObject, by: str, minutes: int) -> None:
        alert = self.drawn(data)
        if alert is None:
            return
        effects = self.book.acknowledge(Acknowledge(alert.id, by, minutes * MINUTE), self.now)
        self.came_of(effects)
        if alert.state in (State.RAISED, State.ACKNOWLEDGED):
            assert not self.owed.get(alert.id), "something is sent although somebody has it"
            assert self.owner(alert) == by

    @rule(data=st.data(), to=NAMES, minutes=st.integers(1, 120))
    def somebody_hands_it_over(self, data: st.DataObject, to: str, minutes: int) -> None:
        alert = self.drawn(data)
        if alert is None:
            return
        what = HandOver(alert.id, "office", to, minutes * MINUTE)
        effects = self.book.obey(what, self.now)
        self.came_of(effects)
        if alert.state is not State.ACKNOWLEDGED:
            assert not effects
            return
        assert self.owner(alert) == to
        told = {(n.recipient, n.reason) for n in self.owed.get(alert.id, [])}
        assert told == ({(to, Reason.HANDED)} if to in PEOPLE else set())

    @rule(data=st.data(), by=NAMES)
    def somebody_is_there(self, data: st.DataObject, by: str) -> None:
        alert = self.drawn(data)
        if alert is None:
            return
        before = self.owner(alert)
        self.came_of(self.book.obey(Arrive(alert.id, by, 30 * MINUTE), self.now))
        if alert.state in (State.RAISED, State.ACKNOWLEDGED):
            assert not self.owed.get(alert.id)
            assert self.owner(alert) == (before or by)

    @rule(data=st.data(), person=st.sampled_from(PEOPLE))
    def somebody_cannot_be_reached(self, data: st.DataObject, person: str) -> None:
        alert = self.drawn(data)
        if alert is None:
            return
        untold = set(self.ladder(alert)) - set(alert.told)
        effects = self.book.obey(Unreached(alert.id, person), self.now)
        is_only = alert.waits_for == (person,)
        is_last = is_only and alert.state is State.RAISED
        if is_only and alert.state is State.ACKNOWLEDGED:
            assert effects.notices, "handed over to who never hears of it, and nobody else is told"
        if is_last and untold and alert.finding.severity in GRAVE:
            assert effects.notices, "the last one told is out of reach, and nobody else is told"
        self.came_of(effects)

    @rule(data=st.data(), outcome=st.sampled_from(list(Outcome)))
    def somebody_ends_it(self, data: st.DataObject, outcome: Outcome) -> None:
        alert = self.drawn(data)
        if alert is None:
            return
        found = alert.finding
        end = Close(alert.id, "daughter", outcome, found.rule, found.subject)
        self.came_of(self.book.close(end, self.now))
        assert all(n.reason is Reason.RESOLVED for n in self.owed.get(alert.id, []))

    @precondition(lambda self: self.book.alerts)
    @rule(minutes=st.integers(1, 600))
    def the_box_was_off(self, minutes: int) -> None:
        self.now = self.now.plus(timedelta(minutes=minutes))
        self.book = AlertBook(self.home, self.book.alerts)
        self.came_of(self.book.resume(self.now))
        for alert in self.book.alerts:  # it was silent meanwhile, and is not any longer
            if alert.id in self.last_word:
                self.last_word[alert.id] = self.now
        self.lives_until(self.now)

    # -- the model

    def came_of(self, effects: Effects) -> None:
        for name in effects.cancelled:
            self.owed.pop(name, None)
        held = {alert.id: alert.lease is not None for alert in effects.alerts}
        for notice in effects.notices:
            self.is_right(notice, is_held=held.get(notice.alert, False))
            self.owed.setdefault(notice.alert, []).append(notice)
            self.last_word[notice.alert] = self.now
        for alert in effects.alerts:
            if alert.lease is not None:
                self.last_word[alert.id] = alert.lease.until
            self.last_word.setdefault(alert.id, self.now)

    def is_right(self, notice: Notice, *, is_held: bool) -> None:
        assert notice.due == self.now
        assert notice.channel in ("push", "sms")
        if is_held:
            assert notice.reason is Reason.HANDED, "told although somebody has it"
        if notice.severity is Severity.FAULT and notice.reason in (Reason.FIRST, Reason.REPEATED):
            person = next(p for p in self.home.contacts if p.id == notice.recipient)
            local = self.now.wall.astimezone(self.home.zone)
            assert person.availability.is_free(local), "a fault woke somebody"

    def owner(self, alert: Alert) -> str:
        now = next((a for a in self.book.alerts if a.id == alert.id), None)
        return "" if now is None or now.lease is None else now.lease.owner

    def ladder(self, alert: Alert) -> list[str]:
        severity = alert.finding.severity
        return [
            name for step in self.home.steps if severity in step.severities for name in step.tell
        ]

    @invariant()
    def nobody_unanswered_is_forgotten(self) -> None:
        for alert in self.book.alerts:
            if alert.state is not State.RAISED:
                continue
            assert alert.next_step is not None and not alert.next_step.reached(self.now)
            silent = alert.next_step.since(self.last_word[alert.id])
            assert silent <= SILENT_FOR[alert.finding.severity], f"silent for {silent}"

    @invariant()
    def a_lease_has_one_owner_and_an_end(self) -> None:
        for alert in self.book.alerts:
            assert (alert.lease is not None) == (alert.state is State.ACKNOWLEDGED)
            if alert.lease is not None:
                assert alert.lease.owner and not alert.lease.until.reached(self.now)
                assert alert.next_step is None


Ladder.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLadder = Ladder.TestCase
