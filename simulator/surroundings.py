"""Everything around one drill gateway: broker, cables, air, phones, and the box itself.

Each can fail as in life. What the devices say and when is the player's.
"""

import shutil
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from types import TracebackType
from typing import Self

from simulator.box import Box
from simulator.carriers import Carriers
from simulator.devices import Sent
from simulator.drivers import broker
from simulator.drivers.air import Air
from simulator.drivers.cable import Cable
from simulator.drivers.link import BrokerAddress, Link, LinkFailed
from simulator.home import Plan
from simulator.household_file import household, write
from simulator.receiver import Receiver

SCANS_WITHIN = 15.0  # seconds
# A led clock stands still meanwhile: how busy this machine is must not decide a trial.
ANSWERS_WITHIN = 300.0
TURNS = 3  # answers of a busy box in which what came over a cable goes through it
LANGUAGE = "en"  # of the people who are told
CONTACTS = ("daughter", "neighbour", "duty", "technician")
CONTACT = """
[[contact]]
id = "{id}"
name = "{id}"
role = "{id}"
channels = ["{home}-{id}"]
"""
LADDER = """
[escalation]
repeat_every = "1h"
lease = "4h"

[[escalation.step]]
after = "0s"
tell = ["daughter"]
severities = ["emergency", "urgent"]

[[escalation.step]]
after = "10m"
tell = ["neighbour"]
severities = ["emergency", "urgent"]

[[escalation.step]]
after = "20m"
tell = ["duty"]
severities = ["emergency", "urgent"]

[[escalation.step]]
after = "0s"
tell = ["technician"]
severities = ["fault"]
"""
GATEWAY = """\
[store]
directory = "{directory}/store"

[mqtt]
host = "127.0.0.1"
port = {port}
version = "{version}"
client_id = "shouhu-drill"
"""
SERIAL = '\n[[serial]]\nid = "{id}"\nport = "{path}"\n'
CHANNEL = """
[[channel]]
id = "{home}-{id}"
type = "apprise"
url = "json://127.0.0.1:{port}/{home}/{id}"
"""


class Surroundings:
    """All of it, running while it is entered, for some homes in a directory of their own.

    With `store` the box goes on with what another one has learned: a copy of it.
    """

    def __init__(
        self, directory: Path, plans: Mapping[str, Plan], store: Path | None = None
    ) -> None:
        self.directory = directory
        self.receiver = Receiver()
        self._plans = plans
        self._store = store
        self._stack = ExitStack()
        self._broker: Popen[bytes] | None = None
        self._kind = broker.kinds()[0]
        self._port = broker.free_port()
        ports = {port for plan in plans.values() for port in plan.ports}
        self._cables = {port: Cable(directory / port) for port in sorted(ports)}
        self._air: Air | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._end_broker)
            if self._store is not None:
                shutil.copytree(self._store, self.directory / "store")
            stack.enter_context(self.receiver)
            for cable in self._cables.values():
                stack.enter_context(cable)
            if any(plan.speaks("ble") for plan in self._plans.values()):
                self._air = stack.enter_context(Air())
            self._configure()
            self._start_broker()
            bus = self._air.address if self._air is not None else ""
            self.box = stack.enter_context(Box(self.directory, bus))
            self._scanned()
            self._join()
            stack.callback(self._leave)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def send(self, sent: Sent) -> None:
        """Put what a device says where it is heard."""
        self._carriers.send(sent)

    def step(self, now: datetime) -> None:
        """Set the box's clock and wait until all is done by then, whatever it came over."""
        self._carriers.settle()
        for _ in range(TURNS if self._cables else 0):
            self.box.owes()
        self.link.step(now)

    # -- bad days

    def cut_power(self) -> None:
        """End box and broker at once; nobody hears the devices."""
        self._leave()
        self.box.cut_power()
        self._end_broker()

    def restore_power(self) -> None:
        """Start broker and box anew."""
        self._start_broker()
        self.box.start()
        self._scanned()
        self._join()

    def kill_broker(self) -> None:
        """End the broker at once and start it anew, without what it remembered."""
        self._leave()
        self._end_broker()
        self._start_broker()
        self._join()

    # -- inside

    def _configure(self) -> None:
        text = GATEWAY.format(
            directory=self.directory, port=self._port, version=self._kind.mqtt_version
        )
        text += "".join(
            SERIAL.format(id=port, path=cable.path) for port, cable in self._cables.items()
        )
        for home, plan in self._plans.items():
            people = "".join(CONTACT.format(home=home, id=each) for each in CONTACTS) + LADDER
            write(plan, self.directory, household(plan, LANGUAGE, contacts=people))
            text += "".join(
                CHANNEL.format(home=home, id=each, port=self.receiver.port) for each in CONTACTS
            )
        (self.directory / "gateway.toml").touch(0o600)
        (self.directory / "gateway.toml").write_text(text, encoding="utf-8")

    def _start_broker(self) -> None:
        self._broker = broker.start(self._kind, self.directory, self._port)
        broker.wait_until_listening(self._broker, self._port)

    def _end_broker(self) -> None:
        process, self._broker = self._broker, None
        if process is not None:
            process.kill()
            process.wait()

    def _scanned(self) -> None:
        deadline = time.monotonic() + SCANS_WITHIN
        while self._air is not None and not self._air.is_scanned:
            if time.monotonic() > deadline:
                raise LinkFailed(f"nobody scans for Bluetooth devices after {SCANS_WITHIN:.0f} s")
            time.sleep(0.02)

    def _join(self) -> None:
        address = BrokerAddress(port=self._port, client_id="drill", patience=ANSWERS_WITHIN)
        self.link = Link(address, lambda: self.box.is_running)
        self.link.__enter__()
        self._carriers = Carriers(self.link, self._cables, self._air, ANSWERS_WITHIN)

    def _leave(self) -> None:
        # What is underway may stay so: the broker ends with it.
        self.link.__exit__(LinkFailed, None, None)
