"""One household, without a clock or a wire: entries and the time go in, effects come out.

It feeds the detectors, keeps the alert book and names the next deadline. Whatever is due before
an entry is done first, each at its own due time, so that the same journal always comes to the
same end, live, replayed or restarted.
"""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from edge.alerts import AlertBook
from edge.checkup import Checkup
from edge.everyday import EVERYDAY_RULES
from edge.lifecycle import alert_id
from edge.model import (
    Acknowledge,
    Alert,
    Blind,
    BlindCause,
    Close,
    Configured,
    Effects,
    Entry,
    Finding,
    Home,
    Input,
    Life,
    Moment,
    OfAlert,
    Reading,
    Rule,
    Sighted,
    State,
)
from edge.orphans import Orphans
from edge.remembered import HouseholdState, remembered
from edge.senses import Senses
from edge.watch import IMPAIRMENT_RULES, Watch

NOTHING: list[Finding] = []
NUDGE = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


class Household:
    """The resident's home as the detectors see it."""

    def __init__(
        self,
        home: Home,
        alerts: Iterable[Alert] = (),
        state: HouseholdState | None = None,
        *,
        rules: frozenset[Rule] | None = None,
    ) -> None:
        """Begin, or go on with a state; with `rules` only these speak, else every one."""
        self.home = home
        self.book = AlertBook(home, alerts)
        self._senses = Senses(home, state, rules)
        self._watches = self._senses.watches
        self.presence = self._senses.presence
        self.inactivity = self._senses.inactivity
        self.everyday = self._senses.everyday
        self._now = state.now if state else None
        self._heard = state.heard if state else None
        self._due: Moment | None = None
        self._is_muted = False
        self._is_settled = False  # the book has heard all that the detectors say
        self._orphans = Orphans(state.orphans if state else ())
        if state is None:
            self._adopt()

    # -- what goes in

    def receive(self, entry: Entry) -> Effects:
        """Take in one line of the journal; whatever was due before it is done before it.

        A reading comes before what falls due at its very moment: who is seen then is not missed.
        """
        now, what = self._later(entry.at), entry.what
        if isinstance(what, Reading):
            effects = self._advance(now, is_strict=True)
            self._now = now
            self._read(what, now, effects)
        else:
            effects = self._advance(_until(what, now))
            self._now = now
            self._heed(what, now, effects)
        self._due = self._next_check(now)
        if self._due is not None and self._due.reached(now):
            effects.extend(self._advance(now))
        return effects

    def _later(self, at: Moment) -> Moment:
        """Give `at`, or the next instant where it is not after the last: no two facts share one."""
        last = self._heard
        is_later = last is None or last.boot != at.boot or last.monotonic < at.monotonic
        self._heard = at if last is None or is_later else last.plus(INSTANT)
        return self._heard

    def advance(self, now: Moment) -> Effects:
        """Let the time pass until `now`."""
        effects = self._advance(now)
        self._now = now
        self._due = self._next_check(now)
        return effects

    def recall(self, entry: Entry) -> None:
        """Take in what was already acted upon: learn from it, raise nothing."""
        self._is_muted = True
        try:
            self.receive(entry)
        finally:
            self._is_muted = False

    def relive(self, until: Moment) -> None:
        """Let the time pass until then, which was lived before: what fell due then was done."""
        if self._now is None or until.reached(self._now):
            return
        self._is_muted = True
        try:
            self.advance(until)
        finally:
            self._is_muted = False
            self._due = self._next_check(until)

    def take_over(self, other: "Household") -> None:
        """Go on with the alerts of the household that has watched meanwhile."""
        self.book = other.book
        self._is_settled = False
        self._adopt()

    @property
    def troubles(self) -> list[Finding]:
        """Give what the gateway said to be wrong with itself and has not taken back."""
        return self._standing(frozenset({Rule.STORAGE, Rule.CHANNEL}))

    def checkups(self, now: Moment) -> list[Checkup]:
        """Give what is known of each device: heard, battery, link, last test."""
        return self._senses.supervision.checkups(now)

    def next_check(self) -> Moment | None:
        """Give the moment at which something may be due, if nothing comes in before."""
        return self._due

    # -- what is kept

    def snapshot(self) -> bytes:
        """Give all that was learned, to be restored later."""
        alerts, orphans = self.book.alerts, self._orphans.findings
        state = self._senses.kept(self._now, self._heard, orphans, alerts)
        return msgspec.json.encode(state)

    @classmethod
    def restore(
        cls,
        home: Home,
        snapshot: bytes,
        alerts: Iterable[Alert] | None = None,
        *,
        rules: frozenset[Rule] | None = None,
    ) -> "Household":
        """Build a household from a snapshot; `alerts`, where given, take the place of its own.

        `rules` are as at its beginning. Raises StateUnusable where the snapshot is damaged or of
        another version.
        """
        state = remembered(snapshot)
        household = cls(home, state.alerts if alerts is None else alerts, state, rules=rules)
        if state.now is not None:
            household._due = household._next_check(state.now)
        return household

    # -- inside

    def _adopt(self) -> None:
        """Go on with what stands by the alert book: not to know of it is no reason to end it."""
        ended = [a.finding for a in self.book.alerts if a.state is State.CLOSED]
        self._senses.adopt(self._standing, ended)
        known = {
            (f.rule, f.subject)
            for watch in self._watches
            if self._now is not None
            for f in watch.detector.findings(self._now)
        }
        rest = self._standing(IMPAIRMENT_RULES | {Rule.INACTIVITY, Rule.NOT_BACK} | EVERYDAY_RULES)
        self._orphans = Orphans(f for f in rest if (f.rule, f.subject) not in known)

    def _standing(self, rules: frozenset[Rule]) -> list[Finding]:
        return [a.finding for a in self.book.alerts if a.holds and a.finding.rule in rules]

    def _let_go(self, what: Reading | Life | Input) -> None:
        """Leave to the detectors what this fact is evidence of."""
        self._orphans.let_go(what)
        for watch in self._watches:
            watch.said = None

    def _read(self, reading: Reading, now: Moment, effects: Effects) -> None:
        if reading.drill and not self.home.drill:
            return  # a test in a real home is nobody's life and nobody's alarm
        life = self._senses.life(reading)
        settles_all = bool(self._orphans) or not (self._is_settled or self._is_muted)
        if self._orphans and not self._is_muted:  # what was acted upon has ended nothing of it
            self._let_go(reading)
            if life is not None:
                self._let_go(life)
        if life is not None:
            self.presence.observe(life, now)
        hearers = self._watches.hearers(reading.kind, is_life=life is not None)
        for watch, hears_reading, hears_life in hearers:
            if hears_reading:
                watch.observe(reading, now)
            if life is not None and hears_life:
                watch.observe(life, now)
            self._settle(watch, now, effects)
        if settles_all:
            self._settle_all(now, effects)

    def _heed(self, what: Input, now: Moment, effects: Effects) -> None:
        is_late = isinstance(what, Close) and not self._is_standing(what)
        if not self._is_muted:
            if self._orphans:
                self._let_go(what)
            effects.extend(self._obey(what, now))
        if not is_late:
            self.presence.observe(what, now)
        for watch in self._watches:
            watch.detector.observe(what, now)
            self._settle(watch, now, effects)

    def _is_standing(self, what: Close) -> bool:
        """Say whether what is ended is said of now: last week's tells not where somebody is."""
        said = (*self._orphans.findings, *self._senses.missed())
        return any(alert_id(self.home, finding) == what.alert for finding in said)

    def _obey(self, what: Input, now: Moment) -> Effects:
        match what:
            case Acknowledge():
                return self.book.acknowledge(what, now)
            case Close():
                return self.book.close(what, now)
            case Blind(cause=BlindCause.DOWNTIME) | Sighted(cause=BlindCause.CLOCK_UNTRUSTED):
                return self.book.resume(now)
            case Configured():
                return self.book.reconfigure(now)
            case _:
                return self.book.obey(what, now) if isinstance(what, OfAlert) else Effects()

    def _settle_all(self, now: Moment, effects: Effects) -> None:
        self._is_settled = not self._is_muted
        for watch in self._watches:
            self._settle(watch, now, effects)

    def _settle(self, watch: Watch, now: Moment, effects: Effects) -> None:
        """Hold what a detector says against the book, if it says anything new."""
        if not watch.is_stale:
            watch.is_stale = True
            self._watches.stale.append(watch)
        found = watch.findings(now)
        if watch.after is not None:
            watch.after(now)
        if not found and watch.said == NOTHING:
            return  # nearly always
        if watch.rules is not IMPAIRMENT_RULES:
            self._senses.mind(found)
        if self._is_muted or found == watch.said:
            return
        watch.said = list(found)
        if self._orphans:
            self._orphans.give_way(found)
        standing = self._orphans.beside(found, watch.rules)
        effects.extend(self.book.update(watch.rules, standing, now))

    def _advance(self, until: Moment, *, is_strict: bool = False) -> Effects:
        """Do what is due by then; a strict one leaves out that very moment."""
        effects = Effects()
        while (due := self._due) is not None and due.reached(until):
            if is_strict and until.reached(due):
                break
            self._now = due
            if not self._is_muted:
                effects.extend(self.book.tick(due))
            self._settle_all(due, effects)
            self._due = self._next_check(due)
            if self._due is not None and self._due.reached(due):
                # A deadline that does not pass would stop the watching of this home for ever.
                self._due = due.plus(NUDGE)
        return effects

    def _next_check(self, now: Moment) -> Moment | None:
        due = self._watches.next_check(now)
        deadline = None if self._is_muted else self.book.next_check()
        if deadline is None or (due is not None and due.monotonic <= deadline.monotonic):
            return due
        return deadline


def _until(what: Input, now: Moment) -> Moment:
    """Nothing falls due while the box is down: so far the time passes before `what`."""
    if isinstance(what, Blind) and what.cause is BlindCause.DOWNTIME:
        return what.began
    return now
