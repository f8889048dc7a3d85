"""Whether a sensor behaves as no person makes it: stuck, chattering, or at a machine's beat.

What follows from it for the home is left to supervision. Where it is not known which sensor spoke,
or only how often, nothing is concluded.
"""

from datetime import timedelta

from msgspec import Struct

from edge.blindness import has_lasted
from edge.model import Device, Finding, Kind, Moment, Odd, Oddity, Rule, Severity, Value
from edge.quiet import Quiet

HOUR = timedelta(hours=1)
MOST_CHANGES = 120  # in an hour
# Nobody plays with a door for longer, and a drawer was seen to rattle for three hours on real
# homes; where somebody sits in front of an infrared sensor it changes all evening.
LONGEST_PLAY = {Kind.CONTACT_OPEN: timedelta(hours=2), Kind.USE: timedelta(hours=4)}
LONGEST_STAY = timedelta(hours=8)
# Nobody moves for so long without one pause; in bed, ill, somebody may be seen all day.
LONGEST_TRUE = {
    Kind.MOTION: timedelta(hours=12),
    Kind.VIBRATION: timedelta(hours=12),
    Kind.PRESENCE: timedelta(hours=24),
}
WATCHED = frozenset({*LONGEST_TRUE, *LONGEST_PLAY})
LEAST_BEATS = 30
BEAT_TOLERANCE = 0.02
SECOND = 1.0
LEAST_SAID = 3  # times in a row; "true" twice may be two visits, and the end of the first was lost
CALM_AFTER = timedelta(hours=6)  # what has stopped for a while begins again, as a rule


def odd(oddity: Oddity, device: str, room: str, now: Moment) -> Finding:
    """Give what is told of a device that behaves so."""
    return Finding(Rule.ODD, device, Severity.FAULT, now, Odd(device, room, oddity))


class Habit(Struct, omit_defaults=True):
    """How one kind of reading of one device behaves."""

    value: bool | None = None
    held: Quiet | None = None  # how long it stands at "true"
    said: int = 0  # so often since
    hour: Quiet | None = None  # the hour in which changes are counted now
    changes: int = 0
    hours: int = 0  # in a row before it, each with more changes than a person makes
    onset: Quiet | None = None  # how long ago it last began
    beat: float = 0.0  # seconds from one beginning to the next
    beats: int = 0  # in a row

    @property
    def clocks(self) -> list[Quiet]:
        """Give what stands still while the device cannot be heard."""
        return [clock for clock in (self.held, self.hour, self.onset) if clock is not None]

    def take(self, kind: Kind, value: Value, device: Device, now: Moment) -> Oddity | None:
        """Take in what the sensor says; give what is odd about it."""
        stands = bool(value)
        is_event = device.clears_after is not None
        before, self.value = self.value, stands
        if is_event and not stands:
            return None
        self.said = self.said + 1 if stands and before else int(stands)
        if before is None or (before is stands and not is_event):
            if not stands:
                self.held = None
            elif self.held is None:
                self.held = Quiet(now)
            is_stuck = self.said >= LEAST_SAID and self.is_stuck(kind, device, now)
            return Oddity.STUCK if is_stuck else None
        self.held = Quiet(now) if stands else None
        # An event has an end, too, that is not said.
        self._count(now, 2 if is_event else 1)
        if stands:
            self._begin(now)
        return self._odd(kind)

    def is_stuck(self, kind: Kind, device: Device, now: Moment, *, is_said: bool = True) -> bool:
        """Say whether it stands at "true" for longer than anybody stays.

        Where it does not say so again and again, the end may have been lost on its way; it gets
        twice the time.
        """
        longest = LONGEST_TRUE.get(kind)
        if self.held is None or longest is None or device.clears_after is not None:
            return False
        return has_lasted(self.held, max(longest, device.hold) * (1 if is_said else 2), now)

    def _count(self, now: Moment, changes: int) -> None:
        if self.hour is None or has_lasted(self.hour, HOUR, now):
            is_next = self.hour is not None and not has_lasted(self.hour, 2 * HOUR, now)
            self.hours = self.hours + 1 if is_next and self.changes > MOST_CHANGES else 0
            self.hour, self.changes = Quiet(now), 0
        self.changes += changes

    def _begin(self, now: Moment) -> None:
        gap = 0.0 if self.onset is None else self.onset.age(now).total_seconds()
        self.onset = Quiet(now)
        if gap >= SECOND and abs(gap - self.beat) <= max(SECOND, BEAT_TOLERANCE * self.beat):
            self.beats += 1
        else:
            self.beat, self.beats = gap, 0

    def _odd(self, kind: Kind) -> Oddity | None:
        longest = LONGEST_PLAY.get(kind, LONGEST_STAY)
        if self.changes > MOST_CHANGES and HOUR * (self.hours + 1) >= longest:
            return Oddity.CHATTERING
        lasting = timedelta(seconds=self.beat * self.beats)
        if self.beats >= LEAST_BEATS and lasting >= longest:
            return Oddity.REPEATING
        return None
