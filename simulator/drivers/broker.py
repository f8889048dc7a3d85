"""Starts a drill's own broker: mosquitto where it is installed, else the one from PyPI.

Both listen on loopback only, keep nothing on disk and end with the drill.
"""

import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 15.0  # seconds until a broker must listen

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 0
"""

# rumqttd refuses to start without all of these. Its window is 100 packets whatever is asked for,
# and a topic that begins with a letter outside ASCII ends it: ours begin with zigbee2mqtt.
IOTCORE = """\
id = 0
[router]
id = 0
max_connections = 20
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v4.1]
name = "drill"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = 262144
max_inflight_count = 100
"""


class NoBroker(Exception):
    """No broker could be started."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A broker program: how it is named to people, and the MQTT version to speak to it."""

    name: str
    mqtt_version: str
    command: tuple[str, ...]
    configuration: str


def kinds() -> list[Kind]:
    """Give the brokers that this machine can start, the best one first."""
    # Debian keeps daemons in /usr/sbin, which is not in everyone's PATH.
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    # At any lower level it logs a line or more for every packet.
    quiet = (sys.executable, "-m", "iotcore", "--log-level", "CRITICAL", "--config")
    from_pypi = Kind("iotcore", "3.1.1", quiet, IOTCORE)
    if mosquitto is None:
        return [from_pypi]
    return [Kind("mosquitto", "5", (mosquitto, "-c"), MOSQUITTO), from_pypi]


def start(kind: Kind, directory: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a broker whose files lie in `directory`; ending it is the caller's."""
    configuration = directory / "broker.toml"  # iotcore goes by the ending
    configuration.write_text(kind.configuration.format(port=port))
    with (directory / "broker.log").open("wb") as log:
        # A session of its own: Ctrl-C in the terminal must not end it before its clients.
        return subprocess.Popen(
            [*kind.command, str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_until_listening(broker: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the broker takes connections, or raise NoBroker."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if broker.poll() is not None:
            raise NoBroker(f"the broker ended at once with code {broker.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NoBroker(f"the broker does not listen on port {port}")


def free_port() -> int:
    """Give a port of loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
