"""Learns a household again from the journal, a little at a time, where its snapshot was lost."""

from collections.abc import Iterator
from itertools import islice

from edge.household import Household
from edge.model import Entry, Home
from gateway.store import Store


class Rebuild:
    """A household that reads up on what it has missed, beside the one that watches meanwhile."""

    def __init__(self, home: Home) -> None:
        self.household = Household(home)
        self._seq = 0

    def go_on(self, store: Store, most: int) -> bool:
        """Take in up to so many entries; say whether there may be more."""
        entries: Iterator[tuple[int, Entry]] = store.entries(self._seq, self.household.home.id)
        count = 0
        for seq, entry in islice(entries, most):
            self.household.recall(entry)
            self._seq = seq
            count += 1
        return count == most
