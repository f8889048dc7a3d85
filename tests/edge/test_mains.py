"""A box on its battery, a device that is not believed, and one transport of several lost."""

from datetime import timedelta

import pytest

from edge.detectors.supervision import Supervision
from edge.model import (
    Blind,
    BlindCause,
    Broken,
    Configured,
    Deaf,
    Device,
    Finding,
    Freshness,
    Kind,
    Reading,
    Rule,
    Sensed,
    Severity,
    Sighted,
    Trouble,
)
from tests.homes import at, home
from tests.stories.story import Story

LOST = BlindCause.SOURCE_LOST
UPS = Device("ups", "hall", "不间断电源", frozenset({Kind.MAINS}), "serial/ups")
BAND = Device("band", "bedroom", "手环", frozenset({Kind.STEPS, Kind.HEART_RATE}), "ble")
RADAR = Device("radar", "bedroom", "雷达", frozenset({Kind.PRESENCE}), "serial/radar")
ALARM = Device("alarm", "kitchen", "烟感", frozenset({Kind.SMOKE}), "serial/rflink")
MIXED = (UPS, BAND, RADAR, ALARM)


def started(*devices: Device) -> Supervision:
    supervision = Supervision(home(devices=devices or MIXED))
    supervision.observe(Configured("a hash"), at())
    return supervision


def mains(
    supervision: Supervision, hours: float, value: bool, freshness: Freshness = Freshness.LIVE
) -> list[Finding]:
    now = at(hours)
    fact = Reading("wang", "ups", "hall", Kind.MAINS, value, now.wall, now, freshness)
    supervision.observe(fact, now)
    return supervision.findings(now)


def doubt(supervision: Supervision, hours: float, why: str) -> list[Finding]:
    """Say why the band is not believed; without a reason it is again."""
    supervision.observe(Trouble(Rule.UNTRUSTED, "band", why, bool(why)), at(hours))
    return supervision.findings(at(hours))


def lose(supervision: Supervision, source: str, *devices: str) -> None:
    supervision.observe(Blind(LOST, source, devices, at()), at())


def dark(supervision: Supervision, minutes: float) -> dict[str, tuple[Severity, tuple[str, ...]]]:
    """Give each source that is told as lost by then, with its gravity and its devices."""
    found = supervision.findings(at(minutes / 60))
    return {
        f.subject: (f.severity, f.because.devices) for f in found if isinstance(f.because, Deaf)
    }


def test_a_power_cut_is_told_until_the_power_is_back() -> None:
    supervision = started()
    assert mains(supervision, 1, True) == []
    assert mains(supervision, 2, False) == []
    due = supervision.next_check(at(2))
    assert due is not None and due.since(at(2)) < timedelta(seconds=180)
    (finding,) = supervision.findings(due)
    assert (finding.rule, finding.subject, finding.since) == (Rule.MAINS, "ups", at(2))
    assert finding.severity is Severity.FAULT
    assert finding.because == Sensed("ups", "hall", Kind.MAINS, False, at(2).wall)
    assert mains(supervision, 3, False) == [finding]
    assert mains(supervision, 4, True) == [finding]
    assert supervision.next_check(at(4)) == at(4, minutes=1)
    assert supervision.findings(at(4, minutes=1)) == []


def test_a_ups_that_tests_itself_is_no_power_cut() -> None:
    supervision = started()
    for week in range(1, 5):
        assert mains(supervision, week, False) == []
        assert mains(supervision, week + 10 / 3600, True) == []
        assert supervision.findings(at(week, minutes=2)) == []


def test_a_power_cut_is_told_although_the_ups_is_not_heard_any_more() -> None:
    supervision = started()
    mains(supervision, 1, False)
    lose(supervision, "serial/ups", "ups")
    (finding,) = [f for f in supervision.findings(at(1, minutes=1)) if f.rule is Rule.MAINS]
    assert finding.since == at(1)


def test_power_that_comes_and_goes_is_one_power_cut() -> None:
    supervision = started()
    mains(supervision, 1, False)
    (finding,) = supervision.findings(at(1, minutes=1))
    for minute in range(2, 20):
        assert mains(supervision, 1 + minute / 60, True) == [finding]
        assert mains(supervision, 1 + (minute + 0.5) / 60, False) == [finding]


@pytest.mark.parametrize("freshness", list(Freshness))
def test_a_power_cut_that_was_stored_on_the_way_is_told_too(freshness: Freshness) -> None:
    supervision = started()
    mains(supervision, 1, False, freshness)
    (finding,) = supervision.findings(at(1, minutes=1))
    assert finding.rule is Rule.MAINS


def test_a_device_that_is_not_believed_is_told_once_until_it_is() -> None:
    supervision = started()
    (finding,) = doubt(supervision, 1, "counter_reset")
    assert (finding.rule, finding.subject, finding.since) == (Rule.UNTRUSTED, "band", at(1))
    assert finding.severity is Severity.FAULT
    assert finding.because == Broken("band", "counter_reset")
    assert doubt(supervision, 2, "not_authentic") == [finding]
    assert doubt(supervision, 3, "") == []
    assert doubt(supervision, 4, "") == []


def test_nothing_is_told_of_a_device_that_was_taken_out() -> None:
    story = Story(home(devices=MIXED))
    story.trouble(Trouble(Rule.UNTRUSTED, "band", "counter_reset", True)).expects("untrusted")
    story.home = home(devices=(UPS, RADAR, ALARM))
    story.restarts().expects("untrusted")
    assert not story.alert("untrusted").holds


def test_only_the_devices_of_the_lost_transport_are_told_as_not_heard() -> None:
    supervision = started()
    lose(supervision, "ble", "band")
    assert dark(supervision, 2.9) == {}
    assert dark(supervision, 3) == {"ble": (Severity.FAULT, ("band",))}


def test_the_last_transport_that_sees_anybody_makes_the_home_blind() -> None:
    supervision = started()
    lose(supervision, "ble", "band")
    lose(supervision, "serial/radar", "radar")
    assert dark(supervision, 4) == {
        "ble": (Severity.URGENT, ("band",)),
        "serial/radar": (Severity.URGENT, ("radar",)),
    }
    supervision.observe(Sighted(LOST, "serial/radar"), at(0.1))
    assert dark(supervision, 7) == {"ble": (Severity.FAULT, ("band",))}


def test_a_home_with_a_bracelet_only_is_blind_without_bluetooth() -> None:
    supervision = started(BAND)
    lose(supervision, "ble", "band")
    assert dark(supervision, 4) == {"ble": (Severity.URGENT, ("band",))}


def test_a_lost_port_of_alarms_takes_nobody_s_sight() -> None:
    supervision = started()
    lose(supervision, "serial/rflink", "alarm")
    assert dark(supervision, 4) == {"serial/rflink": (Severity.FAULT, ("alarm",))}


def test_a_power_cut_and_a_doubt_survive_a_restart_and_are_not_told_again() -> None:
    story = Story(home(devices=MIXED))
    story.reads("ups", Kind.MAINS, False).trouble(
        Trouble(Rule.UNTRUSTED, "band", "counter_reset", True)
    )
    story.after(minutes=1).restarts().is_off(hours=2).expects("untrusted", "mains")
    story.reads("ups", Kind.MAINS, True).trouble(Trouble(Rule.UNTRUSTED, "band", "", False))
    story.after(minutes=2)
    assert not story.alert("mains").holds
    assert not story.alert("untrusted").holds
