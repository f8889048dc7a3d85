"""`shouhu channels test`: a marked message through each channel, and what the receiver said."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.layout import table
from gateway.commands.options import config_option, json_option, option
from gateway.commands.spoken import SpokenCommand, SpokenGroup
from gateway.language import Language

if TYPE_CHECKING:
    from gateway.config import ChannelSettings, Examination


@click.group("channels", cls=SpokenGroup)
def channels() -> None:
    """Gather the commands; their words stand in gateway/phrases."""


@channels.command("test", cls=SpokenCommand)
@click.argument("channel_id", metavar="[ID]", required=False)
@option("--phone", metavar="NUMBER", help="option.test_phone")
@config_option()
@json_option()
@click.pass_obj
def test(
    language: Language, channel_id: str | None, phone: str | None, config: Path, as_json: bool
) -> int:
    """Send a marked test; exit 1 where any channel fails."""
    from gateway.commands import channel_test  # noqa: PLC0415

    found = _configured(config, language)
    wanted = _wanted(() if found.settings is None else found.settings.channels, channel_id)
    outcomes = channel_test.outcomes(found, wanted, language, phone or "")
    if as_json:
        click.echo(json.dumps([each.plain() for each in outcomes], ensure_ascii=False))
    else:
        for line in table([each.row(language) for each in outcomes]):
            click.echo(line)
    return Exit.DONE if all(each.is_taken for each in outcomes) else Exit.FAILED


def _configured(config: Path, language: Language) -> "Examination":
    """Give what is configured; a slip in a household's file does not hinder their test."""
    from gateway.config import examine  # noqa: PLC0415

    found = examine(config)
    if found.settings is not None:
        return found
    for fault in found.faults:
        click.echo(fault.told(language), err=True)
    raise CommandFailed(Exit.USAGE, "check.faults", count=len(found.faults))


def _wanted(
    known: "tuple[ChannelSettings, ...]", channel_id: str | None
) -> "list[ChannelSettings]":
    from gateway.nearest import near  # noqa: PLC0415

    found = [each for each in known if channel_id in (None, each.id)]
    if not known:
        raise CommandFailed(Exit.NOT_FOUND, "channel.none")
    if not found:
        mend = near(channel_id or "", (each.id for each in known))
        raise CommandFailed(Exit.NOT_FOUND, "channel.unknown", name=channel_id, mend=mend)
    return found


command = channels
