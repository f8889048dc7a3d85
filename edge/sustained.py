"""What a vital sign has been for long enough: one odd reading is no finding.

It knows no limit and no person; what is too high is the detector's.
"""

from msgspec import Struct

from edge.model import Moment
from edge.vital_figures import LEAST, LONGEST_WINDOW, MOMENT, RARE, SHARE, Figures


class Sample(Struct, array_like=True):
    """The mean of the readings that came within half a minute."""

    at: float  # monotonic seconds
    value: float
    readings: int = 1


class Sustained(Struct, omit_defaults=True):
    """The readings of late. Each asker looks back as far as its figures say."""

    samples: list[Sample] = []
    boot: str = ""

    def add(self, value: float, now: Moment) -> bool:
        """Take in a reading; say whether it begins a new sample."""
        at, samples = now.monotonic, self.samples
        if now.boot != self.boot or (samples and not 0 <= at - samples[-1].at <= RARE):
            # Nobody knows what was in between.
            samples.clear()
            self.boot = now.boot
        if samples and at - samples[-1].at < MOMENT:
            last = samples[-1]
            last.readings += 1
            last.value += (value - last.value) / last.readings
            return False
        samples.append(Sample(at, value))
        while at - samples[0].at > (LONGEST_WINDOW if len(samples) > LEAST else RARE):
            del samples[0]
        return True

    def within(self, figures: Figures) -> list[Sample]:
        """Give the samples of the window, or the last few where they come more seldom."""
        samples = self.samples
        first = samples[-1].at - figures.window if samples else 0.0
        recent = [sample for sample in samples if sample.at >= first]
        return recent if len(recent) >= figures.least else samples[-figures.least :]

    def level(self, figures: Figures, *, is_high: bool) -> float | None:
        """Give the value that three quarters of the samples are as far out as; None: too few.

        Of three samples that is the least far out, of ten the third.
        """
        samples = self.within(figures)
        if len(samples) < figures.least or samples[-1].at - samples[0].at < figures.span:
            return None
        values = sorted((sample.value for sample in samples), reverse=not is_high)
        return values[int(len(values) * SHARE)]
