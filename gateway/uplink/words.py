"""What an event says to people at the far end: a caregiver's words, in each language."""

from msgspec import structs

from edge.model import Alert, Change, Contact, Event, Home, Notice, Reason
from gateway.bare import bare
from gateway.messages import render

DESK = "far end"
OVER = frozenset({Event.RESOLVED, Event.CLOSED})


def told(alert: Alert, change: Change, home: Home, language: str) -> tuple[str, str]:
    """Give title and text of an alert, as of a change."""
    notice, here = _addressed(alert, change, home, language)
    names = {contact.id: contact.name for contact in home.contacts}
    others = [names[name] for name in alert.told if name in names]
    try:
        return render(alert, notice, here, others)
    except Exception:  # a mistake in the words must not keep an alert at home
        return bare(alert, notice, here)


def plain(alert: Alert, change: Change, home: Home, language: str) -> tuple[str, str]:
    """Give title and text without anything that was measured: who, where, what, since when."""
    notice, here = _addressed(alert, change, home, language)
    return bare(alert, notice, here)


def _addressed(alert: Alert, change: Change, home: Home, language: str) -> tuple[Notice, Home]:
    """Give the notice of an alert to the far end, and a home in which it is somebody."""
    reason = Reason.RESOLVED if change.what in OVER else Reason.FIRST
    notice = Notice(
        *(change.id, alert.id, alert.household, DESK, "uplink", reason),
        *(alert.finding.severity, change.at),
        drill=alert.drill,
    )
    reader = Contact(DESK, DESK, "district", "", language, ())
    return notice, structs.replace(home, contacts=(*home.contacts, reader))
