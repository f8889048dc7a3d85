"""`shouhu question`: let what asks in a home sound once, for somebody there to hear it."""

import json
from pathlib import Path

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, say

LONGEST = 75.0  # seconds: a program may speak for a minute


@command("question")
@click.argument("household")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def question(
    language: Language, *, household: str, config: Path, store: Path | None, as_json: bool
) -> int:
    """Ask the running daemon to sound the question once."""
    from gateway.commands.absences import chosen  # noqa: PLC0415
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.requests import TryQuestion  # noqa: PLC0415

    homes = chosen(config, store, household, language)
    try:
        facts = asked(homes.store, TryQuestion(household), LONGEST).facts
    except CommandFailed as failure:
        if failure.phrase.values.get("why") != "nothing asks in this home":
            raise
        name = homes.name(household)
        raise CommandFailed(Exit.NOT_FOUND, "ask.nothing", household=name) from failure
    ways = facts.get("ways")
    found = ways if isinstance(ways, dict) else {}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for way, why in found.items():
            click.echo(say(language, "ask.failed" if why else "ask.sounded", way=way, why=why))
    return Exit.FAILED if any(found.values()) else Exit.DONE


command = question
