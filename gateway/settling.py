"""When what was taken in is put on disk, and what follows: it is acknowledged, people are told.

How it is put there is the node's, whether the disk is to be asked again disk.py's.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from edge.model import Moment, Packet, Rule
from gateway.config import Settings
from gateway.disk import Disk
from gateway.ears import Ears
from gateway.node import Node
from gateway.reaching import Reaching
from gateway.store import Store, StoreFailed

FLUSH_AFTER = timedelta(seconds=5)  # an ordinary reading waits for others no longer
# An alarm is on its way; now the journal may wait for the disk.
AFTER_AN_ALARM = timedelta(milliseconds=50)
# Far below what the broker sends ahead: it falls silent where nothing is acknowledged.
UNACKNOWLEDGED = 100


class Settling:
    """Puts on disk what waits, then acknowledges it; `wakes` are called after each time."""

    def __init__(
        self,
        node: Node,
        store: Store,
        ears: Ears,
        reaching: Reaching,
        now: Callable[[], Moment],
        *,
        settings: Settings,
    ) -> None:
        """Prepare; nothing is written yet."""
        self._node = node
        self._store = store
        self._ears = ears
        self._outbox = reaching.outbox
        self._overdue = reaching.overdue
        self._now = now
        self._keep = settings.store.keep
        self._window_is_small = not settings.mqtt.is_v5
        self._unacknowledged = 0
        self._flush_at: Moment | None = None
        self.disk = Disk(partial(node.trouble, Rule.STORAGE, "disk"))
        self.wakes: list[Callable[[], None]] = [self._outbox.wake]

    def take(self, packet: Packet) -> bool:
        """Let the node take it in; say whether all that waited was put on disk for it."""
        self._node.take(packet)
        self._unacknowledged += packet.delivery is not None
        if not self._node.writing.is_urgent and self._unacknowledged < UNACKNOWLEDGED:
            return False
        self.settle()
        return True

    def settle_soon(self) -> None:
        """Let what waits wait a little for others, if the broker sends on meanwhile."""
        if not self._node.writing.is_waiting:
            return
        if self._window_is_small:
            self.settle()
        elif self._flush_at is None:
            self._flush_at = self._now().plus(FLUSH_AFTER)

    def settle(self) -> str:
        """Put on disk what waits, acknowledge it, let the outbox look; say why where it failed.

        A disk that has just refused is asked again only after a while, and then in one go.
        """
        now = self._now()
        self._unacknowledged = 0
        tries_again = self.disk.may_be_asked(now)
        with self._overdue.watching(self._node.writing.effects):
            flushed = self._node.flush(now, tries_again=tries_again)
        if flushed.failure and tries_again and self._make_room(now):
            again = self._node.flush(now)
            flushed = replace(flushed, failure=again.failure)
        if not flushed.failure:
            self._node.drills.stored(self._now())
        self._ears.acknowledge(flushed.packets)
        self._flush_at = now.plus(AFTER_AN_ALARM) if flushed.is_behind else None
        if flushed.refused:
            self._outbox.keep(flushed.refused)
        for wake in self.wakes:
            wake()
        if tries_again or flushed.refused:
            self.disk.note(flushed.failure, now)
        return flushed.failure

    def is_due(self, now: Moment) -> bool:
        """Say whether what waits has waited long enough."""
        return self._node.writing.is_urgent or any(due.reached(now) for due in self._dues())

    def next_due(self) -> float | None:
        """Give by the monotonic clock when something will have waited long enough."""
        return min((due.monotonic for due in self._dues()), default=None)

    def _dues(self) -> list[Moment]:
        return [due for due in (self.disk.retry_at, self._flush_at) if due is not None]

    def _make_room(self, now: Moment) -> bool:
        """Let the oldest readings go; an alert is worth more."""
        with contextlib.suppress(StoreFailed):
            return self._store.sweep(now, self._keep) > 0
        return False
