"""A household that is lived before, with a caregiver who looks in and a resident who may answer.

It notes whatever people are told of. How it is lived is the caller's.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from bench.arriving import true_time
from bench.whereabouts import Whereabouts
from edge.household import Household
from edge.model import (
    Alert,
    Answer,
    Away,
    Close,
    Configured,
    Effects,
    Entry,
    Event,
    Home,
    Input,
    Moment,
    Outcome,
    Rule,
    Severity,
    State,
)
from edge.watch import IMPAIRMENT_RULES

LOOKS_IN_AFTER = timedelta(minutes=30)
SAYS_SO_AFTER = timedelta(minutes=1)
GRAVE = frozenset({Severity.EMERGENCY, Severity.URGENT})
TELLING = frozenset({Event.RAISED, Event.RETURNED, Event.WORSENED})


class Told(NamedTuple):
    """Something that people were told, or that the resident was asked."""

    at: float  # epoch seconds, by a clock that is right
    rule: Rule
    severity: Severity
    subject: str

    @property
    def is_of_person(self) -> bool:
        """Say whether somebody is to go and look after the resident."""
        return self.severity in GRAVE and self.rule not in IMPAIRMENT_RULES


Answers = Callable[[float], Iterable[tuple[timedelta, Input]]]


class Watched:
    """One household and what it said."""

    def __init__(
        self,
        home: Home,
        whereabouts: Whereabouts,
        snapshot: bytes | None = None,
        answers: Answers | None = None,
        rules: frozenset[Rule] | None = None,
    ) -> None:
        """Begin anew, or go on from a snapshot; `answers` is what follows a question, and when.

        Of `rules` are those that watch; None: all.
        """
        self.home = home
        self._whereabouts = whereabouts
        self.household = (
            Household(home, rules=rules)
            if snapshot is None
            else Household.restore(home, snapshot, rules=rules)
        )
        self.told: list[Told] = []
        self.asked: list[float] = []
        self._known: dict[str, Severity] = {}
        self._coming: list[tuple[Moment, Input]] = []
        self._answers = answers
        self._is_new = snapshot is None
        self.is_looked_after = True

    def live(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Take in the journal's lines; each is given before it is taken in."""
        for entry in entries:
            if self._is_new:
                self._take(Entry(self.home.id, entry.at, Configured("")))
                self._is_new = False
            self._catch_up(entry.at)
            yield entry
            self._take(entry)

    @property
    def is_calling(self) -> bool:
        """Say whether people were called to the resident and nobody has been there yet."""
        return any(
            alert.holds
            and alert.state is State.RAISED
            and alert.finding.severity in GRAVE
            and alert.finding.rule not in IMPAIRMENT_RULES
            for alert in self.household.book.alerts
        )

    def told_after(self, at: float) -> Told | None:
        """Give by what people are first called to the resident from a time on."""
        return next((one for one in self.told if one.at >= at and one.is_of_person), None)

    def fall_silent(self) -> None:
        """Take in that the resident answers nothing any more; what comes now is no false alarm."""
        self.is_looked_after, self._answers = False, None
        self._coming = [one for one in self._coming if not isinstance(one[1], Answer)]

    def _catch_up(self, now: Moment) -> None:
        """Let first happen what happens before `now`: what the home says, and what people do.

        A silent home says nothing that time could pass by: it passes from one to the next.
        """
        while True:
            due, until = self.household.next_check(), now
            if due is not None and due.boot == now.boot and not now.reached(due):
                until = due
            if self._coming and self._coming[0][0].reached(until):
                at, what = self._coming.pop(0)
                # Another start of the box knows nothing of the time before.
                self._take(Entry(self.home.id, at if at.boot == now.boot else now, what))
            elif until is not now:
                self._note(self.household.advance(until))
            else:
                return

    def _take(self, entry: Entry) -> None:
        effects = self.household.receive(entry)
        if effects.changes:
            self._note(effects)

    def pass_time(self, until: Moment) -> None:
        """Let nothing more happen until then."""
        self._catch_up(until)
        self._note(self.household.advance(until))

    def _note(self, effects: Effects) -> None:
        alerts = {alert.id: alert for alert in effects.alerts}
        held_back = {change.alert for change in effects.changes if change.what is Event.INHIBITED}
        for change in effects.changes:
            alert = alerts.get(change.alert)
            if alert is None:
                continue
            if change.what is Event.SUSPECTED:
                self._ask(change.at)
            elif change.what is Event.RELEASED or (
                change.what in TELLING and alert.id not in held_back
            ):
                self._tell(alert, change.at)

    def _tell(self, alert: Alert, at: Moment) -> None:
        """Note what is told for the first time, or more urgently than before."""
        finding, known = alert.finding, self._known.get(alert.id)
        if known is not None and known.rank <= finding.severity.rank:
            return
        self._known[alert.id] = finding.severity
        told = Told(true_time(at), finding.rule, finding.severity, finding.subject)
        self.told.append(told)
        if told.is_of_person and self.is_looked_after:
            self._look_in(alert, at.plus(LOOKS_IN_AFTER))

    def _look_in(self, alert: Alert, at: Moment) -> None:
        """Let a caregiver find that all is well, and say so where nobody is home for days."""
        finding = alert.finding
        well = Close(alert.id, "caregiver", Outcome.WELL, finding.rule, finding.subject)
        self._expect(at, well)
        if self._whereabouts.is_on_a_journey(true_time(at)):
            self._expect(at.plus(SAYS_SO_AFTER), Away("caregiver"))

    def _ask(self, at: Moment) -> None:
        self.asked.append(true_time(at))
        if self._answers is not None:
            for wait, word in self._answers(true_time(at)):
                self._expect(at.plus(wait), word)

    def _expect(self, at: Moment, what: Input) -> None:
        self._coming.append((at, what))
        self._coming.sort(key=lambda one: one[0].monotonic)
