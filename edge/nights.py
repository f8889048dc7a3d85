"""How often somebody leaves the home at this hour of the night: a fading count a home.

Whether one more is an alert is the asker's.
"""

from msgspec import Struct

from edge.routine_figures import (
    DOUBTS,
    HALF,
    NIGHT_HALF_LIFE,
    NIGHT_LEAVING,
    NIGHT_WEIGHT,
    UNEXPLAINED,
)

HOURS = 24


def is_within(hour: int, night: tuple[int, int]) -> bool:
    """Say whether an hour of the wall clock is one of a night, which may begin before midnight."""
    begins, ends = night
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


class Leaving(Struct, frozen=True):
    """One that was alerted on; what it was is not known yet."""

    alert: str
    hour: int
    time: float


class NightsState(Struct):
    """Fading sums of nights and of the outings in them, by hour."""

    night: int | None = None
    nights: float = 0.0
    known: int = 0
    leavings: dict[int, float] = {}
    doubts: list[Leaving] = []


class Nights:
    """What is usual of one home's nights."""

    def __init__(self, state: NightsState) -> None:
        self._state = state

    @property
    def known(self) -> int:
        """Give how many nights it was learned from."""
        return self._state.known

    def begin_night(self, day: int, time: float) -> None:
        """Count a day on which somebody was at home; `time` is in seconds since the epoch."""
        state = self._state
        if state.night is not None and day > state.night:
            kept = 0.5 ** ((day - state.night) / NIGHT_HALF_LIFE)
            state.nights = kept * state.nights + 1.0
            state.known += 1
            state.leavings = {hour: kept * count for hour, count in state.leavings.items()}
        state.night = day
        for doubt in [each for each in state.doubts if time - each.time >= UNEXPLAINED]:
            self.learn(doubt.hour, HALF)
            state.doubts.remove(doubt)

    def learn(self, hour: int, weight: float = 1.0) -> None:
        """Take one as usual."""
        self._state.leavings[hour] = self._state.leavings.get(hour, 0.0) + weight

    def doubt(self, alert: str, hour: int, time: float) -> None:
        """Keep one that was alerted on until it is known what it was."""
        self._state.doubts = [*self._state.doubts, Leaving(alert, hour, time)][-DOUBTS:]

    def judge(self, alert: str, *, is_false: bool) -> None:
        """Take in what a person said that an alert was."""
        for doubt in [each for each in self._state.doubts if each.alert == alert]:
            if is_false:
                self.learn(doubt.hour)
            self._state.doubts.remove(doubt)

    def expected_nights(self, hour: int) -> float:
        """Give N where somebody leaves about this hour once in N nights, shrunk to the population.

        The posterior mean of a rate with a gamma prior that weighs NIGHT_WEIGHT nights.
        """
        near = [(hour + more) % HOURS for more in (-1, 0, 1)]
        count = sum(self._state.leavings.get(each, 0.0) for each in near)
        prior = NIGHT_WEIGHT * NIGHT_LEAVING * len(near)
        return (self._state.nights + NIGHT_WEIGHT) / (count + prior)
