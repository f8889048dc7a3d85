"""Homes in which a drill goes on just now: what is sensed for it, how far it is, and what ends it.

What it raises and whom it tells is edge/exercise.py's. The first real alarm ends it without a word
to anybody who was told of it; so does a start of the daemon, which knows of no drill. Pure.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct, structs

from edge.exercise import ALARMS, Begin, Exercise, alarm_of, is_real_alarm
from edge.model import (
    ZERO,
    Acknowledge,
    Alert,
    Close,
    Device,
    Effects,
    Freshness,
    Home,
    Kind,
    Moment,
    OfAlert,
    Reading,
    digest,
)
from gateway.drilled import Ending, Refusal, Stands
from gateway.rehearsal import Rehearsals
from gateway.requests import Drill

LASTS = timedelta(seconds=15)  # after the last word of whoever drills
LONGEST = timedelta(minutes=20)
KEPT = timedelta(minutes=5)  # what came of a drill, after its end
MOST = 8  # at once
# What a device says of its own state is heard in a drill too.
_COMPLAINTS = frozenset({Kind.TAMPER, Kind.BATTERY_LOW, Kind.FAULT, Kind.END_OF_LIFE, Kind.MUTED})
_ALARMS = frozenset(ALARMS)


class _Drill(Struct):
    id: str
    wish: Drill
    exercise: Exercise
    device: Device | None
    began: Moment
    until: Moment
    heard_at: datetime | None = None
    stored_at: datetime | None = None
    alert: str = ""
    ending: Ending | None = None
    ended_by: str = ""


class Drills:
    """All drills of a gateway. What they come to is given by `take`."""

    def __init__(self, rehearsals: Rehearsals) -> None:
        self._rehearsals = rehearsals
        self._drills: dict[str, _Drill] = {}  # by household
        self._effects = Effects()

    # -- what is asked

    def begin(
        self, home: Home, wish: Drill, standing: Collection[Alert], now: Moment
    ) -> str | Refusal:
        """Begin one; give its id, or why not. `standing` are the home's own alerts."""
        self._sweep(now)
        device = next((d for d in home.devices if d.id == wish.device), None)
        if refusal := self._refusal(home, wish, standing, device, now):
            return refusal
        if wish.by_sensor and not self._rehearsals.go_on(home.id, wish.device, now).goes_on:
            return Refusal.FULL  # its alarm would be taken for a real one
        identity = digest("drill", home.id, wish.by, now.wall.isoformat())
        exercise = Exercise(home, wish.contacts, tells=wish.tells)
        drill = _Drill(identity, wish, exercise, device, now, now.plus(LASTS))
        self._drills[home.id] = drill
        if not wish.by_sensor:
            self._raise(drill, _by_device(device) or wish.severity, now)
        return identity

    def _refusal(
        self,
        home: Home,
        wish: Drill,
        standing: Collection[Alert],
        device: Device | None,
        now: Moment,
    ) -> Refusal | None:
        if home.drill:
            return Refusal.DRILL_HOME
        if (wish.device or wish.by_sensor) and _by_device(device) is None:
            return Refusal.DEVICE
        if any(is_real_alarm(alert) for alert in standing):
            return Refusal.ALARM
        if self.goes_on(home.id) or self._rehearsals.goes_on(home.id, now):
            return Refusal.BUSY
        going = sum(each.ending is None for each in self._drills.values())
        return Refusal.FULL if going >= MOST else None

    def go_on(self, household: str, identity: str, now: Moment) -> Stands:
        """Go on with a drill, and say how it stands."""
        drill = self._drills.get(household)
        if drill is None or drill.id != identity:
            return Stands(identity, False, Ending.UNKNOWN)
        left = ZERO
        if drill.ending is None:
            drill.until = now.plus(LASTS)
            left = self._keep_apart(drill, household, now)
        return Stands(
            identity,
            drill.ending is None,
            drill.ending,
            drill.ended_by,
            drill.began.wall,
            drill.heard_at,
            drill.stored_at,
            drill.alert,
            left,
        )

    def _keep_apart(self, drill: _Drill, household: str, now: Moment) -> timedelta:
        """Where a sensor is tried, somebody is there who is not the resident."""
        if not drill.wish.by_sensor:
            return ZERO
        waited_for = "" if drill.alert else drill.wish.device
        stands = self._rehearsals.go_on(household, waited_for, now)
        if stands.ended_by:
            self._end(drill, Ending.REAL, now, by=stands.ended_by)
        return ZERO if drill.alert else stands.left

    def end(self, household: str, identity: str, now: Moment) -> None:
        """End a drill: whoever was told hears that it is over."""
        drill = self._drills.get(household)
        if drill is not None and drill.id == identity:
            self._end(drill, Ending.DONE, now)

    def goes_on(self, household: str) -> bool:
        """Say whether a drill goes on in this home."""
        return self._going(household) is not None

    # -- what is sensed

    def marked(self, reading: Reading) -> Reading:
        """Give a reading marked as a drill where it comes of the sensor that is tried.

        Supervision must not learn of it, or a drill would hide for a day that a sensor is dead.
        """
        drill = self._going(reading.household) if self._drills else None
        if drill is None or not drill.wish.by_sensor:
            return reading
        is_grave = reading.value is True and reading.kind in _COMPLAINTS | _ALARMS
        if reading.device != drill.wish.device or reading.kind is Kind.ONLINE or is_grave:
            return reading
        return structs.replace(reading, drill=True)

    def sensed(self, reading: Reading) -> None:
        """Take in the alarm, or the test, of the sensor that is waited for."""
        drill = self._going(reading.household)
        if drill is None or drill.device is None or drill.alert:
            return
        is_alarm = reading.kind in _ALARMS or reading.kind is Kind.TEST
        is_fresh = reading.freshness is Freshness.LIVE and reading.drill
        if reading.device != drill.device.id or not (
            is_alarm and is_fresh and reading.value is True
        ):
            return
        drill.heard_at = reading.received.wall
        kind = reading.kind if reading.kind in _ALARMS else alarm_of(drill.device)
        if kind is not None:
            self._raise(drill, (drill.device, kind), reading.received)

    def noticed(self, household: str, effects: Effects, now: Moment) -> None:
        """Take in what the home itself has come to: its first real alarm ends the drill.

        Of a drill that is over nothing more is told then, not even that it is.
        """
        drill = self._drills.get(household)
        real = next((alert for alert in effects.alerts if is_real_alarm(alert)), None)
        if drill is None or real is None:
            return
        if drill.ending is None:
            found = real.finding
            self._end(drill, Ending.REAL, now, by=f"{found.rule}/{found.subject}")
        elif drill.alert:
            self._effects.extend(Effects(cancelled=[drill.alert]))

    def stored(self, now: Moment) -> None:
        """Take in that all that was taken is on disk."""
        for drill in self._drills.values():
            if drill.alert and drill.stored_at is None:
                drill.stored_at = now.wall

    # -- time

    def next_check(self) -> float | None:
        """Give the nearest time by the monotonic clock at which a drill has something to do."""
        dues = [due for each in self._drills.values() for due in _dues(each)]
        return min((due.monotonic for due in dues), default=None)

    def tick(self, now: Moment) -> None:
        """Do what is due."""
        for drill in list(self._drills.values()):
            if drill.ending is not None:
                continue
            if drill.until.reached(now) or now.since(drill.began) >= LONGEST:
                self._end(drill, Ending.TIME, now)
                continue
            due = drill.exercise.next_check()
            if due is not None and due.reached(now):
                self._effects.extend(drill.exercise.tick(now))

    # -- people

    def alert(self, name: str) -> Alert | None:
        """Give the alert of a drill as it stands."""
        for drill in self._drills.values():
            for alert in drill.exercise.alerts:
                if alert.id == name:
                    return alert
        return None

    def acknowledge(self, what: Acknowledge, now: Moment) -> bool:
        """Lease the alert of a drill to somebody; say whether it is one."""
        drill = self._of(what.alert)
        if drill is None:
            return False
        self._effects.extend(drill.exercise.acknowledge(what, now))
        return True

    def obey(self, what: OfAlert, now: Moment) -> bool:
        """Do what else is done with the alert of a drill; say whether it is one."""
        drill = self._of(what.alert)
        if drill is None:
            return False
        self._effects.extend(drill.exercise.obey(what, now))
        return True

    def close(self, what: Close, now: Moment) -> bool:
        """End the alert of a drill, and the drill; say whether it is one."""
        drill = self._of(what.alert)
        if drill is None:
            return False
        self._effects.extend(drill.exercise.close(what, now))
        self._end(drill, Ending.CLOSED, now)
        return True

    # -- what came of it

    def take(self) -> Effects:
        """Give what is to be put on disk and told."""
        effects, self._effects = self._effects, Effects()
        return effects

    def _raise(self, drill: _Drill, what: Begin, now: Moment) -> None:
        self._effects.extend(drill.exercise.begin(what, now))
        drill.alert = next((alert.id for alert in drill.exercise.alerts), "")

    def _end(self, drill: _Drill, ending: Ending, now: Moment, by: str = "") -> None:
        if drill.ending is not None:
            return
        drill.ending, drill.ended_by, drill.until = ending, by, now.plus(KEPT)
        is_told = ending is not Ending.REAL
        self._effects.extend(drill.exercise.end(drill.wish.by, now, is_told=is_told))
        if drill.wish.by_sensor:
            self._rehearsals.end(drill.exercise.home.id)

    def _going(self, household: str) -> _Drill | None:
        drill = self._drills.get(household)
        return drill if drill is not None and drill.ending is None else None

    def _of(self, alert: str) -> _Drill | None:
        drills = (each for each in self._drills.values() if each.alert == alert)
        return next((each for each in drills if each.ending is None), None)

    def _sweep(self, now: Moment) -> None:
        is_gone = [
            h for h, d in self._drills.items() if d.ending is not None and d.until.reached(now)
        ]
        for household in is_gone:
            del self._drills[household]


def _by_device(device: Device | None) -> Begin | None:
    kind = None if device is None else alarm_of(device)
    return None if device is None or kind is None else (device, kind)


def _dues(drill: _Drill) -> list[Moment]:
    if drill.ending is not None:
        return []
    due = drill.exercise.next_check()
    return [drill.until, drill.began.plus(LONGEST), *([] if due is None else [due])]
