"""What a picture is made of, whatever it is written as: boxes, lines and words at places.

How it is written is svg's and png's. Places are pixels from the upper left.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

Place = tuple[float, float]
Extent = tuple[float, float, float, float]  # left, top, width, height


class Anchor(StrEnum):
    """Which part of a word stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Boxes(Struct, frozen=True):
    """Boxes of one colour, as #rrggbb."""

    extents: tuple[Extent, ...]
    fill: str


class Line(Struct, frozen=True):
    """A line through these places."""

    places: tuple[Place, ...]
    stroke: str
    width: float = 1.0


class Word(Struct, frozen=True):
    """A line of text, its foot at the place; the size is its height in pixels."""

    place: Place
    text: str
    size: float
    fill: str
    anchor: Anchor = Anchor.START


Shape = Boxes | Line | Word


class Canvas:
    """A white sheet that is drawn upon; what comes later lies on top."""

    def __init__(self, width: float, title: str) -> None:
        self.width = width
        self.height = 0.0
        self.title = title
        self.shapes: list[Shape] = []

    def boxes(self, extents: Iterable[Extent], fill: str) -> None:
        """Draw boxes of one colour."""
        found = tuple(extents)
        if found:
            self.shapes.append(Boxes(found, fill))
            self._reach(max(top + height for _, top, _, height in found))

    def line(self, places: Iterable[Place], stroke: str, width: float = 1.0) -> None:
        """Draw a line."""
        found = tuple(places)
        if found:
            self.shapes.append(Line(found, stroke, width))
            self._reach(max(y for _, y in found))

    def word(
        self,
        place: Place,
        text: str,
        *,
        size: float = 12.0,
        fill: str = "#222222",
        anchor: Anchor = Anchor.START,
    ) -> None:
        """Write a line of text."""
        self.shapes.append(Word(place, text, size, fill, anchor))
        self._reach(place[1] + size / 3)

    def _reach(self, bottom: float) -> None:
        self.height = max(self.height, bottom)
