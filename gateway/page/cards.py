"""The open alerts of a home in words, and what they come to at one glance.

Who may press what, the lifecycle says; what is pressed is acts.py's.
"""

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum

from msgspec import Struct

from edge.household import Household
from edge.lifecycle import TRANSITIONS, Trigger
from edge.model import Alert, Home, Outcome, Rule, Severity, State
from gateway.beside import Box
from gateway.page.told import Teller
from gateway.store import StoreFailed

OUTCOMES = (Outcome.WELL, Outcome.HELPED, Outcome.SENSOR, Outcome.TEST)
MOST = 200  # alerts of one home on its page
GRAVE = (Severity.EMERGENCY, Severity.URGENT)


class Mood(StrEnum):
    """What whoever looks must know in a second, the gravest first."""

    ALARM = "alarm"  # nobody sees to it
    ASKED = "asked"  # the question in the home is open
    TAKEN = "taken"  # somebody sees to it
    CHECK = "check"  # a device, or nobody has said what it was
    CALM = "calm"


ORDER = tuple(Mood)


class Card(Struct, frozen=True):
    """One alert in words."""

    alert: Alert
    title: str
    why: list[str]
    held: str
    mood: Mood
    may_take: bool
    may_close: bool
    may_answer: bool
    may_arrive: bool


def open_alerts(box: Box, home: Home) -> list[Alert]:
    """Give what nobody has closed, the gravest first; what the disk refuses is in memory."""
    found: dict[str, Alert] = {}
    with suppress(StoreFailed):
        found = {alert.id: alert for alert in box.store.alerts(home.id, limit=MOST)}
    household = box.node.households.get(home.id)
    if household is not None:
        found |= {alert.id: alert for alert in household.book.alerts}
    alerts = [a for a in found.values() if _is_shown(a)]
    alerts.sort(key=lambda alert: alert.opened.wall, reverse=True)
    return sorted(
        alerts, key=lambda alert: (ORDER.index(_mood(alert)), alert.finding.severity.rank)
    )


def _is_shown(alert: Alert) -> bool:
    """Leave out what another alert explains, and what one person alone is asked."""
    is_asked = alert.finding.rule is Rule.REACH and alert.finding.severity is Severity.NOTE
    return alert.state is not State.CLOSED and not (alert.inhibited_by or is_asked)


def mood_of(alerts: Iterable[Alert]) -> Mood:
    """Give the gravest of what these come to."""
    return min((_mood(alert) for alert in alerts), key=ORDER.index, default=Mood.CALM)


def seen_through(mood: Mood, household: Household | None) -> Mood:
    """Give how it stands where that is known: nothing heard, or nothing seen, is not calm."""
    return Mood.CHECK if mood is Mood.CALM and unseen(household) else mood


def unseen(household: Household | None) -> str:
    """Give the phrase for why nobody can tell how a home is; empty where one can."""
    state = None if household is None else household.inactivity.state
    if state is None or state.seen_at is None:
        return "view.unheard"
    is_blind = state.quiet is not None and not state.quiet.is_running
    return "view.unseen_home" if is_blind else ""


def _mood(alert: Alert) -> Mood:
    if alert.state is State.SUSPECTED:
        return Mood.ASKED if alert.finding.rule is Rule.INACTIVITY else Mood.CALM
    if alert.finding.severity is Severity.NOTE or alert.state is State.CLOSED:
        return Mood.CALM
    if alert.finding.severity not in GRAVE or alert.state is State.RESOLVED:
        return Mood.CHECK
    return Mood.TAKEN if alert.state is State.ACKNOWLEDGED else Mood.ALARM


def card_of(alert: Alert, teller: Teller) -> Card:
    """Put one alert into words."""
    may_close = (alert.state, Trigger.CLOSE) in TRANSITIONS
    is_question = _mood(alert) is Mood.ASKED
    return Card(
        alert=alert,
        title=teller.title(alert),
        why=teller.why(alert),
        held=teller.held(alert),
        mood=_mood(alert),
        may_take=alert.state is State.RAISED,
        may_close=may_close and not is_question,
        may_answer=is_question,
        may_arrive=alert.state is State.ACKNOWLEDGED and alert.finding.severity in GRAVE,
    )
