"""The figures by which slow change is told from ordinary days, each with its reason.

How they are used is days' and trends'. Minutes are of the home's own day unless said otherwise.
"""

from msgspec import Struct

from edge.because import Measure

MINUTE = 60.0
HOUR = 3600.0

# -- what is measured of a day

MORNING = 4 * 60  # rising is looked for from here: before it, a light goes on and off again
BIN = 10  # minutes; finer than anybody keeps to
BINS = 60  # until two in the afternoon: who rises later is ill, and the day tells it otherwise
# Up is who is seen in 7 of the next 9 bins: with 3 of 6 a sleepless hour was taken for rising, and
# simulated days strayed by 100 minutes instead of 50.
UP_BINS = 9
UP_LEAST = 7
NIGHT_BEGINS = 23 * 60  # visits to the bathroom count as nightly from here
NIGHT_ENDS = 5 * 60  # to here: most are in bed then, and whoever is not is so on other days too
VISIT = 15 * MINUTE  # without a sign of life in the bathroom: the next one is another visit
DAY_BEGINS = 9 * 60  # the longest quiet of the day is looked for from here
DAY_ENDS = 21 * 60  # to here: neither the night nor a late rising is counted twice
MOST_BLIND = 2 * HOUR  # a day that was seen for less says nothing
LEAST_HOME = 12 * HOUR  # of a day; how lively somebody is who was out for longer is not known

# -- how a change is told from chance

REMEMBERED = 120  # measured days at most: a season, so that the seasons themselves are followed
LAG = 14  # of these the last are not taken for usual: a change must not hide itself
LEAST_USUAL = 21  # measured days before anything counts as usual: three of each weekday
CLIP = 3.0  # one odd day counts no more than a day that is odd
SLACK = 0.5  # CUSUM's k: half of the smallest shift, in spreads of a day, that is looked for
LASTING = 14  # days since it began: a cold, a visit, a week of rain is no change of life
RECENT = 7  # measured days that must still show it
STANDING = 2 / 3  # of it, on the mean of those: what is fading has been a spell
FARTHEST_DAYS = 400  # between two signs of life; whoever was away for longer has a wrong clock
REST = 28  # days from one note to the next: what has one cause is told together
NOTE_HOUR = 9  # o'clock on Mondays: a note is for the day, and for the week


class Scale(Struct, frozen=True):
    """How one measure is judged.

    `least_spread`: of a day, in the units of `transformed`; who lives by the clock has none, and
    a quarter of an hour would be news. `least_change`: what a caregiver would call a change, in
    the measure's own unit, or as a share of what was usual where `is_share`. `height`: CUSUM's h.
    """

    least_spread: float
    least_change: float
    height: float
    is_share: bool = False


# By bench/slow_change.py a height of 4 keeps one false note in 180 days on simulated homes. Real
# ones stray more, and twice the height finds hardly less: a change has to last LASTING days anyway.
SCALES = {
    Measure.RISING: Scale(15.0, 30.0, 8.0),
    Measure.NIGHT_VISITS: Scale(0.7, 0.5, 8.0),
    Measure.OUTINGS: Scale(0.7, 0.3, 8.0, is_share=True),
    Measure.ACTIVITY: Scale(0.1, 0.15, 8.0, is_share=True),
    Measure.ROOM_CHANGES: Scale(0.1, 0.2, 8.0, is_share=True),
    Measure.LONGEST_QUIET: Scale(0.2, 30.0, 8.0),
}
