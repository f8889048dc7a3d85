"""Smoke, carbon monoxide, gas and water: what a sensor says stands until it says otherwise.

Never delayed, filtered or confirmed, fresh or not: a state that already stood is one too.
"""

from msgspec import Struct

from edge.model import (
    Close,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Moment,
    Reading,
    Rule,
    Sensed,
    Severity,
)

HAZARDS = {
    Kind.SMOKE: (Rule.SMOKE, Severity.EMERGENCY),
    Kind.CO: (Rule.CO, Severity.EMERGENCY),
    Kind.GAS: (Rule.GAS, Severity.EMERGENCY),
    Kind.LEAK: (Rule.LEAK, Severity.URGENT),
}


class HazardState(Struct):
    """What stands now, by rule and device."""

    standing: dict[str, Finding] = {}


class Smoke:
    """Reports each hazard that its sensor has reported and not withdrawn."""

    def __init__(self, home: Home, state: HazardState | None = None) -> None:
        self.state = HazardState() if state is None else state
        self._never_clear = {d.id for d in home.devices if d.clears_after is not None}

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sensor's word, or the end that a person gave to an alert."""
        if isinstance(what, Reading) and what.kind in HAZARDS:
            self._sense(what, now)
        elif isinstance(what, Close) and what.subject in self._never_clear:
            self.state.standing.pop(f"{what.rule}/{what.subject}", None)

    def _sense(self, reading: Reading, now: Moment) -> None:
        rule, severity = HAZARDS[reading.kind]
        key = f"{rule}/{reading.device}"
        if not reading.value:
            self.state.standing.pop(key, None)
        elif key not in self.state.standing:
            because = Sensed(
                reading.device,
                reading.room,
                reading.kind,
                reading.value,
                reading.at,
                standing=reading.freshness is not Freshness.LIVE,
            )
            self.state.standing[key] = Finding(rule, reading.device, severity, now, because)

    def adopt(self, findings: list[Finding]) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        for finding in findings:
            self.state.standing[f"{finding.rule}/{finding.subject}"] = finding

    def findings(self, now: Moment) -> list[Finding]:
        """Give every hazard that stands."""
        return list(self.state.standing.values())

    def next_check(self, now: Moment) -> Moment | None:
        """Hazards do not change by waiting."""
        return None
