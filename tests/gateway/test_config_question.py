"""What a household's file says of the question at home: who asks, who may answer, what is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import ZERO
from gateway.config import Config, examine, load
from gateway.language import Language

GATEWAY = """
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:9"

[[channel]]
id = "siren"
type = "siren"
topic = "home/siren"
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
id = "motion"
room = "hall"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/门厅红外"
"""
BUTTON = """
[[device]]
id = "button"
room = "hall"
profile = "{profile}"
address = "{address}"
answers = true
"""
WELL = BUTTON.format(profile="shelly_button", address="shellybutton1-A4CF12F45BA1")


def written(directory: Path, more: str) -> Path:
    (directory / "households").mkdir()
    (directory / "gateway.toml").write_text(GATEWAY, encoding="utf-8")
    (directory / "gateway.toml").chmod(0o600)
    (directory / "households" / "wang.toml").write_text(HOME + more, encoding="utf-8")
    return directory


def loaded(directory: Path, more: str) -> Config:
    return load(written(directory, more))


def told(directory: Path, more: str) -> list[str]:
    found = examine(written(directory, more))
    every = [each.told(Language.EN) for each in (*found.faults, *found.warnings)]
    ours = ("answers", "question", "pre_alarm")
    return [each for each in every if any(word in each for word in ours)]


def test_without_the_section_nobody_asks_and_nobody_waits(tmp_path: Path) -> None:
    config = loaded(tmp_path, "")
    assert config.questions == {}
    assert config.homes[0].patience.pre_alarm == ZERO


def test_where_something_asks_an_answer_is_awaited_for_ten_minutes(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[question]\ntopic = "home/chime"\n')
    asks = config.questions["wang"]
    assert (asks.topic, asks.on, asks.off, asks.command) == ("home/chime", b"ON", b"OFF", ())
    assert config.homes[0].patience.pre_alarm == timedelta(minutes=10)


def test_the_file_s_own_wait_goes_before(tmp_path: Path) -> None:
    more = '[inactivity]\npre_alarm = "4m"\n[question]\ntopic = "home/chime"\n'
    assert loaded(tmp_path, more).homes[0].patience.pre_alarm == timedelta(minutes=4)


@pytest.mark.parametrize(
    ("more", "words"),
    [("", "请起来走几步"), (WELL, "请按一下按钮"), ('text = "妈？"\n', "妈？")],
)
def test_what_is_said_names_the_button_where_there_is_one(
    tmp_path: Path, more: str, words: str
) -> None:
    asks = '[question]\ncommand = ["true", "--", "{text}"]\n'
    whole = asks + more if more.startswith("text") else more + asks
    command = loaded(tmp_path, whole).questions["wang"].command
    assert command[:2] == ("true", "--") and words in command[2]


def test_a_button_that_answers_bears_no_other_witness(tmp_path: Path) -> None:
    button = loaded(tmp_path, WELL).homes[0].devices[1]
    assert button.answers and button.clears_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[question]\nrepeat_every = '1m'\n", "nothing asks"),
        ("[question]\ntopic = 'home/siren'\n", "would silence it"),
        ("[question]\ntopic = 'home/+'\n", "question.topic"),
        ("[question]\ncommand = ['/nowhere/say']\n", 'no program "/nowhere/say"'),
        ("[inactivity]\npre_alarm = '5m'\n", "nothing in the home asks"),
        (BUTTON.format(profile="zigbee2mqtt_sos", address="zigbee2mqtt/钮"), "call for help"),
        (BUTTON.format(profile="zigbee2mqtt_smoke", address="zigbee2mqtt/烟"), "no button"),
        (BUTTON.format(profile="mqtt_use", address="home/tap"), "a state, not a press"),
    ],
)
def test_what_cannot_ask_or_answer_is_said_with_its_mend(
    tmp_path: Path, more: str, words: str
) -> None:
    (fault,) = told(tmp_path, more)
    assert words in fault and "; " in fault


def test_a_switch_that_clears_by_itself_may_answer(tmp_path: Path) -> None:
    switch = BUTTON.format(profile="mqtt_use", address="home/tap") + 'clears_after = "5s"\n'
    assert told(tmp_path, switch) == []
