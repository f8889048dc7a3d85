"""Keeps over a restart what devices said of themselves: brokers forget it, or are replaced.

What it means, gateway/wire/introduced.py decides.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from gateway.files import put
from gateway.wire.introduced import MOST_KEPT

FILE = "introductions.json"
_LONGEST = 2 * MOST_KEPT  # base64 takes a third more
log = structlog.get_logger()


def kept(directory: Path) -> dict[str, bytes]:
    """Give the introductions by topic; nothing where none can be read."""
    try:
        with (directory / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST), type=dict[str, bytes])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("introductions", unreadable=str(error))
        return {}


def keep(directory: Path, introductions: Mapping[str, bytes]) -> bool:
    """Put them on disk; say whether it took them."""
    try:
        put(directory / FILE, msgspec.json.encode(introductions))
    except OSError as error:
        log.warning("introductions", not_kept=str(error))
        return False
    return True
