"""Homes in which a technician tries the devices out just now: what is a test, and what is not.

Whoever walks through a home for a test is not its resident, and a button that is pressed when asked
for is no call. Everything else stays what it is: the first real alarm ends the test. Pure.
"""

from collections.abc import Collection
from datetime import timedelta

from msgspec import Struct, structs

from edge.model import ZERO, Kind, Moment, Reading
from edge.signs import LEVELS, LIFE_KINDS
from gateway.wire.fields import TESTABLE

LASTS = timedelta(seconds=15)  # after the last word of whoever tests
LONGEST = timedelta(hours=1)  # nobody walks through a home for longer; it is watched again then
TRIED = timedelta(minutes=3)  # for so long an alarm of the device that is tried is a test
MOST = 8  # homes at once
_SET_APART = LIFE_KINDS | {Kind.TAMPER}
# An alarm that a test set off sounds on, and is said again with every report, until it clears.
SOUNDS = timedelta(minutes=5)
# People press twice. Where no word of its end is to be expected, or it came, the next is a call.
PRESSED = timedelta(seconds=10)
_PRESSES = frozenset({Kind.SOS, Kind.FALL})


class Standing(Struct, frozen=True):
    """How it stands with a test."""

    goes_on: bool
    ended_by: str = ""  # the device whose alarm was real
    left: timedelta = ZERO  # for so long an alarm of the device that is tried is still a test


class _Test(Struct):
    began: Moment
    until: Moment
    device: str = ""
    tried_since: Moment | None = None
    ended_by: str = ""


class _Sound(Struct):
    """An alarm that a test has set off."""

    since: Moment
    is_pressed: bool  # and not said again and again until it clears

    def is_over(self, now: Moment) -> bool:
        return now.since(self.since) > (PRESSED if self.is_pressed else SOUNDS)


class Rehearsals:
    """Where a test goes on."""

    def __init__(self, buttons: Collection[tuple[str, str]] = ()) -> None:
        """Begin; `buttons` are the devices, with their household, whose press has no end.

        All others say theirs again with every report, as a bracelet does, until it is over.
        """
        self._buttons = frozenset(buttons)
        self._tests: dict[str, _Test] = {}
        self._sounding: dict[tuple[str, str, Kind], _Sound] = {}

    def go_on(self, household: str, device: str, now: Moment) -> Standing:
        """Begin a test or go on with it, trying this device now; "" tries none."""
        self._sweep(now)
        test = self._tests.get(household)
        if test is None:
            if len(self._tests) >= MOST:
                return Standing(False)
            test = self._tests[household] = _Test(now, now)
        test.until = now.plus(LASTS)
        if device != test.device:
            test.device, test.tried_since = device, now
        if test.ended_by or self._is_over(test, now):
            return Standing(False, test.ended_by)
        return Standing(True, "", max(ZERO, TRIED - now.since(test.tried_since or now)))

    def goes_on(self, household: str, now: Moment) -> bool:
        """Say whether devices are tried in this home just now."""
        test = self._tests.get(household)
        return test is not None and not (test.until.reached(now) or self._is_over(test, now))

    def end(self, household: str) -> None:
        """End the test in this home."""
        self._tests.pop(household, None)

    def marked(self, reading: Reading) -> Reading:
        """Give a reading marked as a drill where it belongs to a test."""
        if not (self._tests or self._sounding):
            return reading
        if reading.kind in TESTABLE:
            return self._alarm(reading)
        is_clear = reading.kind in LEVELS and reading.value is False
        if reading.kind not in _SET_APART or is_clear or self._test(reading) is None:
            return reading
        return structs.replace(reading, drill=True)

    def _alarm(self, reading: Reading) -> Reading:
        test, now = self._test(reading), reading.received
        if self._sounds_on(reading):
            return structs.replace(reading, drill=True)
        if test is None:
            return reading
        if self._is_tried(test, reading):
            if reading.value is True:
                is_pressed = (reading.household, reading.device) in self._buttons
                is_press = is_pressed and reading.kind in _PRESSES
                self._sounding[_key(reading)] = _Sound(now, is_press)
            return structs.replace(reading, drill=True)
        if reading.value is True:
            test.ended_by = reading.device
        return reading

    def _sounds_on(self, reading: Reading) -> bool:
        """Say whether this is still the alarm that a test has set off."""
        sound = self._sounding.get(_key(reading))
        if sound is None:
            return False
        is_over = sound.is_over(reading.received)
        if reading.value is False and reading.kind in _PRESSES:
            sound.is_pressed = True
        elif is_over or reading.value is False:
            del self._sounding[_key(reading)]
        return not is_over

    def _test(self, reading: Reading) -> _Test | None:
        """Give the test to which what is sensed now belongs."""
        test, now = self._tests.get(reading.household), reading.received
        if test is None or test.ended_by or test.until.reached(now) or self._is_over(test, now):
            return None
        return test

    def _is_tried(self, test: _Test, reading: Reading) -> bool:
        since = test.tried_since
        if since is None or reading.device != test.device:
            return False
        return reading.received.since(since) <= TRIED

    def _is_over(self, test: _Test, now: Moment) -> bool:
        return now.since(test.began) >= LONGEST

    def _sweep(self, now: Moment) -> None:
        for household in [h for h, test in self._tests.items() if test.until.reached(now)]:
            del self._tests[household]
        for key in [k for k, sound in self._sounding.items() if sound.is_over(now)]:
            del self._sounding[key]


def _key(reading: Reading) -> tuple[str, str, Kind]:
    return reading.household, reading.device, reading.kind
