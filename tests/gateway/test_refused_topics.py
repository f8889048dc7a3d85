"""A broker that lets us hear some devices and others not: those others are told as unheard."""

from pathlib import Path

from edge.model import Alert, BlindCause, Deaf, Rule, Severity
from gateway.deafness import REFUSED
from gateway.node import Node
from gateway.store import Store
from tests.gateway.test_node import decoder
from tests.homes import at, home

BEDROOM = "zigbee2mqtt/bedroom_motion"


def started(store: Store, hours: float = 0) -> Node:
    node = Node([home()], decoder(), store)
    node.start(at(hours), "new")
    node.hearing(BlindCause.SOURCE_LOST, "mqtt", True, at(hours))
    return node


def begun(directory: Path) -> Node:
    return started(Store.open(directory, at()))


def refuse(node: Node, *topics: str, hours: float = 0) -> None:
    node.refused(decoder().heard_on(lambda topic: topic in topics), at(hours))


def blind_alerts(node: Node, hours: float) -> list[Alert]:
    node.tick(at(hours))
    alerts = node.households["wang"].book.alerts
    return [alert for alert in alerts if alert.finding.rule is Rule.BLIND and alert.holds]


def test_what_the_broker_refuses_is_told_and_nothing_else_is_called_deaf(tmp_path: Path) -> None:
    node = begun(tmp_path)
    refuse(node, BEDROOM)
    (alert,) = blind_alerts(node, 0.1)
    assert alert.finding.severity is Severity.FAULT
    assert alert.finding.because == Deaf(BlindCause.REFUSED, REFUSED, ("bedroom_motion",))


def test_a_topic_on_which_devices_only_say_that_they_are_there_makes_nobody_deaf(
    tmp_path: Path,
) -> None:
    node = begun(tmp_path)
    refuse(node, f"{BEDROOM}/availability", "zigbee2mqtt/kitchen_smoke/availability")
    assert blind_alerts(node, 1) == []


def test_where_it_refuses_whatever_sees_people_it_is_urgent(tmp_path: Path) -> None:
    node = begun(tmp_path)
    refuse(node, *(f"zigbee2mqtt/{room}_motion" for room in ("bedroom", "bathroom", "kitchen")))
    (alert,) = blind_alerts(node, 0.1)
    assert alert.finding.severity is Severity.URGENT


def test_what_is_allowed_later_ends_it_and_what_is_not_refused_is_no_news(tmp_path: Path) -> None:
    node = begun(tmp_path)
    refuse(node, BEDROOM)
    assert blind_alerts(node, 0.1)
    refuse(node, hours=1)
    assert blind_alerts(node, 1.1) == []


def test_a_loss_of_the_whole_broker_is_told_beside_it(tmp_path: Path) -> None:
    node = begun(tmp_path)
    refuse(node, BEDROOM)
    node.hearing(BlindCause.SOURCE_LOST, "mqtt", False, at(1))
    subjects = {alert.finding.subject: alert.finding.severity for alert in blind_alerts(node, 1.1)}
    assert subjects == {REFUSED: Severity.FAULT, "mqtt": Severity.URGENT}


def test_after_a_restart_and_a_mended_broker_nothing_of_it_is_left(tmp_path: Path) -> None:
    store = Store.open(tmp_path, at())
    node = started(store)
    refuse(node, BEDROOM)
    assert blind_alerts(node, 0.1)
    node.flush(at(0.1))
    node.save()
    store.close()
    again = started(Store.open(tmp_path, at(0.2)), 0.2)
    assert blind_alerts(again, 0.3)
    refuse(again, hours=1)
    assert blind_alerts(again, 1.1) == []
