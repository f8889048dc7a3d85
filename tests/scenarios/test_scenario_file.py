"""Scenarios as files: what is read, and every fault told at once with its place and its mend."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.model import Rule
from simulator import home_file, person
from simulator.happening import What
from simulator.scenario import Awaited, Scenario
from simulator.scenario_file import TAKES, ScenarioFaults, named, names, parsed
from simulator.scenario_words import WORDS
from tests.test_language import CHINESE, blanks

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = """
[scenario]
title = { en = "a fire", zh = "着火" }
home = "flat"
person = "early_riser"
"""
FIRE = """
[[happens]]
what = "fire"
at = "11:50"
room = "kitchen"
for = "20m"

[[must]]
rule = "smoke"
to = ["daughter"]
within = "2m"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioFaults) as raised:
        parsed(text, "fire")
    return [fault.told("en") for fault in raised.value.faults]


def test_a_scenario_says_when_what_happens_in_the_home_s_own_time() -> None:
    scenario = parsed(HEAD + FIRE, "fire")
    [fire] = scenario.happenings(ZONE)
    assert (fire.what, fire.room, fire.ends - fire.at) == (What.FIRE, "kitchen", 1200.0)
    assert scenario.ends(ZONE) - scenario.begins(ZONE) == timedelta(days=1, hours=11, minutes=50)


def test_what_has_no_end_lasts_beyond_the_scenario() -> None:
    text = HEAD + FIRE.replace('what = "fire"', 'what = "collapse"').replace('for = "20m"', "")
    scenario = parsed(text, "fire")
    [collapse] = scenario.happenings(ZONE)
    assert collapse.ends > scenario.ends(ZONE).timestamp()


def test_every_fault_is_told_at_once_with_its_place_and_what_would_be_right() -> None:
    text = (
        '[scenario]\ntitle = "fire"\nhome = "flat"\ndays = 999\nlasts = "soon"\ncolour = "red"\n'
        '[[happens]]\nwhat = "fires"\nat = "noon"\n'
        '[[must]]\nrule = "smoek"\nto = []\nwithin = 5\n'
    )
    told = faults(text)
    wanted = (
        "fire: scenario.title: is fire; write for example [title]",
        "fire: scenario.person: is missing",
        "fire: scenario.days: is 999; from 0 to 365 is right",
        "fire: scenario.lasts: is soon",
        "fire: scenario.colour: is no key here",
        "fire: happens[0].what: fires is not known; did you mean fire?",
        "fire: happens[0].at: is noon",
        "fire: must[0].rule: smoek is not known; did you mean smoke?",
        "fire: must[0].to: is []",
        "fire: must[0].within: is 5",
    )
    assert [want for want in wanted if not any(line.startswith(want) for line in told)] == []


def test_a_happening_takes_only_what_belongs_to_it() -> None:
    told = faults(HEAD + FIRE.replace('room = "kitchen"', 'sensor = "sos"'))
    assert (
        "fire: happens[0].sensor: fire takes no sensor; it takes at, day, for, room, what" in told
    )
    assert "fire: happens[0].room: fire needs room" in told


def test_text_that_is_no_toml_is_one_fault() -> None:
    assert faults("[[")[0].startswith("fire: is not TOML: ")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('[[must_not]]\nrule = "smoke"\n', "smoke stands in must_not and in must"),
        ('[[must]]\nrule = "leak"\nto = ["duty"]\nwithin = "1m"\nof = 1\n', "no happening 1"),
        ('[[must]]\nrule = "company"\nto = ["duty"]\nwithin = "1m"\n', "a rule that is still to"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(more: str, fault: str) -> None:
    [told] = faults(HEAD + FIRE + more)
    assert fault in told


def test_a_scenario_that_asks_for_nothing_is_a_fault() -> None:
    assert "add must or must_not" in faults(HEAD)[0]


def test_each_phrase_has_both_languages_with_the_same_blanks() -> None:
    for english, chinese in WORDS.values():
        assert blanks(english) == blanks(chinese)
        assert not CHINESE.search(english)
        assert CHINESE.search(chinese) or english.startswith("{")


@pytest.mark.parametrize("name", names())
def test_a_scenario_that_comes_along_names_a_home_a_person_and_sensors_that_exist(
    name: str,
) -> None:
    scenario = named(name)
    plan = home_file.named(scenario.home)
    assert person.named(scenario.person)
    sensors = {sensor.id for sensor in plan.sensors}
    assert {each.sensor for each in scenario.happens if each.sensor} <= sensors
    rooms = {place.id for place in plan.rooms}
    assert {each.room for each in scenario.happens if each.room} <= rooms
    assert CHINESE.search(scenario.title["zh"])


def test_every_kind_of_happening_has_its_scenario() -> None:
    shown = {each.what for name in names() for each in named(name).happens}
    assert set(What) - shown == set()
    assert {what for what in What if what not in TAKES} <= shown


def test_a_scenario_waits_only_for_what_no_rule_keeps_yet() -> None:
    waiting: list[Scenario] = [each for name in names() if (each := named(name)).waits_for]
    kept = set(map(str, Rule))
    assert [each.name for each in waiting if str(each.waits_for) in kept] == []


def test_the_page_on_scenarios_names_everything_that_can_happen_and_be_waited_for(
    repository: Path,
) -> None:
    page = (repository / "docs/scenarios.md").read_text()
    assert [word for word in [*What, *Awaited] if f"`{word}`" not in page] == []
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert parsed(example, "fire").must[0].rule == "smoke"
