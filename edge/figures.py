"""The figures that the rhythm is reckoned with, each with its reason; none belongs to one home.

How they are used is rhythm's. Ages and lengths are seconds.
"""

from msgspec import Struct

HOUR = 3600.0
DAY = 24 * HOUR

SHORTEST = 60.0  # a shorter silence is one burst of activity
LONGEST = 20 * HOUR  # a longer one is an absence or an outage, not a habit
LEAST_LIMIT = 15 * 60.0  # below it every reader of a newspaper is an alarm
UNKNOWN_LEVEL = 12 * HOUR  # the field's usual fixed rule, where nothing is known yet

FIXED_RULE_BUDGET = 0.5  # alerts in 30 days at which that rule is used; it cost 0.34 in ten homes
MONTH = 30.0  # days to which a budget refers
SKIPPED_DAYS = 3  # excesses over a line of so few days say nothing about its tail
HALF_LIFE = 90.0  # days after which an excess counts half: a season
PRIOR_EXPOSED = 20.0  # days that the population's zeta weighs
PRIOR_EXCEEDED = 10.0  # excesses that the population's beta weighs
YOUNG = 1.5 * HOUR  # by so much a maximum grows when its days grow e-fold

LONGEST_PAUSE = 400  # days; whoever was away for longer comes home to a clock that was set wrong
NEAR = 2  # days from the last sign of life within which a silence that teaches can end

LONGEST_EXPECTED = 3650.0  # days; no tail of a season says more

SLACK_SHARE = 0.6  # of the buffer is added after a false alert: one is seldom alone
SLACK_DAYS = 7.0  # and fades over a week
HALF = 0.5  # weight of a silence under an alert that nobody explained
ORDINARY = 2 * HOUR  # so long an ordinary life must go on to show that all was well
LEAST_SHARE = 0.5  # of the budget is always left to the line, whatever the ceilings used
DOUBTS = 64  # remembered at most; the window forgets them sooner


class Window(Struct, frozen=True):
    """A memory of so many days, and the population's tail of its daily excess."""

    days: int
    zeta: float  # share of days with an excess
    beta: float  # seconds, mean excess of those days


# The short one follows a change of life within two weeks, the long one knows rarer days. Their
# tails are those of ten homes, pooled.
WINDOWS = (Window(14, 0.45, 1.86 * HOUR), Window(28, 0.355, 1.91 * HOUR))
REMEMBERED = max(window.days for window in WINDOWS)
