"""The silence that goes on, as the inactivity detector remembers it."""

from datetime import datetime, timedelta

from msgspec import Struct, field

from edge.chance import Chance
from edge.learned import RhythmState
from edge.model import ZERO, Blind, BlindCause, Finding, Life, Moment, Severity, Silence
from edge.quiet import Quiet, redated
from edge.reliability import Answers


class Question(Struct, frozen=True):
    """What the resident was asked at home, and how much the missing answer says."""

    at: Moment
    age: timedelta  # of the silence then
    likely: float | None  # how likely a well resident answers at that hour; None: not known


class InactivityState(Struct):
    """All that the detector remembers."""

    version: int = 2
    quiet: Quiet | None = None  # the silence of the sensors; None: nobody has asked yet
    last: Life | None = None  # the sign of life that it began with; None: it began otherwise
    seen_at: datetime | None = None  # the last sign of life, or the word of a person
    has_lived: bool = False  # anything at all was heard or somebody was seen since the start
    chance: Chance = field(default_factory=Chance)  # after blind time the sensors get it first
    is_spoilt: bool = False  # not to be learned as usual
    said: Finding | None = None  # stays said until life returns
    blinds: dict[str, Blind] = {}
    midnight: float = 0.0  # the next one by the home's clock, in seconds since the epoch
    rhythm: RhythmState = field(default_factory=RhythmState)
    half_hour: float = 0.0  # until then the half hour is known to be an active one
    word: Moment | None = None  # somebody said since that the resident is well
    spoken_for: timedelta = ZERO  # how old the silence was then
    vouched: int = 0  # so often somebody has said that, and nobody was seen since
    known: timedelta = ZERO  # how old it was when people were told
    question: Question | None = None
    answers: Answers = field(default_factory=Answers)
    is_declared: bool = False  # the resident was declared to be away
    unset: Moment | None = None  # since then the clock of the box cannot be trusted

    def __post_init__(self) -> None:
        # Before, a clock that was not set counted as blindness.
        for key, blind in list(self.blinds.items()):
            if blind.cause is BlindCause.CLOCK_UNTRUSTED:
                del self.blinds[key]

    @property
    def is_told(self) -> bool:
        """Say whether people were told of this silence."""
        return self.said is not None and self.said.severity is Severity.URGENT

    @property
    def says_away(self) -> bool:
        """Say whether what was said of this silence is that of a home that seems empty."""
        because = None if self.said is None else self.said.because
        return isinstance(because, Silence) and because.is_away

    def restart(self) -> None:
        """Forget what was said and asked of a silence that has ended."""
        self.said, self.is_spoilt, self.chance = None, False, Chance()
        self.word, self.spoken_for, self.known, self.question = None, ZERO, ZERO, None
        self.vouched = 0

    def note_life(self, at: datetime, life: Life | None = None) -> None:
        """Note a sign of life, or that a person has seen or heard the resident."""
        self.last, self.seen_at, self.has_lived = life, at, True

    def vouch(self, now: Moment, age: timedelta, *, by_resident: bool) -> None:
        """Note the word that the resident is well in a silence of this age."""
        self.said, self.question, self.chance = None, None, Chance()
        self.word, self.spoken_for, self.known = now, age, ZERO
        self.vouched = 0 if by_resident else self.vouched + 1
        self.note_life(now.wall)

    def follow_clock(self, now: Moment, *, is_set: bool) -> Moment | None:
        """Take in that the clock is set or cannot be trusted; give since when it was not set."""
        since, self.unset = self.unset, None
        if not is_set:
            self.unset = since or now
            return None
        self._redate(now)
        return since

    def _redate(self, now: Moment) -> None:
        """Date the silence by the right clock; what was told keeps the date that people know."""
        if self.quiet is None or self.said is not None:
            return
        before = self.quiet.began.wall
        self.quiet.redate(now)
        self.word = self.word and redated(self.word, now)
        if self.seen_at is not None:
            self.seen_at += self.quiet.began.wall - before
