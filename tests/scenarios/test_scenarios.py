"""Each scenario through the real daemon over the real transports: who is told what, and when.

One that waits for a rule must not pass yet; the day it does, its `waits_for` is taken out.
"""

import pytest

from simulator import home_file
from simulator.checker import faults
from simulator.fitting import Fitting
from simulator.scenario_file import named, names
from simulator.telephones import OVER
from tests.scenarios.conftest import Theatre

pytestmark = pytest.mark.timeout(1800)
SHORT = [name for name in names() if not named(name).is_long]
# What a scenario that waits may lack: what its file promises, and nothing that it does not name.
PROMISED = {"not_told", "told_late", "not_cleared", "cleared_early", "must_not", "too_many"}
LEARNED = [name for name in names() if named(name).is_long or named(name).days > 1]


def judged(name: str, theatre: Theatre) -> None:
    scenario = theatre.scenarios[name]
    zone = home_file.named(scenario.home).zone
    found = faults(scenario, theatre.told(name), zone)
    told = [fault.told("en") for fault in found]
    if scenario.waits_for is None:
        assert told == []
    else:
        assert found, f"it passes: {scenario.waits_for} is kept, take waits_for out of its file"
        assert {fault.key for fault in found} <= PROMISED, told


@pytest.mark.parametrize("name", SHORT)
def test_the_right_people_are_told_in_time_and_nobody_of_anything_else(
    name: str, theatre: Theatre
) -> None:
    judged(name, theatre)


@pytest.mark.soak
@pytest.mark.parametrize("name", LEARNED)
def test_after_four_weeks_and_over_days_the_same_holds(name: str, theatre: Theatre) -> None:
    judged(name, theatre)


@pytest.mark.parametrize("name", SHORT)
def test_on_the_ordinary_days_before_it_nobody_is_told_anything(
    name: str, theatre: Theatre
) -> None:
    plan = home_file.named(theatre.scenarios[name].home)
    # A bracelet that goes out for longer than its time-out is told as not heard, by today's rules.
    has_bracelet = any(sensor.fitting is Fitting.BRACELET for sensor in plan.sensors)
    allowed = {"silent", "battery"} if has_bracelet else set()
    told = [one for one in theatre.told_before(name) if one.rule not in allowed]
    assert [(f"{one.at:%m-%d %H:%M}", one.phone, one.title) for one in told] == []


def test_the_end_of_an_alert_is_known_by_the_words_that_people_read() -> None:
    from edge.model import Reason
    from gateway.wording.english import ENGLISH

    assert ENGLISH.reasons[Reason.RESOLVED].strip() == OVER
