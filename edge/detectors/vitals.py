"""Vital signs: beyond a hard limit, or beyond what is usual for this person at this hour.

Only what was measured live on a body counts, of the heart only at rest; not worn is not "no
pulse". When something lasts and what it is held against is vital_sign's.
"""

from datetime import timedelta

from msgspec import Struct

from edge.at_rest import Pace
from edge.figures import MONTH, SHARES
from edge.halfhours import SLOTS, HalfHours
from edge.lifecycle import alert_id
from edge.model import (
    Close,
    Configured,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Moment,
    Outcome,
    Reading,
    Vital,
)
from edge.vital_figures import BLOCKS, EXCUSED, EXCUSED_BRIEFLY
from edge.vital_lines import RULES, lines_of
from edge.vital_sign import Measured, VitalSign
from edge.worn import Worn

VITAL_RULES = frozenset(RULES.values())
VITAL_KINDS = frozenset({*RULES, Kind.STEPS, Kind.PRESENCE})
NOTHING = frozenset({Outcome.WELL, Outcome.SENSOR, Outcome.TEST})


class VitalsState(Struct, omit_defaults=True):
    """All that is remembered of the vital signs."""

    measured: dict[str, Measured] = {}  # by device and kind
    paces: dict[str, Pace] = {}
    seen: dict[str, bool] = {}  # what a radar says: somebody is before it


class Vitals:
    """Reports each vital sign that is beyond a line for long enough."""

    def __init__(self, home: Home, worn: Worn, state: VitalsState | None = None) -> None:
        self._home = home
        self._worn = worn
        self._clock = HalfHours(home.zone)
        self.state = VitalsState() if state is None else state
        self._fit()

    def _fit(self) -> None:
        """Hold what is remembered against the home as it is set up now."""
        self._devices = {d.id for d in self._home.devices if not RULES.keys().isdisjoint(d.kinds)}
        self._lines = lines_of(self._home.vitals)
        known, self.state.measured = self.state.measured, {}
        self._signs: dict[str, VitalSign] = {}
        for key, measured in known.items():
            device, _, kind = key.partition("/")
            if device in self._devices and kind in self._lines:
                self._sign(device, Kind(kind), measured)
        self._findings: list[Finding] | None = None

    def _sign(self, device: str, kind: Kind, measured: Measured | None = None) -> VitalSign:
        key = f"{device}/{kind}"
        sign = self._signs.get(key)
        if sign is None:
            state = self.state.measured[key] = Measured() if measured is None else measured
            own_days = MONTH / SHARES[RULES[kind]] if self._home.vitals.own_range else None
            sign = self._signs[key] = VitalSign(device, kind, self._lines[kind], own_days, state)
        return sign

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a measurement, or the end that a person gave to what was said of one."""
        match what:
            case Reading() if what.device in self._devices:
                if what.freshness is Freshness.LIVE:
                    self._hear(what, now)
            case Close() if what.rule in VITAL_RULES:
                self._close(what, now)
            case Configured():
                self._fit()
            case _:
                pass

    def _hear(self, reading: Reading, now: Moment) -> None:
        device, value = reading.device, float(reading.value)
        match reading.kind:
            case Kind.STEPS:
                self.state.paces.setdefault(device, Pace()).count(value, now)
            case Kind.PRESENCE:
                self.state.seen[device] = bool(value)
            case kind if kind in self._lines and self._counts(device, kind, now):
                number = self._clock.number(now.wall.timestamp())
                day, slot = divmod(number, SLOTS)
                if self._sign(device, kind).take(value, slot * BLOCKS // SLOTS, day, now):
                    self._findings = None
            case _:
                pass

    def _counts(self, device: str, kind: Kind, now: Moment) -> bool:
        """Say whether it was measured on a body, and of the heart at rest."""
        if self._worn.lies_about(device) or self.state.seen.get(device) is False:
            return False
        pace = self.state.paces.get(device)
        return kind is not Kind.HEART_RATE or pace is None or pace.is_at_rest(now)

    def _close(self, what: Close, now: Moment) -> None:
        """Let it rest: a person has seen to it."""
        for sign in self._signs.values():
            said = sign.state.standing
            if said is not None and alert_id(self._home, said) == what.alert:
                holds = EXCUSED if what.outcome in NOTHING else EXCUSED_BRIEFLY
                is_well = what.outcome is Outcome.WELL
                sign.rest(timedelta(seconds=holds), now, teaches=is_well)
                self._findings = None

    # -- what comes out

    def adopt(self, findings: list[Finding]) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        for finding in findings:
            because = finding.because
            if not isinstance(because, Vital) or because.kind not in self._lines:
                continue
            key = f"{finding.subject}/{because.kind}"
            if finding.subject in self._devices and key not in self.state.measured:
                self._sign(finding.subject, because.kind).state.standing = finding
        self._findings = None

    def findings(self, now: Moment) -> list[Finding]:
        """Give every vital sign that is beyond a line."""
        if self._findings is None:
            standing = [sign.state.standing for sign in self._signs.values()]
            self._findings = [finding for finding in standing if finding is not None]
        return self._findings

    def next_check(self, now: Moment) -> Moment | None:
        """Nothing of it begins or ends by waiting: what is not measured is not known."""
        return None
