"""What watches the watchers: silent, odd and complaining devices, unseen rooms, a blind home.

Unknown is not quiet: that the sensors cannot see is said as itself, never as "no movement". What
one device says is device_state's, which bridges are dead blindness's and mute's.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from edge.agenda import Agenda
from edge.alive import lost, shows_life, waited_for
from edge.attention import Attention
from edge.blindness import LINKS, Blindness, Darkness, carry_over
from edge.checkup import Checkup, checkup
from edge.device_state import DeviceState
from edge.eyes import Eyes, Unseeing
from edge.habits import WATCHED, odd
from edge.model import (
    Blind,
    BlindCause,
    Configured,
    Device,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Moment,
    Reading,
    Sighted,
    Trouble,
)
from edge.mute import Muted, Wait, held, muted
from edge.quiet import Quiet
from edge.returns import Returns
from edge.troubles import report, still_here

BRIDGES = ""  # in the place of a device


class SupervisionState(Struct):
    """All that supervision remembers."""

    devices: dict[str, DeviceState] = {}
    blind: dict[str, Darkness] = {}
    troubles: dict[str, Finding] = {}
    unseen: Unseeing = field(default_factory=Unseeing)
    back: dict[str, Moment] = {}  # sources and bridges, when they came
    is_absent: bool = False  # nobody is at home, by somebody's word
    attention: Attention = field(default_factory=Attention)
    returns: dict[str, Returns] = {}  # of sources and bridges that were gone for long


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
        self._blindness = Blindness(home, self.state.blind, self.state.returns)
        self.odd = {name for name, known in self.state.devices.items() if known.is_astray}
        self._doubted: set[str] = set()
        self._concluded: list[Blind | Sighted] = []
        self._held: set[str] = set()  # missed, and it may be their bridge
        self._cache: list[Finding] | None = None
        self._agenda = Agenda(self._dues)

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a reading as evidence that its device lives, or what the gateway says."""
        match what:
            case Reading():
                self._hear(what, now)
            case Blind():
                self._blindness.lose(what)
                self.state.attention.outing.forget()
                self._attend(what.began, now)
            case Sighted():
                self.state.back[what.subject] = now
                self._blindness.regain(what, now)
                self._attend(now, now)
            case Trouble():
                report(self.state.troubles, what, now)
                self._cache = None
            case Configured():
                self._begin(now)
            case _:
                pass

    def excuse(self, now: Moment, *, is_absent: bool) -> bool:
        """Wait for no sensor that speaks of people only while nobody is there; say if that is new.

        Afterwards each of them has its whole time again.
        """
        if is_absent is self.state.is_absent:
            return False
        if not is_absent:
            for name, state in self.state.devices.items():
                if self._is_excused(name, state) and state.quiet.is_running:
                    state.quiet.restart(now)
        self.state.is_absent = is_absent
        self._cache = None
        return True

    def _is_excused(self, name: str, state: DeviceState) -> bool:
        device = self._devices[name]
        return self.state.is_absent and state.waits_for_people(device)

    # -- facts

    def _begin(self, now: Moment) -> None:
        """Start to wait for devices that were never heard; hold the rest against the home."""
        for name in self._devices.keys() - self.state.devices.keys():
            self._meet(name, now)
        self.state.troubles = still_here(self.state.troubles, self._devices)
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
        is_alive = (is_found and not is_kept) or shows_life(reading, state, device, self.state.back)
        if is_alive:
            self._is_alive(state, reading, now)
            is_stuck = state.watch(reading, device, now)
        if state.hear(reading, device, now, is_alive=is_alive) or is_stuck or is_found:
            self._follow(reading.device, state, now)
        is_said = is_alive and reading.freshness is Freshness.LIVE
        if is_said and reading.value and reading.kind in WATCHED:
            self._see(device, now)

    def _see(self, device: Device, now: Moment) -> None:
        """Take in that a sensor sees somebody, and what that shows of the others."""
        for name, oddity in self.state.attention.take(device, self.state.devices, now):
            state, room = self.state.devices[name], self._devices[name].room
            state.odd = None if oddity is None else odd(oddity, name, room, now)
            self._follow(name, state, now)

    def _is_alive(self, state: DeviceState, reading: Reading, now: Moment) -> None:
        is_dark = self.state.unseen.home is not None
        if is_dark and reading.device not in self.odd and self._eyes.open(reading.device):
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
        if state.is_astray and name not in self.odd:
            self.odd.add(name)
            self._doubted.add(name)
        elif not state.is_astray and name in self.odd:
            self.odd.discard(name)
            self._eyes.open(name)
        self._attend(now, now)

    # -- conclusions

    def findings(self, now: Moment) -> list[Finding]:
        """Give every impairment that holds now."""
        if self._cache is None or self._agenda.is_due(now):
            return self._settle(now)
        return self._cache

    def checkups(self, now: Moment) -> list[Checkup]:
        """Give what is known of each device."""
        return [checkup(self._devices[n], state, now) for n, state in self.state.devices.items()]

    def believes(self, life: Life) -> bool:
        """Say whether a sign of life is somebody's, as far as the other sensors show it."""
        state = self.state.devices.get(life.device)
        return self.state.attention.believes(life, None if state is None else state.oddity)

    def impaired(self) -> set[str]:
        """Give the devices that are silent or behave as no person makes them."""
        silent = (n for n, state in self.state.devices.items() if state.lost_since is not None)
        return self.odd.union(silent)

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
            is_held = name in self._held or self._is_excused(name, state)
            state.settle(self._devices[name], now, is_held=is_held)
            if not state.is_astray:
                self.odd.discard(name)
        silent = {name for name, state in states.items() if state.lost_since is not None}
        lasting = self._blindness.lasting(now)
        links = [d.blind for d in lasting if d.blind.cause in LINKS and d.proof is None]
        deaf = {name for blind in links for name in blind.devices}
        found = list(self.state.troubles.values())
        # What explains others stands before them: they are not told beside it.
        found += self._eyes.darkness(lasting, deaf | silent | self.odd)
        found += self._eyes.home(silent | self.odd, self._failures)
        found += self._eyes.rooms(silent | self.odd, deaf, now)
        for name, state in states.items():
            found += state.findings
            if state.is_told and state.lost_since is not None:
                device, alone = self._devices[name], self._eyes.is_alone(name)
                found.append(lost(device, state, state.lost_since, now, alone=alone))
        return found

    def _failures(self) -> Iterator[tuple[str, Moment]]:
        """Give since when devices have failed to see."""
        for name, state in self.state.devices.items():
            if state.lost_since is not None:
                yield name, state.lost_since
            if state.is_astray and state.odd is not None:
                yield name, state.odd.since

    def _waits(self, now: Moment) -> Iterator[Wait]:
        deaf = self._blindness.deaf
        for name, state in self.state.devices.items():
            if name in deaf or state.lost_since is not None or self._is_excused(name, state):
                continue
            yield waited_for(self._devices[name], state, now)

    def _conclude(self, dead: Muted, now: Moment) -> None:
        """Take a bridge for dead: what its devices did not say since is not their silence."""
        for name in dead.devices:
            state = self.state.devices[name]
            state.forgive(dead.silence, now)
        blind = Blind(BlindCause.MUTE, dead.through, dead.devices, dead.began)
        self._blindness.conclude(blind)
        self._concluded.append(blind)
        self._attend(now, now)

    def next_check(self, now: Moment) -> Moment | None:
        """Give the nearest moment at which anything may begin or end by waiting."""
        if self._cache is None:
            self._settle(now)
        return self._agenda.due

    def _settle(self, now: Moment) -> list[Finding]:
        self._cache = self._work_out(now)
        self._agenda.settle((BRIDGES, *self.state.devices), now)
        return self._cache

    def _dues(self, name: str) -> list[Moment]:
        if name == BRIDGES:
            return self._blindness.dues()
        return self.state.devices[name].dues(self._devices[name], is_held=bool(self._held))
