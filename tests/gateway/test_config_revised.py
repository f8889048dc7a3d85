"""A setting tried: only the tables that were read change, and only of the home that is meant."""

from copy import deepcopy

import pytest

from gateway.config.read import Tables
from gateway.config.revised import SettingRefused, parsed, revision, value_at


def tables(name: str = "wang") -> Tables:
    return {
        "household": {"id": name, "drill": False},
        "device": [{"id": "bed", "hold": "3m"}, {"id": "door"}],
        "escalation": {"step": [{"after": "0s"}, {"after": "10m"}]},
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.5", 0.5),
        ("true", True),
        ('"5m"', "5m"),
        ("5m", "5m"),
        ('["a", "b"]', ["a", "b"]),
        ("王家", "王家"),
        ("", ""),
    ],
)
def test_a_value_is_what_it_would_be_in_the_file(text: str, value: object) -> None:
    assert parsed(text) == value


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("household.drill", "true", True),
        ("inactivity.budget", "1", 1),
        ("device.bed.hold", "5m", "5m"),
        ("device.door.outer_door", "true", True),
        ("escalation.step.1.after", "20m", "20m"),
    ],
)
def test_one_place_is_changed_and_nothing_else(key: str, text: str, value: object) -> None:
    before = tables()
    kept = deepcopy(before)
    after = revision("wang", [(key, text)])(before)
    assert value_at(after, key) == value
    assert before == kept
    back = revision("wang", [(key, "gone")])
    assert back(after) == back(before)


def test_the_file_of_another_home_is_left_alone() -> None:
    other = tables("li")
    assert revision("wang", [("inactivity.budget", "1")])(other) is other


@pytest.mark.parametrize(
    "key", ["budget", "device.cellar.hold", "household.drill.x", "device.bed", "inactivity."]
)
def test_a_place_that_there_is_not_is_refused(key: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        revision("wang", [(key, "1")])(tables())
    assert refused.value.key == key


def test_what_is_not_set_is_not_there() -> None:
    assert value_at(tables(), "inactivity.budget") is None
    assert value_at(tables(), "device.cellar.hold") is None
