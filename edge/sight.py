"""Whether anything is left in the home that could bear witness of life.

What follows from blindness is left to the detectors that ask.
"""

from collections.abc import Iterable

from edge.model import Blind, BlindCause, Home, Moment, Sighted
from edge.signs import gives_life

# These causes deafen the whole home, whatever devices they name.
TOTAL = frozenset({BlindCause.DOWNTIME, BlindCause.CLOCK_UNTRUSTED})


class Sight:
    """Keeps the standing causes of blindness in a dict that belongs to the asker's state."""

    def __init__(self, home: Home, blinds: dict[str, Blind]) -> None:
        self._witnesses = frozenset(d.id for d in home.devices if gives_life(d))
        self._blinds = blinds

    def lose(self, what: Blind) -> None:
        """Take in a cause."""
        self._blinds[f"{what.cause}/{what.subject}"] = what

    def regain(self, what: Sighted) -> None:
        """Take in that a cause has gone."""
        self._blinds.pop(f"{what.cause}/{what.subject}", None)

    @property
    def is_blind(self) -> bool:
        """Say whether no witness is left."""
        return self._covers_all(self._blinds.values())

    def blind_since(self, latest: Blind) -> Moment:
        """Give when the last witness was lost; `latest` is the cause that was heard of last."""
        if self._covers_all([latest]):
            return latest.began
        return max((b.began for b in self._blinds.values()), key=lambda began: began.wall)

    def _covers_all(self, blinds: Iterable[Blind]) -> bool:
        deaf: set[str] = set()
        for blind in blinds:
            if blind.cause in TOTAL:
                return True
            deaf.update(blind.devices)
        return bool(self._witnesses) and self._witnesses <= deaf
