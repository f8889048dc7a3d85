"""How a command ends: the exit codes, and the one exception that carries them."""

from enum import IntEnum

from gateway.language import Language, Phrase


class Exit(IntEnum):
    """What a program that calls us may rely on; docs/commands.md says it to people."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_DAEMON = 3
    NOT_FOUND = 4
    INTERRUPTED = 130


class CommandFailed(Exception):
    """A command could not do what was asked; says so in the reader's language."""

    def __init__(self, code: Exit, key: str, **values: object) -> None:
        super().__init__(key)
        self.code = code
        self.phrase = Phrase(key, values)

    def told(self, language: Language) -> str:
        """Put it into words."""
        return self.phrase.told(language)
