"""What a whole gateway lets out of a home, and what is left of a household that was erased."""

import threading

import pytest

from gateway.erasing import pending
from gateway.requests import EraseHousehold
from gateway.wire.uplink.event import AlertData, Kind, SummaryData
from tests.broker import Broker, StartBroker
from tests.far_end import FarEnd
from tests.installation import Installation
from tests.receiver import Receiver
from tests.stories.conftest import Install
from tests.stories.test_uplink import MOTION, SMOKE, UPLINK

CONSENT = '[consent]\nsummaries = "alerts"\nby = "王桂英"\non = 2026-03-01\n'


@pytest.fixture
def far_end(start_broker: StartBroker) -> FarEnd:
    return FarEnd(start_broker().port)


def boxed(install: Install, broker: Broker, far_end: FarEnd, more: str = "") -> Installation:
    box = install(broker, gateway=UPLINK.format(port=far_end.port), more=more)
    box.start()
    box.hears()
    return box


def lives(broker: Broker) -> None:
    for moves in ("false", "true", "false", "true"):
        broker.publish(MOTION, f'{{"occupancy": {moves}}}')


def kinds(far_end: FarEnd) -> set[Kind]:
    return {event.type for event in list(far_end.applied.values())}


def test_a_home_that_agreed_to_nothing_sends_its_alerts_and_how_the_gateway_does(
    broker: Broker, far_end: FarEnd, install: Install, receiver: Receiver
) -> None:
    boxed(install, broker, far_end)
    lives(broker)
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    far_end.until(lambda: kinds(far_end) == {Kind.ALERT, Kind.HEALTH})
    broker.publish(SMOKE, '{"smoke": false}')
    far_end.until(lambda: len(far_end.incidents) == 1 and len(far_end.applied) == 3)
    assert kinds(far_end) == {Kind.ALERT, Kind.HEALTH}
    far_end.stop()


def test_half_hours_go_up_while_an_alert_is_open_where_that_was_agreed(
    broker: Broker, far_end: FarEnd, install: Install
) -> None:
    boxed(install, broker, far_end, CONSENT)
    lives(broker)
    broker.publish(SMOKE, '{"smoke": true}')
    far_end.until(lambda: Kind.SUMMARY in kinds(far_end))
    ranks = [far_end.applied[name].type for name in dict.fromkeys(far_end.arrivals)]
    assert ranks.index(Kind.ALERT) < ranks.index(Kind.SUMMARY)
    [data] = [e.data for e in far_end.applied.values() if isinstance(e.data, SummaryData)]
    assert data.household == "wang" and data.active.count("1") == 1
    far_end.stop()


def test_a_household_is_erased_beside_the_running_gateway_which_goes_on_watching(
    broker: Broker, far_end: FarEnd, install: Install, receiver: Receiver
) -> None:
    far_end.is_away = True  # what still waits for the district must go too
    box = boxed(install, broker, far_end)
    lives(broker)
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    [burnt] = box.alerts()
    done = box.shouhu("erase", "wang", "--yes", "--lang", "zh")
    assert done.returncode == 0 and "重新守护" in done.stdout, done.stderr
    box.until(lambda: box.asked(EraseHousehold("nobody")) is not None)
    files = [path for path in box.store.iterdir() if path.is_file()]
    assert not [path for path in files if burnt.id.encode() in path.read_bytes()]
    far_end.is_away = False
    box.until(lambda: '"hears": true' in box.said().rpartition('"ready"')[2])
    broker.publish(SMOKE, '{"smoke": false}')
    broker.publish(SMOKE, '{"smoke": true}')
    far_end.until(lambda: len(far_end.incidents) == 1, seconds=60)
    assert far_end.incidents != {burnt.id}
    far_end.stop()


def test_a_gateway_that_is_killed_while_it_erases_finishes_at_its_next_start(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    lives(broker)
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    [burnt] = box.alerts()
    erasing = threading.Thread(target=box.asked, args=(EraseHousehold("wang"),))
    erasing.start()
    box.until((box.store / "erase.pending").exists)
    box.until(lambda: '"event": "stopped"' in box.said())  # its run has ended, the next begins
    box.kill()
    erasing.join()
    box.start()
    box.until(lambda: not pending(box.store))
    assert burnt.id not in {alert.id for alert in box.alerts()}


def test_no_word_of_a_message_to_the_district_is_a_phone_number(
    broker: Broker, far_end: FarEnd, install: Install, receiver: Receiver
) -> None:
    phone = '[[contact]]\nid = "neighbour"\nname = "李大姐"\nphone = "13800001111"\n'
    boxed(install, broker, far_end, phone + 'channels = ["push"]\n')
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    far_end.until(lambda: len(far_end.incidents) == 1)
    [alert] = [e.data for e in far_end.applied.values() if isinstance(e.data, AlertData)]
    assert "13800001111" not in "".join(info.description for info in alert.info)
    far_end.stop()
