"""A whole gateway and the far end: each alert there once, and the far end's word counts."""

import re
import time
from collections.abc import Callable, Iterator

import pytest

from edge.model import Outcome, State
from gateway.control import CloseAlert
from gateway.wire.uplink.event import AlertData, CommandData, Event, Kind, Order
from tests.broker import Broker, StartBroker
from tests.far_end import FarEnd
from tests.installation import Installation
from tests.receiver import Receiver
from tests.stories.conftest import Install

SMOKE = "zigbee2mqtt/厨房 smoke"
MOTION = "zigbee2mqtt/厨房 motion"
UPLINK = """\
[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "district"
type = "mqtt"
host = "127.0.0.1"
port = {port}
"""

StartFarEnd = Callable[[Broker], FarEnd]


@pytest.fixture
def start_far_end() -> Iterator[StartFarEnd]:
    made: list[FarEnd] = []

    def start(broker: Broker) -> FarEnd:
        made.append(FarEnd(broker.port))
        return made[-1]

    yield start
    for far_end in made:
        far_end.stop()


@pytest.fixture
def city(start_broker: StartBroker) -> Broker:
    """Give the district's broker, which is not the home's."""
    return start_broker()


def boxed(install: Install, home: Broker, city: Broker) -> Installation:
    box = install(home, gateway=UPLINK.format(port=city.port))
    box.start()
    box.hears()
    return box


def alerts(far_end: FarEnd) -> list[AlertData]:
    events = sorted(far_end.applied.values(), key=lambda event: event.sequence)
    return [event.data for event in events if isinstance(event.data, AlertData)]


def told(far_end: FarEnd) -> list[str]:
    return [f"{data.rule} {data.msgType}" for data in alerts(far_end)]


def test_smoke_is_at_the_far_end_with_its_words_and_so_is_its_end(
    broker: Broker, city: Broker, install: Install, start_far_end: StartFarEnd
) -> None:
    far_end = start_far_end(city)
    box = boxed(install, broker, city)
    broker.publish(SMOKE, '{"smoke": true}')
    far_end.until(lambda: told(far_end) == ["smoke Alert"])
    [alert] = alerts(far_end)
    chinese = alert.info[0]
    assert "王桂英" in chinese.headline and "119" in chinese.description
    assert (alert.category, alert.severity, alert.status) == ("Fire", "Extreme", "Actual")
    broker.publish(SMOKE, '{"smoke": false}')
    far_end.until(lambda: told(far_end) == ["smoke Alert", "smoke Cancel"])
    assert box.stop() == 0
    far_end.until(lambda: far_end.states[-1] == "offline")


def platform(box: Installation) -> str:
    """Give the line of `alerts show` that says how far the platform has it."""
    [alert] = [each for each in box.alerts() if each.finding.rule == "smoke"]
    shown = box.shouhu("--lang", "zh", "alerts", "show", alert.id[:8]).stdout.splitlines()
    return next(line for line in shown if "平台已接收" in line)


def test_when_the_far_end_has_accepted_an_alert_the_home_can_show_it(
    broker: Broker, city: Broker, install: Install, start_far_end: StartFarEnd
) -> None:
    far_end = start_far_end(city)
    box = boxed(install, broker, city)
    broker.publish(SMOKE, '{"smoke": true}')
    far_end.until(lambda: len(alerts(far_end)) == 1)
    box.until(lambda: "还没有" not in platform(box))
    assert re.search(r"\d\d:\d\d.*accepted", platform(box)), platform(box)


def test_who_takes_it_at_the_desk_silences_the_home_and_a_repeated_order_is_one(
    broker: Broker,
    city: Broker,
    install: Install,
    receiver: Receiver,
    start_far_end: StartFarEnd,
) -> None:
    far_end = start_far_end(city)
    box = boxed(install, broker, city)
    broker.publish(SMOKE, '{"smoke": true}')
    far_end.until(lambda: len(alerts(far_end)) == 1)
    receiver.wait_for(1)
    take = CommandData(Order.TAKE, "wang", alerts(far_end)[0].incident, "李敏", lease_s=600)
    order = Event("o1", "/district", Kind.COMMAND, next(iter(far_end.applied.values())).time, take)
    for _ in range(3):
        far_end.order("yuhua-7", order)
    far_end.until(lambda: "smoke Update" in told(far_end))
    [alert] = [each for each in box.alerts() if each.finding.rule == "smoke"]
    assert alert.state is State.ACKNOWLEDGED and alert.lease is not None
    assert alert.lease.owner == "李敏"
    assert told(far_end).count("smoke Update") == 1


def test_a_gateway_that_is_killed_between_any_two_steps_tells_each_alert_once(
    broker: Broker, city: Broker, install: Install, start_far_end: StartFarEnd
) -> None:
    far_end = start_far_end(city)
    far_end.loses_answers = 1
    box = boxed(install, broker, city)
    for number in range(4):
        broker.publish(SMOKE, f'{{"smoke": {"false" if number % 2 else "true"}}}')
        time.sleep(0.05 * number)  # it may be killed before, while or after it is told
        box.kill()
        box.start()
        box.hears()
    far_end.until(lambda: len(alerts(far_end)) >= 4, seconds=60)
    raised = [data.incident for data in alerts(far_end) if data.msgType == "Alert"]
    assert len(raised) == len(set(raised)) == 2
    assert len(far_end.arrivals) > len(far_end.applied)  # some came again, and were known


def test_what_happened_while_the_far_end_was_away_is_there_when_it_is_back_in_order(
    broker: Broker,
    city: Broker,
    install: Install,
    receiver: Receiver,
    start_far_end: StartFarEnd,
) -> None:
    box = boxed(install, broker, city)
    city.stop()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)  # the family is told meanwhile
    broker.publish(SMOKE, '{"smoke": false}')
    box.until(lambda: any(alert.state is State.RESOLVED for alert in box.alerts()))
    [alert] = box.alerts()
    answer = box.asked(CloseAlert(alert.id, "王芳", Outcome.WELL))
    assert answer is not None and answer.ok
    city.start()
    far_end = start_far_end(city)
    far_end.until(lambda: len(alerts(far_end)) == 3, seconds=40)
    assert told(far_end) == ["smoke Alert", "smoke Cancel", "smoke Cancel"]
    assert alerts(far_end)[-1].outcome == "well"
