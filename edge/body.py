"""The detectors of calls, falls, vital signs and bracelets of one home, with what they share.

Each decides for itself; here they are only built, and their states kept together.
"""

from collections.abc import Callable, Collection

from msgspec import Struct, field

from edge.bracelet import WEAR_KINDS
from edge.detectors.fall import FALL_KINDS, Calls
from edge.detectors.sos import CALLS, CallState
from edge.detectors.vitals import VITAL_KINDS, VITAL_RULES, Vitals, VitalsState
from edge.fallen import FallState
from edge.model import Finding, Home, Kind, Moment, Rule
from edge.vital_lines import RULES
from edge.watch import CALL_RULES, Watch
from edge.worn import Worn, WornState


class BodyState(Struct, omit_defaults=True):
    """All that these detectors remember; the calls themselves are kept apart."""

    worn: WornState = field(default_factory=WornState)
    vitals: VitalsState = field(default_factory=VitalsState)
    falls: FallState = field(default_factory=FallState)


class Body:
    """Builds them; `is_absent` says whether somebody has declared that nobody is at home."""

    def __init__(
        self,
        home: Home,
        is_absent: Callable[[Moment], bool],
        calls: CallState | None = None,
        state: BodyState | None = None,
    ) -> None:
        self.state = BodyState() if state is None else state
        self.worn = Worn(home, self.state.worn, is_absent)
        self.calls = Calls(home, self.worn, calls, self.state.falls)
        self._vitals = Vitals(home, self.worn, self.state.vitals)
        # Who cannot report a fall, and wears nothing, costs nothing here.
        is_followed = self.worn.is_any or any(Kind.FALL in each.kinds for each in home.devices)
        kinds = FALL_KINDS if is_followed else frozenset(CALLS)
        self.call_watch = Watch(CALL_RULES, self.calls, kinds, lives=is_followed)
        measures = [d.kinds for d in home.devices if not d.kinds.isdisjoint(RULES)]
        measured = VITAL_KINDS & frozenset[Kind]().union(*measures)
        self.watches = (
            Watch(frozenset({Rule.UNWORN}), self.worn, WEAR_KINDS if self.worn.is_any else ()),
            Watch(VITAL_RULES, self._vitals, measured),
        )

    def adopt(
        self,
        standing: Callable[[frozenset[Rule]], list[Finding]],
        ended: Collection[Finding],
    ) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        self.calls.adopt(standing(CALL_RULES), ended)
        self.worn.adopt(standing(frozenset({Rule.UNWORN})))
        self._vitals.adopt(standing(VITAL_RULES))
