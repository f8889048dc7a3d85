"""An absence that somebody has declared: from when on it holds, and how it ends.

A family declares it before the door is used, often the evening before: while they pack, the home
is watched as ever. What is silent in it, the detectors decide.
"""

from datetime import datetime
from typing import Self

from msgspec import Struct

from edge.model import Away, Moment
from edge.presence_figures import (
    LONG_UNSEEN,
    LONGEST_DECLARED,
    LOOKS_IN,
    PACKING,
    PACKING_UNHEARD,
    SETTLED,
    STIRS_AGAIN,
)


class Declared(Struct, omit_defaults=True):
    """What was said, and what has come of it."""

    by: str
    at: Moment
    until: datetime | None
    ends: Moment | None = None  # by the clock of this start of the box; None: no clock tells
    left: Moment | None = None  # the outer door was used since, and nobody was seen inside after
    met: Moment | None = None  # somebody has been there since, after they had left
    is_assumed: bool = False  # that they have left is known by somebody's word only
    leads_out: bool = False  # the door was last used to leave
    stirred: Moment | None = None  # a sign of life inside, although nobody came in by the door

    @classmethod
    def of(
        cls, what: Away, now: Moment, before: Self | None, *, is_out: bool, is_vouched: bool
    ) -> Self:
        """Take in what somebody says; where it was said before, who has gone since stays gone.

        `is_out`: nobody was seen since the door; `is_vouched`: for long, or since somebody said
        of an alert that all is well, so they may have left, or may be about to.
        """
        left = before.left if before is not None else None
        declared = cls(what.by, now, what.until, left=now if is_out or is_vouched else left)
        declared.is_assumed = is_vouched and not is_out
        declared.tell_time(now)
        return declared

    def vouch(self, now: Moment) -> None:
        """Take in that somebody knows where they are, and nobody was seen since it was said."""
        if self.left is None and self.met is None:
            self.left, self.is_assumed = now, True

    def tell_time(self, now: Moment) -> None:
        """Work out its end by the clocks of `now`: the box was started, or its clock was set."""
        if not now.trusted:
            return
        if self.until is None:
            said = self.at if self.at.trusted else now
            self.until = said.wall + LONGEST_DECLARED
        self.ends = now.plus(self.until - now.wall)

    def is_over(self, now: Moment) -> bool:
        """Say whether it has run out."""
        return self.ends is not None and self.ends.reached(now)

    def is_begun(self, *, has_door: bool) -> bool:
        """Say whether they have left; an outer door that was not used says no, deaf or not."""
        return self.left is not None or not has_door

    def holds(self, now: Moment, *, has_door: bool) -> bool:
        """Say whether nobody is at home by it."""
        return self.is_begun(has_door=has_door) and not self.is_over(now)

    def pass_door(self, at: Moment, before: Moment | None, *, is_same: bool) -> bool:
        """Take in a use of the outer door, `before` the last one; say whether it ends the absence.

        `is_same`: it belongs to the same passage. What is carried to a car is a matter of minutes;
        after that, who has left comes in.
        """
        if not is_same:
            is_soon = before is not None and at.since(before) <= SETTLED
            self.leads_out = self.left is None or is_soon or self.is_assumed
            self.is_assumed = False
        if self.leads_out:
            self.left = self.left or at
            return False
        return self._meet(at, has_door=True)

    def live(self, at: Moment, *, has_door: bool) -> bool:
        """Take in a sign of life inside; say whether it ends the absence for good.

        One alone in an empty home is what a sensor imagined; whoever is there stirs again.
        """
        if self.left is not None or not has_door:
            before, self.stirred = self.stirred, at
            if before is None or at.since(before) > STIRS_AGAIN:
                return False
        return self._meet(at, has_door=has_door)

    def _meet(self, at: Moment, *, has_door: bool) -> bool:
        """Watch over who is at home; say whether that ends it for good.

        They may not have left yet, or somebody looks in: then it goes on with the next leaving.
        """
        if self.left is not None or self.met is None:
            self.left, self.met = None, at
        if at.since(self.at) <= (PACKING if has_door else PACKING_UNHEARD):
            return False
        return not has_door or at.since(self.met) > LOOKS_IN


def is_long_unseen(inside: Moment | None, now: Moment) -> bool:
    """Say whether whoever declares it speaks of what is, whatever the door has told.

    `inside` is the last sign of life there.
    """
    return inside is not None and now.since(inside) > LONG_UNSEEN
