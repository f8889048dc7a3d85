"""How a duration is written in profiles and configuration: "90s", "30m", "24h", "7d", "1h30m".

It reads the text; what a duration means is decided where it is used.
"""

import re
from datetime import timedelta

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WHOLE = re.compile(r"(?:[0-9]{1,6}[dhms])+", re.ASCII)
_PART = re.compile(r"([0-9]+)([dhms])", re.ASCII)


def duration(text: str) -> timedelta:
    """Read a duration; raise ValueError with what would be right."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f'not a duration: "{text[:40]}"; write for example "90s", "30m" or "24h"')
    parts = [{_UNITS[unit]: int(number)} for number, unit in _PART.findall(text)]
    return sum((timedelta(**part) for part in parts), timedelta())
