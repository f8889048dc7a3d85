"""The life of an incident at the desk, as a table. What each step writes is incidents.py's.

The home has states of its own; an incident lives on when the home's alert has ended, until
somebody here has said what it was.
"""

from enum import StrEnum


class Phase(StrEnum):
    """Where an incident stands."""

    OPEN = "open"  # nobody has it
    TAKEN = "taken"  # somebody has it, until the lease ends
    CLOSED = "closed"


class Act(StrEnum):
    """What can be done with an incident, or happens to it."""

    ARRIVED = "arrived"
    HOME = "home"  # the home says something new of it
    TAKE = "take"
    CALL = "call"
    HAND_OVER = "hand_over"
    DISPATCH = "dispatch"
    ON_SCENE = "on_scene"
    DONE = "done"
    FOLLOW_UP = "follow_up"
    FOLLOWED = "followed"  # what was to be done later is done
    NOTE = "note"
    RISE = "rise"  # to the area above: nobody answered in time
    PASS_ON = "pass_on"  # to the area above at once: nobody is on duty here
    REMIND = "remind"  # at the top, where nobody answered in time
    LAPSE = "lapse"  # the lease ended
    CLOSE = "close"
    REOPEN = "reopen"  # the home raised it once more, or calls it graver


_ANY = frozenset(Phase)
_LIVE = frozenset({Phase.OPEN, Phase.TAKEN})

# From which phases an act may be done, and where it leads; None: it stays.
ACTS: dict[Act, tuple[frozenset[Phase], Phase | None]] = {
    Act.ARRIVED: (_ANY, None),
    Act.HOME: (_ANY, None),
    Act.TAKE: (_LIVE, Phase.TAKEN),
    Act.CALL: (_ANY, None),
    Act.HAND_OVER: (frozenset({Phase.TAKEN}), Phase.TAKEN),
    Act.DISPATCH: (frozenset({Phase.TAKEN}), None),
    Act.ON_SCENE: (_LIVE, None),
    Act.DONE: (_LIVE, None),
    Act.FOLLOW_UP: (_ANY, None),
    Act.FOLLOWED: (_ANY, None),
    Act.NOTE: (_ANY, None),
    Act.RISE: (frozenset({Phase.OPEN}), None),
    Act.PASS_ON: (frozenset({Phase.OPEN}), None),
    Act.REMIND: (frozenset({Phase.OPEN}), None),
    Act.LAPSE: (frozenset({Phase.TAKEN}), Phase.OPEN),
    Act.CLOSE: (_LIVE, Phase.CLOSED),
    Act.REOPEN: (frozenset({Phase.CLOSED}), Phase.OPEN),
}


def may(act: Act, phase: Phase) -> bool:
    """Say whether it can be done there."""
    return phase in ACTS[act][0]


def after(act: Act, phase: Phase) -> Phase:
    """Give where it leads. Raises ValueError where it cannot be done."""
    if not may(act, phase):
        raise ValueError(f"{act} while {phase}")
    return ACTS[act][1] or phase
