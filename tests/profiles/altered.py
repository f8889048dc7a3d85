"""Sound profiles, and what becomes of them when one value is set to something else."""

import copy
import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from tests.profiles.shown import SHOWN

FOLDER = files("device_profiles")
LINES, RING = "rflink_motion", "colmi_ring"
SOUND = {
    **{name: tomllib.loads(text) for name, text in SHOWN.items()},
    **{name: tomllib.loads((FOLDER / f"{name}.toml").read_text()) for name in (LINES, RING)},
}
Steps = tuple[str | int, ...]


def as_toml(table: dict[str, object]) -> str:
    """Write a profile."""
    return "\n".join(f"{json.dumps(key)} = {written(value)}" for key, value in table.items())


def written(value: object) -> str:
    """Write a value as TOML has it, tables in one line."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(k)} = {written(v)}' for k, v in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float):
        return repr(value)  # NaN and infinity too
    return json.dumps(value, ensure_ascii=False)


def places(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Give every value of a document with the steps to it."""
    yield steps, value
    inner = value.items() if isinstance(value, dict) else ()
    for step, each in enumerate(value) if isinstance(value, list) else inner:
        yield from places(each, (*steps, step))


def changed(name: str, steps: Steps, value: object) -> dict[str, object]:
    """Give a sound profile with one value set."""
    whole = copy.deepcopy(SOUND[name])
    within: object = whole
    for step in steps[:-1]:
        within = within[step]  # type: ignore[index]
    within[steps[-1]] = value  # type: ignore[index]
    return whole
