"""Who wears the bracelet, and what it shows of its wearer."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from edge.lifecycle import alert_id
from edge.model import (
    Blind,
    BlindCause,
    Close,
    Finding,
    Freshness,
    Kind,
    Moment,
    Outcome,
    Rule,
    Severity,
    Sighted,
    Unworn,
)
from edge.worn import Worn, WornState
from tests.edge.bodies import BODY_HOME, BRACELET, said
from tests.homes import DEVICES, at, home

ALONE = home(zone="UTC", devices=(BRACELET, DEVICES[3]))


def told(worn: Worn, kind: Kind, value: float, now: Moment) -> None:
    """Let the bracelet say something."""
    worn.observe(said("bracelet", kind, value, now), now)


def reported(worn: Worn, hours: float, of: float = 0.0) -> None:
    """Let the bracelet say every half hour that it is not worn."""
    for half in range(int(2 * hours)):
        told(worn, Kind.WORN, False, at(of + half / 2))


def test_its_own_word_says_whether_it_is_worn() -> None:
    worn = Worn(BODY_HOME)
    assert worn.is_worn("bracelet", at(0)) is None
    told(worn, Kind.WORN, True, at(0))
    assert worn.is_worn("bracelet", at(0, minutes=30)) is True
    told(worn, Kind.WORN, False, at(1))
    assert worn.is_worn("bracelet", at(1, minutes=30)) is False


def test_a_word_that_is_an_hour_old_is_none() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, True, at(0))
    assert worn.is_worn("bracelet", at(1)) is None


def test_what_has_no_word_for_it_is_worn_while_it_measures_a_body() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.HEART_RATE, 64, at(0))
    assert worn.is_worn("bracelet", at(0, minutes=20)) is True
    assert worn.is_worn("bracelet", at(2)) is None


@pytest.mark.parametrize("freshness", [Freshness.RETAINED, Freshness.BUFFERED])
def test_what_the_broker_remembers_says_nothing_of_who_wears_it(freshness: Freshness) -> None:
    worn = Worn(BODY_HOME)
    worn.observe(said("bracelet", Kind.WORN, True, at(0), freshness), at(0))
    assert worn.is_worn("bracelet", at(0)) is None


def test_a_pulse_that_is_found_on_a_table_is_none() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    told(worn, Kind.HEART_RATE, 64, at(0, minutes=5))
    evidence = worn.evidence(at(0, minutes=6))
    assert evidence is not None
    assert (evidence.is_worn, evidence.pulse, evidence.is_here) == (False, None, False)


def test_steps_that_are_counted_on_a_table_are_nobodys() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.STEPS, 100, at(0))
    assert not worn.refuses(said("bracelet", Kind.STEPS, 120, at(0)))
    told(worn, Kind.WORN, False, at(1))
    assert worn.refuses(said("bracelet", Kind.STEPS, 125, at(1)))
    assert not worn.refuses(said("bracelet", Kind.SOS, True, at(1)))


def test_whoever_walks_fifty_steps_with_it_wears_it_whatever_it_says() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.STEPS, 100, at(0))
    for minutes in range(0, 40, 10):
        told(worn, Kind.WORN, False, at(1, minutes=minutes))
        told(worn, Kind.STEPS, 120 + 4 * minutes, at(1, minutes=minutes))
    assert worn.is_worn("bracelet", at(1, minutes=35)) is True
    assert not worn.refuses(said("bracelet", Kind.STEPS, 300, at(2)))
    told(worn, Kind.WORN, True, at(2))
    told(worn, Kind.WORN, False, at(2, minutes=10))
    assert worn.is_worn("bracelet", at(2, minutes=10)) is False


def test_who_wears_what_the_box_hears_by_itself_is_near() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.HEART_RATE, 64, at(0))
    assert worn.is_here(at(0, minutes=20))
    assert not worn.is_here(at(1))


def test_who_wears_what_a_gateway_of_its_own_hears_may_be_anywhere() -> None:
    far = structs.replace(BRACELET, source="mqtt")
    worn = Worn(home(zone="UTC", devices=(*DEVICES, far)))
    told(worn, Kind.HEART_RATE, 64, at(0))
    assert not worn.is_here(at(0))


def test_a_day_without_it_is_a_fault_and_an_evening_is_none() -> None:
    worn = Worn(BODY_HOME)
    reported(worn, 23)
    assert worn.findings(at(23)) == []
    due = worn.next_check(at(23))
    assert due == at(24)
    (finding,) = worn.findings(at(24))
    assert (finding.rule, finding.severity) == (Rule.UNWORN, Severity.FAULT)
    assert finding.because == Unworn("bracelet", at(0).wall, alone=False)
    told(worn, Kind.WORN, True, at(25))
    assert worn.findings(at(25)) == []


@pytest.mark.parametrize("offset", [0.0, 1 / 3, 0.1 + 0.2, 1234.567891])
def test_at_the_moment_that_it_asked_for_it_says_so(offset: float) -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(offset))
    due = worn.next_check(at(offset, minutes=1))
    assert due is not None and len(worn.findings(due)) == 1


def test_where_nothing_else_shows_how_the_resident_is_it_is_urgent_after_hours() -> None:
    worn = Worn(ALONE)
    told(worn, Kind.WORN, False, at(0))
    assert worn.findings(at(11.9)) == []
    (finding,) = worn.findings(at(12))
    assert finding.severity is Severity.URGENT


def test_nobody_is_asked_to_wear_it_on_a_declared_holiday() -> None:
    worn = Worn(BODY_HOME, None, lambda now: now.wall < at(60).wall)
    reported(worn, 70)
    assert worn.findings(at(50)) == []
    assert len(worn.findings(at(61))) == 1


def test_a_clip_for_the_finger_is_not_missed_when_it_is_off() -> None:
    clip = structs.replace(BRACELET, kinds=frozenset({Kind.WORN, Kind.SPO2}))
    worn = Worn(home(zone="UTC", devices=(*DEVICES, clip)))
    told(worn, Kind.WORN, False, at(0))
    assert worn.findings(at(60)) == [] and worn.take_concluded() == []


def test_time_in_which_it_cannot_be_heard_is_not_time_without_it() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    worn.observe(Blind(BlindCause.SOURCE_LOST, "ble", ("bracelet",), at(10)), at(10))
    assert worn.findings(at(40)) == []
    worn.observe(Sighted(BlindCause.SOURCE_LOST, "ble"), at(40))
    assert worn.findings(at(53)) == [] and len(worn.findings(at(54))) == 1


def test_a_second_cause_that_goes_does_not_end_the_first() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    for cause in ("ble", "bridge"):
        worn.observe(Blind(BlindCause.SOURCE_LOST, cause, ("bracelet",), at(10)), at(10))
    worn.observe(Sighted(BlindCause.SOURCE_LOST, "bridge"), at(11))
    assert worn.findings(at(40)) == []
    told(worn, Kind.WORN, False, at(40))
    assert worn.findings(at(53)) == [] and len(worn.findings(at(54))) == 1


def test_while_the_box_is_off_nobody_knows_who_wears_it() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    worn.observe(Blind(BlindCause.DOWNTIME, "shouhu", (), at(10)), at(40))
    worn.observe(Sighted(BlindCause.DOWNTIME, "shouhu"), at(40))
    assert worn.findings(at(53)) == [] and len(worn.findings(at(54))) == 1


def closed(worn: Worn, finding: Finding, now: Moment) -> None:
    name = alert_id(BODY_HOME, finding)
    worn.observe(Close(name, "x", Outcome.WELL, Rule.UNWORN, "bracelet"), now)


def test_whoever_ends_it_is_told_again_ever_more_rarely_until_it_is_worn() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    now, waits = at(0), []
    for _ in range(5):
        due = worn.next_check(now)
        assert due is not None
        (finding,) = worn.findings(due)
        assert finding.since == now
        waits.append(due.since(now) / timedelta(days=1))
        now = due.plus(timedelta(hours=1))
        closed(worn, finding, now)
        assert worn.findings(now) == []
    assert waits == [1, 2, 4, 7, 7]


def test_where_nothing_else_shows_how_the_resident_is_each_end_is_for_hours_only() -> None:
    worn = Worn(ALONE)
    told(worn, Kind.WORN, False, at(0))
    for number in range(4):
        (finding,) = worn.findings(at(13 * number + 12))
        closed(worn, finding, at(13 * number + 13))


def test_once_it_is_worn_again_the_next_time_is_a_first_one() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    (finding,) = worn.findings(at(24))
    closed(worn, finding, at(25))
    told(worn, Kind.WORN, True, at(71))
    told(worn, Kind.WORN, False, at(72))
    assert len(worn.findings(at(96))) == 1


def test_while_it_lies_about_it_sees_nobody() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.WORN, False, at(0))
    told(worn, Kind.WORN, False, at(1))
    told(worn, Kind.WORN, True, at(2))
    began, ended = worn.take_concluded()
    assert began == Blind(BlindCause.UNWORN, "bracelet", ("bracelet",), at(0))
    assert ended == Sighted(BlindCause.UNWORN, "bracelet")
    assert worn.take_concluded() == []


def test_a_restart_in_the_middle_changes_nothing() -> None:
    worn = Worn(BODY_HOME)
    told(worn, Kind.HEART_RATE, 64, at(0))
    told(worn, Kind.WORN, False, at(1))
    kept = msgspec.json.decode(msgspec.json.encode(worn.state), type=WornState)
    other = Worn(BODY_HOME, kept)
    assert other.next_check(at(2)) == worn.next_check(at(2)) == at(1).plus(timedelta(hours=24))
    assert other.findings(at(26)) == worn.findings(at(26)) != []
    assert other.evidence(at(26)) == worn.evidence(at(26))
