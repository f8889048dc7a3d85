"""A household's file as commands find and change it: checked before it replaces the old one.

How a line is put into it, gateway/config/edit.py knows.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import Struct

from edge.model import Home
from gateway.commands.exits import CommandFailed, Exit
from gateway.config import examine
from gateway.config.directory import HOUSEHOLDS
from gateway.config.edit import EditRefused
from gateway.files import alone, drafted
from gateway.language import Language
from gateway.nearest import near
from gateway.wire.fitted import Fitted


class Installed(Struct, frozen=True):
    """One household as it is set up now, its file, and where its gateway keeps things."""

    config: Path
    store: Path
    path: Path
    text: str
    home: Home
    fitted: tuple[Fitted, ...]
    language: Language  # of the household's people

    def write(self, text: str, language: Language, instead_of: str | None = None) -> None:
        """Put a changed text in the file's place; raise CommandFailed with its faults if it has.

        Nor does it take the place of what somebody else has written since.
        """
        with alone(self.path.parent):
            if _text(self.path) != (self.text if instead_of is None else instead_of):
                raise CommandFailed(Exit.FAILED, "file.changed", file=self.path)
            write(self.config, self.path, text, language)


def installed(config: Path, household: str, store: Path | None, told: Language) -> Installed:
    """Find a household; raise CommandFailed where there is none, or tell its file's faults."""
    found = examine(config)
    if found.settings is None and store is None:
        raise CommandFailed(Exit.USAGE, "check.faults", count=len(found.faults))
    for each in found.households:
        if each.home.id == household:
            path, text, language = _file(config, household)
            where = store or (found.settings.store.directory if found.settings else config)
            return Installed(config, where, path, text, each.home, each.fitted, language)
    if any(_id(path) in (household, None) for path in _files(config)):
        for fault in found.faults:
            click.echo(fault.told(told), err=True)
        raise CommandFailed(Exit.USAGE, "check.faults", count=len(found.faults))
    mend = near(household, [each.home.id for each in found.households])
    raise CommandFailed(Exit.NOT_FOUND, "file.no_household", name=household, mend=mend)


def write(config: Path, path: Path, text: str, language: Language) -> None:
    """Put a text in a file's place, if the whole configuration is as sound with it as before."""
    before = {(each.file, each.place, each.wrong.key) for each in examine(config).faults}
    try:
        with drafted(path, text.encode()) as draft:
            found = examine(config, {path: draft})
            fresh = [f for f in found.faults if (f.file, f.place, f.wrong.key) not in before]
            for fault in fresh:
                click.echo(fault.told(language), err=True)
            if fresh:
                raise CommandFailed(Exit.FAILED, "file.faulty", file=path.name, count=len(fresh))
    except OSError as error:
        why = error.strerror or error
        raise CommandFailed(Exit.FAILED, "file.unwritable", file=path, why=why) from error


@contextmanager
def editing(path: Path) -> Iterator[None]:
    """Turn the refusal to change a file by a program into words."""
    try:
        yield
    except EditRefused as error:
        raise CommandFailed(Exit.FAILED, "file.unusual", file=path, why=error) from error


def _file(config: Path, household: str) -> tuple[Path, str, Language]:
    path = next(path for path in _files(config) if _id(path) == household)
    text = _text(path)
    head = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))["household"]
    return path, text, Language(head.get("language", Language.ZH))


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _files(config: Path) -> list[Path]:
    return [p for p in sorted((config / HOUSEHOLDS).glob("*.toml")) if not p.name.startswith(".")]


def _id(path: Path) -> str | None:
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("household")
    except (OSError, ValueError):
        return None
    name = head.get("id") if isinstance(head, dict) else None
    return name if isinstance(name, str) else None
