"""The options that several commands share, each declared once."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.spoken import SpokenCommand

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command that speaks both languages."""
    return click.command(name, cls=SpokenCommand)


def option(*names: str, **more: Any) -> Decorator:
    """Declare an option; its default is shown where it has one."""
    return click.option(*names, show_default=more.get("default") is not None, **more)


def flag(name: str, key: str) -> Decorator:
    """Declare an option that is there or not."""
    return click.option(name, is_flag=True, help=key)


def config_option() -> Decorator:
    """Declare --config."""
    return option("--config", type=Path, default="/etc/shouhu", metavar="DIR", help="option.config")


def json_option() -> Decorator:
    """Declare --json."""
    return click.option("--json", "as_json", is_flag=True, help="option.json")


def store_option() -> Decorator:
    """Declare --store."""
    return click.option("--store", type=Path, metavar="DIR", help="option.store")


def by_option() -> Decorator:
    """Declare --by."""
    return click.option("--by", metavar="NAME", help="option.by")


def who(by: str | None) -> str:
    """Give who acts: by the option, else the person behind sudo, else the user."""
    name = (os.environ.get("SUDO_USER") or getpass.getuser()) if by is None else by.strip()
    if not 0 < len(name) <= 80 or not name.isprintable():
        raise CommandFailed(Exit.USAGE, "alerts.by")
    return name
