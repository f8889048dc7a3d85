"""`shouhu trust`: believe an encrypted device again, by the word of somebody at the box."""

import json
from pathlib import Path

import click

from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, say


@command("trust")
@click.argument("household")
@click.argument("device")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def trust(
    language: Language,
    *,
    household: str,
    device: str,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Ask the running daemon to accept what the device counts from now on."""
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.commands.exits import CommandFailed  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.control import TrustDevice  # noqa: PLC0415

    homes = known(config, store, language)
    try:
        facts = asked(homes.store, TrustDevice(household, device)).facts
    except CommandFailed as failure:
        if failure.phrase.key != "daemon.refused":
            raise
        named = {"household": household, "device": device}
        raise CommandFailed(failure.code, "trust.no_key", **named) from failure
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(say(language, "trust.done", household=homes.name(household), device=device))


command = trust
