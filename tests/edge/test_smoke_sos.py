"""Hazards and calls: never delayed, latched until withdrawn or ended, already standing ones too."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.detectors.smoke import HazardState, Smoke
from edge.detectors.sos import CallState, Sos
from edge.lifecycle import alert_id
from edge.model import (
    BlindCause,
    Close,
    Configured,
    Finding,
    Freshness,
    Home,
    Kind,
    Moment,
    Outcome,
    Rule,
    Sensed,
    Severity,
)
from tests.facts import CONFIGURED, blind, reading, sighted
from tests.homes import DEVICES, at, home

BINARY_BUTTON = home(devices=(structs.replace(DEVICES[5], clears_after=None),))
WITHOUT_SMOKE = home(devices=tuple(d for d in DEVICES if d.id != "kitchen_smoke"))
WITHOUT_BUTTON = home(devices=tuple(d for d in DEVICES if d.id != "sos_button"))
DEAF = [BlindCause.DOWNTIME, BlindCause.SOURCE_LOST, BlindCause.BRIDGE_OFFLINE]


def alarm(
    smoke: Smoke,
    now: Moment,
    freshness: Freshness = Freshness.LIVE,
    kind: Kind = Kind.SMOKE,
    value: bool = True,
) -> list[Finding]:
    smoke.observe(reading("kitchen_smoke", kind, value, now, freshness), now)
    return smoke.findings(now)


def press(
    sos: Sos, now: Moment, freshness: Freshness = Freshness.LIVE, value: bool = True
) -> list[Finding]:
    sos.observe(reading("sos_button", Kind.SOS, value, now, freshness), now)
    return sos.findings(now)


def end(detector: Smoke | Sos, now: Moment, of: Home | None = None) -> Finding:
    """Let a person close the one alert that stands."""
    (finding,) = detector.findings(now)
    alert = alert_id(of or home(), finding)
    detector.observe(Close(alert, "duty", Outcome.WELL, finding.rule, finding.subject), now)
    return finding


def ended() -> Smoke:
    """Give a home whose smoke alert a person has closed while the sensor stood at alarm."""
    smoke = Smoke(home())
    alarm(smoke, at())
    end(smoke, at(minutes=6))
    return smoke


def test_smoke_stands_until_the_sensor_withdraws_it() -> None:
    smoke = Smoke(home())
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at()), at())
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at(1)), at(1))
    assert [(f.rule, f.severity, f.since) for f in smoke.findings(at(30))] == [
        (Rule.SMOKE, Severity.EMERGENCY, at())
    ]
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, False, at(31)), at(31))
    assert smoke.findings(at(31)) == []


def test_smoke_that_already_stood_is_an_alert_too() -> None:
    smoke = Smoke(home())
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at(), Freshness.RETAINED), at())
    (finding,) = smoke.findings(at())
    assert isinstance(finding.because, Sensed) and finding.because.standing


def test_smoke_with_a_wrong_date_is_still_smoke() -> None:
    smoke = Smoke(home())
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at(), Freshness.MISDATED), at())
    assert len(smoke.findings(at())) == 1


def test_an_ended_alert_of_a_sensor_that_never_clears_can_be_raised_again() -> None:
    event_only = structs.replace(DEVICES[4], clears_after=timedelta(minutes=1))
    smoke = Smoke(home(devices=(event_only,)))
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at()), at())
    end(smoke, at(1))
    smoke.observe(reading("kitchen_smoke", Kind.SMOKE, True, at(2)), at(2))
    assert [f.since for f in smoke.findings(at(2))] == [at(2)]


def test_each_further_press_is_told_with_its_own_time() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.SOS, True, at()), at())
    sos.observe(reading("sos_button", Kind.SOS, True, at(1)), at(1))
    (finding,) = sos.findings(at(1))
    assert finding.since == at()
    assert isinstance(finding.because, Sensed) and finding.because.at == at(1).wall


def test_a_call_has_no_clear_of_its_own() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.SOS, True, at()), at())
    sos.observe(reading("sos_button", Kind.SOS, False, at(1)), at(1))
    assert len(sos.findings(at(1))) == 1
    end(sos, at(2))
    assert sos.findings(at(2)) == []


def test_a_retained_call_is_taken_up_once_and_not_at_every_connect() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.SOS, True, at(), Freshness.RETAINED), at())
    assert len(sos.findings(at())) == 1
    end(sos, at(1))
    sos.observe(reading("sos_button", Kind.SOS, True, at(2), Freshness.RETAINED), at(2))
    assert sos.findings(at(2)) == []


def test_a_binary_button_that_is_repeated_in_every_report_calls_once() -> None:
    sos = Sos(BINARY_BUTTON)
    sos.observe(reading("sos_button", Kind.SOS, True, at()), at())
    end(sos, at(1))
    sos.observe(reading("sos_button", Kind.SOS, True, at(2)), at(2))
    assert sos.findings(at(2)) == []
    sos.observe(reading("sos_button", Kind.SOS, False, at(3)), at(3))
    sos.observe(reading("sos_button", Kind.SOS, True, at(4)), at(4))
    assert len(sos.findings(at(4))) == 1


def test_a_fall_told_by_a_bracelet_is_a_call() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.FALL, True, at()), at())
    assert [f.rule for f in sos.findings(at())] == [Rule.FALL]


# -- after a person has ended an alert


@pytest.mark.parametrize("cause", DEAF)
def test_a_fire_after_a_closed_one_whose_clear_was_lost_is_a_new_fire(cause: BlindCause) -> None:
    smoke = ended()
    smoke.observe(blind(at(1), cause=cause), at(1))
    smoke.observe(sighted(cause), at(1.1))
    assert [f.since for f in alarm(smoke, at(1.2))] == [at(1.2)]


def test_an_alarm_that_was_not_repeated_for_hours_is_a_new_fire() -> None:
    assert [f.since for f in alarm(ended(), at(2, minutes=1))] == [at(2, minutes=1)]


def test_a_stuck_smoke_sensor_stays_closed_while_it_repeats_itself() -> None:
    smoke = ended()
    for hour in range(1, 30):
        assert [f.since for f in alarm(smoke, at(hour))] == [at()]


def test_a_clock_that_is_set_makes_no_new_fire_of_a_stuck_sensor() -> None:
    smoke = ended()
    smoke.observe(blind(at(1), cause=BlindCause.CLOCK_UNTRUSTED), at(1))
    assert [f.since for f in alarm(smoke, at(1.1))] == [at()]


def test_what_the_broker_remembers_of_a_closed_fire_is_no_new_one() -> None:
    smoke = ended()
    smoke.observe(blind(at(1)), at(1))
    assert [f.since for f in alarm(smoke, at(9), Freshness.RETAINED)] == [at()]
    assert [f.since for f in alarm(smoke, at(9.1))] == [at(9.1)]


def test_a_fire_that_was_only_remembered_and_closed_does_not_hide_one_that_is_seen() -> None:
    smoke = Smoke(home())
    alarm(smoke, at(), Freshness.RETAINED)
    end(smoke, at(minutes=5))
    assert [f.since for f in alarm(smoke, at(minutes=6))] == [at(minutes=6)]


def test_a_fire_that_nobody_has_ended_stays_the_same_fire_over_a_blind_time() -> None:
    smoke = Smoke(home())
    alarm(smoke, at())
    smoke.observe(blind(at(1)), at(1))
    assert [f.since for f in alarm(smoke, at(9))] == [at()]


def test_what_a_person_has_ended_is_known_after_a_restart() -> None:
    kept = msgspec.json.encode(ended().state)
    smoke = Smoke(home(), msgspec.json.decode(kept, type=HazardState))
    assert [f.since for f in alarm(smoke, at(1))] == [at()]
    assert [f.since for f in alarm(smoke, at(4))] == [at(4)]


def test_the_memory_of_the_broker_does_not_raise_a_closed_event_of_smoke_again() -> None:
    event_only = structs.replace(DEVICES[4], clears_after=timedelta(minutes=1))
    smoke = Smoke(home(devices=(event_only,)))
    alarm(smoke, at())
    end(smoke, at(1))
    assert alarm(smoke, at(2), Freshness.RETAINED) == []


def test_closing_the_alert_of_an_old_fire_does_not_touch_the_one_that_burns() -> None:
    event_only = structs.replace(DEVICES[4], clears_after=timedelta(minutes=1))
    smoke = Smoke(home(devices=(event_only,)))
    alarm(smoke, at())
    old = alert_id(home(), end(smoke, at(1)))
    alarm(smoke, at(2))
    smoke.observe(Close(old, "duty", Outcome.WELL, Rule.SMOKE, "kitchen_smoke"), at(3))
    assert [f.since for f in smoke.findings(at(3))] == [at(2)]


def test_closing_the_alert_of_an_old_call_does_not_end_the_new_one() -> None:
    sos = Sos(home())
    press(sos, at())
    old = alert_id(home(), end(sos, at(1)))
    press(sos, at(1.1))
    sos.observe(Close(old, "duty", Outcome.WELL, Rule.SOS, "sos_button"), at(1.2))
    assert [f.since for f in sos.findings(at(1.2))] == [at(1.1)]


@pytest.mark.parametrize("cause", DEAF)
def test_a_press_after_a_closed_one_whose_release_was_lost_is_a_call(cause: BlindCause) -> None:
    sos = Sos(BINARY_BUTTON)
    press(sos, at())
    end(sos, at(minutes=6))
    sos.observe(blind(at(1), cause=cause), at(1))
    assert press(sos, at(1.1), Freshness.RETAINED) == []
    assert [f.since for f in press(sos, at(1.2))] == [at(1.2)]


def test_a_press_after_hours_without_a_word_is_a_call() -> None:
    sos = Sos(BINARY_BUTTON)
    press(sos, at())
    end(sos, at(minutes=6))
    assert press(sos, at(2)) == []
    assert [f.since for f in press(sos, at(4, minutes=1))] == [at(4, minutes=1)]


def test_a_press_that_came_late_or_with_a_wrong_date_is_a_call_too() -> None:
    for freshness in (Freshness.BUFFERED, Freshness.MISDATED):
        sos = Sos(home())
        press(sos, at())
        end(sos, at(minutes=6))
        assert len(press(sos, at(1), freshness)) == 1


def test_a_call_whose_button_was_released_is_told_again_at_the_next_press_after_a_restart() -> None:
    sos = Sos(BINARY_BUTTON)
    press(sos, at())
    press(sos, at(minutes=1), value=False)
    kept = msgspec.json.encode(sos.state)
    again = Sos(BINARY_BUTTON, msgspec.json.decode(kept, type=CallState))
    (finding,) = press(again, at(minutes=2))
    assert isinstance(finding.because, Sensed) and finding.because.at == at(minutes=2).wall


# -- what the broker remembers


@pytest.mark.parametrize("freshness", [Freshness.LIVE, Freshness.BUFFERED, Freshness.MISDATED])
def test_an_old_clear_that_the_broker_remembers_does_not_end_a_fire(freshness: Freshness) -> None:
    smoke = Smoke(home())
    alarm(smoke, at(), freshness)
    assert len(alarm(smoke, at(1), Freshness.RETAINED, value=False)) == 1
    assert alarm(smoke, at(2), value=False) == []


def test_a_fire_that_only_the_broker_remembered_ends_when_it_remembers_a_clear() -> None:
    smoke = Smoke(home())
    alarm(smoke, at(), Freshness.RETAINED)
    assert alarm(smoke, at(1), Freshness.RETAINED, value=False) == []
    alarm(smoke, at(2), Freshness.RETAINED)
    alarm(smoke, at(3))
    assert len(alarm(smoke, at(4), Freshness.RETAINED, value=False)) == 1


# -- what stands by the alert book although the state was lost


def test_a_fire_that_is_taken_over_stays_the_same_fire_while_nobody_has_ended_it() -> None:
    (burning,) = alarm(Smoke(home()), at())
    smoke = Smoke(home())
    smoke.adopt([burning], ended=[])
    smoke.observe(blind(at(minutes=1)), at(minutes=1))
    assert [f.since for f in alarm(smoke, at(minutes=5))] == [at()]


def test_a_fire_that_may_have_been_ended_before_it_was_taken_over_does_not_hide_the_next() -> None:
    (burning,) = alarm(Smoke(home()), at())
    smoke = Smoke(home())
    smoke.adopt([burning])
    smoke.observe(blind(at(minutes=1)), at(minutes=1))
    assert [f.since for f in alarm(smoke, at(minutes=5), Freshness.RETAINED)] == [at()]
    assert [f.since for f in alarm(smoke, at(minutes=6))] == [at(minutes=6)]


def test_a_call_that_is_taken_over_is_told_again_by_a_press_and_not_by_the_broker_s_memory() -> (
    None
):
    (calling,) = press(Sos(BINARY_BUTTON), at())
    sos = Sos(BINARY_BUTTON)
    sos.adopt([calling])
    assert press(sos, at(minutes=1), Freshness.RETAINED) == [calling]
    (finding,) = press(sos, at(minutes=2))
    assert finding.since == at() and finding.because != calling.because


def test_a_call_that_a_person_has_ended_is_not_taken_over() -> None:
    (calling,) = press(Sos(BINARY_BUTTON), at())
    sos = Sos(BINARY_BUTTON)
    sos.adopt([calling], ended=[calling])
    assert press(sos, at(minutes=1), Freshness.RETAINED) == []
    assert [f.since for f in press(sos, at(minutes=2))] == [at(minutes=2)]


# -- devices that are taken out


def test_the_fire_of_a_sensor_that_was_taken_out_ends_and_its_next_counts() -> None:
    smoke = Smoke(home())
    alarm(smoke, at())
    without = Smoke(WITHOUT_SMOKE, smoke.state)
    without.observe(Configured("without it"), at(1))
    assert without.findings(at(1)) == []
    back = Smoke(home(), without.state)
    back.observe(CONFIGURED, at(2))
    assert [f.since for f in alarm(back, at(2.1))] == [at(2.1)]


def test_the_call_of_a_button_that_was_taken_out_ends_and_its_next_counts() -> None:
    sos = Sos(BINARY_BUTTON)
    press(sos, at())
    without = Sos(WITHOUT_BUTTON, sos.state)
    without.observe(Configured("without it"), at(minutes=10))
    assert without.findings(at(minutes=10)) == []
    back = Sos(BINARY_BUTTON, without.state)
    back.observe(CONFIGURED, at(minutes=20))
    assert [f.since for f in press(back, at(minutes=30))] == [at(minutes=30)]


# -- a leak is no matter of seconds


def test_a_leak_that_flickers_is_one_leak_until_it_was_dry_for_ten_minutes() -> None:
    smoke = Smoke(home())
    for minute in range(0, 40, 2):
        assert [f.since for f in alarm(smoke, at(minutes=minute), kind=Kind.LEAK)] == [at()]
        alarm(smoke, at(minutes=minute + 1), kind=Kind.LEAK, value=False)
    assert smoke.next_check(at(minutes=40)) == at(minutes=49)
    assert len(smoke.findings(at(minutes=48))) == 1
    assert smoke.findings(at(minutes=49)) == []
    assert smoke.next_check(at(minutes=49)) is None


def test_a_leak_that_was_dry_before_the_box_was_started_again_ends_ten_minutes_after() -> None:
    smoke = Smoke(home())
    alarm(smoke, at(), kind=Kind.LEAK)
    alarm(smoke, at(1), kind=Kind.LEAK, value=False)
    start = Moment(at(1, minutes=3).wall, 20.0, "another start")
    smoke.observe(CONFIGURED, start)
    assert smoke.next_check(start) == start.plus(timedelta(minutes=10))


def test_smoke_and_gas_that_flicker_are_told_each_time_and_end_at_once() -> None:
    for kind in (Kind.SMOKE, Kind.CO, Kind.GAS):
        smoke = Smoke(home())
        alarm(smoke, at(), kind=kind)
        assert alarm(smoke, at(minutes=1), kind=kind, value=False) == []
        assert [f.since for f in alarm(smoke, at(minutes=2), kind=kind)] == [at(minutes=2)]
