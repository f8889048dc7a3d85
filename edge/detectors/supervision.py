"""What watches the watchers: devices that fall silent, weak batteries, tamper, a blind home.

Unknown is not quiet: that the sensors cannot see is said as itself, never as "no movement".
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import (
    Blind,
    BlindCause,
    Broken,
    Configured,
    Deaf,
    Device,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Lost,
    Moment,
    Reading,
    Rule,
    Sensed,
    Severity,
    Sighted,
    Trouble,
)
from edge.quiet import Quiet
from edge.signs import gives_life

BLIND_GRACE = timedelta(minutes=3)  # a broker that restarts is no reason to call anybody
OFFLINE_GRACE = timedelta(hours=1)  # mesh networks lose and find their devices
BATTERY_HYSTERESIS = 5  # percent above the limit before a battery counts as changed


class DeviceState(Struct):
    """What is known of one device: how long it was quiet, and what it complains of."""

    quiet: Quiet
    heard_at: datetime | None = None
    offline: Quiet | None = None
    weak_by: set[Kind] = set()  # which of its readings call the battery weak
    battery: Finding | None = None
    tamper: Finding | None = None


class Darkness(Struct):
    """One cause of blindness: short ones are told to nobody."""

    blind: Blind
    due: Moment  # from then on it is told
    is_lasting: bool = False


class SupervisionState(Struct):
    """All that supervision remembers."""

    devices: dict[str, DeviceState] = {}
    blind: dict[str, Darkness] = {}
    troubles: dict[str, Finding] = {}


class Supervision:
    """Reports each way in which this home is watched less well than it should be."""

    def __init__(self, home: Home, state: SupervisionState | None = None) -> None:
        self._home = home
        self._devices = {device.id: device for device in home.devices}
        self._witnesses = {device.id for device in home.devices if gives_life(device)}
        self.state = SupervisionState() if state is None else state
        self._cache: list[Finding] | None = None
        self._due: Moment | None = None

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a reading as evidence that its device lives, or what the gateway says."""
        match what:
            case Reading():
                self._hear(what, now)
            case Blind():
                self._go_blind(what)
            case Sighted():
                self._see_again(what, now)
            case Trouble():
                self._report(what, now)
            case Configured():
                self._begin(now)
            case _:
                pass

    # -- facts

    def _begin(self, now: Moment) -> None:
        """Start to wait for devices that were never heard; forget those that were taken out."""
        for name in self._devices.keys() - self.state.devices.keys():
            self.state.devices[name] = DeviceState(Quiet(now))
        for name in self.state.devices.keys() - self._devices.keys():
            del self.state.devices[name]
        for dark in self.state.blind.values():
            if dark.due.boot != now.boot:
                # Deadlines of an earlier start of the box mean nothing to this one's clock.
                dark.due = now.plus(BLIND_GRACE)
        self._cache = None

    def _hear(self, reading: Reading, now: Moment) -> None:
        device = self._devices.get(reading.device)
        if device is None:
            return
        state = self.state.devices.setdefault(reading.device, DeviceState(Quiet(now)))
        if reading.kind is Kind.ONLINE and not reading.value:
            if state.offline is None:
                state.offline = Quiet(now)
                self._cache = None
            return
        if reading.freshness is not Freshness.RETAINED:
            self._is_alive(state, reading, now)
        if reading.kind in (Kind.BATTERY, Kind.BATTERY_LOW, Kind.TAMPER):
            self._complain(state, device, reading, now)

    def _is_alive(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        if state.offline is not None or state.quiet.age(now) >= _limit(self._devices, reading):
            self._cache = None
        state.offline = None
        state.heard_at = reading.received.wall
        state.quiet.restart(now)

    def _complain(self, state: DeviceState, device: Device, reading: Reading, now: Moment) -> None:
        sensed = Sensed(reading.device, reading.room, reading.kind, reading.value, reading.at)
        if reading.kind is Kind.TAMPER:
            rule, stands, before = Rule.TAMPER, bool(reading.value), state.tamper
        else:
            rule, before = Rule.BATTERY, state.battery
            if _is_weak(reading, device, is_known_weak=before is not None):
                state.weak_by.add(reading.kind)
            else:
                state.weak_by.discard(reading.kind)
            stands = bool(state.weak_by)
        if stands == (before is not None):
            return
        finding = Finding(rule, device.id, Severity.FAULT, now, sensed) if stands else None
        if rule is Rule.TAMPER:
            state.tamper = finding
        else:
            state.battery = finding
        self._cache = None

    def _go_blind(self, what: Blind) -> None:
        key = f"{what.cause}/{what.subject}"
        if key not in self.state.blind:
            self.state.blind[key] = Darkness(what, what.began.plus(BLIND_GRACE))
        for name in what.devices:
            if name in self.state.devices:
                self._quiets(name, lambda quiet: quiet.pause(what.began))
        self._cache = None

    def _see_again(self, what: Sighted, now: Moment) -> None:
        was = self.state.blind.pop(f"{what.cause}/{what.subject}", None)
        gone = set(was.blind.devices) if was is not None else set()
        for name in gone - self._deaf():
            if name in self.state.devices:
                self._quiets(name, lambda quiet: quiet.resume(now))
        self._cache = None

    def _quiets(self, name: str, do: Callable[[Quiet], None]) -> None:
        state = self.state.devices[name]
        do(state.quiet)
        if state.offline is not None:
            do(state.offline)

    def _report(self, what: Trouble, now: Moment) -> None:
        key = f"{what.rule}/{what.subject}"
        if not what.stands:
            self.state.troubles.pop(key, None)
        elif key not in self.state.troubles:
            because = Broken(what.subject, what.detail)
            self.state.troubles[key] = Finding(
                what.rule, what.subject, Severity.FAULT, now, because
            )
        self._cache = None

    @property
    def troubles(self) -> list[Finding]:
        """Give what the gateway said to be wrong with itself and has not taken back."""
        return list(self.state.troubles.values())

    # -- conclusions

    def findings(self, now: Moment) -> list[Finding]:
        """Give every impairment that holds now."""
        if self._cache is None or (self._due is not None and self._due.reached(now)):
            self._cache = self._work_out(now)
            self._due = self._next_due(now)
        return self._cache

    def _work_out(self, now: Moment) -> list[Finding]:
        found = list(self.state.troubles.values())
        silent = set()
        for name, state in self.state.devices.items():
            found += [f for f in (state.battery, state.tamper) if f is not None]
            if _is_silent(state, self._devices[name], now):
                silent.add(name)
                found.append(self._lost(name, state, now))
        return found + self._blindness(silent, now)

    def _lost(self, name: str, state: DeviceState, now: Moment) -> Finding:
        device = self._devices[name]
        said_offline = state.offline is not None
        since = state.offline.began if state.offline is not None else state.quiet.began
        because = Lost(name, device.room, state.heard_at, device.silent_after, said_offline)
        return Finding(Rule.SILENT, name, Severity.FAULT, since, because)

    def _blindness(self, silent: set[str], now: Moment) -> list[Finding]:
        """Name each lasting cause, and the home itself when no witness is left."""
        found = []
        deaf = self._deaf()
        is_blind = bool(self._witnesses) and self._witnesses <= deaf | silent
        for dark in self.state.blind.values():
            blind = dark.blind
            dark.is_lasting = dark.is_lasting or dark.due.reached(now)
            if blind.cause is BlindCause.DOWNTIME or not dark.is_lasting:
                continue
            severity = Severity.URGENT if is_blind else Severity.FAULT
            because = Deaf(blind.cause, blind.subject, blind.devices)
            found.append(Finding(Rule.BLIND, blind.subject, severity, blind.began, because))
        if is_blind and not deaf:
            because = Deaf(None, self._home.id, tuple(sorted(self._witnesses)))
            last = max((self.state.devices[n].quiet.began for n in silent), key=_monotonic)
            found.append(Finding(Rule.BLIND, self._home.id, Severity.URGENT, last, because))
        return found

    def _deaf(self) -> set[str]:
        return {name for dark in self.state.blind.values() for name in dark.blind.devices}

    def next_check(self, now: Moment) -> Moment | None:
        """Give the nearest moment at which silence or blindness may begin to count."""
        if self._cache is None:
            self._cache = self._work_out(now)
            self._due = self._next_due(now)
        return self._due

    def _next_due(self, now: Moment) -> Moment | None:
        dues = [dark.due for dark in self.state.blind.values() if not dark.is_lasting]
        for name, state in self.state.devices.items():
            dues += _dues(state, self._devices[name])
        return min((due for due in dues if not due.reached(now)), key=_monotonic, default=None)


def _limit(devices: dict[str, Device], reading: Reading) -> timedelta:
    return devices[reading.device].silent_after


def _is_weak(reading: Reading, device: Device, *, is_known_weak: bool) -> bool:
    if reading.kind is Kind.BATTERY_LOW:
        return bool(reading.value)
    margin = BATTERY_HYSTERESIS if is_known_weak else 0
    return reading.value <= device.battery_low_percent + margin


def _is_silent(state: DeviceState, device: Device, now: Moment) -> bool:
    if any(due.reached(now) for due in _dues(state, device)):
        return True
    return not state.quiet.is_running and state.quiet.counted >= device.silent_after


def _dues(state: DeviceState, device: Device) -> list[Moment]:
    silent = state.quiet.reaches(device.silent_after)
    lost = state.offline.reaches(OFFLINE_GRACE) if state.offline is not None else None
    return [due for due in (silent, lost) if due is not None]


def _monotonic(moment: Moment) -> float:
    return moment.monotonic
