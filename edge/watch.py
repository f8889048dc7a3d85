"""Which detector hears what, and which of them is due next.

What they find, and what becomes of it, is household's.
"""

from collections.abc import Callable, Collection, Iterator

from edge.model import Detector, Finding, Kind, Moment, Rule

HAZARD_RULES = frozenset({Rule.SMOKE, Rule.CO, Rule.GAS, Rule.LEAK})
CALL_RULES = frozenset({Rule.SOS, Rule.FALL})
IMPAIRMENT_RULES = frozenset(
    {
        *(Rule.BLIND, Rule.SILENT, Rule.ROOM, Rule.ODD, Rule.BATTERY, Rule.TAMPER),
        *(Rule.DEFECT, Rule.END_OF_LIFE, Rule.MUTED, Rule.TEST, Rule.MAINS, Rule.UNTRUSTED),
        *(Rule.STORAGE, Rule.CHANNEL),
    }
)


class Watch:
    """A detector, the rules it speaks for, what it hears, and what it said last.

    It hears readings of its `kinds` (None: of every kind) and, with `lives`, the signs of life in
    them; inputs go to all. It is asked again only when it has heard something, or something is
    due: so a detector whose kinds do not concern a reading costs that reading nothing.
    What follows from what it found for the others, `after` does.
    """

    __slots__ = (
        *("after", "detector", "due", "findings", "is_stale", "kinds"),
        *("lives", "next_check", "observe", "rules", "said"),
    )

    def __init__(
        self,
        rules: frozenset[Rule],
        detector: Detector,
        kinds: Collection[Kind] | None = None,
        *,
        lives: bool = False,
    ) -> None:
        self.rules = rules
        self.detector = detector
        self.observe = detector.observe
        self.findings = detector.findings
        self.next_check = detector.next_check
        self.kinds = kinds
        self.lives = lives
        self.said: list[Finding] | None = None
        self.after: Callable[[Moment], None] | None = None
        self.due: Moment | None = None
        self.is_stale = True  # its due has to be worked out anew

    def hears(self, kind: Kind) -> bool:
        """Say whether readings of this kind are for it."""
        return self.kinds is None or kind in self.kinds


Hearer = tuple[Watch, bool, bool]  # whether it hears the reading itself, and the life in it


class Watches:
    """Every detector of one home, in the order in which they are told."""

    def __init__(self, *watches: Watch, rules: frozenset[Rule] | None = None) -> None:
        """Keep those that speak for one of the rules; None: all."""
        watches = tuple(w for w in watches if rules is None or not rules.isdisjoint(w.rules))
        self._all = watches
        self.stale = list(watches)  # whose due has to be worked out anew
        self._nearest: Watch | None = None
        self._hearers = {
            is_life: {kind: self._hearing(kind, is_life=is_life) for kind in Kind}
            for is_life in (False, True)
        }

    def __iter__(self) -> Iterator[Watch]:
        return iter(self._all)

    def hearers(self, kind: Kind, *, is_life: bool) -> tuple[Hearer, ...]:
        """Give those whom a reading of this kind concerns, or the sign of life in it."""
        return self._hearers[is_life][kind]

    def follow(self, detector: Detector, after: Callable[[Moment], None]) -> None:
        """Have something done each time that this detector was asked what it finds."""
        for watch in self._all:
            if watch.detector is detector:
                watch.after = after

    def touch(self, watch: Watch) -> None:
        """Have its due worked out anew."""
        if not watch.is_stale:
            watch.is_stale = True
            self.stale.append(watch)

    def unsettle(self) -> None:
        """Have everybody's due worked out anew."""
        for watch in self._all:
            self.touch(watch)

    def next_check(self, now: Moment) -> Moment | None:
        """Give the nearest moment at which one of them has to be asked."""
        nearest, is_lost = self._nearest, False
        for watch in self.stale:
            before, due = watch.due, watch.next_check(now)
            watch.is_stale = False
            if due is before:
                continue
            watch.due = due
            if watch is nearest:
                is_lost = True
            elif due is not None and (
                nearest is None or nearest.due is None or due.monotonic < nearest.due.monotonic
            ):
                nearest = watch
        self.stale.clear()
        self._nearest = self._first() if is_lost else nearest
        return None if self._nearest is None else self._nearest.due

    def _first(self) -> Watch | None:
        first: Watch | None = None
        for watch in self._all:
            due = watch.due
            if due is not None and (
                first is None or first.due is None or due.monotonic < first.due.monotonic
            ):
                first = watch
        return first

    def _hearing(self, kind: Kind, *, is_life: bool) -> tuple[Hearer, ...]:
        return tuple(
            (watch, watch.hears(kind), is_life and watch.lives)
            for watch in self._all
            if watch.hears(kind) or (is_life and watch.lives)
        )
