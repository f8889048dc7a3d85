"""`shouhu export`: everything that is kept of a household, for those whose life it is."""

import json
from pathlib import Path

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, say


@command("export")
@click.argument("household")
@click.argument("place", type=Path)
@config_option()
@store_option()
@json_option()
@click.pass_obj
def export(
    language: Language,
    *,
    household: str,
    place: Path,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write it to a directory, or to a .zip file."""
    from gateway.commands.alert_views import opened  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.commands.kept import file_of, is_known  # noqa: PLC0415
    from gateway.exporting import export as write  # noqa: PLC0415

    homes = known(config, store, language)
    if not is_known(homes, household):
        raise CommandFailed(Exit.NOT_FOUND, "export.nothing", name=household)
    try:
        with opened(homes.store) as reading:
            found = write(
                reading, household, homes.name(household), file_of(config, household), place
            )
    except FileExistsError as error:
        raise CommandFailed(Exit.USAGE, "export.there", place=place) from error
    except OSError as error:
        why = error.strerror or error
        raise CommandFailed(Exit.FAILED, "export.unwritable", place=place, why=why) from error
    if as_json:
        facts = {"household": household, "place": str(place), "readings": found.readings}
        click.echo(json.dumps({**facts, "alerts": found.alerts}, ensure_ascii=False))
        return
    counts = {"readings": found.readings, "alerts": found.alerts}
    click.echo(say(language, "export.done", household=homes.name(household), place=place, **counts))


command = export
