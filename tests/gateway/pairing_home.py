"""A home for those who install: a real daemon and broker, and devices that speak by a bridge."""

import json
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from gateway.heard import Heard
from gateway.requests import Devices
from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN
from tests.installation import Installation
from tests.profiles.introduced import device, expose
from tests.terminal import COLUMNS, Terminal

MOTION = "0x00158d0001a2b3c4"
SECOND = "0x00158d0001ffffff"
BUTTON = "0x00158d0002000001"
SMOKE = "0x00158d0002000002"

GATEWAY = """\
[store]
directory = "store"

[mqtt]
host = "127.0.0.1"
port = {port}

[log]
format = "json"

[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:9"
"""

EMPTY = """\
# 王家：新装
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"

[resident]
name = "王桂英"

[[room]]
id = "bathroom"
name = "卫生间"

# 先通知女儿
[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]
"""


class Site(Installation):
    """A box in a home in which nothing has been set up yet."""

    def __init__(self, directory: Path, broker: Broker) -> None:
        """Write its configuration."""
        super().__init__(directory, broker, "json://127.0.0.1:9")
        self.broker = broker
        (directory / "gateway.toml").write_text(GATEWAY.format(port=broker.port))
        self.file = directory / "households" / "wang.toml"
        self.file.write_text(EMPTY, encoding="utf-8")
        self.terminals: list[Terminal] = []

    def introduce(self, *, without: str = "", renamed: Mapping[str, str] = {}) -> None:
        """Let the bridge list its devices, as it does whenever it starts and one is renamed."""
        battery = expose("battery", "numeric", unit="%")
        help_ = expose("action", "enum", values=["emergency", "disarm"])
        told = [
            device("红外 1", expose("occupancy"), battery, ieee_address=MOTION),
            device("红外 2", expose("occupancy"), battery, ieee_address=SECOND),
            device("按钮", help_, battery, ieee_address=BUTTON),
            device("烟感", expose("smoke"), expose("test"), battery, ieee_address=SMOKE),
        ]
        listed = [
            one | {"friendly_name": renamed.get(str(one["friendly_name"]), one["friendly_name"])}
            for one in told
            if one["ieee_address"] != without
        ]
        self.broker.publish("zigbee2mqtt/bridge/devices", json.dumps(listed), retain=True)
        self.broker.publish("zigbee2mqtt/bridge/state", '{"state": "online"}', retain=True)

    def sends(self, name: str, **values: object) -> None:
        """Let a device send, through its bridge."""
        self.broker.publish(f"zigbee2mqtt/{name}", json.dumps(values))

    def until_sensed(self, name: str, send: Callable[[], None]) -> None:
        """Let a device send until the daemon has heard of its motion."""

        sent_at = 0.0

        def is_sensed() -> bool:
            nonlocal sent_at
            if time.monotonic() - sent_at > 0.3:
                send()
                sent_at = time.monotonic()
            return (name, "motion") in self.sensed()

        self.until(is_sensed)

    def until_kind(self, name: str, kind: str) -> None:
        """Wait until the daemon has heard a reading of this kind."""
        self.until(lambda: (name, kind) in self.sensed())

    def sensed(self) -> set[tuple[str, str]]:
        """Give devices and kinds that the daemon has heard of since its start."""
        return {(name, kind.value) for name, one in self.heard().items() for kind in one.readings}

    def heard(self) -> dict[str, Heard]:
        """Give what the daemon has heard of each device."""
        answer = self.asked(Devices(strangers=False))
        found = [] if answer is None else msgspec.convert(answer.facts["devices"], list[Heard])
        return {one.known[1]: one for one in found if one.known is not None}

    def terminal(self, *arguments: str, lang: str = "zh", columns: int = COLUMNS) -> Terminal:
        """Type a command in a terminal."""
        command = [str(COMMAND), *arguments, "--config", str(self.directory), "--lang", lang]
        terminal = Terminal(command, PLAIN, columns)
        self.terminals.append(terminal)
        return terminal

    def close(self) -> None:
        """End everything that was started."""
        for terminal in self.terminals:
            terminal.close()
        self.kill()


def while_it_sends(terminal: Terminal, wanted: str, send: Callable[[], None]) -> str:
    """Let a device send again and again until the terminal shows what is wanted."""
    deadline = time.monotonic() + 40
    while True:
        send()
        try:
            return terminal.sees(wanted, 1.0)
        except AssertionError:
            if time.monotonic() > deadline:
                raise


def devices(site: Site) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(site.file.read_text(encoding="utf-8"))["device"]
    return found


def paired(site: Site, name: str, hardware: str) -> None:
    """Set a device up as a program does, without trying it."""
    terminal = site.terminal(
        *("pair", "--address", f"zigbee2mqtt/{hardware}", "--profile", "introduced"),
        *("--room", "bathroom", "--no-test", "--yes"),
    )
    while_it_sends(terminal, "已写入", lambda: site.sends(name, battery=90))
    assert terminal.ends() == 0


@pytest.fixture
def site(tmp_path: Path, broker: Broker) -> Iterator[Site]:
    """Give a running gateway in an empty home, with a bridge and its devices around it."""
    site = Site(tmp_path / "site", broker)
    site.introduce()
    site.start()
    yield site
    site.close()
