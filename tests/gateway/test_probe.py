"""`probe` as a technician uses it: over MQTT, and on a serial port with and without a daemon."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN, shouhu
from tests.gateway.cable import Cable
from tests.installation import Installation
from tests.terminal import Terminal

MOTION = "zigbee2mqtt/厨房 motion"
SMOKE = b"20;63;SmokeAlert;ID=123456;SMOKEALERT=ON;\r\n"
STRANGER = b"20;64;SmokeAlert;ID=abcdef;SMOKEALERT=OFF;\r\n"
ALARM = """
[[device]]
id = "alarm"
room = "kitchen"
profile = "rflink_smoke"
address = "rflink/123456"
"""


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    """Give a serial port that is plugged in."""
    one = Cable(tmp_path / "rflink").plug()
    yield one
    one.unplug()


@pytest.fixture
def box(tmp_path: Path, broker: Broker, cable: Cable) -> Iterator[Installation]:
    """Start a daemon that hears a broker and a serial port."""
    box = Installation(tmp_path / "box", broker, "json://127.0.0.1:9/", more=ALARM)
    file = box.directory / "gateway.toml"
    file.write_text(f'{file.read_text()}\n[[serial]]\nid = "rflink"\nport = "{cable.path}"\n')
    box.start()
    box.hears()
    box.until(lambda: box.said().count('"hears": true') == 2)
    yield box
    box.kill()


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Keep the terminals of a test, and close them."""
    kept: list[Terminal] = []
    yield kept
    for each in kept:
        each.close()


def probing(terminals: list[Terminal], *arguments: str | Path) -> Terminal:
    """Type a probe in a terminal."""
    terminals.append(Terminal([str(COMMAND), "probe", *map(str, arguments)], PLAIN))
    return terminals[-1]


# --- through the daemon


def test_the_last_message_stands_raw_beside_what_it_means(
    box: Installation, broker: Broker
) -> None:
    broker.publish(MOTION, '{"occupancy":true,"battery":87}')
    done = box.shouhu("probe", "wang/kitchen_motion", "--count", "1", "--lang", "en")
    assert done.returncode == 0
    assert '{"occupancy":true,"battery":87}' in done.stdout
    assert "means: motion yes, battery 87%" in done.stdout


def test_a_message_that_cannot_be_read_is_shown_with_the_reason(
    box: Installation, broker: Broker
) -> None:
    broker.publish(MOTION, "{broken")
    done = box.shouhu("probe", MOTION, "--count", "1", "--lang", "zh")
    assert "{broken" in done.stdout
    assert "不是 JSON" in done.stdout


def test_a_device_nobody_knows_is_probed_by_its_topic_as_it_speaks(
    box: Installation, broker: Broker, terminals: list[Terminal]
) -> None:
    options = ["--config", box.directory, "--lang", "en", "--count", "1"]
    terminal = probing(terminals, "garage/thing", *options)
    terminal.sees("nothing was heard of garage/thing yet")
    box.until(lambda: '"event": "look"' in box.said())
    box.until(lambda: bool(broker.publish("garage/thing", "21.5 C")) or "21.5" in terminal.text)
    terminal.sees("means: nothing")
    assert terminal.ends() == 0


def test_a_probe_that_hears_nothing_fails(box: Installation) -> None:
    done = box.shouhu("probe", "wang/bracelet", "--seconds", "0.5", "--lang", "en")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was heard" in done.stderr


def test_a_program_reads_a_line_for_each_message(box: Installation, broker: Broker) -> None:
    broker.publish(MOTION, '{"battery":87}')
    done = box.shouhu("probe", MOTION, "--count", "1", "--json")
    said = json.loads(done.stdout)
    assert said["readings"] == {"battery": 87}
    assert said["parts"] == [["text", '{"battery":87}']]


def test_a_probe_of_a_bluetooth_address_says_that_bluetooth_is_not_heard(
    box: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    box.stop()
    box.start()
    done = box.shouhu("probe", "A4:C1:38:00:00:01", "--seconds", "4", "--lang", "en")
    assert done.returncode == 1
    assert "over Bluetooth are not heard: no Bluetooth service answers" in done.stderr


@pytest.mark.parametrize("name", ["rflink", "path"])
def test_a_port_that_the_daemon_has_is_probed_whole_by_its_id_or_its_path(
    box: Installation, cable: Cable, terminals: list[Terminal], name: str
) -> None:
    address = cable.path if name == "path" else name
    terminal = probing(terminals, address, "--config", box.directory, "--lang", "en")
    terminal.sees("nothing was heard of rflink")
    cable.send(SMOKE)
    terminal.sees("means: smoke yes")
    cable.send(STRANGER)
    terminal.sees("means: smoke no")
    terminal.signals(signal.SIGINT)
    assert terminal.ends() == 130


# --- a port of our own


def test_a_port_is_probed_without_a_daemon_by_the_profile_of_what_hangs_on_it(
    cable: Cable, terminals: list[Terminal]
) -> None:
    terminal = probing(
        terminals, "--port", cable.path, "--profile", "rflink_smoke", "--count", "1", "--lang", "zh"
    )
    terminal.sees("波特打开")
    cable.send(SMOKE)
    terminal.sees("烟雾 是")
    assert terminal.ends() == 0


def test_noise_on_a_port_is_told_with_what_it_may_be(
    cable: Cable, terminals: list[Terminal]
) -> None:
    options = ["--profile", "bed_radar", "--seconds", "1", "--lang", "en"]
    terminal = probing(terminals, "--port", cable.path, *options)
    terminal.sees("is open at 115200 baud")
    cable.send(b"\x55" * 200)
    terminal.sees("another speed or another device?")
    assert terminal.ends() == 1


def test_a_port_that_the_daemon_has_is_not_opened_a_second_time(
    box: Installation, cable: Cable
) -> None:
    done = shouhu("probe", "--port", cable.path, "--profile", "rflink_smoke", LANG="en")
    assert done.code == 1
    assert "is in use" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what to probe"),
        (["topic", "--port", "/dev/null"], "say what to probe"),
        (["--port", "/dev/null"], "belong together"),
        (["topic", "--profile", "rflink_smoke"], "belong together"),
        (["--port", "/dev/null", "--profile", "zigbee2mqtt_motion"], "no device of a serial port"),
        (["--port", "/dev/null", "--profile", "rflink_smoke"], "is no serial port"),
        (["--port", "/dev/nothing", "--profile", "rflink_smoke"], "is not there"),
        (["/dev/null"], "--port /dev/null"),
    ],
)
def test_what_cannot_be_probed_is_said_with_the_mend(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = shouhu("probe", *arguments, "--store", tmp_path, "--config", tmp_path, LANG="en")
    assert done.code in (1, 2)
    assert said in done.err
