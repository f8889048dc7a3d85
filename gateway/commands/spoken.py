"""Click in two languages: help, and what was wrong with the words that were typed.

The words stand in gateway/phrases; a command's key is its path, e.g. alerts.show.
"""

from importlib import import_module
from typing import Any

import click

from gateway.commands.exits import Exit
from gateway.commands.layout import COLUMNS, entries, wrapped
from gateway.language import Language, Phrase, say
from gateway.phrases.examples import EXAMPLES

_WHOLE = "shouhu"


class Misused(click.UsageError):
    """The words that were typed make no sense; the phrase says why."""

    def __init__(self, phrase: Phrase, ctx: click.Context) -> None:
        super().__init__(phrase.key, ctx)
        self.phrase = phrase


class SpokenCommand(click.Command):
    """A command whose help is looked up when it is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse words that nobody asked for, in the reader's language."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            raise Misused(Phrase("usage.extra", {"word": rest[0]}), ctx)
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Let --lang stand behind every command too: main() has already obeyed it."""
        params = super().get_params(ctx)
        return params if ctx.parent is None else [*params, _LANG]

    def get_help(self, ctx: click.Context) -> str:
        """Give the whole help."""
        return help_text(self, ctx)


class SpokenGroup(click.Group):
    """A group whose commands are imported only when they are called."""

    def __init__(self, *args: Any, names: tuple[str, ...] = (), **more: Any) -> None:
        super().__init__(*args, **{"no_args_is_help": False, **more})
        self.names = names

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help to whoever named no command."""
        if not args:
            click.echo(self.get_help(ctx), err=True)
            ctx.exit(Exit.USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from gateway.nearest import near  # noqa: PLC0415 - only for a slip

            mend = near(args[0], self.list_commands(ctx))
            raise Misused(Phrase("usage.no_command", {"name": args[0], "mend": mend}), ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands in the order in which people need them."""
        return list(self.names or self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; one of its group is there already."""
        if not self.names:
            return self.commands.get(cmd_name)
        if cmd_name not in self.names:
            return None
        module = import_module(f"gateway.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Let --lang stand behind every group too."""
        params = super().get_params(ctx)
        return params if ctx.parent is None else [*params, _LANG]

    def get_help(self, ctx: click.Context) -> str:
        """Give the whole help."""
        return help_text(self, ctx)


_LANG = click.Option(
    ["--lang"],
    type=click.Choice([each.value for each in Language]),
    expose_value=False,
    help="option.lang",
)


def key_of(ctx: click.Context) -> str:
    """Give the key of a command: "alerts.show" for `shouhu alerts show`."""
    return ".".join(ctx.command_path.split()[1:]) or _WHOLE


def help_text(command: click.Command, ctx: click.Context) -> str:
    """Lay out usage, purpose, commands, options, examples and exit codes."""
    language: Language = ctx.obj
    key = key_of(ctx)
    pieces = " ".join(command.collect_usage_pieces(ctx))
    lines = [f"{say(language, 'help.usage')} {ctx.command_path} {pieces}", ""]
    lines += wrapped(say(language, f"help.{key}"), COLUMNS)
    if isinstance(command, click.Group):
        names = command.list_commands(ctx)
        prefix = "" if key == _WHOLE else f"{key}."
        pairs = [(name, _first(say(language, f"help.{prefix}{name}"))) for name in names]
        lines += ["", say(language, "help.commands"), *entries(pairs)]
    pairs = [
        (_declared(each, ctx), _explained(each, language))
        for each in command.get_params(ctx)
        if isinstance(each, click.Option)
    ]
    lines += ["", say(language, "help.options"), *entries(pairs)]
    lines += ["", say(language, "help.examples")]
    lines += [f"  {example}" for example in EXAMPLES[key]]
    return "\n".join([*lines, "", *wrapped(say(language, "help.exits"), COLUMNS)])


def _first(text: str) -> str:
    """Give the first sentence."""
    for stop in (". ", "。"):
        text = text.split(stop, 1)[0]
    return text.rstrip(".。")


def _declared(option: click.Option, ctx: click.Context) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.make_metavar(ctx)}"


def _explained(option: click.Option, language: Language) -> str:
    is_help = "--help" in option.opts  # click makes that one itself
    text = say(language, "option.help" if is_help else option.help or "")
    if option.required:
        text += " " + say(language, "help.required")
    elif isinstance(option.show_default, str) or (option.show_default and not option.is_flag):
        text += " " + say(language, "help.default", value=option.default)
    return text


def usage_fault(error: click.UsageError) -> Phrase:
    """Say what was wrong with the words that were typed."""
    if isinstance(error, Misused):
        return error.phrase
    if isinstance(error, click.NoSuchOption):
        return Phrase("usage.no_option", {"name": error.option_name})
    if isinstance(error, click.MissingParameter):
        return Phrase("usage.missing", {"name": _name(error.param)})
    if isinstance(error, click.BadParameter):
        return _bad(error)
    if isinstance(error, click.BadOptionUsage):
        return Phrase("usage.needs_value", {"name": error.option_name})
    return Phrase("usage.other", {"why": error.format_message()})


def _bad(error: click.BadParameter) -> Phrase:
    name = _name(error.param)
    kind = None if error.param is None else error.param.type
    if isinstance(kind, click.Choice):
        return Phrase("usage.choices", {"name": name, "choices": ", ".join(map(str, kind.choices))})
    return Phrase("usage.bad", {"name": name})


def _name(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return param.opts[-1]
    return (param.human_readable_name if param is not None else "").upper()
