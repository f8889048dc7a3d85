"""What supervision promises, through the real node and store: real messages, starts and kills."""

from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import Alert, BlindCause, Deaf, Device, Event, Kind, Rule, Severity
from tests.homes import DEVICES
from tests.stories.box import Box

PROFILES = {
    "bedroom_motion": "zigbee2mqtt_motion",
    "bathroom_motion": "zigbee2mqtt_motion",
    "kitchen_motion": "zigbee2mqtt_motion",
    "front_door": "zigbee2mqtt_contact",
    "kitchen_smoke": "zigbee2mqtt_smoke",
    "sos_button": "zigbee2mqtt_sos",
    "bus_smoke": "modbus_smoke bus/ff/1",
    "ups": "ups_megatec ups",
}
SENSORS = {f"sensor_{n}": "zigbee2mqtt_motion" for n in range(24)}
WELL = "ff02010151a0"  # a Modbus reply: input 1 is closed
ON_MAINS = b"(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000\r".hex()
ON_BATTERY = b"(208.4 140.0 208.4 034 59.9 2.05 35.0 10110000\r".hex()
DEAD = "bedroom_motion"
OTHERS = tuple(device.id for device in DEVICES if device.id != DEAD)


def told(box: Box) -> list[Alert]:
    """Give the alerts about devices; whether anybody lives here is another story."""
    return [alert for alert in box.alerts() if alert.finding.rule is not Rule.INACTIVITY]


def reports(box: Box, *devices: str) -> None:
    for device in devices:
        box.says(device, battery=97, linkquality=120)


@pytest.mark.parametrize(("days", "saves"), [(14, True), (3, False)])
def test_a_motion_sensor_dead_for_two_weeks_is_told_within_a_day_whatever_starts_again(
    tmp_path: Path, days: int, saves: bool
) -> None:
    box = Box(tmp_path, DEVICES, PROFILES)
    box.bridge("online")
    box.says(DEAD, keeps=True, occupancy=True, battery=97, linkquality=120)
    died = box.now.wall
    for hour in range(days * 24):
        reports(box.after(hours=1), *OTHERS)
        if hour % 7 == 0:
            if saves:
                box.saves()
            box.dies(minutes=9)
        if hour % 11 == 0:
            box.starts_bridge()
    (alert,) = told(box)
    assert (alert.finding.rule, alert.finding.subject) == (Rule.SILENT, DEAD)
    assert timedelta(hours=23) < alert.opened.wall - died <= timedelta(hours=24, seconds=1)
    assert alert.holds


def test_a_smoke_alarm_on_a_bus_that_answers_only_when_asked(tmp_path: Path) -> None:
    alarm = Device("bus_smoke", "kitchen", "烟感", frozenset({Kind.SMOKE}), "serial/bus")
    box = Box(tmp_path, (*DEVICES, alarm), PROFILES)
    reports(box, *(device.id for device in DEVICES))
    for _ in range(6 * 60):
        box.after(seconds=10).answers("bus", WELL)
    box.hears("serial/bus", False)
    box.after(minutes=2).hears("serial/bus", True)
    assert not told(box), "while nobody can ask it, its silence is not its own"
    box.answers("bus", WELL)
    box.after(seconds=119)
    assert not told(box)
    box.after(seconds=2)
    (alert,) = told(box)
    assert (alert.finding.rule, alert.finding.severity) == (Rule.SILENT, Severity.URGENT)
    box.answers("bus", WELL)
    assert not told(box)[0].holds


def test_a_power_cut_is_told_within_three_minutes_although_its_bridge_goes_with_it(
    tmp_path: Path,
) -> None:
    ups = Device("ups", "hall", "不间断电源", frozenset({Kind.MAINS}), "serial/ups")
    box = Box(tmp_path, (*DEVICES, ups), PROFILES)
    for _ in range(60):
        box.after(seconds=5).answers("ups", ON_MAINS)
    box.bridge("offline")
    cut = box.now.wall
    for _ in range(36):
        box.after(seconds=5).answers("ups", ON_BATTERY)
    by_rule = {alert.finding.rule: alert for alert in told(box)}
    assert by_rule[Rule.MAINS].opened.wall - cut < timedelta(seconds=60)
    assert by_rule[Rule.MAINS].told == ("technician",)
    for _ in range(13):
        box.after(seconds=5).answers("ups", ON_MAINS)
    assert not next(a for a in told(box) if a.finding.rule is Rule.MAINS).holds


def test_a_sensor_that_is_stuck_at_true_is_told_and_keeps_nobody_alive(tmp_path: Path) -> None:
    box = Box(tmp_path, DEVICES, PROFILES)
    box.says(DEAD, occupancy=False)
    box.says(DEAD, occupancy=True)
    began = box.now.wall
    for hour in range(30):
        reports(box.after(hours=1), *OTHERS)
        box.says(DEAD, occupancy=True, battery=97 - hour % 2)
        if hour % 5 == 0:
            box.dies(seconds=90)
    by_rule = {alert.finding.rule: alert for alert in box.alerts()}
    assert set(by_rule) == {Rule.ODD, Rule.INACTIVITY}
    assert by_rule[Rule.ODD].opened.wall - began < timedelta(hours=14)
    assert box.events(by_rule[Rule.ODD]) == [(Event.RAISED, "")]
    assert by_rule[Rule.INACTIVITY].opened.wall - began <= timedelta(hours=14)
    assert box.seen_at.startswith(str(began.date()))


@pytest.mark.parametrize("says_so", [True, False])
def test_a_house_whose_coordinator_dies_gets_one_alert_with_the_reason(
    tmp_path: Path, says_so: bool
) -> None:
    sensors = tuple(
        Device(name, "hall", name, frozenset({Kind.MOTION}), "mqtt", "zigbee2mqtt")
        for name in SENSORS
    )
    box = Box(tmp_path, (*DEVICES, *sensors), PROFILES | SENSORS)
    everybody = [device.id for device in box.home.devices]
    for _ in range(40):
        reports(box.after(hours=1), *everybody)
    died = box.now.wall
    for _ in range(8 if says_so else 0):
        box.after(minutes=1)
    for name in everybody[:8] if says_so else ():
        box.calls(name, "offline")
    for hour in range(3 * 24):
        box.after(hours=1)
        if hour % 20 == 19:
            box.dies(minutes=5)
    (alert,) = told(box)
    because = alert.finding.because
    assert isinstance(because, Deaf) and because.cause is BlindCause.MUTE
    assert set(because.devices) == set(everybody)
    assert alert.finding.subject == "zigbee2mqtt" and alert.finding.severity is Severity.URGENT
    assert alert.opened.wall - died < timedelta(hours=4)


def test_devices_whose_bridge_says_that_it_is_offline_are_told_as_one(tmp_path: Path) -> None:
    box = Box(tmp_path, DEVICES, PROFILES)
    for _ in range(30):
        reports(box.after(hours=1), *(device.id for device in DEVICES))
    box.bridge("offline")
    box.after(minutes=5)
    for device in DEVICES:
        box.calls(device.id, "offline")
    box.after(hours=30)
    (alert,) = told(box)
    because = alert.finding.because
    assert isinstance(because, Deaf) and because.cause is BlindCause.BRIDGE_OFFLINE


def test_what_the_broker_has_kept_is_no_sign_of_life_at_a_start(tmp_path: Path) -> None:
    box = Box(tmp_path, DEVICES, PROFILES)
    for device in OTHERS[:2]:
        box.says(device, keeps=True, occupancy=False)
        box.says(device, keeps=True, occupancy=True)
    box.says("front_door", keeps=True, contact=True)
    box.says("front_door", keeps=True, contact=False)
    last = box.seen_at
    for _ in range(6):
        box.after(minutes=50).dies(minutes=10)
        box.starts_bridge()
    assert box.seen_at == last
