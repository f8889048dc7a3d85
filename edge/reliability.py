"""How likely this resident, well and at home, answers a question at this hour.

Learned from questions whose silence ended well: who sleeps or hears badly shows by itself. What a
missing answer is worth is the inactivity detector's.

A day has six blocks of four hours. With A of Q questions answered in all, and a of q in a block,

    m = (A + p / 2) / (Q + p),    r = (a + b m) / (q + b),

p = ANSWER_PRIOR and b = BLOCK_PRIOR, all counts fading. Believed is r less one standard deviation
of what so few questions can show, and nothing at all before the first.
"""

from math import sqrt

from msgspec import Struct, field

from edge.figures import ANSWER_HALF_LIFE, ANSWER_PRIOR, BLOCK_PRIOR, MOST_RELIABLE
from edge.halfhours import SLOTS

BLOCKS = 6


class Answers(Struct):
    """What became of the questions; fading counts by four hours of the day."""

    asked: list[float] = field(default_factory=lambda: [0.0] * BLOCKS)
    answered: list[float] = field(default_factory=lambda: [0.0] * BLOCKS)
    day: int | None = None  # of the last question

    def count(self, number: int, *, is_answered: bool) -> None:
        """Take in a question of that half hour (edge/halfhours.py) whose silence ended well."""
        day, slot = divmod(number, SLOTS)
        passed = 0 if self.day is None else max(0, day - self.day)
        kept = 0.5 ** (passed / ANSWER_HALF_LIFE)
        self.asked = [kept * count for count in self.asked]
        self.answered = [kept * count for count in self.answered]
        self.day = day
        block = slot * BLOCKS // SLOTS
        self.asked[block] += 1
        self.answered[block] += is_answered

    def likely(self, number: int) -> float | None:
        """Give the lower side of the probability of an answer; None: nobody was ever asked."""
        asked, answered = sum(self.asked), sum(self.answered)
        if not asked:
            return None
        block = number % SLOTS * BLOCKS // SLOTS
        here = self.asked[block]
        mean = (answered + ANSWER_PRIOR / 2) / (asked + ANSWER_PRIOR)
        rate = (self.answered[block] + BLOCK_PRIOR * mean) / (here + BLOCK_PRIOR)
        shown = here + min(BLOCK_PRIOR, asked - here) + ANSWER_PRIOR
        return min(max(rate - sqrt(rate * (1 - rate) / shown), 0.0), MOST_RELIABLE)
