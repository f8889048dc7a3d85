"""Supervision: every silence becomes visible, and what cannot be seen is not called quiet."""

import msgspec

from edge.detectors.supervision import Supervision, SupervisionState
from edge.model import BlindCause, Deaf, Finding, Freshness, Kind, Moment, Rule, Severity, Trouble
from tests.facts import CONFIGURED, EVERYTHING, blind, reading, sighted
from tests.homes import at, home


def started() -> Supervision:
    supervision = Supervision(home())
    supervision.observe(CONFIGURED, at())
    return supervision


def rules(findings: list[Finding]) -> set[tuple[Rule, str]]:
    return {(f.rule, f.subject) for f in findings}


def hear(supervision: Supervision, now: Moment, *devices: str) -> None:
    for device in devices or EVERYTHING:
        supervision.observe(reading(device, Kind.BATTERY, 90, now), now)


def test_a_device_that_is_not_heard_for_a_day_is_told() -> None:
    supervision = started()
    hear(supervision, at(1))
    hear(supervision, at(24), *EVERYTHING[1:])
    due = supervision.next_check(at(24))
    assert due == at(25)
    assert rules(supervision.findings(at(25))) == {(Rule.SILENT, "bedroom_motion")}
    hear(supervision, at(26), "bedroom_motion")
    assert supervision.findings(at(26)) == []


def test_a_device_that_was_never_heard_is_told_a_day_after_it_was_configured() -> None:
    supervision = started()
    hear(supervision, at(20), *EVERYTHING[1:])
    assert rules(supervision.findings(at(24))) == {(Rule.SILENT, "bedroom_motion")}


def test_time_in_which_the_bridge_was_down_is_not_a_device_s_silence() -> None:
    supervision = started()
    hear(supervision, at(1))
    supervision.observe(blind(at(2)), at(2))
    supervision.observe(sighted(), at(40))
    assert supervision.findings(at(40)) == []
    hear(supervision, at(41), *EVERYTHING[1:])
    assert rules(supervision.findings(at(63.5))) == {(Rule.SILENT, "bedroom_motion")}


def test_a_retained_message_is_no_proof_that_the_device_lives() -> None:
    supervision = started()
    hear(supervision, at(20), *EVERYTHING[1:])
    retained = reading("bedroom_motion", Kind.BATTERY, 90, at(23), Freshness.RETAINED)
    supervision.observe(retained, at(23))
    assert rules(supervision.findings(at(24))) == {(Rule.SILENT, "bedroom_motion")}


def test_a_device_that_its_bridge_calls_offline_is_told_after_an_hour() -> None:
    supervision = started()
    hear(supervision, at(1))
    supervision.observe(reading("kitchen_smoke", Kind.ONLINE, False, at(2)), at(2))
    assert supervision.next_check(at(2)) == at(3)
    assert rules(supervision.findings(at(3))) == {(Rule.SILENT, "kitchen_smoke")}
    supervision.observe(reading("kitchen_smoke", Kind.ONLINE, True, at(4)), at(4))
    assert supervision.findings(at(4)) == []


def test_a_lost_bridge_is_one_finding_for_the_whole_home_after_a_short_grace() -> None:
    supervision = started()
    hear(supervision, at(1))
    supervision.observe(blind(at(2)), at(2))
    assert supervision.findings(at(2)) == []
    assert supervision.next_check(at(2)) == at(2, minutes=3)
    (finding,) = supervision.findings(at(2, minutes=3))
    assert (finding.rule, finding.severity) == (Rule.BLIND, Severity.URGENT)
    assert isinstance(finding.because, Deaf)
    assert finding.because.cause is BlindCause.BRIDGE_OFFLINE
    supervision.observe(sighted(), at(3))
    assert supervision.findings(at(3)) == []


def test_a_bridge_with_a_part_of_the_witnesses_is_a_fault_not_a_blind_home() -> None:
    supervision = started()
    supervision.observe(blind(at(2), "bedroom_motion"), at(2))
    (finding,) = supervision.findings(at(3))
    assert finding.severity is Severity.FAULT


def test_a_home_whose_witnesses_all_fell_silent_is_blind() -> None:
    supervision = started()
    hear(supervision, at(20), "kitchen_smoke", "sos_button")
    found = rules(supervision.findings(at(24)))
    assert (Rule.BLIND, "wang") in found
    assert (Rule.SILENT, "front_door") in found


def test_a_weak_battery_is_told_once_whichever_of_its_readings_says_so() -> None:
    supervision = started()
    supervision.observe(reading("kitchen_smoke", Kind.BATTERY, 12, at(1)), at(1))
    (first,) = supervision.findings(at(1))
    supervision.observe(reading("kitchen_smoke", Kind.BATTERY_LOW, False, at(1.1)), at(1.1))
    supervision.observe(reading("kitchen_smoke", Kind.BATTERY, 18, at(2)), at(2))
    assert supervision.findings(at(2)) == [first]
    supervision.observe(reading("kitchen_smoke", Kind.BATTERY, 100, at(3)), at(3))
    assert supervision.findings(at(3)) == []


def test_tamper_is_told() -> None:
    supervision = started()
    supervision.observe(reading("front_door", Kind.TAMPER, True, at(1)), at(1))
    assert rules(supervision.findings(at(1))) == {(Rule.TAMPER, "front_door")}


def test_the_gateway_s_own_trouble_stands_until_it_is_over() -> None:
    supervision = started()
    supervision.observe(Trouble(Rule.CHANNEL, "sms", "no answer", True), at(1))
    assert rules(supervision.findings(at(1))) == {(Rule.CHANNEL, "sms")}
    supervision.observe(Trouble(Rule.CHANNEL, "sms", "", False), at(2))
    assert supervision.findings(at(2)) == []


def test_silence_goes_on_counting_over_a_restart() -> None:
    supervision = started()
    hear(supervision, at(1))
    kept = msgspec.json.encode(supervision.state)
    again = Supervision(home(), msgspec.json.decode(kept, type=SupervisionState))
    again.observe(CONFIGURED, at(10))
    assert again.next_check(at(10)) == at(25)
    assert len(again.findings(at(25))) == len(EVERYTHING) + 1
