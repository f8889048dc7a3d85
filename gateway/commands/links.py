"""`shouhu links renew`: sign the links in messages with a new secret."""

import json
from pathlib import Path

import click

from gateway.commands.options import config_option, flag, json_option, store_option
from gateway.commands.spoken import SpokenCommand, SpokenGroup
from gateway.language import Language, say


@click.group("links", cls=SpokenGroup)
def links() -> None:
    """Gather the commands; their words stand in gateway/phrases."""


@links.command("renew", cls=SpokenCommand)
@flag("--revoke", "option.revoke")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def renew(
    language: Language, *, revoke: bool, config: Path, store: Path | None, as_json: bool
) -> None:
    """Let the running daemon sign with a new secret."""
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.requests import RenewLinks  # noqa: PLC0415

    facts = asked(known(config, store, language).store, RenewLinks(revoke)).facts
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(say(language, "links.revoked" if revoke else "links.renewed"))


command = links
