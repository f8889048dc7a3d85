"""`shouhu status`: how the running daemon does, in its own words."""

import json
from pathlib import Path

import click

from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, say


@command("status")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def status(language: Language, config: Path, store: Path | None, as_json: bool) -> None:
    """Ask the running daemon how it does."""
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.control import Status  # noqa: PLC0415

    facts = asked(known(config, store, language).store, Status()).facts
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        click.echo(say(language, "status.line", name=name, value=_shown(value)))


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return str(value)


command = status
