"""What a household's file says of what a device measures: introduced ones, and one of a family."""

from pathlib import Path

import pytest

from edge.model import Kind
from gateway.config import examine, load
from gateway.language import Language

GATEWAY = """
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:9"
"""
HOME = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"

[resident]
name = "王桂兰"

[[room]]
id = "hall"
name = "门厅"

[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]

[[device]]
id = "door"
room = "hall"
"""
INTRODUCED = 'profile = "introduced"\naddress = "zigbee2mqtt/0x00158d0001a2b3c4"\n'
BTHOME = 'profile = "bthome"\naddress = "A4:C1:38:8D:18:B2"\n'


def written(directory: Path, device: str) -> Path:
    (directory / "households").mkdir()
    (directory / "gateway.toml").write_text(GATEWAY, encoding="utf-8")
    (directory / "gateway.toml").chmod(0o600)
    (directory / "households" / "wang.toml").write_text(HOME + device, encoding="utf-8")
    return directory


def test_an_introduced_device_measures_what_was_seen_of_it(tmp_path: Path) -> None:
    device = f'{INTRODUCED}kinds = ["contact_open", "battery"]\nouter_door = true'
    (fitted,) = load(written(tmp_path, device)).fitted
    assert fitted.device.kinds == {Kind.CONTACT_OPEN, Kind.BATTERY, Kind.ONLINE, Kind.TEST}
    assert fitted.device.bridge == "zigbee2mqtt"


def test_one_of_a_family_measures_what_is_listed(tmp_path: Path) -> None:
    device = f'{BTHOME}kinds = ["contact_open", "battery"]\nouter_door = true'
    (fitted,) = load(written(tmp_path, device)).fitted
    assert fitted.device.kinds == {Kind.CONTACT_OPEN, Kind.BATTERY}
    assert Kind.SMOKE in fitted.profile.kinds


def test_one_of_a_family_without_a_list_may_be_any_of_it(tmp_path: Path) -> None:
    (fitted,) = load(written(tmp_path, BTHOME)).fitted
    assert fitted.device.kinds == fitted.profile.kinds


def test_other_hardware_behind_the_role_is_another_text(tmp_path: Path) -> None:
    (fitted,) = load(written(tmp_path, BTHOME)).fitted
    assert fitted.device.hardware == "bthome A4:C1:38:8D:18:B2"


@pytest.mark.parametrize(
    ("device", "place", "said"),
    [
        (INTRODUCED, "device[0].kinds", "not said what this device measures"),
        (
            'profile = "introduced"\naddress = "motion"\nkinds = ["motion"]',
            "device[0].address",
            "0x00158d",
        ),
        (f'{INTRODUCED}kinds = ["smell"]', "device[0].kinds[0]", '"motion"'),
        (
            f'{BTHOME}kinds = ["motion", "sos"]',
            "device[0].kinds",
            "no device of this profile measures sos",
        ),
        (
            f'{BTHOME}kinds = ["motion"]\nouter_door = true',
            "device[0].outer_door",
            "bthome",
        ),
    ],
)
def test_each_slip_is_named(tmp_path: Path, device: str, place: str, said: str) -> None:
    found = {each.place: each for each in examine(written(tmp_path, device)).faults}
    assert said in found[place].told(Language.EN)
