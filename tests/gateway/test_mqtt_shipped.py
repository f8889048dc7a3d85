"""The broker configuration as shipped, on a real mosquitto: only paths and ports are changed."""

from pathlib import Path

from msgspec.structs import replace

from tests.broker import Broker, Certificates, StartBroker, free_port
from tests.gateway.ear import Ear, settings

WORDS = {"shouhu": "s", "zigbee2mqtt": "z", "tasmota": "t"}


def shipped(repository: Path, certificates: Certificates, secure_port: int) -> str:
    """Give the configuration with places for the test's own paths and ports."""
    text = (repository / "systemd/mosquitto.conf").read_text()
    changes = {
        "/run/mosquitto/mosquitto.pid": "@directory@/pid",
        "/var/lib/mosquitto/": "@directory@/",
        "log_dest stderr": "log_dest file @directory@/log",
        "password_file /etc/mosquitto/passwords": "password_file @passwords@",
        "acl_file /etc/mosquitto/acl": f"acl_file {repository}/systemd/mosquitto.acl",
        "listener 1883 127.0.0.1": "listener @port@ 127.0.0.1",
        "listener 8883": f"listener {secure_port} 127.0.0.1",
        "/etc/mosquitto/certs/ca.crt": str(certificates.ca),
        "/etc/mosquitto/certs/server.crt": str(certificates.server),
        "/etc/mosquitto/certs/server.key": str(certificates.server_key),
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text + "user root\n"


async def test_the_shipped_broker_queues_everything_and_lets_the_marker_through(
    start_broker: StartBroker, certificates: Certificates, repository: Path, tmp_path: Path
) -> None:
    broker: Broker = start_broker(
        users=WORDS, configuration=shipped(repository, certificates, free_port())
    )
    password = tmp_path / "password"
    password.write_text("s")
    wishes = settings(broker, username="shouhu", password_file=password)
    async with Ear(wishes, "zigbee2mqtt/#") as ear:
        await ear.listening()
    readings = [("zigbee2mqtt/hall", str(n), 1, False) for n in range(1500)]
    broker.publish_all(readings, user="zigbee2mqtt")
    async with Ear(wishes, "zigbee2mqtt/#") as again:
        await again.until(lambda: len(again.packets) == 1500)
        await again.until(lambda: not again.source._marker.is_awaited)
        assert again.states == [(True, "")]


async def test_from_the_network_a_certificate_is_the_user(
    start_broker: StartBroker, certificates: Certificates, repository: Path
) -> None:
    secure_port = free_port()
    broker: Broker = start_broker(
        users=WORDS, configuration=shipped(repository, certificates, secure_port)
    )
    certificate, key = certificates.issue("shouhu")
    wishes = settings(broker, tls_ca=certificates.ca, tls_certificate=certificate, tls_key=key)
    async with Ear(replace(wishes, port=secure_port), "zigbee2mqtt/#") as ear:
        await ear.listening()
        broker.publish_all([("zigbee2mqtt/hall", "heard", 1, False)], user="zigbee2mqtt")
        await ear.heard("heard")


async def test_what_devices_say_of_themselves_gets_through(
    start_broker: StartBroker, certificates: Certificates, repository: Path, tmp_path: Path
) -> None:
    broker: Broker = start_broker(
        users=WORDS, configuration=shipped(repository, certificates, free_port())
    )
    password = tmp_path / "password"
    password.write_text("s")
    wishes = settings(broker, username="shouhu", password_file=password)
    async with Ear(wishes, "homeassistant/#", "tasmota/#", "zigbee2mqtt/#") as ear:
        await ear.listening()
        announced = [("homeassistant/binary_sensor/x/y/config", "discovered", 1, True)]
        broker.publish_all(announced, user="zigbee2mqtt")
        own = [("tasmota/discovery/DC4F220000AB/config", "tasmota", 1, True)]
        broker.publish_all(own, user="tasmota")
        await ear.heard("discovered", "tasmota")


async def test_sirens_and_the_question_in_the_home_get_through(
    start_broker: StartBroker, certificates: Certificates, repository: Path, tmp_path: Path
) -> None:
    broker: Broker = start_broker(
        users=WORDS, configuration=shipped(repository, certificates, free_port())
    )
    password = tmp_path / "password"
    password.write_text("s")
    wishes = settings(broker, username="shouhu", password_file=password)
    topics = ("zigbee2mqtt/门厅警笛/set", "zigbee2mqtt/楼上/警笛/set")
    async with Ear(wishes, "zigbee2mqtt/#") as ear:
        await ear.listening()
        broker.publish_all([(each, each, 1, False) for each in topics], user="shouhu")
        await ear.heard(*topics)
