"""Which lines there are for a vital sign, and on which side of them a value lies.

What the lines of a person are is own_range's; when something has been beyond one for long
enough, vital_sign's.
"""

from msgspec import Struct

from edge.model import Kind, Rule, VitalLimits
from edge.tail import Prior
from edge.vital_figures import COLD, FAST_HEART, FEVER, OXYGEN, SLOW_HEART, Figures

RULES = {
    Kind.HEART_RATE: Rule.HEART_RATE,
    Kind.SPO2: Rule.OXYGEN,
    Kind.BODY_TEMPERATURE: Rule.BODY_TEMPERATURE,
}


class Line(Struct, frozen=True):
    """One way in which a vital sign may be wrong; a limit itself is still within."""

    figures: Figures
    is_high: bool
    limit: float  # the hard one

    @property
    def prior(self) -> Prior | None:
        """Give the population's tail on this side; None: only the hard limit speaks."""
        return self.figures.high if self.is_high else self.figures.low

    def is_beyond(self, value: float, limit: float) -> bool:
        """Say whether a value lies on the wrong side."""
        return value > limit if self.is_high else value < limit

    def within(self, limit: float, by: float) -> float:
        """Give the value so far on the right side of a limit."""
        return limit - by if self.is_high else limit + by

    def beyond(self, limit: float, by: float) -> float:
        """Give the value so far on the wrong side of a limit."""
        return self.within(limit, -by)


def lines_of(limits: VitalLimits) -> dict[Kind, tuple[Line, ...]]:
    """Give the lines of each vital sign that is watched."""
    low, high = limits.heart_rate
    cold, hot = limits.body_temperature
    lines = {
        Kind.HEART_RATE: (Line(SLOW_HEART, False, low), Line(FAST_HEART, True, high)),
        Kind.SPO2: (Line(OXYGEN, False, limits.spo2_low),),
        Kind.BODY_TEMPERATURE: (Line(COLD, False, cold), Line(FEVER, True, hot)),
    }
    return {kind: lines[kind] for kind in lines if kind in limits.watched}
