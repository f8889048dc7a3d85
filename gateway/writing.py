"""Puts on disk what a node has taken in, journal first, and keeps what the disk refuses.

When that happens, and when the disk is asked again, is the daemon's.
"""

from collections import Counter
from contextlib import suppress

from edge.model import Delivery, Effects, Entry, Moment, Packet
from gateway.batch import Batch, Flushed, mark
from gateway.store import Store, StoreFailed
from gateway.wire.guard import Guard

BATCH = 100  # entries: an ordinary reading waits for no more of its kind
REFUSED_BEFORE = "the disk refused; it is tried again soon"


class Writing:
    """What one node has taken in and what came of it, until it is on disk."""

    def __init__(self, store: Store, guard: Guard, counts: Counter[str]) -> None:
        """Prepare; `counts` takes what is lost for good while the disk refuses."""
        self._store = store
        self._guard = guard
        self._counts = counts
        self._batch = Batch()
        self._refused = Batch()  # what the store would not take
        self._counters: dict[str, int] = {}

    # -- what waits

    def add_packet(self, packet: Packet) -> bool:
        """Have it acknowledged by the next flush; say whether it is a redelivery of a known one."""
        self._batch.packets.append(packet)
        return packet.delivery is not None and self._is_known(packet, packet.delivery)

    def add_entry(self, entry: Entry) -> None:
        """Have it written into the journal."""
        self._batch.entries.append(entry)

    @property
    def effects(self) -> Effects:
        """Give what the next flush is to put on disk; what comes of anything is added to it."""
        return self._batch.effects

    @property
    def has_entries(self) -> bool:
        """Say whether anything came in that is not yet in the journal."""
        return bool(self._batch.entries)

    @property
    def is_waiting(self) -> bool:
        """Say whether anything new is not yet on disk."""
        return bool(self._batch.packets or self._batch.entries or self._batch.effects)

    @property
    def is_urgent(self) -> bool:
        """Say whether something new waits that must be on disk at once."""
        return bool(self._batch.effects) or len(self._batch.entries) >= BATCH

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

    # -- to the disk

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
                self._commit(batch.effects, now)
            except StoreFailed as error:
                failure = str(error)
                refused = batch.effects
                self._refused.effects.extend(batch.effects)
        return Flushed(batch.packets, refused, failure)

    def _commit(self, effects: Effects, now: Moment) -> None:
        everything = Effects()
        everything.extend(self._refused.effects)
        everything.extend(effects)
        self._store.commit(everything, self._store.last_seq(), now)
        self._refused.effects = Effects()

    def _keep_counters(self) -> None:
        self._counters |= self._guard.take_changed()
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
            self._counts["not kept"] += gone
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
