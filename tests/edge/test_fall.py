"""What follows a fall: the call goes out at once; stillness makes it graver, walking less so."""

import msgspec
import pytest
from msgspec import structs

from edge.detectors.fall import Calls
from edge.detectors.sos import CallState
from edge.fallen import FallState
from edge.lifecycle import alert_id
from edge.model import (
    After,
    Aftermath,
    Blind,
    BlindCause,
    Close,
    Finding,
    Freshness,
    Home,
    Kind,
    Life,
    Outcome,
    Rule,
    Sensed,
    Severity,
    Sighted,
)
from edge.worn import Worn
from tests.edge.bodies import BODY_HOME, BRACELET, said
from tests.facts import CONFIGURED
from tests.homes import DEVICES, at, home


class Watched:
    """A home whose calls are watched; the fall is at hour 0."""

    def __init__(self, of: Home = BODY_HOME) -> None:
        self.home = of
        self.worn = Worn(of)
        self.calls = Calls(of, self.worn)

    def falls(self, minutes: float = 0) -> "Watched":
        """The bracelet feels a fall."""
        now = at(0, minutes=minutes)
        self.calls.observe(said("bracelet", Kind.FALL, True, now), now)
        return self

    def moves(self, room: str, *minutes: float) -> "Watched":
        """Somebody moves in a room."""
        for minute in minutes:
            now = at(0, minutes=minute)
            device = "front_door" if room == "hall" else f"{room}_motion"
            self.calls.observe(Life(now, device, room, Kind.MOTION, outer_door=room == "hall"), now)
        return self

    def steps(self, count: float, minutes: float) -> "Watched":
        """The bracelet has counted so many steps."""
        now = at(0, minutes=minutes)
        reading = said("bracelet", Kind.STEPS, count, now)
        self.worn.observe(reading, now)
        self.calls.observe(reading, now)
        return self

    def found(self, minutes: float) -> Finding:
        """Give the only call that stands then."""
        (finding,) = self.calls.findings(at(0, minutes=minutes))
        return finding

    def after(self, minutes: float) -> Aftermath | None:
        """Give what is known then of what followed."""
        because = self.found(minutes).because
        assert isinstance(because, Sensed)
        return because.after


def test_the_fall_itself_is_told_at_once_and_as_ever() -> None:
    finding = Watched().falls().found(0)
    assert (finding.rule, finding.severity) == (Rule.FALL, Severity.EMERGENCY)
    assert finding.since == at(0)
    assert isinstance(finding.because, Sensed) and finding.because.after is None


def test_ten_minutes_without_any_movement_are_said() -> None:
    watched = Watched().falls().moves("bedroom", 0.5)
    assert watched.after(9) is None
    assert watched.calls.next_check(at(0, minutes=9)) == at(0, minutes=10)
    after = watched.after(10)
    assert after == Aftermath(After.STILL, at(0).wall)
    assert watched.found(11).severity is Severity.EMERGENCY


@pytest.mark.parametrize("offset", [0.0, 1 / 3, 0.1 + 0.2, 1234.567891])
def test_at_the_moment_that_it_asked_for_stillness_is_said(offset: float) -> None:
    watched = Watched().falls(offset).moves("bedroom", offset + 1.7)
    due = watched.calls.next_check(at(0, minutes=offset + 2))
    assert due is not None
    (finding,) = watched.calls.findings(due)
    assert isinstance(finding.because, Sensed) and finding.because.after is not None


def test_who_walks_about_the_home_again_is_less_urgent_and_still_a_fall() -> None:
    watched = Watched().falls().moves("bedroom", 3, 5).moves("kitchen", 8, 9)
    finding = watched.found(9)
    assert finding.severity is Severity.URGENT
    after = watched.after(9)
    assert after is not None and (after.after, after.rooms) == (After.UP, ("bedroom", "kitchen"))


def test_who_stirred_where_the_fall_was_is_not_said_to_have_been_up() -> None:
    after = Watched().steps(100, -5).falls().steps(110, 2).moves("bedroom", 3).after(30)
    assert after == Aftermath(After.STILL, at(0, minutes=3).wall)


def test_who_only_stirs_where_the_fall_was_is_not_up() -> None:
    watched = Watched().falls().moves("bedroom", *range(2, 40, 2))
    assert watched.found(40).severity is Severity.EMERGENCY
    assert watched.after(40) is None


def test_whoever_came_through_the_door_does_not_show_that_the_resident_is_up() -> None:
    watched = Watched().falls().moves("hall", 4).moves("bedroom", 5, 7).moves("kitchen", 9, 12)
    assert watched.found(12).severity is Severity.EMERGENCY


def test_of_who_wears_what_counts_steps_only_own_steps_tell() -> None:
    watched = Watched().steps(1000, -5).falls().moves("bedroom", 3, 5).moves("kitchen", 8, 9)
    assert watched.steps(1200, 1).steps(1210, 10).found(10).severity is Severity.EMERGENCY
    assert watched.steps(1240, 14).found(14).severity is Severity.URGENT
    after = watched.after(14)
    assert after is not None and after.steps == 40


def test_steps_from_before_the_fall_that_are_reported_after_it_get_nobody_up() -> None:
    watched = Watched().steps(1000, -9).falls().steps(1400, 4)
    watched.calls.observe(
        Life(at(0, minutes=4), "bracelet", "", Kind.STEPS, False), at(0, minutes=4)
    )
    assert watched.found(5).severity is Severity.EMERGENCY
    after = watched.after(12)
    assert after is not None and after.after is After.STILL


def test_own_steps_tell_even_after_somebody_came_to_help() -> None:
    watched = Watched().steps(1000, -5).falls().steps(1000, 1).moves("hall", 4).steps(1050, 14)
    assert watched.found(14).severity is Severity.URGENT


def test_what_was_not_worn_when_it_fell_is_said_so() -> None:
    watched = Watched()
    watched.worn.observe(said("bracelet", Kind.WORN, False, at(0)), at(0))
    because = watched.falls().found(1).because
    assert isinstance(because, Sensed) and because.is_worn is False
    assert watched.found(1).severity is Severity.EMERGENCY


def test_the_word_that_comes_with_the_fall_counts_and_not_an_older_one() -> None:
    watched = Watched()
    watched.worn.observe(said("bracelet", Kind.WORN, False, at(-1)), at(-1))
    watched.falls()
    watched.calls.observe(said("bracelet", Kind.WORN, True, at(0)), at(0))
    because = watched.found(1).because
    assert isinstance(because, Sensed) and because.is_worn is True


def test_a_call_names_the_room_in_which_somebody_moved_last_before_it() -> None:
    watched = Watched().moves("kitchen", -9).moves("bathroom", -4).falls().moves("bedroom", 3)
    because = watched.found(4).because
    assert isinstance(because, Sensed)
    assert (because.room, because.seen_room) == ("", "bathroom")
    assert because.seen_at == at(0, minutes=-4).wall


def test_after_the_loss_of_its_state_no_room_is_made_up() -> None:
    watched, lost = Watched().moves("bathroom", -4).falls(), Watched()
    lost.calls.adopt([watched.found(1)])
    lost.moves("bedroom", 3).steps(5, 4)
    lost.calls.observe(said("bracelet", Kind.SOS, False, at(1)), at(1))
    because = lost.found(61).because
    assert isinstance(because, Sensed) and because.seen_room == "bathroom"


def test_who_was_up_and_is_not_seen_for_long_is_an_emergency_again() -> None:
    watched = Watched().falls().moves("bedroom", 3, 5).moves("kitchen", 8, 9)
    assert watched.found(50).severity is Severity.URGENT
    finding = watched.found(54)
    assert finding.severity is Severity.EMERGENCY
    after = watched.after(54)
    assert after is not None and after.after is After.STILL and after.rooms


def test_while_nobody_can_be_seen_nothing_is_called_still() -> None:
    everything = tuple(device.id for device in BODY_HOME.devices)
    watched = Watched().falls()
    blind = Blind(BlindCause.SOURCE_LOST, "mqtt", everything, at(0, minutes=2))
    watched.calls.observe(blind, at(0, minutes=2))
    assert watched.after(60) is None
    assert watched.calls.next_check(at(0, minutes=60)) is None
    watched.calls.observe(Sighted(BlindCause.SOURCE_LOST, "mqtt"), at(1))
    assert watched.after(67) is None
    assert watched.after(68) is not None


def test_where_only_the_bracelet_could_see_nothing_is_called_still() -> None:
    watched = Watched(home(zone="UTC", devices=(BRACELET, DEVICES[3]))).falls()
    assert watched.after(60) is None and watched.calls.next_check(at(0, minutes=1)) is None


def test_a_second_fall_begins_anew() -> None:
    watched = Watched().falls().moves("bedroom", 3, 5).moves("kitchen", 8, 9).falls(30)
    assert watched.found(31).severity is Severity.EMERGENCY
    assert watched.after(31) is None
    assert watched.found(31).since == at(0)
    assert watched.after(41) is not None


def test_a_sensor_that_repeats_its_word_does_not_begin_anew() -> None:
    stays = structs.replace(BRACELET, clears_after=None)
    watched = Watched(home(zone="UTC", devices=(*DEVICES, stays)))
    for minutes in range(12):
        watched.falls(minutes)
    after = watched.after(12)
    assert after is not None and after.after is After.STILL


def test_a_person_ends_it_whatever_followed() -> None:
    watched = Watched().falls()
    name = alert_id(BODY_HOME, watched.found(12))
    close = Close(name, "x", Outcome.HELPED, Rule.FALL, "bracelet")
    watched.calls.observe(close, at(0, minutes=13))
    assert watched.calls.findings(at(0, minutes=13)) == []
    assert watched.calls.next_check(at(0, minutes=13)) is None


def test_steps_that_the_broker_remembers_get_nobody_up() -> None:
    watched = Watched().steps(1000, -5).falls()
    now = at(0, minutes=5)
    late = said("bracelet", Kind.STEPS, 1200, now, Freshness.BUFFERED)
    watched.calls.observe(late, now)
    assert watched.found(5).severity is Severity.EMERGENCY


def test_a_household_may_have_its_falls_told_as_they_come_and_no_more() -> None:
    watched = Watched(structs.replace(BODY_HOME, follows_falls=False)).falls()
    assert watched.after(60) is None


def test_a_restart_in_the_middle_changes_nothing() -> None:
    whole, parted = (Watched().falls().moves("bedroom", 3) for _ in range(2))
    calls = msgspec.json.decode(msgspec.json.encode(parted.calls.state), type=CallState)
    falls = msgspec.json.decode(msgspec.json.encode(parted.calls.falls), type=FallState)
    parted.calls = Calls(BODY_HOME, parted.worn, calls, falls)
    due = whole.calls.next_check(at(0, minutes=4))
    assert due == parted.calls.next_check(at(0, minutes=4)) == at(0, minutes=13)
    assert whole.found(14) == parted.found(14)


def test_whoever_was_up_before_what_was_learned_was_lost_is_up_after_it() -> None:
    before = Watched().falls().moves("bedroom", 3, 5).moves("kitchen", 8, 9)
    finding, after = before.found(9), Watched()
    assert finding.severity is Severity.URGENT
    after.calls.adopt([finding])
    after.calls.observe(CONFIGURED, at(0, minutes=10))
    assert after.found(11).severity is after.found(30).severity is Severity.URGENT
