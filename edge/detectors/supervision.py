"""What watches the watchers: devices that fall silent, weak batteries, tamper, a blind home.

Unknown is not quiet: that the sensors cannot see is said as itself, never as "no movement".
"""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.blindness import LINKS, Blindness, Darkness, carry_over, has_lasted
from edge.model import (
    Blind,
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

OFFLINE_GRACE = timedelta(hours=1)  # mesh networks lose and find their devices
WELL_AFTER = timedelta(minutes=10)  # a battery at its limit flickers
BATTERY_HYSTERESIS = 5  # percent above the limit before a battery counts as changed


class DeviceState(Struct):
    """What is known of one device: how long it was quiet, and what it complains of."""

    quiet: Quiet
    heard_at: datetime | None = None
    offline: Quiet | None = None
    lost_since: Moment | None = None  # told as silent, until it is heard
    weak_by: set[Kind] = set()  # which of its readings call the battery weak
    well: Quiet | None = None  # how long none of them has done so any more
    battery: Finding | None = None
    tamper: Finding | None = None
    mains: Finding | None = None

    @property
    def clocks(self) -> list[Quiet]:
        """Give what stands still while the device cannot be heard."""
        return [c for c in (self.quiet, self.offline, self.well) if c is not None]


class SupervisionState(Struct):
    """All that supervision remembers."""

    devices: dict[str, DeviceState] = {}
    blind: dict[str, Darkness] = {}
    blind_since: Moment | None = None  # no witness is left, until one is heard
    troubles: dict[str, Finding] = {}


class Supervision:
    """Reports each way in which this home is watched less well than it should be."""

    def __init__(self, home: Home, state: SupervisionState | None = None) -> None:
        self._home = home
        self._devices = {device.id: device for device in home.devices}
        self._witnesses = {device.id for device in home.devices if gives_life(device)}
        self.state = SupervisionState() if state is None else state
        for name in self.state.devices.keys() - self._devices.keys():
            del self.state.devices[name]
        self._blindness = Blindness(home, self.state.blind)
        self._cache: list[Finding] | None = None
        self._due: Moment | None = None

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a reading as evidence that its device lives, or what the gateway says."""
        match what:
            case Reading():
                self._hear(what, now)
            case Blind():
                self._blindness.lose(what)
                self._attend(what.began, now)
            case Sighted():
                self._blindness.regain(what, now)
                self._attend(now, now)
            case Trouble():
                self._report(what, now)
            case Configured():
                self._begin(now)
            case _:
                pass

    # -- facts

    def _begin(self, now: Moment) -> None:
        """Start to wait for devices that were never heard; hold the rest against the home."""
        for name in self._devices.keys() - self.state.devices.keys():
            self.state.devices[name] = DeviceState(Quiet(now))
        self.state.troubles = {
            key: finding
            for key, finding in self.state.troubles.items()
            if finding.rule is not Rule.UNTRUSTED or finding.subject in self._devices
        }
        for state in self.state.devices.values():
            for clock in state.clocks:
                carry_over(clock, now)
        self._blindness.refit(now)
        self._attend(now, now)

    def _attend(self, began: Moment, now: Moment) -> None:
        """Let the clocks of deaf devices stand still from `began` on, and all others run."""
        deaf = self._blindness.deaf
        for name, state in self.state.devices.items():
            for clock in state.clocks:
                if name in deaf:
                    clock.pause(began)
                else:
                    clock.resume(now)
        self._cache = None

    def _hear(self, reading: Reading, now: Moment) -> None:
        device = self._devices.get(reading.device)
        if device is None:
            return
        state = self.state.devices.setdefault(reading.device, DeviceState(Quiet(now)))
        if reading.kind is Kind.ONLINE and not reading.value:
            if state.offline is None:
                state.offline = Quiet(now)
                self._attend(now, now)
            return
        if reading.freshness is not Freshness.RETAINED:
            self._is_alive(state, reading, now)
        if reading.kind is Kind.TAMPER:
            self._watch_tamper(state, reading, now)
        elif reading.kind is Kind.MAINS:
            self._watch_mains(state, reading, now)
        elif reading.kind in (Kind.BATTERY, Kind.BATTERY_LOW):
            self._watch_battery(state, device, reading, now)

    def _is_alive(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        if reading.device in self._witnesses and self.state.blind_since is not None:
            self.state.blind_since = self._cache = None
        if state.offline is not None or state.lost_since is not None:
            self._cache = None
        state.offline = state.lost_since = None
        state.heard_at = reading.received.wall
        state.quiet.restart(now)
        if self.state.blind:
            is_live = reading.freshness is Freshness.LIVE
            if (
                is_live and self._blindness.hear(reading)
            ) or reading.device in self._blindness.deaf:
                self._attend(now, now)

    def _watch_tamper(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        if bool(reading.value) == (state.tamper is not None):
            return
        state.tamper = _told(Rule.TAMPER, reading, now) if reading.value else None
        self._cache = None

    def _watch_mains(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        if bool(reading.value) == (state.mains is None):
            return
        state.mains = None if reading.value else _told(Rule.MAINS, reading, now)
        self._cache = None

    def _watch_battery(
        self, state: DeviceState, device: Device, reading: Reading, now: Moment
    ) -> None:
        if _is_weak(reading, device, is_known_weak=state.battery is not None):
            state.weak_by.add(reading.kind)
            state.well = None
            if state.battery is None:
                state.battery = _told(Rule.BATTERY, reading, now)
                self._cache = None
            return
        state.weak_by.discard(reading.kind)
        if state.battery is not None and not state.weak_by and state.well is None:
            state.well = Quiet(now)
            self._attend(now, now)

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
            if state.well is not None and has_lasted(state.well, WELL_AFTER, now):
                state.battery = state.well = None
            found += [f for f in (state.battery, state.tamper, state.mains) if f is not None]
            state.lost_since = state.lost_since or _lost_since(state, self._devices[name], now)
            if state.lost_since is not None:
                silent.add(name)
                found.append(self._lost(name, state, state.lost_since))
        return found + self._darkness(silent, now) + self._blindness_of_home(silent)

    def _lost(self, name: str, state: DeviceState, since: Moment) -> Finding:
        device = self._devices[name]
        said_offline = state.offline is not None
        because = Lost(name, device.room, state.heard_at, device.silent_after, said_offline)
        return Finding(Rule.SILENT, name, Severity.FAULT, since, because)

    def _darkness(self, silent: set[str], now: Moment) -> list[Finding]:
        """Name each lasting cause; it is urgent where it takes the last witnesses."""
        lasting = self._blindness.lasting(now)
        deaf = {name for blind in lasting if blind.cause in LINKS for name in blind.devices}
        is_blind = self._witnesses <= deaf | silent
        return [self._dark(blind, is_blind=is_blind) for blind in lasting]

    def _dark(self, blind: Blind, *, is_blind: bool) -> Finding:
        deaf = blind.devices if blind.cause in LINKS else ()
        is_urgent = is_blind and not self._witnesses.isdisjoint(deaf)
        severity = Severity.URGENT if is_urgent else Severity.FAULT
        because = Deaf(blind.cause, blind.subject, deaf)
        return Finding(Rule.BLIND, blind.subject, severity, blind.began, because)

    def _blindness_of_home(self, silent: set[str]) -> list[Finding]:
        """Say that each witness has fallen silent, whatever else is deaf."""
        if not self._witnesses:
            return []
        since = self.state.blind_since
        if since is None:
            if not self._witnesses <= silent:
                return []
            since = self._last_lost()
            self.state.blind_since = since
        because = Deaf(None, self._home.id, tuple(sorted(self._witnesses)))
        return [Finding(Rule.BLIND, self._home.id, Severity.URGENT, since, because)]

    def _last_lost(self) -> Moment:
        states = (self.state.devices[name] for name in self._witnesses)
        lost = [state.lost_since for state in states if state.lost_since is not None]
        return max(lost, key=lambda moment: moment.wall)

    def next_check(self, now: Moment) -> Moment | None:
        """Give the nearest moment at which silence or blindness may begin to count."""
        if self._cache is None:
            self._cache = self._work_out(now)
            self._due = self._next_due(now)
        return self._due

    def _next_due(self, now: Moment) -> Moment | None:
        dues = self._blindness.dues()
        for name, state in self.state.devices.items():
            dues += _dues(state, self._devices[name])
        return min((due for due in dues if not due.reached(now)), key=_by_clock, default=None)


def _told(rule: Rule, reading: Reading, now: Moment) -> Finding:
    sensed = Sensed(reading.device, reading.room, reading.kind, reading.value, reading.at)
    return Finding(rule, reading.device, Severity.FAULT, now, sensed)


def _is_weak(reading: Reading, device: Device, *, is_known_weak: bool) -> bool:
    if reading.kind is Kind.BATTERY_LOW:
        return bool(reading.value)
    margin = BATTERY_HYSTERESIS if is_known_weak else 0
    return reading.value <= device.battery_low_percent + margin


def _lost_since(state: DeviceState, device: Device, now: Moment) -> Moment | None:
    """Give since when a device is lost, by its silence or by its bridge's word; None: it is not."""
    if state.offline is not None and has_lasted(state.offline, OFFLINE_GRACE, now):
        return state.offline.began
    return state.quiet.began if has_lasted(state.quiet, device.silent_after, now) else None


def _dues(state: DeviceState, device: Device) -> list[Moment]:
    dues = [state.quiet.reaches(device.silent_after)]
    dues += [state.offline.reaches(OFFLINE_GRACE)] if state.offline is not None else []
    dues += [state.well.reaches(WELL_AFTER)] if state.well is not None else []
    return [due for due in dues if due is not None]


def _by_clock(moment: Moment) -> float:
    return moment.monotonic
