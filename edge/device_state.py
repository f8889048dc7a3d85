"""What is known of one device: how long it was quiet, what it complains of, how it behaves.

What that means for a room or the home is supervision's.
"""

from datetime import datetime, timedelta

from msgspec import Struct, field

from edge.battery import WELL_AFTER, Cell
from edge.beat import CEILING, FIXED, STRETCH, WORN, Beat
from edge.blindness import has_lasted
from edge.complaints import Complaint, told
from edge.habits import CALM_AFTER, WATCHED, Habit, odd
from edge.mains import Power
from edge.model import (
    ZERO,
    Device,
    Finding,
    Freshness,
    Kind,
    Moment,
    Odd,
    Oddity,
    Reading,
    Rule,
    Severity,
)
from edge.mute import HELD, LATE
from edge.quiet import Quiet
from edge.selftest import Trial
from edge.sightless import Seeing
from edge.signal import Signal
from edge.signs import gives_life

OFFLINE_GRACE = timedelta(hours=1)  # mesh networks lose and find their devices
# So little blind time, of the silence after which it is missed, hides no three reports: it counts.
BLIP = 0.1
# A device that comes and goes is told once a day.
TOLD_EVERY = timedelta(hours=24)
ENDS_BY_ITSELF = frozenset({Oddity.STUCK, Oddity.SIGHTLESS})  # it says something else
ALARMS = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS})  # without them nobody is woken
COMPLAINTS = {
    Kind.TAMPER: (Rule.TAMPER, Severity.FAULT),
    Kind.FAULT: (Rule.DEFECT, Severity.FAULT),
    Kind.END_OF_LIFE: (Rule.END_OF_LIFE, Severity.FAULT),
    Kind.MUTED: (Rule.MUTED, Severity.NOTE),
}


class DeviceState(Struct, omit_defaults=True):
    """All that is remembered of one device."""

    quiet: Quiet
    heard_at: datetime | None = None
    said_at: datetime | None = None  # by its own clock, where it has one
    offline: Quiet | None = None  # how long its bridge calls it offline
    absences: tuple[timedelta, ...] = ()  # the last two after which it came back by itself
    lost_since: Moment | None = None  # it is silent, until it is heard
    is_told: bool = False  # as silent
    told: Quiet | None = None  # how long ago that was said last
    beat: Beat = field(default_factory=Beat)
    battery: Cell = field(default_factory=lambda: Cell(Complaint()))
    complaints: dict[Rule, Complaint] = {}
    power: Power = field(default_factory=Power)
    trial: Trial = field(default_factory=Trial)
    signal: Signal = field(default_factory=Signal)
    habits: dict[Kind, Habit] = {}
    odd: Finding | None = None
    calm: Quiet | None = None  # how long it has not chattered or repeated itself any more
    kinds: set[Kind] = set()  # of which it has spoken
    hardware: str = ""  # of which all this is known
    seeing: Seeing = field(default_factory=Seeing)
    imagines: float = 0.0  # evidence that it sees somebody where nobody is

    @property
    def clocks(self) -> list[Quiet]:
        """Give what stands still while the device cannot be heard."""
        own = (self.quiet, self.offline, self.told, self.calm, self.trial.shown, self.signal.low)
        clocks = [clock for clock in own if clock is not None] + self.battery.clocks
        clocks += [clock for complaint in self.complaints.values() for clock in complaint.clocks]
        return clocks + [clock for habit in self.habits.values() for clock in habit.clocks]

    def behind(self, hardware: str) -> "DeviceState":
        """Give what is known where this hardware is behind the role now.

        Another sensor has another beat, another battery and no complaints yet. How long nothing was
        heard in this role goes on.
        """
        if self.hardware in ("", hardware):
            self.hardware = hardware
            return self
        return DeviceState(
            *(self.quiet, self.heard_at),
            lost_since=self.lost_since,
            is_told=self.is_told,
            told=self.told,
            hardware=hardware,
        )

    def listen(self, device: Device, now: Moment) -> None:
        """Let the clocks go on; it can be heard again."""
        paused = self.quiet.paused_at
        for clock in self.clocks:
            clock.resume(now)
        if paused is not None and self.quiet.blind <= BLIP * self.beat.bound(device):
            self.quiet.counted += now.since(paused)

    # -- what it says

    def revive(self, reading: Reading, now: Moment) -> bool:
        """Take in that it lives; say whether anything new follows from that."""
        was_missed = self.offline is not None or self.lost_since is not None
        is_whole = self.quiet.is_running and not self.quiet.blind
        gap = self.quiet.seconds(now) if self.said_at is not None else 0.0
        has_changed = self.beat.learn(gap if is_whole else 0.0, pause=gap)
        if self.offline is not None:
            self._come_back(now)
        self.lost_since = None
        self.is_told = False
        self.heard_at, self.said_at = reading.received.wall, reading.at
        self.quiet.restart(now)
        return was_missed or has_changed

    def hear(self, reading: Reading, device: Device, now: Moment, *, is_alive: bool = True) -> bool:
        """Take in what it says, or what others remember of it; say whether anything new follows."""
        kind = reading.kind
        self.kinds.add(kind)
        if kind in WATCHED:
            is_said = is_alive and reading.freshness is Freshness.LIVE
            return is_said and self._behave(reading, device, now)
        if kind in (Kind.BATTERY, Kind.BATTERY_LOW):
            return self.battery.take(reading, device, now)
        if kind in COMPLAINTS:
            return self._complain(reading, now)
        if kind is Kind.TEST:
            return self.trial.take(reading, device, now)
        if kind is Kind.LINK_QUALITY:
            self.signal.take(float(reading.value), now)
        return kind is Kind.MAINS and self.power.take(reading, now)

    def _complain(self, reading: Reading, now: Moment) -> bool:
        rule, severity = COMPLAINTS[reading.kind]
        complaint = self.complaints.get(rule)
        if reading.value:
            if complaint is None:
                complaint = self.complaints[rule] = Complaint()
            return complaint.stand(reading.kind, told(rule, reading, now, severity), now)
        return complaint is not None and complaint.withdraw(reading.kind, now)

    def regain(self, device: Device, now: Moment) -> bool:
        """Take in that its bridge calls it online; say whether it had called it offline."""
        if self.offline is None:
            return False
        self._come_back(now)
        if not has_lasted(self.quiet, self.beat.bound(device), now):
            self.lost_since, self.is_told = None, False
        return True

    def _come_back(self, now: Moment) -> None:
        away = ZERO if self.offline is None else self.offline.age(now)
        if OFFLINE_GRACE <= away <= CEILING:
            self.absences = (*self.absences[-1:], away)
        self.offline = None

    def grace(self, device: Device) -> timedelta:
        """Give for how long its bridge may call it offline.

        A lamp is switched off every night; an alarm and an eye are not.
        """
        if len(self.absences) < 2 or self.is_needed(device):
            return OFFLINE_GRACE
        return min(STRETCH * min(self.absences), CEILING)

    def is_needed(self, device: Device) -> bool:
        """Say whether nobody would switch it off: an alarm, or what sees somebody."""
        return self.is_alarm(device) or not FIXED.isdisjoint(device.kinds)

    def is_alarm(self, device: Device) -> bool:
        """Say whether people rely on it to be woken by it.

        A profile for everything that a maker sells names alarms too: there its word decides.
        """
        could_be = not ALARMS.isdisjoint(device.kinds)
        return could_be and not (gives_life(device) and ALARMS.isdisjoint(self.kinds))

    def waits_for_people(self, device: Device) -> bool:
        """Say whether it is silent by itself where nobody is: it has no beat, or went with them."""
        is_worn = not WORN.isdisjoint(device.kinds) and FIXED.isdisjoint(device.kinds)
        has_beat = self.beat.is_known and device.clears_after is None
        return is_worn or not (has_beat or self.is_alarm(device))

    def watch(self, reading: Reading, device: Device, now: Moment) -> bool:
        """Take in that it lives, whatever it speaks of; say whether it turns out to be stuck."""
        for kind, habit in self.habits.items():
            if kind is reading.kind or habit.held is None:
                continue
            if habit.is_stuck(kind, device, now, is_said=False):
                return self._is_odd(Oddity.STUCK, reading, now)
        return False

    def _behave(self, reading: Reading, device: Device, now: Moment) -> bool:
        habit = self.habits.get(reading.kind)
        if habit is None:
            habit = self.habits[reading.kind] = Habit()
        before, is_event = habit.value, device.clears_after is not None
        oddity = habit.take(reading.kind, reading.value, device, now)
        if oddity is not None:
            return self._is_odd(oddity, reading, now)
        if self.oddity not in ENDS_BY_ITSELF or self.calm is not None:
            return False
        if habit.value is before and not (habit.value and is_event):
            return False
        self.odd = None
        return True

    @property
    def oddity(self) -> Oddity | None:
        """Give what is odd about it."""
        because = None if self.odd is None else self.odd.because
        return because.oddity if isinstance(because, Odd) else None

    @property
    def is_astray(self) -> bool:
        """Say whether what it says is nobody's; one that imagines may be wrong or right."""
        return self.odd is not None and self.oddity is not Oddity.IMAGINING

    def _is_odd(self, oddity: Oddity, reading: Reading, now: Moment) -> bool:
        if oddity is not Oddity.STUCK:
            if self.calm is None:
                self.calm = Quiet(now)
            else:
                self.calm.restart(now)
        if self.odd is not None:
            return False
        self.odd = odd(oddity, reading.device, reading.room, now)
        return True

    def forgive(self, silence: timedelta, now: Moment) -> None:
        """Take back so much of its silence; it was not its own."""
        self.quiet.pause(now)
        self.quiet.counted = max(ZERO, self.quiet.counted - silence)
        if self.offline is not None:
            self.offline.restart(now)

    # -- what follows with time

    def settle(self, device: Device, now: Moment, *, is_held: bool = False) -> None:
        """End what has been over for long enough, and begin what is due; its loss may be held."""
        self.battery.weak.settle(now, WELL_AFTER)
        for complaint in self.complaints.values():
            complaint.settle(now)
        self.trial.settle(now)
        self.power.settle(now)
        if self.calm is not None and has_lasted(self.calm, CALM_AFTER, now):
            self.odd = self.calm = None
        if not is_held:
            self.lost_since = self.lost_since or self.gone(device, now)
        if self.lost_since is not None and not self.is_told:
            self.is_told = self.told is None or has_lasted(self.told, TOLD_EVERY, now)
            self.told = Quiet(now) if self.is_told else self.told

    def gone(self, device: Device, now: Moment, more: timedelta = ZERO) -> Moment | None:
        """Give since when it is missed, by its silence or its bridge's word; None: it is not.

        `more` is so much longer than it is waited for.
        """
        grace = self.grace(device) + more
        if self.offline is not None and has_lasted(self.offline, grace, now):
            return self.offline.began
        is_missed = has_lasted(self.quiet, self.beat.bound(device) + more, now)
        return self.quiet.began if is_missed else None

    @property
    def findings(self) -> list[Finding]:
        """Give all that it says of itself, its silence left out."""
        said = [complaint.finding for complaint in self.complaints.values()]
        found = (self.battery.finding, *said, self.power.finding, self.trial.finding, self.odd)
        return [finding for finding in found if finding is not None]

    def dues(self, device: Device, *, is_held: bool = False) -> list[Moment]:
        """Give when anything of it may change by waiting; also while the loss of some is held."""
        bound, offline = self.beat.bound(device), self.offline
        dues = [self.quiet.reaches(bound), self.battery.weak.due(WELL_AFTER)]
        dues += [complaint.due() for complaint in self.complaints.values()]
        grace = self.grace(device)
        dues += [offline.reaches(grace)] if offline is not None else []
        if is_held:
            dues += [self.quiet.reaches(LATE * bound), self.quiet.reaches(bound + HELD)]
            dues += [offline.reaches(grace + HELD)] if offline is not None else []
        dues += [self.trial.due, *self.power.dues]
        dues += [self.calm.reaches(CALM_AFTER)] if self.calm is not None else []
        if self.told is not None and not self.is_told:
            dues.append(self.told.reaches(TOLD_EVERY))
        return [due for due in dues if due is not None]
