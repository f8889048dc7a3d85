"""The figures of the vital signs, of worn devices and of falls, each with its reason.

How they are used is theirs: edge/sustained.py, edge/own_range.py, edge/worn.py and the detectors.
Times are seconds. Heart rate a minute, oxygen in percent, temperature in degrees Celsius.
"""

from msgspec import Struct

from edge.tail import Prior

MINUTE = 60.0
HOUR = 60 * MINUTE

# The red scores of NEWS2 (Royal College of Physicians, 2017), one of which alone calls a doctor;
# but its 40 is asked of people who are awake, and many a healthy heart beats 38 asleep.
HEART_RATE_LIMITS = (35.0, 130.0)
# Oxygen of 88 to 92 is what is aimed at with chronic lung disease (NEWS2, second scale).
SPO2_LOW = 88.0
BODY_TEMPERATURE_LIMITS = (35.0, 39.0)

# -- how long something must last

WINDOW = 10 * MINUTE  # a fright or a cough is over in it
MOMENT = 30.0  # what comes within it is one reading: a strap sends one a second
LONGEST_WINDOW = 30 * MINUTE  # of any figures below
LEAST = 3  # readings; two can be the same slip
SHARE = 0.25  # of the readings may be within: a wrist slips, a finger moves
# A ring that measures oxygen every half hour has three readings in it, with one of them lost.
RARE = 95 * MINUTE
# Who walks has another heart rate than who sits; recorded walks have 60 steps a minute and more.
STEPS_AT_REST = 20.0  # a minute
# After a stair the heart needs some minutes to be at rest again.
RECOVERS = 5 * MINUTE
OVER_BY = 0.25  # of `step`; it has ended only so far within the line, or it would come and go
REFRESHED = 15 * MINUTE  # the figures of an alert that stands are renewed so often at most
EXCUSED = 24 * HOUR  # a person has said that it is nothing; so long only worse is told again
EXCUSED_BRIEFLY = 2 * HOUR  # somebody has dealt with it
OWN_STANDS = 7 * 24 * HOUR  # what is unusual for so long has become usual

# -- what is usual for a person

BLOCK = 3 * HOUR  # of the day: the heart is slower by night and before meals
BLOCKS = 8
HALF_LIFE = 28.0  # days: a month with a new medicine is this person's usual
BLOCK_WEIGHT = 60.0  # readings that the whole day weighs in a block of its own
YOUNG = 3  # days of which the farthest reading says only that little is known yet
KNOWN_AFTER = 14  # days measured; before it nothing is said to be unusual for this person


class Figures(Struct, frozen=True):
    """What holds for one vital sign."""

    low: Prior | None  # of the day's farthest sustained reading below the usual; None: not told
    high: Prior | None
    ordinary: tuple[float, float]  # within it nothing is ever unusual: NEWS2's score of 0
    step: float  # a difference that matters
    span: float  # seconds that the readings must cover
    window: float = WINDOW  # of so many seconds, or the last `least`, where they come more seldom
    least: int = LEAST  # readings
    a_day: int = 10  # readings from which on a day counts as measured


# The priors of the heart rate are rounded from four people's wrists (28 to 37 days each, a reading
# every ten minutes, at rest, against the mean of their hours); those of oxygen and temperature are
# guesses from the devices' own errors (ISO 80601-2-61: 4 percent; ISO 80601-2-56: 0.3 degrees).
SLOW_HEART = Figures(
    low=Prior(level=10.0, zeta=0.3, beta=2.5, highest=20.0),
    high=None,
    ordinary=(51.0, 90.0),
    step=10.0,
    span=5 * MINUTE,
)
# On a bicycle nobody takes a step: four healthy people passed 130 for ten minutes ten times in 129
# days. A heart that races of itself does not stop after half an hour.
FAST_HEART = Figures(
    low=None,
    high=Prior(level=15.0, zeta=0.2, beta=8.0, highest=40.0),
    ordinary=(51.0, 90.0),
    step=10.0,
    span=20 * MINUTE,
    window=LONGEST_WINDOW,
)
OXYGEN = Figures(
    low=Prior(level=3.0, zeta=0.3, beta=1.0, highest=6.0),
    high=None,
    ordinary=(96.0, 100.0),
    step=3.0,
    # A finger is put into a clip for some minutes; pauses of breath in sleep are shorter.
    span=2 * MINUTE,
    a_day=3,
)
# A fever is measured on purpose, once; a reading that is too low is mostly one in the wrong place.
FEVER = Figures(
    low=None,
    high=Prior(level=0.8, zeta=0.2, beta=0.3, highest=1.5),
    ordinary=(36.1, 38.0),
    step=0.5,
    span=0.0,
    least=1,
    a_day=1,
)
COLD = Figures(
    low=Prior(level=0.8, zeta=0.2, beta=0.3, highest=1.5),
    high=None,
    ordinary=(36.1, 38.0),
    step=0.5,
    span=2 * MINUTE,
    least=2,
    a_day=1,
)

# -- what is worn

# Bracelets that are asked answer every ten or fifteen minutes; a word older than three is none.
WORD_HOLDS = 45 * MINUTE
PULSE_HOLDS = 30 * MINUTE
# Nobody walks fifty steps with a bracelet that lies on a table: then its word is wrong.
STEPS_DISPROVE = 50
UNWORN_AFTER = 24 * HOUR  # it is charged, and washed without; a day without it is forgotten
UNWORN_AT_MOST = 7 * 24 * HOUR  # where people end it again and again, and it is still not worn
UNWORN_ALONE_AFTER = 12 * HOUR  # a night, where nothing else shows how the resident is

# -- after a fall

LANDS = MINUTE  # the fall itself is movement; what it moves on is over then
STILL_AFTER = 10 * MINUTE  # who can get up alone mostly has by then
# From the floor of one room to the next and back; who crawls swings no arm.
UP_STEPS = 30
UP_SIGNS = 4
UP_ROOMS = 2
UP_LASTS = 5 * MINUTE
# Who has got up and then is not seen for so long, with nobody there yet, may lie there again.
STILL_AGAIN_AFTER = 45 * MINUTE
