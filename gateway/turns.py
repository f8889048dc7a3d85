"""Whose turn it is: what waits for its time, what waits for room, and how much goes out at once.

Pure. When something is due is retries.py's, what came of a send the outbox's.
"""

from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from edge.model import Severity
from gateway.owed import Item
from gateway.retries import retry_of

ORDINARY_AT_ONCE = 3  # sends at the same time on one channel
EMERGENCIES_AT_ONCE = 8  # in a lane of their own: they never wait for others
AGAIN_AT_ONCE = 4
AGAIN_EVERY = 1.0  # seconds between two that failed often, while the channel takes nothing
# Facts of one moment are told apart by microseconds: so little is not in the future.
AT_ONCE = 0.001


class Lane(NamedTuple):
    """What shares room on a channel.

    What failed often never holds up what did not, nor a drill what is real.
    """

    is_drill: bool
    is_again: bool
    is_ordinary: bool
    channel: str

    @property
    def most(self) -> int:
        """Give how many may be on their way at the same time."""
        if self.is_again:
            return AGAIN_AT_ONCE
        return ORDINARY_AT_ONCE if self.is_ordinary else EMERGENCIES_AT_ONCE


class Turns:
    """Everything that is not on its way. Times are seconds on the box's monotonic clock."""

    def __init__(self) -> None:
        self._order = count()
        self._later: list[tuple[float, int, Item]] = []
        self._ready: dict[Lane, list[tuple[int, bool, float, int, Item]]] = {}
        self._flying: dict[str, Lane] = {}
        self._lanes: Counter[Lane] = Counter()
        self._again_at: dict[Lane, float] = {}

    def put(self, item: Item, at: float) -> None:
        """Let it wait for its time."""
        heappush(self._later, (at, next(self._order), item))

    def clear(self) -> None:
        """Forget all that waits."""
        self._later.clear()
        self._ready.clear()
        self._again_at.clear()

    def take(self, now: float) -> Iterator[Item]:
        """Give what may leave now, the most urgent first; each must be `landed` later."""
        self._ripen(now)
        for lane in sorted(self._ready):
            while self._has_room(lane, now) and (item := self._next(lane)) is not None:
                if lane.is_again:
                    self._again_at[lane] = now + AGAIN_EVERY
                self._lanes[lane] += 1
                self._flying[item.notice.id] = lane
                yield item

    def wait(self, now: float) -> float | None:
        """Give the seconds until `take` may have more; None: not before something else happens."""
        held = [at for lane, at in self._again_at.items() if lane in self._ready]
        ends = [*held, *(entry[0] for entry in self._later[:1])]
        ends = [end for end in ends if end > now]
        return min(ends) - now if ends else None

    def landed(self, item: Item) -> None:
        """Give its room back."""
        self._lanes[self._flying.pop(item.notice.id)] -= 1

    def works(self, channel: str) -> None:
        """Note that a channel takes messages: nothing is held back there."""
        for lane in [lane for lane in self._again_at if lane.channel == channel]:
            del self._again_at[lane]

    def _ripen(self, now: float) -> None:
        while self._later and self._later[0][0] <= now + AT_ONCE:
            at, order, item = heappop(self._later)
            if not item.is_over:
                severity = item.notice.severity
                entry = (severity.rank, item.attempts > 0, at, order, item)
                heappush(self._ready.setdefault(_lane(item), []), entry)

    def _has_room(self, lane: Lane, now: float) -> bool:
        return self._lanes[lane] < lane.most and self._again_at.get(lane, now) <= now

    def _next(self, lane: Lane) -> Item | None:
        ready = self._ready[lane]
        while ready:
            item = heappop(ready)[-1]
            if not item.is_over:
                return item
        del self._ready[lane]
        return None


def _lane(item: Item) -> Lane:
    severity = item.notice.severity
    is_again = item.attempts >= retry_of(severity).failures
    return Lane(
        item.notice.drill, is_again, severity is not Severity.EMERGENCY, item.notice.channel
    )
