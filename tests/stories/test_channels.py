"""A whole gateway with a modem, a siren and a program of somebody's: told, answered, silent."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge.model import Receipt, Rung, State
from gateway.store import Store
from tests.broker import Broker
from tests.installation import Installation
from tests.modem import Telephone
from tests.receiver import Receiver
from tests.stories.conftest import Install

SMOKE = "zigbee2mqtt/厨房 smoke"
KEY = b"0123456789abcdef0123456789abcdef"
GATEWAY = """\
[modem]
port = "{modem}"

[[channel]]
id = "sms"
type = "sms"

[[channel]]
id = "desk"
type = "webhook"
url = "http://127.0.0.1:{port}/desk"
secret_file = "desk.key"

[[channel]]
id = "siren"
type = "siren"
topic = "home/siren/set"
"""
MORE = """\
[[contact]]
id = "son"
name = "王强"
phone = "138 0000 0001"
channels = ["sms"]

[[contact]]
id = "desk"
name = "值班室"
channels = ["desk"]

[[contact]]
id = "hall"
name = "门厅警笛"
channels = ["siren"]

[[escalation.step]]
after = "0s"
tell = ["son", "desk", "hall"]
severities = ["emergency"]
"""


class Siren:
    """Hears over the broker what the siren is told."""

    def __init__(self, broker: Broker) -> None:
        self.told: list[str] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.on_connect = lambda client, *_: client.subscribe("home/siren/set", 1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.told.append(message.payload.decode())


@pytest.fixture
def siren(broker: Broker) -> Iterator[Siren]:
    one = Siren(broker)
    yield one
    one.stop()


@pytest.fixture
def telephone(tmp_path: Path) -> Iterator[Telephone]:
    with Telephone(tmp_path / "modem") as one:
        yield one


@pytest.fixture
def box(install: Install, broker: Broker, receiver: Receiver, telephone: Telephone) -> Installation:
    wishes = GATEWAY.format(modem=telephone.path, port=receiver.port)
    made = install(broker, gateway=wishes, more=MORE)
    key = made.directory / "desk.key"
    key.write_text("whsec_" + base64.b64encode(KEY).decode())
    key.chmod(0o600)
    made.start()
    made.hears()
    return made


def receipts(box: Installation) -> list[Receipt]:
    reading = Store.read_only(box.store)
    try:
        return [one for _, one in reading.latest_receipts(100)]
    finally:
        reading.close()


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{digest}"


def test_smoke_is_on_the_telephone_at_the_desk_and_in_the_hall_until_somebody_takes_it(
    box: Installation, broker: Broker, receiver: Receiver, telephone: Telephone, siren: Siren
) -> None:
    box.until(lambda: "AT+CSQ" in telephone.card.commands)
    broker.publish(SMOKE, '{"smoke": true}')
    box.until(lambda: siren.told == ["ON"] and len(telephone.texts) >= 1)
    [posted] = receiver.wait_for(1, that=lambda request: request.path == "/desk")
    assert is_signed(posted.headers, posted.body)
    assert json.loads(posted.body)["data"]["rule"] == "smoke"
    box.until(lambda: "回复1" in "".join(telephone.texts))
    text = "".join(telephone.texts)
    assert text.startswith("烟雾报警：王桂英，厨房\n王家")
    assert "119" in text and len(telephone.texts) <= 3
    for number in range(1, len(telephone.texts) + 1):
        telephone.card.report(number)
    box.until(lambda: any(one.rung is Rung.DELIVERED for one in receipts(box)))
    telephone.writes("+8613800000001", "1")
    box.until(lambda: [alert.state for alert in box.alerts()] == [State.ACKNOWLEDGED])
    assert box.alerts()[0].lease is not None and box.alerts()[0].lease.owner == "王强"
    box.until(lambda: siren.told == ["ON", "OFF"])


def test_a_siren_that_a_killed_gateway_left_on_is_switched_off_when_the_alert_is_over(
    box: Installation, broker: Broker, siren: Siren
) -> None:
    broker.publish(SMOKE, '{"smoke": true}')
    box.until(lambda: siren.told == ["ON"])
    box.until(lambda: any(one.evidence == "ON" for one in receipts(box)))
    box.kill()
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": false}')
    box.until(lambda: "OFF" in siren.told)


def test_each_channel_can_be_tested_and_says_what_it_can_prove(
    box: Installation, telephone: Telephone, siren: Siren, receiver: Receiver
) -> None:
    box.until(lambda: "AT+CSQ" in telephone.card.commands)
    done = box.shouhu("channels", "test", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {each["channel"]: each["rung"] for each in json.loads(done.stdout)}
    assert found == {"push": "sent", "sms": "accepted", "desk": "accepted", "siren": "sent"}
    assert siren.told == ["ON", "OFF"]
    assert "".join(telephone.texts).startswith("[测试]")
    assert {request.path for request in receiver.requests} == {"/told", "/desk"}
    box.stop()
    alone = box.shouhu("channels", "test", "sms")
    assert alone.returncode == 1 and "守护程序" in alone.stdout
