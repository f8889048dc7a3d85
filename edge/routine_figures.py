"""The figures of rooms, routine, nights and bed, each with its reason; none belongs to one home.

Ages and lengths are seconds. How they are used is lasting's and the detectors'.
"""

from datetime import timedelta

from msgspec import Struct

from edge.figures import DAY, HOUR
from edge.tail import Prior

MINUTE = 60.0

# -- how long something lasts

POWER = 4  # of the mean over days: one long day in twenty makes half of itself usual
LINE_HALF_LIFE = 14.0  # days with data: a change of life is followed within weeks
# How far each hour strays beyond its line; to stray is rare, so it is remembered for longer.
STRAY_HALF_LIFE = 60.0  # days
STRAY_DAYS = 10.0  # until what an hour showed of straying counts half
STRAY_DRIFT = 1  # hours to each side: habits drift
SKIPPED_DAYS = 3  # excesses over a line of so few days say nothing about its tail
YOUNG_DAYS = 14  # so long a line is widened, less each day
LONGEST_PAUSE = 400  # days; after a longer one, or one day back, the clock was wrong
SHORTEST = 60.0  # what is over within it is no habit
HALF = 0.5  # weight of the time beyond an alert that nobody explained
UNEXPLAINED = DAY  # after which nobody will say any more what an alert was
DOUBTS = 16  # remembered at most
RECHECKED = 600.0  # what holds an alert back is looked at again so often
HORIZON = 48 * HOUR  # nothing lasts longer unnoticed: the ceiling of silence speaks before

# A broker that restarts must not hide that somebody does not come out of the bathroom.
BLIP = timedelta(minutes=3)


class Sort(Struct, frozen=True):
    """One sort of thing that lasts: its tail in the population, and what holds before it is known.

    Heights of the tail are in units of the line: the median, over the hours in which the thing
    goes on, of how long it usually lasts.
    """

    prior: Prior
    unknown: float  # so much a line of no day is widened
    least_unit: float
    most_unit: float
    least: float  # no alert before it
    longest: float  # what lasts longer is an absence or an outage, not a habit
    # Some hours stray further than others; of what goes on all day long each hour shows it.
    by_hour: bool = False


# The shares zeta and heights beta are rounded from drawn persons in the simulated homes, each
# counted for 60 days (bench/lasting_tails.py makes them again). A height counts a few units at
# most: beyond it an illness or a missed door begins, which no habit foretells.
# What is unknown is widened by what an unknown home may do: lie in for a day (10 h), have an
# afternoon before the television (8 h), lie awake (30 min), sleep in (6 h).
STAY = Sort(
    Prior(level=1.0, zeta=0.45, beta=1.0, highest=6.0),
    unknown=10 * HOUR,
    least_unit=20 * MINUTE,  # a bathroom's; at 15 a missed return to bed was ten units
    most_unit=90 * MINUTE,  # a sitting room's; at two hours a limit there is most of the day
    least=45 * MINUTE,  # a bath
    longest=20 * HOUR,
)
CRAWLING = Sort(
    Prior(level=1.0, zeta=0.19, beta=1.25, highest=4.0),
    unknown=8 * HOUR,
    least_unit=30 * MINUTE,  # that within which movements are counted
    most_unit=HOUR,  # at two, who crawls is found in 11 h and no alert fewer is false
    least=90 * MINUTE,  # a nap
    longest=20 * HOUR,
    by_hour=True,
)
ROAMING = Sort(
    Prior(level=1.0, zeta=0.02, beta=0.9, highest=3.0),
    unknown=30 * MINUTE,
    least_unit=15 * MINUTE,
    most_unit=30 * MINUTE,  # who is up for long every night is not to wait for hours
    least=45 * MINUTE,  # a glass of milk and back
    longest=8 * HOUR,
)
# Of six simulated homes with a bed that tells only, the days of illness in one of them left out.
IN_BED = Sort(
    Prior(level=1.0, zeta=0.2, beta=1.0, highest=3.0),
    unknown=6 * HOUR,
    least_unit=HOUR,
    most_unit=2 * HOUR,
    least=10 * HOUR,  # a night without getting up is no emergency, however rare it is here
    longest=20 * HOUR,
)
LEFT_BED = Sort(
    Prior(level=1.0, zeta=0.1, beta=1.5, highest=3.0),
    unknown=HOUR,
    least_unit=10 * MINUTE,  # the bathroom and back
    most_unit=HOUR,
    least=30 * MINUTE,
    longest=8 * HOUR,
)

# -- rooms

KNOWN_DAYS = 7  # before them rooms say nothing: silence has its fixed rule, rooms have none
# Where a sensor of another room was not heard since, it may be dead and have missed somebody.
UNVOUCHED = 2.0  # times as long must a stay last; of somebody busy as well
# Out of a long quiet, or behind somebody who goes out, a sensor may have imagined one movement.
ENTERED = 300.0  # who comes from another room was seen there so shortly before
# Who bustles about in the kitchen for once is on their feet; who cannot get out of the bathroom is
# still noticed, after twice the time. A sensor that holds for ten minutes shows the two movements
# an hour of somebody who lies there as a third of the time.
BUSY = 0.5  # of the last time a sensor saw movement
BUSY_WITHIN = 30 * MINUTE  # to which "last" refers: the older, the less it counts
# Who moves in the room is there. Who does not may have gone to bed past a sensor that missed it, as
# in one night of twenty; then the silence of the whole home must be rare as well.
UNMOVED = 900.0
UNUSUAL_SILENCE = 7.5  # once in so many days: where the question at home would be asked

# -- sporadic movement

BURST = 60.0  # signs of life closer together are one movement
ORDINARY_WITHIN = 1800.0
ORDINARY_FOR = 300.0  # once ordinary, it is not looked at again for so long
# In that time; who lies on the floor moves in front of a sensor twice an hour, so that five fall
# into one half hour by chance every other day, and six once a week.
ORDINARY_MOVES = 6
ORDINARY_CHANGES = 2  # of room in that time: there and back
ONE_ROOM = 0.8  # of the movements; the rest are imagined by a sensor
LEAST_MOVES = 2  # fewer are silence, of which the inactivity alert speaks

# -- nights, by the clock on the wall

# Hours; who is up then and has slept before is up at night. Many elders rise at four, and some
# come home, or take the bin out, before midnight.
ROAMING_NIGHT = (23, 4)
LEAVING_NIGHT = (0, 4)
BED_NIGHT = (22, 5)
SETTLED = 20 * MINUTE  # without a change of room: whoever was up has sat or lain down
LEAST_ROUNDS = 6  # changes of room; who sits in the kitchen at night does not wander
# Of these changes, those back to where they slept: who goes through a home of four rooms comes by
# there each fourth time, a sleeper and somebody else who is up take turns.
RETURNS = 1 / 3
ASLEEP = 45 * MINUTE  # without one: it was night already for this person
# Who leaves at night is gone after so long; presence takes the door for an outing then.
LEFT_FOR = 10 * MINUTE
NIGHT_WEIGHT = 60.0  # nights that the population's weigh
NIGHT_LEAVING = 1 / 3000  # outings a night and hour; the drawn persons have hardly one a year
NIGHT_HALF_LIFE = 90.0  # days
# Where it is known that the resident wanders, every night counts: once in 30 days is bearable.
WANDERS_SHARE = 1.0

# -- anchors of the day

ANCHOR_FROM = 4  # o'clock: the day of habits begins
REMEMBERED = 28  # days of first visits
ANCHOR_DAYS = 14  # until a room can be an anchor
ANCHOR_KEPT = 0.95  # of the days on which somebody was at home the room was visited
# After ANCHOR_FROM: later the day is too far on for a habit of the morning.
ANCHOR_UNTIL = 11 * HOUR
LEAST_SPREAD = 20 * MINUTE  # standard deviation; nobody lives by the minute
ANCHOR_LEAST = HOUR  # beyond the mean
ANCHOR_PRIOR = Prior(level=1.5, zeta=0.2, beta=0.95, highest=4.0)

# -- bed

ABED = 3600.0  # who was in bed for so long has slept, and is expected back at night
LETS_GO = 5 * MINUTE  # a bed may say so long that somebody is in it who is in another room
STIRRED = 20 * MINUTE  # who was seen elsewhere within it is up, not down
