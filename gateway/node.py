"""All the households of one box, without a clock or a wire: packets in, committed effects out.

It keeps the order that nothing may break: journal, household, alert book, and only then the
acknowledgement. Waiting, sending and logging are the daemon's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from heapq import heappop, heappush

from edge.household import Household, StateUnusable
from edge.model import (
    Acknowledge,
    Alert,
    Blind,
    BlindCause,
    Close,
    Configured,
    Delivery,
    Effects,
    Entry,
    Home,
    Input,
    Moment,
    Outcome,
    Packet,
    Rule,
    Sighted,
    Trouble,
)
from gateway.rebuild import Rebuild
from gateway.store import Store, StoreFailed
from gateway.wire.decoder import Decoder

SHORT_STOP = timedelta(seconds=60)  # a stop as short as this is no blindness
BATCH = 100  # entries: an ordinary reading waits for no more of its kind
KEPT = 10_000  # entries kept in memory while the disk refuses them
REDELIVERED = "redelivered"


@dataclass
class Batch:
    """What was taken in and is not yet on disk."""

    entries: list[Entry] = field(default_factory=list)
    deliveries: list[tuple[Delivery, str]] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    effects: Effects = field(default_factory=Effects)
    marks: set[tuple[str, int, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Flushed:
    """What a flush came to: packets to acknowledge, and what the store refused, and why.

    The refused effects are tried again at the next flush; their notices wait for nobody.
    """

    packets: list[Packet]
    refused: Effects = field(default_factory=Effects)
    failure: str = ""


class Node:
    """Feeds the households of one store, in the order in which the world spoke."""

    def __init__(self, homes: Sequence[Home], decoder: Decoder, store: Store) -> None:
        self.homes = {home.id: home for home in homes}
        self.households: dict[str, Household] = {}
        self.counts: Counter[str] = Counter()
        self._decoder = decoder
        self._store = store
        self._batch = Batch()
        self._rebuilds: dict[str, Rebuild] = {}
        self._dues: list[tuple[float, str]] = []
        self._queued: dict[str, float] = {}

    # -- start and stop

    def start(self, now: Moment, config_hash: str) -> None:
        """Heal what a crash left between the two files, and account for the time away."""
        cursor, _ = self._store.cursor()
        after = {home.id: self._restore(home, cursor) for home in self.homes.values()}
        for seq, entry in self._store.entries(after=min(after.values())):
            household = self.households.get(entry.household)
            if household is None or seq <= after[entry.household]:
                continue
            if seq <= cursor:
                household.recall(entry)
            else:
                self._batch.effects.extend(household.receive(entry))
        last = self._store.last_alive()
        for home in self.homes.values():
            if last is not None and _is_long(last, now):
                self._put(home.id, _downtime(home, last), now)
                self._put(home.id, Sighted(BlindCause.DOWNTIME, "shouhu"), now)
            self._put(home.id, Configured(config_hash), now)
            self._queue(home.id)
        for name in self._store.quarantined:
            self.trouble(Rule.STORAGE, name, "damaged, set aside; history was lost", True, now)
        for name in self._store.unreadable:
            self.trouble(Rule.STORAGE, name, "a part of it cannot be read any more", True, now)

    def _restore(self, home: Home, cursor: int) -> int:
        """Build a household; give the number of the entry after which it must be fed again."""
        alerts = self._store.live_alerts(home.id)
        kept = self._store.snapshot(home.id)
        if kept is not None:
            try:
                self.households[home.id] = Household.restore(home, kept[2], alerts)
            except StateUnusable:
                self.counts["snapshot unusable"] += 1
            else:
                return kept[1]
        self.households[home.id] = Household(home, alerts, is_learning_again=cursor > 0)
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
                self._batch.effects.extend(rebuild.household.advance(now))
                self._queue(home_id)
        return bool(self._rebuilds)

    def save(self) -> None:
        """Keep what was learned."""
        seq = self._store.last_seq()
        for home_id in self.households.keys() - self._rebuilds.keys():
            household = self.households[home_id]
            self._store.save_snapshot(home_id, 1, seq, household.snapshot())

    # -- what comes in

    def take(self, packet: Packet) -> None:
        """Take one packet in; it is acknowledged by the flush that stores it."""
        self._batch.packets.append(packet)
        if packet.delivery is not None and self._is_known(packet, packet.delivery):
            self.counts[REDELIVERED] += 1
            return
        decoded = self._decoder.decode(packet)
        for refused in decoded.refused:
            self.counts[refused.reason] += 1
        for reading in decoded.readings:
            entry = Entry(reading.household, packet.received, reading)
            self._feed(entry)
        for bridge in decoded.bridges:
            self.hearing(BlindCause.BRIDGE_OFFLINE, bridge.bridge, bridge.online, packet.received)

    def _is_known(self, packet: Packet, delivery: Delivery) -> bool:
        """Say whether a redelivery was already taken in; remember what is new."""
        mark = _mark(packet)
        key = (delivery.session, delivery.packet, mark)
        if delivery.redelivered and (
            key in self._batch.marks or self._store.is_stored(delivery, mark)
        ):
            return True
        self._batch.marks.add(key)
        self._batch.deliveries.append((delivery, mark))
        return False

    def hearing(self, cause: BlindCause, subject: str, hears: bool, now: Moment) -> None:
        """Take in that a source or a bridge is lost or back."""
        for home in self.homes.values():
            deaf = tuple(d.id for d in home.devices if subject in (d.source, d.bridge))
            if deaf and hears:
                self._put(home.id, Sighted(cause, subject), now)
            elif deaf:
                self._put(home.id, Blind(cause, subject, deaf, now), now)

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

    def trouble(self, rule: Rule, subject: str, detail: str, stands: bool, now: Moment) -> None:
        """Take in that something of the gateway itself is wrong, or right again.

        It is told once: by the first home, however many this box watches.
        """
        first = next(iter(self.homes))
        self._put(first, Trouble(rule, subject, detail, stands), now)

    def acknowledge(self, alert: Alert, by: str, lease: timedelta, now: Moment) -> None:
        """Lease an alert to somebody."""
        self._put(alert.household, Acknowledge(alert.id, by, lease), now)

    def close(self, alert: Alert, by: str, outcome: Outcome, now: Moment) -> None:
        """End an alert with what it was."""
        finding = alert.finding
        end = Close(alert.id, by, outcome, finding.rule, finding.subject)
        self._put(alert.household, end, now)

    def _put(self, home_id: str, what: Input, now: Moment) -> None:
        self._feed(Entry(home_id, now, what))

    def _feed(self, entry: Entry) -> None:
        self._batch.entries.append(entry)
        self._batch.effects.extend(self.households[entry.household].receive(entry))
        self._queue(entry.household)

    # -- time

    def next_check(self) -> Moment | None:
        """Give the nearest deadline of any household; it may turn out to have moved later."""
        return self.households[self._dues[0][1]].next_check() if self._dues else None

    def tick(self, now: Moment) -> None:
        """Let every household do what is due."""
        while self._dues and self._dues[0][0] <= now.monotonic:
            _, home_id = heappop(self._dues)
            self._queued.pop(home_id, None)
            household = self.households[home_id]
            due = household.next_check()
            if due is not None and due.reached(now):
                self._batch.effects.extend(household.advance(now))
            self._queue(home_id)

    def _queue(self, home_id: str) -> None:
        """Remember a deadline that is nearer than the one remembered for this home."""
        due = self.households[home_id].next_check()
        known = self._queued.get(home_id)
        if due is not None and (known is None or due.monotonic < known):
            self._queued[home_id] = due.monotonic
            heappush(self._dues, (due.monotonic, home_id))

    # -- what goes out

    @property
    def is_urgent(self) -> bool:
        """Say whether something waits that must be on disk at once."""
        return bool(self._batch.effects) or len(self._batch.entries) >= BATCH

    @property
    def is_waiting(self) -> bool:
        """Say whether anything is not yet on disk."""
        return bool(self._batch.packets or self._batch.entries or self._batch.effects)

    def flush(self, now: Moment) -> Flushed:
        """Put all that waits on disk, journal first.

        A disk that refuses costs no alert: the packets are acknowledged all the same, the
        entries stay in memory for the next try, and the notices are handed back to be sent.
        """
        batch, self._batch = self._batch, Batch()
        try:
            if batch.entries or batch.deliveries:
                self._store.append(batch.entries, batch.deliveries)
                batch.entries, batch.deliveries = [], []
            if batch.effects:
                self._store.commit(batch.effects, self._store.last_seq(), now)
        except StoreFailed as error:
            packets, batch.packets = batch.packets, []
            batch.entries = batch.entries[-KEPT:]
            self._batch = batch
            return Flushed(packets, batch.effects, str(error))
        return Flushed(batch.packets)


def _mark(packet: Packet) -> str:
    text = packet.address.encode(errors="surrogateescape") + b"\0" + packet.payload
    return blake2b(text, digest_size=8).hexdigest()


def _is_long(last: Moment, now: Moment) -> bool:
    return last.boot != now.boot or now.since(last) >= SHORT_STOP


def _downtime(home: Home, last: Moment) -> Blind:
    devices = tuple(device.id for device in home.devices)
    return Blind(BlindCause.DOWNTIME, "shouhu", devices, last)
