"""How long an old silence holds its tongue after blind time, so that the sensors speak first."""

from datetime import timedelta

from msgspec import Struct

from edge.figures import LEAST_LIMIT
from edge.model import ZERO

MOST = timedelta(seconds=LEAST_LIMIT)  # in one silence, however often the link breaks


class Chance(Struct):
    """The chance that one silence owes the sensors, reckoned in its age: heard time only."""

    until: timedelta = ZERO  # the line says nothing before the silence is as old as this
    given: timedelta = ZERO

    def give(self, age: timedelta, blind: timedelta | None) -> None:
        """Give as long as the blindness lasted (None: nobody knows), as far as any is left."""
        wanted = MOST if blind is None else min(MOST, blind)
        wanted -= max(ZERO, self.until - age)
        more = min(max(ZERO, wanted), MOST - self.given)
        self.until = max(age, self.until) + more
        self.given += more
