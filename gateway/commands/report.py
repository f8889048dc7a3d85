"""`shouhu report`: what was installed in a home and shown to work, as a page to print and sign."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    by_option,
    command,
    config_option,
    flag,
    option,
    store_option,
    who,
)
from gateway.language import Language, say

if TYPE_CHECKING:
    from edge.model import Alert
    from gateway.commands.household_file import Installed
    from gateway.heard import Heard
    from gateway.requests import Tested


@command("report")
@click.argument("household")
@option("--output", type=Path, metavar="FILE", help="option.output")
@flag("--reach", "option.reach")
@by_option()
@config_option()
@store_option()
@click.pass_obj
def report(
    language: Language,
    /,
    *,
    household: str,
    output: Path | None,
    reach: bool,
    by: str | None,
    config: Path,
    store: Path | None,
) -> None:
    """Write the installation report of a home."""
    from importlib.metadata import version  # noqa: PLC0415

    from gateway.commands.household_file import installed  # noqa: PLC0415
    from gateway.commands.report_page import Installation, page  # noqa: PLC0415
    from gateway.tested import Record, records  # noqa: PLC0415

    home, name, now = installed(config, household, store, language), who(by), datetime.now(UTC)
    known = records(home.store).get(household, {})
    if reach:
        known |= {r.what: Record(now, name, r.passed, r.said) for r in _reached(home, name)}
    installation = Installation(
        home.home, home.fitted, known, _open(home), _heard(home), name, now, version("shouhu")
    )
    text = page(installation)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or error
        raise CommandFailed(Exit.FAILED, "file.unwritable", file=output, why=why) from error
    click.echo(say(language, "report.written", file=output))


def _open(home: "Installed") -> "list[Alert] | None":
    """Give the alerts that stand; None where the store cannot be read."""
    from gateway.commands.alert_views import listed  # noqa: PLC0415

    try:
        return listed(home.store, home.home.id, open_only=True)
    except CommandFailed:
        return None


def _heard(home: "Installed") -> "dict[str, Heard]":
    """Give what the daemon heard of each device; nothing where none runs."""
    from gateway.commands.ear import heard  # noqa: PLC0415

    try:
        devices = heard(home.store, strangers=False).devices
    except CommandFailed:
        return {}
    return {h.known[1]: h for h in devices if h.known is not None and h.known[0] == home.home.id}


def _reached(home: "Installed", by: str) -> "list[Tested]":
    """Send a marked test by every channel that somebody is reached by, and keep what came of it."""
    from gateway.commands import channel_test  # noqa: PLC0415
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.config import examine  # noqa: PLC0415
    from gateway.requests import RecordTests, Tested  # noqa: PLC0415

    found = examine(home.config)
    channels = () if found.settings is None else found.settings.channels
    wanted = {name for contact in home.home.contacts for name in contact.channels}
    ways = [each for each in channels if each.id in wanted]
    outcomes = channel_test.outcomes(found, ways, home.language) if ways else []
    results = [
        Tested(f"channel:{each.channel}", each.is_taken, str(each.plain()["evidence"])[:200])
        for each in outcomes
    ]
    try:
        for start in range(0, len(results), 10):
            asked(home.store, RecordTests(home.home.id, by, results[start : start + 10]))
    except CommandFailed as failure:
        click.echo(failure.told(home.language), err=True)
    return results


command = report
