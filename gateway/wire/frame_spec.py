"""What tells the frames of a port apart: their start, length, end and checksums.

It only says so; the cutting is done in framing.py and what it uses.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from gateway.wire.checks import Check


class FrameKind(StrEnum):
    """What a port sends."""

    FRAME = "frame"
    LINE = "line"


class LengthPart(Struct, frozen=True):
    """A whole number in the head of a frame that its length is made of."""

    at: int
    width: int = 1
    order: Literal["little", "big"] = "big"
    mask: int = 0  # 0: all of it; else what it picks is shifted down

    def read(self, head: bytes) -> int:
        """Give the number."""
        value = int.from_bytes(head[self.at : self.at + self.width], self.order)
        if not self.mask:
            return value
        return (value & self.mask) // (self.mask & -self.mask)


class Framing(Struct, frozen=True):
    """How the frames of a port are told apart; lines end with CR, LF or both.

    A frame ends by its length (`fixed`, or the sum of `parts` * `scale` + `plus`), else with
    `end`, else with a silence. Without a `start` each byte may be one, and the first after a
    silence is.
    """

    kind: FrameKind = FrameKind.FRAME
    start: bytes = b""
    fixed: int = 0
    parts: tuple[LengthPart, ...] = ()
    scale: int = 1
    plus: int = 0
    end: bytes = b""
    checks: tuple[Check, ...] = ()
    shortest: int = 1
    longest: int = 256
    silence: timedelta | None = None
    separator: str = ";"
    equals: str = "="

    @property
    def has_length(self) -> bool:
        """Say whether a frame tells its length, or always has the same."""
        return bool(self.fixed or self.parts)

    @property
    def head(self) -> int:
        """Give how many bytes tell the length and allow the first checks."""
        places = [len(self.start), *(part.at + part.width for part in self.parts)]
        return max(1, *places, *(check.reach for check in self.checks if check.is_in_head))

    @property
    def least(self) -> int:
        """Give how many bytes a frame has at least."""
        late = [check for check in self.checks if not check.is_in_head]
        front = max(self.head, *(check.reach for check in late), 0)
        return max(self.shortest, front + max(len(self.end), *(check.tail for check in late), 0))
