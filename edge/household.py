"""One household, without a clock or a wire: entries and the time go in, effects come out.

It feeds the detectors, keeps the alert book and names the next deadline. Whatever is due before
an entry is done first, each at its own due time, so that the same journal always comes to the
same end, live, replayed or restarted.
"""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from msgspec import Struct

from edge.alerts import AlertBook
from edge.checkup import Checkup
from edge.detectors.inactivity import Inactivity, InactivityState
from edge.detectors.smoke import HazardState, Smoke
from edge.detectors.sos import CallState, Sos
from edge.detectors.supervision import Supervision, SupervisionState
from edge.evidence import tells_of
from edge.model import (
    Acknowledge,
    Alert,
    Blind,
    BlindCause,
    Close,
    Configured,
    Detector,
    Effects,
    Entry,
    Finding,
    Home,
    Input,
    Life,
    Moment,
    Reading,
    Rule,
    State,
)
from edge.presence import Presence, PresenceState
from edge.signs import Signs, Standing

STATE_VERSION = 3
NUDGE = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


class HouseholdState(Struct):
    """All that a household has learned and remembers; the alert book is kept elsewhere too."""

    version: int
    now: Moment | None
    heard: Moment | None  # the last entry
    signs: dict[str, Standing]
    presence: PresenceState
    inactivity: InactivityState
    smoke: HazardState
    sos: CallState
    supervision: SupervisionState
    orphans: list[Finding]  # stand, by the alert book, although no detector knows of them
    alerts: list[Alert]


HAZARD_RULES = frozenset({Rule.SMOKE, Rule.CO, Rule.GAS, Rule.LEAK})
CALL_RULES = frozenset({Rule.SOS, Rule.FALL})
IMPAIRMENT_RULES = frozenset(
    {
        *(Rule.BLIND, Rule.SILENT, Rule.ROOM, Rule.ODD, Rule.BATTERY, Rule.TAMPER),
        *(Rule.DEFECT, Rule.END_OF_LIFE, Rule.MUTED, Rule.TEST, Rule.MAINS, Rule.UNTRUSTED),
        *(Rule.STORAGE, Rule.CHANNEL),
    }
)


class Watch:
    """A detector, the rules it speaks for, and what it said last."""

    __slots__ = ("detector", "rules", "said")

    def __init__(self, rules: frozenset[Rule], detector: Detector) -> None:
        self.rules = rules
        self.detector = detector
        self.said: list[Finding] | None = None


class StateUnusable(Exception):
    """A stored state is of another version, or damaged; it is rebuilt from the journal."""


class Household:
    """The resident's home as the detectors see it."""

    def __init__(
        self,
        home: Home,
        alerts: Iterable[Alert] = (),
        state: HouseholdState | None = None,
    ) -> None:
        self.home = home
        self.book = AlertBook(home, alerts)
        self.signs = Signs(home, state.signs if state else None)
        self.presence = Presence(home, state.presence if state else None)
        self.inactivity = Inactivity(home, self.presence, state.inactivity if state else None)
        self._smoke = Smoke(home, state.smoke if state else None)
        self._sos = Sos(home, state.sos if state else None)
        self._supervision = Supervision(home, state.supervision if state else None)
        self._watches = (
            Watch(HAZARD_RULES, self._smoke),
            Watch(CALL_RULES, self._sos),
            Watch(frozenset({Rule.INACTIVITY}), self.inactivity),
            Watch(IMPAIRMENT_RULES, self._supervision),
        )
        self._now = state.now if state else None
        self._heard = state.heard if state else None
        self._due: Moment | None = None
        self._is_muted = False
        self._orphans = list(state.orphans) if state else []
        if state is None:
            self._adopt()

    # -- what goes in

    def receive(self, entry: Entry) -> Effects:
        """Take in one line of the journal; whatever was due before it is done before it."""
        now, what = self._later(entry.at), entry.what
        if isinstance(what, Blind) and what.cause is BlindCause.DOWNTIME:
            effects = self._advance(what.began)
        else:
            effects = self._advance(now)
        self._now = now
        if isinstance(what, Reading):
            self._read(what, now, effects)
        else:
            self._heed(what, now, effects)
        self._due = self._next_check(now)
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

    def take_over(self, other: "Household") -> None:
        """Go on with the alerts of the household that has watched meanwhile."""
        self.book = other.book
        self._adopt()

    @property
    def troubles(self) -> list[Finding]:
        """Give what the gateway said to be wrong with itself and has not taken back."""
        return self._standing(frozenset({Rule.STORAGE, Rule.CHANNEL}))

    def checkups(self, now: Moment) -> list[Checkup]:
        """Give what is known of each device: heard, battery, link, last test."""
        return self._supervision.checkups(now)

    def next_check(self) -> Moment | None:
        """Give the moment at which something may be due, if nothing comes in before."""
        return self._due

    # -- what is kept

    def snapshot(self) -> bytes:
        """Give all that was learned, to be restored later."""
        state = HouseholdState(
            STATE_VERSION,
            self._now,
            self._heard,
            self.signs.state,
            self.presence.state,
            self.inactivity.state,
            self._smoke.state,
            self._sos.state,
            self._supervision.state,
            self._orphans,
            self.book.alerts,
        )
        return msgspec.json.encode(state)

    @classmethod
    def restore(
        cls, home: Home, snapshot: bytes, alerts: Iterable[Alert] | None = None
    ) -> "Household":
        """Build a household from a snapshot; `alerts`, where given, take the place of its own.

        Raises StateUnusable where the snapshot is damaged or of another version.
        """
        try:
            state = msgspec.json.decode(snapshot, type=HouseholdState)
        except msgspec.MsgspecError as error:
            raise StateUnusable(str(error)) from error
        if state.version != STATE_VERSION:
            raise StateUnusable(f"version {state.version}, this is {STATE_VERSION}")
        household = cls(home, state.alerts if alerts is None else alerts, state)
        if state.now is not None:
            household._due = household._next_check(state.now)
        return household

    # -- inside

    def _adopt(self) -> None:
        """Go on with what stands by the alert book: not to know of it is no reason to end it."""
        ended = [a.finding for a in self.book.alerts if a.state is State.CLOSED]
        self._smoke.adopt(self._standing(HAZARD_RULES), ended)
        self._sos.adopt(self._standing(CALL_RULES), ended)
        known = {
            (f.rule, f.subject)
            for watch in self._watches
            if self._now is not None
            for f in watch.detector.findings(self._now)
        }
        rest = self._standing(IMPAIRMENT_RULES | {Rule.INACTIVITY})
        self._orphans = [f for f in rest if (f.rule, f.subject) not in known]

    def _standing(self, rules: frozenset[Rule]) -> list[Finding]:
        return [a.finding for a in self.book.alerts if a.holds and a.finding.rule in rules]

    def _let_go(self, what: Reading | Life | Input) -> None:
        """Leave to the detectors what this fact is evidence of."""
        self._orphans = [f for f in self._orphans if not tells_of(what, f)]
        for watch in self._watches:
            watch.said = None

    def _read(self, reading: Reading, now: Moment, effects: Effects) -> None:
        if reading.drill and not self.home.drill:
            return  # a test in a real home is nobody's life and nobody's alarm
        life = self.signs.life(reading)
        if reading.device in self._supervision.odd:
            # What a machine makes is no sign of life: it would hide a collapse for ever.
            life = None
        if self._orphans:
            self._let_go(reading)
        if self._orphans and life is not None:
            self._let_go(life)
        if life is not None:
            self.presence.observe(life, now)
        for watch in self._watches:
            if watch.detector is not self.inactivity:
                watch.detector.observe(reading, now)
            elif life is not None:
                watch.detector.observe(life, now)
            else:
                continue
            self._settle(watch, now, effects)

    def _heed(self, what: Input, now: Moment, effects: Effects) -> None:
        if self._orphans:
            self._let_go(what)
        if not self._is_muted:
            effects.extend(self._obey(what, now))
        self.presence.observe(what, now)
        for watch in self._watches:
            watch.detector.observe(what, now)
            self._settle(watch, now, effects)

    def _obey(self, what: Input, now: Moment) -> Effects:
        match what:
            case Acknowledge():
                return self.book.acknowledge(what, now)
            case Close():
                return self.book.close(what, now)
            case Blind(cause=BlindCause.DOWNTIME):
                return self.book.resume(now)
            case Configured():
                return self.book.reconfigure(now)
            case _:
                return Effects()

    def _settle(self, watch: Watch, now: Moment, effects: Effects) -> None:
        """Hold what a detector says against the book, if it says anything new."""
        found = watch.detector.findings(now)
        if watch.detector is self._supervision and (doubted := self._supervision.take_doubted()):
            self.presence.distrust(doubted, now)
            self.inactivity.spoil()
        if watch.detector is self._supervision:
            for what in self._supervision.take_concluded():
                # Unknown is not quiet: what was taken for dead says nothing of who lives there.
                self.presence.observe(what, now)
                self.inactivity.observe(what, now)
        if self._is_muted or found == watch.said:
            return
        watch.said = list(found)
        orphans = {(f.rule, f.subject): f for f in self._orphans if f.rule in watch.rules}
        others = [f for f in found if (f.rule, f.subject) not in orphans]
        effects.extend(self.book.update(watch.rules, [*others, *orphans.values()], now))

    def _advance(self, until: Moment) -> Effects:
        effects = Effects()
        while (due := self._due) is not None and due.reached(until):
            self._now = due
            if not self._is_muted:
                effects.extend(self.book.tick(due))
            for watch in self._watches:
                self._settle(watch, due, effects)
            self._due = self._next_check(due)
            if self._due is not None and self._due.reached(due):
                # A deadline that does not pass would stop the watching of this home for ever.
                self._due = due.plus(NUDGE)
        return effects

    def _next_check(self, now: Moment) -> Moment | None:
        due = [m for w in self._watches if (m := w.detector.next_check(now)) is not None]
        if not self._is_muted and (deadline := self.book.next_check()) is not None:
            due.append(deadline)
        return min(due, key=_by_clock, default=None)


def _by_clock(moment: Moment) -> float:
    return moment.monotonic
