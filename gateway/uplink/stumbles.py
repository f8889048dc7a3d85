"""Parcels at which the far end fails: each waits by itself, so that none holds up the others.

Pure: times are seconds that only go up. A path that answers nothing at all is the sender's.
"""

from msgspec import Struct

from gateway.store.uplink import Parcel

PAUSES = (2.0, 60.0)  # seconds until such a parcel is tried again: first, most
SURE = 3  # times that others were answered and it was not: no path is blamed for it any more


class _Stumble(Struct):
    """One parcel: when its last try began, how often it failed, and how often by itself."""

    tried_at: float
    count: int = 0
    own: int = 0
    rests_until: float = 0.0
    spent: set[str] = set()  # paths that answered others meanwhile


class Stumbles:
    """The parcels that were tried and not answered."""

    def __init__(self) -> None:
        self._known: dict[str, _Stumble] = {}

    def note(self, name: str, path: str, began: float, answered_at: float, now: float) -> bool:
        """Note a failed parcel; say whether it is the parcel's own: others were answered since.

        `began`: when this try did; `answered_at`: when the path last answered any.
        """
        known = self._known.setdefault(name, _Stumble(began))
        is_own = answered_at > known.tried_at or known.own >= SURE
        known.tried_at, known.count = began, known.count + 1
        if is_own:
            pause = min(PAUSES[0] * (1 << min(known.own, 10)), PAUSES[1])
            known.own, known.rests_until = known.own + 1, now + pause
            known.spent.add(path)
        return is_own

    def forget(self, name: str) -> None:
        """Note that one was answered."""
        self._known.pop(name, None)

    def count(self, parcel: Parcel) -> int:
        """Give how often one has failed."""
        known = self._known.get(parcel.id)
        return 0 if known is None else known.count

    def is_spent(self, name: str, path: str) -> bool:
        """Say whether the far end fails at it on this path."""
        known = self._known.get(name)
        return known is not None and path in known.spent

    def resting(self, now: float) -> list[str]:
        """Give those that are not to be tried yet."""
        return [name for name, known in self._known.items() if known.rests_until > now]

    def wait(self, now: float) -> float | None:
        """Give the seconds until one of them may be tried again."""
        ends = [known.rests_until for known in self._known.values() if known.rests_until > now]
        return min(ends) - now if ends else None

    def rest_no_more(self) -> None:
        """Let all be tried again: a path was opened anew."""
        for known in self._known.values():
            known.rests_until = 0.0
