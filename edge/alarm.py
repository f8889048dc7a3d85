"""When the silence that goes on is asked about at home, when people are told, and why.

Both come from one score: a silence that is expected once in N days. The question is asked at the
N of its own budget. People are told at the N of theirs; a question that nobody has answered
multiplies the odds by 1 / (1 - a), a being the probability that this resident, well and at home,
answers at this hour. What may be learned from a silence is the inactivity detector's.
"""

from collections.abc import Callable, Collection
from datetime import timedelta

from msgspec import Struct

from edge.figures import LEAST_LIMIT, MONTH, OUT_SPREAD, QUIET_SAID
from edge.learned import Scale
from edge.model import ZERO, Finding, Home, Limit, Moment, Rule, Severity, Silence
from edge.presence import Presence
from edge.quiet import Quiet
from edge.rhythm import Rhythm
from edge.signs import gives_life
from edge.silence import InactivityState, Question
from edge.worn import Worn

LEAST = timedelta(seconds=LEAST_LIMIT)
# Who is said to be well again and again, and is not seen once in between, is hardly at home: from
# the second word on nothing is said for so long, then twice as long, up to the hard limit.
VOUCHED = timedelta(hours=6)


class Alarm(Struct, frozen=True):
    """When something is to be said of a silence, and by which limit."""

    at: Moment
    limit: Limit
    severity: Severity  # a note is the question at home


class Alarms:
    """Reads the silence in `state` against the rhythm, without the sensors that fail."""

    def __init__(
        self,
        home: Home,
        presence: Presence,
        rhythm: Rhythm,
        state: InactivityState,
        worn: Worn | None,
        *,
        impaired: Callable[[], Collection[str]],
    ) -> None:
        self._home = home
        self._patience = home.patience
        self._presence = presence
        self._rhythm = rhythm
        self._state = state
        self._worn = worn
        self._witnesses = [device.id for device in home.devices if gives_life(device)]
        self._impaired = impaired

    def scale(self, *, is_away: bool) -> Scale:
        """Give how this silence is held against the line."""
        return Scale(self._rhythm.state.activity.pace, OUT_SPREAD if is_away else 1.0)

    def earliest(self, quiet: Quiet) -> Moment:
        """Give a moment that nothing is said before, without working it out."""
        wait = min(LEAST, self._patience.ceiling) + self._state.spoken_for - quiet.counted
        return quiet.heard_since.plus(wait) if quiet.heard_since is not None else quiet.began

    def next(self, quiet: Quiet, *, is_away: bool | None = None) -> Alarm | None:
        """Give what is to be said next of this silence if it goes on; None: nothing.

        Whether the resident is out is presence's to say, where it is not known already.
        """
        if quiet.heard_since is None or self._state.is_told or self._state.is_declared:
            return None
        if not (self._witnesses or self._state.has_lived):
            return None  # unknown is not quiet: there is nothing that could see anybody
        impaired = self._impaired()
        self._rhythm.leave_out([name for name in self._witnesses if name in impaired])
        if self._patience.pre_alarm > ZERO and self._state.said is None:
            return self._question(quiet, quiet.heard_since, is_away)
        return self._alert(quiet, quiet.heard_since, is_away)

    def ask(self, quiet: Quiet, at: Moment) -> Question:
        """Give the question that is asked now; who may be out is not blamed for no answer."""
        presence = self._presence
        is_home = not presence.is_away(at) and presence.unsure_from is None
        number = self._rhythm.clock.number(at.wall.timestamp())
        likely = self._state.answers.likely(number) if is_home else None
        return Question(at, quiet.age(at), likely)

    def finding(self, quiet: Quiet, alarm: Alarm, *, is_away: bool) -> Finding:
        """Say what is found, with every fact that it rests on."""
        state, rhythm, at = self._state, self._rhythm, alarm.at
        age, time, last = quiet.age(at) - state.spoken_for, at.wall.timestamp(), state.last
        scale, activity = self.scale(is_away=is_away), rhythm.state.activity
        seconds = age.total_seconds()
        likeness = rhythm.likeness(time, seconds, scale.pace)
        question = state.question
        silence = Silence(
            last_at=(state.seen_at or quiet.began.wall) if state.has_lived else None,
            last_device="" if last is None else last.device,
            last_room="" if last is None else last.room,
            silent_for=age,
            blind_for=quiet.blind,
            usual=timedelta(seconds=round(rhythm.usual(time, scale.pace))),
            days=rhythm.days,
            limit=alarm.limit,
            expected_days=rhythm.expected_days(time, seconds, scale),
            door_at=self._presence.door_at,
            is_away=is_away,
            as_long_on=likeness.as_long_on,
            of_days=likeness.of_days,
            longest=likeness.longest,
            active_half_hours=len(activity.active),
            usual_active=activity.usual,
            hour_counts=scale.pace,
            is_quiet_day=scale.pace < QUIET_SAID,
            asked_at=None if question is None else question.at.wall,
            answers=None if question is None else question.likely,
            wear=None if self._worn is None else self._worn.evidence(at),
            witnesses=len(self._witnesses),
            failing=self._failing(),
            vouched=state.vouched,
        )
        since = state.word or quiet.began
        return Finding(Rule.INACTIVITY, self._home.id, alarm.severity, since, silence)

    # -- inside

    def _failing(self) -> tuple[str, ...]:
        failing = {*self._impaired()}
        for blind in self._state.blinds.values():
            failing.update(blind.devices)
        return tuple(name for name in self._witnesses if name in failing)

    def _question(self, quiet: Quiet, heard: Moment, is_away: bool | None) -> Alarm:
        ceiling = max(self._patience.ceiling - self._patience.pre_alarm, LEAST)
        days = MONTH / self._patience.question_budget
        # To ask an empty flat costs nothing: no quiet day slows the question.
        return self._due(_Search(quiet, heard, days, ceiling, Severity.NOTE, pace=1.0), is_away)

    def _alert(self, quiet: Quiet, heard: Moment, is_away: bool | None) -> Alarm:
        question, days = self._state.question, self._rhythm.days_between
        if question is not None:
            days *= 1 - (question.likely or 0.0)
        ceiling, pace = self._patience.ceiling, self.scale(is_away=False).pace
        alarm = self._due(_Search(quiet, heard, days, ceiling, Severity.URGENT, pace), is_away)
        if question is None:
            return alarm
        answered_by = heard.plus(question.age + self._patience.pre_alarm - quiet.counted)
        at = max(alarm.at, answered_by, key=lambda moment: moment.monotonic)
        return Alarm(at, alarm.limit, alarm.severity)

    def _due(self, search: "_Search", is_away: bool | None) -> Alarm:
        """Give when the silence is one of once in so many days, or the ceiling before it."""
        last = search.heard.plus(search.ceiling - search.counted(self._state))
        at = self._crossed(search, last, is_away)
        vouched = search.heard.plus(self._vouched() - search.counted(self._state))
        if at is not None and at.reached(vouched):
            at = vouched
        if at is None or last.reached(at):
            return Alarm(last, Limit.CEILING, search.severity)
        limit = Limit.POPULATION if self._rhythm.is_young else Limit.LEARNED
        return Alarm(at, limit, search.severity)

    def _vouched(self) -> timedelta:
        """Give for how long a word holds without a sign of life between it and the one before."""
        words = min(self._state.vouched, 8)
        return ZERO if words < 2 else VOUCHED * 2 ** (words - 2)

    def _crossed(self, search: "_Search", last: Moment, is_away: bool | None) -> Moment | None:
        state = self._state
        if not (state.has_lived and search.heard.trusted and state.unset is None):
            return None  # nothing is usual at an hour that nobody knows
        inside = self._line(search, last, is_away=bool(is_away))
        if is_away is not None or inside is None or not self._presence.is_away(inside):
            return inside
        outside = self._line(search, last, is_away=True)
        back = self._presence.unsure_from
        if back is None or (outside is not None and outside.reached(back)):
            return outside
        return max(back, inside, key=lambda moment: moment.monotonic)

    def _line(self, search: "_Search", last: Moment, *, is_away: bool) -> Moment | None:
        heard, chance = search.heard, self._state.chance.until
        start, age = heard.wall.timestamp(), search.counted(self._state).total_seconds()
        scale = Scale(search.pace, OUT_SPREAD if is_away else 1.0)
        end = last.wall.timestamp()
        crossed = self._rhythm.crossing(start, age, end, search.days, scale)
        if crossed is None:
            return None
        at = heard.plus(timedelta(seconds=crossed - start))
        return heard.plus(chance - search.quiet.counted) if chance > search.quiet.age(at) else at


class _Search(Struct, frozen=True):
    """What is looked for in a silence: the time at which it is one of once in `days` days."""

    quiet: Quiet
    heard: Moment
    days: float
    ceiling: timedelta
    severity: Severity
    pace: float

    def counted(self, state: InactivityState) -> timedelta:
        """Give the age at `heard` since somebody spoke; below zero where that came later."""
        return self.quiet.counted - state.spoken_for
