"""What export and erase ask first: is anything kept of a household, and where is its file."""

from contextlib import suppress
from pathlib import Path

from gateway.commands.alert_views import opened
from gateway.commands.exits import CommandFailed
from gateway.commands.homes import Known
from gateway.config.faults import Faults
from gateway.config.read import read
from gateway.config.references import table, word


def is_known(homes: Known, household: str) -> bool:
    """Say whether it is configured, or the store has anything of it."""
    if household in homes.homes:
        return True
    with opened(homes.store) as reading:
        has_alert = bool(reading.alerts(household, open_only=False, limit=1))
        has_entry = next(reading.entries(0, household), None) is not None
        return has_alert or has_entry or reading.snapshot(household) is not None


def alerts_of(homes: Known, household: str) -> int:
    """Give how many alerts are kept of it; 0 where there is no store yet."""
    with suppress(CommandFailed), opened(homes.store) as reading:
        return len(reading.alerts(household, open_only=False))
    return 0


def file_of(config: Path, household: str) -> Path | None:
    """Give the household's file; None where none of that id can be read."""
    for path in sorted((config / "households").glob("*.toml")):
        found = read(path, path.name, Faults())
        if found is not None and word(table(found[0], "household"), "id") == household:
            return path
    return None
