"""How often a link has come back of late, and for how long it must hold until that is believed.

One that comes and goes is one trouble and not a hundred. What is told of it is supervision's.
"""

from datetime import timedelta

from msgspec import Struct

from edge.model import Moment

FIRST_PROOF = timedelta(minutes=10)  # from the second return on; then it doubles
LONGEST_PROOF = timedelta(hours=2)
FORGOTTEN_AFTER = timedelta(hours=4)  # without a return


class Proof(Struct, frozen=True):
    """A link is back, and has to hold until a moment."""

    since: Moment
    until: Moment

    def carried_over(self, now: Moment) -> "Proof":
        """Give the same by the clock of this start of the box, which may have been off for long."""
        if self.since.boot == now.boot:
            return self
        return Proof(now, now.plus(self.until.since(self.since)))


class Returns(Struct):
    """The returns of one link that was gone for long enough to be told."""

    count: int = 0
    last: Moment | None = None

    def proof(self, now: Moment) -> Proof | None:
        """Count one more; give how long it must hold, or None where it is believed at once."""
        if self.last is not None and now.since(self.last) > FORGOTTEN_AFTER:
            self.count = 0
        self.count, self.last = self.count + 1, now
        if self.count == 1:
            return None
        doubled = FIRST_PROOF * 2 ** min(self.count - 2, 10)
        return Proof(now, now.plus(min(doubled, LONGEST_PROOF)))
