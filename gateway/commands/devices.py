"""`shouhu devices`: what is heard, set up or not, once or as a live table."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    command,
    config_option,
    flag,
    json_option,
    option,
    store_option,
)
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.commands.ear import Ear
    from gateway.commands.homes import Known
    from gateway.commands.screen import Line

LOOK = 600  # seconds; also how long the table stays up without a word to the daemon
EVERY = 1.0  # seconds between two drawings
LISTEN = 5.0


@command("devices")
@config_option()
@store_option()
@flag("--all", "option.strangers")
@option("--listen", type=float, default=LISTEN, metavar="SECONDS", help="option.listen")
@option("--household", metavar="ID", help="option.household")
@flag("--watch", "option.watch")
@json_option()
@click.pass_obj
def devices(
    language: Language,
    /,
    *,
    config: Path,
    store: Path | None,
    listen: float,
    household: str | None,
    **wanted: bool,
) -> None:
    """Show what is heard."""
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.commands.layout import terminal_columns  # noqa: PLC0415
    from gateway.nearest import near  # noqa: PLC0415

    homes = known(config, store, language)
    if household is not None and homes.homes and household not in homes.homes:
        mend = near(household, homes.homes)
        raise CommandFailed(Exit.NOT_FOUND, "file.no_household", name=household, mend=mend)
    view = _View(homes, household, language)
    if wanted["watch"]:
        view.watch(strangers=wanted["all"])
        return
    if wanted["all"]:
        view.look(listen)
    ear = view.ear(strangers=wanted["all"])
    if wanted["as_json"]:
        click.echo(json.dumps(_plain(ear, language), ensure_ascii=False))
        return
    for line in view.lines(ear, terminal_columns(), strangers=wanted["all"]):
        click.echo(click.style(line.text, fg=_COLOURS.get(line.style)))


_COLOURS = {"31": "red", "32": "green", "33": "yellow", "2": "bright_black"}


class _View:
    """The table of one call."""

    def __init__(self, known: "Known", household: str | None, language: Language) -> None:
        self._known = known
        self._household = household
        self._language = language

    def look(self, seconds: float) -> None:
        """Have strangers listened for, and give them so long to speak."""
        from gateway.commands.daemon import asked  # noqa: PLC0415
        from gateway.control import Look  # noqa: PLC0415

        asked(self._known.store, Look(LOOK))
        if seconds > 0:
            click.echo(say(self._language, "devices.listening", seconds=f"{seconds:g}"), err=True)
            time.sleep(min(seconds, LOOK))

    def ear(self, *, strangers: bool) -> "Ear":
        """Ask what is heard."""
        from gateway.commands.ear import heard  # noqa: PLC0415

        return heard(self._known.store, strangers=strangers)

    def lines(self, ear: "Ear", columns: int | None, *, strangers: bool) -> "list[Line]":
        """Lay it out within so many columns."""
        from gateway.commands.device_table import known_lines, stranger_lines  # noqa: PLC0415
        from gateway.commands.layout import safe  # noqa: PLC0415
        from gateway.commands.screen import BOLD, YELLOW, Line  # noqa: PLC0415

        mine = [each for each in ear.devices if each.known is not None]
        if self._household is not None:
            mine = [each for each in mine if each.known and each.known[0] == self._household]
        lines = known_lines(mine, self._known, self._language, columns)
        if not mine:
            lines.append(Line(say(self._language, "devices.none"), YELLOW))
        if strangers:
            others = [each for each in ear.devices if each.known is None]
            laid = stranger_lines(others, self._language, columns)
            title = say(self._language, "devices.strangers")
            lines += [Line(""), Line(title, BOLD), *laid]
            if not others:
                lines.append(Line(say(self._language, "devices.no_strangers")))
            lines += [Line(safe(remark.told(self._language)), YELLOW) for remark in ear.remarks]
        return lines

    def watch(self, *, strangers: bool) -> None:
        """Draw the table again and again until q is pressed."""
        from gateway.commands.screen import BOLD, DIM, Line, Screen  # noqa: PLC0415

        screen = Screen()
        if strangers:
            self.look(0)
        ear = self.ear(strangers=strangers)
        body = self.lines(ear, screen.columns, strangers=strangers)
        with screen:
            while True:
                head, *rest = body
                at = time.strftime("%H:%M:%S")
                title = say(self._language, "devices.title", at=at)
                keys = Line(say(self._language, "devices.keys"), DIM)
                screen.draw([Line(title, BOLD), head], rest, [keys])
                key = screen.key(EVERY)
                if key == "q":
                    return
                if key == "a":
                    strangers = not strangers
                screen.scroll(key)
                body = self._again(screen.columns, strangers=strangers)

    def _again(self, columns: int, *, strangers: bool) -> "list[Line]":
        """Ask once more; a daemon that is being restarted is waited for."""
        from gateway.commands.screen import RED, Line  # noqa: PLC0415

        try:
            ear = self.ear(strangers=strangers)
            if strangers and ear.looking == 0:
                self.look(0)
            return self.lines(ear, columns, strangers=strangers)
        except CommandFailed as failure:
            return [Line(failure.told(self._language), RED)]


def _plain(ear: "Ear", language: Language) -> dict[str, object]:
    import msgspec  # noqa: PLC0415

    remarks = [{"remark": each.key, "said": each.told(language)} for each in ear.remarks]
    return {
        "devices": msgspec.to_builtins(ear.devices),
        "looking": ear.looking,
        "remarks": remarks,
    }


command = devices
