"""Calls for help, and what follows a fall: stillness makes it graver, ordinary life less so.

The call itself is sos's and is told at once as it comes; nothing here delays or ends it. A fall
after which somebody moves about again is still a fall until a person has seen to it.
"""

from collections.abc import Collection

from msgspec import structs

from edge.bracelet import is_worn_on_body
from edge.detectors.sos import CallState, Sos
from edge.fallen import Fallen, FallState
from edge.model import (
    After,
    Aftermath,
    Blind,
    Configured,
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
    Sighted,
)
from edge.quiet import Quiet, elapsed
from edge.sight import Sight
from edge.signs import gives_life
from edge.vital_figures import (
    LANDS,
)
from edge.worn import Worn

FALL_KINDS = frozenset({Kind.SOS, Kind.FALL, Kind.STEPS, Kind.WORN})


class Calls:
    """Reports each call that nobody has ended; of a fall, with what followed it."""

    def __init__(
        self,
        home: Home,
        worn: Worn,
        calls: CallState | None = None,
        falls: FallState | None = None,
    ) -> None:
        self._home = home
        self._worn = worn
        self._sos = Sos(home, calls)
        self.falls = FallState() if falls is None else falls
        fallers = {d.id for d in home.devices if Kind.FALL in d.kinds}
        self._counters = {d.id for d in home.devices if Kind.STEPS in d.kinds} & fallers
        # Who is seen by the fallen bracelet alone is not seen to lie still: it may be off.
        eyes = [d for d in home.devices if gives_life(d) and not d.outer_door]
        self._worn_ones = {d.id for d in home.devices if is_worn_on_body(d)}
        others = tuple(d for d in eyes if d.id not in fallers)
        self._has_witness = bool(others)
        self._sight = Sight(structs.replace(home, devices=others), self.falls.blinds)

    @property
    def state(self) -> CallState:
        """Give what is remembered of the calls themselves."""
        return self._sos.state

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a call, a sign of life, or that nothing can be heard."""
        match what:
            case Reading(kind=Kind.STEPS):
                self._count(what, now)
                return
            case Reading(kind=Kind.WORN):
                self._hear_worn(what, now)
                return
            case Life():
                if what.device not in self._worn_ones and not what.outer_door:
                    self.falls.seen = what
                if self.falls.falls or self.falls.blinds:
                    self._live(what)
                return
            case Blind():
                self._sight.lose(what)
                self._look(self._sight.blind_since(what), now)
            case Sighted():
                self._sight.regain(what)
                self._look(now, now)
            case Configured():
                self._sight.refit()
                self._look(now, now)
            case _:
                pass
        self._sos.observe(what, now)
        self._follow(now)

    def _follow(self, now: Moment) -> None:
        """Begin to watch after each new fall, and stop where a person has ended it."""
        known, found = self.falls.falls, self._sos.findings(now)
        self._place(found)
        standing = {
            finding.subject: because
            for finding in found
            if finding.rule is Rule.FALL and isinstance(because := finding.because, Sensed)
        }
        for device in known.keys() - standing.keys():
            del known[device]
        for device, because in standing.items() if self._home.follows_falls else ():
            fallen = known.get(device)
            if fallen is None or fallen.called != because.at:
                known[device] = self._begin(device, because, now)

    def _place(self, found: list[Finding]) -> None:
        """Remember where somebody moved last before a call: what is worn hangs in no room."""
        before, seen = self.falls.before, self.falls.seen
        calls = {f"{finding.rule}/{finding.subject}": finding for finding in found}
        for key in before.keys() - calls.keys():
            del before[key]
        for key, finding in calls.items():
            if seen is None or key in before or finding.subject not in self._worn_ones:
                continue
            if seen.at.wall <= finding.since.wall:
                before[key] = seen

    def _begin(self, device: str, call: Sensed, now: Moment) -> Fallen:
        """Begin to watch; a fall that is taken over from the alert book has what followed it."""
        quiet = Quiet(now)
        if self._sight.is_blind:
            quiet.pause(now)
        walked = 0 if device in self.falls.counting else None
        was_up = call.after is not None and call.after.after is After.UP
        is_worn = self._worn.is_worn(device, now)
        return Fallen(
            *(now, call.at, quiet, is_worn),
            walked=walked,
            after=call.after,
            was_up=was_up,
        )

    def _live(self, life: Life) -> None:
        if self.falls.blinds:
            self._sight.hear(life)
            self._look(life.at, life.at)
        for device, fallen in self.falls.falls.items():
            since = elapsed(fallen.at, life.at)
            if since is not None and since.total_seconds() <= LANDS:
                continue
            if life.device == device and device in self._counters:
                continue  # its steps may be from before the fall: _count knows
            fallen.quiet.restart(life.at)
            if life.outer_door:
                fallen.was_door_used = True
            elif life.device != device:
                self._move(fallen, life)
            self._judge(fallen, life.at)

    def _move(self, fallen: Fallen, life: Life) -> None:
        fallen.signs += 1
        fallen.first = fallen.first or life.at
        fallen.last = life.at
        if life.room not in fallen.rooms:
            fallen.rooms.append(life.room)

    def _hear_worn(self, reading: Reading, now: Moment) -> None:
        """Believe the word that comes with the fall; the one before it may be hours old."""
        fallen = self.falls.falls.get(reading.device)
        if fallen is None or reading.freshness is not Freshness.LIVE:
            return
        since = elapsed(fallen.at, now)
        if since is not None and since.total_seconds() <= LANDS and fallen.is_worn is not True:
            fallen.is_worn = bool(reading.value)

    def _count(self, reading: Reading, now: Moment) -> None:
        device, steps = reading.device, float(reading.value)
        if device not in self._counters or reading.freshness is not Freshness.LIVE:
            return
        self.falls.counting.add(device)
        fallen = self.falls.falls.get(device)
        if fallen is None:
            return
        if fallen.steps is None or steps < fallen.steps:
            # The first count after the fall has steps from before it; and each day begins anew.
            fallen.steps = steps
        walked = round(steps - fallen.steps)
        if walked > (fallen.walked or 0):
            fallen.quiet.restart(now)
        fallen.walked = max(fallen.walked or 0, walked)
        self._judge(fallen, now)

    def _look(self, since: Moment, now: Moment) -> None:
        """Stop the clocks while nobody can be seen: that is not stillness."""
        for fallen in self.falls.falls.values():
            if self._sight.is_blind:
                fallen.quiet.pause(since)
            else:
                fallen.quiet.resume(now)

    # -- what it means

    def _judge(self, fallen: Fallen, now: Moment) -> None:
        """Say that somebody moves about, where it is the resident's own doing."""
        is_known = fallen.after is not None and fallen.after.after is After.UP
        if is_known or not fallen.is_up:
            return
        fallen.was_up = True
        fallen.after = Aftermath(After.UP, now.wall, tuple(fallen.rooms), fallen.walked)

    def _settle(self, fallen: Fallen, now: Moment) -> None:
        """Say that nobody has moved for too long."""
        due = fallen.quiet.reaches(fallen.waits) if self._has_witness else None
        if due is None or not due.reached(now):
            return
        if fallen.after is not None and fallen.after.after is After.STILL:
            return
        # Who stirred where the fall was has not been up, and is not told to have been.
        rooms = tuple(fallen.rooms) if fallen.was_up else ()
        walked = fallen.walked if fallen.was_up else None
        fallen.after = Aftermath(After.STILL, fallen.quiet.began.wall, rooms, walked)
        # Whoever moves after this has to show anew that it is more than a stir.
        fallen.signs, fallen.first, fallen.rooms = 0, None, []
        if fallen.walked is not None and fallen.steps is not None:
            fallen.steps, fallen.walked = fallen.steps + fallen.walked, 0

    # -- what comes out

    def adopt(self, findings: list[Finding], ended: Collection[Finding] | None = None) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        self._sos.adopt(findings, ended)

    def findings(self, now: Moment) -> list[Finding]:
        """Give every call that stands."""
        for fallen in self.falls.falls.values():
            self._settle(fallen, now)
        return [self._told(finding) for finding in self._sos.findings(now)]

    def _told(self, finding: Finding) -> Finding:
        because, severity = finding.because, finding.severity
        if not isinstance(because, Sensed):
            return finding
        if finding.subject in self._worn_ones:
            because = structs.replace(because, room="")
            if (seen := self.falls.before.get(f"{finding.rule}/{finding.subject}")) is not None:
                because = structs.replace(because, seen_room=seen.room, seen_at=seen.at.wall)
        fallen = self.falls.falls.get(finding.subject)
        if finding.rule is Rule.FALL and fallen is not None:
            because = structs.replace(because, after=fallen.after, is_worn=fallen.is_worn)
            is_up = fallen.after is not None and fallen.after.after is After.UP
            severity = Severity.URGENT if is_up else Severity.EMERGENCY
        return structs.replace(finding, because=because, severity=severity)

    def next_check(self, now: Moment) -> Moment | None:
        """Give when nobody will have moved for too long after a fall."""
        if not self._has_witness:
            return None
        dues = [
            due
            for fallen in self.falls.falls.values()
            if (due := fallen.quiet.reaches(fallen.waits)) is not None and not due.reached(now)
        ]
        return min(dues, key=lambda due: due.monotonic, default=None)
