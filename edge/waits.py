"""After how long an alert that nobody has taken is told again. Whom it is told is escalation's."""

from datetime import timedelta

from edge.model import Home, Severity

# An emergency is told further after 60 s, and the whole first tier is tried by 180 s.
EMERGENCY_FIRST = (timedelta(minutes=1), timedelta(minutes=2))
EMERGENCY_REPEAT = timedelta(minutes=3)
EMERGENCY_LATER = timedelta(minutes=10)  # when an hour of that has moved nobody
EMERGENCY_ROUNDS = 21  # make up that hour
URGENT_LONGEST = timedelta(hours=2)  # the waits double up to it
FAULT_REPEAT = timedelta(hours=24)  # a fault is told anew once a day, not through the night


def repeat_after(severity: Severity, home: Home, rounds: int) -> timedelta:
    """Give the wait after so many rounds: it grows, and is bounded. Nobody is woken for nothing
    every quarter of an hour all night, and nothing is ever told for the last time.
    """
    every = home.repeat_every
    if severity is Severity.FAULT:
        return FAULT_REPEAT
    if severity is Severity.URGENT:
        return max(every, min(every * (1 << min(rounds, 8)), URGENT_LONGEST))
    if rounds < len(EMERGENCY_FIRST):
        return min(EMERGENCY_FIRST[rounds], every)
    return min(EMERGENCY_REPEAT if rounds < EMERGENCY_ROUNDS else EMERGENCY_LATER, every)
