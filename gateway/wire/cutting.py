"""The simple ways to cut a stream: at line ends, and at silences.

Frames that tell their length or have an end are found in frames.py.
"""

from typing import Protocol

from gateway.wire.checks import all_hold
from gateway.wire.frame_spec import Framing


class Tally:
    """What was lost so far."""

    def __init__(self) -> None:
        self.damaged = 0
        self.lost_bytes = 0
        self._is_within = False

    def skip(self, count: int) -> None:
        """Count bytes in which no frame began."""
        self.lost_bytes += count

    def damage(self, count: int) -> None:
        """Count bytes of what seemed to be a frame; until a good one comes they are one damage."""
        self.lost_bytes += count
        self.damaged += not self._is_within
        self._is_within = True

    def good(self) -> None:
        """Take in that a good frame came."""
        self._is_within = False


class Cutter(Protocol):
    """A way to cut a stream into frames."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Give the frames that these bytes complete."""

    def flush(self) -> list[bytes]:
        """Give the frames that a silence completes."""

    @property
    def has_begun(self) -> bool:
        """Say whether a silence would mean something now."""


class Lines:
    """Cuts at CR and LF; empty lines are none, and one that is too long is lost whole."""

    def __init__(self, framing: Framing, tally: Tally) -> None:
        self._longest = framing.longest
        self._tally = tally
        self._rest = bytearray()
        self._skips = False  # within a line that is too long

    @property
    def has_begun(self) -> bool:
        """Say no: a line that pauses goes on later."""
        return False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Give the lines that end in these bytes."""
        self._rest += chunk
        lines: list[bytes] = []
        if b"\n" in chunk or b"\r" in chunk:
            *ended, last = bytes(self._rest).replace(b"\r", b"\n").split(b"\n")
            self._rest = bytearray(last)
            lines = [line for line in ended if self._is_good(line)]
        if self._skips or len(self._rest) > self._longest:
            self._tally.damage(len(self._rest))
            self._rest.clear()
            self._skips = True
        return lines

    def flush(self) -> list[bytes]:
        """Give nothing: only its end completes a line."""
        return []

    def _is_good(self, line: bytes) -> bool:
        if self._skips or len(line) > self._longest:
            self._tally.damage(len(line))
            self._skips = False
            return False
        if line:
            self._tally.good()
        return bool(line)


class Bursts:
    """Takes what comes between two silences as one frame."""

    def __init__(self, framing: Framing, tally: Tally) -> None:
        self._framing = framing
        self._least = framing.least
        self._tally = tally
        self._burst = bytearray()
        self._skips = False  # within a burst that is too long

    @property
    def has_begun(self) -> bool:
        """Say whether a burst has begun."""
        return self._skips or bool(self._burst)

    def feed(self, chunk: bytes) -> list[bytes]:
        """Give nothing: only a silence completes a burst."""
        self._burst += chunk
        if self._skips or len(self._burst) > self._framing.longest:
            self._tally.damage(len(self._burst))
            self._burst.clear()
            self._skips = True
        return []

    def flush(self) -> list[bytes]:
        """Give the burst if it is a good frame."""
        framing, burst = self._framing, bytes(self._burst)
        self._burst.clear()
        self._skips = False
        before = max(0, burst.find(framing.start))
        frame = burst[before:]
        if not burst:
            return []
        if len(frame) < self._least or not frame.startswith(framing.start):
            self._tally.damage(len(burst))
            return []
        if not all_hold(framing.checks, frame):
            self._tally.damage(len(burst))
            return []
        self._tally.skip(before)
        self._tally.good()
        return [frame]
