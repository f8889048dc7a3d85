"""Questions to whoever sits at the terminal, each with an answer that Enter takes."""

from collections.abc import Sequence

import click

from gateway.language import Language, say


class Asking:
    """Asks line by line; Ctrl-C ends everything."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def text(self, key: str, default: str = "") -> str:
        """Ask for a text."""
        prompt = say(self.language, key)
        answer = click.prompt(prompt, default=default or None, prompt_suffix=self._suffix)
        return str(answer).strip()

    def choice(self, key: str, names: Sequence[str], default: int = 0) -> int:
        """Ask which of several; give its place."""
        click.echo(say(self.language, key))
        for number, name in enumerate(names, start=1):
            click.echo(f"  {number}  {name}")
        while True:
            typed = click.prompt(
                say(self.language, "ask.number"), default=default + 1, prompt_suffix=self._suffix
            )
            if str(typed).isascii() and str(typed).isdigit() and 1 <= int(typed) <= len(names):
                return int(typed) - 1

    def yes(self, key: str, *, default: bool, **values: object) -> bool:
        """Ask whether."""
        hint = say(self.language, "ask.yes" if default else "ask.no")
        question = say(self.language, key, **values)
        typed = click.prompt(
            f"{question} {hint}", default="", show_default=False, prompt_suffix=self._suffix
        )
        first = str(typed).strip()[:1].casefold()
        return default if not first else first in ("y", "是", "对", "好")

    @property
    def _suffix(self) -> str:
        return say(self.language, "ask.suffix")
