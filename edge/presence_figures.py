"""The figures by which it is reckoned who is at home, each with its reason; none is one home's.

How they are used is presence's, declared's, company's and outings'. Ages without a unit: seconds.
"""

from datetime import timedelta

from edge.figures import HOUR
from edge.routine_figures import Sort
from edge.tail import Prior

# -- the outer door
# Opening and closing are one passage; nobody is out and back again in so short a time. A door
# that was deaf for less has not missed one whole.
PASSAGE = timedelta(minutes=2)
# Who comes in holds the door for so long at most; of a sensor that does not say "closed".
HELD = timedelta(seconds=45)
# A door that is slammed, or tried once more, opens again within it.
SLAMS = timedelta(seconds=10)
# A radio may bring the motion in front of the door after the door itself, and the one behind it
# before.
LATENESS = timedelta(seconds=5)
# Somebody who has come in is seen within it; shorter than any silence that is alerted on.
SETTLED = timedelta(minutes=10)
# Who goes out was seen inside so shortly before; who comes in was not.
SEEN_BEFORE = timedelta(minutes=10)

# -- an absence that somebody has declared
# Who is still seen inside within it has not left yet. With an outer door that can be heard the
# absence begins at its use, so a whole day harms nobody; without one it begins at once, and a
# collapse while packing would not be noticed: there two hours.
PACKING = timedelta(hours=24)
PACKING_UNHEARD = timedelta(hours=2)
# Somebody looks in, waters the flowers and leaves by the door; who stays longer has come home.
LOOKS_IN = timedelta(hours=3)
# Longer than any night: whoever declares it then knows where they are.
LONG_UNSEEN = timedelta(hours=12)
STIRS_AGAIN = timedelta(hours=1)  # whoever is there; a sensor's imagination comes once in a day
LONGEST_DECLARED = timedelta(days=30)  # of one without an end: nobody remembers who said it
LATE_HOME = timedelta(hours=3)  # after its end somebody is told: trains are late

# -- company
GAITS = (2.0, 3.0, 5.0, 8.0)  # seconds from room to room; beyond them one person may be both
WALK = 60.0  # seconds within which a change of room counts as a walk
KNOWN_DAYS = 7  # days with such walks, until it is known how far apart two rooms are
RARE = 0.2  # of those days: a visitor a week changes nothing about it
REMEMBERED_WALKS = 56  # days; then all counts are halved
EVIDENCE = 3  # so many too fast changes; one may be a radio that was late
CALLS = timedelta(hours=24)  # a use of the door that was missed, or a parcel, counts no longer
TOGETHER = timedelta(hours=1)  # two people in two rooms show it some few times an hour

# -- outings
YOUNG_DAYS = 14  # with outings; until then the field's fixed rule holds
YOUNG_LIMIT = 12 * HOUR
LONGEST_OUTING = 20 * HOUR  # a longer one is a journey, not a habit
REMEMBERED = 28  # days whose outings are kept for the reasons
OUTINGS_KEPT = 200  # at most
HALF = 0.5  # weight of the time beyond an alert that nobody explained
# The unit is how long an outing usually is; errands of half an hour do not make two hours odd.
# Heights are clipped where a night away begins, which no tail of errands foretells.
OUT = Sort(
    Prior(level=1.0, zeta=0.1, beta=1.0, highest=3.0),
    unknown=0.0,  # what is not known well has the fixed rule
    least_unit=HOUR,
    most_unit=2 * HOUR,  # with three nobody who is often out for long was missed before night
    least=2 * HOUR,
    longest=LONGEST_OUTING,
)
