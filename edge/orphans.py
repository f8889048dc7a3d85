"""What stands by the alert book alone: no detector remembers it, and that is no reason to end it.

It goes with the next fact that is evidence of it, or where a detector finds worse.
"""

from collections.abc import Iterable
from math import inf

from edge.evidence import tells_of
from edge.model import Finding, Input, Life, Reading, Rule


class Orphans:
    """The findings of one household that have no detector."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.findings = list(findings)

    def __bool__(self) -> bool:
        return bool(self.findings)

    def let_go(self, what: Reading | Life | Input) -> None:
        """Leave to the detectors what this fact is evidence of."""
        self.findings = [f for f in self.findings if not tells_of(what, f)]

    def give_way(self, found: list[Finding]) -> None:
        """Let go of what a detector finds to be as bad, or worse."""
        own = {(f.rule, f.subject): f.severity.rank for f in found}
        self.findings = [
            f for f in self.findings if own.get((f.rule, f.subject), inf) >= f.severity.rank
        ]

    def beside(self, found: list[Finding], rules: frozenset[Rule]) -> list[Finding]:
        """Give what a detector of these rules has found, and what stands without it, worse."""
        standing = {(f.rule, f.subject): f for f in self.findings if f.rule in rules}
        others = [f for f in found if (f.rule, f.subject) not in standing]
        return [*others, *standing.values()]
