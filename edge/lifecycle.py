"""The life of an alert: its name, and its transitions as a table; what they bring is the book's."""

from datetime import timedelta
from enum import StrEnum

from msgspec import structs

from edge.model import (
    After,
    Alert,
    Ebbing,
    Finding,
    Home,
    Lost,
    Odd,
    Outcome,
    Roaming,
    Rule,
    Sensed,
    Severity,
    State,
    Unworn,
    digest,
)
from edge.watch import CALL_RULES, IMPAIRMENT_RULES

FORGOTTEN_AFTER = timedelta(days=7)  # a resolved alert that nobody gave an outcome
LONGEST_LEASE = timedelta(hours=24)
# A device says so again and again: who has forgotten it since takes the next word for the first.
SAID_AGAIN = frozenset({Rule.BATTERY, Rule.TAMPER, Rule.DEFECT, Rule.END_OF_LIFE, Rule.MUTED})
OPEN = (State.RAISED, State.ACKNOWLEDGED)


class Trigger(StrEnum):
    """What moves an alert from one state to the next."""

    CONFIRM = "confirm"
    VANISH = "vanish"
    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"
    HAND_OVER = "hand_over"
    ARRIVE = "arrive"
    CLOSE = "close"
    RETURN = "return"


TRANSITIONS = {
    (State.SUSPECTED, Trigger.CONFIRM): State.RAISED,
    (State.SUSPECTED, Trigger.VANISH): State.CLOSED,
    (State.SUSPECTED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.SUSPECTED, Trigger.CLOSE): State.CLOSED,
    (State.RAISED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.RAISED, Trigger.VANISH): State.RESOLVED,
    (State.RAISED, Trigger.CLOSE): State.CLOSED,
    (State.ACKNOWLEDGED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,  # handed over, or prolonged
    (State.ACKNOWLEDGED, Trigger.HAND_OVER): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Trigger.LAPSE): State.RAISED,
    (State.ACKNOWLEDGED, Trigger.VANISH): State.RESOLVED,
    (State.ACKNOWLEDGED, Trigger.CLOSE): State.CLOSED,
    (State.RAISED, Trigger.ARRIVE): State.ACKNOWLEDGED,  # who is there has it
    (State.ACKNOWLEDGED, Trigger.ARRIVE): State.ACKNOWLEDGED,
    (State.RESOLVED, Trigger.ARRIVE): State.RESOLVED,
    (State.RESOLVED, Trigger.CLOSE): State.CLOSED,
    (State.RESOLVED, Trigger.RETURN): State.RAISED,  # it had not ended after all
}


def alert_id(home: Home, finding: Finding) -> str:
    """Name an alert by what it is about, so that raising it twice is raising it once."""
    began = finding.since.wall.isoformat()
    kind = "drill" if home.drill else "actual"
    return digest(home.id, finding.rule, finding.subject, began, kind)


def is_question(finding: Finding) -> bool:
    """Say whether the resident is asked, before anybody else is told."""
    return finding.rule is Rule.INACTIVITY and finding.severity is Severity.NOTE


def is_asked_before(alert: Alert, finding: Finding) -> bool:
    """Say whether it is the question before this alert, once more: a restart goes over it again."""
    is_told = alert.state in OPEN and alert.finding.severity is not Severity.NOTE
    return is_told and is_question(finding)


def said_again(found: Finding, before: Finding) -> Finding:
    """Date by its first word what a device says again and again."""
    return structs.replace(found, since=before.since) if found.rule in SAID_AGAIN else found


def is_called_again(before: Finding, after: Finding) -> bool:
    """Say whether there is news that cannot wait: a new press, no movement after a fall, gone."""
    old, new = before.because, after.because
    match old, new:
        case Sensed(), Sensed() if before.rule in CALL_RULES:
            return new.at != old.at or (_is_still(new) and not _is_still(old))
        case Roaming(door_at=None), Roaming(door_at=door):
            return door is not None
        case _:
            return False


def _is_still(fall: Sensed) -> bool:
    return fall.after is not None and fall.after.after is After.STILL


def own_outcome(alert: Alert) -> Outcome:
    """Give what an alert was of which nobody has to say it."""
    if alert.state is State.SUSPECTED:
        return Outcome.WELL
    is_of_device = alert.finding.severity is not Severity.NOTE
    is_of_device = is_of_device or alert.finding.rule in IMPAIRMENT_RULES
    return Outcome.SENSOR if is_of_device else Outcome.UNKNOWN


def needs_no_outcome(alert: Alert) -> bool:
    """A mended device needs no word from a person."""
    return alert.finding.severity in (Severity.FAULT, Severity.NOTE)


def has_its_device(finding: Finding, home: Home) -> bool:
    """Say whether the device that it is about is part of the home, where it is about one."""
    of = finding.because
    if not isinstance(of, Sensed | Lost | Odd | Ebbing | Unworn):
        return True
    return any(each.id == of.device for each in home.devices)
