"""One passage through the outer door: which uses of the door belong to it, and which are missed.

Whether it led in or out is presence's.
"""

from datetime import timedelta

from edge.model import Moment
from edge.presence_figures import HELD, PASSAGE, SLAMS


def lasts(opens: bool | None, opened: Moment | None, inside: Moment | None) -> timedelta:
    """Give how long after the door's last use another one may be part of the same passage.

    `opens` is what the door says, `opened` when the passage began, `inside` the last sign of life
    there. Whoever was seen inside since the beginning, and opens the door once more, leaves again.
    """
    is_met = opened is not None and inside is not None and opened.reached(inside)
    if not is_met or opens is False:
        return PASSAGE
    return SLAMS if opens else HELD


def is_passage(since: Moment, now: Moment) -> bool:
    """Say whether a door that is deaf since then may have missed a whole passage."""
    # No box starts in less; and an earlier start says nothing to this one's clock.
    return since.boot != now.boot or now.since(since) >= PASSAGE
