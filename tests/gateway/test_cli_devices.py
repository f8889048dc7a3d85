"""`devices` as a technician uses it: a real daemon, broker, Bluetooth and terminal."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.commands.layout import width
from gateway.control import Look
from simulator.drivers.bluez import PrivateBus
from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN
from tests.installation import Installation
from tests.profiles.introduced import device, expose
from tests.stories.air import Air
from tests.terminal import Terminal

MOTION, SMOKE = "zigbee2mqtt/厨房 motion", "zigbee2mqtt/厨房 smoke"
DOOR, IEEE = "zigbee2mqtt/新门磁", "zigbee2mqtt/0x00158d0001020304"
TAG = "A4:C1:38:00:00:09"
Watch = Callable[..., Terminal]


@pytest.fixture
def box(tmp_path: Path, broker: Broker) -> Iterator[Installation]:
    """Start a daemon that hears a broker."""
    box = Installation(tmp_path / "box", broker, "json://127.0.0.1:9/")
    box.start()
    box.hears()
    yield box
    box.kill()


@pytest.fixture
def look(box: Installation) -> Iterator[Watch]:
    """Give what opens the live table in a terminal."""
    opened = []

    def terminal(*arguments: str, columns: int = 120, lang: str = "zh", **more: str) -> Terminal:
        command = [COMMAND, "devices", "--watch", "--config", box.directory, "--lang", lang]
        opened.append(Terminal([*map(str, command), *arguments], {**PLAIN, **more}, columns))
        return opened[-1]

    yield terminal
    for each in opened:
        each.close()


def row(box: Installation, name: str) -> str:
    """Give a device's line of the table."""
    lines = box.shouhu("devices", "--lang", "en").stdout.splitlines()
    return next(line for line in lines if name in line)


def heard(box: Installation, *options: str) -> dict[str, Any]:
    """Give every device, strangers too, by its address."""
    said = box.shouhu("devices", "--all", "--json", "--listen", "0", *options).stdout
    return {each["address"]: each for each in json.loads(said)["devices"]}


def introduce(broker: Broker) -> None:
    """Let a bridge list a device that nobody has set up."""
    contact = expose("contact", value_on=False, value_off=True)
    listed = [device("新门磁", contact, ieee_address=IEEE.rpartition("/")[2])]
    broker.publish("zigbee2mqtt/bridge/devices", json.dumps(listed), retain=True)
    broker.publish("zigbee2mqtt/bridge/info", "{}", retain=True)


# --- the table


def test_a_device_is_shown_with_its_reading_age_battery_and_signal(
    box: Installation, broker: Broker
) -> None:
    broker.publish(MOTION, '{"occupancy":true,"battery":87,"linkquality":120}')
    box.until(lambda: "87%" in row(box, "kitchen_motion"))
    told = row(box, "kitchen_motion")
    assert all(word in told for word in ("厨房", "motion yes", "120/255", "heard"))
    assert "never heard" in row(box, "bracelet")


def test_what_is_wrong_with_a_device_stands_beside_it(box: Installation, broker: Broker) -> None:
    broker.publish(SMOKE, '{"smoke":false,"tamper":true,"battery":3}')
    box.until(lambda: "tampered with" in row(box, "kitchen_smoke"))
    assert "battery low" in row(box, "kitchen_smoke")


def test_another_household_is_not_found(box: Installation) -> None:
    done = box.shouhu("devices", "--household", "li", "--lang", "en")
    assert done.returncode == 4
    assert "known here: wang" in done.stderr


def test_without_a_daemon_that_is_said(box: Installation) -> None:
    box.stop()
    assert box.shouhu("devices").returncode == 3


# --- strangers


def test_a_stranger_is_proposed_by_its_own_word_and_the_rest_is_counted(
    box: Installation, broker: Broker
) -> None:
    introduce(broker)
    box.until(lambda: IEEE in heard(box))
    assert "count" not in heard(box)[IEEE]
    assert "press it" in box.shouhu("devices", "--all", "--listen", "0", "--lang", "en").stdout

    def is_proposed() -> bool:
        broker.publish(DOOR, '{"contact":false,"linkquality":33}')
        broker.publish("garage/thing", "hello")
        return {IEEE, "garage/thing"} <= heard(box).keys()

    box.until(is_proposed)
    found = heard(box)[IEEE]
    assert (found["profile"], found["readings"]) == ("introduced", {"contact_open": True})
    told = box.shouhu("devices", "--all", "--listen", "0", "--lang", "en").stdout
    assert "open yes" in told
    assert "1 more addresses" in told
    assert DOOR not in told
    assert "zigbee2mqtt/bridge/info" not in heard(box)


def test_strangers_are_not_listened_for_unless_somebody_looks(
    box: Installation, broker: Broker
) -> None:
    broker.publish("garage/thing", "hello")
    broker.publish(MOTION, '{"battery":80}')
    box.until(lambda: "80%" in row(box, "kitchen_motion"))
    plain = json.loads(box.shouhu("devices", "--json").stdout)
    assert plain["looking"] == 0
    assert all("known" in each for each in plain["devices"])


def test_a_bluetooth_stranger_is_heard_in_a_home_that_has_set_up_none(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PrivateBus() as bus, Air(bus) as air:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        box = Installation(tmp_path / "box", broker, "json://127.0.0.1:9/")
        box.start()
        heard(box)

        def is_heard() -> bool:
            air.says(TAG, "fcd2", bytes.fromhex("4401643a01"), "button")
            return TAG in heard(box)

        box.until(is_heard)
        found = heard(box)[TAG]
        box.kill()
    assert found["profile"].startswith("bthome")
    assert found["transport"] == "ble"


def test_a_look_that_is_ended_leaves_nothing_open(box: Installation, broker: Broker) -> None:
    box.asked(Look(seconds=60))
    broker.log_says("as box-look")
    box.asked(Look(seconds=0))
    broker.log_says("Client box-look disconnected")
    box.until(lambda: '"begins": false' in box.said())


def test_a_look_that_fails_in_a_way_nobody_thought_of_ends_no_watching(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "bleak.py").write_text('raise AttributeError("no bleak of this name")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    box = Installation(tmp_path / "box", broker, "json://127.0.0.1:9/")
    box.start()
    told = box.shouhu("devices", "--all", "--listen", "0").stdout
    broker.publish(MOTION, '{"battery":80}')
    box.until(lambda: "80%" in row(box, "kitchen_motion"))
    box.kill()
    assert "no bleak of this name" in told


# --- the live table


def test_the_live_table_follows_what_comes_and_ends_with_q(
    box: Installation, broker: Broker, look: Watch
) -> None:
    terminal = look()
    terminal.sees("从未收到")
    broker.publish(MOTION, '{"occupancy":true,"battery":87}')
    terminal.sees("人体移动 是")
    terminal.types("q")
    assert terminal.ends() == 0
    assert terminal.is_given_back


def test_the_key_a_looks_for_strangers_in_the_live_table(
    box: Installation, broker: Broker, look: Watch
) -> None:
    introduce(broker)
    terminal = look(lang="en")
    terminal.sees("bracelet")
    terminal.types("jkka")
    terminal.sees("Strangers")
    for _ in range(3):
        broker.publish(DOOR, '{"contact":false}')
        terminal.sees("DEVICE", 5)
    terminal.sees(IEEE)
    terminal.types("q")
    assert terminal.ends() == 0


def test_a_narrow_terminal_keeps_what_matters_in_view(
    box: Installation, broker: Broker, look: Watch
) -> None:
    broker.publish(SMOKE, '{"smoke":true,"tamper":true,"battery":50,"linkquality":14}')
    terminal = look(columns=64)
    terminal.sees("被拆动")
    assert all(width(line) < 64 for line in terminal.picture)
    assert any("kitchen_smoke" in line and "50%" in line for line in terminal.picture)
    terminal.resize(120)
    terminal.sees("14/255")
    terminal.types("q")
    assert terminal.ends() == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_terminal_is_given_back_however_the_view_ends(
    look: Watch, number: signal.Signals, code: int
) -> None:
    terminal = look()
    terminal.sees("bracelet")
    terminal.signals(number)
    assert terminal.ends() == code
    assert terminal.is_given_back


def test_the_shell_has_the_terminal_while_the_view_is_stopped(look: Watch) -> None:
    terminal = look()
    terminal.sees("bracelet")
    terminal.signals(signal.SIGTSTP)
    terminal.until(lambda: terminal.is_given_back)
    terminal.signals(signal.SIGCONT)
    terminal.until(lambda: not terminal.is_given_back)
    terminal.types("q")
    assert terminal.ends() == 0


def test_a_daemon_that_is_restarted_is_waited_for_by_the_live_table(
    box: Installation, look: Watch
) -> None:
    terminal = look(lang="en")
    terminal.sees("bracelet")
    box.kill()
    terminal.sees("no daemon runs")
    box.start()
    terminal.sees("bracelet")
    terminal.types("q")
    assert terminal.ends() == 0


def test_a_terminal_without_a_cursor_gets_no_live_table(look: Watch) -> None:
    terminal = look(TERM="dumb")
    assert terminal.ends() == 2
    assert "--watch" in terminal.text


def test_without_a_terminal_there_is_no_live_table_and_no_colour(box: Installation) -> None:
    assert box.shouhu("devices", "--watch").returncode == 2
    assert "\x1b" not in box.shouhu("devices").stdout


def test_nobody_gets_colours_who_wants_none(look: Watch) -> None:
    terminal = look(NO_COLOR="1")
    terminal.sees("bracelet")
    terminal.types("q")
    terminal.ends()
    assert not terminal.has_colour
