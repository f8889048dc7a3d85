"""Whether who wears a device is at rest, by its count of steps; a heart that works beats faster."""

from msgspec import Struct

from edge.model import Moment
from edge.quiet import elapsed
from edge.vital_figures import MINUTE, RECOVERS, STEPS_AT_REST


class Pace(Struct, omit_defaults=True):
    """How its wearer walks. Nothing counted: at rest, as far as anybody knows."""

    steps: float | None = None  # counted
    at: Moment | None = None  # it was last heard
    walked: Moment | None = None  # faster than anybody at rest

    def count(self, steps: float, now: Moment) -> None:
        """Take in the count."""
        passed = None if self.at is None else elapsed(self.at, now)
        if self.steps is not None and passed is not None:
            # What comes every second is counted in a minute, not in the second.
            minutes = max(passed.total_seconds() / MINUTE, 1.0)
            if steps - self.steps > STEPS_AT_REST * minutes:
                self.walked = now
        self.steps, self.at = steps, now

    def is_at_rest(self, now: Moment) -> bool:
        """Say whether nobody has walked with it for some minutes."""
        since = None if self.walked is None else elapsed(self.walked, now)
        return self.walked is None or since is None or since.total_seconds() > RECOVERS
