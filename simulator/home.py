"""A home as it was built and fitted: its rooms, the ways between them, and what hangs there.

Reading one from a file is home_file's; who lives there is life's.
"""

import heapq
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from edge.model import Kind
from gateway.wire.profile import Profile
from simulator.fitting import Fitting, Traits
from simulator.life import OUTSIDE


class Names(NamedTuple):
    """What people call it, in English and in Chinese."""

    en: str
    zh: str

    def told(self, language: str) -> str:
        """Give the name in a language."""
        return self.zh if language == "zh" else self.en


class Place(NamedTuple):
    """A room: `beside` has the rooms next to it and the seconds to walk there.

    `also` are rooms of a life that are here the same one, as in a home of a single room.
    """

    id: str
    names: Names
    beside: Mapping[str, float]
    also: tuple[str, ...] = ()


class Sensor(NamedTuple):
    """A sensor in its place; `sees` has the rooms in view and how much of them.

    `item` is what it watches where that is not a room: "kettle", "bed", "television".
    """

    id: str
    room: str
    names: Names
    fitting: Fitting
    profile: Profile
    address: str
    sees: Mapping[str, float]
    kinds: frozenset[Kind]
    traits: Traits
    item: str = ""
    outer_door: bool = False
    bindkey: str = ""


Way = tuple[tuple[str, float], ...]  # the rooms entered, and the seconds until each


class Plan(NamedTuple):
    """One home. The outer door is in the room `entrance`."""

    id: str
    names: Names
    zone_name: str
    entrance: str
    rooms: tuple[Place, ...]
    sensors: tuple[Sensor, ...]
    ways: Mapping[tuple[str, str], Way]

    @property
    def zone(self) -> ZoneInfo:
        """Give the time zone."""
        return ZoneInfo(self.zone_name)

    @property
    def ports(self) -> tuple[str, ...]:
        """Give the ids of the serial ports that its sensors hang on."""
        serial = (s.address.partition("/")[0] for s in self.sensors if s.profile.serial is not None)
        return tuple(dict.fromkeys(serial))

    def speaks(self, source: str) -> bool:
        """Say whether any sensor is heard over this transport."""
        return any(sensor.profile.source == source for sensor in self.sensors)

    def room(self, name: str) -> str:
        """Give the room of this home that a room of a life stands for."""
        if name == OUTSIDE:
            return OUTSIDE
        for place in self.rooms:
            if name == place.id or name in place.also:
                return place.id
        return self.entrance

    def way(self, start: str, end: str) -> Way:
        """Give the rooms entered on the way and the seconds until each, the last one included."""
        return self.ways[start, end]

    def moved_to(self, name: str) -> "Plan":
        """Give the same home under another name, its sensors under addresses of their own."""
        sensors = (s._replace(address=f"{name}/{s.address}") for s in self.sensors)
        names = Names(f"{name} {self.names.en}", f"{name} {self.names.zh}")
        return self._replace(id=name, names=names, sensors=tuple(sensors))


def shortest_ways(rooms: tuple[Place, ...]) -> dict[tuple[str, str], Way]:
    """Give the quickest way between any two rooms that are joined at all."""
    beside: dict[str, dict[str, float]] = {place.id: {} for place in rooms}
    for place in rooms:
        for other, seconds in place.beside.items():
            beside[place.id][other] = beside[other][place.id] = seconds
    return {(start, end): way for start in beside for end, way in _from(start, beside).items()}


def _from(start: str, beside: Mapping[str, Mapping[str, float]]) -> dict[str, Way]:
    found: dict[str, Way] = {}
    waiting: list[tuple[float, str, Way]] = [(0.0, start, ())]
    while waiting:
        passed, room, way = heapq.heappop(waiting)
        if room in found:
            continue
        found[room] = way
        for other, seconds in beside[room].items():
            there = passed + seconds
            heapq.heappush(waiting, (there, other, (*way, (other, there))))
    return found
