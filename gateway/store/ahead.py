"""The journal with what is ahead of it: entries that reached the disk in the commit of an alert.

They go where they belong before anything else does, under the numbers that were kept for them.
"""

from collections.abc import Iterable, Sequence

from edge.model import Delivery, Entry
from gateway.store.carried import Load
from gateway.store.journal import Journal
from gateway.store.room import Room

MOST = 50  # alarms at once


class Ahead:
    """What was carried and is not in the journal yet."""

    def __init__(self, journal: Journal, room: Room) -> None:
        self._journal = journal
        self._room = room
        self._carried: list[Load] = []

    def __bool__(self) -> bool:
        return bool(self._carried)

    def take_up(self, loads: Iterable[Load]) -> None:
        """Append what a crash kept from the journal."""
        for load in loads:
            if load.first > self._journal.last_seq:
                self._journal.go_on_after(load.first - 1)
                self._journal.append(load.entries, load.deliveries)

    @property
    def last_seq(self) -> int:
        """Give the number of the last entry; 0 before the first."""
        return self._carried[-1].last if self._carried else self._journal.last_seq

    def load(
        self, entries: Sequence[Entry], deliveries: Sequence[tuple[Delivery, str]]
    ) -> Load | None:
        """Give these the next numbers; None where too much waits for the journal already."""
        if len(self._carried) >= MOST or not (entries or deliveries):
            return None
        last = self.last_seq + self._journal.rows(entries, deliveries)
        return Load(self.last_seq + 1, last, tuple(entries), tuple(deliveries))

    def add(self, load: Load) -> None:
        """Note that a load is on disk."""
        self._carried.append(load)
        self._journal.learn(load.deliveries)

    def catch_up(self, *, vital: bool = False) -> None:
        """Put all of it into the journal."""
        while self._carried:
            load = self._carried[0]
            self._room.insist(
                lambda: self._journal.append(load.entries, load.deliveries),  # noqa: B023
                is_vital=vital,
            )
            del self._carried[0]
