"""All the households of one box, without a clock or a wire: packets in, committed effects out.

It keeps the order that nothing may break: journal, household, alert book, and only then the
acknowledgement. Waiting, sending and logging are the daemon's.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from edge.declared import Declared
from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Answer,
    Away,
    Back,
    BlindCause,
    Change,
    Close,
    Configured,
    Effects,
    Entry,
    Home,
    Input,
    Moment,
    OfAlert,
    Outcome,
    Packet,
    Reading,
    Rule,
    Trouble,
)
from edge.signs import is_answer
from gateway.batch import Flushed
from gateway.deadlines import Deadlines
from gateway.deafness import Deafness, Told, stopped
from gateway.drills import Drills
from gateway.leftovers import ended
from gateway.recovery import Recovery
from gateway.rehearsal import Rehearsals
from gateway.store import Store
from gateway.wire.decoder import Decoded, Decoder
from gateway.writing import Writing

SHORT_STOP = timedelta(seconds=60)  # a stop as short as this is no blindness
INSTANT = 1e-3  # seconds; a deadline that did not pass is asked about again no sooner


class Node:
    """Feeds the households of one store, in the order in which the world spoke."""

    def __init__(
        self,
        homes: Sequence[Home],
        decoder: Decoder,
        store: Store,
        channels: Collection[str] = (),
        hear: Callable[[Packet, Decoded], None] | None = None,
    ) -> None:
        """Prepare; `hear` is given each packet with what it meant."""
        self.homes = {home.id: home for home in homes}
        self.households: dict[str, Household] = {}
        self.counts: Counter[str] = Counter()
        self.rehearsals = Rehearsals(
            [(home.id, d.id) for home in homes for d in home.devices if d.clears_after is not None]
        )
        self.drills = Drills(self.rehearsals)
        self._decoder = decoder
        self._hear = hear
        self._store = store
        self.writing = Writing(store, decoder.guard, self.counts)
        self._recovery = Recovery(self.homes, self.households, store, self.counts)
        self._deafness = Deafness(homes)
        self._deadlines = Deadlines()
        self._channels = channels
        self._buttons = {(h.id, d.id): d for h in homes for d in h.devices if d.answers}

    # -- start and stop

    def start(self, now: Moment, config_hash: str) -> None:
        """Heal what a crash left between the two files, and account for the time away."""
        self.writing.effects.extend(self._recovery.go_over_again())
        last = self._store.last_alive()
        for home in self.homes.values():
            if last is not None and (last.boot != now.boot or now.since(last) >= SHORT_STOP):
                for what in stopped(home, last):
                    self._put(home.id, what, now)
            self._put(home.id, Configured(config_hash), now)
            self._queue(home.id)
        self._let_go(now)
        for name in self._store.quarantined:
            self.trouble(Rule.STORAGE, name, "damaged, set aside; history was lost", True, now)
        for name in self._store.unreadable:
            self.trouble(Rule.STORAGE, name, "a part of it cannot be read any more", True, now)

    def _let_go(self, now: Moment) -> None:
        """Take back troubles of an earlier start, and end alerts that nobody minds any more."""
        for home_id, household in self.households.items():
            for finding in household.troubles:
                is_gone = finding.rule is Rule.CHANNEL and finding.subject not in self._channels
                if is_gone or finding.rule is Rule.STORAGE:
                    self.trouble(finding.rule, finding.subject, "", False, now, home_id=home_id)
        self.writing.effects.extend(ended(self._store.alerts(), self.homes, now))

    def rebuild(self, now: Moment, entries: int = 2000) -> bool:
        """Learn a little more of the journal again where a snapshot was lost; say if more is left.

        The home is watched meanwhile: its alerts and their deadlines stand, hazards and calls are
        heard; only what was learned is missing until the journal has been read.
        """
        for home_id in self._recovery.unlearned:
            if self._recovery.learn(home_id, entries):
                return True
            if not self.writing.has_entries:
                # Nothing came since that is not yet in the journal: they change places.
                learned = self._recovery.change_places(home_id)
                self._come_to(home_id, learned.advance(now), now)
                self._queue(home_id)
        return bool(self._recovery.unlearned)

    def save(self) -> None:
        """Keep what was learned."""
        seq = self._store.last_seq()
        learned = self.households.keys() - set(self._recovery.unlearned)
        self._store.save_snapshots(
            (home_id, 1, seq, self.households[home_id].snapshot()) for home_id in learned
        )

    # -- what comes in

    def take(self, packet: Packet) -> None:
        """Take one packet in; it is acknowledged by the flush that stores it."""
        if self.writing.add_packet(packet):
            self.counts["redelivered"] += 1
            return
        decoded = self._decoder.decode(packet)
        if self._hear is not None:
            self._hear(packet, decoded)
        for refused in decoded.refused:
            self.counts[refused.reason] += 1
        for reading in decoded.readings:
            fact = self.drills.marked(self.rehearsals.marked(reading))
            self._feed(Entry(reading.household, packet.received, fact))
            self._hear_answer(fact, packet.received)
            if fact.drill and self.drills.goes_on(fact.household):
                self.drills.sensed(fact)
                self.heed_drills()
        for doubt in decoded.doubts:
            trouble = Trouble(Rule.UNTRUSTED, doubt.device, doubt.reason, doubt.stands)
            self._put(doubt.household, trouble, packet.received)
        for bridge in decoded.bridges:
            self.hearing(BlindCause.BRIDGE_OFFLINE, bridge.bridge, bridge.online, packet.received)

    def _hear_answer(self, fact: Reading, now: Moment) -> None:
        """Take a press of the button that says so for the resident's word."""
        button = self._buttons.get((fact.household, fact.device))
        is_meant = not fact.drill or self.homes[fact.household].drill
        if button is not None and is_meant and is_answer(fact, button):
            self.answer(fact.household, button.name, now)

    def hearing(self, cause: BlindCause, subject: str, hears: bool, now: Moment) -> None:
        """Take in that a source or a bridge is lost or back."""
        self._tell(self._deafness.of_source(cause, subject, hears, now), now)

    def refused(self, deaf: Mapping[str, tuple[str, ...]], now: Moment) -> None:
        """Take in which devices of each household the broker does not let us hear."""
        self._tell(self._deafness.of_refusals(deaf, now), now)

    def clock(self, is_trusted: bool, now: Moment) -> None:
        """Take in that the wall clock cannot be trusted, or that it can (again).

        Without a clock nothing can be usual at an hour. A clock that was set in one step is both,
        one after the other: every deadline that was worked out with the old one is worked out anew.
        """
        self._tell(self._deafness.of_clock(is_trusted, now), now)

    def _tell(self, told: Iterable[Told], now: Moment) -> None:
        for home_id, what in told:
            self._put(home_id, what, now)

    def trouble(
        self, rule: Rule, subject: str, detail: str, stands: bool, now: Moment, *, home_id: str = ""
    ) -> None:
        """Take in that something of the gateway itself is wrong, or right again.

        It is told once: by the home that it is about, else by the first, however many there are.
        """
        about = home_id or next(iter(self.homes))
        self._put(about, Trouble(rule, subject, detail, stands), now)

    def repair(self, household: str, device: str) -> bool:
        """Believe an encrypted device again whatever it counts; say whether there is such a one.

        What was told of it ends with its next message, if that is believed: its key may be wrong.
        """
        address = self._decoder.address_of(household, device)
        if address is None:
            return False
        self._decoder.guard.repaired(address)
        return True

    def alert(self, name: str) -> Alert | None:
        """Give an alert as its household or its drill knows it; it may be on no disk yet."""
        if (drilled := self.drills.alert(name)) is not None:
            return drilled
        for household in self.households.values():
            for alert in household.book.alerts:
                if alert.id == name:
                    return alert
        return None

    def acknowledge(self, alert: Alert, by: str, lease: timedelta, now: Moment) -> None:
        """Lease an alert to somebody."""
        what = Acknowledge(alert.id, by, lease)
        if self.drills.acknowledge(what, now):
            self.heed_drills()  # nothing of it is the household's
        else:
            self._put(alert.household, what, now)

    def obey(self, home_id: str, what: OfAlert, now: Moment) -> None:
        """Take in what else becomes of an alert: handed over, somebody there, or out of reach."""
        if self.drills.obey(what, now):
            self.heed_drills()
        elif home_id in self.households:
            self._put(home_id, what, now)

    def close(self, alert: Alert, by: str, outcome: Outcome, now: Moment) -> None:
        """End an alert with what it was."""
        finding = alert.finding
        end = Close(alert.id, by, outcome, finding.rule, finding.subject)
        if self.drills.close(end, now):
            self.heed_drills()
        else:
            self._put(alert.household, end, now)

    def record(self, change: Change) -> None:
        """Keep what the gateway itself did about an alert; it moves nothing."""
        self.writing.effects.changes.append(change)

    def answer(self, home_id: str, by: str, now: Moment) -> None:
        """Take in that the resident said to be well."""
        self._put(home_id, Answer(by), now)

    def declare(self, home_id: str, what: Away | Back, now: Moment) -> None:
        """Take in that somebody calls a home empty, or not any more."""
        self._put(home_id, what, now)

    def absence(self, home_id: str) -> Declared | None:
        """Give what was said of an absence that has not ended."""
        household = self.households.get(home_id)  # none yet where a drill's clock has not begun
        return None if household is None else household.presence.state.declared

    def _put(self, home_id: str, what: Input, now: Moment) -> None:
        self._feed(Entry(home_id, now, what))

    def _feed(self, entry: Entry) -> None:
        self.writing.add_entry(entry)
        effects = self.households[entry.household].receive(entry)
        self._come_to(entry.household, effects, entry.at)
        self._queue(entry.household)

    def _come_to(self, home_id: str, effects: Effects, now: Moment) -> None:
        if effects:
            self.writing.effects.extend(effects)
            self.drills.noticed(home_id, effects, now)
            self.heed_drills()

    def heed_drills(self) -> None:
        """Take over what drills have come to."""
        self.writing.effects.extend(self.drills.take())

    # -- time

    def next_check(self) -> float | None:
        """Give the nearest time by the monotonic clock at which a household may have to act."""
        dues = (self._deadlines.next(), self.drills.next_check())
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now: Moment) -> None:
        """Let every household do what is due."""
        for home_id in self._deadlines.take(now):
            household = self.households[home_id]
            moment = household.next_check()
            if moment is not None and moment.reached(now):
                self._come_to(home_id, household.advance(now), now)
            self._queue(home_id, not_before=now.monotonic + INSTANT)
        self.drills.tick(now)
        self.heed_drills()

    def _queue(self, home_id: str, not_before: float = 0.0) -> None:
        self._deadlines.put(home_id, self.households[home_id].next_check(), not_before)

    def flush(self, now: Moment, *, tries_again: bool = True) -> Flushed:
        """Put on disk all that came in and what became of it, as `writing` does."""
        return self.writing.flush(now, tries_again=tries_again)
