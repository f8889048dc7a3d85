"""Sets the stage of a street: a broker, a gateway that watches its homes, phones, a district with
its desk, all in one folder; and strikes it again.

What happens in the street is district_demo's.
"""

import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.box import COMMAND, Box, BoxFailed
from simulator.desk_client import Desk, DeskFailed
from simulator.drivers import broker
from simulator.drivers.link import BrokerAddress, Link
from simulator.home import Plan
from simulator.household_file import gateway, write
from simulator.receiver import Receiver
from simulator.roster import Neighbour
from simulator.stage import Interrupts, StageFailed, stop

GATEWAY, STREET, COMMUNITY = "tianmu-12", "tianmu", "tianmu-12-community"
USUAL_PORT = 8330
AGREED = ("summaries", "vitals", "medical", "door_code")
OPENS_WITHIN = 60.0  # seconds
UPLINK = """
[uplink]
gateway = "{gateway}"

[[uplink.path]]
id = "district"
type = "mqtt"
host = "127.0.0.1"
port = {port}
"""
DISTRICT = """\
[web]
port = {port}

[mqtt]
port = {broker}
"""
NAMED = ("street", "community", "lin", "zhao", "qian", "guan")
SET_UP = """
[[area]]
id = "{street}"
name = "{street_name}"

[[area]]
id = "{community}"
name = "{community_name}"
parent = "{street}"

[[account]]
login = "lin"
name = "{lin_name}"
area = "{community}"
password_file = "password"
must_change = false
language = "{language}"

[[account]]
login = "zhao"
name = "{zhao_name}"
area = "{community}"
password_file = "password"
must_change = false
language = "{language}"

[[account]]
login = "qian"
name = "{qian_name}"
area = "{street}"
role = "supervisor"
password_file = "password"
must_change = false
language = "{language}"

[[account]]
login = "guan"
name = "{guan_name}"
role = "admin"
password_file = "password"
must_change = false
language = "{language}"

[[gateway]]
id = "{gateway}"
area = "{community}"
"""


class DistrictStage:
    """A street, its gateway and its district, running while it is entered."""

    def __init__(
        self, homes: Sequence[Neighbour], plan: Plan, words: dict[str, str], interrupts: Interrupts
    ) -> None:
        """Take who lives there, a home like theirs, and what areas and people are called."""
        self.receiver = Receiver()
        self.password = "-".join(secrets.token_hex(2) for _ in range(4))
        self.port = _port()
        self.broker_name = ""
        self.last_lines: list[str] = []
        self._homes, self._plan, self._words = homes, plan, words
        self._interrupts = interrupts
        self._stack = ExitStack()
        self._box: Box | None = None

    @property
    def url(self) -> str:
        """Give the desk's address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            self._set()
        except BaseException:
            self._strike()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._strike()

    def _set(self) -> None:
        with self._interrupts.held():
            folder = tempfile.TemporaryDirectory(prefix="shouhu-street-")
            self.directory = Path(self._stack.enter_context(folder))
            self._stack.enter_context(self.receiver)
            broker_port, version = self._start_broker()
            self._box = Box(self._watched(broker_port, version), is_led=False)
            self._stack.callback(self._box.stop)
            self._box.launch()
        self._settle(broker_port)
        with self._interrupts.held():
            self._open_desk()
        try:
            self._box.wait_until_ready()
            self._register()
        except (BoxFailed, DeskFailed) as error:
            raise StageFailed(str(error)) from error
        self.link = Link(BrokerAddress(port=broker_port, client_id="street"))
        self._stack.enter_context(self.link)

    def _strike(self) -> None:
        try:
            self._interrupts.ignore()
            log = getattr(self, "directory", Path()) / "district.log"
            if log.is_file():
                self.last_lines = log.read_text(errors="replace").splitlines()[-20:]
        finally:
            self._stack.close()

    def _start_broker(self) -> tuple[int, str]:
        """Start mosquitto: workers of a district share subscriptions, which is MQTT 5."""
        kind = broker.kinds()[0]
        if kind.mqtt_version != "5":
            raise StageFailed(self._words["no_mosquitto"])
        port = broker.free_port()
        process = broker.start(kind, self.directory, port)
        self._stack.callback(stop, process)
        try:
            broker.wait_until_listening(process, port)
        except broker.NoBroker as error:
            raise StageFailed(str(error)) from error
        self.broker_name = f"{kind.name}, 127.0.0.1:{port}"
        return port, kind.mqtt_version

    # -- the homes

    def _watched(self, broker_port: int, version: str) -> Path:
        """Write what the gateway watches."""
        directory = self.directory / "gateway"
        directory.mkdir()
        told = gateway(directory, (broker_port, version), self.receiver.port, {})
        text = told + UPLINK.format(gateway=GATEWAY, port=broker_port)
        (directory / "gateway.toml").write_text(text, encoding="utf-8")
        for home in self._homes:
            own = home.lives_in(self._plan)
            write(own, directory, home.household(own, self._words["language"]))
        return directory

    # -- the district

    def _settle(self, broker_port: int) -> None:
        """Make two levels, and somebody for each role."""
        file = self.directory / "district.toml"
        file.write_text(DISTRICT.format(port=self.port, broker=broker_port))
        password = self.directory / "password"
        password.touch(0o600)
        password.write_text(self.password)
        street = self.directory / "street.toml"
        values = {"street": STREET, "community": COMMUNITY, "gateway": GATEWAY}
        values["language"] = self._words["language"]
        names = {f"{name}_name": self._words[name] for name in NAMED}
        street.write_text(SET_UP.format(**values, **names), encoding="utf-8")
        done = subprocess.run(
            [COMMAND, "district", "set-up", street, "--config", file],
            capture_output=True,
            text=True,
            check=False,
            timeout=OPENS_WITHIN,
        )
        if done.returncode:
            raise StageFailed(f"shouhu district set-up: {done.stderr or done.stdout}")

    def _open_desk(self) -> None:
        with (self.directory / "district.log").open("wb") as log:
            process = subprocess.Popen(
                [COMMAND, "district", "run", "--config", self.directory / "district.toml"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stack.callback(stop, process)
        deadline = time.monotonic() + OPENS_WITHIN
        while not _listens(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise StageFailed("the district does not start")
            time.sleep(0.05)

    def _register(self) -> None:
        """Put the homes into the roster, as the street's supervisor."""
        desk = Desk(self.url, "qian", self.password)
        for home in self._homes:
            kept = ("address", "door_code", "risk", "medical", "plan")
            values = {name: getattr(home, name) for name in kept}
            made = desk.post(
                "/api/v1/households",
                gateway=GATEWAY,
                local=home.id,
                area=COMMUNITY,
                name=home.resident,
                **values,
            )
            where = f"/api/v1/households/{made['id']}/people"
            desk.post(where, kind="resident", name=home.resident, phone=home.phone, born=home.born)
            contact = {"name": home.contact, "role": home.role, "phone": home.contact_phone}
            desk.post(where, kind="contact", **contact, has_key=home.has_key, place=1)
            for what in AGREED:
                where = f"/api/v1/households/{made['id']}/consents"
                desk.post(where, what=what, by=home.resident)


def _port() -> int:
    """Give the desk's usual port where nobody has it, else another one."""
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return broker.free_port()
        return USUAL_PORT


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True
