"""Secrets: read from a file or a systemd credential, and shown nowhere.

What they open is the business of channels and sources.
"""

import os
import stat
from pathlib import Path

from gateway.config.faults import Source
from gateway.config.read import why
from gateway.language import Phrase


class Secret:
    """A text that appears in no repr, log or traceback; `reveal` it only where it is used."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def read_secret(name: str, directory: Path, source: Source, place: str) -> Secret | None:
    """Read the one line of a secret file; None when that fails, with the reason reported."""
    path = located(name, directory)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(4096).decode().strip()
    except FileNotFoundError:
        wrong = Phrase("fault.secret_missing", {"path": path})
        source.fault(place, wrong, Phrase("mend.secret_missing"))
        return None
    except OSError as error:
        wrong = Phrase("fault.secret_unreadable", {"path": path, "why": why(error)})
        source.fault(place, wrong, Phrase("mend.unreadable"))
        return None
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        wrong = Phrase("fault.secret_empty", {"path": path})
        source.fault(place, wrong, Phrase("mend.secret_empty"))
        return None
    warn_if_open(mode, path, source, place)
    return Secret(text)


def warn_if_open(mode: int, path: Path, source: Source, place: str) -> None:
    """Warn of a file with a secret that every user of the machine can read."""
    if mode & stat.S_IROTH:
        values = {"path": path}
        source.warn(place, Phrase("fault.secret_open", values), Phrase("mend.secret_open", values))


def located(name: str, directory: Path) -> Path:
    """Give where a secret lies: a bare name among the systemd credentials first."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if credentials and "/" not in name and (Path(credentials) / name).exists():
        return Path(credentials) / name
    return directory / name
