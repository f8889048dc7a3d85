"""Whether the sensors that tell rooms from each other can be relied on.

Somebody who walks past a dead sensor seems to be where the last one saw them. What follows is the
detectors'; which device is lost or odd is supervision's to say.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from msgspec import Struct

from edge.device_state import DeviceState
from edge.model import Blind, Configured, Home, Input, Kind, Life, Moment, Reading, Sighted
from edge.quiet import elapsed
from edge.routine_figures import BLIP, BURST
from edge.sight import Sight

SEES_PEOPLE = frozenset({Kind.MOTION, Kind.PRESENCE})
MOMENT = timedelta(seconds=BURST)
FIXED = frozenset({*SEES_PEOPLE, Kind.CONTACT_OPEN, Kind.USE, Kind.VIBRATION, Kind.ACTIVITY})


class Witnesses:
    """The sensors that see people, by room; worn ones go with their wearer and see no room."""

    def __init__(
        self, home: Home, states: Mapping[str, DeviceState], odd: Collection[str] = ()
    ) -> None:
        self.all = frozenset(d.id for d in home.devices if d.kinds & FIXED)
        self._eyes: dict[str, list[str]] = {}
        for device in home.devices:
            if device.kinds & SEES_PEOPLE and not device.bed:
                self._eyes.setdefault(device.room, []).append(device.id)
        self._states = states
        self._odd = odd

    @property
    def rooms(self) -> Collection[str]:
        """Give the rooms in which people are seen."""
        return self._eyes.keys()

    def sees(self, room: str, since: Moment, now: Moment) -> bool:
        """Say whether a sensor of this room was heard, whatever it said, since then."""
        return any(self._heard(name, since, now) for name in self._eyes.get(room, ()))

    def see_beside(self, room: str, since: Moment, now: Moment) -> bool:
        """Say whether each other room would have been seen: a sensor of it was heard since."""
        return all(self.sees(other, since, now) for other in self._eyes if other != room)

    def fail_beside(self, room: str) -> bool:
        """Say whether another room cannot be seen: all its sensors are lost or odd."""
        return any(self.fails(other) for other in self._eyes if other != room)

    def fails(self, room: str) -> bool:
        """Say whether this room cannot be seen: all its sensors are lost or odd."""
        return all(self._is_failed(name) for name in self._eyes.get(room, ()))

    def have_failed(self, devices: Iterable[str]) -> bool:
        """Say whether one of these is lost or odd."""
        return any(self._is_failed(name) for name in devices)

    def _heard(self, name: str, since: Moment, now: Moment) -> bool:
        state = self._states.get(name)
        if state is None or self._is_failed(name):
            return False
        # What it said at that very moment says nothing of the time since.
        return state.heard_at is not None and state.quiet.age(now) + MOMENT < now.since(since)

    def _is_failed(self, name: str) -> bool:
        state = self._states.get(name)
        return name in self._odd or (state is not None and state.lost_since is not None)


class DimState(Struct):
    """What cannot be heard now, and since when any of it."""

    blinds: dict[str, Blind] = {}
    since: Moment | None = None


class Dimness:
    """Whether one of these sensors cannot be heard: then nobody knows who passed it."""

    def __init__(self, home: Home, devices: frozenset[str], state: DimState) -> None:
        self._state = state
        self._devices = devices
        self._sight = Sight(home, state.blinds)

    @property
    def is_dim(self) -> bool:
        """Say whether one of them cannot be heard now."""
        return self._state.since is not None

    def hear(self, life: Life) -> bool:
        """Take in that a device is heard; say whether it was dim for longer than a blip."""
        if not self._state.blinds:
            return False
        self._sight.hear(life)
        return self._look(life.at)

    def observe(self, what: Reading | Life | Input, now: Moment) -> bool:
        """Take in what cannot be heard; say whether that is over and was longer than a blip."""
        match what:
            case Blind():
                self._sight.lose(what)
            case Sighted():
                self._sight.regain(what)
            case Configured():
                self._sight.refit()
            case _:
                return False
        return self._look(now)

    def _look(self, now: Moment) -> bool:
        state, since = self._state, self._sight.deaf_since(self._devices)
        if since is not None:
            state.since = state.since or since
            return False
        if state.since is None:
            return False
        lasted = elapsed(state.since, now)
        state.since = None
        return lasted is None or lasted > BLIP
