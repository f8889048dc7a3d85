"""Not back as usual: who is missed when, who is not, and what is learned of it."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.detectors.absence import Absence, AbsenceState
from edge.lifecycle import alert_id
from edge.model import (
    Away,
    Back,
    Blind,
    BlindCause,
    Close,
    Configured,
    Finding,
    Home,
    Input,
    Life,
    Limit,
    Moment,
    Outcome,
    Overdue,
    Rule,
    Severity,
    Sighted,
)
from edge.presence import Presence, PresenceState
from tests.edge.lives import HOME, door, life
from tests.homes import at


class Waiting:
    """A home with its presence and its absence detector, fed as the household feeds them."""

    def __init__(self, of: Home = HOME) -> None:
        self.home = of
        self.presence = Presence(of)
        self.absence = Absence(of, self.presence)

    def feel(self, *signs: Life) -> "Waiting":
        for sign in signs:
            self.presence.observe(sign, sign.at)
            self.absence.observe(sign, sign.at)
            self.absence.findings(sign.at)
        return self

    def hears(self, what: Input, now: Moment) -> "Waiting":
        self.presence.observe(what, now)
        self.absence.observe(what, now)
        self.absence.findings(now)
        return self

    def shops(self, days: int, first: int = 0, hours: float = 1.0) -> "Waiting":
        """Go out at ten each day, for an hour or so, and be at home otherwise."""
        for number in range(first, first + days):
            noon = 24 * number
            back = noon + 10 + hours + 0.1 * (number % 3)
            self.feel(life(at(noon + 7)), life(at(noon + 9.95)), door(at(noon + 10)))
            self.feel(door(at(back)), life(at(back + 0.02)), life(at(noon + 21)))
        return self

    def leaves(self, hour: float) -> "Waiting":
        return self.feel(life(at(hour - 0.05)), door(at(hour)))

    def missed(self, now: Moment, hours: float = 60) -> Finding | None:
        """Ask only when it wants to be asked; give what it says first."""
        last = now.plus(timedelta(hours=hours))
        while True:
            if found := self.absence.findings(now):
                return found[0]
            due = self.absence.next_check(now)
            if due is None or last.reached(due):
                return None
            assert not due.reached(now), "the next check must lie ahead"
            now = due

    def copy(self) -> "Waiting":
        other = Waiting(self.home)
        presence = msgspec.json.encode(self.presence.state)
        other.presence = Presence(self.home, msgspec.json.decode(presence, type=PresenceState))
        state = msgspec.json.decode(msgspec.json.encode(self.absence.state), type=AbsenceState)
        other.absence = Absence(self.home, other.presence, state)
        return other


def why(finding: Finding | None) -> Overdue:
    assert finding is not None
    assert (finding.rule, finding.severity) == (Rule.NOT_BACK, Severity.URGENT)
    assert isinstance(finding.because, Overdue)
    return finding.because


def hours(finding: Finding | None) -> float:
    return why(finding).out_for / timedelta(hours=1)


MORNING, EVENING = 24 * 40 + 10.0, 24 * 40 + 21.5


def test_who_goes_shopping_in_the_morning_and_is_not_back_is_missed_before_night() -> None:
    because = why(Waiting().shops(40).leaves(MORNING).missed(at(MORNING)))
    assert timedelta(hours=4) < because.out_for < timedelta(hours=12)
    assert because.left_at == at(MORNING).wall
    assert because.limit is Limit.LEARNED
    assert because.as_long_on == 0 and because.of_days == 28
    assert because.expected_days == pytest.approx(600, rel=0.05)


def test_who_leaves_in_the_evening_and_never_does_is_missed_sooner_than_the_shopper() -> None:
    waiting = Waiting().shops(40)
    evening = waiting.copy().leaves(EVENING).missed(at(EVENING))
    morning = waiting.leaves(MORNING).missed(at(MORNING))
    assert hours(evening) <= hours(morning)


def test_who_is_back_from_shopping_a_little_late_is_not_missed() -> None:
    waiting = Waiting().shops(40).leaves(MORNING)
    assert waiting.missed(at(MORNING), hours=3) is None


def test_who_is_often_out_all_day_is_waited_for_until_the_evening() -> None:
    long = Waiting().shops(40, hours=8).leaves(MORNING).missed(at(MORNING))
    short = Waiting().shops(40).leaves(MORNING).missed(at(MORNING))
    assert hours(long) > hours(short) + 3


def test_somebody_new_is_missed_after_twelve_hours_and_the_message_says_why() -> None:
    because = why(Waiting().shops(2).leaves(24 * 2 + 9).missed(at(24 * 2 + 9)))
    assert because.out_for == timedelta(hours=12)
    assert because.limit is Limit.POPULATION and because.expected_days is None


def test_who_is_at_home_is_not_missed_however_quiet_it_is() -> None:
    waiting = Waiting().shops(40).feel(life(at(MORNING)))
    assert waiting.missed(at(MORNING)) is None


def test_who_comes_home_and_collapses_is_not_missed_outside() -> None:
    waiting = Waiting().shops(40).leaves(MORNING)
    waiting.feel(door(at(MORNING + 1)), life(at(MORNING + 1, seconds=7)))
    waiting.feel(door(at(MORNING + 1, seconds=14)))
    assert waiting.missed(at(MORNING + 1.1)) is None


def test_the_rule_can_be_switched_off() -> None:
    waiting = Waiting(structs.replace(HOME, misses_absent=False)).shops(40).leaves(MORNING)
    assert waiting.missed(at(MORNING)) is None


def test_it_stays_said_until_somebody_is_at_home_and_blind_time_does_not_end_it() -> None:
    waiting = Waiting().shops(40).leaves(MORNING)
    found = waiting.missed(at(MORNING))
    blind = Blind(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt", ("front_door",), at(MORNING + 20))
    waiting.hears(blind, at(MORNING + 20))
    waiting.hears(Sighted(blind.cause, blind.subject), at(MORNING + 21))
    assert waiting.absence.findings(at(MORNING + 22)) == [found]
    waiting.feel(door(at(MORNING + 23)))
    assert waiting.absence.findings(at(MORNING + 23)) == []


def test_where_a_deaf_door_may_have_let_somebody_in_nobody_is_missed_outside() -> None:
    waiting = Waiting().shops(40).leaves(MORNING)
    blind = Blind(BlindCause.BRIDGE_OFFLINE, "second", ("front_door",), at(MORNING + 1))
    waiting.hears(blind, at(MORNING + 1))
    waiting.hears(Sighted(blind.cause, blind.subject), at(MORNING + 2))
    assert waiting.missed(at(MORNING + 2)) is None


def test_where_the_box_was_off_nobody_is_missed_outside() -> None:
    waiting = Waiting().shops(40).leaves(MORNING)
    later = Moment(at(MORNING + 3).wall, 20.0, boot="next")
    waiting.hears(Blind(BlindCause.DOWNTIME, "shouhu", (), at(MORNING + 1)), later)
    waiting.hears(Sighted(BlindCause.DOWNTIME, "shouhu"), later)
    assert waiting.missed(later) is None


@pytest.mark.parametrize("days", [3, 20, 40])
def test_a_restart_in_the_middle_changes_nothing(days: int) -> None:
    waiting = Waiting().shops(days).leaves(24 * days + 10)
    other = waiting.copy()
    now = at(24 * days + 11)
    assert other.missed(now) == waiting.missed(now)
    assert other.absence.state == waiting.absence.state


def test_state_of_an_older_release_is_a_home_of_which_nothing_is_known() -> None:
    state = msgspec.json.decode(b"{}", type=AbsenceState)
    presence = Presence(HOME)
    assert Absence(HOME, presence, state).findings(at(1)) == []


def test_a_clock_that_was_set_far_ahead_for_a_day_does_not_end_the_learning() -> None:
    waiting = Waiting().shops(20)
    ahead = timedelta(days=300)
    for sign in (life(at(490)), door(at(490.05)), door(at(491)), life(at(491.02))):
        late = Moment(sign.at.wall + ahead, sign.at.monotonic)
        waiting.feel(structs.replace(sign, at=late))
    waiting.shops(20, first=21)
    assert waiting.absence.state.outings.lasting.lines["resident"].days > 30
    assert all(each.day < 20600 for each in waiting.absence.state.outings.kept)


# -- what people say


def alerted() -> tuple[Waiting, Finding]:
    waiting = Waiting().shops(40).leaves(MORNING)
    found = waiting.missed(at(MORNING))
    assert found is not None
    return waiting, found


def close(found: Finding, outcome: Outcome) -> Close:
    return Close(alert_id(HOME, found), "daughter", outcome, Rule.NOT_BACK, "wang")


def next_wait(waiting: Waiting) -> float:
    """Let the resident come home an hour later and live two days, and leave again."""
    back = MORNING + 13
    waiting.feel(door(at(back)), life(at(back + 0.02)))
    waiting.shops(2, first=42).leaves(24 * 44 + 10)
    return hours(waiting.missed(at(24 * 44 + 10)))


def test_an_outing_that_was_well_is_learned_and_one_that_was_not_is_not() -> None:
    waits = {}
    for outcome in (Outcome.WELL, Outcome.UNKNOWN, Outcome.HELPED):
        waiting, found = alerted()
        waits[outcome] = next_wait(waiting.hears(close(found, outcome), at(MORNING + 12)))
    assert waits[Outcome.WELL] > waits[Outcome.UNKNOWN] > waits[Outcome.HELPED]


def test_what_is_said_only_after_the_return_is_learned_too() -> None:
    waiting, found = alerted()
    waiting.feel(door(at(MORNING + 13)), life(at(MORNING + 13.02)))
    waiting.hears(close(found, Outcome.WELL), at(MORNING + 13.5))
    late = next_wait(waiting)
    waiting, found = alerted()
    assert late == next_wait(waiting.hears(close(found, Outcome.WELL), at(MORNING + 12)))


# -- declared absences


def declared(until: float) -> Waiting:
    waiting = Waiting().shops(40)
    waiting.hears(Away("daughter", at(until).wall), at(MORNING - 1))
    return waiting.leaves(MORNING)


def test_in_a_declared_absence_nobody_is_missed() -> None:
    assert declared(MORNING + 70).missed(at(MORNING), hours=69) is None


def test_who_is_not_back_three_hours_after_its_end_is_missed() -> None:
    found = declared(MORNING + 50).missed(at(MORNING))
    because = why(found)
    assert because.declared_until == at(MORNING + 50).wall
    assert because.declared_by == "daughter"
    assert because.out_for == timedelta(hours=53)
    assert found is not None and found.since == at(MORNING + 53)


def test_a_power_cut_after_its_end_does_not_put_off_that_somebody_is_missed() -> None:
    waiting = declared(MORNING + 50)
    assert waiting.missed(at(MORNING), hours=51) is None
    later = Moment(at(MORNING + 52).wall, 20.0, boot="next")
    waiting.hears(Blind(BlindCause.DOWNTIME, "shouhu", (), at(MORNING + 51.5)), later)
    waiting.hears(Sighted(BlindCause.DOWNTIME, "shouhu"), later)
    waiting.hears(Configured("the same"), later)
    due = waiting.absence.next_check(later)
    assert due is not None and due.since(later) == timedelta(hours=1)
    assert why(waiting.missed(later)).declared_by == "daughter"


def test_who_comes_home_in_time_is_not_missed_and_the_journey_is_no_habit() -> None:
    waiting = declared(MORNING + 5)
    kept = len(waiting.absence.state.outings.kept)
    waiting.missed(at(MORNING), hours=6)
    waiting.feel(door(at(MORNING + 6)), life(at(MORNING + 6.02)))
    assert waiting.missed(at(MORNING + 6.1)) is None
    assert len(waiting.absence.state.outings.kept) == kept


def test_whoever_prolongs_the_absence_ends_the_alert() -> None:
    waiting = declared(MORNING + 50)
    waiting.missed(at(MORNING))
    waiting.hears(Away("daughter", at(MORNING + 90).wall), at(MORNING + 54))
    assert waiting.missed(at(MORNING + 54), hours=30) is None
    assert why(waiting.missed(at(MORNING + 85))).declared_until == at(MORNING + 90).wall


def test_a_word_that_they_are_back_ends_it() -> None:
    waiting = declared(MORNING + 50)
    waiting.missed(at(MORNING))
    waiting.hears(Back("daughter"), at(MORNING + 54))
    assert waiting.missed(at(MORNING + 54)) is None
