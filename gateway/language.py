"""Which of the two languages the command line speaks, and how a phrase reads in it.

The phrases themselves stand in gateway/phrases; messages to caregivers have words of their own.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from gateway.phrases import PHRASES


class Language(StrEnum):
    """The languages that everything for people's eyes exists in."""

    ZH = "zh"
    EN = "en"

    @property
    def place(self) -> int:
        """Give where this language stands in a pair (English, Chinese)."""
        return 1 if self is Language.ZH else 0


class Phrase(NamedTuple):
    """Something to say, not yet in any language."""

    key: str
    values: Mapping[str, object] = {}

    def told(self, language: Language) -> str:
        """Put it into words; a phrase among the values is put into the same language."""
        inner = {
            name: value.told(language) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return say(language, self.key, **inner)


def say(language: Language, key: str, /, **values: object) -> str:
    """Give the phrase of that key with its values filled in."""
    return PHRASES[key][language.place].format(**values)


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Choose by --lang wherever it stands, else by the locale as POSIX ranks its variables."""
    wanted = _wanted(arguments)
    if wanted in (Language.ZH, Language.EN):
        return Language(wanted)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return Language.ZH if environment[variable].startswith("zh") else Language.EN
    return Language.EN


def _wanted(arguments: Sequence[str]) -> str:
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""
