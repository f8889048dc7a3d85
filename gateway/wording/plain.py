"""Names as they stand in a message: short, on one line, and never markup or control characters."""

import unicodedata

NAME_LENGTH = 24  # of a person, room or device; WeCom takes 2048 bytes with everything


def plain(name: str, length: int = NAME_LENGTH) -> str:
    """Bring a name onto one short line: no control characters, none that reorder the text."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in name)
    line = " ".join(kept.split())
    return line if len(line) <= length else line[: length - 1] + "…"
