"""Whether a message, or one field of it, is meant: what must stand elsewhere in it.

It compares values; finding them in a message is meaning.py's.
"""

from msgspec import Struct

from gateway.wire.slots import Slot
from gateway.wire.tokens import Path, Token, token


class Condition(Struct, frozen=True):
    """What one value must be; a value that is not there fulfils nothing but `is_there = False`."""

    where: Path | Slot
    values: frozenset[Token] = frozenset()
    others: frozenset[Token] = frozenset()
    low: float | None = None
    high: float | None = None
    is_there: bool | None = None

    def holds(self, raw: object) -> bool:
        """Say whether a raw value fulfils it."""
        if raw is None or self.is_there is False:
            return raw is None and self.is_there is False
        if self.values and token(raw) not in self.values:
            return False
        if self.others and token(raw) in self.others:
            return False
        return self._is_within(raw)

    def _is_within(self, raw: object) -> bool:
        if self.low is None and self.high is None:
            return True
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return False
        return (self.low is None or raw >= self.low) and (self.high is None or raw <= self.high)
