"""Absences that somebody declared: from when on they hold, and what ends them."""

from datetime import timedelta

import msgspec
import pytest

from edge.model import (
    Away,
    Back,
    Blind,
    BlindCause,
    Close,
    Configured,
    Life,
    Moment,
    Outcome,
    Rule,
    Sighted,
)
from edge.presence import Presence, PresenceState
from tests.edge.lives import HOME, door, life
from tests.homes import DEVICES, at, home

DOORLESS = home(zone="UTC", devices=tuple(d for d in DEVICES if not d.outer_door))


def said(presence: Presence, hours: float, until: float | None = None) -> Presence:
    """Let the daughter declare it."""
    ends = None if until is None else at(until).wall
    presence.observe(Away("daughter", ends), at(hours))
    return presence


def feel(presence: Presence, *signs: Life) -> Presence:
    for sign in signs:
        presence.observe(sign, sign.at)
    return presence


def gone(until: float | None = 80) -> Presence:
    """Give a home that was declared empty at eight and left at nine."""
    presence = said(feel(Presence(HOME), life(at(7.9))), 8, until)
    return feel(presence, life(at(8.9)), door(at(9)))


def test_who_is_still_packing_is_watched_as_ever() -> None:
    presence = said(feel(Presence(HOME), life(at(7.9))), 8, 80)
    assert not presence.is_declared(at(20))
    feel(presence, life(at(21)))
    assert not presence.was_declared


def test_from_the_door_on_nobody_is_at_home() -> None:
    presence = gone()
    assert presence.is_declared(at(9.1))
    assert presence.is_declared(at(79))


def test_who_is_out_already_when_it_is_declared_is_away_at_once() -> None:
    presence = said(feel(Presence(HOME), life(at(7.9)), door(at(8))), 9, 80)
    assert presence.is_declared(at(9))


def test_who_left_by_a_door_that_nobody_heard_is_away_when_it_is_said_after_long_silence() -> None:
    presence = said(feel(Presence(HOME), life(at(7.9))), 22, 80)
    assert presence.is_declared(at(22))


def test_whoever_still_sleeps_when_it_is_said_is_watched_until_they_leave() -> None:
    presence = said(feel(Presence(HOME), life(at(-2))), 8, 80)
    assert not presence.is_declared(at(8.1))


def test_where_the_leaving_was_not_heard_whoever_has_ended_the_alert_can_declare_it() -> None:
    presence = feel(Presence(HOME), life(at(9)))
    presence.observe(Close("an alert", "daughter", Outcome.WELL, Rule.INACTIVITY, "wang"), at(20))
    said(presence, 20.5, 80)
    assert presence.is_declared(at(21))


def test_whoever_declares_it_and_then_ends_the_alert_is_believed_too() -> None:
    presence = said(feel(Presence(HOME), life(at(9))), 20, 80)
    assert not presence.is_declared(at(20.5))
    presence.observe(Close("an alert", "daughter", Outcome.WELL, Rule.INACTIVITY, "wang"), at(20.5))
    assert presence.is_declared(at(21))


def test_who_was_found_and_is_then_taken_to_hospital_is_away_from_the_door_on() -> None:
    presence = feel(Presence(HOME), life(at(9)))
    presence.observe(Close("an alert", "daughter", Outcome.HELPED, Rule.INACTIVITY, "wang"), at(20))
    feel(said(presence, 20.5), door(at(21)), door(at(21, seconds=12)))
    assert presence.is_declared(at(60))
    feel(presence, door(at(61)))
    assert not presence.is_declared(at(62))


def test_an_alert_that_was_ended_before_somebody_moved_again_vouches_for_nothing() -> None:
    presence = feel(Presence(HOME), life(at(9)))
    presence.observe(Close("an alert", "daughter", Outcome.WELL, Rule.INACTIVITY, "wang"), at(20))
    said(feel(presence, life(at(20.2))), 20.5, 80)
    assert not presence.is_declared(at(21))


def test_what_is_forgotten_and_fetched_on_the_first_day_does_not_end_it() -> None:
    presence = feel(gone(), door(at(10)), life(at(10.1)))
    assert not presence.is_declared(at(10.2))
    feel(presence, door(at(10.2)))
    assert presence.is_declared(at(40))


def test_two_walks_to_the_car_are_one_leaving() -> None:
    presence = feel(gone(), door(at(9, minutes=5)))
    assert presence.is_declared(at(40))


def test_whoever_looks_in_is_watched_over_and_the_absence_goes_on_when_they_leave() -> None:
    presence = feel(gone(), door(at(40)), life(at(40.1)))
    assert not presence.is_declared(at(41))
    feel(presence, life(at(41)), door(at(41.1)))
    assert presence.is_declared(at(79))


def test_who_stays_for_longer_than_somebody_who_looks_in_has_come_home_for_good() -> None:
    presence = feel(gone(), life(at(40)), life(at(40.1)))
    assert presence.was_declared
    feel(presence, life(at(43.2)), door(at(43.3)))
    assert not presence.is_declared(at(60))


def test_one_movement_that_a_sensor_imagines_in_an_empty_home_ends_nothing() -> None:
    presence = feel(gone(), life(at(40)), life(at(47)))
    assert presence.is_declared(at(60))
    feel(presence, life(at(47.2)))
    assert not presence.is_declared(at(60))


def test_who_comes_home_early_and_collapses_behind_the_door_is_not_taken_to_be_away() -> None:
    presence = feel(gone(), door(at(40)), door(at(40, seconds=9)))
    assert not presence.is_declared(at(41))
    assert not presence.is_away(at(60))


def test_it_ends_by_itself_at_its_date_and_says_so_once() -> None:
    presence = gone()
    assert presence.declared_end == at(80)
    assert presence.take_run_out(at(79)) is None
    assert not presence.is_declared(at(80))
    ended = presence.take_run_out(at(80))
    assert ended is not None and ended.by == "daughter"
    assert presence.take_run_out(at(81)) is None


def test_one_without_a_date_ends_after_thirty_days() -> None:
    presence = gone(until=None)
    assert presence.is_declared(at(8 + 24 * 30 - 1))
    assert not presence.is_declared(at(8 + 24 * 30))


def test_a_word_ends_it_and_says_that_somebody_is_at_home() -> None:
    presence = gone()
    presence.observe(Back("daughter"), at(30))
    assert not presence.is_declared(at(31))
    assert not presence.is_away(at(31))


def test_who_prolongs_it_from_afar_does_not_have_to_leave_again() -> None:
    presence = said(gone(), 70, 200)
    assert presence.is_declared(at(199))
    assert not presence.is_declared(at(200))


def test_without_a_sensor_on_the_door_it_holds_at_once_and_two_hours_are_for_packing() -> None:
    presence = said(Presence(DOORLESS), 8, 80)
    feel(presence, life(at(9.8)), life(at(9.9)))
    assert presence.is_declared(at(10))
    feel(presence, life(at(30)), life(at(30.1)))
    assert not presence.is_declared(at(31))


def test_a_door_that_cannot_be_heard_empties_no_home() -> None:
    presence = said(feel(Presence(HOME), life(at(7.9))), 8, 80)
    deaf = Blind(BlindCause.BRIDGE_OFFLINE, "second", ("front_door",), at(8.5))
    presence.observe(deaf, at(8.5))
    assert not presence.is_declared(at(12))
    presence.observe(Sighted(BlindCause.BRIDGE_OFFLINE, "second"), at(13))
    assert not presence.is_declared(at(14))
    assert presence.take_run_out(at(80)) is None


def test_a_power_cut_changes_nothing_about_its_end() -> None:
    presence = gone()
    later = Moment(at(50).wall, 30.0, boot="next")
    presence.observe(Blind(BlindCause.DOWNTIME, "shouhu", (), at(45)), later)
    presence.observe(Sighted(BlindCause.DOWNTIME, "shouhu"), later)
    presence.observe(Configured("the same"), later)
    assert presence.is_declared(later.plus(timedelta(hours=29)))
    assert not presence.is_declared(later.plus(timedelta(hours=30)))


def test_a_clock_that_was_set_while_it_lasted_moves_its_end() -> None:
    presence = gone()
    set_back = Moment(at(20).wall, at(30).monotonic)
    presence.observe(Sighted(BlindCause.CLOCK_UNTRUSTED, "clock"), set_back)
    assert presence.is_declared(set_back.plus(timedelta(hours=59)))
    assert not presence.is_declared(set_back.plus(timedelta(hours=60)))


@pytest.mark.parametrize("hours", [8.5, 9.5, 30])
def test_a_restart_in_the_middle_changes_nothing(hours: float) -> None:
    presence = gone() if hours > 9 else said(feel(Presence(HOME), life(at(7.9))), 8, 80)
    stored = msgspec.json.decode(msgspec.json.encode(presence.state), type=PresenceState)
    other = Presence(HOME, stored)
    for each in (presence, other):
        feel(each, door(at(hours + 1)))
    assert other.is_declared(at(60)) == presence.is_declared(at(60))
    assert other.state == presence.state
