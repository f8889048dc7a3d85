"""Builds the households of one store after a start: from what was kept, and from the journal.

What a lost snapshot held is learned again beside the watching, a little at a time.
"""

from collections import Counter
from collections.abc import Mapping

from edge.household import Household
from edge.model import Effects, Entry, Home, Moment
from edge.remembered import StateUnusable
from gateway.leftovers import is_drilled
from gateway.rebuild import Rebuild
from gateway.store import Store


class Recovery:
    """Fills `households`; `counts` takes what could not be used."""

    def __init__(
        self,
        homes: Mapping[str, Home],
        households: dict[str, Household],
        store: Store,
        counts: Counter[str],
    ) -> None:
        self._homes = homes
        self._households = households
        self._store = store
        self._counts = counts
        self._rebuilds: dict[str, Rebuild] = {}

    def go_over_again(self) -> Effects:
        """Restore every home, and feed it what came since: mutely as far as it was acted upon."""
        effects = Effects()
        cursor, acted_at = self._store.cursor()
        after = {home.id: self._restore(home, cursor) for home in self._homes.values()}
        is_behind, alive = True, self._store.last_alive()
        for seq, entry in self._store.entries(after=min(after.values())):
            if is_behind and seq > cursor:
                is_behind = self._relive(acted_at)
            household = self._households.get(entry.household)
            if household is None or seq <= after[entry.household]:
                continue
            if seq <= cursor or self._was_acted_upon(entry, alive):
                household.recall(entry)
            else:
                effects.extend(household.receive(entry))
        if is_behind:
            self._relive(acted_at)
        return effects

    def _was_acted_upon(self, entry: Entry, alive: Moment | None) -> bool:
        """Say whether the box lived on after it, in a home that has lost what was learned.

        It would take a bridge's old word for news.
        """
        was_alive = alive is not None and entry.at.reached(alive)
        return was_alive and entry.household in self._rebuilds

    def _relive(self, until: Moment | None) -> bool:
        """Bring all to the last moment whose effects are on disk: in a silent home, too."""
        for home_id, household in self._households.items():
            if until is not None and home_id not in self._rebuilds:
                household.relive(until)
        return False

    def _restore(self, home: Home, cursor: int) -> int:
        """Build a household; give the number of the entry after which it must be fed again."""
        alerts = [a for a in self._store.live_alerts(home.id) if not is_drilled(a, home)]
        kept = self._store.snapshot(home.id)
        if kept is not None:
            try:
                self._households[home.id] = Household.restore(home, kept[2], alerts)
            except StateUnusable:
                self._counts["snapshot unusable"] += 1
            else:
                return kept[1]
        self._households[home.id] = Household(home, alerts)
        if cursor > 0:
            self._rebuilds[home.id] = Rebuild(home)
        return cursor

    # -- what a lost snapshot held

    @property
    def unlearned(self) -> list[str]:
        """Name the homes whose journal has not been read to its end."""
        return list(self._rebuilds)

    def learn(self, home_id: str, entries: int) -> bool:
        """Read so many entries of the journal at most; say whether more may be left."""
        return self._rebuilds[home_id].go_on(self._store, entries)

    def change_places(self, home_id: str) -> Household:
        """Let who has read the journal go on watching, with the alerts of who watched so far."""
        learned = self._rebuilds.pop(home_id).household
        learned.take_over(self._households[home_id])
        self._households[home_id] = learned
        return learned
