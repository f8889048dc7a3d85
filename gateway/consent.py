"""What of a home may go to the district beside its alerts: what was agreed, by whom, and when.

docs/privacy.md says what leaves at all. Pure; what obeys it is the uplink's.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from edge.model import Rule

# An alert of these tells of the body: its figures are the contacts', the district's by consent.
VITAL = frozenset({Rule.HEART_RATE, Rule.OXYGEN, Rule.BODY_TEMPERATURE})


class Summaries(StrEnum):
    """When the half hours in which somebody was seen leave the home."""

    NEVER = "never"
    ALERTS = "alerts"  # while an alert about the resident is open
    DAILY = "daily"


class Consent(Struct, frozen=True):
    """What was agreed for one home; nothing is, unless somebody did."""

    summaries: Summaries = Summaries.NEVER
    vitals: bool = False
    changes: bool = False
    by: str = ""
    on: date | None = None


class Switch(Struct, frozen=True):
    """One thing that may leave, and how it stands; its words are the phrase `consent.WHAT`."""

    what: str
    level: str  # "never", "alerts", "daily"; "yes" or "no"
    is_on: bool
    by: str = ""
    on: date | None = None


def switches(consent: Consent) -> tuple[Switch, ...]:
    """Give every switch, in the order in which people are shown them."""
    levels = {
        "summaries": str(consent.summaries),
        "vitals": "yes" if consent.vitals else "no",
        "changes": "yes" if consent.changes else "no",
    }
    return tuple(
        Switch(what, level, level not in ("never", "no"), consent.by, consent.on)
        for what, level in levels.items()
    )


def is_agreed(rule: Rule, consent: Consent) -> bool:
    """Say whether an alert of this rule may go up at all."""
    return consent.changes or rule is not Rule.CHANGE


def may_show_figures(rule: Rule, consent: Consent) -> bool:
    """Say whether what was measured may go up with an alert of this rule."""
    return consent.vitals or rule not in VITAL
