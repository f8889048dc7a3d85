"""Links that break again and again, bridges that are renamed, clocks that are wrong."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import structs

from edge.household import Household
from edge.model import Blind, BlindCause, Configured, Life, Limit, Moment, Sighted
from tests.edge.lives import HOME, Watched, door, hours, life, why
from tests.homes import DEVICES, at
from tests.stories.story import Story

EVERY = tuple(device.id for device in DEVICES)
INSIDE = ("bedroom_motion", "bathroom_motion", "kitchen_motion")
LAST = 24 * 29 + 12.0


def lost(began: Moment, *devices: str, subject: str = "zigbee2mqtt") -> Blind:
    return Blind(BlindCause.BRIDGE_OFFLINE, subject, devices or EVERY, began)


def back(subject: str = "zigbee2mqtt") -> Sighted:
    return Sighted(BlindCause.BRIDGE_OFFLINE, subject)


def settled() -> Watched:
    return Watched().live(29).live_until_noon()


# -- stated again


def test_a_bridge_that_is_called_offline_twice_is_offline_since_the_first_time() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 0.5), *INSIDE), at(LAST + 0.5))
    watched.feel(lost(at(LAST + 2), *INSIDE), at(LAST + 2))
    watched.feel(lost(at(LAST + 1), "front_door", subject="door"), at(LAST + 2.5))
    watched.feel(back(), at(LAST + 4))
    assert why(watched.alarm(at(LAST + 4))).blind_for == timedelta(hours=3)


def test_a_sensor_that_a_second_statement_does_not_name_any_more_is_heard_again() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(lost(at(LAST + 3), *INSIDE), at(LAST + 3))
    assert why(watched.alarm(at(LAST + 3))).blind_for == timedelta(hours=2)


def test_a_sensor_that_only_a_second_statement_names_was_heard_until_then() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 0.5), *INSIDE), at(LAST + 0.5))
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(back(), at(LAST + 3))
    assert why(watched.alarm(at(LAST + 3))).blind_for == timedelta(hours=2)


# -- renamed, or heard all the same


def test_a_bridge_that_no_device_refers_to_any_more_blinds_nobody() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1), subject="old"), at(LAST + 1))
    watched.feel(Configured("new"), at(LAST + 2))
    assert why(watched.alarm(at(LAST + 2))).blind_for == timedelta(hours=1)
    assert watched.inactivity.state.blinds == {}


def test_a_bridge_that_is_still_there_stays_offline_over_a_new_configuration() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(Configured("new"), at(LAST + 2))
    assert watched.alarm(at(LAST + 2)) is None


def test_which_sensors_are_deaf_with_a_bridge_is_said_by_the_new_configuration() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1), "front_door", "gone_sensor"), at(LAST + 1))
    watched.feel(Configured("new"), at(LAST + 2))
    assert watched.inactivity.state.blinds["bridge_offline/zigbee2mqtt"].devices == EVERY


def test_what_blinds_the_whole_home_is_no_bridge_and_stays() -> None:
    watched = settled()
    watched.feel(Blind(BlindCause.DOWNTIME, "shouhu", EVERY, at(LAST + 1)), at(LAST + 1))
    watched.feel(Configured("new"), at(LAST + 2))
    assert watched.alarm(at(LAST + 2)) is None


@pytest.mark.parametrize("cause", [BlindCause.BRIDGE_OFFLINE, BlindCause.SOURCE_LOST])
def test_a_collapse_in_a_home_that_is_called_offline_but_heard_is_noticed(
    cause: BlindCause,
) -> None:
    watched, clear = settled(), settled()
    watched.feel(Blind(cause, "mqtt", EVERY, at(LAST + 1)), at(LAST + 1))
    for home in (watched, clear):
        home.feel(life(at(LAST + 2)))
    assert hours(watched.alarm(at(LAST + 2))) == hours(clear.alarm(at(LAST + 2)))


def test_what_was_on_its_way_when_the_link_broke_is_no_proof_of_the_link() -> None:
    watched = settled()
    late = Life(at(LAST + 0.99), "kitchen_motion", "kitchen", life(at()).kind, False)
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(late, at(LAST + 1))
    assert watched.alarm(at(LAST + 1)) is None


# -- the chance of the sensors


def test_a_link_that_comes_and_goes_does_not_put_the_alarm_off_for_ever() -> None:
    watched = settled()
    now, found = at(LAST), None
    while found is None:
        assert not at(LAST + 24).reached(now)
        watched.feel(lost(now), now)
        now = now.plus(timedelta(minutes=16))
        watched.feel(back(), now)
        found = watched.alarm(now, timedelta(minutes=14))
        now = now.plus(timedelta(minutes=14))
    assert why(found).limit is Limit.LEARNED
    assert watched.inactivity.state.chance.given == timedelta(minutes=15)


def test_the_chance_of_the_sensors_goes_on_after_another_break() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(back(), at(LAST + 20))
    again = at(LAST + 20, minutes=5)
    watched.feel(lost(again), again)
    watched.feel(back(), at(LAST + 21))
    found = watched.alarm(at(LAST + 21))
    assert hours(found) >= 1.25


def test_the_next_silence_has_its_own_chance() -> None:
    watched = settled()
    watched.feel(lost(at(LAST + 1)), at(LAST + 1))
    watched.feel(back(), at(LAST + 2))
    assert watched.inactivity.state.chance.given == timedelta(minutes=15)
    watched.feel(life(at(LAST + 3)))
    assert watched.inactivity.state.chance.given == timedelta(0)


# -- clocks


def restarted(seconds: float, *, trusted: bool = False) -> Moment:
    """Give a moment after a start of the box, by a clock of 1970 unless it was set."""
    wall = at(24 * 30 + 7).wall if trusted else datetime(1970, 1, 1, tzinfo=UTC)
    return Moment(wall + timedelta(seconds=seconds), seconds, "next", trusted)


def test_a_power_cut_at_night_on_a_box_without_a_clock_wakes_nobody() -> None:
    watched = Watched().live(30)
    down, up = at(24 * 30 + 6.5), restarted(20)
    assert watched.inactivity.findings(down) == []
    watched.feel(Blind(BlindCause.DOWNTIME, "shouhu", EVERY, down), up)
    watched.feel(Sighted(BlindCause.DOWNTIME, "shouhu"), up)
    assert watched.inactivity.findings(up) == []
    watched.feel(Blind(BlindCause.CLOCK_UNTRUSTED, "clock", EVERY, up), up)
    assert watched.alarm(up, timedelta(minutes=1)) is None
    right = restarted(80, trusted=True)
    watched.feel(Sighted(BlindCause.CLOCK_UNTRUSTED, "clock"), right)
    found = watched.alarm(right)
    assert hours(found) >= 4.5 + 0.25


def test_by_a_clock_that_nobody_trusts_only_the_ceiling_speaks() -> None:
    watched = Watched().live(30)
    down, up = at(24 * 30 + 6.5), restarted(20)
    watched.feel(Blind(BlindCause.DOWNTIME, "shouhu", EVERY, down), up)
    watched.feel(Sighted(BlindCause.DOWNTIME, "shouhu"), up)
    found = watched.alarm(up)
    assert hours(found) == 24 and why(found).limit is Limit.CEILING


def unset(began: Moment) -> Blind:
    return Blind(BlindCause.CLOCK_UNTRUSTED, "clock", EVERY, began)


SET = Sighted(BlindCause.CLOCK_UNTRUSTED, "clock")


def test_a_clock_that_is_never_set_does_not_blind_the_home_for_ever() -> None:
    watched = Watched()
    for hour in range(0, 72, 2):
        now = restarted(3600 * hour)
        watched.feel(unset(now), now)
        watched.feel(life(now))
    found = watched.alarm(now)
    assert hours(found) == 24 and why(found).limit is Limit.CEILING
    assert found is not None and not found.since.trusted


def test_a_clock_that_is_set_lets_what_is_usual_speak_of_the_silence_that_goes_on() -> None:
    watched, clear = settled(), settled()
    down = at(LAST + 1)
    watched.feel(unset(down), down)
    watched.feel(SET, at(LAST + 2))
    assert hours(watched.alarm(at(LAST + 2))) == hours(clear.alarm(at(LAST)))


def test_a_silence_that_began_by_a_wrong_clock_is_dated_by_the_right_one() -> None:
    watched = Watched().live(30)
    up, right = restarted(20), restarted(7220, trusted=True)
    watched.feel(unset(up), up)
    watched.feel(life(restarted(3620)))
    watched.feel(SET, right)
    found = watched.alarm(right)
    assert found is not None and found.since == restarted(3620, trusted=True)
    assert why(found).last_at == restarted(3620, trusted=True).wall


def test_nothing_is_learned_by_a_clock_that_is_not_set() -> None:
    watched = Watched().live(30)
    before = msgspec.json.encode(watched.inactivity.state.rhythm)
    for hour in range(0, 60, 3):
        # The clock of when the power went: near enough to be taken for today's.
        now = structs.replace(restarted(3600 * hour, trusted=True), trusted=False)
        watched.feel(unset(now), now)
        watched.feel(life(now))
    assert msgspec.json.encode(watched.inactivity.state.rhythm) == before


def test_what_an_older_program_remembers_of_an_unset_clock_blinds_nobody() -> None:
    watched = settled()
    state = watched.inactivity.state
    state.blinds["clock_untrusted/clock"] = unset(at(LAST + 1))
    state.quiet.pause(at(LAST + 1))
    again = watched.copy()
    again.feel(unset(at(LAST + 2)), at(LAST + 2))
    assert hours(again.alarm(at(LAST + 2))) == 24


def test_a_silence_of_which_nobody_knows_how_long_it_was_is_not_learned() -> None:
    watched = Watched().live(30)
    days = set(watched.inactivity.state.rhythm.rows)
    down, up = at(24 * 30 + 6.5), restarted(20)
    watched.feel(Blind(BlindCause.DOWNTIME, "shouhu", EVERY, down), up)
    watched.feel(Sighted(BlindCause.DOWNTIME, "shouhu"), up)
    watched.feel(life(restarted(3600, trusted=True)))
    assert set(watched.inactivity.state.rhythm.rows) <= days


@pytest.mark.parametrize("wrong", [timedelta(days=26_000), timedelta(days=60)])
def test_one_sign_of_life_under_a_wrong_clock_costs_nothing_that_was_learned(
    wrong: timedelta,
) -> None:
    watched, calm = settled(), settled()
    now = at(LAST, minutes=20)
    watched.feel(life(Moment(now.wall + wrong, now.monotonic)))
    for minutes in (30, 40):
        for home in (watched, calm):
            home.feel(life(at(LAST, minutes=minutes)))
    last = at(LAST, minutes=40)
    assert hours(watched.alarm(last)) == pytest.approx(hours(calm.alarm(last)), abs=0.05)
    watched.live(5, first=30)
    assert watched.inactivity.state.rhythm.day == calm.live(5, first=30).inactivity.state.rhythm.day


# -- away, and the power cut


def test_who_came_home_unheard_during_a_power_cut_and_collapsed_is_found_by_the_line() -> None:
    watched = settled()
    watched.feel(door(at(LAST, minutes=1)))
    watched.feel(Blind(BlindCause.DOWNTIME, "shouhu", EVERY, at(LAST + 1)), at(LAST + 2))
    watched.feel(Sighted(BlindCause.DOWNTIME, "shouhu"), at(LAST + 2))
    found = watched.alarm(at(LAST + 2))
    assert why(found).limit is Limit.LEARNED and not why(found).is_away


def test_where_the_door_alone_was_deaf_the_line_speaks_as_soon_as_nobody_knows() -> None:
    watched, inside = settled(), settled()
    inside.feel(life(at(LAST, minutes=1)))
    began = at(LAST, minutes=31).plus(why(inside.alarm(at(LAST, minutes=1))).silent_for)
    watched.feel(door(at(LAST, minutes=1)))
    assert watched.copy().alarm(at(LAST, minutes=1), began.since(at(LAST, minutes=1))) is None
    watched.feel(lost(began, "front_door", subject="second"), began)
    found = watched.alarm(began)
    assert hours(found) == pytest.approx(hours(inside.alarm(began)) + 32 / 60)


def test_a_silence_that_may_have_been_spent_outside_is_not_learned() -> None:
    watched = settled()
    watched.feel(door(at(LAST, minutes=1)))
    rows = watched.copy().inactivity.state.rhythm.rows
    watched.feel(lost(at(LAST + 1), "front_door", subject="second"), at(LAST + 1))
    watched.feel(back("second"), at(LAST + 2))
    watched.feel(life(at(LAST + 3)))
    assert watched.inactivity.state.rhythm.rows == rows


# -- what was kept


def test_a_household_kept_by_an_older_release_is_taken_up() -> None:
    story = Story().lives(20)
    kept = story.household.snapshot()
    for field in (b'"chance":', b'"seen_at":', b'"was_unsure":', b'"unsure":'):
        assert field in kept
        kept = kept.replace(field, field[:1] + b"old_" + field[1:])
    again = Household.restore(story.home, kept)
    assert again.inactivity.state.rhythm == story.household.inactivity.state.rhythm
    assert HOME.id == again.home.id
