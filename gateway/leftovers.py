"""Alerts of an earlier start that nobody minds any more: their home is gone, or their drill.

Pure. Nothing is told of their end.
"""

from collections.abc import Iterable, Mapping

from msgspec import structs

from edge.model import Alert, Change, Effects, Event, Home, Moment, Outcome, State

GONE = "the household is not watched here any more"
DRILLED = "the drill ended with the daemon that began it"


def is_drilled(alert: Alert, home: Home) -> bool:
    """Say whether an alert is of a drill in a real home; its household knows nothing of it."""
    return alert.drill and not home.drill


def ended(alerts: Iterable[Alert], homes: Mapping[str, Home], now: Moment) -> Effects:
    """End those of these alerts that nobody minds."""
    effects = Effects()
    for alert in alerts:
        home = homes.get(alert.household)
        if home is None:
            effects.extend(_end(alert, Outcome.UNKNOWN, GONE, now))
        elif is_drilled(alert, home):
            effects.extend(_end(alert, Outcome.TEST, DRILLED, now))
    return effects


def _end(alert: Alert, outcome: Outcome, why: str, now: Moment) -> Effects:
    change = Change(alert.id, Event.CLOSED, now, "shouhu", f"{outcome}: {why}")
    end = structs.replace(
        alert, state=State.CLOSED, outcome=outcome, lease=None, holds=False, next_step=None
    )
    return Effects([change], [end], [], [alert.id])
