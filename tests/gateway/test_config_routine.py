"""What a household's file says of rooms, nights and the bed."""

from pathlib import Path

import pytest

from edge.model import Routine
from gateway.config import load
from tests.gateway.test_config_kinds import BTHOME, written

PRESENCE = f'{BTHOME}kinds = ["presence"]\n'


def test_without_a_word_every_rule_is_on_and_nobody_is_taken_to_wander(tmp_path: Path) -> None:
    (home,) = load(written(tmp_path, PRESENCE)).homes
    assert home.routine == Routine()
    assert home.routine.stay and home.routine.wandering and not home.routine.wanders


def test_each_rule_can_be_switched_off(tmp_path: Path) -> None:
    off = "\n[routine]\nstay = false\ncrawling = false\nanchor = false\nwandering = false\n"
    (home,) = load(written(tmp_path, PRESENCE + off + "bed = false\n")).homes
    assert home.routine == Routine(False, False, False, False, False)


@pytest.mark.parametrize(("line", "is_bed"), [("", False), ("bed = true\n", True)])
def test_a_sensor_of_presence_is_a_bed_where_the_file_says_so(
    tmp_path: Path, line: str, is_bed: bool
) -> None:
    (fitted,) = load(written(tmp_path, PRESENCE + line)).fitted
    assert fitted.device.bed is is_bed


@pytest.mark.parametrize(("line", "is_bed"), [("", True), ("bed = false\n", False)])
def test_a_bed_radar_is_one_by_its_profile_unless_the_file_says_otherwise(
    tmp_path: Path, line: str, is_bed: bool
) -> None:
    radar = 'profile = "bed_radar"\naddress = "bed"\n'
    port = '\n[[serial]]\nid = "bed"\nport = "/dev/ttyUSB0"\n'
    directory = written(tmp_path, radar + line)
    with (directory / "gateway.toml").open("a", encoding="utf-8") as file:
        file.write(port)
    (fitted,) = load(directory).fitted
    assert fitted.device.bed is is_bed


def test_nobody_is_told_later_because_the_question_is_asked_more_seldom(tmp_path: Path) -> None:
    often = "\n[inactivity]\nbudget = 8\nquestion_budget = 2\n"
    (home,) = load(written(tmp_path, PRESENCE + often)).homes
    assert home.patience.question_budget == home.patience.budget == 8
