"""How a sensor says what it has noticed: its battery, its radio, what it repeats and when.

What it notices is instruments'; the bytes are voice's.
"""

from random import Random

from edge.model import Kind, Value
from simulator.fitting import DAY
from simulator.home import Sensor
from simulator.life import Signal

LOW_PERCENT = 15
_EVENTS = frozenset({Kind.SOS, Kind.ACTIVITY})  # said when they happen, and never repeated


class Mouth:
    """One sensor's transmitter; what is heard of it goes into `heard`."""

    __slots__ = ("_charge", "_charged_at", "_random", "heard", "is_dead", "sensor", "state")

    def __init__(self, sensor: Sensor, random: Random, begins: float, heard: list[Signal]) -> None:
        """Take a sensor that was fitted some time before `begins`."""
        self.sensor = sensor
        self.heard = heard
        self.state: dict[Kind, Value] = {}
        self.is_dead = False
        self._random = random
        self._charge = random.uniform(40.0, 100.0)
        self._charged_at = begins

    def battery(self, at: float) -> float:
        """Give the percent that are left."""
        drained = self.sensor.traits.drains * (at - self._charged_at) / DAY
        return max(0.0, self._charge - drained)

    def charge(self, at: float, percent: float = 100.0) -> None:
        """Put in a fresh battery, or a charged one."""
        self._charge, self._charged_at, self.is_dead = percent, at, False

    def say(self, at: float, kind: Kind, value: Value) -> None:
        """Say one thing, and with it all that is known where that is its way."""
        self.state[kind] = value
        values: dict[Kind, Value] = {kind: value}
        if self.sensor.traits.says_all:
            values = {**self._standing(), **values, **self._power(at)}
        self._send(at, values)

    def report(self, at: float) -> None:
        """Say that it lives, with what stands and how the battery is."""
        self._send(at, {**self._standing(), **self._power(at)})

    def _standing(self) -> dict[Kind, Value]:
        is_cleared = self.sensor.traits.says_clear
        return {
            kind: value
            for kind, value in self.state.items()
            if kind not in _EVENTS and (is_cleared or value is not True)
        }

    def _power(self, at: float) -> dict[Kind, Value]:
        kinds, traits = self.sensor.kinds, self.sensor.traits
        if not traits.drains:
            return {}
        percent = self.battery(at)
        if percent <= 0:
            self.is_dead = True
        if Kind.BATTERY in kinds:
            return {Kind.BATTERY: round(percent)}
        return {Kind.BATTERY_LOW: percent < LOW_PERCENT} if Kind.BATTERY_LOW in kinds else {}

    def _send(self, at: float, values: dict[Kind, Value]) -> None:
        loss = self.sensor.traits.loss
        if self.is_dead or not values or (loss and self._random.random() < loss):
            return
        self.heard.append(Signal(at, self.sensor.id, values))
