"""What watches the watchers: silent, odd and complaining devices, unseen rooms, a blind home.

Unknown is not quiet: that the sensors cannot see is said as itself, never as "no movement". What
one device says is device_state's, which bridges are dead blindness's and mute's.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct, field

from edge.blindness import LINKS, Blindness, Darkness, carry_over
from edge.checkup import Checkup, checkup
from edge.device_state import DeviceState
from edge.eyes import Eyes, Unseeing
from edge.model import (
    ZERO,
    Blind,
    BlindCause,
    Broken,
    Configured,
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
    Severity,
    Sighted,
    Trouble,
)
from edge.mute import HELD, Muted, Wait, held, muted
from edge.quiet import Quiet

# A bridge that starts repeats what it remembers of every device, as if it were live.
REPEATS_MEMORY = timedelta(minutes=1)


class SupervisionState(Struct):
    """All that supervision remembers."""

    devices: dict[str, DeviceState] = {}
    blind: dict[str, Darkness] = {}
    troubles: dict[str, Finding] = {}
    unseen: Unseeing = field(default_factory=Unseeing)
    back: dict[str, Moment] = {}  # sources and bridges, when they came


class Supervision:
    """Reports each way in which this home is watched less well than it should be."""

    def __init__(self, home: Home, state: SupervisionState | None = None) -> None:
        self._home = home
        self._devices = {device.id: device for device in home.devices}
        self.state = SupervisionState() if state is None else state
        self._eyes = Eyes(home, self.state.unseen)
        self.state.devices = {
            name: known.behind(self._devices[name].hardware)
            for name, known in self.state.devices.items()
            if name in self._devices
        }
        self._blindness = Blindness(home, self.state.blind)
        self.odd = {name for name, known in self.state.devices.items() if known.odd is not None}
        self._doubted: set[str] = set()
        self._concluded: list[Blind | Sighted] = []
        self._held: set[str] = set()  # missed, and it may be their bridge
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
                self.state.back[what.subject] = now
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
            self._meet(name, now)
        self.state.troubles = {
            key: finding
            for key, finding in self.state.troubles.items()
            if finding.rule is not Rule.UNTRUSTED or finding.subject in self._devices
        }
        for state in self.state.devices.values():
            for clock in [*state.clocks, *state.power.clocks]:
                carry_over(clock, now)
        self._blindness.refit(now)
        self._attend(now, now)

    def _meet(self, name: str, now: Moment) -> DeviceState:
        """Begin to wait for a device of which nothing is known yet."""
        state = DeviceState(Quiet(now), hardware=self._devices[name].hardware)
        self.state.devices[name] = state
        return state

    def _attend(self, began: Moment, now: Moment) -> None:
        """Let the clocks of deaf devices stand still from `began` on, and all others run."""
        deaf = self._blindness.deaf
        for name, state in self.state.devices.items():
            if name not in deaf:
                state.listen(self._devices[name], now)
                continue
            for clock in state.clocks:
                clock.pause(began)
        self._cache = None

    def _hear(self, reading: Reading, now: Moment) -> None:
        device = self._devices.get(reading.device)
        if device is None:
            return
        state = self.state.devices.get(reading.device)
        if state is None:
            state = self._meet(reading.device, now)
        if reading.kind is Kind.ONLINE and not reading.value:
            if state.offline is None:
                state.offline = Quiet(now)
                self._attend(now, now)
            return
        is_found = reading.kind is Kind.ONLINE and state.regain(device, now)
        is_stuck, is_kept = False, reading.freshness is Freshness.RETAINED
        is_alive = (is_found and not is_kept) or self._shows_life(reading, state, device)
        if is_alive:
            self._is_alive(state, reading, now)
            is_stuck = state.watch(reading, device, now)
        if state.hear(reading, device, now, is_alive=is_alive) or is_stuck or is_found:
            self._follow(reading.device, state, now)

    def _shows_life(self, reading: Reading, state: DeviceState, device: Device) -> bool:
        """Say whether a reading proves that its device lives; what others remember does not."""
        if reading.freshness is Freshness.RETAINED:
            return False
        if state.heard_at is None or not device.bridge:
            return True
        if state.has_said(reading):
            return False
        if state.is_changed_by(reading):
            return True
        subjects = (device.bridge, device.source)
        back = [self.state.back[each] for each in subjects if each in self.state.back]
        return not any(_is_within(REPEATS_MEMORY, each, reading.received) for each in back)

    def _is_alive(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        if reading.device not in self.odd and self._eyes.open(reading.device):
            self._cache = None
        if state.revive(reading, now) or self._held:
            self._cache = None
        if self.state.blind:
            is_live = reading.freshness is Freshness.LIVE
            is_news = is_live and self._blindness.hear(reading)
            self._concluded += self._blindness.take_disproved()
            if is_news or reading.device in self._blindness.deaf:
                self._attend(now, now)

    def _follow(self, name: str, state: DeviceState, now: Moment) -> None:
        """Draw the conclusions of what a device has said."""
        if state.odd is not None and name not in self.odd:
            self.odd.add(name)
            self._doubted.add(name)
        elif state.odd is None and name in self.odd:
            self.odd.discard(name)
            self._eyes.open(name)
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

    def checkups(self, now: Moment) -> list[Checkup]:
        """Give what is known of each device."""
        return [checkup(self._devices[n], state, now) for n, state in self.state.devices.items()]

    def take_doubted(self) -> set[str]:
        """Give the devices that turned out, since this was last asked, not to see what happens."""
        doubted, self._doubted = self._doubted, set()
        return doubted

    def take_concluded(self) -> list[Blind | Sighted]:
        """Give what it found out by itself, since this was last asked, of what cannot be heard."""
        concluded, self._concluded = self._concluded, []
        return concluded

    def _work_out(self, now: Moment) -> list[Finding]:
        for each in list(muted(self._waits(now))):
            self._conclude(each, now)
        states, self._held = self.state.devices, held(self._waits(now))
        for name, state in states.items():
            state.settle(self._devices[name], now, is_held=name in self._held)
            if state.odd is None:
                self.odd.discard(name)
        silent = {name for name, state in states.items() if state.lost_since is not None}
        lasting = self._blindness.lasting(now)
        deaf = {name for blind in lasting if blind.cause in LINKS for name in blind.devices}
        found = list(self.state.troubles.values())
        # What explains others stands before them: they are not told beside it.
        found += self._eyes.darkness(lasting, deaf | silent | self.odd)
        found += self._eyes.home(silent | self.odd, self._failures)
        found += self._eyes.rooms(silent | self.odd, deaf, now)
        for name, state in states.items():
            found += state.findings
            if state.is_told and state.lost_since is not None:
                found.append(self._lost(name, state, state.lost_since, now))
        return found

    def _failures(self) -> Iterator[tuple[str, Moment]]:
        """Give since when devices have failed to see."""
        for name, state in self.state.devices.items():
            if state.lost_since is not None:
                yield name, state.lost_since
            if state.odd is not None:
                yield name, state.odd.since

    def _waits(self, now: Moment) -> Iterator[Wait]:
        deaf = self._blindness.deaf
        for name, state in self.state.devices.items():
            if name in deaf or state.lost_since is not None:
                continue
            device, offline = self._devices[name], state.offline
            yield Wait(
                name,
                device.bridge or device.source,
                state.quiet.began,
                state.quiet.age(now),
                state.beat.bound(device),
                said_offline=offline is not None,
                is_missed=state.gone(device, now) is not None,
                offline_for=ZERO if offline is None else offline.age(now),
                is_overdue=state.gone(device, now, HELD) is not None,
            )

    def _conclude(self, dead: Muted, now: Moment) -> None:
        """Take a bridge for dead: what its devices did not say since is not their silence."""
        for name in dead.devices:
            state = self.state.devices[name]
            state.forgive(dead.silence, now)
        blind = Blind(BlindCause.MUTE, dead.through, dead.devices, dead.began)
        self._blindness.conclude(blind)
        self._concluded.append(blind)
        self._attend(now, now)

    def _lost(self, name: str, state: DeviceState, since: Moment, now: Moment) -> Finding:
        device = self._devices[name]
        because = Lost(
            name,
            device.room,
            state.heard_at,
            state.beat.bound(device),
            state.offline is not None,
            alone=self._eyes.is_alone(name),
            weak_link=state.signal.is_weak(now),
        )
        severity = Severity.URGENT if state.is_alarm(device) else Severity.FAULT
        return Finding(Rule.SILENT, name, severity, since, because)

    def next_check(self, now: Moment) -> Moment | None:
        """Give the nearest moment at which anything may begin or end by waiting."""
        if self._cache is None:
            self._cache = self._work_out(now)
            self._due = self._next_due(now)
        return self._due

    def _next_due(self, now: Moment) -> Moment | None:
        dues = self._blindness.dues()
        for name, state in self.state.devices.items():
            dues += state.dues(self._devices[name], is_held=bool(self._held))
        return min((due for due in dues if not due.reached(now)), key=_by_clock, default=None)


def _is_within(time: timedelta, since: Moment, now: Moment) -> bool:
    # What came in an earlier start of the box has been there for long, whatever the clocks say.
    return since.boot == now.boot and now.since(since) < time


def _by_clock(moment: Moment) -> float:
    return moment.monotonic
