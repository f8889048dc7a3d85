"""What a happening does to what the devices of a home say: signals in, other signals out.

A fire that a sensor sees and a sensor that is at fault look alike here. What people do instead is
faults', which values a sensor has is the plan's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from random import Random
from typing import NamedTuple

from edge.model import Kind, Value
from simulator.happening import Happening, What
from simulator.home import Sensor
from simulator.life import Signal

REACHES = (20.0, 90.0)  # seconds until smoke or gas has reached the sensor
REMINDS = 60.0  # seconds between two reports of an alarm that stands
PRESSED_TWICE = 2.0  # seconds: radio is lossy, so buttons send a press again
FELT_AFTER = 20.0  # seconds until a bracelet is sure of a fall
CHATTERS = (4.0, 40.0)  # seconds between two words of a chattering sensor
STRAY_LASTS = 90.0  # seconds
NEARLY_EMPTY = 4  # percent
SEES_LIFE = frozenset(
    {Kind.MOTION, Kind.PRESENCE, Kind.VIBRATION, Kind.CONTACT_OPEN, Kind.USE, Kind.ACTIVITY}
)
_ABOUT_LIFE = frozenset({What.STUCK, What.DEAF, What.CHATTERING, What.STRAY})
HAZARDS = {What.FIRE: Kind.SMOKE, What.GAS: Kind.GAS}


class NoSensor(ValueError):
    """No device of this home could say or suffer what is to happen."""


class _Override(NamedTuple):
    """While it lasts a sensor says other values than it would: {} leaves them as they are.

    `is_dead` lets it say nothing at all, and `dies` nothing from its end on.
    """

    sensor: str
    at: float
    ends: float
    values: Mapping[Kind, Value]
    is_dead: bool = False
    dies: bool = False


def sensed(
    signals: Iterable[Signal],
    happenings: Iterable[Happening],
    sensors: Iterable[Sensor],
    seed: int,
) -> Iterator[Signal]:
    """Give what the devices say while these things happen; raise NoSensor where none can."""
    by_id = {each.id: each for each in sensors}
    overrides: list[_Override] = []
    more: list[Iterator[Signal]] = []
    for number, happening in enumerate(sorted(happenings, key=lambda each: each.at)):
        random = Random(f"{seed} {number} {happening.what}")
        make = _MAKERS.get(happening.what)
        if make is None:
            continue
        found, said = make(happening, by_id, random)
        overrides += found
        more.append(said)
    return merge(_overridden(signals, overrides), *more, key=lambda signal: signal.at)


def _overridden(signals: Iterable[Signal], overrides: list[_Override]) -> Iterator[Signal]:
    of: dict[str, list[_Override]] = {}
    for override in overrides:
        of.setdefault(override.sensor, []).append(override)
    for signal in signals:
        heard: Signal | None = signal
        for override in of.get(signal.sensor, ()):
            heard = heard and _after(override, heard)
        if heard is not None:
            yield heard


def _after(override: _Override, signal: Signal) -> Signal | None:
    if signal.at < override.at:
        return signal
    if signal.at >= override.ends:
        return None if override.dies else signal
    if override.is_dead:
        return None
    changed = {kind: override.values.get(kind, value) for kind, value in signal.values.items()}
    return signal._replace(values=changed)


_Sensors = Mapping[str, Sensor]
_Made = tuple[list[_Override], Iterator[Signal]]


# -- what is true, and a sensor says so


def _hazard(happening: Happening, sensors: _Sensors, random: Random) -> _Made:
    kind = HAZARDS[happening.what]
    told = [each for each in sensors.values() if kind in each.kinds]
    near = [each for each in told if each.room == happening.room] or told
    if not near:
        raise NoSensor(f"{happening.what}: no device with {kind}")
    begins = happening.at + random.uniform(*REACHES)
    stands = [_Override(each.id, begins, happening.ends, {kind: True}) for each in near]
    return stands, merge(
        *(_standing(each.id, kind, begins, happening.ends) for each in near),
        key=lambda signal: signal.at,
    )


def _standing(sensor: str, kind: Kind, begins: float, ends: float) -> Iterator[Signal]:
    at = begins
    while at < ends:
        yield Signal(at, sensor, {kind: True})
        at += REMINDS
    yield Signal(ends, sensor, {kind: False})


def _pressed(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    button = _one(happening, sensors, Kind.SOS)
    presses = (happening.at, happening.at + PRESSED_TWICE)
    return [], iter([Signal(at, button.id, {Kind.SOS: True}) for at in presses])


def _felt(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    if not happening.is_felt:
        return [], iter(())
    bracelet = _one(happening, sensors, Kind.FALL)
    return [], iter([Signal(happening.at + FELT_AFTER, bracelet.id, {Kind.FALL: True})])


# -- what is not true


def _broken(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    sensor = _named(happening, sensors)
    return [_Override(sensor.id, happening.at, happening.ends, {}, is_dead=True)], iter(())


def _stuck(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    sensor = _named(happening, sensors)
    stands = dict.fromkeys(sensor.kinds & SEES_LIFE, True)
    override = _Override(sensor.id, happening.at, happening.ends, stands)
    return [override], iter([Signal(happening.at, sensor.id, stands)])


def _deaf(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    sensor = _named(happening, sensors)
    sees_nothing = dict.fromkeys(sensor.kinds & SEES_LIFE, False)
    override = _Override(sensor.id, happening.at, happening.ends, sees_nothing)
    return [override], iter([Signal(happening.at, sensor.id, sees_nothing)])


def _chattering(happening: Happening, sensors: _Sensors, random: Random) -> _Made:
    sensor = _named(happening, sensors)
    kind = min(sensor.kinds & SEES_LIFE)
    dead = _Override(sensor.id, happening.at, happening.ends, {}, is_dead=True)
    return [dead], _chatter(happening, sensor.id, kind, random)


def _chatter(happening: Happening, sensor: str, kind: Kind, random: Random) -> Iterator[Signal]:
    at, stands = happening.at, True
    while at < happening.ends:
        yield Signal(at, sensor, {kind: stands})
        stands = not stands
        at += random.uniform(*CHATTERS)


def _strayed(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    sensor = _named(happening, sensors)
    kind = min(sensor.kinds & SEES_LIFE)
    seen = [(happening.at, True), (happening.at + STRAY_LASTS, False)]
    return [], iter([Signal(at, sensor.id, {kind: stands}) for at, stands in seen])


def _emptied(happening: Happening, sensors: _Sensors, _random: Random) -> _Made:
    sensor = _named(happening, sensors)
    kind, low = (
        (Kind.BATTERY, NEARLY_EMPTY) if Kind.BATTERY in sensor.kinds else (Kind.BATTERY_LOW, True)
    )
    if kind not in sensor.kinds:
        raise NoSensor(f"{happening.what}: {sensor.id} never speaks of its battery")
    override = _Override(sensor.id, happening.at, happening.ends, {kind: low}, dies=True)
    return [override], iter([Signal(happening.at, sensor.id, {kind: low})])


def _named(happening: Happening, sensors: _Sensors) -> Sensor:
    sensor = sensors.get(happening.sensor)
    if sensor is None:
        raise NoSensor(f"{happening.what}: no device {happening.sensor!r} in this home")
    if happening.what in _ABOUT_LIFE and not sensor.kinds & SEES_LIFE:
        raise NoSensor(f"{happening.what}: {sensor.id} does not see life")
    return sensor


def _one(happening: Happening, sensors: _Sensors, kind: Kind) -> Sensor:
    if happening.sensor:
        return _named(happening, sensors)
    for sensor in sensors.values():
        if kind in sensor.kinds | sensor.profile.kinds:
            return sensor
    raise NoSensor(f"{happening.what}: no device with {kind}")


_MAKERS: dict[What, Callable[[Happening, _Sensors, Random], _Made]] = {
    What.FIRE: _hazard,
    What.GAS: _hazard,
    What.SOS: _pressed,
    What.COLLAPSE: _felt,
    What.FALL: _felt,
    What.BROKEN: _broken,
    What.STUCK: _stuck,
    What.DEAF: _deaf,
    What.CHATTERING: _chattering,
    What.STRAY: _strayed,
    What.EMPTY_BATTERY: _emptied,
}
