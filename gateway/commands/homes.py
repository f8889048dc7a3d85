"""What the commands need of a configuration that may be partly broken: the store and the homes.

Whoever must take an alert now is not sent away because some other file has a slip in it.
"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from edge.model import Home
from gateway.commands.exits import CommandFailed, Exit
from gateway.config import examine
from gateway.language import Language, say

LEASE = timedelta(minutes=30)  # for a household that is not configured here


class Known(Struct, frozen=True):
    """Where the store is, and the homes by id with their leases."""

    store: Path
    homes: dict[str, Home]
    leases: dict[str, timedelta]
    has_platform: bool = False  # alerts go up to a district

    def zone(self, household: str) -> ZoneInfo:
        """Give the home's zone; UTC for a home that is not configured any more."""
        home = self.homes.get(household)
        return home.zone if home is not None else ZoneInfo("UTC")

    def name(self, household: str) -> str:
        """Give the name that people use."""
        home = self.homes.get(household)
        return home.name if home is not None else household

    def time(self, at: datetime, household: str) -> str:
        """Give a time as it is in the home."""
        zone = self.zone(household)
        written = at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        return f"{written} UTC" if zone.key == "UTC" else written

    def written(self, text: str, household: str) -> str:
        """Give a time that came as ISO text as it is in the home; anything else as it is."""
        try:
            return self.time(datetime.fromisoformat(text), household)
        except ValueError:
            return text

    def lease_seconds(self, household: str) -> int:
        """Give how long an acknowledgement lasts in this household."""
        return int(self.leases.get(household, LEASE).total_seconds())


def known(config: Path, store: Path | None, language: Language) -> Known:
    """Find out what can be; without a store there is nothing to look at."""
    if store is not None and not (config / "gateway.toml").exists():
        return Known(store, {}, {})
    found = examine(config)
    directory = store or (None if found.settings is None else found.settings.store.directory)
    for fault in found.faults:
        text = fault.told(language)
        click.echo(
            text if directory is None else say(language, "check.warning", what=text), err=True
        )
    if directory is None:
        raise CommandFailed(Exit.USAGE, "check.faults", count=len(found.faults))
    homes = {each.home.id: each.home for each in found.households}
    leases = {each.home.id: each.lease for each in found.households}
    has_platform = found.settings is not None and found.settings.uplink is not None
    return Known(directory, homes, leases, has_platform)
