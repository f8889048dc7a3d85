"""How the story looks in a terminal: lines with the home's time, and boxes for notifications.

What is told is left to the story.
"""

import os
import shutil
import sys
import textwrap
import unicodedata
from datetime import datetime

WIDEST = 88


def say(text: str = "", at: datetime | None = None) -> None:
    """Tell one line; `at` is the time in the home."""
    mark = at.strftime("%m-%d %H:%M") if at is not None else "     ·     "
    print(f"{mark}  {text}" if text else "", flush=True)


def show(title: str, text: str) -> None:
    """Show a notification as a box."""
    room = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns - 4) - 2
    lines = [part for line in text.splitlines() for part in _folded(line, room)]
    print("    ┌" + "─" * (room + 2) + "┐")
    for line in [*_folded(title, room), *lines]:
        print(f"    │ {line}{' ' * (room - _width(line))} │")
    print("    └" + "─" * (room + 2) + "┘", flush=True)


def fitted(line: str, columns: int) -> str:
    """Cut a line off at, or fill it up to, so many columns; colours take none."""
    shown, used, is_code = "", 0, False
    for letter in line:
        if letter == "\x1b":
            is_code = True
        if is_code:
            shown += letter
            is_code = letter != "m"
        elif used + _cells(letter) <= columns:
            shown += letter
            used += _cells(letter)
    return shown + " " * (columns - used)


def _folded(line: str, room: int) -> list[str]:
    """Fold at spaces where there are any, and anywhere in Chinese."""
    if _width(line) <= room:
        return [line]
    if _width(line) == len(line):
        return textwrap.wrap(line, room)
    folded, current = [], ""
    for letter in line:
        if _width(current + letter) > room:
            folded.append(current)
            current = ""
        current += letter
    return [*folded, current]


def _width(text: str) -> int:
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter) or letter == "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def fall_silent() -> None:
    """Say no more: whoever read this has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
