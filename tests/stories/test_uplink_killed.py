"""So many alerts, so many deaths: the far end has each alert once, and none is lost.

Each over every way there: MQTT, HTTPS, and a fire monitoring centre, which knows no ids.
"""

import random
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import pytest

from edge.model import Alert, Rule
from gateway.uplink.gbt_path import address_of
from gateway.wire.gbt26875.objects import PartBits
from gateway.wire.uplink.event import AlertData
from tests.broker import Broker, Certificates, StartBroker
from tests.far_end import FarEnd
from tests.fire_centre import FireCentre
from tests.https_far_end import HttpsFarEnd
from tests.installation import Installation
from tests.stories.conftest import Install
from tests.stories.test_uplink import SMOKE, UPLINK

HTTPS = """\
[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "district"
type = "https"
url = "https://127.0.0.1:{port}/events"
tls_ca = "{ca}"
tls_certificate = "{certificate}"
tls_key = "{key}"
"""
GBT = """\
[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "city"
type = "gbt26875"
host = "127.0.0.1"
port = {port}
ours = 889
theirs = 88888
"""
ALARM = """\
[[device]]
id = "smoke{0}"
room = "kitchen"
profile = "zigbee2mqtt_smoke"
address = "zigbee2mqtt/smoke{0}"

"""

LONG = 240.0  # seconds for a thousand alarms on a busy machine
FEW = 2  # deaths
FIRE = PartBits.NORMAL | PartBits.FIRE


class Counting(Protocol):
    """What these stories do to a far end."""

    is_away: bool
    loses_answers: int


@pytest.fixture
def far_end(start_broker: StartBroker) -> Iterator[FarEnd]:
    far_end = FarEnd(start_broker().port)
    yield far_end
    far_end.stop()


@pytest.fixture
def https(certificates: Certificates) -> Iterator[HttpsFarEnd]:
    far_end = HttpsFarEnd(certificates)
    yield far_end
    far_end.stop()


@pytest.fixture
def centre() -> Iterator[FireCentre]:
    centre = FireCentre()
    yield centre
    centre.stop()


def over_https(https: HttpsFarEnd, certificates: Certificates) -> str:
    return HTTPS.format(
        port=https.port,
        ca=certificates.ca,
        certificate=certificates.client,
        key=certificates.client_key,
    )


def burn(broker: Broker, alarms: list[str], rounds: int, pause: float) -> None:
    """Let each of these alarms sound and stop, so many times."""
    for _ in range(rounds):
        for topic in alarms:
            broker.publish_all(
                [(topic, '{"smoke": true}', 1, False), (topic, '{"smoke": false}', 1, False)]
            )
        time.sleep(pause)


def killed_again_and_again(
    box: Installation, far_end: Counting, burning: threading.Thread, *, kills: int, seed: int
) -> None:
    """Kill the gateway at random while alarms sound and the far end comes, goes and forgets.

    Of few deaths the first is to come before the answers that were lost are waited for.
    """
    losing = 5 if kills > FEW else 2
    chance = random.Random(seed)
    box.start()
    box.hears()
    burning.start()
    for number in range(kills):
        if number % 3 == 0:
            far_end.loses_answers = losing
        if number % 3 == 1:
            far_end.is_away = True
        time.sleep(chance.uniform(0.1, 1.0))
        box.kill()
        if number % 3 == 2 or number == kills - 1:
            far_end.is_away = False
        box.start()
        box.hears()
    burning.join()


def fires(box: Installation) -> list[Alert]:
    return [alert for alert in box.alerts() if alert.finding.rule is Rule.SMOKE]


def told_of_fire(far_end: FarEnd | HttpsFarEnd) -> set[str]:
    data = [event.data for event in list(far_end.applied.values())]
    return {d.incident for d in data if isinstance(d, AlertData) and d.rule is Rule.SMOKE}


def is_counted(
    broker: Broker, box: Installation, far_end: FarEnd | HttpsFarEnd, alerts: int, kills: int
) -> None:
    """Hold the far end's incidents against the alerts of the home: no more and no fewer."""
    burning = threading.Thread(target=burn, args=(broker, [SMOKE], alerts, 0.02))
    killed_again_and_again(box, far_end, burning, kills=kills, seed=alerts)
    far_end.until(lambda: len(told_of_fire(far_end)) >= alerts, seconds=LONG)
    box.until(lambda: len(fires(box)) == alerts, seconds=LONG)
    assert told_of_fire(far_end) == {alert.id for alert in fires(box)}
    assert len(told_of_fire(far_end)) == alerts


def stated(alert: Alert) -> tuple[int, int, datetime, str]:
    """Give what a centre knows an alarm by: component, state, second, and the mark of the text."""
    finding = alert.finding
    second = finding.since.wall.replace(microsecond=0)
    return address_of("wang", finding.subject), FIRE, second, alert.id[:4]


def is_at_the_centre(
    broker: Broker, install: Install, centre: FireCentre, *, alarms: int, rounds: int, kills: int
) -> None:
    """Hold what the centre counts by component, state and second against the home's alerts."""
    more = "".join(ALARM.format(number) for number in range(alarms))
    box = install(broker, gateway=GBT.format(port=centre.port), more=more)
    topics = [f"zigbee2mqtt/smoke{number}" for number in range(alarms)]
    burning = threading.Thread(target=burn, args=(broker, topics, rounds, 0.02))
    killed_again_and_again(box, centre, burning, kills=kills, seed=rounds)
    box.until(lambda: len(fires(box)) == alarms * rounds, seconds=LONG)
    wanted = {stated(alert) for alert in fires(box)}
    assert len(wanted) == alarms * rounds
    centre.until(lambda: wanted <= centre.incidents, seconds=LONG)
    fires_told = {key for key in centre.incidents if key[1] == FIRE}
    assert fires_told == wanted
    assert len(centre.arrivals) > len(centre.states)  # some came again, and were known


def test_forty_alerts_and_two_deaths(broker: Broker, far_end: FarEnd, install: Install) -> None:
    box = install(broker, gateway=UPLINK.format(port=far_end.port))
    is_counted(broker, box, far_end, 40, 2)


def test_forty_alerts_and_two_deaths_over_https(
    broker: Broker, https: HttpsFarEnd, certificates: Certificates, install: Install
) -> None:
    box = install(broker, gateway=over_https(https, certificates))
    is_counted(broker, box, https, 40, 2)


def test_thirty_alarms_and_two_deaths_at_a_fire_monitoring_centre(
    broker: Broker, centre: FireCentre, install: Install
) -> None:
    is_at_the_centre(broker, install, centre, alarms=10, rounds=3, kills=2)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_alerts_and_twenty_deaths(
    broker: Broker, far_end: FarEnd, install: Install
) -> None:
    box = install(broker, gateway=UPLINK.format(port=far_end.port))
    is_counted(broker, box, far_end, 1000, 20)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_alerts_and_twenty_deaths_over_https(
    broker: Broker, https: HttpsFarEnd, certificates: Certificates, install: Install
) -> None:
    box = install(broker, gateway=over_https(https, certificates))
    is_counted(broker, box, https, 1000, 20)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_alarms_and_twenty_deaths_at_a_fire_monitoring_centre(
    broker: Broker, centre: FireCentre, install: Install
) -> None:
    is_at_the_centre(broker, install, centre, alarms=50, rounds=20, kills=20)
