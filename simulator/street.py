"""A street of simulated homes in one process: all they say in one order of time, and the ledger of
what truly happens in them, for whoever checks what the gateways made of it.

Sending is the drivers'; a single home with all its transports is living's.
"""

import heapq
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from edge.model import Kind
from simulator.device_faults import sensed
from simulator.devices import Sent
from simulator.faults import lived
from simulator.fitting import DAY, Fitting
from simulator.happening import Happening, Layer, What
from simulator.home import Plan
from simulator.life import Signal
from simulator.person import Person
from simulator.resident import stays
from simulator.sensing import Sensing
from simulator.voice import Voice

# What may be sprinkled in, and how often each, when something happens at all.
SPRINKLED = {
    What.COLLAPSE: 3.0,
    What.FALL: 2.0,
    What.SOS: 2.0,
    What.FIRE: 1.0,
    What.GAS: 1.0,
    What.WANDERING: 1.0,
    What.BROKEN: 2.0,
    What.DEAF: 1.0,
    What.STUCK: 1.0,
    What.CHATTERING: 1.0,
}
PASSES_WITHIN = (300.0, 900.0)  # seconds until a fire is out, or somebody has got up
_NEEDS = {What.FIRE: Kind.SMOKE, What.GAS: Kind.GAS, What.SOS: Kind.SOS}
_ENDS = {What.FALL, What.FIRE, What.GAS, What.WANDERING, What.CHATTERING}


class Neighbour(NamedTuple):
    """One home of a street, and what will happen in it besides ordinary life."""

    plan: Plan
    happenings: tuple[Happening, ...]
    seed: int


class Street:
    """So many homes like a plan, each with a person of the population, from `begins` to `ends`."""

    def __init__(
        self,
        plan: Plan,
        count: int,
        seed: int,
        *,
        begins: datetime,
        hours: float,
        share: float,
        person: Person | None = None,
    ) -> None:
        """Build it; in a `share` of the homes something happens. With a person all live alike."""
        self._person = person
        self.begins, self.ends = begins.timestamp(), begins.timestamp() + hours * 3600
        random = Random(f"street {seed}")
        self.homes: list[Neighbour] = []
        for number, name in enumerate(names(count)):
            own = plan.moved_to(name)
            happenings = (self._happening(own, random),) if random.random() < share else ()
            self.homes.append(Neighbour(own, happenings, seed * 1_000_003 + number))

    def ledger(self) -> Iterator[tuple[float, str]]:
        """Give when something truly happens and what, as a JSON line, in order of time."""
        happens = [(each, home) for home in self.homes for each in home.happenings]
        for each, home in sorted(happens, key=lambda pair: pair[0].at):
            told = {
                "home": home.plan.id,
                "what": each.what,
                "at": _written(each.at),
                "ends": _written(each.ends) if each.ends < self.ends else None,
                "room": each.room,
                "sensor": each.sensor,
            }
            yield each.at, json.dumps(told)

    def sent(self) -> Iterator[tuple[float, Sent]]:
        """Give every message and when it is due, in order; a home begins when it is first asked."""
        voices = [Voice(home.plan.sensors) for home in self.homes]
        streams = [self._signals(home) for home in self.homes]
        due: list[tuple[float, int, Signal]] = []
        for number, stream in enumerate(streams):
            signal = next(stream, None)
            if signal is not None:
                due.append((signal.at, number, signal))
        heapq.heapify(due)
        while due and due[0][0] < self.ends:
            at, number, signal = due[0]
            for one in voices[number].said(signal):
                yield at, one
            following = next(streams[number], None)
            if following is None:
                heapq.heappop(due)
            else:
                heapq.heapreplace(due, (following.at, number, following))

    def _signals(self, home: Neighbour) -> Iterator[Signal]:
        zone = home.plan.zone
        first = datetime.fromtimestamp(self.begins, UTC).astimezone(zone).date()
        person = self._person or Person.drawn(home.seed)
        ordinary = stays(person, first - timedelta(days=1), zone, home.seed)
        life = lived(ordinary, home.happenings, home.seed) if home.happenings else ordinary
        said = Sensing(home.plan, home.seed).signals(life, self.begins, is_first=False)
        if home.happenings:
            said = sensed(said, home.happenings, home.plan.sensors, home.seed)
        return said

    def _happening(self, plan: Plan, random: Random) -> Happening:
        kinds = {kind for sensor in plan.sensors for kind in sensor.kinds}
        may = [what for what in SPRINKLED if _NEEDS.get(what) in {None, *kinds}]
        (what,) = random.choices(may, [SPRINKLED[what] for what in may])
        at = random.uniform(self.begins, self.ends)
        happening = Happening(what, at, self.ends + DAY)
        if what in _ENDS:
            happening = happening._replace(ends=at + random.uniform(*PASSES_WITHIN))
        if what.layer is Layer.DEVICE:
            eyes = [s for s in plan.sensors if s.fitting in (Fitting.INFRARED, Fitting.RADAR)]
            sensor = random.choice(eyes)
            happening = happening._replace(sensor=sensor.id)
        return happening


def names(count: int) -> list[str]:
    """Give the names of the homes of a street."""
    digits = len(str(count - 1))
    return [f"h{number:0{digits}}" for number in range(count)]


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
