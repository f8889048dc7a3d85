"""A home with somebody in it, as one object: its signals in order of time, and what may happen to
whoever lives there while it is being played.

How time passes and where the signals go is run's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from simulator.faults import lived
from simulator.fitting import DAY
from simulator.happening import Happening, What
from simulator.home import Plan
from simulator.life import RESIDENT, Signal, Stay
from simulator.people import Person as Somebody
from simulator.person import Person
from simulator.resident import stays
from simulator.sensing import Sensing

LIES_AT_MOST = 30 * DAY  # the days after that are lived as if nothing had been


class Living:
    """One simulated home; the same plan, person, seed and beginning give the same life."""

    def __init__(self, plan: Plan, person: Person, seed: int, begins: datetime) -> None:
        """Take a home, who lives there, and when it begins to be played."""
        self.plan = plan
        self.begins = begins.timestamp()
        self._person, self._seed = person, seed
        self._sensing = Sensing(plan, seed)
        self._happenings: list[Happening] = []
        self._is_lying = False

    def signals(self) -> Iterator[Signal]:
        """Give what the sensors say from the beginning on, without end."""
        return self._sensing.signals(self._stays(self.begins), self.begins)

    @property
    def people(self) -> dict[int, Somebody]:
        """Give who is there, the resident under 0."""
        return self._sensing.people

    @property
    def is_lying(self) -> bool:
        """Say whether the resident has collapsed and not got up."""
        return self._is_lying

    def collapse(self, at: float) -> float:
        """Let the resident fall where they are; give when."""
        at = max(at, self._sensing.reached)
        room = self.people[RESIDENT].room if RESIDENT in self.people else ""
        self._is_lying = True
        self._happenings.append(Happening(What.COLLAPSE, at, at + LIES_AT_MOST, room=room))
        self._sensing.change(self._stays(at), at)
        return at

    def get_up(self, at: float) -> float:
        """Let the resident go on with the day; give when."""
        at = max(at, self._sensing.reached)
        self._is_lying = False
        self._happenings = [each._replace(ends=min(each.ends, at)) for each in self._happenings]
        self._sensing.change(self._stays(at), at)
        return at

    def _stays(self, at: float) -> Iterator[Stay]:
        # A night began the day before.
        zone = self.plan.zone
        first = datetime.fromtimestamp(at, UTC).astimezone(zone).date() - timedelta(days=1)
        ordinary = stays(self._person, first, zone, self._seed)
        return lived(ordinary, self._happenings, self._seed)
