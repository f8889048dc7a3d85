"""What people do with an alert that somebody has taken: hand it over, be there, be out of reach.

Whether an alert is taken, and what ends it, is the alert book's.
"""

from msgspec import structs

from edge import escalation
from edge.lifecycle import TRANSITIONS, Trigger
from edge.model import (
    Alert,
    Arrive,
    Change,
    Contact,
    Effects,
    Event,
    HandOver,
    Home,
    Lease,
    Moment,
    OfAlert,
    State,
)


def came_of(what: OfAlert, alert: Alert, home: Home, now: Moment) -> Effects:
    """Give what becomes of an alert by it; nothing where it is not the time for that."""
    match what:
        case HandOver():
            return _hand_over(what, alert, home, now)
        case Arrive():
            return _arrive(what, alert, now)
        case _:
            return escalation.missed(alert, what.contact, home, now)


def person_of(home: Home, name: str) -> Contact | None:
    """Give the contact whom an id or a name means; None where several or none are called so."""
    wanted = name.strip().casefold()
    by_id = [each for each in home.contacts if each.id == name.strip()]
    found = by_id or [each for each in home.contacts if each.name.casefold() == wanted]
    return found[0] if len(found) == 1 else None


def _hand_over(what: HandOver, alert: Alert, home: Home, now: Moment) -> Effects:
    """Let somebody else have it; they hear of it where they are a contact of the home.

    It is a lease like any other: who never saw the message loses it, and everyone is told again.
    """
    if (alert.state, Trigger.HAND_OVER) not in TRANSITIONS:
        return Effects()
    person = person_of(home, what.to)
    owner = what.to if person is None else person.name
    after = structs.replace(alert, lease=Lease(owner, now.plus(what.lease)), waits_for=())
    notices = []
    if person is not None:
        told = tuple(dict.fromkeys([*alert.told, person.id]))
        after = structs.replace(after, told=told, waits_for=(person.id,))
        notices = escalation.hand(after, person, now)
    return Effects(
        changes=[Change(alert.id, Event.HANDED_OVER, now, what.by, owner)],
        alerts=[after],
        notices=notices,
        cancelled=[alert.id],
    )


def _arrive(what: Arrive, alert: Alert, now: Moment) -> Effects:
    """Note that somebody is there; who is there has what nobody had taken, and time for it."""
    state = TRANSITIONS.get((alert.state, Trigger.ARRIVE))
    if state is None:
        return Effects()
    change = Change(alert.id, Event.ON_SCENE, now, what.by)
    if state is State.RESOLVED:
        return Effects(changes=[change], alerts=[alert])
    until = now.plus(what.lease)
    lease = Lease(what.by, until)
    if alert.lease is not None:
        longer = until if alert.lease.until.reached(until) else alert.lease.until
        lease = Lease(alert.lease.owner, longer)
    after = structs.replace(alert, state=state, lease=lease, next_step=None, waits_for=())
    changes = [change]
    if alert.lease is None:
        changes.insert(0, Change(alert.id, Event.ACKNOWLEDGED, now, what.by))
    return Effects(changes=changes, alerts=[after], cancelled=[alert.id])
