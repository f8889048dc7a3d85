"""Homes in bulk for experiments with detectors: readings straight into the household's own object,
no wire and no transport in between.

Who lives in the home is imagined's to say, what comes of the readings the household's.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from edge.model import Device, Home, Moment, Patience, Reading, Room
from simulator.home import Plan, Sensor
from simulator.life import Signal


def household(plan: Plan, patience: Patience) -> Home:
    """Give the home as the household knows it; nobody is told of anything."""
    rooms = tuple(Room(place.id, place.names.en) for place in plan.rooms)
    devices = tuple(_device(sensor) for sensor in plan.sensors)
    return Home(plan.id, plan.names.en, "", plan.zone_name, rooms, devices, patience=patience)


def readings(plan: Plan, heard: Iterable[Signal]) -> Iterator[Reading]:
    """Give what the sensors say as live readings, each heard at once."""
    rooms = {sensor.id: sensor.room for sensor in plan.sensors}
    for signal in heard:
        at = datetime.fromtimestamp(signal.at, UTC)
        moment, room = Moment.of(at), rooms[signal.sensor]
        for kind, value in signal.values.items():
            yield Reading(plan.id, signal.sensor, room, kind, value, at, moment)


def _device(sensor: Sensor) -> Device:
    profile = sensor.profile
    return Device(
        id=sensor.id,
        room=sensor.room,
        name=sensor.names.en,
        kinds=sensor.kinds,
        source=profile.source,
        bridge=profile.bridge_of(sensor.address),
        outer_door=sensor.outer_door,
        hold=profile.hold,
        clears_after=profile.clears_after,
        silent_after=profile.silent_after,
        bed=profile.bed,
    )
