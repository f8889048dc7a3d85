"""Decides how a night goes: deep and light sleep, ways to the bathroom, lying awake.

When it begins and ends is today's to say.
"""

from simulator.diary import BEDROOM, LIVING_ROOM, Diary
from simulator.life import Doing
from simulator.person import Person

DROPS_OFF = 15.0  # minutes until one sleeps
DROPPING_OFF, AWAKE_IN_BED = 30.0, 20.0  # movements an hour
BETWEEN_VISITS = 1500.0  # seconds at least
EARLIEST, LATEST = 0.08, 0.95  # part of the night
BED = ("bed",)


class Night:
    """From the diary's last line until rising."""

    def __init__(self, person: Person, diary: Diary, until: float, visits: float) -> None:
        """Take the diary of the day; `visits` is the expected number to the bathroom."""
        self._sleep, self._diary, self._until = person.sleep, diary, until
        self._random = diary.random
        self._visits = visits

    def live(self) -> None:
        """Write the night into the diary."""
        self._drop_off()
        for at in self._times():
            if at - self._diary.at < BETWEEN_VISITS or self._until - at < BETWEEN_VISITS:
                continue
            self._asleep(at)
            self._diary.bathroom()
            if self._random.random() < self._sleep.wakeful:
                self._lie_awake()
            self._drop_off()
        self._asleep(self._until)

    def _times(self) -> list[float]:
        """Give when the bathroom calls: some nights often, some never."""
        begins, lasts = self._diary.at, self._until - self._diary.at
        differs = self._random.gammavariate(6.0, 1 / 6.0)
        expected = self._visits * differs / (LATEST - EARLIEST)
        times, share = [], EARLIEST
        while expected > 0:
            share += self._random.expovariate(expected)
            if share > LATEST:
                break
            times.append(begins + share * lasts)
        return times

    def _drop_off(self) -> None:
        ends = self._diary.at + self._diary.minutes(DROPS_OFF)
        self._in_bed(min(ends, self._until), DROPPING_OFF)

    def _asleep(self, until: float) -> None:
        self._diary.sleep(Doing.SLEEP, BEDROOM, until, BED)

    def _lie_awake(self) -> None:
        """Toss and turn, or get up for a while."""
        ends = min(self._diary.at + self._diary.minutes(35), self._until)
        if self._random.random() < 0.6:
            self._in_bed(ends, AWAKE_IN_BED)
        else:
            self._diary.spend(Doing.REST, LIVING_ROOM, ends, "armchair")

    def _in_bed(self, ends: float, stirs: float) -> None:
        if ends > self._diary.at:
            self._diary.write(Doing.SLEEP, BEDROOM, ends, self._diary.uneven(stirs), BED)
