"""What happened to alerts, made into events for the far end.

The same change makes the same event, byte for byte, whenever it is worked out again. What stays in
the home (the question, what another alert explains) makes none.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from edge.model import Alert, Change, Effects, Event, Home, Rule, Sensed, Severity, State
from gateway.consent import Consent, is_agreed, may_show_figures
from gateway.store.uplink import ALERTS_BELOW, Parcel
from gateway.uplink import words
from gateway.wire.uplink import event as wire
from gateway.wire.uplink.event import (
    AlertData,
    CapSeverity,
    Category,
    Certainty,
    Information,
    Kind,
    MessageType,
    Status,
    Urgency,
    cap_time,
)

# Title and text of an alert in one language, as a person reads them.
Told = Callable[[Alert, Change, Home, str], tuple[str, str]]
LANGUAGES = ("zh", "en")
ADDRESSES = "district"

FIRE = frozenset({Rule.SMOKE, Rule.CO, Rule.GAS})
_WEIGHT = {
    Severity.EMERGENCY: (CapSeverity.EXTREME, Urgency.IMMEDIATE),
    Severity.URGENT: (CapSeverity.SEVERE, Urgency.IMMEDIATE),
    Severity.FAULT: (CapSeverity.MODERATE, Urgency.EXPECTED),
    Severity.NOTE: (CapSeverity.MINOR, Urgency.FUTURE),
}
_FIRST = frozenset({Event.RAISED, Event.RELEASED})
# What whoever has ended an alert before it did not know.
NEWS = frozenset({Event.WORSENED, Event.RETURNED})
_LAST = frozenset({Event.RESOLVED, Event.CLOSED})
_SILENT = frozenset(
    {Event.SUSPECTED, Event.ASKED, Event.INHIBITED, Event.UNREACHED, Event.MISSED, Event.PLATFORM}
)


class Maker:
    """Makes the parcels of one gateway."""

    def __init__(
        self,
        gateway: str,
        homes: Mapping[str, Home],
        told: Told,
        *,
        epoch: str,
        consents: Mapping[str, Consent] = {},
        last: int = 0,
    ) -> None:
        """Take the gateway's id, what it watches, and what tells this box from one before it.

        Of a home without a consent only what its alerts themselves need goes up. `last` is the
        number of the last word before this start.
        """
        self._consents = consents
        self._gateway = gateway
        self._homes = homes
        self._told = told
        self._epoch = epoch
        self._last = last

    def parcels(self, effects: Effects) -> list[Parcel]:
        """Give what leaves the home of one step of a household, in order."""
        alerts = {alert.id: alert for alert in effects.alerts}
        found = []
        for change in effects.changes:
            alert = alerts.get(change.alert)
            home = None if alert is None else self._homes.get(alert.household)
            if alert is None or home is None or not _leaves(alert, change):
                continue
            if not is_agreed(alert.finding.rule, self._consent(alert)):
                continue
            self._last = max(self._last + 1, number_of(change))
            found.append(self._parcel(alert, change, home))
        return found

    def _parcel(self, alert: Alert, change: Change, home: Home) -> Parcel:
        sent = wire.Event(
            id=change.id,
            source=f"/gateways/{self._gateway}",
            type=Kind.ALERT,
            time=change.at.wall,
            data=self._data(alert, change, home),
            subject=alert.household,
            epoch=self._epoch,
            sequence=self._last,
        )
        rank = min(alert.finding.severity.rank, ALERTS_BELOW - 1)
        return Parcel(change.id, alert.household, rank, change.at.wall, wire.encode(sent))

    def _data(self, alert: Alert, change: Change, home: Home) -> AlertData:
        finding, zone = alert.finding, home.zone
        severity, urgency = _WEIGHT[finding.severity]
        facts: dict[str, Any] = {}
        if may_show_figures(finding.rule, self._consent(alert)):
            facts = msgspec.to_builtins(finding.because)
        lease = alert.lease
        return AlertData(
            identifier=change.id,
            incident=alert.id,
            sender=self._gateway,
            sent=cap_time(change.at.wall, zone),
            status=status_of(alert),
            msgType=message_type(change),
            scope="Private",
            addresses=ADDRESSES,
            category=category_of(finding.rule, finding.severity),
            severity=severity,
            urgency=Urgency.PAST if change.what in _LAST else urgency,
            certainty=Certainty.OBSERVED
            if isinstance(finding.because, Sensed)
            else Certainty.LIKELY,
            onset=cap_time(finding.since.wall, zone),
            household=alert.household,
            rule=finding.rule,
            subject=finding.subject,
            room=str(getattr(finding.because, "room", "")),
            state=alert.state,
            info=self._information(alert, change, home),
            because=facts,
            told=alert.told,
            taken_by="" if lease is None else lease.owner,
            taken_until=None if lease is None else lease.until.wall,
            outcome=alert.outcome,
            by=change.by,
            anew=change.what in NEWS,
        )

    def _information(self, alert: Alert, change: Change, home: Home) -> tuple[Information, ...]:
        told = self._told
        if not may_show_figures(alert.finding.rule, self._consent(alert)):
            told = words.plain
        return tuple(
            Information(language, *told(alert, change, home, language)) for language in LANGUAGES
        )

    def _consent(self, alert: Alert) -> Consent:
        return self._consents.get(alert.household, Consent())


def message_type(change: Change) -> MessageType:
    """Say whether this is the first word, a later one, or the end."""
    if change.what in _FIRST:
        return MessageType.ALERT
    return MessageType.CANCEL if change.what in _LAST else MessageType.UPDATE


def status_of(alert: Alert) -> Status:
    """Say whether it is meant: a drill is an exercise, a device's test a test."""
    if alert.drill:
        return Status.EXERCISE
    return Status.TEST if alert.finding.rule is Rule.TEST else Status.ACTUAL


def category_of(rule: Rule, severity: Severity) -> Category:
    """Say who is to come: the fire brigade, somebody for the resident, somebody for the devices."""
    if severity is Severity.FAULT:
        return Category.INFRASTRUCTURE
    if rule in FIRE:
        return Category.FIRE
    return Category.SAFETY if rule is Rule.LEAK else Category.HEALTH


def _leaves(alert: Alert, change: Change) -> bool:
    """Say whether a change leaves the home: not the question, not what another alert explains."""
    if change.what in _SILENT or alert.state is State.SUSPECTED:
        return False
    if alert.finding.rule is Rule.REACH and alert.finding.severity is Severity.NOTE:
        return False  # the monthly test is between the home and its people
    return not (change.what is Event.RAISED and alert.inhibited_by)


def number_of(change: Change) -> int:
    """Give the time as a number that goes on rising over restarts; exact in JSON until 2255."""
    return int(change.at.wall.timestamp() * 1_000_000)
