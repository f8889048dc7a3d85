"""Plays scenarios by their names and shows what people were told, beside what was promised.

Playing them is trial's, judging them checker's.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.checker import Told, faults
from simulator.scenario import Scenario
from simulator.scenario_file import ScenarioFaults, named, names
from simulator.scenario_words import WORDS, said
from simulator.trial import gathered, home_of, play, prepare, together
from simulator.words import LANGUAGES, usual_language

REFUSED = 2


def main(arguments: list[str] | None = None) -> int:
    """Play what is asked for; 0 where all is as promised, 1 where not."""
    options = _options(arguments)
    if options.list:
        for each in map(named, names()):
            print(f"{each.name:32} {each.title[options.lang]}")
        return 0
    wanted = options.names or [name for name in names() if not named(name).is_long]
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        listed = ", ".join(names())
        print(said("unknown_scenario", name=unknown[0], names=listed).told(options.lang))
        return REFUSED
    try:
        scenarios = [named(name) for name in wanted]
    except ScenarioFaults as found:
        for fault in found.faults:
            print(fault.told(options.lang))
        return REFUSED
    return _shown(scenarios, options.lang)


def _shown(scenarios: Sequence[Scenario], language: str) -> int:
    passed = waiting = failed = 0
    for scenario, told in _played(scenarios, language):
        found = faults(scenario, told, home_of(scenario).zone)
        is_waiting = scenario.waits_for is not None
        is_right = bool(found) is is_waiting
        passed += is_right and not is_waiting
        waiting += is_right and is_waiting
        failed += not is_right
        _show(scenario, told, language)
        for fault in found:
            print(f"      ! {fault.told(language)}")
        key = "waits" if is_waiting and found else "no_longer_waits" if is_waiting else ""
        verdict = key or ("fails" if found else "passes")
        print(f"      {said(verdict, rule=scenario.waits_for).told(language)}\n", flush=True)
    print(said("sum", passed=passed, waiting=waiting, failed=failed).told(language))
    return 1 if failed else 0


def _played(scenarios: Sequence[Scenario], language: str) -> Iterator[tuple[Scenario, list[Told]]]:
    with tempfile.TemporaryDirectory(prefix="shouhu-scenarios-") as folder:
        for number, group in enumerate(gathered(scenarios)):
            homes = ", ".join(sorted({each.home for each in group}))
            prepares = said("prepares", homes=homes, count=len(group), days=group[0].days)
            print(prepares.told(language) + "\n", flush=True)
            ground = prepare(group, Path(folder) / f"ground-{number}")
            for part in together(group):
                told = play(part, ground, Path(folder) / "play")
                yield from ((scenario, told[scenario.name]) for scenario in part)


def _show(scenario: Scenario, told: Sequence[Told], language: str) -> None:
    print(f"{scenario.name}: {scenario.title[language]}")
    first: dict[tuple[str, str, bool], Told] = {}
    for one in told:
        first.setdefault((one.alert, one.phone, one.is_over), one)
    for one in first.values():
        line = said("told_line", at=f"{one.at:%m-%d %H:%M}", who=one.phone, title=one.title)
        print(f"      {line.told(language)}")
    if not told:
        print(f"      {said('nothing_told').told(language)}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    help_of = {
        key: WORDS[f"help_{key}"][usual_language() == "zh"] for key in ("what", "names", "list")
    }
    parser = argparse.ArgumentParser(prog="scripts/scenarios", description=help_of["what"])
    parser.add_argument("names", nargs="*", metavar="NAME", help=help_of["names"])
    parser.add_argument("--list", action="store_true", help=help_of["list"])
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default=usual_language())
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
