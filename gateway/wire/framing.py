"""Cuts what one port sends into frames or lines, and counts what is lost.

Reading a port is the source's business; what a frame means, the decoder's.
"""

from gateway.wire.cutting import Bursts, Cutter, Lines, Tally
from gateway.wire.frame_spec import FrameKind, Framing
from gateway.wire.frames import Frames

__all__ = ["FrameKind", "Framer", "Framing", "frame_of"]


class Framer:
    """One port's stream of bytes; nothing that arrives makes it raise.

    A bad frame costs no more than itself: the next start is looked for inside it. It keeps fewer
    bytes than the longest frame has, and its work grows with what comes, whatever that is.
    """

    def __init__(self, framing: Framing) -> None:
        self._tally = Tally()
        self._cutter = _cutter(framing, self._tally)

    @property
    def damaged(self) -> int:
        """Give how often frames, or lines too long, were lost: runs, each up to a good frame."""
        return self._tally.damaged

    @property
    def lost_bytes(self) -> int:
        """Give how many bytes belonged to no good frame."""
        return self._tally.lost_bytes

    @property
    def has_begun(self) -> bool:
        """Say whether a frame has begun, so that a silence would mean something."""
        return self._cutter.has_begun

    def feed(self, chunk: bytes) -> list[bytes]:
        """Give the frames that these bytes complete; lines without their end."""
        return self._cutter.feed(chunk)

    def flush(self) -> list[bytes]:
        """Take in that the line is silent, and give the frames which that completes."""
        return self._cutter.flush()


def frame_of(framing: Framing, data: bytes) -> bytes | None:
    """Give the frame, or the line without its end, if data are exactly one; else None."""
    framer = Framer(framing)
    is_line = framing.kind is FrameKind.LINE
    frames = framer.feed(data + b"\n" if is_line else data) + framer.flush()
    is_one = len(frames) == 1 and not framer.lost_bytes and not framer.has_begun
    return frames[0] if is_one else None


def _cutter(framing: Framing, tally: Tally) -> Cutter:
    if framing.kind is FrameKind.LINE:
        return Lines(framing, tally)
    return Frames(framing, tally) if framing.has_length or framing.end else Bursts(framing, tally)
