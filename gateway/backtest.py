"""What the household would have said over a recording, and when, had everything stopped.

It drives the same object as the daemon, entry by entry, and decides nothing. Reading files and
printing answers is the command's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from edge.household import Household
from edge.model import NEVER, Alert, Configured, Effects, Entry, Event, Home, Reading, Rule

# An old alert's deadlines may come first; beyond the ceiling and these there is no first alert.
PATIENCE = timedelta(days=2)
# Nobody is told of the rest here, and a year of it takes a minute.
WATCHED = frozenset({Rule.INACTIVITY})


class Raised(Struct, frozen=True):
    """An inactivity alert of the recording as it is."""

    at: datetime
    alert: Alert


class Noticed(Struct, frozen=True):
    """When the silence after a collapse would have been alerted on; None: not at all."""

    collapse: int  # its place among the collapses that were asked about
    at: datetime | None


class _Asked:
    """The collapses that are still to be answered, in order of time."""

    def __init__(self, collapses: Sequence[datetime]) -> None:
        self._times = collapses
        self._order = sorted(range(len(collapses)), key=collapses.__getitem__, reverse=True)

    @property
    def next(self) -> datetime:
        """Give the next one; the end of all time where there is no more to come."""
        return self._times[self._order[-1]] if self._order else NEVER.wall

    def before(self, until: datetime | None) -> list[int]:
        """Take out those before `until`; all of them where there is no more to come."""
        taken = []
        while self._order and (until is None or self._times[self._order[-1]] < until):
            taken.append(self._order.pop())
        return taken


def backtest(
    home: Home, readings: Iterable[Reading], collapses: Sequence[datetime] = ()
) -> Iterator[Raised | Noticed]:
    """Live through the readings and answer for each collapse, in order of time.

    What happens up to the very moment of a collapse is still seen. The answer comes from a copy
    of the household as it was at its last sign of life, so it cannot know what came later.
    """
    household: Household | None = None
    asked = _Asked(collapses)
    collapse = asked.next
    for reading in readings:
        now = reading.received
        if collapse < now.wall:
            yield from _noticed(home, household, asked.before(now.wall))
            collapse = asked.next
        if household is None:
            household = Household(home, rules=WATCHED)
            household.receive(Entry(home.id, now, Configured("")))
        effects = household.receive(Entry(home.id, now, reading))
        if effects.changes:
            yield from _raised(effects)
    yield from _noticed(home, household, asked.before(None))


def _noticed(home: Home, household: Household | None, collapses: list[int]) -> Iterator[Noticed]:
    if not collapses:
        return
    at = None if household is None else _first_alert(home, household.snapshot())
    for collapse in collapses:
        yield Noticed(collapse, at)


def _first_alert(home: Home, snapshot: bytes) -> datetime | None:
    """Let the time pass over a copy in which nothing happens any more."""
    copy = Household.restore(home, snapshot, rules=WATCHED)
    due, last = copy.next_check(), None
    while due is not None and (last is None or due.wall < last):
        last = last or due.wall + home.patience.ceiling + PATIENCE
        for raised in _raised(copy.advance(due)):
            return raised.at
        due = copy.next_check()
    return None


def _raised(effects: Effects) -> Iterator[Raised]:
    alerts = {alert.id: alert for alert in effects.alerts}
    for change in effects.changes:
        alert = alerts.get(change.alert)
        if alert is None or change.what is not Event.RAISED:
            continue
        if alert.finding.rule is Rule.INACTIVITY:
            yield Raised(change.at.wall, alert)
