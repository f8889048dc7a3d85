"""Plays a street of homes at the rate of life, or a multiple of it, and says how late it was.

What the homes say is street's, where it goes the caller's.
"""

import gc
import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import inf
from typing import TextIO

from simulator.devices import Sent
from simulator.fitting import MINUTE
from simulator.run import Clock
from simulator.street import Street

TOLD_EVERY = 10.0  # seconds
LATE = 0.5  # seconds after which a message counts as late


class Figures:
    """What has been sent so far, and how far behind life it went out."""

    def __init__(self) -> None:
        self.messages = self.late = 0
        self.worst = 0.0  # seconds behind
        self.behind = 0.0  # of the last message
        self.seconds = 0.0  # since the beginning

    def count(self, behind: float) -> None:
        """Count a message that went out so many seconds after its time."""
        self.messages += 1
        self.behind = behind
        self.worst = max(self.worst, behind)
        self.late += behind > LATE

    def json(self) -> str:
        """Give all of it as a line of JSON."""
        return json.dumps(
            {
                "messages": self.messages,
                "late": self.late,
                "worst_seconds": round(self.worst, 3),
                "behind_seconds": round(self.behind, 3),
                "seconds": round(self.seconds, 1),
            }
        )


def play(
    street: Street,
    send: Callable[[Sent], object],
    speed: float,
    *,
    ledger: TextIO | None = None,
    tell: Callable[[Figures, float], None] = lambda _figures, _at: None,
    clock: Clock | None = None,
) -> Figures:
    """Send everything when its time comes; give the figures.

    With the led clock of a gateway it goes as fast as that follows, whatever the speed. What truly
    happens is written into the ledger when it happens; `tell` is called every ten seconds with the
    figures and the street's time.
    """
    figures, truth = Figures(), _Truth(street.ledger(), ledger)
    coming = street.sent()
    first = next(coming, None)  # waking ten thousand homes takes its time; life begins afterwards
    gc.freeze()  # to look through all of them for garbage would take seconds, again and again
    began = told = time.monotonic()
    led = -inf
    while first is not None:
        at, sent = first
        due = time.monotonic() if clock is not None else began + (at - street.begins) / speed
        time.sleep(max(0.0, due - time.monotonic()))
        if clock is not None and at - led >= MINUTE:
            led = at // MINUTE * MINUTE
            clock.walk(datetime.fromtimestamp(led, UTC))
        truth.write(at)
        send(sent)
        figures.count(time.monotonic() - due)
        figures.seconds = time.monotonic() - began
        if figures.seconds - (told - began) >= TOLD_EVERY:
            told = time.monotonic()
            tell(figures, at)
        first = next(coming, None)
    truth.write(street.ends)
    if clock is not None:
        clock.walk(datetime.fromtimestamp(street.ends, UTC))
    return figures


class _Truth:
    """Writes the ledger line by line."""

    def __init__(self, lines: Iterable[tuple[float, str]], file: TextIO | None) -> None:
        self._lines = iter(lines)
        self._next = next(self._lines, None)
        self._file = file

    def write(self, at: float) -> None:
        """Write what has happened by then."""
        while self._next is not None and self._next[0] <= at:
            if self._file is not None:
                self._file.write(f"{self._next[1]}\n")
                self._file.flush()
            self._next = next(self._lines, None)
