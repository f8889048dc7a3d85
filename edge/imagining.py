"""Whether a sensor sees somebody while nobody is at home, by what it says between two uses of
the outer door that nobody else in the home said anything between.

Whoever is at home is seen by more than one sensor sooner or later; an empty home by none.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct

from edge.model import Moment

LEAST_OUTING = timedelta(hours=1)
# Who has gone through the door is still seen by what looks at it.
SETTLED = timedelta(minutes=10)
# Of simulated outings of an hour and more in which at most one sensor spoke, the same one did so
# in 1 of 20, and in 12 of 20 where it triggers by itself once an hour. A sequential test between
# these (Wald): a step of log(0.6 / 0.05) where it spoke, of log(0.4 / 0.95) where nobody did.
SPOKE, KEPT_SILENT = 2.48, -0.87
# Five in a row. In a home in which the one sensor before the sofa speaks alone in 1 of 5, that is
# chance once in ten years of daily outings.
IMAGINES = 12.0


class Outing(Struct, omit_defaults=True):
    """The time since the outer door was used, and who saw somebody in it."""

    door: Moment | None = None
    alone: str = ""
    is_lived: bool = False  # more than one did

    def see(self, device: str, now: Moment) -> None:
        """Take in that a sensor inside sees somebody."""
        if self.door is None or now.since(self.door) < SETTLED:
            return
        self.is_lived = self.is_lived or self.alone not in ("", device)
        self.alone = self.alone or device

    def forget(self) -> None:
        """Take in that something could not be heard."""
        self.door, self.alone, self.is_lived = None, "", False

    def end(self, now: Moment) -> Iterator[str]:
        """Take in that the door is used; give who spoke alone, "" for nobody, if it tells."""
        door = self.door
        tells = door is not None and door.boot == now.boot and now.since(door) >= LEAST_OUTING
        if tells and not self.is_lived:
            yield self.alone
        self.forget()
        self.door = now


def weighed(score: float, *, spoke: bool) -> float:
    """Give the evidence that a sensor imagines after one more outing."""
    return max(0.0, score + (SPOKE if spoke else KEPT_SILENT))
