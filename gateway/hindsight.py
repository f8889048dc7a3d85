"""What one household would have been alerted on in past days, as it is set and with other settings.

It drives the same object as the daemon over the same journal and compares what came of it with
what really came. Reading the store, the settings and printing are the command's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from edge.household import Household
from edge.model import (
    Alert,
    Change,
    Effects,
    Entry,
    Event,
    Finding,
    Home,
    Moment,
    Outcome,
    Severity,
)

# The same silence may begin at another sign of life where a sensor counts otherwise.
SAME = timedelta(minutes=15)
URGENT = frozenset({Severity.EMERGENCY, Severity.URGENT})  # whom a false one costs trust


class Told(Struct, frozen=True):
    """One alert of which people were told, or would have been."""

    id: str
    finding: Finding
    at: datetime  # people are told
    outcome: Outcome | None = None  # what a person said that it was


class Compared(Struct, frozen=True):
    """One alert in each of the pasts; None: it did not come there."""

    really: Told | None
    as_set: Told | None
    changed: Told | None

    @property
    def told(self) -> Told:
        """Give one of them: what it is about is the same in all."""
        found = self.really or self.as_set or self.changed
        assert found is not None
        return found

    @property
    def outcome(self) -> Outcome | None:
        """Give what it turned out to be, where it really came and somebody said so."""
        return None if self.really is None else self.really.outcome


class Past:
    """One household that lives through its journal once more; nothing leaves it."""

    def __init__(self, home: Home) -> None:
        self._household = Household(home)
        self._alerts: dict[str, Alert] = {}
        self._changes: list[Change] = []

    def live(self, entry: Entry) -> None:
        """Take in one line of the journal."""
        self._keep(self._household.receive(entry))

    def end(self, now: Moment) -> None:
        """Let the time pass until `now`, as far as the clock of the last entry reaches."""
        self._keep(self._household.advance(now))

    def told(self) -> list[Told]:
        """Give every alert of which people would have been told, in order of time."""
        return tellings(self._alerts.values(), self._changes)

    def _keep(self, effects: Effects) -> None:
        if not effects:
            return
        self._alerts.update((alert.id, alert) for alert in effects.alerts)
        self._changes += effects.changes


def tellings(alerts: Iterable[Alert], changes: Iterable[Change]) -> list[Told]:
    """Give the alerts that people were told of, by their changes, in order of time.

    The question in the home is none yet, nor is what another alert held back.
    """
    told_at: dict[str, datetime] = {}
    for change in changes:
        if change.what is Event.INHIBITED:
            told_at.pop(change.alert, None)
        elif change.what in (Event.RAISED, Event.RELEASED, Event.WORSENED):
            told_at.setdefault(change.alert, change.at.wall)
    found = [
        Told(alert.id, alert.finding, told_at[alert.id], alert.outcome)
        for alert in alerts
        if alert.id in told_at
    ]
    return sorted(found, key=lambda told: told.at)


def compared(
    really: Sequence[Told], as_set: Sequence[Told], changed: Sequence[Told] | None, since: datetime
) -> list[Compared]:
    """Put the pasts beside each other from `since` on; `changed` None: no setting was changed."""
    left = list(as_set), list(changed or ())
    found = [Compared(told, _taken(left[0], told), _taken(left[1], told)) for told in really]
    found += [Compared(None, told, _taken(left[1], told)) for told in left[0]]
    found += [Compared(None, None, told) for told in left[1]]
    return sorted((each for each in found if _last(each) >= since), key=lambda each: each.told.at)


def _last(each: Compared) -> datetime:
    return max(told.at for told in (each.really, each.as_set, each.changed) if told is not None)


def _taken(others: list[Told], wanted: Told) -> Told | None:
    """Take out the one that is about the same."""
    same = next((told for told in others if told.id == wanted.id), None)
    if same is None:
        near = [told for told in others if _apart(told, wanted) <= SAME]
        same = min(near, key=lambda told: _apart(told, wanted), default=None)
    if same is not None:
        others.remove(same)
    return same


def _apart(one: Told, other: Told) -> timedelta:
    here, there = one.finding, other.finding
    if (here.rule, here.subject) != (there.rule, there.subject):
        return timedelta.max
    return abs(here.since.wall - there.since.wall)


class Figures(Struct):
    """How many people were told of in one past, and what came of it."""

    told: int = 0
    false: int = 0  # the resident was well
    real: int = 0
    other: int = 0  # a sensor's fault, a test
    unknown: int = 0  # nobody said, or it did not really come


def figures(past: Iterable[tuple[Told | None, Outcome | None]]) -> Figures:
    """Count the alerts of one past, each with what it turned out to be."""
    counted = Figures()
    for told, outcome in past:
        if told is None or told.finding.severity not in URGENT:
            continue
        counted.told += 1
        match outcome:
            case Outcome.WELL:
                counted.false += 1
            case Outcome.HELPED:
                counted.real += 1
            case None | Outcome.UNKNOWN:
                counted.unknown += 1
            case _:
                counted.other += 1
    return counted
