"""The figures that the rhythm is reckoned with, each with its reason; none belongs to one home.

How they are used is rhythm's. Ages and lengths are seconds. "Level" means that half or double
the figure moved no mean delay on recorded homes by more than ten minutes: docs/detection.md.
"""

from edge.rules import Rule
from edge.tail import Prior

HOUR = 3600.0
DAY = 24 * HOUR

# -- what is learned from
SHORTEST = 60.0  # a shorter silence is one burst of activity
LONGEST = 20 * HOUR  # a longer one is an absence or an outage, not a habit
LEAST_LIMIT = 15 * 60.0  # below it every reader of a newspaper is an alarm
LONGEST_PAUSE = 400  # days; whoever was away for longer comes home to a clock that was set wrong
NEAR = 2  # days from the last sign of life within which a silence that teaches can end
REMEMBERED = 28  # days whose rows are kept for the reasons: "on k of 28 days"

# -- the line
SOFTNESS = 1.5 * HOUR  # how many days it takes to make a long silence usual; level
LINE_HALF_LIFE = 14.0  # days with data: follows a change of life within weeks; level
UNKNOWN_LINE = 5 * HOUR  # an unknown home is taken to know such silences at any hour; level
UNKNOWN_DAYS = 3.0  # ... for as much as three days of its own
EXCESS_HALF_LIFE = 60.0  # days; to stray is rare, so it is remembered longer than the line
EXCESS_DAYS = 20.0  # days until what a half hour showed of straying counts half
EVEN = 1.0  # mean excess added to each: no half hour strays less than half as far as the mean
DRIFT = 1  # half hours to each side: habits drift by half an hour
EXCESS_DRIFT = 3  # ... and straying by an hour and a half

# -- how much is going on
QUIET = 0.8  # of the usual active half hours of a day: below it a day is a quiet one
QUIET_SAID = 0.75  # a pace below it is told as a quiet day
SLOWEST = 1 / 3  # an hour never counts for less: a resident may be ill, not away
ACTIVITY_HALF_LIFE = 20.0  # days; so slow that a week away does not become usual
LEAST_SEEN = 24  # half hours of the last day that must have been seen to call it quiet

# -- who is out
OUT_SPREAD = 2.0  # the silence behind the door strays so much further; 2 and 3 are level

# -- the tail of a day's straying beyond the line: scripts/fit_rhythm.py makes the population's
LEVEL = 1.5 * HOUR  # a day's peak above it is one of the tail: one day in four
PEAKS = Prior(
    level=LEVEL,
    zeta=0.258,
    beta=1.234 * HOUR,
    highest=3 * HOUR,  # beyond it an absence begins, which no tail of habits foretells
    days=20.0,  # in its own units every home is alike, so the population may weigh much;
    peaks=10.0,  # a home is calibrated in weeks
    half_life=180.0,  # days; a tail is rare and changes slowly
    is_guess=True,  # a budget of 0.12 lies four times beyond the days that a home is known for
)
SKIPPED_DAYS = 3  # the first days' peaks say only that the line is new

# -- the first days
YOUNG_DAYS = 14  # until then the fixed rule of the field is never exceeded
FIXED_RULE = 12 * HOUR
FIXED_RULE_DAYS = 60.0  # days between alerts for which that rule stands; wider beyond

# -- budgets
MONTH = 30.0  # days to which a budget refers
LEAST_SHARE = 0.5  # of the budget is always left to the line, whatever the ceilings used

# What each further rule may cost people, in false alerts in 30 days; the silence of the whole
# home has its own budget in the configuration.
SHARES: dict[Rule, float] = {
    # Those that call somebody out stay within a quarter of an alert, all further rules together.
    Rule.STAY: 0.04,
    Rule.CRAWLING: 0.04,
    Rule.WANDERING: 0.04,
    Rule.BED: 0.04,
    Rule.NOT_BACK: 0.05,
    # A person's own range is a note; of the hard limits medicine decides, not a budget.
    Rule.HEART_RATE: 0.1,
    Rule.OXYGEN: 0.1,
    Rule.BODY_TEMPERATURE: 0.1,
    # A note of the morning wakes nobody.
    Rule.ROUTINE: 0.25,
    # Nor does one of slow change: once in half a year, kept by the sums of trend_figures.
    Rule.CHANGE: 0.17,
}

# -- alerts and what they teach
HALF = 0.5  # weight of a silence under an alert that nobody explained
ORDINARY = 2 * HOUR  # so long an ordinary life must go on to show that all was well
DOUBTS = 64  # remembered at most; beyond them the oldest are settled as they stand

# -- the question at home
ANSWER_HALF_LIFE = 60.0  # days; whoever grows deaf is believed less within a season
ANSWER_PRIOR = 2.0  # questions that "half of them" weighs, for a resident
BLOCK_PRIOR = 5.0  # questions that the resident's own mean weighs, for four hours of the day
MOST_RELIABLE = 0.95  # nobody answers always
