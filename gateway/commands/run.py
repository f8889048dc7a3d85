"""`shouhu run`: the daemon, once its configuration is found sound."""

from pathlib import Path

import click

from gateway.commands.exits import Exit
from gateway.commands.options import command, config_option
from gateway.language import Language, say


@command("run")
@config_option()
@click.pass_obj
def run(language: Language, config: Path) -> int:
    """Watch the homes until told to stop."""
    from gateway.config import ConfigFaults, load  # noqa: PLC0415

    try:
        loaded = load(config)
    except ConfigFaults as faults:
        for fault in faults.faults:
            click.echo(fault.told(language), err=True)
        click.echo(say(language, "check.faults", count=len(faults.faults)), err=True)
        return Exit.USAGE
    for warning in loaded.warnings:
        click.echo(say(language, "check.warning", what=warning.told(language)), err=True)
    from gateway.daemon import main  # noqa: PLC0415

    return int(main(loaded) or Exit.DONE)


command = run
