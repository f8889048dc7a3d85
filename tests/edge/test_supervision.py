"""Supervision: every silence becomes visible, and what cannot be seen is not called quiet."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.detectors.supervision import Supervision, SupervisionState
from edge.model import (
    Blind,
    BlindCause,
    Deaf,
    Device,
    Finding,
    Freshness,
    Home,
    Kind,
    Lost,
    Moment,
    Rule,
    Severity,
    Sighted,
    Trouble,
)
from tests.facts import CONFIGURED, EVERYTHING, blind, reading, sighted
from tests.homes import DEVICES, at, home

WITNESSES = ("bedroom_motion", "bathroom_motion", "kitchen_motion", "front_door")
OTHERS = ("kitchen_smoke", "sos_button")
LOST = BlindCause.SOURCE_LOST
OFFLINE = BlindCause.BRIDGE_OFFLINE
DOWN = BlindCause.DOWNTIME
CLOCK = BlindCause.CLOCK_UNTRUSTED


def started() -> Supervision:
    supervision = Supervision(home())
    supervision.observe(CONFIGURED, at())
    return supervision


def rules(findings: list[Finding]) -> set[tuple[Rule, str]]:
    return {(f.rule, f.subject) for f in findings}


def hear(supervision: Supervision, now: Moment, *devices: str) -> None:
    for device in devices or EVERYTHING:
        supervision.observe(reading(device, Kind.BATTERY, 90, now), now)


def lose(
    supervision: Supervision,
    now: Moment,
    *devices: str,
    cause: BlindCause = LOST,
    subject: str = "mqtt",
    began: Moment | None = None,
) -> None:
    supervision.observe(Blind(cause, subject, devices or EVERYTHING, began or now), now)


def regain(
    supervision: Supervision, now: Moment, cause: BlindCause = LOST, subject: str = "mqtt"
) -> None:
    supervision.observe(Sighted(cause, subject), now)


def starts_again(
    supervision: Supervision, off: Moment, on: Moment, of: Home | None = None
) -> Supervision:
    """Give the same home after the box was off, from what was kept."""
    supervision.findings(off)
    kept = msgspec.json.encode(supervision.state)
    again = Supervision(of or home(), msgspec.json.decode(kept, type=SupervisionState))
    lose(again, on, cause=DOWN, subject="shouhu", began=off)
    regain(again, on, DOWN, "shouhu")
    again.observe(CONFIGURED, on)
    again.findings(on)
    return again


def blinds(findings: list[Finding]) -> list[tuple[str, Severity, Moment]]:
    return [(f.subject, f.severity, f.since) for f in findings if f.rule is Rule.BLIND]


def without(name: str) -> tuple[Device, ...]:
    return tuple(device for device in DEVICES if device.id != name)


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
    hear(supervision, at(60), *EVERYTHING[1:])
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
    assert supervision.findings(at(3)) == [first]
    assert supervision.next_check(at(3)) == at(3, minutes=10)
    assert supervision.findings(at(3, minutes=10)) == []


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
    hear(again, at(20), *OTHERS)
    assert len(again.findings(at(25))) == len(WITNESSES) + 1


# -- a home whose witnesses are all silent


def silent_home() -> Supervision:
    """Give a home in which no witness was heard for a day; it is told, since the last one's."""
    supervision = started()
    hear(supervision, at(1), "kitchen_motion")
    hear(supervision, at(20), *OTHERS)
    assert blinds(supervision.findings(at(25))) == [("wang", Severity.URGENT, at(1))]
    return supervision


@pytest.mark.parametrize("cause", [LOST, OFFLINE, DOWN, CLOCK])
def test_a_blind_home_stays_told_over_a_broker_a_start_and_a_clock_that_come_and_go(
    cause: BlindCause,
) -> None:
    supervision = silent_home()
    lose(supervision, at(26), cause=cause, subject="zigbee2mqtt")
    assert blinds(supervision.findings(at(26))) == [("wang", Severity.URGENT, at(1))]
    regain(supervision, at(26, seconds=1), cause, "zigbee2mqtt")
    assert blinds(supervision.findings(at(26, seconds=1))) == [("wang", Severity.URGENT, at(1))]


def test_a_blind_home_keeps_its_beginning_when_other_devices_fall_silent_too() -> None:
    assert blinds(silent_home().findings(at(50))) == [("wang", Severity.URGENT, at(1))]


def test_a_blind_home_keeps_its_beginning_over_a_restart_of_the_box() -> None:
    again = starts_again(silent_home(), at(25), at(26))
    assert blinds(again.findings(at(26))) == [("wang", Severity.URGENT, at(1))]


def test_a_home_is_blind_until_a_witness_is_really_heard() -> None:
    supervision = silent_home()
    hear(supervision, at(26), "kitchen_smoke")
    remembered = reading("front_door", Kind.CONTACT_OPEN, True, at(26), Freshness.RETAINED)
    supervision.observe(remembered, at(26))
    assert blinds(supervision.findings(at(26)))
    hear(supervision, at(27), "kitchen_motion")
    assert not blinds(supervision.findings(at(27)))


def test_a_home_of_which_only_the_outer_door_is_heard_is_blind() -> None:
    supervision = started()
    hear(supervision, at(20), "front_door", *OTHERS)
    assert blinds(supervision.findings(at(24))) == [("wang", Severity.URGENT, at(0))]
    lose(supervision, at(25), "front_door")
    hear(supervision, at(26), "kitchen_motion")
    assert not any(
        severity is Severity.URGENT for _, severity, _ in blinds(supervision.findings(at(27)))
    )


def test_a_new_sensor_that_was_not_heard_yet_does_not_end_the_blindness() -> None:
    new = structs.replace(DEVICES[0], id="new_motion")
    again = starts_again(silent_home(), at(25), at(26), home(devices=(*DEVICES, new)))
    assert blinds(again.findings(at(26))) == [("wang", Severity.URGENT, at(1))]


# -- causes of blindness


def test_a_cause_that_is_stated_again_goes_on_from_its_beginning() -> None:
    supervision = started()
    for minute in range(0, 60, 2):
        lose(supervision, at(1, minutes=minute))
        supervision.findings(at(1, minutes=minute))
    assert blinds(supervision.findings(at(2))) == [("mqtt", Severity.URGENT, at(1))]


def test_a_device_that_is_not_named_any_more_when_a_cause_is_stated_again_is_heard() -> None:
    supervision = started()
    lose(supervision, at(1))
    lose(supervision, at(2), *EVERYTHING[1:])
    assert supervision.state.devices["bedroom_motion"].quiet.is_running
    (finding,) = supervision.findings(at(3))
    assert isinstance(finding.because, Deaf) and "bedroom_motion" not in finding.because.devices
    assert finding.severity is Severity.FAULT


def test_devices_that_are_heard_are_not_deaf_whatever_is_said_of_their_bridge() -> None:
    supervision = started()
    lose(supervision, at(1), cause=OFFLINE, subject="zigbee2mqtt")
    hear(supervision, at(2), *EVERYTHING[1:])
    ((_, severity, _),) = blinds(supervision.findings(at(2)))
    assert severity is Severity.FAULT
    hear(supervision, at(3))
    assert supervision.findings(at(3)) == []
    assert supervision.next_check(at(3)) == at(27)


def test_what_was_on_its_way_when_the_broker_was_lost_does_not_make_it_less_lost() -> None:
    supervision = started()
    lose(supervision, at(1))
    supervision.observe(reading("front_door", Kind.CONTACT_OPEN, True, at(0.99)), at(1, seconds=1))
    assert blinds(supervision.findings(at(2))) == [("mqtt", Severity.URGENT, at(1))]


def test_a_late_message_is_no_proof_that_the_bridge_is_back() -> None:
    supervision = started()
    lose(supervision, at(1))
    late = reading("front_door", Kind.CONTACT_OPEN, True, at(2), Freshness.BUFFERED)
    supervision.observe(late, at(2))
    assert blinds(supervision.findings(at(2))) == [("mqtt", Severity.URGENT, at(1))]
    assert not supervision.state.devices["front_door"].quiet.is_running


def test_a_bridge_that_no_device_belongs_to_any_more_is_not_missed() -> None:
    supervision = started()
    lose(supervision, at(1), cause=OFFLINE, subject="zigbee2mqtt")
    renamed = home(devices=tuple(structs.replace(d, bridge="z2m") for d in DEVICES))
    again = starts_again(supervision, at(2), at(6), renamed)
    assert again.findings(at(6)) == []
    assert again.next_check(at(6)) == at(29)


def test_a_lost_broker_deafens_what_is_configured_now() -> None:
    supervision = started()
    lose(supervision, at(1))
    new = structs.replace(DEVICES[0], id="new_motion")
    again = starts_again(supervision, at(2), at(3), home(devices=(*without("bedroom_motion"), new)))
    (finding,) = again.findings(at(3))
    assert isinstance(finding.because, Deaf)
    assert set(finding.because.devices) == {*EVERYTHING[1:], "new_motion"}


def test_a_start_does_not_make_deaf_again_what_was_heard_through_a_lost_bridge() -> None:
    supervision = started()
    lose(supervision, at(1), cause=OFFLINE, subject="zigbee2mqtt")
    hear(supervision, at(1.5), "bedroom_motion")
    again = starts_again(supervision, at(2), at(3))
    ((_, severity, _),) = blinds(again.findings(at(3)))
    assert severity is Severity.FAULT


# -- what is no blindness of the home


def test_a_start_of_the_box_does_not_make_a_lost_part_a_blind_home() -> None:
    supervision = started()
    lose(supervision, at(1), "kitchen_motion", cause=OFFLINE, subject="zigbee2mqtt")
    supervision.findings(at(2))
    lose(supervision, at(3), cause=DOWN, subject="shouhu", began=at(2))
    assert blinds(supervision.findings(at(3))) == [("zigbee2mqtt", Severity.FAULT, at(1))]


def test_a_blip_of_the_broker_does_not_make_a_lost_part_a_blind_home() -> None:
    supervision = started()
    lose(supervision, at(1), "kitchen_motion", cause=OFFLINE, subject="zigbee2mqtt")
    supervision.findings(at(2))
    lose(supervision, at(3))
    assert blinds(supervision.findings(at(3))) == [("zigbee2mqtt", Severity.FAULT, at(1))]


def test_a_clock_that_stays_unset_is_a_fault_and_no_blind_home() -> None:
    supervision = started()
    lose(supervision, at(1), cause=CLOCK, subject="clock")
    assert supervision.next_check(at(1)) == at(1, minutes=3)
    assert supervision.findings(at(1, minutes=2)) == []
    (finding,) = supervision.findings(at(1, minutes=3))
    assert blinds([finding]) == [("clock", Severity.FAULT, at(1))]
    assert finding.because == Deaf(CLOCK, "clock", ())
    regain(supervision, at(2), CLOCK, "clock")
    assert supervision.findings(at(2)) == []


def test_a_device_s_silence_counts_also_while_the_clock_is_unset() -> None:
    supervision = started()
    lose(supervision, at(1), cause=CLOCK, subject="clock")
    hear(supervision, at(20), *OTHERS)
    assert (Rule.SILENT, "front_door") in rules(supervision.findings(at(24)))


# -- the box's own stops


def test_a_box_that_stops_its_broker_first_calls_nobody_at_its_next_start() -> None:
    supervision = started()
    lose(supervision, at(1))
    again = starts_again(supervision, at(1, seconds=2), at(2))
    assert again.findings(at(2)) == []
    assert again.next_check(at(2)) == at(2, minutes=3)
    regain(again, at(2, minutes=1))
    assert again.findings(at(3)) == []


def test_a_broker_that_does_not_come_back_after_a_start_is_told() -> None:
    supervision = started()
    lose(supervision, at(1))
    again = starts_again(supervision, at(1, seconds=2), at(2))
    lose(again, at(2))
    assert blinds(again.findings(at(2, minutes=3))) == [("mqtt", Severity.URGENT, at(1))]


def test_a_lost_broker_that_was_told_stays_told_over_a_start_until_it_is_back() -> None:
    supervision = started()
    lose(supervision, at(1))
    again = starts_again(supervision, at(1, minutes=4), at(2))
    assert blinds(again.findings(at(2))) == [("mqtt", Severity.URGENT, at(1))]
    regain(again, at(2, minutes=1))
    assert again.findings(at(2, minutes=1)) == []


def test_the_grace_of_a_bridge_does_not_run_while_the_box_is_off() -> None:
    supervision = started()
    lose(supervision, at(1), cause=OFFLINE, subject="zigbee2mqtt")
    again = starts_again(supervision, at(1, minutes=1), at(5))
    assert again.findings(at(5)) == []
    assert again.next_check(at(5)) == at(5, minutes=2)


def test_after_a_start_that_nobody_noticed_deadlines_go_by_the_new_clock() -> None:
    supervision = started()
    lose(supervision, at(1), "sos_button", cause=OFFLINE, subject="zigbee2mqtt")
    start = Moment(at(1, minutes=1).wall, 20.0, "another start")
    supervision.observe(CONFIGURED, start)
    assert supervision.next_check(start) == start.plus(timedelta(minutes=2))


# -- devices


def test_a_device_that_was_taken_out_or_renamed_does_not_stop_the_watching() -> None:
    supervision = started()
    supervision.findings(at(1))
    fewer = Supervision(home(devices=without("kitchen_motion")), supervision.state)
    assert fewer.next_check(at(1)) == at(24)
    assert fewer.findings(at(1)) == []
    fewer.observe(CONFIGURED, at(1))
    assert (Rule.SILENT, "kitchen_motion") not in rules(fewer.findings(at(30)))


def test_a_device_that_its_bridge_called_offline_stays_told_over_a_blip_of_the_broker() -> None:
    supervision = started()
    hear(supervision, at(1))
    supervision.observe(reading("kitchen_smoke", Kind.ONLINE, False, at(2)), at(2))
    lose(supervision, at(4))
    (finding,) = supervision.findings(at(4))
    assert (finding.rule, finding.since) == (Rule.SILENT, at(2))
    regain(supervision, at(4, seconds=1))
    assert supervision.findings(at(4, seconds=1)) == [finding]


def test_a_silent_device_keeps_its_beginning_when_its_bridge_calls_it_offline_too() -> None:
    supervision = started()
    hear(supervision, at(1))
    hear(supervision, at(20), *EVERYTHING[1:])
    supervision.findings(at(25))
    supervision.observe(reading("bedroom_motion", Kind.ONLINE, False, at(26)), at(26))
    for hour in (26, 27, 28):
        (finding,) = supervision.findings(at(hour))
        assert finding.since == at(1)
        assert isinstance(finding.because, Lost) and finding.because.said_offline


def test_a_battery_that_flickers_is_one_weak_battery() -> None:
    supervision = started()
    for minute in range(0, 60, 2):
        for value, now in ((True, at(1, minutes=minute)), (False, at(1, minutes=minute + 1))):
            supervision.observe(reading("kitchen_smoke", Kind.BATTERY_LOW, value, now), now)
            assert [(f.rule, f.since) for f in supervision.findings(now)] == [(Rule.BATTERY, at(1))]
    assert supervision.next_check(at(1, minutes=59)) == at(2, minutes=9)
    assert supervision.findings(at(2, minutes=9)) == []


def test_time_in_which_a_battery_cannot_be_heard_does_not_make_it_well() -> None:
    supervision = started()
    for value, now in ((True, at(1)), (False, at(2))):
        supervision.observe(reading("kitchen_smoke", Kind.BATTERY_LOW, value, now), now)
    again = starts_again(supervision, at(2, minutes=4), at(5))
    assert len(again.findings(at(5))) == 1
    assert again.findings(at(5, minutes=6)) == []
