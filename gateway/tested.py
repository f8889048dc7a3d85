"""What technicians tried out in each home, the last time each: for the installation report.

It is kept in the store's directory. What counts as passed is decided by whoever tests.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.files import alone, put
from gateway.requests import Tested

FILE = "tests.json"
MOST = 500  # of a home
_LONGEST = 64 * 1024 * 1024


class Record(Struct, frozen=True):
    """One thing that was tried: what, when and by whom, and what came of it."""

    at: datetime
    by: str
    passed: bool
    said: str = ""


Records = dict[str, Record]  # by what was tried: a device's id


def forget(directory: Path, household: str) -> None:
    """Remove what was tried in a home. Raises OSError where the disk does not take it."""
    with alone(directory):
        kept = records(directory)
        if kept.pop(household, None) is not None:
            put(directory / FILE, msgspec.json.encode(kept))


def records(directory: Path) -> dict[str, Records]:
    """Give what was tried in each home; nothing where it cannot be read."""
    try:
        with (directory / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST), type=dict[str, Records])
    except (OSError, ValueError):
        return {}


def record(
    directory: Path, household: str, results: Sequence[Tested], by: str, at: datetime
) -> None:
    """Keep what was tried just now; raise OSError where the disk does not take it."""
    known = records(directory)
    fresh = {one.what: Record(at, by, one.passed, one.said) for one in results}
    known[household] = _latest(known.get(household, {}) | fresh)
    put(directory / FILE, msgspec.json.encode(known))


def _latest(found: Mapping[str, Record]) -> Records:
    by_age = sorted(found.items(), key=lambda item: item[1].at)
    return dict(by_age[-MOST:])
