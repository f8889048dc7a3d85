"""What the commands of `shouhu district` share: its file, and one transaction in its database."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import option
from gateway.language import Language, say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from district.settings import Settings

FILE = Path("district.toml")


def config_option() -> Callable[..., Callable[..., object]]:
    """Declare --config."""
    return option(
        "--config", type=Path, default=str(FILE), metavar="FILE", help="option.district_config"
    )


def settings_of(config: Path) -> "Settings":
    """Read the district's file. Raises CommandFailed."""
    try:
        from district.faults import SettingsFailed  # noqa: PLC0415
        from district.settings import load  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CommandFailed(Exit.FAILED, "district.missing") from error
    # Without --config everything may be left at its default; a name with a slip would do the same.
    if config != FILE and not config.exists():
        raise CommandFailed(Exit.USAGE, "district.no_file", file=config)
    try:
        return load(config)
    except SettingsFailed as error:
        language = click.get_current_context().obj
        faults = "\n".join(error.told(language.value))
        raise CommandFailed(Exit.USAGE, "district.faults", faults=faults) from error


def changed(
    language: Language,
    settings: "Settings",
    change: "Callable[[AsyncConnection], Awaitable[None]]",
) -> None:
    """Change the database in one transaction; where it is new, say the first password."""
    from district.beginning import NotSetUp, begin  # noqa: PLC0415
    from district.database import Database, DatabaseFailed  # noqa: PLC0415

    async def done() -> str | None:
        database = Database(settings.database)
        try:
            await database.migrate()
            async with database.begin() as connection:
                password = await begin(connection)
                await change(connection)
                return password
        finally:
            await database.close()

    try:
        password = asyncio.run(done())
    except NotSetUp as error:
        why = error.told(language.value)
        raise CommandFailed(Exit.FAILED, "district.refused", why=why) from error
    except DatabaseFailed as error:
        raise CommandFailed(Exit.FAILED, "district.database", why=str(error)) from error
    if password is not None:
        click.echo(say(language, "district.first", password=password))
