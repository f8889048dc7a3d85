"""Text in columns: Chinese characters take two of them, and a line has so many.

What is said is decided elsewhere.
"""

import shutil
import sys
from collections.abc import Sequence
from unicodedata import combining, east_asian_width

COLUMNS = 88
SHORTEST = 6  # columns; less of a text says nothing


def width(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if combining(sign):
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1


def terminal_columns() -> int | None:
    """Give how wide the terminal is that is written to; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def padded(text: str, columns: int) -> str:
    """Fill a text up with blanks to so many columns."""
    return text + " " * max(0, columns - width(text))


def clipped(text: str, columns: int) -> str:
    """Cut a text to so many columns; a dot stands for what is gone."""
    if width(text) <= columns:
        return text
    taken = 0
    for place, sign in enumerate(text):
        taken += _width(sign)
        if taken > columns - 1:
            return text[:place] + "\u2026"
    return text


def safe(text: str) -> str:
    """Give what a stranger sent so that it cannot move a terminal's cursor or hide a line."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay rows out so that their columns stand below one another."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(padded(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def fitted(
    rows: Sequence[Sequence[str]], columns: int | None, yields: Sequence[tuple[int, int]]
) -> list[str]:
    """Lay rows out within so many columns of a terminal; None: as wide as they are.

    Each of `yields` is a column of the table and how narrow it may become, what matters least
    first; one that may become 0 is left out.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for place, least in yields:
        excess = 0 if columns is None else sum(each + 2 for each in widths if each) - 2 - columns
        if excess > 0:
            narrow = max(least, widths[place] - excess)
            widths[place] = min(widths[place], narrow) if narrow >= SHORTEST else 0
    return [
        "  ".join(
            padded(clipped(cell, room), room)
            for cell, room in zip(row, widths, strict=True)
            if room
        ).rstrip()
        for row in rows
    ]


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into lines, between words or after any Chinese character."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line) + width(piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line or not lines else lines


def _pieces(text: str) -> list[str]:
    """Give what must stay on one line: a word with its blank, a Chinese character with its stop."""
    pieces: list[str] = []
    for sign in text:
        is_wide = _width(sign) == 2
        begins = not pieces or pieces[-1].endswith(" ") or is_wide or _width(pieces[-1][-1]) == 2
        if pieces and sign in " ,。;:、)?" + "\uff0c\uff1b\uff1a\uff09\uff1f":
            begins = False
        if begins:
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def entries(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Lay out names with their explanations, broken where they are long."""
    left = max((width(name) for name, _ in pairs), default=0)
    lines = []
    for name, text in pairs:
        first, *rest = wrapped(text, COLUMNS - left - 4)
        lines.append(f"  {padded(name, left)}  {first}".rstrip())
        lines += [" " * (left + 4) + line for line in rest]
    return lines
