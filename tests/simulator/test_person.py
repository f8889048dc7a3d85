"""Persons as data: read with all their faults, or drawn from the spread of homes."""

import re
from dataclasses import astuple, fields
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from simulator import imagined, person
from simulator.life import RESIDENT
from simulator.person import Person, PersonFaults
from simulator.population import Spread, population, week

DRAWN = 400


def test_every_person_that_comes_along_can_be_read() -> None:
    assert "quiet" in person.names()
    assert all(person.named(name).name for name in person.names())


def test_what_a_file_leaves_out_is_as_in_the_middle() -> None:
    read = person.parsed('name = "Li"\n[sleep]\nrises = 5.5', "li.toml")
    middle = Person.middle()
    assert read.name == "Li"
    assert read.sleep.rises == 5.5
    assert read.sleep.retires == middle.sleep.retires
    assert read.outings == middle.outings


def test_all_faults_of_a_file_are_told_at_once_in_both_languages() -> None:
    text = '[sleep]\nrises = -1\nretire = 22\n[body]\npulse = "fast"\nlively = true'
    with pytest.raises(PersonFaults) as told:
        person.parsed(text, "li.toml")
    english, chinese = told.value.told("en").splitlines(), told.value.told("zh").splitlines()
    assert english[0] == "li.toml: sleep.rises: is -1; from 3 to 11.5 is right"
    assert english[1] == "li.toml: sleep.retire: is no key here; did you mean sleep.retires?"
    assert len(english) == len(chinese) == 4
    assert "应在 3 到 11.5 之间" in chinese[0]


@pytest.mark.parametrize("key", sorted(population()))
def test_whatever_the_file_allows_can_be_lived(key: str) -> None:
    part, name = key.split(".")
    for bound in person.BOUNDS.get(key, person.ANY):
        somebody = person.parsed(f"[{part}]\n{name} = {bound}", "somebody.toml")
        lived = [s for s in imagined.lived(somebody, days=3, seed=1) if s.who == RESIDENT]
        assert all(a.ends == b.begins and a.begins < a.ends for a, b in pairwise(lived))


def test_every_parameter_is_explained(repository: Path) -> None:
    page = (repository / "docs/simulator.md").read_text()
    explained = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| .{5,} \|$", page, re.MULTILINE))
    assert explained == population().keys()


def test_a_name_that_is_not_known_says_which_is_meant() -> None:
    with pytest.raises(PersonFaults, match="did you mean frail"):
        person.named("frial")


def test_a_file_that_is_not_there_or_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(PersonFaults, match="No such file"):
        person.named(str(tmp_path / "li.toml"))
    broken = tmp_path / "broken.toml"
    broken.write_text("[sleep")
    with pytest.raises(PersonFaults, match="not TOML"):
        person.read(broken)


def test_the_same_seed_draws_the_same_person() -> None:
    assert Person.drawn(7) == Person.drawn(7)
    assert Person.drawn(7) != Person.drawn(8)


def test_drawn_persons_spread_like_the_recorded_homes() -> None:
    visits = sorted(Person.drawn(seed).sleep.night_visits for seed in range(DRAWN))
    spread = population()["sleep.night_visits"]
    assert median(visits) == pytest.approx(spread.middle, rel=0.1)
    assert visits[DRAWN // 10] == pytest.approx(spread.low, abs=0.25)
    assert visits[-DRAWN // 10] == pytest.approx(spread.high, abs=0.25)


def test_every_parameter_has_its_spread_and_its_low_is_not_above_its_high() -> None:
    parameters = {
        f"{part}.{field.name}" for part, kind in person.PARTS.items() for field in fields(kind)
    }
    assert population().keys() == parameters
    assert all(s.low <= s.middle <= s.high for s in population().values())


def test_no_drawn_parameter_is_negative() -> None:
    drawn = [Person.drawn(seed) for seed in range(50)]
    values = [v for who in drawn for part in astuple(who)[1:] for v in part]
    assert min(values) >= 0
    assert Spread(0.0, 0.1, 5.0).middle == 0.1


def test_the_week_has_seven_days_about_one() -> None:
    assert len(week()) == 7
    assert sum(week()) == pytest.approx(7, abs=0.01)
