"""What the tests of the store keep in it: entries, alerts and notices, made in one line each."""

from collections.abc import Iterable
from datetime import timedelta

from edge.model import (
    Alert,
    Change,
    Delivery,
    Effects,
    Entry,
    Event,
    Finding,
    Kind,
    Moment,
    Notice,
    Reading,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
    Value,
    digest,
)
from gateway.store import Store
from tests.homes import at

NOW = at(0)


def entry(number: int, household: str = "wang", value: Value = True, **when: float) -> Entry:
    """Make one reading of motion, `number` seconds after the tests' start unless said otherwise."""
    moment = at(**(when or {"seconds": number}))
    reading = Reading(
        household, "bedroom_motion", "bedroom", Kind.MOTION, value, moment.wall, moment
    )
    return Entry(household, moment, reading)


def entries(count: int, household: str = "wang", start: int = 0) -> list[Entry]:
    """Make readings a second apart, each with its number as its value."""
    return [entry(n, household, value=n) for n in range(start, start + count)]


def fill(store: Store, count: int, household: str = "wang", start: int = 0) -> None:
    """Append so many readings in commits of 1000."""
    for first in range(start, start + count, 1000):
        store.append(entries(min(1000, start + count - first), household, first))


def values(store: Store, after: int = 0) -> list[Value]:
    """Give the value of every reading that is stored."""
    found = (entry.what for _, entry in store.entries(after))
    return [what.value for what in found if isinstance(what, Reading)]


def delivery(packet: int, session: str = "gw/1", *, again: bool = False) -> Delivery:
    """Make what the transport says of one packet."""
    return Delivery(session, packet, again)


def alert(
    name: str, household: str = "wang", state: State = State.RAISED, holds: bool = True
) -> Alert:
    """Make an alert of smoke."""
    because = Sensed("kitchen_smoke", "kitchen", Kind.SMOKE, True, NOW.wall)
    finding = Finding(Rule.SMOKE, name, Severity.EMERGENCY, NOW, because)
    opened = NOW.plus(timedelta(seconds=sum(name.encode())))
    return Alert(name, household, finding, state, opened, holds=holds)


def notice(
    about: Alert, recipient: str = "daughter", due: Moment = NOW, severity: Severity | None = None
) -> Notice:
    """Make what is owed to somebody about an alert."""
    name = digest(about.id, recipient, due.wall.isoformat())
    grave = severity or about.finding.severity
    return Notice(
        name, about.id, about.household, recipient, "push", Reason.FIRST, grave, due, about.drill
    )


def raised(*alerts: Alert) -> Effects:
    """Make what raising these alerts comes to: a change and a notice each."""
    changes = [Change(one.id, Event.RAISED, one.opened, "shouhu") for one in alerts]
    return Effects(changes, list(alerts), [notice(one) for one in alerts])


def closed(*alerts: Alert) -> Effects:
    """Make what ending them comes to: nothing more is owed about them."""
    changes = [Change(one.id, Event.CLOSED, one.opened, "duty") for one in alerts]
    return Effects(changes, list(alerts), cancelled=[one.id for one in alerts])


def ids(found: Iterable[Alert]) -> list[str]:
    """Give their names."""
    return [one.id for one in found]
