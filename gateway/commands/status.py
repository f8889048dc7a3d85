"""`shouhu status`: how the running daemon does, in a few lines."""

import json
from pathlib import Path

import click

from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, say

SHORT = 8  # of an alert's id, as `alerts list` shows it


@command("status")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def status(language: Language, config: Path, store: Path | None, as_json: bool) -> None:
    """Ask the running daemon how it does."""
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.commands.layout import table  # noqa: PLC0415
    from gateway.control import Status  # noqa: PLC0415

    homes = known(config, store, language)
    facts = asked(homes.store, Status()).facts
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    away = facts.get("away")
    if isinstance(away, dict):
        open_end = say(language, "status.away_open")
        ends = {name: homes.written(str(t or open_end), name) for name, t in away.items()}
        facts = facts | {"away": ends}
    rows = [
        [say(language, f"status.{name}"), _shown(value, language)] for name, value in _known(facts)
    ]
    click.echo("\n".join(table(rows)))


def _known(facts: dict[str, object]) -> list[tuple[str, object]]:
    """Give what this version has words for; a newer daemon may say more."""
    alerts = facts.get("alerts")
    if isinstance(alerts, list):
        facts = facts | {"alerts": [str(each)[:SHORT] for each in alerts]}
    return [(name, facts[name]) for name in _ROWS if name in facts]


def _shown(value: object, language: Language) -> str:
    if isinstance(value, dict):
        told = [f"{name} {_word(str(each), language)}" for name, each in value.items()]
    elif isinstance(value, list):
        told = [str(each) for each in value]
    else:
        told = [str(value)]
    return say(language, "list.comma").join(told) or "-"


def _word(said: str, language: Language) -> str:
    """Put the yes or no that begins a source's state into words; what follows is its own."""
    answer, colon, detail = said.partition(": ")
    if answer not in ("yes", "no", "closed"):
        return said
    return say(language, f"status.{answer}") + (f"{colon}{detail}" if detail else "")


_ROWS = ("homes", "hears", "serves", "refused", "alerts", "owed", "away")

command = status
