"""Whatever stands in a file, examining it ends with faults or with a home, never with a crash."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.config import examine
from gateway.language import Language
from tests.gateway.test_config import GATEWAY, HOME

TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["a\nb", "\x1b[2J"])
WORDS = st.one_of(TEXT, st.sampled_from(["wang", "bedroom", "daughter", "push", "24h", "mqtt"]))
PLAIN = st.one_of(st.booleans(), st.integers(-5, 10**12), st.floats(), WORDS)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)


def dumped(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dumped, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        # JSON writes a sign beyond U+FFFF as a pair of surrogates, which TOML has not.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


def changed(text: str, draw: st.DataObject) -> str:
    """Put something unexpected at one or two places of a sound file."""
    tables = tomllib.loads(text)
    for _ in range(draw.draw(st.integers(1, 2))):
        place: object = tables
        while isinstance(place, dict | list) and place:
            keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw.draw(st.sampled_from(keys))
            inner = place[key]
            if not isinstance(inner, dict | list) or draw.draw(st.booleans()):
                place[key] = draw.draw(VALUES)
                break
            place = inner
    return "".join(f"{json.dumps(key)} = {dumped(value)}\n" for key, value in tables.items())


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a directory with the secret that the files name."""
    (tmp_path / "households").mkdir()
    (tmp_path / "push-url").write_text("json://127.0.0.1/")
    return tmp_path


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_any_value_anywhere_is_a_fault_or_sound(directory: Path, draw: st.DataObject) -> None:
    (directory / "gateway.toml").write_text(changed(GATEWAY, draw), encoding="utf-8")
    (directory / "households" / "wang.toml").write_text(changed(HOME, draw), encoding="utf-8")
    found = examine(directory)
    told = [fault.told(language) for fault in found.faults for language in Language]
    assert all(line.isprintable() for line in told)
    assert found.faults or (found.settings and found.households)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(noise=st.binary(max_size=200), at=st.integers(0, len(HOME)))
def test_any_bytes_anywhere_are_a_fault_or_sound(directory: Path, noise: bytes, at: int) -> None:
    (directory / "gateway.toml").write_text(GATEWAY)
    text = HOME.encode()
    (directory / "households" / "wang.toml").write_bytes(text[:at] + noise + text[at:])
    found = examine(directory)
    assert found.faults or found.households
