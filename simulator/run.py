"""Plays a living home to a gateway: in real time, faster, or as fast as a led clock follows.

What happens is the home's, who shows it the views'; the drivers are given.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from typing import Protocol

from edge.model import Kind, Value
from simulator.carriers import Carriers
from simulator.life import Signal
from simulator.living import Living
from simulator.receiver import Arrived
from simulator.voice import Voice

TICK = 0.1  # seconds between two looks at keys and phones
LED_EVERY = 1.0  # seconds of the home between two orders to the clock, when life is not fast
MINUTE = 60.0
SPEEDS = (1.0, 10.0, 60.0, 600.0, 3600.0, inf)


class Clock(Protocol):
    """The clock of a gateway that is led."""

    def walk(self, until: datetime) -> None:
        """Go on to a moment, and wait until everything due by then is done."""


class Audience(Protocol):
    """Whoever looks on."""

    def said(self, signal: Signal) -> None:
        """See what a sensor says."""

    def arrived(self, arrived: Arrived, at: float) -> None:
        """See what a phone has received."""

    def passed(self, run: "Run") -> None:
        """See that time has passed; the place to ask the run for something else."""


class Run:
    """One home, being played."""

    def __init__(
        self,
        living: Living,
        carriers: Carriers,
        clock: Clock | None,
        next_arrived: Callable[[], Arrived | None],
        audience: Audience,
    ) -> None:
        """Take the home, its drivers, the led clock where there is one, phones and audience."""
        self.living = living
        self.now = living.begins
        self.speed = 1.0
        self.is_paused = self.is_over = False
        self.signals = self.messages = self.notices = 0
        self.standing: set[str] = set()  # alarms that were set off by hand
        self._voice = Voice(living.plan.sensors)
        self._carriers, self._clock = carriers, clock
        self._next_arrived, self._audience = next_arrived, audience
        self._led = -inf  # what the clock was last set to
        self._real = time.monotonic()

    def play(self, until: float) -> None:
        """Play up to a moment, or until somebody has had enough."""
        self._lead(self.now)
        for signal in self.living.signals():
            if signal.at >= until or self.is_over:
                break
            self._pass(signal.at)
            self.say(signal)
        self._pass(until)
        if not self.is_over:
            self._lead(self.now)
            self._look()

    def say(self, signal: Signal) -> None:
        """Let a sensor say something."""
        for sent in self._voice.said(signal):
            self._carriers.send(sent)
            self.messages += 1
        self.signals += 1
        self._audience.said(signal)

    def hit(self, sensor: str, kind: Kind, value: Value) -> None:
        """Let a sensor say now what it would say of its own accord, were it true."""
        if any(each.id == sensor and kind in each.kinds for each in self.living.plan.sensors):
            self.say(Signal(self.now, sensor, {kind: value}))

    def faster(self, by: int) -> None:
        """Go on at another speed."""
        number = min(range(len(SPEEDS)), key=lambda n: abs(n - _place(self.speed)))
        self.speed = SPEEDS[max(0, min(len(SPEEDS) - 1, number + by))]

    # -- time

    def _pass(self, at: float) -> None:
        while self.now < at and not self.is_over:
            passed = self._passed()
            if self.is_paused:
                time.sleep(TICK)
            elif self.speed == inf:
                self.now = at
            else:
                self.now = min(at, self.now + passed * self.speed)
                if self.now < at:
                    time.sleep(min(TICK, (at - self.now) / self.speed))
            if self.now - self._led >= (MINUTE if self.speed == inf else LED_EVERY):
                self._lead(self.now if self.speed < inf else self.now // MINUTE * MINUTE)
            self._look()

    def _passed(self) -> float:
        before, self._real = self._real, time.monotonic()
        return self._real - before

    def _lead(self, now: float) -> None:
        if self._clock is None or now <= self._led:
            return
        if self._carriers.settle() and self._led > -inf:
            # The same order once more: when it is done, so is what was read before.
            self._clock.walk(datetime.fromtimestamp(self._led, UTC))
        self._led = now
        self._clock.walk(datetime.fromtimestamp(now, UTC))

    def _look(self) -> None:
        while (arrived := self._next_arrived()) is not None:
            self.notices += 1
            self._audience.arrived(arrived, self.now)
        self._audience.passed(self)


def _place(speed: float) -> int:
    return sum(speed > each for each in SPEEDS)
