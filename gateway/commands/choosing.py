"""The live list from which a technician picks the device that is to be set up: newest first."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gateway.commands.daemon import asked
from gateway.commands.ear import (
    Ear,
    age_text,
    heard,
    profile_text,
    readings_text,
    signal_text,
    title_text,
)
from gateway.commands.exits import CommandFailed
from gateway.commands.layout import clipped, safe, table, width
from gateway.commands.screen import BOLD, DIM, GREEN, PLAIN, RED, YELLOW, Line, Screen
from gateway.control import Look
from gateway.heard import Heard
from gateway.language import Language, Phrase, say

LOOK = 600  # seconds
EVERY = 0.5
KEYS = "123456789"
FRESH = 10  # seconds
BESIDE = 35  # columns for key, age and signal, and what is between
COLUMNS = ("key", "address", "proposal", "reading", "age", "signal")


def chosen(store: Path, title: Phrase, language: Language) -> Heard | None:
    """Show what is heard until one is picked; None where nobody wants any."""
    screen = Screen()
    asked(store, Look(LOOK))
    picture = _Picture(title.told(language), language)
    with screen:
        while True:
            strangers = picture.take(_ear(store, picture))
            screen.draw(*picture.drawn(strangers))
            key = screen.key(EVERY)
            if picture.is_typing:
                picture.type(key)
            elif key == "q":
                return None
            elif key == "/":
                picture.is_typing = True
            elif key and key in KEYS[: len(strangers)]:
                return strangers[KEYS.index(key)]
            else:
                screen.scroll(key)


def _ear(store: Path, picture: "_Picture") -> Ear | None:
    """Ask what is heard; a daemon that is being restarted is waited for."""
    try:
        ear = heard(store, strangers=True)
        if ear.looking == 0:
            asked(store, Look(LOOK))
    except CommandFailed as failure:
        picture.trouble = failure.told(picture.language)
        return None
    picture.trouble = ""
    return ear


class _Picture:
    """What stands on the screen."""

    def __init__(self, title: str, language: Language) -> None:
        self.language = language
        self.trouble = ""
        self.is_typing = False
        self._title = title
        self._filter = ""
        self._ear: Ear | None = None

    def type(self, key: str) -> None:
        """Take one more sign of the filter."""
        if key in ("\r", "\n", "\x1b"):
            self.is_typing = False
        elif key in ("\x7f", "\b"):
            self._filter = self._filter[:-1]
        elif key.isprintable():
            self._filter += key

    def take(self, ear: Ear | None) -> list[Heard]:
        """Give the strangers that fit the filter; those that something fits first, then by age."""
        self._ear = ear or self._ear
        if self._ear is None:
            return []
        found = [h for h in self._ear.devices if h.known is None and self._fits(h)]
        # What a broker had kept and nothing recognises is nobody who was triggered just now.
        found = [h for h in found if h.count and (h.profile or h.age_s is not None)]
        return sorted(found, key=lambda h: (not h.profile, _age(h)))

    def _fits(self, each: Heard) -> bool:
        texts = (each.address, each.title, each.title_zh, each.profile)
        return any(self._filter in text.casefold() for text in texts)

    def drawn(self, strangers: Sequence[Heard]) -> tuple[list[Line], list[Line], list[Line]]:
        """Lay out head, body and foot."""
        rows = [[say(self.language, f"column.{name}") for name in COLUMNS]]
        room = widths(shutil.get_terminal_size().columns)
        rows += [_row(number, each, room, self.language) for number, each in enumerate(strangers)]
        first, *rest = table(rows)
        fresh = [GREEN if _age(each) < FRESH else PLAIN for each in strangers]
        body = [Line(*pair) for pair in zip(rest, fresh, strict=True)]
        if not strangers:
            body = [Line(say(self.language, "choose.nobody"), YELLOW)]
        remarks = self._ear.remarks if self._ear is not None else []
        body += [Line(remark.told(self.language), YELLOW) for remark in remarks]
        head = [Line(self._title, BOLD), Line(first, DIM)]
        return head, body, [self._foot()]

    def _foot(self) -> Line:
        if self.trouble:
            return Line(self.trouble, RED)
        if self.is_typing or self._filter:
            mark = "\u2588" if self.is_typing else ""
            said = say(self.language, "choose.filter", text=safe(self._filter) + mark)
            return Line(said, BOLD if self.is_typing else DIM)
        return Line(say(self.language, "choose.keys"), DIM)


class Widths(NamedTuple):
    """How many columns of the terminal each of these may take."""

    address: int
    proposal: int
    reading: int


def widths(columns: int) -> Widths:
    """Share a terminal out: age and signal must stand in a narrow one too."""
    room = max(30, columns - BESIDE)
    address = min(40, room * 35 // 100)
    reading = min(32, room * 28 // 100)
    return Widths(address, min(44, room - address - reading), reading)


def _row(number: int, each: Heard, room: Widths, language: Language) -> list[str]:
    reading = say(language, "devices.no_key")
    if not each.needs_key:
        reading = readings_text(each.readings, language)
    return [
        KEYS[number] if number < len(KEYS) else "",
        _ending(safe(each.address), room.address),
        clipped(_proposal(each, language), room.proposal),
        clipped(reading, room.reading),
        age_text(each.age_s, language),
        signal_text(each),
    ]


def _ending(address: str, columns: int) -> str:
    """Cut an address to so many columns; by its end people tell two devices apart."""
    if width(address) <= columns:
        return address
    while width(address) >= columns:
        address = address[1:]
    return f"\u2026{address}"


def _proposal(each: Heard, language: Language) -> str:
    if not each.profile:
        return "?"
    return f"{title_text(each, language)} ({profile_text(each.profile, language)})"


def _age(each: Heard) -> float:
    return float("inf") if each.age_s is None else each.age_s
