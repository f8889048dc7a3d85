"""Settings of one household changed for a trial: `inactivity.budget=1`, `device.bath.hold=5m`.

Only the tables that were read are changed, never a file; whether they are sound is checked as ever.
"""

import tomllib
from collections.abc import Callable, Sequence
from copy import deepcopy

from gateway.config.read import Tables


class SettingRefused(Exception):
    """A setting names a place that there is not."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def revision(household: str, settings: Sequence[tuple[str, str]]) -> Callable[[Tables], Tables]:
    """Give what changes the tables of this household and leaves those of others as they are.

    A key names a table and what stands in it, or for `device`, `contact` and `room` the id between
    the two. A value is written as in the file; what is nothing in TOML is text. What is made may
    raise SettingRefused.
    """

    def revise(tables: Tables) -> Tables:
        head = tables.get("household")
        if not isinstance(head, dict) or head.get("id") != household:
            return tables
        changed = deepcopy(tables)
        for key, text in settings:
            _set(changed, key, parsed(text))
        return changed

    return revise


def parsed(text: str) -> object:
    """Give the value that a text is in TOML; the text itself where it is none there."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def value_at(tables: Tables, key: str) -> object:
    """Give what stands at a place; None where nothing does."""
    place: object = tables
    for part in key.split("."):
        if isinstance(place, list):
            place = _row(place, part)
        else:
            place = place.get(part) if isinstance(place, dict) else None
    return place


def _set(tables: Tables, key: str, value: object) -> None:
    place: object = tables
    *parts, last = key.split(".")
    for part in parts:
        if isinstance(place, list):
            place = _row(place, part)
        elif isinstance(place, dict):
            place = place.setdefault(part, {})
    if not parts or not isinstance(place, dict) or not last:
        raise SettingRefused(key)
    place[last] = value


def _row(rows: list[object], name: str) -> object:
    """Give the row of this id, or where rows have none the one of this number, from 0 on."""
    for number, row in enumerate(rows):
        if isinstance(row, dict) and str(row.get("id", number)) == name:
            return row
    return None
