"""The command that plays scenarios for people, as far as it says something without playing."""

import pytest

from simulator.playbill import main
from simulator.scenario_file import named, names


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_scenario_is_listed_with_what_happens_in_it(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--list", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == names()
    assert all(named(line.split()[0]).title[language] in line for line in lines)


def test_a_name_that_is_no_scenario_s_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["collapse_attic", "--lang", "en"]) == 2
    told = capsys.readouterr().out
    assert told.startswith("no scenario collapse_attic; there are ")
    assert "collapse_bathroom" in told
