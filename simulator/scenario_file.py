"""Reads a scenario's TOML: all its faults at once, each with its place and what would be right.

What the keys mean is scenario's.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

from edge.model import Outcome, Rule
from simulator.happening import Layer, What
from simulator.scenario import (
    RULES,
    Answer,
    Awaited,
    Does,
    May,
    Must,
    MustNot,
    Planned,
    Scenario,
)
from simulator.scenario_words import said
from simulator.sections import Fault, Section

# What each kind of happening takes besides `at` and `day`; with a ! it is required.
TAKES: dict[What, str] = {
    What.COLLAPSE: "room for crawls felt",
    What.FALL: "room for! felt",
    What.WANDERING: "for! goes_out",
    What.NOT_BACK: "for",
    What.HOLIDAY: "for!",
    What.HOSPITAL: "for!",
    What.GUEST: "for!",
    What.DOG: "for",
    What.FIRE: "room! for!",
    What.GAS: "room! for!",
    What.SOS: "sensor",
    What.POWER_CUT: "for!",
    What.INTERNET_CUT: "for!",
    What.BROKER_KILLED: "",
    What.WRONG_CLOCK: "for!",
}
DEVICE_TAKES = "sensor! for"
LONGEST = timedelta(days=60)


class ScenarioFaults(Exception):
    """A scenario that cannot be played, with everything that is to be mended."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.told("en") for fault in faults))


def names() -> list[str]:
    """Give the names of the scenarios that come along."""
    return sorted(each.name.removesuffix(".toml") for each in _folder() if _is_toml(each))


def named(name: str) -> Scenario:
    """Read one that comes along; raise ScenarioFaults, or FileNotFoundError where there is none."""
    for each in _folder():
        if each.name == f"{name}.toml":
            return parsed(each.read_text(encoding="utf-8"), name)
    raise FileNotFoundError(name)


def _folder() -> Iterable[Traversable]:
    return (files("simulator") / "scenarios").iterdir()


def _is_toml(entry: Traversable) -> bool:
    return entry.name.endswith(".toml")


def parsed(text: str, name: str) -> Scenario:
    """Read a scenario; raise ScenarioFaults with everything that is wrong."""
    faults: list[Fault] = []
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioFaults([Fault(name, "", said("no_toml", why=error))]) from error
    scenario = _scenario(Section(table, name, "", faults), name)
    faults += _contradictions(scenario) if not faults else []
    if faults:
        raise ScenarioFaults(faults)
    return scenario


def _scenario(section: Section, name: str) -> Scenario:
    head = section.section("scenario")
    title = head.section("title")
    scenario = Scenario(
        name=name,
        title={language: title.text(language) for language in ("en", "zh")},
        home=head.text("home"),
        person=head.text("person"),
        seed=head.whole("seed", 0, 2**31, 1),
        days=head.whole("days", 0, 365, 15),
        lasts=head.duration("lasts", timedelta(days=1)) or timedelta(days=1),
        happens=tuple(_planned(each) for each in section.sections("happens")),
        must=tuple(_must(each) for each in section.sections("must")),
        may=tuple(_may(each) for each in section.sections("may")),
        must_not=tuple(_must_not(each) for each in section.sections("must_not")),
        answers=tuple(_answer(each) for each in section.sections("answers")),
        waits_for=Awaited(word) if (word := head.maybe_word("waits_for", Awaited)) else None,
        is_long=head.flag("long"),
    )
    for part in (title, head, section):
        part.end()
    return scenario


def _planned(section: Section) -> Planned:
    what = section.word("what", What)
    kind = What(what) if what else What.SOS
    takes = DEVICE_TAKES if kind.layer is Layer.DEVICE else TAKES[kind]
    keys = {key.rstrip("!"): key.endswith("!") for key in takes.split()}
    if what:
        section.takes(
            what, {"what", "at", "day", *keys}, {k for k, needed in keys.items() if needed}
        )
    planned = Planned(
        kind,
        section.whole("day", 0, 60, 0),
        section.clock("at"),
        section.duration("for", None),
        section.text("room", ""),
        section.text("sensor", ""),
        section.flag("crawls"),
        section.flag("goes_out"),
        section.flag("felt"),
    )
    section.end()
    return planned


def _must(section: Section) -> Must:
    must = Must(
        section.word("rule", RULES),
        section.texts("to"),
        section.duration("within", None, is_needed=True) or timedelta(),
        section.whole("of", 0, 99, 0),
        section.duration("cleared_within", None),
        section.whole("most", 1, 1000, 1),
    )
    section.end()
    return must


def _may(section: Section) -> May:
    may = May(section.word("rule", RULES), section.whole("most", 1, 1000, 1))
    section.end()
    return may


def _must_not(section: Section) -> MustNot:
    must_not = MustNot(section.word("rule", RULES))
    section.end()
    return must_not


def _answer(section: Section) -> Answer:
    answer = Answer(
        section.word("rule", RULES),
        section.text("by"),
        Does(section.word("does", Does) or Does.TAKES),
        section.duration("after", None, is_needed=True) or timedelta(),
        Outcome(section.maybe_word("outcome", Outcome) or Outcome.HELPED),
    )
    section.end()
    return answer


def _contradictions(scenario: Scenario) -> list[Fault]:
    """Give what is readable and cannot be meant."""
    faults = []
    if not (scenario.must or scenario.must_not):
        faults.append(Fault(scenario.name, "must", said("never_passed")))
    last = len(scenario.happens) - 1
    for number, must in enumerate(scenario.must):
        if must.of > max(last, 0):
            wrong = said("no_happening", value=must.of, high=last)
            faults.append(Fault(scenario.name, f"must[{number}].of", wrong))
    forbidden = {each.rule for each in scenario.must_not}
    allowed = [("must", each.rule) for each in scenario.must]
    allowed += [("may", each.rule) for each in scenario.may]
    faults += [
        Fault(scenario.name, "must_not", said("contradicts", value=rule, other=other))
        for other, rule in allowed
        if rule in forbidden
    ]
    return faults + _unkept(scenario)


def _unkept(scenario: Scenario) -> list[Fault]:
    """Give the promises of rules that are still to come, where nothing says that they are."""
    if scenario.waits_for is not None:
        return []
    return [
        Fault(scenario.name, f"must[{number}].rule", said("awaited_rule", value=must.rule))
        for number, must in enumerate(scenario.must)
        if must.rule not in set(map(str, Rule))
    ]
