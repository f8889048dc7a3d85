"""Lives in a few words, for tests of what sensors make of them."""

from collections.abc import Iterable

from edge.model import Kind, Value
from simulator.home import Plan
from simulator.home_file import named
from simulator.life import RESIDENT, Doing, Signal, Stay
from simulator.sensing import signals

BEGINS = 1_772_400_000.0
HOUR = 3600.0


def life(*pieces: tuple[str, float, float], who: int = RESIDENT, **more: object) -> list[Stay]:
    """Make stays that follow one another: room, hours, movements an hour."""
    stays, at = [], BEGINS
    for room, hours, stirs in pieces:
        ends = at + hours * HOUR
        doing = Doing.OUT if room == "" else Doing.REST
        stays.append(Stay(who, room, doing, at, ends, stirs)._replace(**more))  # type: ignore[arg-type]
        at = ends
    return stays


def quiet(home: str = "flat", **traits: object) -> Plan:
    """Give a home whose sensors miss, imagine, lose and repeat nothing."""
    plan = named(home)
    plain = {"misses": 0.0, "false_a_day": 0.0, "loss": 0.0, "reports": 0.0, "says_all": False}
    sensors = (
        sensor._replace(traits=sensor.traits._replace(**{**plain, **traits}))  # type: ignore[arg-type]
        for sensor in plan.sensors
    )
    return plan._replace(sensors=tuple(sensors))


def heard(plan: Plan, stays: Iterable[Stay], seed: int = 1) -> list[Signal]:
    """Give all that is said, first words left out."""
    return list(signals(plan, stays, seed, is_first=False))


def of(said: Iterable[Signal], sensor: str, kind: Kind) -> list[tuple[float, Value]]:
    """Give when one sensor said what of one kind, in seconds after the beginning."""
    return [
        (signal.at - BEGINS, signal.values[kind])
        for signal in said
        if signal.sensor == sensor and kind in signal.values
    ]
