"""`shouhu back`: end a declared absence; the home is watched as ever from now on."""

import json
from pathlib import Path

import click

from gateway.commands.options import (
    by_option,
    command,
    config_option,
    json_option,
    store_option,
    who,
)
from gateway.language import Language, say


@command("back")
@click.argument("household")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def back(
    language: Language,
    *,
    household: str,
    by: str | None,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Tell the running daemon that somebody is at home again."""
    from gateway.commands.absences import asked_of, chosen  # noqa: PLC0415
    from gateway.requests import DeclareBack  # noqa: PLC0415

    homes = chosen(config, store, household, language)
    facts = asked_of(homes.store, DeclareBack(household, who(by)))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(say(language, "back.done", household=homes.name(household)))


command = back
