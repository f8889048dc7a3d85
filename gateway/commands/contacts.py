"""`shouhu contacts`: who is told, whether somebody is reached at every hour, who has answered.

What the ladder would do is edge/reachability.py's to say.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import config_option, json_option, store_option
from gateway.commands.spoken import SpokenCommand, SpokenGroup
from gateway.language import Language, say


@click.group("contacts", cls=SpokenGroup)
def contacts() -> None:
    """Gather the commands; their words stand in gateway/phrases."""


@contacts.command("list", cls=SpokenCommand)
@click.argument("household", metavar="[HOUSEHOLD]", required=False)
@config_option()
@store_option()
@json_option()
@click.pass_obj
def list_contacts(
    language: Language, *, household: str | None, config: Path, store: Path | None, as_json: bool
) -> None:
    """Show who is told, and what came of the last monthly test."""
    from gateway.commands import contact_views  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415

    homes = known(config, store, language)
    now = datetime.now(UTC)
    people = contact_views.listed(homes, contact_views.wanted(homes, household), now)
    if as_json:
        click.echo(json.dumps([each.plain() for each in people], ensure_ascii=False))
        return
    for line in contact_views.people(people, homes, language):
        click.echo(line)


@contacts.command("check", cls=SpokenCommand)
@click.argument("household", metavar="[HOUSEHOLD]", required=False)
@config_option()
@json_option()
@click.pass_obj
def check(language: Language, *, household: str | None, config: Path, as_json: bool) -> int:
    """Walk through the coming week; exit 1 where an alert reaches nobody who is there."""
    from edge.reachability import week  # noqa: PLC0415
    from gateway.commands import contact_views  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415

    homes = known(config, None, language)
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    found = {
        name: week(homes.homes[name], begins) for name in contact_views.wanted(homes, household)
    }
    if as_json:
        plain = [contact_views.plain_week(name, each) for name, each in found.items()]
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        for name, each in found.items():
            click.echo("\n".join(contact_views.told_week(homes.homes[name], each, language)))
    has_gap = any(contact_views.has_gap(each) for each in found.values())
    return Exit.FAILED if has_gap else Exit.DONE


@contacts.command("answered", cls=SpokenCommand)
@click.argument("household", metavar="HOUSEHOLD")
@click.argument("contact", metavar="CONTACT")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def answered(
    language: Language,
    *,
    household: str,
    contact: str,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Note that a contact has answered the monthly test, as by telephone."""
    from edge.taking import person_of  # noqa: PLC0415
    from gateway.commands import contact_views  # noqa: PLC0415
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.control import AcknowledgeAlert  # noqa: PLC0415

    homes = known(config, store, language)
    contact_views.wanted(homes, household)
    person = person_of(homes.homes[household], contact)
    if person is None:
        raise CommandFailed(Exit.NOT_FOUND, "contacts.unknown", name=contact)
    test = contact_views.open_test(homes, household, person.id)
    asked(homes.store, AcknowledgeAlert(test.id, person.name))
    if as_json:
        click.echo(json.dumps({"household": household, "contact": person.id, "alert": test.id}))
        return
    click.echo(say(language, "contacts.answered", name=person.name))


command = contacts
