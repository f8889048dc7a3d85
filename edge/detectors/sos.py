"""The call for help: a pressed SOS button, or a fall that a device itself reports.

A call has no "clear": it stands until a person ends its alert. Each further press is told again.
"""

from msgspec import Struct, structs

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

CALLS = {Kind.SOS: Rule.SOS, Kind.FALL: Rule.FALL}


class CallState(Struct):
    """The calls that stand, and the calls whose sensor has not withdrawn them."""

    standing: dict[str, Finding] = {}
    held: set[str] = set()


class Sos:
    """Reports each call that nobody has ended."""

    def __init__(self, home: Home, state: CallState | None = None) -> None:
        self.state = CallState() if state is None else state
        self._never_clear = {d.id for d in home.devices if d.clears_after is not None}

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a press, or the end that a person gave to the call."""
        if isinstance(what, Reading) and what.kind in CALLS:
            self._call(what, now)
        elif isinstance(what, Close):
            self.state.standing.pop(f"{what.rule}/{what.subject}", None)

    def _call(self, reading: Reading, now: Moment) -> None:
        rule = CALLS[reading.kind]
        key = f"{rule}/{reading.device}"
        if not reading.value:
            self.state.held.discard(key)
            return
        is_event = reading.device in self._never_clear and reading.freshness is Freshness.LIVE
        if key in self.state.held and not is_event:
            # A binary button is repeated in every report, and a retained call at every connect.
            return
        self.state.held.add(key)
        is_standing = reading.freshness is not Freshness.LIVE
        because = Sensed(
            reading.device, reading.room, reading.kind, reading.value, reading.at, is_standing
        )
        before = self.state.standing.get(key)
        if before is None:
            finding = Finding(rule, reading.device, Severity.EMERGENCY, now, because)
        else:
            finding = structs.replace(before, because=because)
        self.state.standing[key] = finding

    def adopt(self, findings: list[Finding]) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        for finding in findings:
            self.state.standing[f"{finding.rule}/{finding.subject}"] = finding

    def findings(self, now: Moment) -> list[Finding]:
        """Give every call that stands."""
        return list(self.state.standing.values())

    def next_check(self, now: Moment) -> Moment | None:
        """Calls do not change by waiting."""
        return None
