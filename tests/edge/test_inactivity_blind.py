"""Time in which nothing could be seen is neither quiet nor usual."""

from datetime import timedelta

from edge.model import Blind, BlindCause, Moment, Sighted
from tests.edge.lives import HOME, Watched, hours, life, why
from tests.homes import DEVICES, at

WITNESSES = ("bedroom_motion", "bathroom_motion", "kitchen_motion", "front_door")
LAST = 24 * 29 + 12.0


def blind(
    began: Moment, *devices: str, cause: BlindCause = BlindCause.SOURCE_LOST, subject: str = "mqtt"
) -> Blind:
    return Blind(cause, subject, devices, began)


def sighted(cause: BlindCause = BlindCause.SOURCE_LOST, subject: str = "mqtt") -> Sighted:
    return Sighted(cause, subject)


def test_all_devices_of_the_test_home_that_bear_witness_are_known() -> None:
    assert set(WITNESSES) < {device.id for device in DEVICES}


def test_while_nothing_can_be_seen_there_is_no_alarm() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 1))
    assert watched.inactivity.next_check(at(LAST + 1)) is None
    assert watched.alarm(at(LAST + 40)) is None


def test_blind_time_does_not_count_as_silence_and_the_alarm_says_so() -> None:
    clear, dim = Watched().live(29).live_until_noon(), Watched().live(29).live_until_noon()
    dim.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 1))
    dim.feel(sighted(), at(LAST + 3))
    seen, unseen = clear.alarm(at(LAST)), dim.alarm(at(LAST + 3))
    assert why(unseen).blind_for == timedelta(hours=2)
    total = why(unseen).silent_for + why(unseen).blind_for
    assert total > why(seen).silent_for
    assert unseen is not None and unseen.since == at(LAST)


def test_the_freeze_begins_when_the_cause_began_not_when_it_was_noticed() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 2))
    watched.feel(sighted(), at(LAST + 3))
    assert why(watched.alarm(at(LAST + 3))).blind_for == timedelta(hours=2)


def test_one_deaf_sensor_among_many_stops_nothing() -> None:
    clear, dim = Watched().live(29).live_until_noon(), Watched().live(29).live_until_noon()
    dim.feel(blind(at(LAST + 1), "kitchen_motion"), at(LAST + 1))
    assert hours(dim.alarm(at(LAST + 1))) == hours(clear.alarm(at(LAST + 1)))


def test_two_causes_that_leave_no_witness_are_blindness() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), *WITNESSES[:2], subject="a"), at(LAST + 1))
    watched.feel(blind(at(LAST + 2), *WITNESSES[2:], subject="b"), at(LAST + 2))
    assert watched.alarm(at(LAST + 40)) is None
    watched.feel(sighted(subject="a"), at(LAST + 41))
    assert why(watched.alarm(at(LAST + 41))).blind_for == timedelta(hours=39)


def test_downtime_blinds_the_whole_home() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), cause=BlindCause.DOWNTIME), at(LAST + 1))
    assert watched.alarm(at(LAST + 40)) is None


def test_over_a_restart_of_the_box_the_silence_goes_on() -> None:
    watched = Watched().live(29).live_until_noon()
    down = at(LAST + 1)
    later = Moment(at(LAST + 2).wall, 17.0, boot="next")
    watched.feel(blind(down, cause=BlindCause.DOWNTIME, subject="gateway"), later)
    watched = watched.copy()
    watched.feel(sighted(BlindCause.DOWNTIME, "gateway"), later)
    because = why(watched.alarm(later))
    assert because.blind_for == timedelta(hours=1)
    assert because.silent_for < timedelta(hours=12)


def test_after_blind_time_the_sensors_get_their_chance_before_an_old_silence_speaks() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 4), *WITNESSES), at(LAST + 4))
    watched.feel(sighted(), at(LAST + 14))
    finding = watched.alarm(at(LAST + 14))
    assert hours(finding) >= 4.25


def test_a_box_that_restarts_again_and_again_does_not_put_the_alarm_off_for_ever() -> None:
    watched = Watched().live(29).live_until_noon()
    expected = hours(watched.copy().alarm(at(LAST)))
    now, moment = 0.0, at(LAST)
    while not watched.inactivity.findings(moment):
        now += 0.1
        moment = at(LAST + now)
        assert now < 2 * expected
        watched.feel(blind(moment, cause=BlindCause.DOWNTIME), moment)
        moment = moment.plus(timedelta(seconds=10))
        watched.feel(sighted(BlindCause.DOWNTIME), moment)


def test_blindness_does_not_hide_an_alarm_that_stands() -> None:
    watched = Watched().live(29).live_until_noon()
    finding = watched.alarm(at(LAST))
    watched.feel(blind(at(LAST + 12), *WITNESSES), at(LAST + 12))
    assert watched.inactivity.findings(at(LAST + 20)) == [finding]
    watched.feel(sighted(), at(LAST + 21))
    assert watched.inactivity.findings(at(LAST + 22)) == [finding]


def test_a_blindness_noticed_late_does_not_take_back_what_was_said_meanwhile() -> None:
    watched = Watched().live(29).live_until_noon()
    finding = watched.alarm(at(LAST))
    watched.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 13))
    assert watched.inactivity.findings(at(LAST + 14)) == [finding]


def test_a_silence_that_was_partly_blind_is_not_learned_as_usual() -> None:
    watched = Watched().live(29).live_until_noon()
    before = watched.inactivity.state.rhythm.rows.get(29)
    watched.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 1))
    watched.feel(sighted(), at(LAST + 5))
    watched.feel(life(at(LAST + 9)))
    assert watched.inactivity.state.rhythm.rows.get(29) == before
    assert watched.inactivity.state.rhythm.blind > 0


def test_a_sign_of_life_in_blind_time_begins_a_new_silence_that_waits_for_sight() -> None:
    watched = Watched().live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), cause=BlindCause.DOWNTIME), at(LAST + 1))
    watched.feel(life(at(LAST + 2)))
    assert watched.alarm(at(LAST + 2)) is None
    watched.feel(sighted(BlindCause.DOWNTIME), at(LAST + 3))
    finding = watched.alarm(at(LAST + 3))
    assert finding is not None and finding.since == at(LAST + 2)


def test_a_blind_home_is_restored_blind() -> None:
    watched = Watched(HOME).live(29).live_until_noon()
    watched.feel(blind(at(LAST + 1), *WITNESSES), at(LAST + 1))
    restored = watched.copy()
    assert restored.alarm(at(LAST + 40)) is None
    for one in (watched, restored):
        one.feel(sighted(), at(LAST + 41))
    assert restored.alarm(at(LAST + 41)) == watched.alarm(at(LAST + 41))
