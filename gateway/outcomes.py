"""How often people were told of a home, and how often for nothing: counted, never kept twice.

alerts.db has every alert with the outcome that somebody gave it; a figure of its own could only
come to differ from that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from edge.figures import MONTH
from edge.model import Alert, Change, Home, Outcome, Rule
from gateway.hindsight import URGENT, Figures, Told, figures, tellings

SPANS = (30, 90)  # days
# False alerts in 30 days that all rules beside the silence may cost together: the sum of those
# shares in edge/figures.py that call somebody out.
FURTHER = 0.25


class Record(Struct, frozen=True):
    """What came of a home's emergencies and urgent alerts in the last so many days."""

    days: int
    figures: Figures
    false_by_rule: dict[Rule, int]

    @property
    def false_in_30_days(self) -> float:
        """Give the rate that is held against the home's budgets."""
        return self.figures.false * MONTH / self.days


def allowed(home: Home) -> float:
    """Give the false alerts in 30 days that a home's settings allow over all rules."""
    return home.patience.budget + FURTHER


def records(
    alerts: Iterable[Alert], changes: Iterable[Change], now: datetime
) -> tuple[Record, ...]:
    """Give a home's record over each span; drills and questions at home count nothing."""
    real = [alert for alert in alerts if not alert.drill]
    told = tellings(real, changes)
    return tuple(_record(told, days, now) for days in SPANS)


def _record(told: list[Told], days: int, now: datetime) -> Record:
    late = [each for each in told if now - each.at <= timedelta(days=days)]
    by_rule: dict[Rule, int] = {}
    for each in late:
        if each.outcome is Outcome.WELL and each.finding.severity in URGENT:
            by_rule[each.finding.rule] = by_rule.get(each.finding.rule, 0) + 1
    return Record(days, figures((each, each.outcome) for each in late), by_rule)
