"""Who goes out, who comes in, and who lies beside the door."""

from datetime import timedelta

import msgspec
from msgspec import structs

from edge.model import Blind, BlindCause, Configured, Kind, Life, Moment, Sighted
from edge.presence import Presence, PresenceState
from tests.edge.lives import HOME, door, life
from tests.homes import at


def told(*signs: Life) -> Presence:
    presence = Presence(HOME)
    for sign in signs:
        presence.observe(sign, sign.at)
    return presence


def test_whoever_moves_uses_the_door_and_is_not_seen_again_is_away() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    assert presence.is_away(at(9, minutes=12))
    assert presence.door_at == at(9, minutes=1).wall


def test_nobody_is_away_before_the_silence_has_lasted() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    assert not presence.is_away(at(9, minutes=10))


def test_opening_and_closing_the_door_is_one_passage() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), door(at(9, minutes=1, seconds=20)))
    assert presence.is_away(at(10))


def test_motion_that_the_radio_brings_after_the_door_is_not_a_return() -> None:
    presence = told(door(at(9)), life(at(9, seconds=3)))
    assert presence.is_away(at(10))


def test_a_later_motion_inside_without_the_door_means_at_home() -> None:
    presence = told(door(at(9)), life(at(9, minutes=40)))
    assert not presence.is_away(at(12))


def test_whoever_was_out_and_uses_the_door_has_come_in_even_if_nothing_moves_after_it() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), door(at(11)))
    assert presence.was_away
    assert not presence.is_away(at(15))


def test_coming_in_moving_for_a_minute_and_falling_silent_stays_at_home() -> None:
    presence = told(door(at(9)), door(at(11)), life(at(11, seconds=30)), life(at(11, minutes=1)))
    assert not presence.is_away(at(20))


def test_who_is_seen_inside_before_the_door_has_closed_behind_him_has_come_home() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), door(at(11)))
    presence.observe(life(at(11, seconds=7)), at(11, seconds=7))
    presence.observe(door(at(11, seconds=14)), at(11, seconds=14))
    assert presence.out_since is None
    assert not presence.is_away(at(20))


def test_who_comes_home_after_an_outing_that_nobody_noticed_has_not_gone_out() -> None:
    presence = told(life(at(9)), door(at(11)), life(at(11, seconds=7)))
    presence.observe(door(at(11, seconds=14)), at(11, seconds=14))
    assert not presence.is_away(at(20))


def test_motion_behind_the_door_that_the_radio_brings_before_it_is_a_return() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), life(at(11)), door(at(11, seconds=3)))
    assert not presence.is_away(at(20))


def test_who_turns_back_in_the_door_and_then_leaves_is_away() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), life(at(9, minutes=1, seconds=40)))
    presence.observe(door(at(9, minutes=2, seconds=30)), at(9, minutes=2, seconds=30))
    assert presence.is_away(at(10))
    assert presence.out_since == at(9, minutes=2, seconds=30)


def opened(moment: Moment, opens: bool = True) -> Life:
    """Give what a door says that tells open from closed."""
    return structs.replace(door(moment), opens=opens)


def test_who_is_at_home_for_a_minute_between_two_errands_is_away_again() -> None:
    presence = told(life(at(9)), opened(at(9, minutes=1)), opened(at(9, minutes=1.2), False))
    for sign in (
        opened(at(10)),
        life(at(10, seconds=9)),
        opened(at(10, seconds=17), False),
        opened(at(10, seconds=62)),
        opened(at(10, seconds=78), False),
    ):
        presence.observe(sign, sign.at)
    assert presence.is_away(at(11))


def test_a_door_that_slams_behind_who_came_home_leads_nobody_out() -> None:
    presence = told(life(at(9)), opened(at(9, minutes=1)), opened(at(9, minutes=1.2), False))
    for sign in (
        opened(at(10)),
        life(at(10, seconds=7)),
        opened(at(10, seconds=14), False),
        opened(at(10, seconds=15)),
        opened(at(10, seconds=17), False),
    ):
        presence.observe(sign, sign.at)
    assert not presence.is_away(at(20))


def test_who_holds_the_door_open_for_a_minute_on_coming_home_has_not_gone_out() -> None:
    presence = told(life(at(9)), opened(at(9, minutes=1)), opened(at(9, minutes=1.2), False))
    for sign in (
        opened(at(10)),
        life(at(10, seconds=9)),
        opened(at(10, seconds=70), False),
    ):
        presence.observe(sign, sign.at)
    assert not presence.is_away(at(20))


def test_a_door_that_opens_long_after_the_last_movement_inside_leads_in() -> None:
    presence = told(life(at(9)), door(at(9, minutes=11)))
    assert not presence.is_away(at(12))


def test_the_silence_that_a_return_ends_was_spent_outside() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)), door(at(11)), life(at(11, minutes=1)))
    assert not presence.was_away
    again = told(life(at(9)), door(at(9, minutes=1)), life(at(11)))
    assert again.was_away


def test_silence_that_could_not_be_heard_does_not_show_that_somebody_went_out() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    began = at(9, minutes=3)
    presence.observe(Blind(BlindCause.DOWNTIME, "gateway", (), began), began)
    presence.observe(Sighted(BlindCause.DOWNTIME, "gateway"), at(9, minutes=5))
    assert not presence.is_away(at(12))


def test_a_door_used_while_the_inside_is_deaf_shows_nothing() -> None:
    presence = told(life(at(8)))
    deaf = Blind(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt", ("kitchen_motion",), at(8, minutes=30))
    presence.observe(deaf, at(8, minutes=30))
    presence.observe(door(at(9)), at(9))
    assert not presence.is_away(at(12))


def test_a_home_that_hears_nothing_of_a_door_is_always_at_home() -> None:
    presence = told(life(at(9)))
    assert not presence.is_away(at(9).plus(timedelta(days=3)))
    assert presence.door_at is None


def test_presence_goes_on_from_its_stored_state() -> None:
    before = told(life(at(9)), door(at(9, minutes=1)))
    stored = msgspec.json.decode(msgspec.json.encode(before.state), type=PresenceState)
    after = Presence(HOME, stored)
    assert after.is_away(at(10))
    after.observe(door(at(11)), at(11))
    assert not after.is_away(at(15))


def test_where_nobody_knows_whether_the_door_or_the_motion_came_first_nobody_is_out() -> None:
    assert not told(door(at(9)), life(at(9))).is_away(at(12))
    assert not told(life(at(9)), door(at(9))).is_away(at(12))


DOOR = Blind(BlindCause.BRIDGE_OFFLINE, "second", ("front_door",), at(10))
DOOR_BACK = Sighted(BlindCause.BRIDGE_OFFLINE, "second")


def test_whoever_may_have_come_home_through_a_door_that_was_deaf_is_not_called_away() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    assert presence.is_away(at(10))
    presence.observe(DOOR, at(10))
    assert presence.is_away(at(10, minutes=1))
    assert not presence.is_away(at(10, minutes=2))
    presence.observe(DOOR_BACK, at(11))
    assert not presence.is_away(at(14))


def test_whoever_may_have_come_home_during_a_power_cut_is_not_called_away() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    later = Moment(at(11).wall, 30.0, boot="next")
    presence.observe(Blind(BlindCause.DOWNTIME, "shouhu", (), at(10)), later)
    presence.observe(Sighted(BlindCause.DOWNTIME, "shouhu"), later)
    assert not presence.is_away(later.plus(timedelta(hours=3)))


def test_a_door_that_is_deaf_for_a_moment_misses_nobody() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    presence.observe(DOOR, at(10))
    presence.observe(DOOR_BACK, at(10, minutes=1))
    assert presence.is_away(at(14))


def test_a_door_whose_deafness_is_stated_again_and_again_is_deaf_since_the_first_time() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    for minutes in range(10):
        now = at(10, minutes=minutes)
        presence.observe(Blind(DOOR.cause, DOOR.subject, DOOR.devices, now), now)
    presence.observe(DOOR_BACK, at(10, minutes=10))
    assert not presence.is_away(at(14))


def test_the_door_that_is_used_after_it_was_deaf_may_be_a_return() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    presence.observe(DOOR, at(10))
    presence.observe(DOOR_BACK, at(11))
    presence.observe(door(at(12)), at(12))
    assert not presence.is_away(at(14))


def test_life_inside_after_the_door_was_deaf_shows_who_is_at_home() -> None:
    presence = told(life(at(9)), door(at(9, minutes=1)))
    presence.observe(DOOR, at(10))
    presence.observe(DOOR_BACK, at(11))
    presence.observe(life(at(12)), at(12))
    assert presence.was_unsure and not presence.was_away
    presence.observe(door(at(12, minutes=5)), at(12, minutes=5))
    assert presence.is_away(at(14))


def test_a_door_that_is_heard_is_not_deaf_whatever_is_said_of_its_bridge() -> None:
    presence = told(life(at(8)))
    presence.observe(Blind(DOOR.cause, DOOR.subject, DOOR.devices, at(8)), at(8))
    for sign in (door(at(9)), life(at(9, minutes=5)), life(at(10)), door(at(10, minutes=1))):
        presence.observe(sign, sign.at)
    assert presence.is_away(at(12))


def test_a_bridge_that_no_device_refers_to_any_more_keeps_no_door_deaf() -> None:
    presence = told(life(at(9)))
    presence.observe(DOOR, at(9))
    presence.observe(Configured("new"), at(9))
    presence.observe(door(at(9, minutes=1)), at(9, minutes=1))
    assert presence.is_away(at(12))


def test_what_an_older_release_remembered_of_presence_is_understood() -> None:
    stored = msgspec.json.decode(b'{"is_leaving":true,"is_seen":false}', type=PresenceState)
    assert not Presence(HOME, stored).is_away(at(12))


def test_steps_that_were_counted_outside_and_are_heard_before_the_door_are_not_yet_a_return() -> (
    None
):
    presence = told(life(at(9)), door(at(9, minutes=1)))
    steps = Life(at(11), "bracelet", "bedroom", Kind.STEPS, False)
    presence.observe(steps, steps.at)
    assert presence.is_away(at(11))
    presence.observe(door(at(11, seconds=40)), at(11, seconds=40))
    assert not presence.is_away(at(20))
