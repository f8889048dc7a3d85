"""Hazards and calls: never delayed, latched until withdrawn or ended, already standing ones too."""

from datetime import timedelta

from msgspec import structs

from edge.detectors.smoke import Smoke
from edge.detectors.sos import Sos
from edge.model import Close, Freshness, Kind, Outcome, Rule, Sensed, Severity
from tests.facts import reading
from tests.homes import DEVICES, at, home


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
    smoke.observe(Close("id", "duty", Outcome.WELL, Rule.SMOKE, "kitchen_smoke"), at(1))
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
    sos.observe(Close("id", "duty", Outcome.HELPED, Rule.SOS, "sos_button"), at(2))
    assert sos.findings(at(2)) == []


def test_a_retained_call_is_taken_up_once_and_not_at_every_connect() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.SOS, True, at(), Freshness.RETAINED), at())
    assert len(sos.findings(at())) == 1
    sos.observe(Close("id", "duty", Outcome.WELL, Rule.SOS, "sos_button"), at(1))
    sos.observe(reading("sos_button", Kind.SOS, True, at(2), Freshness.RETAINED), at(2))
    assert sos.findings(at(2)) == []


def test_a_binary_button_that_is_repeated_in_every_report_calls_once() -> None:
    binary = structs.replace(DEVICES[5], clears_after=None)
    sos = Sos(home(devices=(binary,)))
    sos.observe(reading("sos_button", Kind.SOS, True, at()), at())
    sos.observe(Close("id", "duty", Outcome.WELL, Rule.SOS, "sos_button"), at(1))
    sos.observe(reading("sos_button", Kind.SOS, True, at(2)), at(2))
    assert sos.findings(at(2)) == []
    sos.observe(reading("sos_button", Kind.SOS, False, at(3)), at(3))
    sos.observe(reading("sos_button", Kind.SOS, True, at(4)), at(4))
    assert len(sos.findings(at(4))) == 1


def test_a_fall_told_by_a_bracelet_is_a_call() -> None:
    sos = Sos(home())
    sos.observe(reading("sos_button", Kind.FALL, True, at()), at())
    assert [f.rule for f in sos.findings(at())] == [Rule.FALL]
