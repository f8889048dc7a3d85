"""What was usual without a sensor: silences that it alone broke up, as the others saw them."""

from datetime import timedelta

import msgspec
import pytest

from edge.detectors.inactivity import Inactivity
from edge.figures import HOUR, LONGEST
from edge.halfhours import SLOTS
from edge.learned import RhythmState, renumber
from edge.model import Moment
from edge.seen_by import SeenBy, line_without, see
from edge.silence import InactivityState
from tests.edge.lives import HOME, Watched, day, life, why
from tests.homes import at

DAYS = 30


def nights(days: int) -> tuple[dict[int, list[int]], SeenBy]:
    """Give days in which the kitchen sees somebody from 7 to 22, and the bathroom at 2."""
    seen: SeenBy = {}
    for number in range(days * SLOTS):
        if 14 <= number % SLOTS < 44:
            see(seen, number, "kitchen")
    for number in range(days):
        see(seen, number * SLOTS + 4, "bathroom")
    return {number: [int(HOUR)] * SLOTS for number in range(days)}, seen


class Impaired(Watched):
    """A home whose bathroom sensor is known to be dead from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.dead: set[str] = set()
        self.inactivity = Inactivity(HOME, self.presence, impaired=lambda: self.dead)

    def night(self, number: int) -> None:
        """Let a day pass in which the bathroom's sensor says nothing."""
        for sign in day(number):
            if sign.device != "bathroom_motion":
                self.feel(sign)


def test_a_night_that_only_the_bathroom_broke_up_is_one_silence_without_it() -> None:
    rows, seen = nights(20)
    line = line_without(["bathroom"], rows, seen, 20)
    assert line is not None
    assert line.days == 20
    assert line.levels[13] == pytest.approx(8.75 * HOUR, abs=0.75 * HOUR)
    assert line.levels[24] < 3 * HOUR


def test_without_a_sensor_that_broke_up_nothing_the_line_stays_as_it_is() -> None:
    rows, seen = nights(20)
    see(seen, 20, "hall")
    assert line_without(["hall"], rows, seen, 20) is None
    assert line_without([], rows, seen, 20) is None


def test_an_absence_in_which_it_saw_a_ghost_is_none_of_the_habits() -> None:
    rows, seen = nights(8)
    for number in (4, 5):
        seen[number] = {"bathroom": seen[number]["bathroom"]}
    with_absence = line_without(["bathroom"], rows, seen, 8)
    assert with_absence is not None
    assert max(with_absence.levels) < LONGEST / 2


def test_no_row_is_made_up_for_a_day_that_is_not_remembered() -> None:
    rows, seen = nights(20)
    del rows[10]
    line = line_without(["bathroom"], rows, seen, 20)
    assert line is not None
    assert line.days == 19


def test_a_dead_sensor_that_broke_up_the_nights_makes_no_emergency_of_each() -> None:
    watched = Impaired()
    watched.live(DAYS)
    evening = list(day(DAYS))[-1].at
    watched.night(DAYS)
    before = watched.copy().alarm(evening)
    assert before is not None
    assert before.since == evening
    assert why(before).silent_for < timedelta(hours=9)
    watched.dead.add("bathroom_motion")
    watched.inactivity.reconsider()
    found = watched.alarm(evening)
    assert why(found).silent_for > timedelta(hours=9)


def test_without_a_sensor_nobody_waits_longer_than_the_fixed_rule() -> None:
    watched = Impaired()
    watched.live(DAYS)
    watched.night(DAYS)
    watched.dead.add("bathroom_motion")
    watched.inactivity.reconsider()
    assert why(watched.alarm(list(day(DAYS))[-1].at)).silent_for <= timedelta(hours=12)


def test_a_sensor_that_is_heard_again_gives_back_the_line_that_it_had_part_in() -> None:
    watched = Impaired()
    watched.live(DAYS)
    noon = at(24 * DAYS + 1)
    watched.feel(life(noon, "bathroom"))
    expected = watched.copy().alarm(noon)
    watched.dead.add("bathroom_motion")
    watched.alarm(noon)
    watched.dead.clear()
    again = at(24 * DAYS + 1, minutes=5)
    watched.feel(life(again, "bathroom"))
    assert why(watched.alarm(again)).silent_for == pytest.approx(
        why(expected).silent_for, abs=timedelta(minutes=10)
    )


def test_what_each_sensor_saw_is_kept_for_a_month_and_over_a_restart() -> None:
    watched = Watched().live(40)
    state = watched.inactivity.state
    assert 28 <= len(state.rhythm.seen_by) <= 30
    kept = msgspec.json.decode(msgspec.json.encode(state), type=InactivityState)
    assert kept.rhythm.seen_by == state.rhythm.seen_by


def test_a_sensor_that_speaks_in_a_burst_of_another_is_noted_too() -> None:
    watched = Watched()
    first = at(12)
    watched.feel(life(first, "kitchen"))
    watched.feel(life(Moment.of(first.wall + timedelta(seconds=3)), "bathroom"))
    (seen,) = watched.inactivity.state.rhythm.seen_by.values()
    assert seen == {"kitchen_motion": 1 << 24, "bathroom_motion": 1 << 24}


def test_a_restart_in_the_middle_of_a_half_hour_changes_nothing() -> None:
    watched = Watched()
    for second, room in ((0, "kitchen"), (3, "bathroom")):
        watched.feel(life(Moment.of(at(12).wall + timedelta(seconds=second)), room))
    watched.inactivity.spoil()
    other = watched.copy()
    for each in (watched, other):
        each.feel(life(Moment.of(at(12).wall + timedelta(seconds=9)), "kitchen"))
    assert other.inactivity.state == watched.inactivity.state
    assert other.inactivity.state.is_spoilt


def test_a_clock_that_is_set_by_days_takes_along_what_each_sensor_saw() -> None:
    state = RhythmState(day=10, seen_by={9: {"hall": 1}, 10: {"hall": 2}})
    renumber(state, 100)
    assert state.seen_by == {109: {"hall": 1}, 110: {"hall": 2}}


def test_a_state_of_an_earlier_release_knows_no_sensor_and_keeps_its_line() -> None:
    watched = Watched().live(DAYS)
    watched.inactivity.state.rhythm.seen_by.clear()
    other = watched.copy()
    assert (
        why(other.alarm(at(24 * DAYS))).silent_for == why(watched.alarm(at(24 * DAYS))).silent_for
    )
