"""One device, or one bridge, listening at one place: what a packet there means for it.

Who listens where, the decoder decides.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from edge.model import Freshness, Kind, Moment, Packet, Reading, Value
from gateway.wire.doubt import Doubts
from gateway.wire.fields import TESTABLE
from gateway.wire.fitted import Fitted
from gateway.wire.meaning import Said, merged
from gateway.wire.refusal import BridgeState, Decoded, Refused

# No test is longer. A flag that sticks must not silence a smoke alarm for good.
TEST_LASTS = timedelta(minutes=5)
_OF_LINK = frozenset({Kind.ONLINE, Kind.LINK_QUALITY})


class Means(Protocol):
    """Reads one sort of message."""

    @property
    def is_sealed(self) -> bool:
        """Say whether it comes in an envelope that may be encrypted."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """Give what may be read of it."""

    def of(self, packet: Packet, notes: list[Refused], who: Sequence[str] = ()) -> Said | None:
        """Say what a packet says; None where it is not this message, or another device's."""


class Ear:
    """One device listening at one place."""

    __slots__ = (
        *("_device", "_doubts", "_drill", "_household", "_meanings", "_of", "_room"),
        *("_tested_since", "_who", "is_of_home"),
    )

    def __init__(self, fitted: Fitted, meanings: Sequence[Means], who: tuple[str, ...]) -> None:
        self._household = fitted.household
        self._device = fitted.device.id
        self._room = fitted.device.room
        self._drill = fitted.drill
        self._meanings = meanings
        self._of = meanings[0].of if len(meanings) == 1 else self._of_all
        self._who = who
        # Not only that the device is there.
        self.is_of_home = any(not meaning.kinds <= _OF_LINK for meaning in meanings)
        self._tested_since: Moment | None = None
        is_sealed = any(meaning.is_sealed for meaning in meanings)
        doubts = Doubts(fitted.household, fitted.device.id) if is_sealed else None
        self._doubts: Doubts | None = doubts

    @property
    def role(self) -> tuple[str, str]:
        """Give the household and the device."""
        return self._household, self._device

    def hear(self, packet: Packet) -> Decoded | None:
        """Say what a packet at this place means for this device; None where it is another's."""
        notes: list[Refused] = []
        said = self._of(packet, notes, self._who)
        if said is None:
            if self._doubts is not None and notes:
                doubts = self._doubts.after(notes, was_believed=False)
                return Decoded(refused=tuple(notes), doubts=doubts)
            return None if self._who and not notes else Decoded(refused=tuple(notes))
        values, at, freshness = said
        if Kind.TEST in values:
            self._set_test_apart(values, packet)
        home, device, room, drill = self._household, self._device, self._room, self._drill
        received = packet.received
        readings = [
            Reading(home, device, room, kind, value, at, received, freshness, drill)
            for kind, value in values.items()
        ]
        believed = () if self._doubts is None else self._doubts.after((), was_believed=True)
        return Decoded(tuple(readings), (), tuple(notes), believed)

    def _of_all(self, packet: Packet, notes: list[Refused], who: Sequence[str] = ()) -> Said | None:
        whole: Said | None = None
        for meaning in self._meanings:
            said = meaning.of(packet, notes, who)
            if said is not None and whole is not None:
                said = said._replace(values=merged(whole.values, said.values))
            whole = said or whole
        return whole

    def _set_test_apart(self, values: dict[Kind, Value], packet: Packet) -> None:
        """Leave out the alarms of a device that says it is being tested: that is no fire."""
        if values[Kind.TEST] is not True:
            self._tested_since = None
            return
        if self._tested_since is None:
            self._tested_since = packet.received
        if packet.freshness is Freshness.RETAINED:
            return
        if packet.received.since(self._tested_since) <= TEST_LASTS:
            for kind in [k for k in values if k in TESTABLE and values[k] is True]:
                del values[kind]


class BridgeEar:
    """A bridge's own topic."""

    __slots__ = ("_meaning", "bridge")

    def __init__(self, bridge: str, meaning: Means) -> None:
        self.bridge = bridge
        self._meaning = meaning

    def hear(self, packet: Packet) -> Decoded:
        """Say what a packet on this topic means for the bridge."""
        notes: list[Refused] = []
        said = self._meaning.of(packet, notes)
        values = () if said is None else said.values.values()
        states = tuple([BridgeState(self.bridge, bool(value)) for value in values])
        return Decoded((), states, tuple(notes))
