"""Devices are set up and tried by people at a terminal; everything around them is real."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from edge.model import Rule
from gateway.commands.exits import CommandFailed
from gateway.commands.household_file import installed
from gateway.config.edit import DEVICE, with_section
from gateway.language import Language
from gateway.tested import records
from tests.gateway.pairing_home import (
    BUTTON,
    EMPTY,
    MOTION,
    SECOND,
    SMOKE,
    Site,
    devices,
    paired,
    while_it_sends,
)
from tests.profiles.introduced import device, expose
from tests.terminal import ENTER, Terminal

PASS, FAIL = "通过  ", "未通过  "


def test_a_person_pairs_a_motion_sensor(site: Site) -> None:
    terminal = site.terminal("pair")
    while_it_sends(terminal, MOTION, lambda: site.sends("红外 1", occupancy=False, battery=90))
    terminal.types("1")
    terminal.sees("在哪个房间")
    terminal.types(ENTER)
    terminal.sees("设备名称")
    terminal.types(ENTER)
    terminal.sees("写入")
    terminal.types("y" + ENTER)
    terminal.sees("在探测器前走动")
    while_it_sends(terminal, PASS, lambda: site.sends("红外 1", occupancy=True, battery=90))
    terminal.sees("再登记一台吗")
    terminal.types("n" + ENTER)

    assert terminal.ends() == 0
    assert devices(site) == [
        {
            "id": "bathroom-motion",
            "room": "bathroom",
            "profile": "introduced",
            "address": f"zigbee2mqtt/{MOTION}",
            "kinds": ["motion", "battery"],
            "name": "卫生间红外",
        }
    ]
    assert set(EMPTY.splitlines()) <= set(site.file.read_text(encoding="utf-8").splitlines())
    assert site.shouhu("check").returncode == 0
    record = records(site.store)["wang"]["bathroom-motion"]
    assert record.passed


def test_the_device_that_was_paired_feeds_the_daemon_that_is_started_anew(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    assert site.stop() == 0
    site.broker.publish("zigbee2mqtt/bridge/devices", "", retain=True)

    site.start()
    site.until_sensed("bathroom-motion", lambda: site.sends("红外 1", occupancy=True))


def test_a_filter_and_a_new_room_are_typed(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    site.sends("红外 2", occupancy=False, battery=90)
    terminal = site.terminal("pair")
    while_it_sends(terminal, BUTTON, lambda: site.sends("按钮", action="", battery=90))
    terminal.types("/" + BUTTON[-6:] + ENTER)
    terminal.sees("筛选：" + BUTTON[-6:])
    terminal.types("1")
    terminal.sees("新房间")
    terminal.types("2" + ENTER)
    terminal.sees("房间名称")
    terminal.types("主卧" + ENTER)
    terminal.sees("设备名称")
    terminal.types("床头按钮" + ENTER)
    terminal.sees("写入")
    terminal.types(ENTER)
    terminal.sees("像呼救那样按下按钮")
    while_it_sends(terminal, PASS, lambda: site.sends("按钮", action="emergency"))
    terminal.sees("再登记一台吗")
    terminal.types("n" + ENTER)

    assert terminal.ends() == 0
    assert devices(site)[1]["room"] == "bedroom"
    assert devices(site)[1]["name"] == "床头按钮"
    assert not site.alerts()


def test_a_device_that_stays_silent_fails_with_advice_and_is_taken_out_again(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    before = site.file.read_text(encoding="utf-8")
    terminal = site.terminal("pair", "--wait", "1")
    while_it_sends(terminal, SECOND, lambda: site.sends("红外 2", occupancy=False))
    terminal.types("1")
    terminal.sees("在哪个房间")
    terminal.types(ENTER)
    terminal.sees("设备名称")
    terminal.types(ENTER)
    terminal.sees("写入")
    terminal.types(ENTER)
    terminal.sees(FAIL)
    terminal.sees("请查看电池")
    terminal.sees("撤销登记")
    terminal.types("3" + ENTER)
    terminal.sees("已撤销")
    terminal.sees("再登记一台吗")
    terminal.types("n" + ENTER)

    assert terminal.ends() == 1
    assert site.file.read_text(encoding="utf-8") == before


def test_a_program_pairs_and_learns_what_came_of_it(site: Site) -> None:
    site.sends("红外 1", occupancy=False, battery=90)
    terminal = site.terminal(
        *("pair", "--household", "wang", "--address", f"zigbee2mqtt/{MOTION.upper()}"),
        *("--profile", "introduced", "--room", "hall=门厅", "--id", "hall", "--json"),
    )
    while_it_sends(terminal, '"passed": true', lambda: site.sends("红外 1", occupancy=True))
    answer = json.loads(re.findall(r"\{.*\}", terminal.text)[-1])

    assert terminal.ends() == 0
    assert (answer["device"], answer["room"], answer["kinds"]) == (
        "hall",
        "hall",
        ["motion", "battery"],
    )


def test_a_smoke_alarm_that_comes_first_is_refused_and_nothing_is_written(site: Site) -> None:
    terminal = site.terminal(
        *("pair", "--address", f"zigbee2mqtt/{SMOKE}", "--room", "bathroom", "--yes", "--no-test")
    )
    while_it_sends(terminal, "未作改动", lambda: site.sends("烟感", smoke=False, battery=90))
    assert terminal.ends() == 1
    assert site.file.read_text(encoding="utf-8") == EMPTY


def test_what_somebody_else_writes_meanwhile_is_not_lost(site: Site) -> None:
    terminal = site.terminal("pair")
    while_it_sends(terminal, MOTION, lambda: site.sends("红外 1", occupancy=False))
    terminal.types("1")
    terminal.sees("在哪个房间")
    site.file.write_text(EMPTY + "# 待办：换锁\n", encoding="utf-8")
    terminal.types(ENTER)
    terminal.sees("设备名称")
    terminal.types(ENTER)
    terminal.sees("写入")
    terminal.types(ENTER)
    terminal.sees("刚刚被他人改过")
    terminal.sees("再登记一台吗")
    terminal.types("n" + ENTER)

    assert terminal.ends() == 1
    assert site.file.read_text(encoding="utf-8") == EMPTY + "# 待办：换锁\n"


def test_on_a_telephone_s_screen_the_end_of_the_address_and_the_signal_are_seen(
    site: Site,
) -> None:
    terminal = site.terminal("pair", columns=60)
    while_it_sends(
        terminal, "120/255", lambda: site.sends("红外 1", occupancy=False, linkquality=120)
    )
    assert MOTION[-6:] in terminal.text
    terminal.types("q")
    terminal.sees("再登记一台吗")
    terminal.types("n" + ENTER)
    assert terminal.ends() == 0


IMPOSSIBLE = {
    ("pair", "--yes"): 2,
    ("pair", "--address", "x/y", "--profile", "zigbee2mqtt_motion", "--yes"): 2,
    ("pair", "--address", "x/y", "--profile", "nonsense", "--room", "hall", "--yes"): 4,
    ("pair", "--household", "nobody", "--address", "x", "--yes"): 4,
    ("pair", "--address", "x/y", "--room", "hall", "--wait", "0.1", "--yes"): 4,
    ("swap", "wang", "nothing"): 4,
    ("walk-test", "wang"): 4,
    ("report", "nobody"): 4,
}


def test_what_cannot_be_done_changes_nothing(site: Site) -> None:
    assert {typed: site.shouhu(*typed).returncode for typed in IMPOSSIBLE} == IMPOSSIBLE
    assert site.file.read_text(encoding="utf-8") == EMPTY


def test_without_a_daemon_pair_says_so(tmp_path: Path, site: Site) -> None:
    site.stop()
    done = site.shouhu("pair", "--address", "zigbee2mqtt/x", "--room", "bathroom", "--yes")
    assert done.returncode == 3


def test_a_device_that_leaves_its_bridge_is_told_and_keeps_its_role(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    site.introduce(without=MOTION)
    site.until_kind("bathroom-motion", "online")
    site.introduce()
    site.until_sensed("bathroom-motion", lambda: site.sends("红外 1", occupancy=True))


def test_a_renamed_device_is_heard_under_its_new_name(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    site.introduce(renamed={"红外 1": "楼上/卫生间"})
    site.until_sensed("bathroom-motion", lambda: site.sends("楼上/卫生间", occupancy=True))


LEAK = "homeassistant/shelly-9F21"
DISCOVERY = {
    "homeassistant/binary_sensor/9F21/leak/config": {
        "state_topic": "shelly/9F21/leak",
        "device_class": "moisture",
        "unique_id": "9F21-leak",
        "device": {"identifiers": ["shelly-9F21"], "name": "Flood"},
    },
    "tasmota/discovery/0CDC7E31E4CC/config": {
        "mac": "0CDC7E31E4CC",
        "t": "hall",
        "ver": 1,
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
        "ofln": "Offline",
        "onln": "Online",
        "swc": [15],
    },
}


def picked(terminal: Terminal, address: str, send: Callable[[], None]) -> None:
    """Filter the list by an address, and pick what is left."""
    while_it_sends(terminal, address, send)
    terminal.types("/" + address[-6:] + ENTER)
    terminal.sees(f"1    {address}")
    terminal.types("1")


def takes_proposals(terminal: Terminal, *questions: str) -> None:
    """Answer each of these questions with Enter."""
    for question in questions:
        terminal.sees(question)
        terminal.types(ENTER)


def test_a_sensor_of_the_discovery_and_what_is_wired_to_a_board_are_paired(site: Site) -> None:
    paired(site, "红外 1", MOTION)
    for topic, told in DISCOVERY.items():
        site.broker.publish(topic, json.dumps(told), retain=True)
    terminal = site.terminal("pair", lang="en")
    picked(terminal, LEAK, lambda: site.broker.publish("shelly/9F21/leak", "OFF"))
    takes_proposals(terminal, "Which room", "Name of the device", "Write it into")
    terminal.sees("wet finger")
    while_it_sends(terminal, "PASS", lambda: site.broker.publish("shelly/9F21/leak", "ON"))
    takes_proposals(terminal, "Another device")
    picked(terminal, "tele/hall/", lambda: site.broker.publish("tele/hall/LWT", "Online"))
    takes_proposals(terminal, "wired to its switch", "Which room", "Name of the device")
    terminal.sees("front door")
    terminal.types("y" + ENTER)
    takes_proposals(terminal, "Write it into")
    terminal.sees("open the door")
    opens = json.dumps({"Switch1": "ON"})
    while_it_sends(terminal, "PASS", lambda: site.broker.publish("tele/hall/SENSOR", opens))
    terminal.sees("Another device")
    terminal.types("n" + ENTER)

    assert terminal.ends() == 0
    assert [(each["profile"], each["address"]) for each in devices(site)[1:]] == [
        ("introduced", LEAK),
        ("tasmota_switch_contact", "hall"),
    ]
    assert not [a for a in site.alerts() if a.finding.rule is Rule.LEAK]


def test_what_a_device_calls_itself_moves_no_cursor(site: Site) -> None:
    hardware = "0x00\x1b]0;mine\x07\x1b[2J\u202e"
    told = device("灯", expose("occupancy"), ieee_address=hardware)
    site.broker.publish("zigbee2mqtt/bridge/devices", json.dumps([told]), retain=True)
    terminal = site.terminal("pair")
    while_it_sends(terminal, "1  ", lambda: site.sends("灯", occupancy=False))
    terminal.types("1")
    terminal.sees("在哪个房间")
    terminal.types(ENTER)
    terminal.sees("设备名称")
    terminal.types(ENTER)
    terminal.sees("写入")

    assert "mine" in terminal.text
    assert not {"\x1b", "\x07", "\u202e"} & set(terminal.text)


def test_of_two_who_write_at_once_one_is_told_to_begin_again(site: Site) -> None:
    home = installed(site.directory, "wang", None, Language.ZH)
    start = Barrier(2)

    def write(name: str) -> str:
        values = {"id": name, "room": "bathroom", "profile": "zigbee2mqtt_motion"}
        text = with_section(home.text, DEVICE, values | {"address": f"zigbee2mqtt/{name}"})
        start.wait()
        try:
            home.write(text, Language.ZH)
        except CommandFailed:
            return ""
        return name

    with ThreadPoolExecutor() as both:
        written = sorted(both.map(write, ("red", "blue")))

    assert written == ["", devices(site)[0]["id"]]
