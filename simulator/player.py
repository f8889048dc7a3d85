"""Plays what devices say through the real daemon, its clock led, and hears what people are told.

It keeps the homes' time: every message on a phone is noted with it. What is said is given to it.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from edge.model import Kind
from simulator.life import Signal
from simulator.surroundings import Surroundings
from simulator.voice import Voice

STRIDE = 600.0  # seconds between two looks at the phones, at most
GRAIN = 300.0  # seconds that count as one moment, where nothing depends on it
EXACT = 1.0
ARRIVES_WITHIN = 60.0  # of real time, for what is on its way; a busy machine is slow
GIVES_UP_AFTER = 0.05  # of real time, where nothing got through before
ALARMS = frozenset({Kind.SMOKE, Kind.GAS, Kind.CO, Kind.LEAK, Kind.SOS, Kind.FALL})
REFERENCE = re.compile(r"\b([0-9a-f]{8})-([0-9a-f]{4})\b")

Heard = tuple[float, str, Signal]  # when, in which home, what


class Arrival(NamedTuple):
    """A message on somebody's phone: when by the home's clock, and the alert it refers to."""

    at: float
    home: str
    phone: str
    title: str
    alert: str


class Player:
    """Leads one gateway through the time of its homes."""

    def __init__(
        self, around: Surroundings, voices: Mapping[str, Voice], now: float, grain: float
    ) -> None:
        """Begin at a moment; nothing is ordered before the first step.

        `grain` is how many seconds may count as one moment where nothing depends on them: less than
        any device may be silent for.
        """
        self.now = now
        self.arrived: list[Arrival] = []
        self.on_arrival: Callable[[Arrival], None] = lambda _: None
        self.wrong_by = 0.0  # seconds that the box's clock is off
        self.is_dark = False  # there is no power
        self._usual = min(grain, GRAIN)
        self._looked = now
        self._after_door: set[str] = set()  # homes in which the door spoke last
        self._is_behind = False  # what is owed did not arrive when it was last waited for
        self._around = around
        self._voices = voices
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: float, do: Callable[[], None]) -> None:
        """Have something done at a moment that is still to come."""
        heappush(self._due, (moment, next(self._order), do))

    def live(self, heard: Iterable[Heard], until: float) -> None:
        """Play everything that is said and done until then."""
        for at, home, signal in heard:
            self._go(at, self._grain(home, signal))
            if self.is_dark:
                continue
            for sent in self._voices[home].said(signal):
                self._around.send(sent)
            if _is_alarm(signal):
                self.settle()
        self._go(until)
        self.settle()

    def step(self) -> None:
        """Set the box's clock and wait until all is done that is due by it."""
        if not self.is_dark:
            self._around.step(_utc(self.now + self.wrong_by))

    def settle(self) -> None:
        """Let everything due be done and everything owed to people arrive, and note when."""
        if self.is_dark:
            return
        self.step()
        self._looked = self.now
        is_hopeless = self._is_behind or self._around.receiver.is_cut
        patience = GIVES_UP_AFTER if is_hopeless else ARRIVES_WITHIN
        deadline = time.monotonic() + patience
        while (owed := self._around.box.owes()) and time.monotonic() < deadline:
            time.sleep(0.005)
        self._is_behind = owed > 0
        while (came := self._around.receiver.next(0.0)) is not None:
            home, _, phone = came.phone.partition("/")
            found = REFERENCE.findall(came.text)
            arrival = Arrival(self.now, home, phone, came.title, found[-1][0] if found else "")
            self.arrived.append(arrival)
            self.on_arrival(arrival)

    # -- inside

    def _grain(self, home: str, signal: Signal) -> float:
        """Say how exactly the moment of this matters, in seconds.

        Who is out is told by the order of the door and the rooms; the rest of a life has time.
        """
        was_door = home in self._after_door
        self._after_door.discard(home)
        if Kind.CONTACT_OPEN in signal.values:
            self._after_door.add(home)
            return EXACT
        return EXACT if was_door or _is_alarm(signal) else self._usual

    def _go(self, until: float, grain: float = EXACT) -> None:
        """Let time pass, doing on the way what is due; what is of one grain is of one moment."""
        while self._due and self._due[0][0] <= until:
            moment, _, do = heappop(self._due)
            self._stride(moment)
            self.settle()
            do()
        self._stride(until - until % grain)

    def _stride(self, until: float) -> None:
        """Go on, looking at the phones on the way and, before a pause, at once."""
        if until - self.now > self._usual:
            self.settle()
        while self.now < until:
            self.now = min(self.now + STRIDE, until)
            if self.now - self._looked >= self._usual:
                self.settle()
            else:
                self.step()


def _is_alarm(signal: Signal) -> bool:
    return not ALARMS.isdisjoint(signal.values)


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=moment)
