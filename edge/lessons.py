"""What may be learned: of a silence that ends, of the day, of the resident's answers.

When a silence ends, and what is said while it lasts, is the inactivity detector's.
"""

from datetime import timedelta

from edge.learned import Doubt, Scale
from edge.lifecycle import alert_id
from edge.model import Finding, Home, Limit, Moment, Silence
from edge.quiet import Quiet, elapsed
from edge.rhythm import Rhythm
from edge.seen_by import seers
from edge.silence import InactivityState

# A broker that restarts every night must not hide from us that the night is quiet.
BLIP = timedelta(minutes=3)
HALF_A_DAY = timedelta(hours=12)


class Lessons:
    """Teaches the rhythm and the answers in `state`."""

    def __init__(self, home: Home, rhythm: Rhythm, state: InactivityState) -> None:
        self._home = home
        self._rhythm = rhythm
        self._state = state
        # Which sensors saw life in this half hour; a restart does not forget it.
        number = rhythm.clock.number(state.half_hour - 1) if state.half_hour else 0
        self.noted = seers(state.rhythm.seen_by, number)

    def end(self, quiet: Quiet, at: Moment, scale: Scale, *, is_known: bool) -> None:
        """Learn from a silence that ends; `is_known` says that nothing else is unclear about it."""
        state, age, end = self._state, quiet.age(at), at.wall.timestamp()
        if quiet.paused_at is not None:
            self.miss(quiet.paused_at, at)
        if not (_is_whole(quiet, age) and self._is_dated(at)):
            return
        start, is_known = end - age.total_seconds(), is_known and not state.is_spoilt
        if state.is_told and state.said is not None:
            self._doubt(state.said, start, end, scale, is_known=is_known)
        elif is_known:
            if state.has_lived:
                self._rhythm.learn(start, end, scale)
            if scale.spread == 1:
                self.answer(age)
        for doubt in self._rhythm.live_on(start, end, scale):
            self._unanswered(doubt)

    def miss(self, since: Moment, now: Moment) -> None:
        """Count time in which nobody could know what went on."""
        unseen, time = elapsed(since, now), now.wall.timestamp()
        if unseen is not None and now.trusted:
            self._rhythm.miss(time - unseen.total_seconds(), time)

    def well(self, quiet: Quiet, now: Moment, scale: Scale, *, by_resident: bool) -> None:
        """Learn from the word that the resident is well: so far, whatever becomes of the rest."""
        state, age = self._state, quiet.age(now)
        is_whole = _is_whole(quiet, age) and self._is_dated(now)
        if state.has_lived and not state.is_spoilt and is_whole:
            time = now.wall.timestamp()
            self._rhythm.learn(time - age.total_seconds(), time, scale)
        said = state.said if state.is_told else None
        because = None if said is None else said.because
        if isinstance(because, Silence) and because.limit is Limit.CEILING:
            self._rhythm.count_ceiling()
        self.answer(age, is_word=by_resident)

    def judge(self, alert: str, *, is_false: bool) -> None:
        """Learn what an alert that is over was."""
        for doubt in self._rhythm.judge(alert, is_false=is_false):
            self._unanswered(doubt)

    def answer(self, age: timedelta, *, is_word: bool = True) -> None:
        """Learn whether the question was answered in time, by a word or by moving."""
        question = self._state.question
        if question is not None:
            is_answered = is_word and age - question.age <= self._home.patience.pre_alarm
            number = self._rhythm.clock.number(question.at.wall.timestamp())
            self._state.answers.count(number, is_answered=is_answered)

    def follow_day(self, at: Moment, device: str) -> None:
        """Note who saw life in this half hour, and close the day before a new one."""
        state, time = self._state, at.wall.timestamp()
        if time >= state.half_hour:
            self.noted.clear()
        self.noted.add(device)
        state.half_hour = 0.0
        if not at.trusted:
            return
        if time >= state.midnight:
            self._rhythm.begin_day(time)
            state.midnight = self._rhythm.clock.midnight_after(time)
        self._rhythm.live(time, device)
        state.half_hour = self._rhythm.clock.end(time)

    def follow_clock(self, before: Moment, at: Moment) -> None:
        """Keep what was learned where the clock was set by days since the last sign of life."""
        drift = (at.wall - before.wall) - timedelta(seconds=at.monotonic - before.monotonic)
        is_set = before.boot == at.boot and before.trusted and abs(drift) > HALF_A_DAY
        if at.trusted and self._rhythm.follow(at.wall.timestamp(), is_set=is_set):
            self._state.midnight = 0.0
            self._state.is_spoilt = True

    # -- inside

    def _is_dated(self, now: Moment) -> bool:
        return now.trusted and self._state.unset is None

    def _doubt(
        self, said: Finding, start: float, end: float, scale: Scale, *, is_known: bool
    ) -> None:
        because, state = said.because, self._state
        if not isinstance(because, Silence) or not state.has_lived or state.is_spoilt:
            return
        question = state.question
        self._rhythm.doubt(
            Doubt(
                start,
                end,
                known=state.known.total_seconds(),
                alert=alert_id(self._home, said),
                by_line=because.limit is not Limit.CEILING,
                is_at_home=is_known,
                well_from=end,
                scale=scale,
                asked=None if question is None else question.at.wall.timestamp(),
            )
        )

    def _unanswered(self, doubt: Doubt) -> None:
        """Count the question of a silence that turned out to have ended well, at home."""
        is_well = doubt.weight and doubt.is_at_home and doubt.scale.spread == 1
        if doubt.asked is not None and is_well:
            number = self._rhythm.clock.number(doubt.asked)
            doubt.asked = None
            self._state.answers.count(number, is_answered=False)


def _is_whole(quiet: Quiet, age: timedelta) -> bool:
    """Say whether all of a silence was heard, but for blips."""
    return quiet.is_running and quiet.blind <= min(BLIP, age / 10)
