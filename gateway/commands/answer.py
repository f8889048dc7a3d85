"""`shouhu answer`: hand in the resident's word that all is well, as somebody has heard it."""

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


@command("answer")
@click.argument("household")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def answer(
    language: Language,
    *,
    household: str,
    by: str | None,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Tell the running daemon that the resident said to be well."""
    from gateway.commands.absences import chosen  # noqa: PLC0415
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.requests import AnswerQuestion  # noqa: PLC0415

    homes = chosen(config, store, household, language)
    facts = asked(homes.store, AnswerQuestion(household, who(by))).facts
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(say(language, "answer.done", household=homes.name(household)))


command = answer
