"""The figures of a running gateway: those of the document, no name in them, and nothing else."""

import re
import resource
import socket
from http.client import HTTPConnection
from pathlib import Path

from tests.broker import Broker, free_port
from tests.installation import Installation
from tests.receiver import Receiver
from tests.stories.conftest import Install
from tests.stories.test_uplink import SMOKE, UPLINK

DOCS = Path(__file__).resolve().parents[2] / "docs"
METRICS = "[metrics]\nport = {port}\n"
SAMPLE = re.compile(r"^(shouhu_[a-z_]+)(\{[^}]*\})? (-?[0-9.e+-]+)$")


def asked(port: int, path: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    link = HTTPConnection("127.0.0.1", port, timeout=10)
    link.request(method, path)
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, text


def figures(port: int) -> dict[str, float]:
    status, text = asked(port)
    assert status == 200
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [SAMPLE.match(line) for line in lines]
    assert all(found), text
    return {f"{one[1]}{one[2] or ''}": float(one[3]) for one in found if one is not None}


def measured(install: Install, broker: Broker) -> tuple[Installation, int]:
    port = free_port()
    box = install(broker, gateway=METRICS.format(port=port) + UPLINK.format(port=free_port()))
    box.start()
    box.hears()
    box.until(lambda: is_open(port))
    return box, port


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_an_alert_a_refused_message_and_what_waits_for_the_district_show_in_the_figures(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box, port = measured(install, broker)
    assert figures(port)["shouhu_homes"] == 1
    broker.publish("zigbee2mqtt/厨房 motion", "{")
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    burning = 'shouhu_alerts_open{severity="emergency",state="raised"}'
    box.until(lambda: figures(port).get(burning) == 1)
    box.until(lambda: figures(port)["shouhu_messages_owed"] == 0)
    found = figures(port)
    assert found["shouhu_uplink_waiting"] >= 1
    assert sum(value for name, value in found.items() if "refused_total" in name) == 1
    assert found["shouhu_memory_bytes"] > 1e7


def test_the_figures_are_those_of_the_document_and_name_nobody(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    _, port = measured(install, broker)
    broker.publish("zigbee2mqtt/厨房 motion", "{")
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    text = asked(port)[1]
    typed = dict(re.findall(r"^# TYPE (shouhu_[a-z_]+) ([a-z]+)$", text, re.MULTILINE))
    table = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(shouhu_[a-z_]+)` \| ([a-z]+) \|", table, re.MULTILINE)) == typed
    assert all(name not in text for name in ("wang", "王", "kitchen", "daughter", "zigbee2mqtt"))


def test_who_asks_for_anything_else_or_nothing_at_all_hinders_nobody(
    broker: Broker, install: Install
) -> None:
    box, port = measured(install, broker)
    assert asked(port, "/")[0] == 404
    assert asked(port, method="POST")[0] == 405
    assert asked(port, method="HEAD") == (200, "")
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
    for noise in (b"\0" * 100_000, b"GET " + b"x" * 100_000, b"\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(noise)
    assert figures(port)["shouhu_homes"] == 1
    for link in idle:
        link.close()
    assert box.is_running and '"mistake"' not in box.said()


def test_a_process_without_files_for_one_more_connection_goes_on(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box, port = measured(install, broker)
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)  # by now every library that it needs is there
    soft, hard = resource.prlimit(box.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(box.pid, resource.RLIMIT_NOFILE, (3, hard))
    with socket.create_connection(("127.0.0.1", port)):
        box.until(lambda: '"event": "files"' in box.said())
    resource.prlimit(box.pid, resource.RLIMIT_NOFILE, (soft, hard))
    box.until(lambda: figures(port)["shouhu_homes"] == 1)
    assert box.is_running
