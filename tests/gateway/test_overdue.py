"""A disk that hangs: the emergency is told all the same."""

import threading

from edge.alerts import AlertBook
from edge.model import Effects, Finding, Kind, Rule, Sensed, Severity
from gateway.channels.apprise import AppriseChannel
from gateway.overdue import Overdue
from tests.homes import at, home
from tests.receiver import Receiver


def smoke() -> Effects:
    because = Sensed("kitchen_smoke", "kitchen", Kind.SMOKE, True, at().wall)
    finding = Finding(Rule.SMOKE, "kitchen_smoke", Severity.EMERGENCY, at(), because)
    return AlertBook(home()).update(frozenset({Rule.SMOKE}), [finding], at())


def overdue(receiver: Receiver) -> Overdue:
    way = AppriseChannel("push", f"json://127.0.0.1:{receiver.port}")
    return Overdue({"push": way, "sms": way, "desk": way}, {"wang": home()}, patience=0.05)


def test_smoke_is_told_while_its_commit_still_hangs() -> None:
    with Receiver() as receiver, overdue(receiver).watching(smoke()):
        requests = receiver.wait_for(3)
        assert all("烟" in str(request.json()["title"]) for request in requests)


def test_a_commit_in_time_is_told_in_the_ordinary_way_only() -> None:
    with Receiver() as receiver:
        with overdue(receiver).watching(smoke()):
            pass
        assert not threading.Event().wait(0.2)
        assert receiver.requests == []
