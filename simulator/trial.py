"""Plays scenarios: ordinary weeks first, then what happens, through the real daemon.

Each scenario is a home of its own behind one gateway; what happens to the gateway itself happens
to one home alone. All that leaves here is what people were told.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from functools import partial
from heapq import merge
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from simulator import home_file, person, resident
from simulator.box import Box
from simulator.checker import Told
from simulator.device_faults import sensed
from simulator.faults import lived
from simulator.happening import Happening, Layer, What
from simulator.home import Plan
from simulator.life import Signal, Stay
from simulator.player import Heard, Player
from simulator.scenario import FIRST_DAY, Scenario
from simulator.sensing import signals
from simulator.surroundings import Surroundings
from simulator.telephones import Telephones
from simulator.voice import Voice

DAY = 86400.0
ANNOUNCED = 1800.0  # before they leave
GOES_ON = 1_000_000  # where sealed devices count on after the ordinary days
Result = dict[str, list[Told]]  # by the scenario's name


class Ground(NamedTuple):
    """Homes after their ordinary days: the store to go on from, and what was told meanwhile."""

    store: Path
    told: Result


def gathered(scenarios: Iterable[Scenario]) -> list[list[Scenario]]:
    """Put together what can share its ordinary days: as many of them, and no port in the way."""
    groups: dict[tuple[int, str], list[Scenario]] = {}
    for scenario in scenarios:
        key = scenario.days, "" if _can_share(home_of(scenario)) else scenario.name
        groups.setdefault(key, []).append(scenario)
    return list(groups.values())


def together(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    """Part those that can go on together from those that strike their gateway."""
    alone = [[each] for each in scenarios if _strikes_the_gateway(each)]
    rest = [each for each in scenarios if not _strikes_the_gateway(each)]
    return [rest, *alone] if rest else alone


def prepare(scenarios: Sequence[Scenario], directory: Path) -> Ground:
    """Live the ordinary days of these scenarios, all as many, in an empty directory."""
    plans = {each.name: home_of(each) for each in scenarios}
    directory.mkdir(parents=True)
    with Surroundings(directory, plans) as around:
        voices = {name: Voice(plan.sensors) for name, plan in plans.items()}
        zone = home_of(scenarios[0]).zone
        begins = datetime.combine(FIRST_DAY, time(), zone).timestamp()
        player = Player(around, voices, begins, _grain(plans.values()))
        player.step()
        player.live(_all(map(_ordinary, scenarios)), scenarios[0].begins(zone).timestamp())
        told = Telephones(around.box, plans).told(player.arrived)
    return Ground(directory / "store", told)


def play(scenarios: Sequence[Scenario], ground: Ground, directory: Path) -> Result:
    """Play what happens after the ordinary days; give what people were told of it."""
    plans = {each.name: home_of(each) for each in scenarios}
    directory.mkdir(parents=True)
    with Surroundings(directory, plans, ground.store) as around:
        voices = {name: Voice(plan.sensors, GOES_ON) for name, plan in plans.items()}
        zone = home_of(scenarios[0]).zone
        begins = scenarios[0].begins(zone).timestamp()
        player = Player(around, voices, begins, _grain(plans.values()))
        phones = Telephones(around.box, plans)
        player.on_arrival = partial(phones.answer, player, {s.name: s for s in scenarios})
        player.step()
        for name, happening in ((s.name, h) for s in scenarios for h in s.happenings(zone)):
            _arm(player, around, happening)
            _announce(player, around.box, name, happening)
        ends = {each.name: each.ends(zone) for each in scenarios}
        player.live(_all(map(_eventful, scenarios)), max(ends.values()).timestamp())
        told = phones.told(player.arrived)
    shutil.rmtree(directory)
    return {name: [one for one in of if one.at <= ends[name]] for name, of in told.items()}


def home_of(scenario: Scenario) -> Plan:
    """Give the home of a scenario, under a name and addresses of its own where that can be."""
    plan = home_file.named(scenario.home)
    return plan.moved_to(scenario.name) if _can_share(plan) else plan._replace(id=scenario.name)


def _can_share(plan: Plan) -> bool:
    return not plan.ports and not plan.speaks("ble")


def _grain(plans: Iterable[Plan]) -> float:
    """Give a fraction of the shortest time for which any device may be silent."""
    return min(
        sensor.profile.silent_after.total_seconds() / 4 for plan in plans for sensor in plan.sensors
    )


def _strikes_the_gateway(scenario: Scenario) -> bool:
    return any(each.what.layer is Layer.WORLD for each in scenario.happens)


# -- what the devices of a home say


def _all(homes: Iterable[Iterator[Heard]]) -> Iterator[Heard]:
    return merge(*homes, key=itemgetter(0))


def _life(scenario: Scenario, plan: Plan) -> Iterator[Stay]:
    who = person.named(scenario.person)
    return resident.stays(who, FIRST_DAY, plan.zone, scenario.seed)


def _ordinary(scenario: Scenario) -> Iterator[Heard]:
    """Give what they say until the end of the ordinary days."""
    plan = home_of(scenario)
    begins = datetime.combine(FIRST_DAY, time(), plan.zone).timestamp()
    ends = scenario.begins(plan.zone).timestamp()
    life = takewhile(lambda stay: stay.begins < ends, _life(scenario, plan))
    return _of(scenario, signals(plan, life, scenario.seed, begins=begins), ends)


def _eventful(scenario: Scenario) -> Iterator[Heard]:
    """Give what they say from the end of the ordinary days on."""
    plan = home_of(scenario)
    begins = scenario.begins(plan.zone).timestamp()
    ends = scenario.ends(plan.zone).timestamp()
    life = takewhile(lambda stay: stay.begins < ends + DAY, _life(scenario, plan))
    happenings = scenario.happenings(plan.zone)
    stays = lived((stay for stay in life if stay.ends > begins), happenings, scenario.seed)
    heard = signals(plan, stays, scenario.seed, begins=begins, is_first=not scenario.days)
    return _of(scenario, sensed(heard, happenings, plan.sensors, scenario.seed), ends)


def _of(scenario: Scenario, said: Iterable[Signal], ends: float) -> Iterator[Heard]:
    return ((s.at, scenario.name, s) for s in takewhile(lambda s: s.at < ends, said))


# -- what the family says


def _announce(player: Player, box: Box, home: str, happening: Happening) -> None:
    """Have the family declare a journey before it begins, and a stay in hospital without an end."""
    if happening.what not in (What.HOLIDAY, What.HOSPITAL):
        return
    ends = datetime.fromtimestamp(happening.ends, UTC).isoformat()
    until = ends if happening.what is What.HOLIDAY else None
    player.at(happening.at - ANNOUNCED, partial(box.declare_away, home, "daughter", until))


# -- what happens to the gateway


def _arm(player: Player, around: Surroundings, happening: Happening) -> None:
    """Have the world around the gateway fail when it is to, and mended after."""
    match happening.what:
        case What.POWER_CUT:
            player.at(happening.at, partial(_lose_power, player, around))
            player.at(happening.ends, partial(_regain_power, player, around))
        case What.INTERNET_CUT:
            player.at(happening.at, around.receiver.cut)
            player.at(happening.ends, around.receiver.mend)
        case What.WRONG_CLOCK:
            lasts = (happening.ends - happening.at) / 2
            player.at(happening.at, partial(_lose_power, player, around))
            player.at(happening.at + lasts, partial(_wake_late, player, around, lasts))
            player.at(happening.ends, partial(_regain_time, player))
        case What.BROKER_KILLED:
            player.at(happening.at, around.kill_broker)
        case _:
            pass


def _lose_power(player: Player, around: Surroundings) -> None:
    player.is_dark = True
    around.cut_power()


def _regain_power(player: Player, around: Surroundings) -> None:
    around.restore_power()
    player.is_dark = False
    player.step()  # what came before the first order would have the machine's own time


def _wake_late(player: Player, around: Surroundings, late: float) -> None:
    """Start with the clock of the moment at which the power went: a box has no battery for it."""
    player.wrong_by = -late
    _regain_power(player, around)


def _regain_time(player: Player) -> None:
    player.wrong_by = 0.0
