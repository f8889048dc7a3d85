"""A message that is a row of items, each with its id: where one ends and the next begins.

What the items say is decided by the fields of the profile.
"""

from collections.abc import Iterator

from msgspec import Struct

MOST_ITEMS = 64
_LENGTH_FOLLOWS = -1


class Walk(Struct, frozen=True):
    """How the items follow each other."""

    start: int = 0
    id_bytes: int = 1
    id_order: str = "big"
    length_bytes: int = 0  # of an explicit length behind the id; 0: `sizes` knows
    end: int = 0  # where they end, counted from the end of the message: 0, or -4 before a signature
    sizes: dict[int, int] = {}  # bytes of data by id; -1: one length byte stands before them

    def items(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Give id and data of each item; an unknown or broken one ends the walk."""
        data = data[: self.end] if self.end else data
        at = self.start
        for _ in range(MOST_ITEMS):
            begin = at + self.id_bytes
            if begin > len(data) or at >= len(data):
                return
            tag = int.from_bytes(data[at:begin], "little" if self.id_order == "little" else "big")
            size = self.length_bytes or self.sizes.get(tag)
            if size is None:
                return
            if self.length_bytes or size == _LENGTH_FOLLOWS:
                counted = self.length_bytes or 1
                size = int.from_bytes(data[begin : begin + counted], "little")
                begin += counted
            at = begin + size
            if at > len(data):
                return
            yield tag, data[begin:at]
