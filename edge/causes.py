"""Which alert explains another: the bridge down, its devices silent.

What becomes of an alert that is explained is the book's.
"""

from collections.abc import Iterable

from edge.lifecycle import OPEN
from edge.model import Alert, Deaf, Finding, Outcome, Rule, Silence, Unseen

EXPLAINED = frozenset({Rule.SILENT, Rule.ODD, Rule.ROOM})  # by a bridge, or by a whole room
DARK = frozenset({Rule.BLIND, Rule.ROOM})
OF_AN_EMPTY_HOME = frozenset({Rule.INACTIVITY, Rule.NOT_BACK})
FOUND = frozenset({Outcome.WELL, Outcome.HELPED})  # whoever says so knows where they are


def cause_of(finding: Finding, alerts: Iterable[Alert]) -> Alert | None:
    """Give the one of these alerts that explains this finding; None: it speaks for itself."""
    if finding.rule in OF_AN_EMPTY_HOME:
        return _other_of_an_empty_home(finding, alerts)
    if finding.rule not in EXPLAINED:
        return None
    of = finding.because
    devices = of.devices if isinstance(of, Unseen) else (finding.subject,)
    dark = (a for a in alerts if a.holds and a.finding.rule in DARK)
    return next((a for a in dark if not _explained(finding, a).isdisjoint(devices)), None)


def _explained(finding: Finding, alert: Alert) -> frozenset[str]:
    """Give the devices whose silence this alert explains, as far as this finding goes."""
    match alert.finding.because:
        case Deaf(devices=devices):
            return frozenset(devices)
        case Unseen(devices=devices) if finding.rule is not Rule.ROOM:
            return frozenset() if _is_graver(finding, alert) else frozenset(devices)
        case _:
            return frozenset()


def _is_graver(finding: Finding, alert: Alert) -> bool:
    """A smoke alarm that sees movement too is more than an eye of its room."""
    return finding.severity.rank < alert.finding.severity.rank


def _other_of_an_empty_home(finding: Finding, alerts: Iterable[Alert]) -> Alert | None:
    """Give the alert that speaks of the same: somebody went out and is not back."""
    if not _is_of_empty(finding):
        return None
    others = (a for a in alerts if a.holds and a.state in OPEN and not a.inhibited_by)
    return next((a for a in others if _is_same_absence(a.finding, finding)), None)


def _is_same_absence(told: Finding, finding: Finding) -> bool:
    is_other = told.rule in OF_AN_EMPTY_HOME and told.rule is not finding.rule
    return is_other and _is_of_empty(told)


def _is_of_empty(finding: Finding) -> bool:
    """Say whether this is said of a home that by its door is empty."""
    of = finding.because
    return finding.rule is Rule.NOT_BACK or (isinstance(of, Silence) and of.is_away)


def is_explained_for_good(cause: Alert) -> bool:
    """Say whether what this one explained is no news after its end: somebody knows of them."""
    if cause.finding.rule not in OF_AN_EMPTY_HOME:
        return False
    is_back = cause.finding.rule is Rule.NOT_BACK and cause.outcome is None
    return is_back or cause.outcome in FOUND
