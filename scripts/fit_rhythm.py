#!/usr/bin/env python3
"""Makes the population's figures of edge/figures.py from recorded homes, beside the shipped ones.

    .venv/bin/python scripts/fit_rhythm.py RECORDING.csv.gz...

Of each home: on which share of its days the worst silence strayed beyond LEVEL (zeta), and how far
beyond on the mean (beta), the first days left out and no home counted for more than LONGEST days.
What strayed farther than is counted is known to have strayed so far at least, as in edge/tail.py.
Nothing is written: what is shipped is changed by hand, with its reason.
"""

import argparse
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import field

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from edge.figures import HOUR, OUT_SPREAD, PEAKS  # noqa: E402
from edge.learned import RhythmState, Scale  # noqa: E402
from edge.model import Life, Patience  # noqa: E402
from edge.presence import Presence  # noqa: E402
from edge.rhythm import Rhythm  # noqa: E402
from edge.tail import Prior, Tail  # noqa: E402
from simulator import recording  # noqa: E402
from simulator.recording import Recording  # noqa: E402

UTC = ZoneInfo("UTC")
FIRST, LONGEST = 5, 150  # days: left out as long as the line is new; counted of one home at most


class Kept(Tail):
    """A tail that keeps what it is told."""

    peaks: list[float] = field(default_factory=list)

    def add(self, peak: float, exposed: float, prior: Prior) -> None:
        """Count a day, and remember it."""
        self.peaks.append(peak)
        super().add(peak, exposed, prior)


def peaks_of(path: Path) -> list[float]:
    """Give the daily peaks (s) of one home, every silence taken as usual."""
    source = Recording(path)
    home = recording.home(source, "UTC", Patience())
    doors = {device.id for device in home.devices if device.outer_door}
    presence, kept = Presence(home), Kept()
    rhythm = Rhythm(UTC, 0.5, RhythmState(tail=kept))
    last = None
    for reading in recording.readings(source.rows(), UTC):
        time = reading.at.timestamp()
        is_door = reading.device in doors
        life = Life(reading.received, reading.device, reading.room, reading.kind, is_door)
        presence.observe(life, reading.received)
        if last is not None:
            spread = OUT_SPREAD if presence.was_away else 1.0
            rhythm.learn(last, time, Scale(rhythm.state.activity.pace, spread))
        rhythm.begin_day(time)
        rhythm.live(time, reading.device)
        last = time
    return kept.peaks[max(0, FIRST - 3) :]


def main() -> None:
    """Print what the homes say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recordings", nargs="+", type=Path)
    days = above = ended = height = 0.0
    for path in parser.parse_args().recordings:
        peaks = peaks_of(path)
        beyond = [min(p - PEAKS.level, PEAKS.highest) for p in peaks if p > PEAKS.level]
        weight = min(1.0, LONGEST / max(1, len(peaks)))
        days += weight * len(peaks)
        above += weight * len(beyond)
        ended += weight * sum(each < PEAKS.highest for each in beyond)
        height += weight * sum(beyond)
        mean = sum(beyond) / len(beyond) / HOUR if beyond else 0.0
        print(f"{path.name:40} {len(peaks):5} days  {len(beyond):4} above  mean {mean:5.2f} h")
    if ended:
        print(f"zeta  {above / days:.3f}    shipped {PEAKS.zeta:.3f}")
        print(f"beta  {height / ended / HOUR:.3f} h  shipped {PEAKS.beta / HOUR:.3f} h")


if __name__ == "__main__":
    main()
