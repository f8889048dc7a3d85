"""The examples of third parties' profiles are tried wherever a configuration is checked."""

from pathlib import Path

import pytest

from gateway.config import examine
from gateway.language import Language
from gateway.wire.proof import misses
from tests.command_line import shouhu
from tests.profiles.altered import SOUND, Steps, as_toml, changed
from tests.profiles.made import CATALOGUE, profile_of

METER, TAG = "acme_water_meter", "acme_leak_tag"
FILES = 'profiles = ["型号"]\n[[channel]]\nid = "push"\ntype = "apprise"\nurl_file = "url"\n'
HOME = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"
[resident]
name = "王桂兰"
[[room]]
id = "kitchen"
name = "厨房"
[[device]]
id = "water"
room = "kitchen"
profile = "acme_water_meter"
address = "acme/kitchen"
[[device]]
id = "motion"
room = "kitchen"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/厨房红外"
[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a sound configuration with a directory of profiles."""
    for name, text in (("gateway.toml", FILES), ("url", "json://127.0.0.1/x\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "households").mkdir()
    (tmp_path / "households" / "wang.toml").write_text(HOME)
    (tmp_path / "型号").mkdir()
    (tmp_path / "型号" / f"{METER}.toml").write_text(as_toml(SOUND[METER]))
    return tmp_path


def warnings(directory: Path) -> list[str]:
    """Give what a check of the directory warns of in examples; nothing may be worse."""
    found = examine(directory)
    assert [fault.told(Language.EN) for fault in found.faults] == []
    told = [warning.told(Language.EN) for warning in found.warnings]
    return [line for line in told if "example[" in line]


def test_every_example_of_ours_holds() -> None:
    assert [profile.id for profile in CATALOGUE.values() if misses(profile)] == []


@pytest.mark.parametrize(
    ("name", "steps", "value", "expected", "got"),
    [
        (METER, ("means",), {"leak": False}, "leak = false", "leak = true, battery = 70"),
        (METER, ("means",), {"leak": 1, "battery": 70}, "leak = 1", "leak = true, battery = 70"),
        (METER, ("refused",), ["damaged"], "battery = 70, refused damaged", "battery = 70"),
        (METER, ("bridge_online",), True, "battery = 70, bridge_online = true", "battery = 70"),
        (METER, ("topic",), "acme/kitchen/down", "leak = true", "nothing, refused unknown_device"),
        (METER, ("payload",), '{"alarms":{"water":"perhaps"}}', "leak", "refused unknown_value"),
        (TAG, ("name",), "OTHER", "leak = true", "nothing"),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_what_it_meant(
    name: str, steps: Steps, value: object, expected: str, got: str
) -> None:
    profile = profile_of(as_toml(changed(name, ("example", 0, *steps), value)), name)

    (miss,) = misses(profile)

    assert miss.number == 0
    assert expected in miss.expected
    assert got.removeprefix("nothing, ") in miss.got


def test_a_configuration_with_profiles_whose_examples_hold_is_sound(directory: Path) -> None:
    assert warnings(directory) == []


def test_a_check_warns_of_each_example_that_does_not_hold_and_the_home_is_watched(
    directory: Path,
) -> None:
    wrong = changed(METER, ("example", 0, "means"), {"leak": False})
    wrong["example"] = [*SOUND[METER]["example"], *wrong["example"], *wrong["example"]]
    file = directory / "型号" / f"{METER}.toml"
    file.write_text(as_toml(wrong))

    told = warnings(directory)

    assert [line.partition(": this")[0] for line in told] == [
        f"{file}: example[1]",
        f"{file}: example[2]",
    ]
    assert "expected leak = false; got leak = true, battery = 70" in told[0]


def test_all_faults_of_a_third_partys_profile_are_told_each_with_its_place(
    directory: Path,
) -> None:
    wrong = changed(METER, ("message", 0, "field", 0, "kind"), "smok") | {"hold": "0s"}
    file = directory / "型号" / f"{METER}.toml"
    file.write_text(as_toml(wrong))
    (directory / "型号" / "torn.toml").write_text("= =")

    told = "\n".join(fault.told(Language.EN) for fault in examine(directory).faults)

    assert f'{file}: message[0].field[0].kind: unknown "smok"; did you mean "smoke"?' in told
    assert f"{file}: hold: must be 1s at least" in told
    assert f"{directory / '型号' / 'torn.toml'}: not TOML" in told


def test_the_command_tells_it_in_both_languages(directory: Path) -> None:
    wrong = changed(METER, ("example", 0, "means"), {"leak": False})
    (directory / "型号" / f"{METER}.toml").write_text(as_toml(wrong))

    said = [shouhu("--lang", each, "check", "--config", str(directory)) for each in ("en", "zh")]

    assert [done.code for done in said] == [0, 0]
    assert "example[0]: this example does not hold: expected leak = false; got leak" in said[0].err
    assert "example[0]：这个示例与实际结果不符：应为 leak = false；实际为 leak" in said[1].err
