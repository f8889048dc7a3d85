"""Three days without the district: the home goes on, and then the district has all of it at once.

The days are made up: a drill's clock is led, as fast as the gateway follows.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from edge.model import Alert, Rule
from gateway.wire.uplink.event import AlertData, Kind
from simulator.drivers.link import BrokerAddress, Link
from tests.broker import Broker, StartBroker
from tests.far_end import FarEnd
from tests.installation import Installation
from tests.receiver import Receiver, Request
from tests.stories.conftest import Install
from tests.stories.test_uplink import SMOKE, UPLINK

BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CUT = timedelta(hours=72)
EVERY = timedelta(hours=3)
ALERTS = CUT // EVERY
STRIDE = timedelta(minutes=30)
MINUTE = 60  # seconds in which the district has everything again


def fires(box: Installation) -> list[Alert]:
    return [alert for alert in box.alerts() if alert.finding.rule is Rule.SMOKE]


def is_about(alert: Alert, one: Request) -> bool:
    return alert.id[:8] in str(one.json()["message"])


@pytest.mark.timeout(300)
def test_three_days_of_alerts_are_at_the_district_within_a_minute_of_its_return(
    broker: Broker, start_broker: StartBroker, install: Install, receiver: Receiver
) -> None:
    city = start_broker()
    gateway = UPLINK.format(port=city.port)
    box = install(broker, gateway=gateway, household="drill = true")
    box.start("--drill-clock")
    with Link(BrokerAddress(port=broker.port)) as link:
        link.step(BEGIN)
        city.stop()
        now = BEGIN
        for number in range(ALERTS):
            broker.publish(SMOKE, '{"smoke": true}')
            link.step(now + timedelta(seconds=1))
            latest = max(fires(box), key=lambda alert: alert.opened.wall)
            receiver.wait_for(1, that=partial(is_about, latest))  # the family, at once
            broker.publish(SMOKE, '{"smoke": false}')
            while now < BEGIN + (number + 1) * EVERY:
                now += STRIDE
                link.step(now)
        city.start()
        far_end = FarEnd(city.port)
        wanted = {alert.id for alert in fires(box)}
        far_end.until(lambda: wanted <= far_end.incidents, seconds=MINUTE)
        far_end.until(lambda: is_last(far_end, Kind.HEALTH), seconds=MINUTE)
    assert len(wanted) == ALERTS
    raised = [
        data for data in in_order(far_end) if data.rule == "smoke" and data.msgType == "Alert"
    ]
    onsets = [data.onset for data in raised[1:]]  # the first is the one that knocked
    assert onsets == sorted(onsets)
    assert {data.status for data in raised} == {"Exercise"}
    far_end.stop()


def in_order(far_end: FarEnd) -> list[AlertData]:
    events = [far_end.applied[name] for name in dict.fromkeys(far_end.arrivals)]
    return [event.data for event in events if isinstance(event.data, AlertData)]


def is_last(far_end: FarEnd, kind: Kind) -> bool:
    """Say whether what is of this kind came after every alert."""
    names = dict.fromkeys(far_end.arrivals)
    kinds = [far_end.applied[name].type for name in names if name in far_end.applied]
    return kind in kinds and Kind.ALERT not in kinds[kinds.index(kind) :]
