"""`shouhu run`: the daemon, once its configuration is found sound."""

from pathlib import Path

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, flag
from gateway.language import Language, say


@command("run")
@config_option()
@flag("--drill-clock", "option.drill_clock")
@click.pass_obj
def run(language: Language, config: Path, drill_clock: bool) -> int:
    """Watch the homes until told to stop."""
    from gateway.config import ConfigFaults, load  # noqa: PLC0415
    from gateway.logs import tell  # noqa: PLC0415

    try:
        loaded = load(config)
    except ConfigFaults as faults:
        for fault in faults.faults:
            click.echo(fault.told(language), err=True)
        raise CommandFailed(Exit.USAGE, "check.faults", count=len(faults.faults)) from faults
    for warning in loaded.warnings:
        tell(say(language, "check.warning", what=warning.told(language)))
    if drill_clock and not all(home.drill for home in loaded.homes):
        raise CommandFailed(Exit.USAGE, "run.not_a_drill")
    from gateway.daemon import main  # noqa: PLC0415

    return main(loaded, is_led=drill_clock)


command = run
