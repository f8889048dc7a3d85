"""How much is going on in a home: the active half hours of the last day against the usual day.

On a quiet day silences are long because little goes on, so an hour of them says less: it counts
by the pace. What counts as a sign of life, and what the pace slows, is left to others.
"""

from msgspec import Struct

from edge.figures import ACTIVITY_HALF_LIFE, LEAST_SEEN, QUIET, SLOWEST
from edge.halfhours import SLOTS

KEPT = 0.5 ** (1 / ACTIVITY_HALF_LIFE)


class Activity(Struct):
    """What was going on. Half hours are numbered through as edge/halfhours.py has it."""

    active: list[int] = []  # half hours of the last 24 h with a sign of life, rising
    dark: list[int] = []  # those of the last 24 h that nobody could see whole, rising
    first: int | None = None  # the half hour of the first sign of life
    today: int = 0  # active half hours
    weight: float = 0.0  # fading count of whole days
    total: float = 0.0  # fading sum of their active half hours
    pace: float = 1.0  # what an hour counts, as of the last sign of life

    def live(self, number: int) -> None:
        """Take in a sign of life in that half hour."""
        if self.active and self.active[-1] == number:
            return
        if self.first is None:
            self.first = number
        self.active = [*(n for n in self.active if number - SLOTS < n < number), number]
        self.today += 1
        self.pace = self._pace(number)

    def miss(self, first: int, last: int) -> None:
        """Take in that from one half hour to another not everything could be seen."""
        known = [n for n in self.dark if last - SLOTS < n < first]
        self.dark = [*known, *range(max(first, last - SLOTS + 1), last + 1)]

    def end_day(self, seen: float) -> None:
        """Close a day of which such a share was seen; half a day says nothing of a whole one."""
        if seen * SLOTS >= LEAST_SEEN:
            self.weight = KEPT * self.weight + 1
            self.total = KEPT * self.total + self.today / seen
        self.today = 0

    def renumber(self, half_hours: int) -> None:
        """Go on under other numbers: the clock was set."""
        self.active = [n + half_hours for n in self.active]
        self.dark = [n + half_hours for n in self.dark]
        if self.first is not None:
            self.first += half_hours

    @property
    def usual(self) -> float | None:
        """Give the active half hours of the usual day; None: no whole day is known."""
        return self.total / self.weight if self.weight else None

    def _pace(self, number: int) -> float:
        usual = self.usual
        seen = SLOTS - sum(1 for n in self.dark if n > number - SLOTS and n not in self.active)
        if usual is None or self.first is None or number - self.first < SLOTS or seen < LEAST_SEEN:
            return 1.0
        return min(max(len(self.active) / (usual * seen / SLOTS) / QUIET, SLOWEST), 1.0)
