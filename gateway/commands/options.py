"""The options that several commands share, each declared once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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
