"""How long something has been quiet, not counting the time in which nothing could be heard."""

from datetime import timedelta

from msgspec import Struct, structs

from edge.model import ZERO, Moment


class Quiet(Struct, omit_defaults=True):
    """A clock that stands still while nobody could hear.

    `began` is when the quiet began, `heard_since` the moment from which the clock runs (None:
    it is paused), `counted` what it showed before that.
    """

    began: Moment
    heard_since: Moment | None = None
    counted: timedelta = ZERO
    blind: timedelta = ZERO
    paused_at: Moment | None = None

    def __post_init__(self) -> None:
        if self.heard_since is None and self.paused_at is None:
            self.heard_since = self.began

    @property
    def is_running(self) -> bool:
        """Say whether the quiet can be heard."""
        return self.heard_since is not None

    def age(self, now: Moment) -> timedelta:
        """Give how long it has been quiet, blind time left out."""
        if self.heard_since is None:
            return self.counted
        return self.counted + now.since(self.heard_since)

    def seconds(self, now: Moment) -> float:
        """Give the same in seconds; without a time in between that was not counted at once."""
        heard = self.heard_since
        if heard is None or self.counted or heard.boot != now.boot:
            return self.age(now).total_seconds()
        return max(0.0, now.monotonic - heard.monotonic)

    def reaches(self, age: timedelta) -> Moment | None:
        """Give when it will have been quiet for so long; None while it is paused."""
        return self.heard_since.plus(age - self.counted) if self.heard_since is not None else None

    def restart(self, now: Moment) -> None:
        """Begin anew; something was heard."""
        self.began = self.heard_since = now
        self.counted = self.blind = ZERO
        self.paused_at = None

    def pause(self, at: Moment) -> None:
        """Stop counting from `at`, which may lie before the present."""
        if self.heard_since is not None:
            self.counted += at.since(self.heard_since)
            self.heard_since = None
            self.paused_at = at

    def redate(self, now: Moment) -> None:
        """Date its moments by the clock that was just set; the ages stay what they are."""
        self.began = redated(self.began, now)
        self.heard_since = self.heard_since and redated(self.heard_since, now)
        self.paused_at = self.paused_at and redated(self.paused_at, now)

    def resume(self, now: Moment) -> None:
        """Count again."""
        if self.heard_since is None:
            if self.paused_at is not None:
                self.blind += now.since(self.paused_at)
            self.heard_since = now
            self.paused_at = None


def elapsed(earlier: Moment, now: Moment) -> timedelta | None:
    """Give the time between, or None where only a clock that cannot be trusted could tell."""
    if earlier.boot != now.boot and not (earlier.trusted and now.trusted):
        return None
    return now.since(earlier)


def redated(moment: Moment, now: Moment) -> Moment:
    """Give the same moment by another wall clock; of an earlier start of the box nobody knows."""
    if moment.boot != now.boot:
        return moment
    age = timedelta(seconds=now.monotonic - moment.monotonic)
    return structs.replace(moment, wall=now.wall - age, trusted=now.trusted)
