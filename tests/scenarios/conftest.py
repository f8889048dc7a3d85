"""Plays the scenarios that were asked for, as many as can be at one time behind one gateway."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.checker import Told
from simulator.scenario import Scenario
from simulator.scenario_file import named
from simulator.trial import Ground, gathered, play, prepare, together

WEEKS = 28  # days that a long run lets a home be learned for, where it is learned at all
IN_MEMORY = Path("/dev/shm")  # thousands of synced commits: the disk's patience is not tested here


class Theatre:
    """Scenarios, each played at most once, and what people were told before and in them."""

    def __init__(self, scenarios: list[Scenario], directory: Path) -> None:
        self.scenarios = {each.name: each for each in scenarios}
        self._directory = directory
        self._groups = gathered(scenarios)
        self._grounds: dict[int, Ground] = {}
        self._told: dict[str, list[Told]] = {}

    def told(self, name: str) -> list[Told]:
        """Give what people were told in a scenario."""
        if name not in self._told:
            group = self._group(name)
            [part] = [each for each in together(self._groups[group]) if _holds(each, name)]
            directory = self._directory / f"play-{name}"
            self._told |= play(part, self._ground(group), directory)
        return self._told[name]

    def told_before(self, name: str) -> list[Told]:
        """Give what people were told in the ordinary days before it."""
        return self._ground(self._group(name)).told[name]

    def _group(self, name: str) -> int:
        [number] = [number for number, each in enumerate(self._groups) if _holds(each, name)]
        return number

    def _ground(self, number: int) -> Ground:
        if number not in self._grounds:
            directory = self._directory / f"ground-{number}"
            self._grounds[number] = prepare(self._groups[number], directory)
        return self._grounds[number]


def _holds(scenarios: list[Scenario], name: str) -> bool:
    return any(each.name == name for each in scenarios)


@pytest.fixture(scope="package")
def theatre(request: pytest.FixtureRequest) -> Iterator[Theatre]:
    """Give the theatre of all the scenarios that this run asks for by a parameter `name`."""
    wanted: dict[str, Scenario] = {}
    for item in request.session.items:
        if "theatre" in getattr(item, "fixturenames", ()) and isinstance(item, pytest.Function):
            scenario = named(item.callspec.params["name"])
            is_soak = item.get_closest_marker("soak") is not None and scenario.days > 1
            wanted[scenario.name] = replace(scenario, days=WEEKS) if is_soak else scenario
    memory = IN_MEMORY if IN_MEMORY.is_dir() else None
    directory = Path(tempfile.mkdtemp(prefix="shouhu-scenarios-", dir=memory))
    yield Theatre(list(wanted.values()), directory)
    shutil.rmtree(directory)
