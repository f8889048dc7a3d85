"""How regularly a device reports by itself, and so after which silence it is missed.

A device that reports at no beat of its own has only the time-out that it was given. What follows
from a silence is left to others.
"""

from datetime import timedelta

from msgspec import Struct

from edge.model import Device, Kind

# A device that sends one thing in several messages has not reported several times.
BURST = 10.0
TOLERANCE = 0.1  # of the period: clocks of sensors drift, meshes delay
MOST_LOST = 3  # so many reports in a row may be lost without its having another beat
LOST_WEIGHT = 0.1  # a radio loses some; a beat of which every second is missing is none
DAY = timedelta(days=1).total_seconds()
KNOWN_AFTER = DAY  # spent in gaps of just one period
# A person's night is a gap of its own, as regular as that person; it comes once a day.
LEAST_A_DAY = 3
FORGOTTEN_AFTER = timedelta(days=7).total_seconds()
BROKEN = 0.05  # of the time; with more of it spent in longer gaps there is no beat
MISSED = 3 * (1 + TOLERANCE)  # three reports have not come, and the third was waited for
FLOOR = timedelta(minutes=30)
CEILING = timedelta(hours=24)
# Who comes back by itself after it was missed was missed too soon, and is waited for longer.
STRETCH = 1.5  # of the longest such silence
FADING = 0.95  # of that silence, every few days
# Whoever wears it carries it out of reach, for an hour or a day.
WORN = frozenset({Kind.STEPS, Kind.HEART_RATE, Kind.SPO2, Kind.WORN})
FIXED = frozenset({Kind.MOTION, Kind.PRESENCE, Kind.CONTACT_OPEN})  # a radar counts breaths, too
# Somebody lives here: what sees movement is heard many times a day, and after a day it is missed.
# Only one that was seen to pause for nearly so long, in a room that nobody uses, gets its hours.
SEES_MOVEMENT = frozenset({Kind.MOTION, Kind.PRESENCE})
DAILY = timedelta(hours=30)  # a time-out up to this is a day's report with some time to spare
NEARLY_A_DAY = timedelta(hours=20).total_seconds()


class Beat(Struct, omit_defaults=True):
    """The longest gap that this device leaves again and again, and how far that can be relied on.

    Gaps weigh by their length: fifty events within a minute of each other say less of the beat
    than the one report of the night. Shorter gaps say nothing, events come whenever they like.
    """

    period: float = 0.0  # seconds
    kept: float = 0.0  # seconds spent in gaps of one period
    broken: float = 0.0  # and in longer ones that are no beat
    span: float = 0.0  # and altogether
    stretch: float = 0.0  # seconds; the longest gap of late that was none of the beat
    pauses: bool = False  # it was once not heard for nearly a day, and came back

    @property
    def is_known(self) -> bool:
        """Say whether the device has a beat."""
        is_steady = self.kept >= KNOWN_AFTER and self.broken <= BROKEN * self.kept
        return is_steady and self.kept * DAY >= LEAST_A_DAY * self.period * self.span

    def learn(self, gap: float, pause: float = 0.0) -> bool:
        """Take in the time between two reports; say whether it is now known, or not any more.

        `pause` is what is known of the gap where a part of it could not be heard; it is no beat.
        """
        if gap < BURST and pause < NEARLY_A_DAY and self.span + gap <= FORGOTTEN_AFTER:
            was_known = self.is_known
            self.span += gap
            return was_known and not self.is_known
        before = self.is_known, self.pauses, self.stretch
        self.span += gap
        self.pauses = self.pauses or max(gap, pause) >= NEARLY_A_DAY
        if gap >= BURST:
            self._weigh(gap)
        if self.span > FORGOTTEN_AFTER:
            self._fade()
        return (self.is_known, self.pauses, self.stretch) != before

    def _weigh(self, gap: float) -> None:
        ratio = gap / self.period if self.period else 2 * MOST_LOST
        if ratio < 1 - TOLERANCE:
            return
        count = round(ratio)
        is_multiple = abs(ratio - count) <= TOLERANCE * count and count <= MOST_LOST
        if is_multiple and count == 1:
            self.kept += gap
            self.period += (gap - self.period) / 20
        else:
            self.broken += gap * (LOST_WEIGHT if is_multiple else 1.0)
            self.stretch = max(self.stretch, 0.0 if is_multiple else gap)
        if self.broken > self.kept:
            self.period, self.kept, self.broken, self.span = gap, gap, 0.0, gap
            self.stretch = 0.0

    def _fade(self) -> None:
        """Let what was learned weigh half; a gap that did not come again in a week was no beat."""
        self.kept /= 2
        self.broken /= 2
        self.span /= 2
        self.stretch *= FADING
        if self.kept < self.period:
            self.period = self.kept = self.broken = self.span = 0.0

    def bound(self, device: Device) -> timedelta:
        """Give the silence after which this device is missed."""
        given = device.silent_after
        if not WORN.isdisjoint(device.kinds) and FIXED.isdisjoint(device.kinds):
            return max(given, CEILING)
        if CEILING < given <= DAILY and not (self.pauses or SEES_MOVEMENT.isdisjoint(device.kinds)):
            given = CEILING
        if device.clears_after is not None or not self.is_known:
            return given
        seconds = max(MISSED * self.period, STRETCH * self.stretch)
        learned = max(timedelta(seconds=seconds), FLOOR)
        return learned if learned < min(given, CEILING) else given
