"""Decides when to ask a connected device what its profile says it must be asked.

Pure. The writing, and what an answer means, are left to the link and the decoder.
"""

import math
from collections.abc import Sequence

from gateway.wire.profile import Ask

SHORTEST = 1.0  # seconds between two writes to one device
PAUSE = 60.0  # seconds: a bracelet measures one thing at a time, SpO2 for up to 40 s
QUIET_MOST = 3600.0


class Asking:
    """The asks of one device, each on its own beat, which goes on while the device is away.

    What is asked once comes first after each connecting. Of what is asked again and again each
    waits a minute for the one before, or less where all of them could not be asked in time then.
    It keeps the order in which it stands: a measurement may have to be ended.
    """

    def __init__(self, asks: Sequence[Ask]) -> None:
        """Begin: everything is due as soon as the device is connected."""
        self._asks = tuple(asks)
        # Or the first ones would leave no time for the last.
        least = SHORTEST * len(asks)
        self._beats = [
            max(ask.every.total_seconds(), least) if ask.every else math.inf for ask in asks
        ]
        self._fastest = min(self._beats, default=math.inf)
        self._pause = max(SHORTEST, min(PAUSE, self._fastest / max(len(asks), 1)))
        self._due = [-math.inf] * len(asks)
        self._asked_at = -math.inf
        self._asked: Ask | None = None

    @property
    def quiet(self) -> float:
        """Give the seconds for which a device that is only asked may say nothing."""
        return 0.0 if self._fastest == math.inf else min(2 * self._fastest, QUIET_MOST)

    def connected(self) -> None:
        """Let what is asked once be due again: the device has forgotten it."""
        for number, ask in enumerate(self._asks):
            if ask.every is None:
                self._due[number] = -math.inf

    def at(self) -> float:
        """Give the time of the next ask; infinite where there is none."""
        return min((self._time(number) for number in range(len(self._asks))), default=math.inf)

    def take(self, now: float) -> Ask | None:
        """Give the ask that is due, which counts as asked then; None where none is."""
        due = [number for number in range(len(self._asks)) if self._time(number) <= now]
        if not due:
            return None
        number = min(due, key=lambda each: self._asks[each].every is not None)
        self._asked_at, self._asked = now, self._asks[number]
        self._due[number] = self._next(number, now)
        return self._asks[number]

    def _next(self, number: int, now: float) -> float:
        """Keep the beat, or what was missed would change places with what it follows."""
        due, beat = self._due[number], self._beats[number]
        if beat == math.inf or due == -math.inf:
            return now + beat
        return due + beat * ((now - due) // beat + 1)

    def _time(self, number: int) -> float:
        pair = (self._asked, self._asks[number])
        waits = pair[0] != pair[1] and all(ask is not None and ask.every for ask in pair)
        return max(self._due[number], self._asked_at + (self._pause if waits else SHORTEST))
