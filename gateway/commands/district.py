"""`shouhu district`: run the other end of the line, and set up who works there.

Its libraries are an extra of their own: a box in a home does not need them.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands import district_outward
from gateway.commands.district_file import changed, config_option, settings_of
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import option
from gateway.commands.spoken import SpokenCommand, SpokenGroup
from gateway.language import Language, say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


PARTS = ("intake", "watch", "web", "push")
ROLES = ("duty", "supervisor", "viewer", "admin", "platform")


@click.group("district", cls=SpokenGroup)
def district() -> None:
    """Gather the commands; their words stand in gateway/phrases."""


@district.command("run", cls=SpokenCommand)
@config_option()
@option("--only", type=click.Choice(PARTS), multiple=True, help="option.only")
@click.pass_obj
def run(language: Language, *, config: Path, only: tuple[str, ...]) -> None:
    """Serve until told to stop."""
    settings = settings_of(config)
    from district.serving import Part, serve  # noqa: PLC0415
    from gateway.housekeeping import notifier  # noqa: PLC0415

    parts = frozenset(Part(each) for each in only or PARTS)

    def ready(password: str | None) -> None:
        if "web" in parts:
            address = f"http://{settings.host}:{settings.port}"
            click.echo(say(language, "district.ready", address=address))
        if password is not None:
            click.echo(say(language, "district.first", password=password))
        notifier().notify("READY=1")

    _until_told(serve(settings, parts, ready))


@district.command("set-up", cls=SpokenCommand)
@click.argument("file", type=Path, metavar="FILE")
@config_option()
@click.pass_obj
def set_up_many(language: Language, *, file: Path, config: Path) -> None:
    """Add many areas, accounts and gateways in one transaction."""
    settings = settings_of(config)
    from district import setting_up  # noqa: PLC0415
    from district.faults import SettingsFailed  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    try:
        sheet = setting_up.read(file)
    except SettingsFailed as error:
        faults = "\n".join(error.told(language.value))
        raise CommandFailed(Exit.USAGE, "district.faults", faults=faults) from error

    async def added(connection: "AsyncConnection") -> None:
        done = await setting_up.set_up(connection, sheet, file.parent, now())
        counts = {"areas": done.areas, "accounts": done.accounts, "gateways": done.gateways}
        click.echo(say(language, "district.set_up", **counts))

    changed(language, settings, added)


@district.command("area", cls=SpokenCommand)
@click.argument("area")
@option("--name", required=True, help="option.name")
@option("--parent", default="top", help="option.parent")
@config_option()
@click.pass_obj
def add_area(language: Language, *, area: str, name: str, parent: str, config: Path) -> None:
    """Add an area."""
    settings = settings_of(config)
    from district.beginning import add_area as add  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    changed(language, settings, lambda connection: add(connection, area, name, parent, now()))
    click.echo(say(language, "district.added", what=area))


@district.command("account", cls=SpokenCommand)
@click.argument("login")
@option("--name", required=True, help="option.name")
@option("--area", required=True, help="option.area")
@option("--role", type=click.Choice(ROLES), default="duty", help="option.role")
@option("--reads", type=click.Choice(("zh", "en")), default="zh", help="option.reads")
@option("--own-password", is_flag=True, help="option.own_password")
@config_option()
@click.pass_obj
def add_account(
    language: Language,
    *,
    login: str,
    name: str,
    area: str,
    role: str,
    reads: str,
    own_password: bool,
    config: Path,
) -> None:
    """Add somebody; the password is asked for, or read from standard input."""
    settings = settings_of(config)
    from district.access import Role  # noqa: PLC0415
    from district.beginning import add_account as add  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    # A program has tokens and no password.
    is_program = role == Role.PLATFORM
    password = "" if is_program else _password(language)

    async def added(connection: "AsyncConnection") -> None:
        values: dict[str, Any] = {"name": name, "area": area, "language": reads}
        values["must_change"] = not own_password
        await add(connection, login, password, **values, role=Role(role), now=now())

    changed(language, settings, added)
    click.echo(say(language, "district.added", what=login))


@district.command("gateway", cls=SpokenCommand)
@click.argument("gateway")
@option("--area", required=True, help="option.area")
@config_option()
@click.pass_obj
def add_gateway(language: Language, *, gateway: str, area: str, config: Path) -> None:
    """Register a gateway."""
    settings = settings_of(config)
    from district.beginning import add_gateway as add  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    changed(language, settings, lambda connection: add(connection, gateway, area, now()))
    click.echo(say(language, "district.added", what=gateway))


@district.command("check", cls=SpokenCommand)
@config_option()
@click.pass_obj
def check(language: Language, *, config: Path) -> None:
    """Look at the file and at the database that it names; change neither."""
    settings = settings_of(config)
    from district.database import Database, DatabaseFailed  # noqa: PLC0415

    async def looked() -> None:
        database = Database(settings.database)
        try:
            if database.is_postgres:
                async with database.begin():
                    pass
        finally:
            await database.close()

    try:
        asyncio.run(looked())
    except DatabaseFailed as error:
        raise CommandFailed(Exit.FAILED, "district.database", why=str(error)) from error
    click.echo(say(language, "district.sound"))


@district.command("backup", cls=SpokenCommand)
@click.argument("file", type=Path, metavar="FILE")
@config_option()
@click.pass_obj
def backup(language: Language, *, file: Path, config: Path) -> None:
    """Copy the embedded database while it is in use."""
    settings = settings_of(config)
    from district.backup import NoBackup, copy  # noqa: PLC0415

    try:
        copy(settings.database, file)
    except NoBackup as error:
        why = error.told(language.value)
        raise CommandFailed(Exit.FAILED, "district.refused", why=why) from error
    click.echo(say(language, "district.copied", file=file))


def _password(language: Language) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(say(language, "district.password"), hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")


def _until_told(work: Awaitable[None]) -> None:
    from district.database import DatabaseFailed  # noqa: PLC0415

    async def running() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    failed: list[str] = []
    try:
        asyncio.run(running())
    except* (DatabaseFailed, OSError) as errors:
        failed += [str(error) for error in errors.exceptions]
    if failed:
        # Not from within: before 3.11.4, Debian 12's, what is raised there comes out as a group.
        raise CommandFailed(Exit.FAILED, "district.stopped", why="; ".join(failed))


for outward in district_outward.COMMANDS:
    district.add_command(outward)
command = district
