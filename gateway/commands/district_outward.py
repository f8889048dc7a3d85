"""`shouhu district token`, `tokens`, `revoke`, `openapi`: the district for others' programs."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.district_file import changed, config_option, settings_of
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import option
from gateway.commands.spoken import SpokenCommand
from gateway.language import Language, say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from district.beginning import NotSetUp
    from district.incidents import Refused
    from district.tokens import Token

RIGHTS = ("feed", "figures")


@click.command("token", cls=SpokenCommand)
@click.argument("login")
@option("--name", required=True, help="option.token_name")
@option("--right", type=click.Choice(RIGHTS), multiple=True, help="option.token_right")
@option("--days", type=click.IntRange(1, 1098), default=365, help="option.token_days")
@config_option()
@click.pass_obj
def make_token(
    language: Language, *, login: str, name: str, right: tuple[str, ...], days: int, config: Path
) -> None:
    """Make a token for a program, and show it this once."""
    settings = settings_of(config)
    from district import tokens  # noqa: PLC0415
    from district.access import Right  # noqa: PLC0415
    from district.beginning import BY_HAND  # noqa: PLC0415
    from district.incidents import Refused  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    made: list[str] = []

    async def make(connection: "AsyncConnection") -> None:
        rights = [Right(each) for each in right or RIGHTS[:1]]
        began = now()
        ends = began + timedelta(days=days)
        try:
            found = await tokens.make(
                *(connection, BY_HAND, login), name=name, rights=rights, ends=ends, now=began
            )
        except Refused as error:
            raise _not_set_up(error, f"没有这个账号，或已停用：{login}") from error
        made.append(found[1])

    changed(language, settings, make)
    # The token alone on standard output: it can go into a file of its own.
    click.echo(say(language, "district.token_once"), err=True)
    click.echo(made[0])


@click.command("tokens", cls=SpokenCommand)
@config_option()
@click.pass_obj
def list_tokens(language: Language, *, config: Path) -> None:
    """Show the tokens of all programs."""
    settings = settings_of(config)
    from district import tokens  # noqa: PLC0415
    from district.beginning import BY_HAND  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    found: list[Token] = []

    async def look(connection: "AsyncConnection") -> None:
        found.extend(await tokens.listed(connection, BY_HAND))

    changed(language, settings, look)
    if not found:
        click.echo(say(language, "district.no_tokens"))
    for each in found:
        is_over = now() >= each.ends
        ended = "district.token_revoked" if each.revoked else "district.token_over"
        state = ended if each.revoked or is_over else "district.token_good"
        values = {"state": say(language, state), "rights": ",".join(each.rights)}
        values |= {"id": each.id, "login": each.login, "name": each.name}
        used = each.used.strftime("%Y-%m-%d") if each.used else "-"
        dates = {"ends": each.ends.strftime("%Y-%m-%d"), "used": used}
        click.echo(say(language, "district.token_line", **values, **dates))


@click.command("revoke", cls=SpokenCommand)
@click.argument("token")
@config_option()
@click.pass_obj
def revoke(language: Language, *, token: str, config: Path) -> None:
    """Make a token worthless, at once."""
    settings = settings_of(config)
    from district import tokens  # noqa: PLC0415
    from district.beginning import BY_HAND  # noqa: PLC0415
    from district.incidents import Refused  # noqa: PLC0415
    from district.serving import now  # noqa: PLC0415

    async def end(connection: "AsyncConnection") -> None:
        try:
            await tokens.revoke(connection, BY_HAND, token, now())
        except Refused as error:
            raise _not_set_up(error, f"没有这个令牌：{token}") from error

    changed(language, settings, end)
    click.echo(say(language, "district.token_ended", token=token))


@click.command("openapi", cls=SpokenCommand)
def openapi() -> None:
    """Print the description of the HTTP interface."""
    try:
        from district.web.app import interface  # noqa: PLC0415
        from district.web.description import written  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CommandFailed(Exit.FAILED, "district.missing") from error
    click.echo(written(interface().openapi()), nl=False)


def _not_set_up(refused: "Refused", nothing: str) -> "NotSetUp":
    """Say in both languages what was refused; `nothing`: that there is no such thing."""
    from district.beginning import NotSetUp  # noqa: PLC0415
    from district.web.words import WORDS  # noqa: PLC0415

    chinese, _ = WORDS.get(refused.key, (nothing, ""))
    return NotSetUp(str(refused), chinese)


COMMANDS = (make_token, list_tokens, revoke, openapi)
