"""What every command that changes an alert does: find it, ask the daemon, show its answer."""

import json
from pathlib import Path
from typing import TypedDict

import click
from msgspec import Struct

from edge.model import Alert
from gateway.commands.daemon import asked, lease_seconds, subject
from gateway.commands.homes import Known, known
from gateway.commands.options import who
from gateway.control import Request
from gateway.language import Language, say


class Given(TypedDict):
    """The options that all of them have."""

    by: str | None
    config: Path
    store: Path | None
    as_json: bool


class Act(Struct, frozen=True):
    """One change of one alert, by somebody."""

    alert: Alert
    by: str
    lease_s: int  # as long as it was asked for, else as the household has it
    _homes: Known
    _language: Language
    _as_json: bool

    def asks(self, request: Request) -> dict[str, object] | None:
        """Ask the daemon; give its answer where it is to be told in words, else show it."""
        facts = asked(self._homes.store, request).facts
        if not self._as_json:
            return facts
        shown = {"alert": self.alert.id, "by": self.by, **facts}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return None

    def tells(self, key: str, facts: dict[str, object], **more: object) -> None:
        """Say in words what became of it."""
        until = self._homes.written(str(facts.get("until", "")), self.alert.household)
        given = {"id": self.alert.id, "by": self.by, "until": until, **more}
        click.echo(say(self._language, key, **given))


def begun(language: Language, alert_id: str, given: Given, lease: str | None = None) -> Act:
    """Find the alert and say who acts; `lease` as it was written. Raises CommandFailed."""
    seconds = None if lease is None else lease_seconds(lease)
    homes, name = known(given["config"], given["store"], language), who(given["by"])
    alert = subject(homes.store, alert_id)
    if seconds is None:
        seconds = homes.lease_seconds(alert.household)
    return Act(alert, name, seconds, homes, language, given["as_json"])
