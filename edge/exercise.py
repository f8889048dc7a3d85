"""A drill in a real home: what it raises and whom it tells, on a marked copy of the home.

The copy has an alert book of its own, and the home's is not touched. What is sensed for a
drill, for how long it may go on and what ends it are the gateway's.
"""

from collections.abc import Collection
from datetime import timedelta

from msgspec import structs

from edge.alerts import AlertBook
from edge.detectors.smoke import HAZARDS, Smoke
from edge.detectors.sos import CALLS, Sos
from edge.model import (
    ZERO,
    Acknowledge,
    Alert,
    Close,
    Device,
    Effects,
    Finding,
    Home,
    Kind,
    Limit,
    Lost,
    Moment,
    OfAlert,
    Outcome,
    Reading,
    Rule,
    Severity,
    Silence,
    State,
    Step,
)
from edge.watch import CALL_RULES, HAZARD_RULES, IMPAIRMENT_RULES

GAP = timedelta(seconds=5)  # stands for any wait between two steps, however long it is in earnest
A_DAY = timedelta(hours=24)
ALARMS = (*HAZARDS, *CALLS)  # what a device can alarm by, the gravest first
RULES = HAZARD_RULES | CALL_RULES | {Rule.INACTIVITY, Rule.SILENT}
Begin = tuple[Device, Kind] | Severity  # a device that alarms so, or an example of this severity


class Exercise:
    """One drill, for all who are told of alerts here, or only for those who are named."""

    def __init__(
        self,
        home: Home,
        contacts: Collection[str] = (),
        *,
        tells: bool = True,
        in_earnest: bool = False,
    ) -> None:
        """Prepare; `in_earnest` keeps the real waits, for a look ahead."""
        self.home = _marked(home, contacts if tells else None, in_earnest=in_earnest)
        self._book = AlertBook(self.home)
        self._unanswered: tuple[Moment, list[Finding]] | None = None  # told then, if nobody answers

    @property
    def alerts(self) -> list[Alert]:
        """Give the alert that it has raised, if it has."""
        return self._book.alerts

    def begin(self, what: Begin, now: Moment) -> Effects:
        """Raise what a device's alarm raises, or an example that no sensor has begun."""
        found, wait = _findings(self.home, what, now), self.home.patience.pre_alarm
        if what is Severity.URGENT and wait:
            self._unanswered = now.plus(wait), found
            found = [structs.replace(each, severity=Severity.NOTE) for each in found]
        return self._book.update(RULES, found, now)

    def next_check(self) -> Moment | None:
        """Give when its next step is due."""
        if self._unanswered is not None:
            return self._unanswered[0]
        return self._book.next_check()

    def tick(self, now: Moment) -> Effects:
        """Do what is due."""
        if self._unanswered is not None and self._unanswered[0].reached(now):
            _, found = self._unanswered
            self._unanswered = None
            return self._book.update(RULES, found, now)
        return self._book.tick(now)

    def acknowledge(self, what: Acknowledge, now: Moment) -> Effects:
        """Lease its alert to somebody."""
        return self._book.acknowledge(what, now)

    def obey(self, what: OfAlert, now: Moment) -> Effects:
        """Hand its alert over, note that somebody is there, or go on to who can be reached."""
        return self._book.obey(what, now)

    def close(self, what: Close, now: Moment) -> Effects:
        """End its alert as somebody says."""
        self._unanswered = None
        effects = self._book.close(what, now)
        effects.extend(self._book.update(RULES, [], now))
        return effects

    def end(self, by: str, now: Moment, *, is_told: bool) -> Effects:
        """End it: nothing more is owed but, where it is told, the end to whoever knew of it."""
        effects = Effects()
        for alert in self.alerts:
            of = alert.finding
            effects.extend(self.close(Close(alert.id, by, Outcome.TEST, of.rule, of.subject), now))
        if not is_told:
            effects.notices = []
        return effects


def alarm_of(device: Device) -> Kind | None:
    """Give the gravest thing that a device can alarm by."""
    return next((kind for kind in ALARMS if kind in device.kinds), None)


def is_real_alarm(alert: Alert) -> bool:
    """Say whether a drill has no place beside this alert: it is about the resident, and stands."""
    return (
        alert.finding.severity in (Severity.EMERGENCY, Severity.URGENT)
        and alert.finding.rule not in IMPAIRMENT_RULES
        and alert.state in (State.SUSPECTED, State.RAISED, State.ACKNOWLEDGED)
    )


def _marked(home: Home, contacts: Collection[str] | None, *, in_earnest: bool) -> Home:
    steps = home.steps if in_earnest else _shortened(home.steps)
    patience = home.patience
    if patience.pre_alarm and not in_earnest:
        patience = structs.replace(patience, pre_alarm=GAP)
    if contacts is None:
        steps = ()
    elif contacts:
        steps = tuple(
            structs.replace(each, tell=tuple(name for name in each.tell if name in contacts))
            for each in steps
        )
    return structs.replace(home, steps=steps, patience=patience, drill=True)


def _shortened(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Let each wait be the same short one; the order of the steps stays."""
    waits = sorted({ZERO, *(each.after for each in steps)})
    return tuple(structs.replace(each, after=GAP * waits.index(each.after)) for each in steps)


def _findings(home: Home, what: Begin, now: Moment) -> list[Finding]:
    """Say what would hold: of a device, what its own detector makes of its alarm."""
    if what is Severity.FAULT:
        return [_missed(home, now)]
    if isinstance(what, Severity):
        return [_silence(home, now)]
    device, kind = what
    detector = Sos(home) if kind in CALLS else Smoke(home)
    reading = Reading(*(home.id, device.id, device.room, kind, True, now.wall, now), drill=True)
    detector.observe(reading, now)
    return detector.findings(now)


def _silence(home: Home, now: Moment) -> Finding:
    ceiling = home.patience.ceiling
    device = next(iter(home.devices), None)
    because = Silence(
        last_at=now.wall - ceiling,
        last_device="" if device is None else device.id,
        last_room="" if device is None else device.room,
        silent_for=ceiling,
        blind_for=ZERO,
        usual=ZERO,
        days=0,
        limit=Limit.CEILING,
        expected_days=None,
        door_at=None,
        is_away=False,
    )
    return Finding(Rule.INACTIVITY, home.id, Severity.URGENT, now, because)


def _missed(home: Home, now: Moment) -> Finding:
    device = next(iter(home.devices), None)
    name, room = ("", "") if device is None else (device.id, device.room)
    because = Lost(name, room, now.wall - A_DAY, A_DAY, said_offline=False)
    return Finding(Rule.SILENT, name, Severity.FAULT, now, because)
