"""`shouhu away`: say that nobody will be at home; `shouhu back` is the end of it."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gateway.commands.options import (
    by_option,
    command,
    config_option,
    json_option,
    option,
    store_option,
    who,
)
from gateway.language import Language, say

DAY = timedelta(days=1)


@command("away")
@click.argument("household")
@option("--until", metavar="DATE", help="option.until")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def away(
    language: Language,
    *,
    household: str,
    until: str | None,
    by: str | None,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Tell the running daemon that nobody will be at home."""
    from gateway.commands.absences import asked_of, chosen  # noqa: PLC0415
    from gateway.requests import DeclareAway  # noqa: PLC0415

    homes, name = chosen(config, store, household, language), who(by)
    ends = None if until is None else moment(until, homes.zone(household))
    facts = asked_of(homes.store, DeclareAway(household, name, ends))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    written = homes.written(str(facts.get("until") or ""), household)
    said = "away.done" if until is not None else "away.done_open"
    click.echo(say(language, said, household=homes.name(household), until=written))
    if not any(device.outer_door for device in homes.homes[household].devices):
        click.echo(say(language, "away.no_door"))


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date, which lasts to its end, or a date with a time, both as in the home."""
    from gateway.commands.exits import CommandFailed, Exit  # noqa: PLC0415

    try:
        found = datetime.fromisoformat(text)
        if len(text) <= len("2026-10-03") and found.time() == time(0):
            found += DAY
    except (ValueError, OverflowError) as error:
        raise CommandFailed(Exit.USAGE, "away.until", text=text) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


command = away
