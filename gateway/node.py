"""All the households of one box, without a clock or a wire: packets in, committed effects out.

It keeps the order that nothing may break: journal, household, alert book, and only then the
acknowledgement. Waiting, sending and logging are the daemon's.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from heapq import heappop, heappush

from edge.declared import Declared
from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Answer,
    Away,
    Back,
    Blind,
    BlindCause,
    Change,
    Close,
    Configured,
    Delivery,
    Device,
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
    Sighted,
    State,
    Trouble,
)
from edge.remembered import StateUnusable
from edge.signs import is_answer
from gateway.batch import Batch, Flushed, mark
from gateway.drills import Drills
from gateway.leftovers import ended, is_drilled
from gateway.rebuild import Rebuild
from gateway.rehearsal import Rehearsals
from gateway.store import Store, StoreFailed
from gateway.wire.decoder import Decoded, Decoder
from gateway.wire.profile import Transport

SHORT_STOP = timedelta(seconds=60)  # a stop as short as this is no blindness
BATCH = 100  # entries: an ordinary reading waits for no more of its kind
REDELIVERED = "redelivered"
REFUSED_BEFORE = "the disk refused; it is tried again soon"
INSTANT = 1e-3  # seconds; a deadline that did not pass is asked about again no sooner
REFUSED = f"{Transport.MQTT}/refused"  # subject of what the broker does not let us hear


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
        self._batch = Batch()
        self._refused = Batch()  # what the store would not take
        self._channels = channels
        self._counters: dict[str, int] = {}
        self._hears: dict[tuple[BlindCause, str], bool] = {}
        self._refused_to: dict[str, tuple[str, ...]] = {}  # devices, by household
        self._by_source = _index(homes, lambda device: device.source)
        self._by_bridge = _index(homes, lambda device: device.bridge)
        self._rebuilds: dict[str, Rebuild] = {}
        self._buttons = {(h.id, d.id): d for h in homes for d in h.devices if d.answers}
        self._dues: list[tuple[float, str]] = []
        self._queued: dict[str, float] = {}

    # -- start and stop

    def start(self, now: Moment, config_hash: str) -> None:
        """Heal what a crash left between the two files, and account for the time away."""
        self._go_over_again()
        last = self._store.last_alive()
        for home in self.homes.values():
            if last is not None and _is_long(last, now):
                self._put(home.id, _downtime(home, last), now)
                self._put(home.id, Sighted(BlindCause.DOWNTIME, "shouhu"), now)
            self._put(home.id, Configured(config_hash), now)
            self._queue(home.id)
        self._let_go(now)
        for name in self._store.quarantined:
            self.trouble(Rule.STORAGE, name, "damaged, set aside; history was lost", True, now)
        for name in self._store.unreadable:
            self.trouble(Rule.STORAGE, name, "a part of it cannot be read any more", True, now)

    def _go_over_again(self) -> None:
        """Restore every home, and feed it what came since: mutely as far as it was acted upon."""
        cursor, acted_at = self._store.cursor()
        after = {home.id: self._restore(home, cursor) for home in self.homes.values()}
        is_behind, alive = True, self._store.last_alive()
        for seq, entry in self._store.entries(after=min(after.values())):
            if is_behind and seq > cursor:
                is_behind = self._relive(acted_at)
            household = self.households.get(entry.household)
            if household is None or seq <= after[entry.household]:
                continue
            # Who has lost what was learned would take a bridge's old word for news: so long as
            # the box lived on after it, it was acted upon.
            was_alive = alive is not None and entry.at.reached(alive)
            if seq <= cursor or (was_alive and entry.household in self._rebuilds):
                household.recall(entry)
            else:
                self._batch.effects.extend(household.receive(entry))
        if is_behind:
            self._relive(acted_at)

    def _relive(self, until: Moment | None) -> bool:
        """Bring all to the last moment whose effects are on disk: in a silent home, too."""
        for home_id, household in self.households.items():
            if until is not None and home_id not in self._rebuilds:
                household.relive(until)
        return False

    def _let_go(self, now: Moment) -> None:
        """Take back troubles of an earlier start, and end alerts that nobody minds any more."""
        for home_id, household in self.households.items():
            for finding in household.troubles:
                is_gone = finding.rule is Rule.CHANNEL and finding.subject not in self._channels
                if is_gone or finding.rule is Rule.STORAGE:
                    self.trouble(finding.rule, finding.subject, "", False, now, home_id=home_id)
        self._batch.effects.extend(ended(self._store.alerts(), self.homes, now))

    def _restore(self, home: Home, cursor: int) -> int:
        """Build a household; give the number of the entry after which it must be fed again."""
        alerts = [a for a in self._store.live_alerts(home.id) if not is_drilled(a, home)]
        kept = self._store.snapshot(home.id)
        if kept is not None:
            try:
                self.households[home.id] = Household.restore(home, kept[2], alerts)
            except StateUnusable:
                self.counts["snapshot unusable"] += 1
            else:
                return kept[1]
        self.households[home.id] = Household(home, alerts)
        if cursor > 0:
            self._rebuilds[home.id] = Rebuild(home)
        return cursor

    def rebuild(self, now: Moment, entries: int = 2000) -> bool:
        """Learn a little more of the journal again where a snapshot was lost; say if more is left.

        The home is watched meanwhile: its alerts and their deadlines stand, hazards and calls are
        heard; only what was learned is missing until the journal has been read.
        """
        for home_id, rebuild in list(self._rebuilds.items()):
            if rebuild.go_on(self._store, entries):
                return True
            if not self._batch.entries:
                # Nothing came since that is not yet in the journal: they change places.
                del self._rebuilds[home_id]
                rebuild.household.take_over(self.households[home_id])
                self.households[home_id] = rebuild.household
                self._come_to(home_id, rebuild.household.advance(now), now)
                self._queue(home_id)
        return bool(self._rebuilds)

    def save(self) -> None:
        """Keep what was learned."""
        seq = self._store.last_seq()
        learned = self.households.keys() - self._rebuilds.keys()
        self._store.save_snapshots(
            (home_id, 1, seq, self.households[home_id].snapshot()) for home_id in learned
        )

    # -- what comes in

    def take(self, packet: Packet) -> None:
        """Take one packet in; it is acknowledged by the flush that stores it."""
        self._batch.packets.append(packet)
        if packet.delivery is not None and self._is_known(packet, packet.delivery):
            self.counts[REDELIVERED] += 1
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

    def _is_known(self, packet: Packet, delivery: Delivery) -> bool:
        """Say whether a redelivery was already taken in; remember what is new."""
        digest = mark(packet)
        key = (delivery.session, delivery.packet, digest)
        waits = key in self._batch.marks or key in self._refused.marks
        if delivery.redelivered and (waits or self._store.is_stored(delivery, digest)):
            return True
        self._batch.marks.add(key)
        self._batch.deliveries.append((delivery, digest))
        return False

    def hearing(self, cause: BlindCause, subject: str, hears: bool, now: Moment) -> None:
        """Take in that a source or a bridge is lost or back."""
        if self._hears.get((cause, subject)) is hears:
            return
        self._hears[cause, subject] = hears
        index = self._by_bridge if cause is BlindCause.BRIDGE_OFFLINE else self._by_source
        for home_id, deaf in index.get(subject, {}).items():
            what = Sighted(cause, subject) if hears else Blind(cause, subject, deaf, now)
            self._put(home_id, what, now)

    def refused(self, deaf: Mapping[str, tuple[str, ...]], now: Moment) -> None:
        """Take in which devices of each household the broker does not let us hear."""
        for home_id in self._by_source.get(Transport.MQTT, {}):
            devices = deaf.get(home_id, ())
            if self._refused_to.get(home_id) == devices:
                continue
            self._refused_to[home_id] = devices
            cause = BlindCause.REFUSED
            what = Blind(cause, REFUSED, devices, now) if devices else Sighted(cause, REFUSED)
            self._put(home_id, what, now)

    def clock(self, is_trusted: bool, now: Moment) -> None:
        """Take in that the wall clock cannot be trusted, or that it can (again).

        Without a clock nothing can be usual at an hour. A clock that was set in one step is both,
        one after the other: every deadline that was worked out with the old one is worked out anew.
        """
        for home in self.homes.values():
            if is_trusted:
                self._put(home.id, Sighted(BlindCause.CLOCK_UNTRUSTED, "clock"), now)
            else:
                every = tuple(device.id for device in home.devices)
                blind = Blind(BlindCause.CLOCK_UNTRUSTED, "clock", every, now)
                self._put(home.id, blind, now)

    def trouble(
        self,
        rule: Rule,
        subject: str,
        detail: str,
        stands: bool,
        now: Moment,
        *,
        home_id: str = "",
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
        self._batch.effects.changes.append(change)

    def answer(self, home_id: str, by: str, now: Moment) -> None:
        """Take in that the resident said to be well."""
        self._put(home_id, Answer(by), now)

    def declare(self, home_id: str, what: Away | Back, now: Moment) -> None:
        """Take in that somebody calls a home empty, or not any more."""
        self._put(home_id, what, now)

    def is_silence_told(self, home_id: str) -> bool:
        """Say whether people were told of a silence there, and nobody has ended that yet."""
        alerts = self.households[home_id].book.alerts
        silent = (a for a in alerts if a.finding.rule is Rule.INACTIVITY and not a.inhibited_by)
        return any(a.holds and a.state in (State.RAISED, State.ACKNOWLEDGED) for a in silent)

    def absence(self, home_id: str) -> Declared | None:
        """Give what was said of an absence that has not ended."""
        household = self.households.get(home_id)  # none yet where a drill's clock has not begun
        return None if household is None else household.presence.state.declared

    def _put(self, home_id: str, what: Input, now: Moment) -> None:
        self._feed(Entry(home_id, now, what))

    def _feed(self, entry: Entry) -> None:
        self._batch.entries.append(entry)
        effects = self.households[entry.household].receive(entry)
        self._come_to(entry.household, effects, entry.at)
        self._queue(entry.household)

    def _come_to(self, home_id: str, effects: Effects, now: Moment) -> None:
        if effects:
            self._batch.effects.extend(effects)
            self.drills.noticed(home_id, effects, now)
            self.heed_drills()

    def heed_drills(self) -> None:
        """Take over what drills have come to."""
        self._batch.effects.extend(self.drills.take())

    # -- time

    def next_check(self) -> float | None:
        """Give the nearest time by the monotonic clock at which a household may have to act."""
        dues = (self._dues[0][0] if self._dues else None, self.drills.next_check())
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now: Moment) -> None:
        """Let every household do what is due."""
        due = []
        while self._dues and self._dues[0][0] <= now.monotonic:
            _, home_id = heappop(self._dues)
            self._queued.pop(home_id, None)
            due.append(home_id)
        for home_id in due:
            household = self.households[home_id]
            moment = household.next_check()
            if moment is not None and moment.reached(now):
                self._come_to(home_id, household.advance(now), now)
            self._queue(home_id, not_before=now.monotonic + INSTANT)
        self.drills.tick(now)
        self.heed_drills()

    def _queue(self, home_id: str, not_before: float = 0.0) -> None:
        """Remember a deadline that is nearer than the one remembered for this home."""
        due = self.households[home_id].next_check()
        if due is None:
            return
        time, known = max(due.monotonic, not_before), self._queued.get(home_id)
        if known is None or time < known:
            self._queued[home_id] = time
            heappush(self._dues, (time, home_id))

    # -- what goes out

    @property
    def is_urgent(self) -> bool:
        """Say whether something new waits that must be on disk at once."""
        return bool(self._batch.effects) or len(self._batch.entries) >= BATCH

    @property
    def waiting(self) -> Effects:
        """Give what the next flush is to put on disk."""
        return self._batch.effects

    @property
    def is_waiting(self) -> bool:
        """Say whether anything new is not yet on disk."""
        return bool(self._batch.packets or self._batch.entries or self._batch.effects)

    def flush(self, now: Moment, *, tries_again: bool = True) -> Flushed:
        """Put all that waits on disk, journal first.

        A disk that refuses costs no alert: the packets are acknowledged all the same, what was
        refused stays in memory, within bounds, and the notices are handed back to be sent. Alerts
        are tried even where readings are refused: room is held back for them. Without
        `tries_again` what was refused before is left in peace, and so is the disk.
        """
        batch, self._batch = self._batch, Batch()
        self._keep_counters()
        if self._has_carried(batch, now):
            return Flushed(batch.packets, is_behind=True)
        failure = self._store_entries(batch, tries_again=tries_again)
        refused = Effects()
        if batch.effects or self._refused.effects:
            try:
                everything = Effects()
                everything.extend(self._refused.effects)
                everything.extend(batch.effects)
                self._store.commit(everything, self._store.last_seq(), now)
                self._refused.effects = Effects()
            except StoreFailed as error:
                failure = str(error)
                refused = batch.effects
                self._refused.effects.extend(batch.effects)
        return Flushed(batch.packets, refused, failure)

    def _keep_counters(self) -> None:
        self._counters |= self._decoder.guard.take_changed()
        if self._counters:
            with suppress(StoreFailed):
                self._store.save_counters(self._counters)
                self._counters = {}

    def _has_carried(self, batch: Batch, now: Moment) -> bool:
        """Put what somebody must be told of on disk in one commit, journal entries and all.

        The journal itself follows at the next flush: a notice waits for one sync, not for two.
        """
        if self._refused or not batch.effects.notices or len(batch.entries) > BATCH:
            return False
        with suppress(StoreFailed):
            return self._store.carry(batch.effects, batch.entries, batch.deliveries, now)
        return False

    def _store_entries(self, batch: Batch, *, tries_again: bool) -> str:
        """Append what came and what was refused before; give the reason where it is refused."""
        waits = bool(self._refused.entries or self._refused.deliveries)
        later = Batch(batch.entries, batch.deliveries, marks=batch.marks)
        if gone := self._refused.take_over(later):
            self.counts["not kept"] += gone
        if not (self._refused.entries or self._refused.deliveries):
            return self._caught_up()
        if waits and not tries_again:
            return REFUSED_BEFORE
        try:
            vital = bool(batch.effects)
            self._store.append(self._refused.entries, self._refused.deliveries, vital=vital)
        except StoreFailed as error:
            return str(error)
        self._refused = Batch(effects=self._refused.effects)
        return ""

    def _caught_up(self) -> str:
        try:
            self._store.catch_up()
        except StoreFailed as error:
            return str(error)
        return ""


def _index(
    homes: Sequence[Home], key: Callable[[Device], str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give, by source or bridge and home, the devices that are heard through it."""
    found: dict[str, dict[str, list[str]]] = {}
    for home in homes:
        for device in home.devices:
            if subject := key(device):
                found.setdefault(subject, {}).setdefault(home.id, []).append(device.id)
    return {
        subject: {home_id: tuple(names) for home_id, names in by_home.items()}
        for subject, by_home in found.items()
    }


def _is_long(last: Moment, now: Moment) -> bool:
    return last.boot != now.boot or now.since(last) >= SHORT_STOP


def _downtime(home: Home, last: Moment) -> Blind:
    devices = tuple(device.id for device in home.devices)
    return Blind(BlindCause.DOWNTIME, "shouhu", devices, last)
