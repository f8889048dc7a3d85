"""A whole gateway for tests: a configuration directory, and `shouhu run` as a process in it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edge.model import Alert
from gateway.control import SOCKET, Answer, ControlFailed, Request, Status, ask
from gateway.store import Store
from tests.broker import Broker

SHOUHU = (str(Path(sys.executable).with_name("shouhu")),)

GATEWAY = """\
[store]
directory = "store"

[mqtt]
host = "127.0.0.1"
port = {port}
client_id = "box"
{mqtt}

[log]
level = "info"
format = "json"

[[channel]]
id = "push"
type = "apprise"
url = "{push}"

{gateway}
"""

HOUSEHOLD = """\
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"
{household}

[resident]
name = "王桂英"

[[room]]
id = "kitchen"
name = "厨房"

[[room]]
id = "bedroom"
name = "卧室"

[[device]]
id = "kitchen_motion"
room = "kitchen"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/厨房 motion"

[[device]]
id = "kitchen_smoke"
room = "kitchen"
profile = "zigbee2mqtt_smoke"
address = "zigbee2mqtt/厨房 smoke"

[[device]]
id = "bracelet"
room = "bedroom"
profile = "mqtt_bracelet"
address = "bracelet/王桂英"

[[contact]]
id = "daughter"
name = "王芳"
role = "family"
channels = ["push"]

[[escalation.step]]
after = "0s"
tell = ["daughter"]

{more}
"""


class Installation:
    """One box: write its configuration, start it, kill it, look into its store."""

    def __init__(self, directory: Path, broker: Broker, push: str, **wishes: str) -> None:
        self.directory = directory
        self.store = directory / "store"
        self.log = directory / "log.jsonl"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_began = 0
        (directory / "households").mkdir(parents=True)
        gateway = GATEWAY.format(
            port=broker.port,
            push=push,
            mqtt=wishes.get("mqtt", ""),
            gateway=wishes.get("gateway", ""),
        )
        (directory / "gateway.toml").write_text(gateway)
        (directory / "gateway.toml").chmod(0o600)
        household = HOUSEHOLD.format(
            household=wishes.get("household", ""), more=wishes.get("more", "")
        )
        (directory / "households" / "wang.toml").write_text(household)

    def start(self, *options: str) -> None:
        """Start the daemon, and wait until it answers."""
        self.start_unanswered(*options)
        self.until(lambda: self.asked(Status()) is not None)

    def start_unanswered(self, *options: str) -> None:
        """Start the daemon; on a disk that cannot be written it has no socket to answer on."""
        self._log_began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [*SHOUHU, "run", "--config", str(self.directory), *options]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self._env())

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it in order; give its exit code."""
        return self._end(signal.SIGTERM)

    def asked(self, request: Request) -> Answer | None:
        """Ask the daemon; None while it does not answer."""
        try:
            return ask(self.store / SOCKET, request, timeout=2)
        except ControlFailed:
            return None

    def alerts(self) -> list[Alert]:
        """Give every alert that the store holds."""
        reading = Store.read_only(self.store)
        try:
            return reading.alerts(open_only=False, limit=10_000)
        finally:
            reading.close()

    def until(self, that: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so; show the log when it does not become so."""
        deadline = time.monotonic() + seconds
        while not that():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s; the log ends:\n{self.said()}")
            time.sleep(0.02)

    def said(self) -> str:
        """Give the end of the log since the last start."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[self._log_began :].decode(errors="replace")[-4000:]

    def hears(self) -> None:
        """Wait until the daemon says that it hears the broker."""
        self.until(lambda: '"hears": true' in self.said())

    def shouhu(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on this configuration."""
        command = [*SHOUHU, *arguments, "--config", str(self.directory)]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=self._env(), check=False
        )

    @property
    def pid(self) -> int:
        """Give the number of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Say whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def _env(self) -> dict[str, str]:
        return {**os.environ, "LANG": "zh_CN.UTF-8"}

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(20)
        self._process = None
        return code
