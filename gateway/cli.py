"""The command `shouhu`: finds the language and the command, and turns what happens into words
and an exit code. Each command is a file of gateway/commands, imported when it is called.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.spoken import SpokenGroup, usage_fault
from gateway.language import Language, chosen, say

COMMANDS = (
    *("run", "check", "status", "doctor", "devices", "probe", "trust"),
    *("pair", "swap", "walk-test", "drill", "report"),
    *(
        "alerts",
        "outcomes",
        "away",
        "back",
        "answer",
        "question",
        "links",
        "contacts",
        "channels",
        "decode",
        "replay",
        "simulate",
    ),
    *("backtest", "actogram", "export", "erase", "district"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen(typed, os.environ)
    try:
        code = shouhu.main(typed, **_MANNER, color=_colour(), obj=language)
        return int(code or Exit.DONE)
    except CommandFailed as failure:
        _complain(failure.told(language), language)
        return failure.code
    except click.UsageError as error:
        _complain(_usage(error, language), language)
        return Exit.USAGE
    except click.Abort:
        _complain(say(language, "interrupted"), language)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough, as in `shouhu alerts list | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED


_MANNER: dict[str, Any] = {"prog_name": "shouhu", "standalone_mode": False}


def _colour() -> bool | None:
    """Give False where nobody wants colours (no-color.org); click finds out the rest."""
    return False if os.environ.get("NO_COLOR") else None


def _complain(what: str, language: Language) -> None:
    click.echo(say(language, "error", what=what), err=True)


def _usage(error: click.UsageError, language: Language) -> str:
    command = "shouhu" if error.ctx is None else error.ctx.command_path
    see = say(language, "usage.see", command=command)
    return f"{usage_fault(error).told(language)}\n{see}"


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 - 30 ms that nobody else needs

        click.echo(f"shouhu {version('shouhu')}")
        ctx.exit()


@click.group(cls=SpokenGroup, names=COMMANDS)
@click.option(
    "--lang",
    type=click.Choice([each.value for each in Language]),
    expose_value=False,
    help="option.lang",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="option.version",
)
def shouhu() -> None:
    """Gather the commands; what each says of itself stands in gateway/phrases."""
