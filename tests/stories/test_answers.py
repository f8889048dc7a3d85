"""How people answer a whole gateway: behind a link, through the district, over MQTT, by a press."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge.model import Event as What
from edge.model import Outcome, Rule, State
from gateway.control import Status
from gateway.store import Store
from gateway.wire.uplink.event import Event, Kind
from gateway.wire.uplink.visiting import Act, PageData, VisitData
from tests.broker import Broker, StartBroker, free_port
from tests.far_end import FarEnd
from tests.installation import Installation
from tests.receiver import Receiver
from tests.stories.conftest import Install

SMOKE = "zigbee2mqtt/厨房 smoke"
MOTION = "zigbee2mqtt/厨房 motion"
URL = "https://home.example.org/g/7"
PAGE = """\
[page]
port = {port}
public_url = "https://home.example.org/g/7/"
token_file = "page-token"
"""
UPLINK = """\
[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "district"
type = "mqtt"
host = "127.0.0.1"
port = {port}
"""


class Linked:
    """A box whose messages carry links, and who opens them."""

    def __init__(
        self, install: Install, broker: Broker, receiver: Receiver, more: str = ""
    ) -> None:
        self.port = free_port()
        self.receiver = receiver
        self.box: Installation = install(broker, gateway=PAGE.format(port=self.port) + more)
        token = self.box.directory / "page-token"
        token.write_text("x" * 40)
        token.chmod(0o600)
        self.box.start()
        self.box.hears()
        self.box.until(self.is_served)

    def is_served(self) -> bool:
        try:
            return self.asks("GET", "nothing")[0] == 404
        except OSError:
            return False

    def token(self, count: int = 1) -> str:
        """Give the token of the link in the message of that number."""
        text = str(self.receiver.wait_for(count)[count - 1].json()["message"])
        found = re.search(rf"{URL}/a/(\S+)", text)
        assert found is not None, text
        return found[1]

    def asks(self, method: str, token: str, **form: str) -> tuple[int, str]:
        """Open a link as a phone or a chat does, or press a button behind it."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=10)
        body = urlencode(form) if form else None
        head = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        link.request(method, f"/a/{token}", body, {"Host": "home.example.org", **head})
        answer = link.getresponse()
        text = answer.read().decode()
        link.close()
        return answer.status, text

    def state(self) -> State:
        """Give how it stands with the alert of smoke."""
        (alert,) = [a for a in self.box.alerts() if a.finding.rule is Rule.SMOKE]
        return alert.state

    def changes(self, rule: Rule) -> list[tuple[What, str]]:
        reading = Store.read_only(self.box.store)
        try:
            (alert,) = [a for a in reading.alerts(open_only=False) if a.finding.rule is rule]
            return [(change.what, change.by) for change in reading.changes(alert.id)]
        finally:
            reading.close()


def test_the_link_in_the_message_shows_the_alert_and_takes_it_only_when_pressed(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    home = Linked(install, broker, receiver)
    broker.publish(SMOKE, '{"smoke": true}')
    token = home.token()
    for method in ("GET", "HEAD", "GET"):  # a chat has a look before anybody does
        status, page = home.asks(method, token)
        assert status == 200 and ("我来处理" in page or method == "HEAD")
    assert home.state() is State.RAISED
    status, page = home.asks("POST", token, do="take")
    assert status == 200 and "您已接手" in page
    assert home.state() is State.ACKNOWLEDGED
    assert home.asks("POST", token[:-1] + "A", do="close", outcome="well")[0] == 404
    home.box.kill()
    home.box.start()
    home.box.until(home.is_served)
    assert "您已接手" in home.asks("GET", token)[1]
    assert "全部失效" in home.box.shouhu("links", "renew", "--revoke").stdout
    assert home.asks("POST", token, do="close", outcome="well")[0] == 404
    assert home.state() is State.ACKNOWLEDGED
    assert home.changes(Rule.SMOKE) == [(What.RAISED, "shouhu"), (What.ACKNOWLEDGED, "王芳")]


@pytest.fixture
def start_far_end() -> Iterator[Callable[[Broker], FarEnd]]:
    made: list[FarEnd] = []

    def start(broker: Broker) -> FarEnd:
        made.append(FarEnd(broker.port))
        return made[-1]

    yield start
    for far_end in made:
        far_end.stop()


def test_behind_nat_the_district_passes_the_visit_on_and_shows_what_comes_back(
    broker: Broker,
    start_broker: StartBroker,
    install: Install,
    receiver: Receiver,
    start_far_end: Callable[[Broker], FarEnd],
) -> None:
    city = start_broker()
    far_end = start_far_end(city)
    home = Linked(install, broker, receiver, UPLINK.format(port=city.port))

    def visits(name: str, data: VisitData) -> PageData:
        event = Event(name, "/district", Kind.VISIT, datetime.now(UTC), data)
        far_end.order("yuhua-7", event)
        far_end.until(lambda: name in far_end.pages)
        return far_end.pages[name]

    broker.publish(SMOKE, '{"smoke": true}')
    token = home.token()
    page = visits("v1", VisitData(token))
    assert "烟雾" in page.title and page.take == "我来处理" and len(page.buttons) == 4
    assert home.state() is State.RAISED
    page = visits("v2", VisitData(token, Act.TAKE))
    assert page.state.startswith("您已接手") and page.take == ""
    assert visits("v3", VisitData("x" * 35, Act.TAKE)).status == 404
    page = visits("v4", VisitData(token, Act.CLOSE, Outcome.WELL))
    assert page.status == 200 and page.buttons == ()
    hers = [what for what, by in home.changes(Rule.SMOKE) if by == "王芳"]
    assert hers == [What.ACKNOWLEDGED, What.CLOSED]


class Panel:
    """A panel on the wall: it asks over the broker, and hears what became of it."""

    def __init__(self, broker: Broker) -> None:
        self.replies: list[dict[str, object]] = []
        self._client = Client(CallbackAPIVersion.VERSION2, "panel")
        self._client.on_message = self._heard
        self._client.connect(broker.host, broker.port)
        self._client.subscribe("home/command/reply", qos=1)
        self._client.loop_start()

    def says(self, *, retain: bool = False, **request: object) -> None:
        self._client.publish("home/command", json.dumps(request), 1, retain).wait_for_publish(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _heard(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.replies.append(json.loads(message.payload))


@pytest.fixture
def panel(broker: Broker) -> Iterator[Panel]:
    one = Panel(broker)
    yield one
    one.close()


def refused(box: Installation) -> object:
    """Give what was refused, by reason."""
    status = box.asked(Status())
    return {} if status is None else status.facts["refused"]


def test_a_panel_takes_an_alert_over_mqtt_and_what_the_broker_kept_does_nothing(
    broker: Broker, install: Install, receiver: Receiver, panel: Panel
) -> None:
    box = install(broker, mqtt='command_topic = "home/command"')
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    (alert,) = box.alerts()
    panel.says(do="close", alert=alert.id, by="面板", outcome="well", retain=True)
    box.until(lambda: bool(panel.replies))
    assert panel.replies[-1]["ok"] is True  # it came live, and is kept for the next start
    broker.publish(SMOKE, '{"smoke": false}')
    broker.publish(SMOKE, '{"smoke": true}')
    box.until(lambda: len(box.alerts()) == 2)
    fresh = next(each for each in box.alerts() if each.state is State.RAISED)
    panel.says(do="close", alert=fresh.id, by="面板", outcome="well", retain=True)
    panel.says(do="acknowledge", alert="nobody's", by="面板", id="7")
    box.until(lambda: len(panel.replies) == 3)
    assert panel.replies[-1] == {"ok": False, "id": "7", "error": "no such alert"}
    box.kill()
    count = len(panel.replies)
    box.start()
    box.hears()
    box.until(lambda: "command retained" in str(refused(box)))
    assert len(panel.replies) == count


VOICE = """\
import pathlib, sys, time
with pathlib.Path(sys.argv[1]).open("a") as heard: heard.write(sys.argv[2] + "\\n")
time.sleep(float(sys.argv[3]))
with pathlib.Path(sys.argv[1]).open("a") as heard: heard.write("end\\n")
"""


class Quiet:
    """A drill home that falls silent: its clock is led, and a program speaks in it."""

    def __init__(self, install: Install, broker: Broker, heard: Path, seconds: float) -> None:
        (voice := heard.with_name("voice.py")).write_text(VOICE)
        command = [sys.executable, str(voice), str(heard), "{text}", str(seconds)]
        more = (
            '[inactivity]\nceiling = "1h"\n\n[question]\n'
            f'topic = "home/chime"\ncommand = {json.dumps(command)}\n'
        )
        self.heard, self.broker = heard, broker
        self.chimes: list[str] = []
        self.steps: list[int] = []
        self._client = Client(CallbackAPIVersion.VERSION2, "leader")
        self._client.on_message = self._hears
        self._client.connect(broker.host, broker.port)
        self._client.subscribe([("home/chime", 1), ("shouhu/clock/done", 1)])
        self._client.loop_start()
        self.now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
        self.box: Installation = install(broker, household="drill = true", more=more)
        self.box.start("--drill-clock")
        self.box.hears()
        self.passes()

    def passes(self, **duration: float) -> None:
        """Lead the clock on, until all is done that was due by then."""
        self.now += timedelta(**duration)
        step = len(self.steps) + 1
        order = json.dumps({"now": self.now.isoformat(), "step": step})
        self._client.publish("shouhu/clock/set", order, qos=1)
        self.box.until(lambda: step in self.steps)

    def moves(self) -> None:
        for moved in ("false", "true", "false"):
            self.broker.publish(MOTION, f'{{"occupancy": {moved}}}')

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hears(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.topic == "home/chime":
            self.chimes.append(message.payload.decode())
        else:
            self.steps.append(json.loads(message.payload)["step"])


def test_a_home_asks_before_anybody_is_told_and_falls_silent_when_somebody_moves(
    broker: Broker, install: Install, receiver: Receiver, tmp_path: Path
) -> None:
    heard = tmp_path / "heard"
    home = Quiet(install, broker, heard, 600)
    try:
        home.moves()
        home.passes(minutes=49)
        assert not heard.exists()
        home.chimes.clear()  # that it was switched off at the start
        home.passes(minutes=2)
        home.box.until(lambda: heard.exists() and heard.read_text().endswith("\n"))
        home.box.until(lambda: home.chimes == ["ON"])
        assert heard.read_text().startswith("这是演练。您好，您还好吗？")
        home.moves()
        home.box.until(lambda: home.chimes == ["ON", "OFF"])
        home.passes(minutes=20)
        assert "end" not in heard.read_text()
        assert [a.outcome for a in home.box.alerts()] == [Outcome.WELL]
        assert receiver.requests == []
        home.passes(minutes=31)
        home.box.until(lambda: home.chimes == ["ON", "OFF", "ON"])
        home.box.stop()
        home.box.until(lambda: home.chimes == ["ON", "OFF", "ON", "OFF"])
    finally:
        home.close()


def test_a_question_that_nobody_answers_is_followed_by_the_alert(
    broker: Broker, install: Install, receiver: Receiver, tmp_path: Path
) -> None:
    home = Quiet(install, broker, tmp_path / "heard", 0)
    try:
        home.moves()
        home.passes(minutes=51)
        home.box.until(lambda: "ON" in home.chimes)
        home.passes(minutes=5)
        assert receiver.requests == []
        home.passes(minutes=6)
        receiver.wait_for(1)
        home.box.until(lambda: home.chimes[-1] == "OFF")
        told = home.box.shouhu("alerts", "show", home.box.alerts()[0].id, "--lang", "zh").stdout
        assert "家里响起了询问" in told
    finally:
        home.close()
