"""Learns a household again from the journal, a little at a time, where its snapshot was lost."""

from edge.household import Household
from edge.model import Home
from gateway.store import Store


class Rebuild:
    """A household that reads up on what it has missed, beside the one that watches meanwhile."""

    def __init__(self, home: Home) -> None:
        self.household = Household(home)
        self._seq = 0

    def go_on(self, store: Store, most: int) -> bool:
        """Take in up to so many entries; say whether there may be more."""
        entries, reached = store.page(self._seq, self.household.home.id, most)
        for entry in entries:
            self.household.recall(entry)
        before, self._seq = self._seq, reached
        return reached > before
