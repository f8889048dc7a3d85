"""Lays the stays of one person one after another, each with its movements and its pulse.

What comes next is day's and night's to decide.
"""

from math import exp, log
from random import Random

from simulator.life import OUTSIDE, RESIDENT, Doing, Stay
from simulator.person import Person
from simulator.population import NORMAL_P90

BEDROOM, BATHROOM, KITCHEN = "bedroom", "bathroom", "kitchen"
LIVING_ROOM, HALL = "living_room", "hall"
STROLLS_TO = (KITCHEN, KITCHEN, BEDROOM, LIVING_ROOM, HALL)
FETCHES = {KITCHEN: ("kettle", "fridge", "tap", "cupboard", "")}
GOES_ON = ("television", "stove")  # while one is in another room for a moment
# Sleepers lie still and turn over in bursts: the recorded nights have hours without a movement.
CYCLE = 85.0  # minutes of sleep from light to deep and back
TURNING, TURNS_FOR, SEEN_TURNING = 0.35, 2.0, 0.95  # chance a cycle, minutes, share of movements
SETTLING = 3.0  # movements with which a stay begins and ends, however calm it is
MOST = 1200.0  # movements an hour that anybody makes
LEAST = 20.0  # seconds that a stay lasts

# Movements an hour that a perfect observer in the room would see. The order is what carers would
# say; their level goes with Body.lively, which the recorded homes give.
STIRS = {
    Doing.REST: 14.0,
    Doing.BATHROOM: 70.0,
    Doing.MEAL: 50.0,
    Doing.COOK: 140.0,
    Doing.WASH: 120.0,
    Doing.TELEVISION: 18.0,
    Doing.HOUSEWORK: 120.0,
    Doing.VISITOR: 30.0,
    Doing.ILL: 8.0,
    Doing.OUT: 0.0,
}
# Beats a minute above sitting still. Recorded bracelets: 10 more at up to 20 steps a minute, 17 at
# up to 60, 30 beyond; asleep 3 to 6 fewer.
PULSE = {
    Doing.SLEEP: -5.0,
    Doing.NAP: -3.0,
    Doing.BATHROOM: 6.0,
    Doing.MEAL: 5.0,
    Doing.COOK: 10.0,
    Doing.WASH: 10.0,
    Doing.HOUSEWORK: 13.0,
    Doing.VISITOR: 6.0,
    Doing.OUT: 20.0,
    Doing.ILL: 14.0,
}


class Diary:
    """What one person does, from `at` on."""

    def __init__(self, person: Person, random: Random, at: float, lively: float) -> None:
        """Begin with an empty page; `lively` is the factor on today's movements."""
        self.at = at
        self.stays: list[Stay] = []
        self.random = random
        self._person = person
        self._lively = lively
        self._bathroom_at = self._next_bathroom()

    def spend(self, doing: Doing, room: str, ends: float, *uses: str) -> None:
        """Stay somewhere until `ends`."""
        if ends - self.at < LEAST:
            return
        stirs = self.uneven(STIRS[doing] * self._lively)
        stirs += SETTLING * 3600 / (ends - self.at)
        self.write(doing, room, ends, stirs, uses)

    def write(
        self, doing: Doing, room: str, ends: float, stirs: float, uses: tuple[str, ...] = ()
    ) -> None:
        """Stay somewhere until `ends`, with so many movements an hour."""
        body = self._person.body
        pulse = self.random.gauss(body.pulse + PULSE.get(doing, 0.0), body.varies)
        stay = Stay(RESIDENT, room, doing, self.at, ends, stirs, max(42.0, pulse), uses)
        self.stays.append(stay)
        self.at = ends

    def sleep(self, doing: Doing, room: str, until: float, uses: tuple[str, ...]) -> None:
        """Sleep until then: still for the most part, now and then turning over."""
        stirs = self._person.sleep.stirs
        while until - self.at > 1:
            still = min(self.at + self.minutes(CYCLE, 1.4), until)
            self.write(doing, room, still, self.uneven(stirs * (1 - SEEN_TURNING)), uses)
            ends = min(self.at + self.minutes(TURNS_FOR), until)
            if ends > self.at and self.random.random() < TURNING:
                movements = stirs * CYCLE / 60 * SEEN_TURNING / TURNING
                rate = min(MOST, movements * 3600 / (ends - self.at))
                self.write(doing, room, ends, self.uneven(rate), uses)

    def uneven(self, stirs: float) -> float:
        """Give this stay's own number about a mean: no two hours are alike."""
        sigma = self._person.body.uneven
        return stirs * exp(self.random.gauss(-sigma * sigma / 2, sigma))

    def minutes(self, median: float, ratio: float = 2.0) -> float:
        """Draw a length in seconds; the 90th percentile is `ratio` times the median."""
        return 60 * median * exp(self.random.gauss(0, log(ratio) / NORMAL_P90))

    def around(self, at: float, minutes: float) -> float:
        """Draw a time about another."""
        return at + 60 * self.random.gauss(0, minutes)

    # --- what interrupts whatever one does

    def bathroom(self, *goes_on: str) -> None:
        """Go to the bathroom; what `goes_on` meanwhile stays switched on."""
        uses = ("toilet", "tap", *goes_on)
        self.spend(Doing.BATHROOM, BATHROOM, self.at + self.minutes(3.5), *uses)
        self._bathroom_at = self._next_bathroom()

    def stint(self, doing: Doing, room: str, ends: float, *uses: str, strolls: float = 1.0) -> None:
        """Do one thing in one room until `ends`, with short ways elsewhere."""
        goes_on = tuple(use for use in uses if use in GOES_ON)
        rate = self.uneven(self._person.leisure.strolls * strolls) / 3600
        while ends - self.at >= LEAST:
            stroll = self.at + max(LEAST, self.random.expovariate(rate) if rate else ends)
            until = min(ends, stroll, max(self.at, self._bathroom_at))
            self.spend(doing, room, until, *uses)
            if until == ends:
                return
            if self.at >= self._bathroom_at or until < stroll:
                self.bathroom(*goes_on)
            else:
                self._stroll(room, doing, goes_on)

    def out(self, ends: float) -> None:
        """Be away until `ends`; whoever comes home goes to the bathroom soon."""
        if ends - self.at >= LEAST:
            self.write(Doing.OUT, OUTSIDE, ends, 0.0)
            self._bathroom_at = min(self._bathroom_at, ends + self.minutes(20, 4.0))

    def _stroll(self, room: str, doing: Doing, goes_on: tuple[str, ...]) -> None:
        to = self.random.choice(STROLLS_TO)
        if to == room:
            return
        fetched = self.random.choice(FETCHES.get(to, ("",)))
        busy = Doing.COOK if to == KITCHEN and doing is not Doing.HOUSEWORK else Doing.HOUSEWORK
        uses = (fetched,) if fetched else ()
        self.spend(busy, to, self.at + self.minutes(0.8, 3.5), *uses, *goes_on)

    def _next_bathroom(self) -> float:
        mean = 16 * 3600 / max(0.5, self._person.leisure.bathroom)
        return self.at + self.random.gammavariate(3.0, mean / 3.0)
