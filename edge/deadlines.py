"""When an alert is next to be looked at, and how long that may be put off by a restart.

What is done then is the book's.
"""

from datetime import timedelta

from msgspec import structs

from edge import escalation
from edge.lifecycle import FORGOTTEN_AFTER, LONGEST_LEASE
from edge.model import ZERO, Alert, Home, Moment, State


def deadline_of(alert: Alert) -> Moment | None:
    """Give the end of the lease, or the next step; None: nothing is due of it."""
    return alert.lease.until if alert.lease is not None else alert.next_step


def resumed(alert: Alert, home: Home, now: Moment) -> Alert | None:
    """Give the alert with its deadline as it stands after downtime; None: nothing is due of it."""
    deadline = deadline_of(alert)
    if deadline is None:
        return None
    due = now.plus(min(_left(deadline, now), _longest_wait(alert, home)))
    if alert.lease is None:
        return structs.replace(alert, next_step=due)
    return structs.replace(alert, lease=structs.replace(alert.lease, until=due))


def _left(deadline: Moment, now: Moment) -> timedelta:
    """Give what is left until then; after a restart as far as both clocks can be trusted."""
    if deadline.boot == now.boot:
        return deadline.since(now)
    if not (deadline.trusted and now.trusted):
        return ZERO
    return max(ZERO, deadline.wall - now.wall)


def _longest_wait(alert: Alert, home: Home) -> timedelta:
    match alert.state:
        case State.SUSPECTED:
            return home.patience.pre_alarm
        case State.ACKNOWLEDGED:
            return LONGEST_LEASE
        case State.RESOLVED:
            return FORGOTTEN_AFTER
        case _:
            return escalation.longest_wait(home, alert)
