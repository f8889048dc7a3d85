"""`shouhu check`: every fault of a configuration at once."""

import json
from pathlib import Path

import click

from gateway.commands.exits import Exit
from gateway.commands.options import command, config_option, json_option
from gateway.language import Language, say


@command("check")
@config_option()
@json_option()
@click.pass_obj
def check(language: Language, config: Path, as_json: bool) -> int:
    """Check a configuration."""
    from gateway.config import examine  # noqa: PLC0415

    found = examine(config)
    devices = sum(len(each.fitted) for each in found.households)
    channels = len(found.settings.channels) if found.settings is not None else 0
    counts = {"homes": len(found.households), "devices": devices, "channels": channels}
    if as_json:
        faults = [fault.plain(language) for fault in (*found.faults, *found.warnings)]
        answer = {"ok": not found.faults, **counts, "faults": faults}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return Exit.USAGE if found.faults else Exit.DONE
    for warning in found.warnings:
        what = warning.told(language)
        click.echo(say(language, "check.warning", what=what), err=True)
    for fault in found.faults:
        click.echo(fault.told(language), err=True)
    if found.faults:
        click.echo(say(language, "check.faults", count=len(found.faults)), err=True)
        return Exit.USAGE
    click.echo(say(language, "check.sound", **counts))
    return Exit.DONE


command = check
