"""What is usual for this person at this hour, and how far the days stray from it.

It learns from readings that were found well and at rest; when a reading is that, and what a far
one means, is the detector's. The usual of an eighth of the day is its own mean, shrunk to the mean
of the whole day; the farthest sustained reading of each day above and below it has an exponential
tail (edge/tail.py), so that a line is passed once in N days.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from edge.tail import Prior, Tail
from edge.vital_figures import BLOCK_WEIGHT, BLOCKS, HALF_LIFE, KNOWN_AFTER, YOUNG


class Usual(Struct, array_like=True):
    """A fading mean."""

    weight: float = 0.0
    total: float = 0.0


class Side(Struct, omit_defaults=True):
    """How far the days stray to one side."""

    tail: Tail = field(default_factory=Tail)
    peak: float | None = None  # of today


def _blocks() -> list[Usual]:
    return [Usual() for _ in range(BLOCKS)]


class OwnRange(Struct, omit_defaults=True):
    """One vital sign of one person, as one device measures it."""

    blocks: list[Usual] = field(default_factory=_blocks)
    low: Side = field(default_factory=Side)
    high: Side = field(default_factory=Side)
    day: int | None = None  # by the home's clock
    count: int = 0  # readings of today
    days: int = 0  # measured for long enough to say something

    @property
    def is_known(self) -> bool:
        """Say whether enough days were measured."""
        return self.days >= KNOWN_AFTER

    def follow(self, day: int, a_day: int, priors: Mapping[bool, Prior | None]) -> None:
        """Close the days before this one; a day counts from so many readings `a_day` on.

        The tails' priors are named by whether they are the high side's. A clock that goes back
        begins a day of its own.
        """
        if day == self.day:
            return
        passed = 0 if self.day is None else max(0, day - self.day)
        for usual in self.blocks:
            usual.weight *= 0.5 ** (passed / HALF_LIFE)
            usual.total *= 0.5 ** (passed / HALF_LIFE)
        is_measured = self.count >= a_day
        for side, prior in ((self.low, priors.get(False)), (self.high, priors.get(True))):
            if prior is None:
                continue
            side.tail.fade(passed, prior)
            if is_measured and side.peak is not None and self.days >= YOUNG:
                side.tail.add(side.peak, 1.0, prior)
            side.peak = None
        self.days += is_measured
        self.day, self.count = day, 0

    def learn(self, value: float, block: int) -> None:
        """Take a reading as usual in this eighth of the day."""
        self.blocks[block].weight += 1.0
        self.blocks[block].total += value
        self.count += 1

    def stray(self, level: float, usual: float, *, is_high: bool) -> None:
        """Take in how far out of the usual a sustained reading was."""
        side = self.high if is_high else self.low
        beyond = level - usual if is_high else usual - level
        side.peak = beyond if side.peak is None else max(side.peak, beyond)

    def usual(self, block: int) -> float | None:
        """Give the mean of this eighth of the day; None: nothing was ever measured."""
        weight = sum(usual.weight for usual in self.blocks)
        if weight <= 0.0:
            return None
        mean = sum(usual.total for usual in self.blocks) / weight
        here = self.blocks[block]
        return (here.total + BLOCK_WEIGHT * mean) / (here.weight + BLOCK_WEIGHT)

    def line(self, block: int, prior: Prior, days: float, *, is_high: bool) -> float | None:
        """Give the value that is passed once in so many days; None: not known yet."""
        usual = self.usual(block)
        if usual is None or not self.is_known:
            return None
        height = self._tail(is_high=is_high).height(days, prior)
        return usual + height if is_high else usual - height

    def expected_days(
        self, level: float, block: int, prior: Prior, *, is_high: bool
    ) -> float | None:
        """Give N where so far out is expected once in N days; None: not known yet."""
        usual = self.usual(block)
        if usual is None or not self.is_known:
            return None
        beyond = level - usual if is_high else usual - level
        return self._tail(is_high=is_high).expected_days(beyond, prior)

    def _tail(self, *, is_high: bool) -> Tail:
        return self.high.tail if is_high else self.low.tail
