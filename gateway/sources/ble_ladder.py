"""Decides what to try next while Bluetooth hears nothing: the scan, the adapter, a person.

Pure. The trying, and what counts as hearing, are left to the source.
"""

from enum import StrEnum

LONGEST = 16  # times the first patience: an adapter is not switched off every minute for ever


class Step(StrEnum):
    """The rungs, from the lowest."""

    SCAN = "scan"  # start the scan anew
    POWER = "power"  # switch the adapter off and on
    TELL = "tell"  # somebody must come and look


STEPS = tuple(Step)


class Ladder:
    """One step each time the patience runs out; from the lowest rung again once it hears."""

    def __init__(self, patience: float, now: float) -> None:
        """Begin; `patience` in seconds before each step."""
        self._first = patience
        self._patience = patience
        self._since = now  # of the last sign of life, or of the last step
        self._silent_since = now
        self._next = 0

    def heard(self, now: float) -> None:
        """Begin again at the lowest rung: something was heard."""
        self._since = self._silent_since = now
        self._patience = self._first
        self._next = 0

    def silent_for(self, now: float) -> float:
        """Say for how many seconds nothing was heard."""
        return now - self._silent_since

    def step(self, now: float, *, hurry: bool = False, may_switch: bool = True) -> Step | None:
        """Give the step that is due. `hurry`: it is known that nothing can be heard.

        After the last rung it begins anew, twice as patient: it may be the adapter, or just a
        place where nothing sends.
        """
        if not hurry and now - self._since < self._patience:
            return None
        step = STEPS[self._next]
        if step is Step.POWER and not may_switch:
            step = Step.TELL
        self._since = now
        self._next = STEPS.index(step) + 1
        if step is Step.TELL:
            self._next = 0
            self._patience = min(self._patience * 2, self._first * LONGEST)
        return step
