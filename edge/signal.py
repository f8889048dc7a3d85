"""How well a device's radio is heard; a link that stays bad is a note, and alerts nobody."""

from datetime import timedelta

from msgspec import Struct

from edge.blindness import has_lasted
from edge.model import Moment
from edge.quiet import Quiet

# Of 255. Links of 30 and less lose messages; people who walk by make it swing.
WEAK = 30.0
WELL = 45.0
LASTING = timedelta(hours=24)
SMOOTHED_OVER = 10  # readings


class Signal(Struct, omit_defaults=True):
    """The link quality of one device, smoothed, and how long it has been bad."""

    level: float | None = None
    low: Quiet | None = None

    def take(self, value: float, now: Moment) -> None:
        """Take in one reading of the link's quality, 0 to 255."""
        level = value if self.level is None else self.level + (value - self.level) / SMOOTHED_OVER
        self.level = level
        if level < WEAK:
            self.low = Quiet(now) if self.low is None else self.low
        elif level > WELL:
            self.low = None

    def is_weak(self, now: Moment) -> bool:
        """Say whether the link stays bad."""
        return self.low is not None and has_lasted(self.low, LASTING, now)
