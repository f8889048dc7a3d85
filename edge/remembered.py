"""All that a household has learned and remembers, as it is kept from one start to the next.

What each part of it means is that detector's; when it is kept, and where, is the store's.
"""

import msgspec
from msgspec import Struct, field

from edge.body import BodyState
from edge.detectors.absence import AbsenceState
from edge.detectors.reach import ReachState
from edge.detectors.smoke import HazardState
from edge.detectors.sos import CallState
from edge.detectors.supervision import SupervisionState
from edge.detectors.trends import TrendsState
from edge.everyday import EverydayState
from edge.model import Alert, Finding, Moment
from edge.presence import PresenceState
from edge.signs import Standing
from edge.silence import InactivityState

STATE_VERSION = 3


class HouseholdState(Struct):
    """All that a household has learned and remembers; the alert book is kept elsewhere too."""

    version: int
    now: Moment | None
    heard: Moment | None  # the last entry
    signs: dict[str, Standing]
    presence: PresenceState
    inactivity: InactivityState
    smoke: HazardState
    sos: CallState
    supervision: SupervisionState
    orphans: list[Finding]  # stand, by the alert book, although no detector knows of them
    alerts: list[Alert]
    trends: TrendsState = field(default_factory=TrendsState)
    absence: AbsenceState = field(default_factory=AbsenceState)
    everyday: EverydayState = field(default_factory=EverydayState)
    body: BodyState = field(default_factory=BodyState)
    reach: ReachState = field(default_factory=ReachState)


class StateUnusable(Exception):
    """A stored state is of another version, or damaged; it is rebuilt from the journal."""


def remembered(snapshot: bytes) -> HouseholdState:
    """Give the state that a snapshot holds. Raises StateUnusable."""
    try:
        state = msgspec.json.decode(snapshot, type=HouseholdState)
    except msgspec.MsgspecError as error:
        raise StateUnusable(str(error)) from error
    if state.version != STATE_VERSION:
        raise StateUnusable(f"version {state.version}, this is {STATE_VERSION}")
    return state
