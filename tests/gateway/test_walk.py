"""A home is walked through, a sensor is swapped, a report is written; all around is real."""

import json
import re
from pathlib import Path

from edge.model import Reading, Rule
from gateway.control import Status
from gateway.store import Store
from gateway.tested import records
from tests.gateway.pairing_home import (
    BUTTON,
    MOTION,
    SECOND,
    SMOKE,
    Site,
    devices,
    paired,
    while_it_sends,
)
from tests.terminal import ENTER

PASS = "通过  "


REPORTED = (
    *("安装验收单", "Installation report", "卫生间红外", "自描述 says itself", "未通过", "fail"),
    *("完全没有听到", "nothing was heard of it", "李工", "王芳"),
)


def presses_twice(site: Site) -> None:
    """Press the call button as people do who are not sure that it was heard."""
    site.sends("按钮", action="emergency")
    site.sends("按钮", action="")
    site.sends("按钮", action="emergency")


def test_new_hardware_takes_a_role_and_what_was_learned_stays(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    site.until_sensed("bathroom-motion", lambda: site.sends("红外 1", occupancy=True))
    terminal = site.terminal("swap", "wang", "bathroom-motion")
    while_it_sends(terminal, SECOND, lambda: site.sends("红外 2", occupancy=False, battery=50))
    terminal.types("1")
    terminal.sees("接替“卫生间红外”吗")
    terminal.types(ENTER)
    terminal.sees("在探测器前走动")
    while_it_sends(terminal, PASS, lambda: site.sends("红外 2", occupancy=True))

    assert terminal.ends() == 0
    (device,) = devices(site)
    assert device["id"] == "bathroom-motion"
    assert device["address"] == f"zigbee2mqtt/{SECOND}"
    assert site.stop() == 0
    reading = Store.read_only(site.store)
    try:
        facts = [entry.what for _, entry in reading.entries(after=0)]
    finally:
        reading.close()
    assert {fact.device for fact in facts if isinstance(fact, Reading)} == {"bathroom-motion"}


def test_everything_passes_a_walk_test_and_nobody_is_alarmed(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    paired(site, "按钮", BUTTON)
    paired(site, "烟感", SMOKE)
    terminal = site.terminal("walk-test", "wang", "--by", "李工")
    terminal.sees("在探测器前走动")
    while_it_sends(terminal, "按下按钮", lambda: site.sends("红外 1", occupancy=True))
    while_it_sends(terminal, "测试键", lambda: presses_twice(site))
    while_it_sends(terminal, "3 台设备中 3 台通过", lambda: site.sends("烟感", smoke=True))
    presses_twice(site)
    site.sends("烟感", smoke=True, battery=77)
    site.until(lambda: site.heard()["bathroom-smoke"].battery == 77)

    assert terminal.ends() == 0
    assert {what: r.by for what, r in records(site.store)["wang"].items()} == {
        "bathroom-motion": "李工",
        "bathroom-sos": "李工",
        "bathroom-smoke": "李工",
    }
    assert not [a for a in site.alerts() if a.finding.rule in (Rule.SOS, Rule.SMOKE)]


def test_a_real_alarm_ends_the_walk_test_and_is_told(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    paired(site, "烟感", SMOKE)
    terminal = site.terminal("walk-test", "wang")
    terminal.sees("在探测器前走动")
    site.sends("烟感", smoke=True)
    terminal.sees("真实报警")

    assert terminal.ends() == 1
    (told,) = [alert for alert in site.alerts() if alert.finding.rule is Rule.SMOKE]
    assert not told.drill


def test_a_program_walks_through_one_device_and_gets_the_advice(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    done = site.shouhu("walk-test", "wang", "--wait", "1", "--json")
    assert done.returncode == 1
    (device,) = json.loads(done.stdout)["devices"]
    assert (device["device"], device["passed"]) == ("bathroom-motion", False)
    assert device["advice"][0] == "battery"
    assert not records(site.store)["wang"]["bathroom-motion"].passed


def test_the_report_tells_what_was_installed_and_tested(site: Site, tmp_path: Path) -> None:
    paired(site, "红外 1", MOTION)
    site.shouhu("walk-test", "wang", "--wait", "0.5", "--by", "李工")
    page = tmp_path / "验收单.html"
    done = site.shouhu("report", "wang", "--output", str(page), "--by", "李工", "--reach")

    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert all(said in text for said in REPORTED)
    assert not re.search(r"<(script|link|img)|https?://", text)


def test_a_faulty_file_is_not_taken_up(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    site.file.write_text(site.file.read_text(encoding="utf-8") + "nonsense = = 1\n")
    done = site.shouhu("swap", "wang", "bathroom-motion", "--yes", "--address", "z/0x01")
    assert done.returncode == 2
    assert site.asked(Status()) is not None


def test_what_failed_in_a_walk_is_tried_again(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    terminal = site.terminal("walk-test", "wang")
    terminal.sees("在探测器前走动")
    terminal.types("n")
    terminal.sees("已全部试过")
    terminal.types("1")
    terminal.sees("在探测器前走动")
    while_it_sends(terminal, "1 台设备中 1 台通过", lambda: site.sends("红外 1", occupancy=True))
    assert terminal.ends() == 0
