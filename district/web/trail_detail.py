"""The details of a note of the trail as somebody reads them: in words, by their area's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from district.web.rendering import Clock
from district.web.words import WORDS, say

TIMES = frozenset({"until", "ends"})
NAMED = {"by": "way.", "role": "role.", "rights": "tokens.right."}


def told(detail: Mapping[str, Any], clock: Clock, language: str) -> str:
    """Give them in one line; what has no words stays as it was noted."""
    colon, comma = (": ", "; ") if language == "en" else ("：", "；")
    return comma.join(
        f"{_word(f'detail.{key}', key, language)}{colon}{_value(key, value, clock, language)}"
        for key, value in detail.items()
    )


def _value(key: str, value: Any, clock: Clock, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(_value(key, each, clock, language) for each in value)
    if isinstance(value, bool):
        return say("detail.yes" if value else "detail.no", language)
    if key in TIMES:
        return clock.exact(datetime.fromisoformat(value))
    return _word(f"{NAMED.get(key, '')}{value}", str(value), language)


def _word(key: str, else_so: str, language: str) -> str:
    return say(key, language) if key in WORDS else else_so
