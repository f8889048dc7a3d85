"""Whether what claims to come from an encrypted device can be believed to be its own.

One message may be damaged; several in a row, or a counter that fell back, are told. What follows
from it the household decides.
"""

from collections.abc import Iterable

from gateway.wire.refusal import Doubt, Refusal, Refused

IN_A_ROW = 3
_AT_ONCE = frozenset({Refusal.RESET})
_IN_TIME = frozenset({Refusal.NO_KEY, Refusal.NOT_AUTHENTIC, Refusal.DOWNGRADED})


class Doubts:
    """Counts the refusals of one device. A start knows nothing of the doubts before it."""

    def __init__(self, household: str, device: str) -> None:
        self._household = household
        self._device = device
        self._count = 0
        self._stands: bool | None = None

    def after(self, notes: Iterable[Refused], *, was_believed: bool) -> tuple[Doubt, ...]:
        """Give what has changed by one message."""
        if was_believed:
            self._count = 0
            return self._become(False, "")
        reasons = {note.reason for note in notes}
        self._count += bool(reasons & _IN_TIME)
        if reasons & _AT_ONCE or self._count >= IN_A_ROW:
            return self._become(True, ", ".join(sorted(reasons & (_AT_ONCE | _IN_TIME))))
        return ()

    def _become(self, stands: bool, reason: str) -> tuple[Doubt, ...]:
        if self._stands is stands:
            return ()
        self._stands = stands
        return (Doubt(self._household, self._device, reason, stands),)
