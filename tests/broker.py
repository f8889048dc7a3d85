"""A real mosquitto for tests: on a free port of the loopback, in a folder of its own, killable.

A folder of tests that uses its fixtures imports them in its conftest.py.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from paho.mqtt import publish
from paho.mqtt.enums import MQTTProtocolVersion

MOSQUITTO = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
Message = tuple[str, str | bytes, int, bool]  # topic, payload, QoS, retain

# As shipped: nothing queued is dropped. It saves at so many changes, each time everything.
CONFIGURATION = """\
user {user}
listener {port} 127.0.0.1
persistence true
persistence_location {directory}/
autosave_on_changes true
autosave_interval {autosave}
max_queued_messages 0
set_tcp_nodelay true
log_dest file {directory}/log
log_type all
"""


class Certificates:
    """A CA of its own, with a certificate for the broker and one for a client, made by openssl."""

    def __init__(self, directory: Path, name: str = "test") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.ca, self._ca_key = directory / "ca.crt", directory / "ca.key"
        _openssl("req", "-x509", *_new_key(self._ca_key), "-days", "2", "-subj", f"/CN={name} CA",
                 "-out", str(self.ca))  # fmt: skip
        self.server, self.server_key = self.issue("server")
        self.client, self.client_key = self.issue("client")

    def issue(self, name: str) -> tuple[Path, Path]:
        """Make a certificate that this CA signs, good for the loopback; give it and its key."""
        certificate, key = self._directory / f"{name}.crt", self._directory / f"{name}.key"
        request, extensions = self._directory / f"{name}.csr", self._directory / "extensions"
        extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        _openssl("req", *_new_key(key), "-subj", f"/CN={name}", "-out", str(request))
        _openssl("x509", "-req", "-in", str(request), "-CA", str(self.ca), "-CAkey",
                 str(self._ca_key), "-CAcreateserial", "-days", "2", "-extfile", str(extensions),
                 "-out", str(certificate))  # fmt: skip
        return certificate, key


class Broker:
    """One mosquitto. `kill` is kill -9; `start` afterwards has the same port and what was saved.

    With `users` (name to password) nobody is anonymous; `acl` is mosquitto's ACL file as text;
    `certificates` switch to TLS, and demand a certificate of the client. A `configuration` is taken
    instead of all that, with @port@, @directory@ and @passwords@ filled in.
    """

    def __init__(
        self,
        directory: Path,
        *,
        users: dict[str, str] | None = None,
        acl: str | None = None,
        certificates: Certificates | None = None,
        autosave: int = 10,
        extra: Sequence[str] = (),
        configuration: str | None = None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.host, self.port = "127.0.0.1", free_port()
        self.directory = directory
        self.users = users or {}
        self.certificates = certificates
        self._acl = acl
        self._autosave = autosave
        self._extra = extra
        self._text = configuration
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it accepts connections."""
        if MOSQUITTO is None:
            pytest.skip("no mosquitto on this machine: install the package mosquitto")
        configuration = self.directory / "mosquitto.conf"
        configuration.write_text(self._configuration())
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", str(configuration)], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"mosquitto does not start:\n{self.log()}")
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order; it saves its sessions."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it hang: its connections stay open, nothing answers."""
        self._signal(signal.SIGSTOP)
        deadline = time.monotonic() + 10
        state = Path(f"/proc/{self.pid}/stat")
        while state.read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < deadline, "the broker does not stop"
            time.sleep(0.001)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def log(self) -> str:
        """Give what it wrote."""
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def saved(self) -> bytes:
        """Give what a kill leaves of its sessions and messages; it tells of saving beforehand."""
        path = self.directory / "mosquitto.db"
        return path.read_bytes() if path.exists() else b""

    def log_says(self, text: str, seconds: float = 10) -> None:
        """Wait until it wrote this; raise AssertionError past the deadline."""
        deadline = time.monotonic() + seconds
        while text not in self.log():
            assert time.monotonic() < deadline, f"no {text!r} in the broker's log"
            time.sleep(0.01)

    @property
    def pid(self) -> int:
        """Give the number of its process."""
        assert self._process is not None
        return self._process.pid

    def publish(self, topic: str, payload: str | bytes, qos: int = 1, retain: bool = False) -> None:
        """Publish one message, and wait until the broker has it."""
        self.publish_all([(topic, payload, qos, retain)])

    def publish_all(self, messages: Sequence[Message], user: str | None = None) -> None:
        """Publish in order on one connection, and wait until the broker has them."""
        name = user or next(iter(self.users), None)
        certificates = self.certificates
        publish.multiple(
            list(messages),
            self.host,
            self.port,
            auth=None if name is None else {"username": name, "password": self.users[name]},
            tls=None
            if certificates is None
            else {
                "ca_certs": str(certificates.ca),
                "certfile": str(certificates.client),
                "keyfile": str(certificates.client_key),
            },
            protocol=MQTTProtocolVersion.MQTTv311,
        )

    def _configuration(self) -> str:
        if self._text is not None:
            text = self._text.replace("@port@", str(self.port))
            text = text.replace("@directory@", str(self.directory))
            return text.replace("@passwords@", str(self._passwords()))
        text = CONFIGURATION.format(
            user=getpass.getuser(),
            port=self.port,
            directory=self.directory,
            autosave=self._autosave,
        )
        lines = [f"allow_anonymous {'false' if self.users else 'true'}", *self._extra]
        if self.users:
            lines.append(f"password_file {self._passwords()}")
        if self._acl is not None:
            acl = self.directory / "acl"
            acl.write_text(self._acl)
            lines.append(f"acl_file {acl}")
        if self.certificates is not None:
            lines += [
                f"cafile {self.certificates.ca}",
                f"certfile {self.certificates.server}",
                f"keyfile {self.certificates.server_key}",
                "require_certificate true",
            ]
        return text + "\n".join(lines) + "\n"

    def _passwords(self) -> Path:
        path = self.directory / "passwords"
        path.write_text("".join(f"{name}:{word}\n" for name, word in self.users.items()))
        subprocess.run(["mosquitto_passwd", "-U", str(path)], check=True, capture_output=True)
        return path

    def _accepts(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1):
            return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(10)
            self._process = None


def free_port() -> int:
    """Give a port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


StartBroker = Callable[..., Broker]


@pytest.fixture
def start_broker(tmp_path: Path) -> Iterator[StartBroker]:
    """Give a function that starts a broker with what `Broker` takes; all are ended afterwards."""
    brokers: list[Broker] = []

    def start(**wishes: object) -> Broker:
        broker = Broker(tmp_path / f"broker{len(brokers)}", **wishes)  # type: ignore[arg-type]
        brokers.append(broker)
        broker.start()
        return broker

    yield start
    for broker in brokers:
        broker.kill()


@pytest.fixture
def broker(start_broker: StartBroker) -> Broker:
    """Give a running broker without TLS and passwords."""
    return start_broker()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Give a CA with the certificates of a broker and a client."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _new_key(path: Path) -> list[str]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout",
            str(path)]  # fmt: skip
