"""Ordinary days for tests of the rhythm: the same every day, so that what is usual is known."""

from collections.abc import Iterator
from datetime import timedelta

from edge.detectors.inactivity import Inactivity
from edge.model import Finding, Home, Input, Kind, Life, Moment, Patience, Silence
from edge.presence import Presence, PresenceState
from edge.silence import InactivityState
from tests.homes import at, home

HOME = home(zone="UTC")


def life(moment: Moment, room: str = "kitchen") -> Life:
    """Give a sign of life inside."""
    return Life(moment, f"{room}_motion", room, Kind.MOTION, False)


def door(moment: Moment) -> Life:
    """Give a use of the outer door."""
    return Life(moment, "front_door", "hall", Kind.CONTACT_OPEN, True)


def day(number: int) -> Iterator[Life]:
    """Give a day: up at 7, every ten minutes something until 22, the bathroom at 2."""
    yield life(at(24 * number + 2), "bathroom")
    for minutes in range(7 * 60, 22 * 60 + 1, 10):
        yield life(at(24 * number, minutes=minutes))


class Watched:
    """A home with its presence and its inactivity detector, fed as the household feeds them."""

    def __init__(self, watched: Home = HOME) -> None:
        self.home = watched
        self.presence = Presence(watched)
        self.inactivity = Inactivity(watched, self.presence)

    def feel(self, what: Life | Input, now: Moment | None = None) -> None:
        """Let something happen."""
        moment = now if now is not None else what.at if isinstance(what, Life) else None
        assert moment is not None
        self.presence.observe(what, moment)
        self.inactivity.observe(what, moment)
        self.inactivity.findings(moment)

    def live(self, days: int, first: int = 0) -> "Watched":
        """Let ordinary days pass."""
        for number in range(first, first + days):
            for sign in day(number):
                self.feel(sign)
        return self

    def live_until_noon(self) -> "Watched":
        """Let the thirtieth day begin, until noon."""
        for sign in day(29):
            if sign.at.wall <= at(24 * 29 + 12).wall:
                self.feel(sign)
        return self

    def alarm(self, now: Moment, horizon: timedelta = timedelta(hours=60)) -> Finding | None:
        """Ask only when the detector wants to be asked; give what it says first."""
        last = now.plus(horizon)
        while True:
            found = self.inactivity.findings(now)
            if found:
                return found[0]
            due = self.inactivity.next_check(now)
            if due is None or last.reached(due):
                return None
            assert not due.reached(now), "the next check must lie ahead"
            now = due

    def copy(self) -> "Watched":
        """Give the same home, restored from what would be stored."""
        import msgspec

        other = Watched(self.home)
        presence = msgspec.json.encode(self.presence.state)
        state = msgspec.json.encode(self.inactivity.state)
        other.presence = Presence(self.home, msgspec.json.decode(presence, type=PresenceState))
        other.inactivity = Inactivity(
            self.home, other.presence, msgspec.json.decode(state, type=InactivityState)
        )
        return other


def why(finding: Finding | None) -> Silence:
    """Give the facts of an inactivity finding."""
    assert finding is not None
    assert isinstance(finding.because, Silence)
    return finding.because


def hours(finding: Finding | None) -> float:
    """Give how long the silence had lasted, blind time left out."""
    return why(finding).silent_for / timedelta(hours=1)


def patient(hours_: float = 24, budget: float = 0.5) -> Home:
    """Give the usual home with another ceiling or budget."""
    return home(zone="UTC", patience=Patience(timedelta(hours=hours_), budget))
