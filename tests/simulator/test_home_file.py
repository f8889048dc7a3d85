"""Homes as files: the ones that come along, and the faults of others."""

import re
from pathlib import Path

import pytest

from simulator.fitting import Fitting, Traits
from simulator.home_file import HomeFaults, named, names, parse

SHORT = """
name = "flat"
name_zh = "楼房"
entrance = "hall"

[[room]]
id = "hall"
name = "hall"
name_zh = "门厅"

[[room]]
id = "kitchen"
name = "kitchen"
name_zh = "厨房"
beside = { hall = 4 }

[[sensor]]
id = "kitchen_motion"
room = "kitchen"
name = "kitchen sensor"
name_zh = "厨房红外"
fitting = "infrared"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/kitchen motion"
"""


@pytest.mark.parametrize("name", names())
def test_a_home_that_comes_along_has_a_way_from_every_room_to_every_other(name: str) -> None:
    plan = named(name)
    rooms = [place.id for place in plan.rooms]
    assert all(plan.way(start, end) for start in rooms for end in rooms if start != end)
    assert {sensor.room for sensor in plan.sensors} <= set(rooms)


def test_the_way_leads_through_the_rooms_between() -> None:
    plan = named("flat")
    assert plan.way("bedroom", "kitchen") == (("hall", 4), ("living_room", 8), ("kitchen", 12))


def test_a_room_that_a_home_has_not_is_the_one_that_stands_for_it() -> None:
    studio = SHORT.replace("beside = {", 'also = ["bedroom", "living_room"]\nbeside = {')
    plan = parse(studio, "studio")
    assert [plan.room(name) for name in ("bedroom", "kitchen", "cellar", "")] == [
        "kitchen",
        "kitchen",
        "hall",
        "",
    ]


def test_all_faults_of_a_home_are_told_at_once_with_what_would_be_right() -> None:
    wrong = (
        SHORT.replace("hall = 4", "hal = 4")
        .replace('room = "kitchen"', 'room = "kitchn"')
        .replace('"zigbee2mqtt_motion"', '"zigbee2mqtt_smoke"')
        + "missses = 0.1\nsees = { cellar = 2 }\nblind = -3\n"
    )
    with pytest.raises(HomeFaults) as caught:
        parse(wrong, "flat")
    assert caught.value.told("en").splitlines() == [
        "flat.toml: room[1].beside.hal: hal is not known; did you mean hall?",
        "flat.toml: sensor[0].room: kitchn is not known; did you mean kitchen?",
        "flat.toml: sensor[0].sees.cellar: is 2; from 0 to 1 is right",
        "flat.toml: sensor[0].sees.cellar: cellar is not known; there are hall, kitchen",
        "flat.toml: sensor[0].blind: is -3; from 0 to 1e+06 is right",
        "flat.toml: sensor[0].missses: is no key here; did you mean misses?",
        "flat.toml: sensor[0].profile: zigbee2mqtt_smoke says nothing that such a sensor notices "
        "(motion)",
    ]
    assert "不认识 kitchn" in caught.value.told("zh")


def test_a_room_to_which_no_way_leads_is_a_fault() -> None:
    with pytest.raises(HomeFaults, match="no way leads from the entrance to kitchen"):
        parse(SHORT.replace("beside = { hall = 4 }", ""), "flat")


def test_every_key_and_fitting_of_a_sensor_is_documented_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
    homes = text.partition("\n## Homes\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z_]+)` \|", homes, re.MULTILINE)
    assert rows == [*Fitting, *Traits._fields]


def test_the_home_in_the_document_is_sound() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(name = .+?)```", text, re.DOTALL)
    plan = parse(example, "small")
    assert plan.sensors[0].sees == {"bedroom": 1.0, "hall": 0.3}
