"""Finds the frames that tell their length, or have an end, in a stream that may hold anything.

What such a frame looks like is said in frame_spec.py.
"""

from gateway.wire.cutting import Tally
from gateway.wire.frame_spec import Framing


class Frames:
    """Takes each byte for a start once, and keeps fewer bytes than the longest frame has."""

    def __init__(self, framing: Framing, tally: Tally) -> None:
        self._framing = framing
        self._tally = tally
        self._head, self._least = framing.head, framing.least
        self._has_length = framing.has_length
        # Where no checksum tells, a start inside shows that the frame before it was torn.
        self._has_no_start_inside = bool(framing.start) and not framing.checks
        self._early = tuple(check for check in framing.checks if check.is_in_head)
        self._late = tuple(check for check in framing.checks if not check.is_in_head)
        self._rest = b""
        self._wanted = 0  # with fewer bytes nothing can be decided
        self._no_end_before = 0  # a place in the rest

    @property
    def has_begun(self) -> bool:
        """Say whether bytes of an unfinished frame wait."""
        return bool(self._rest)

    def feed(self, chunk: bytes) -> list[bytes]:
        """Give the frames that these bytes complete."""
        self._rest += chunk
        return [] if len(self._rest) < self._wanted else self._cut()

    def flush(self) -> list[bytes]:
        """Take in a silence: a good frame inside one that stays away shows a false start.

        A frame with a start may still go on afterwards; without one, what is unfinished is lost.
        """
        frames: list[bytes] = []
        while found := self._next_good(1):
            self._damage(found)
            frames += self._cut()
        if not self._framing.start and self._rest:
            self._damage(len(self._rest))
        return frames

    def _cut(self) -> list[bytes]:
        data, start, tally, at = self._rest, self._framing.start, self._tally, 0
        frames: list[bytes] = []
        self._wanted = 0
        while 0 <= (found := data.find(start, at)) < len(data):
            if found > at:
                tally.skip(found - at)
            at, size = found, self._size(data, found)
            if size < 0:
                self._wanted = -size
                break
            if size:
                frames.append(data[at : at + size])
                tally.good()
                at += size
            else:
                tally.damage(1)
                at += 1
        else:
            last = len(data) - _begun(start, data, at)
            tally.skip(last - at)
            at = last
        self._drop(at)
        return frames

    def _size(self, data: bytes, at: int) -> int:
        """Give the size of the good frame here; 0: there is none; -n: n bytes would tell."""
        framing, have = self._framing, len(data) - at
        if have < self._head:
            return -self._head
        head = data[at : at + self._head]
        size = self._told_size(head) if self._has_length else self._size_by_end(data, at)
        if not self._least <= size <= framing.longest:
            return 0
        # A false start is found out by its first bytes, before good frames wait behind it.
        for check in self._early:
            if not check.holds(head):
                return 0
        if have < size:
            return -size
        frame = data[at : at + size]
        for check in self._late:
            if not check.holds(frame):
                return 0
        return size if frame.endswith(framing.end) else 0

    def _told_size(self, head: bytes) -> int:
        framing = self._framing
        if framing.fixed:
            return framing.fixed
        told = 0
        for part in framing.parts:
            told += part.read(head)
        return told * framing.scale + framing.plus

    def _size_by_end(self, data: bytes, at: int) -> int:
        """Give the size up to the end; without one, that of a frame which ends in the next byte.

        0: the frame was torn.
        """
        end = self._framing.end
        found = data.find(end, max(at + self._least - len(end), self._no_end_before))
        if found < 0:
            # Each byte is searched once, however many starts stand before it.
            self._no_end_before = max(self._no_end_before, len(data) - len(end) + 1)
            return max(self._least, len(data) - at + 1)
        self._no_end_before = found
        if self._has_no_start_inside and data.find(self._framing.start, at + 1, found) > 0:
            return 0
        return found + len(end) - at

    def _next_good(self, at: int) -> int:
        """Give the place of the next good frame in the rest; 0: there is none."""
        data, start = self._rest, self._framing.start
        if not (start or self._framing.checks):
            return 0  # anything would be a good frame
        while 0 < (found := data.find(start, at)) < len(data):
            if self._size(data, found) > 0:
                return found
            at = found + 1
        return 0

    def _damage(self, count: int) -> None:
        self._tally.damage(count)
        self._drop(count)
        self._wanted = 0

    def _drop(self, count: int) -> None:
        self._rest = self._rest[count:]
        self._no_end_before = max(0, self._no_end_before - count)


def _begun(start: bytes, data: bytes, at: int) -> int:
    """Give how many of the last bytes may be the beginning of a start."""
    most = min(len(start) - 1, len(data) - at)
    return next((n for n in range(most, 0, -1) if data.endswith(start[:n])), 0)
