"""`shouhu walk-test`: room by room every device has to speak, and what does not is told why."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    by_option,
    command,
    config_option,
    json_option,
    option,
    store_option,
)
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.commands.walking import Walking


@command("walk-test")
@click.argument("household")
@option("--room", metavar="ROOM", help="option.only_room")
@option("--device", metavar="ID", help="option.only_device")
@option("--wait", type=float, default=300.0, metavar="SECONDS", help="option.walk_wait")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def walk_test(
    language: Language,
    /,
    *,
    household: str,
    config: Path,
    store: Path | None,
    room: str | None,
    device: str | None,
    wait: float,
    by: str | None,
    as_json: bool,
) -> int:
    """Try every device of a home."""
    from gateway.commands.household_file import installed  # noqa: PLC0415
    from gateway.commands.options import who  # noqa: PLC0415
    from gateway.commands.walking import Walking, chosen_devices, names_in  # noqa: PLC0415
    from gateway.commands.walking_view import listened, walked  # noqa: PLC0415
    from gateway.nearest import near  # noqa: PLC0415

    home = installed(config, household, store, language)
    devices = chosen_devices(home, room, device)
    if not home.home.devices:
        raise CommandFailed(Exit.NOT_FOUND, "walk.no_device", household=household)
    if not devices:
        mend = near(room or device or "", names_in(home))
        where = {"household": household, "name": room or device, "mend": mend}
        raise CommandFailed(Exit.NOT_FOUND, "walk.nothing", **where)
    walking = Walking(home, devices)
    if sys.stdin.isatty() and sys.stdout.isatty() and not as_json:
        walked(walking, language)
    else:
        listened(walking, wait, tried=device or "")
    walking.record(who(by))
    _tell(walking, language, as_json=as_json)
    return Exit.DONE if walking.is_passed else Exit.FAILED


def _tell(walking: "Walking", language: Language, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(walking.plain(), ensure_ascii=False))
        return
    for line in walking.summary(language):
        click.echo(click.style(line.text, fg=_COLOURS.get(line.style)))
    if not walking.ended_by:
        click.echo(say(language, "walk.over"))
    else:
        real = say(language, "try.real", device=walking.alarming)
        click.echo(click.style(real, fg="red", bold=True))


_COLOURS = {"31": "red", "32": "green", "33": "yellow", "2": "bright_black"}

command = walk_test
