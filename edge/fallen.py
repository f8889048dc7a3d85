"""What was seen since a fall was reported, and whether its person is up again.

What is said of it is the detector's (edge/detectors/fall.py).
"""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import Aftermath, Blind, Life, Moment
from edge.quiet import Quiet
from edge.vital_figures import (
    STILL_AFTER,
    STILL_AGAIN_AFTER,
    UP_LASTS,
    UP_ROOMS,
    UP_SIGNS,
    UP_STEPS,
)


class Fallen(Struct, omit_defaults=True):
    """What was seen since one fall was reported."""

    at: Moment  # we heard of it
    called: datetime  # when it was, by its device
    quiet: Quiet  # how long nobody has moved since
    is_worn: bool | None = None  # as it was known then
    rooms: list[str] = []
    signs: int = 0
    first: Moment | None = None  # sign of life since
    last: Moment | None = None
    was_door_used: bool = False  # whoever moves now may have come to help
    steps: float | None = None  # its first count after the fall
    walked: int | None = None  # counted since; None: it counts none
    after: Aftermath | None = None
    was_up: bool = False

    @property
    def is_up(self) -> bool:
        """Say whether the resident moves about: by own steps where they are counted and worn.

        Where they are not, by rooms; but once the outer door was used, it may be a helper.
        """
        if self.walked is not None and self.is_worn is not False:
            return self.walked >= UP_STEPS
        if self.was_door_used or self.first is None or self.last is None:
            return False
        lasts = self.last.since(self.first).total_seconds()
        return self.signs >= UP_SIGNS and len(self.rooms) >= UP_ROOMS and lasts >= UP_LASTS

    @property
    def waits(self) -> timedelta:
        """Give how long nothing may move."""
        return timedelta(seconds=STILL_AGAIN_AFTER if self.was_up else STILL_AFTER)


class FallState(Struct, omit_defaults=True):
    """All that is remembered of falls."""

    falls: dict[str, Fallen] = {}  # by device
    counting: set[str] = set()  # what can report a fall and has counted steps
    seen: Life | None = None  # the last sign of life inside that was seen from a wall
    before: dict[str, Life] = {}  # and the one before each call that stands
    blinds: dict[str, Blind] = {}
