"""A disk that hangs: the emergency is told all the same."""

import threading

from msgspec import structs

from edge.alerts import AlertBook
from edge.model import Effects, Finding, Kind, Rule, Sensed, Severity
from gateway.channels import Message, Sent
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


class Broken:
    """A channel with a mistake in it."""

    async def send(self, message: Message) -> Sent:
        raise ZeroDivisionError


class Wired(Broken):
    """A channel over the daemon's own wires, which hang with it."""

    is_rooted = True


def test_a_mistake_in_one_channel_and_wires_that_hang_too_keep_nobody_else_uninformed() -> None:
    with Receiver() as receiver:
        way = AppriseChannel("push", f"json://127.0.0.1:{receiver.port}")
        ways = {"push": Wired(), "sms": way, "desk": Broken()}
        people = tuple(structs.replace(each, channels=("push", "sms", "desk"))
                       for each in home().contacts)  # fmt: skip
        homes = {"wang": structs.replace(home(), contacts=people)}
        with Overdue(ways, homes, patience=0.05).watching(smoke()):
            assert all("烟" in str(each.json()["title"]) for each in receiver.wait_for(1))


def test_a_message_that_cannot_be_worded_is_told_barely() -> None:
    with Receiver() as receiver:
        way = AppriseChannel("push", f"json://127.0.0.1:{receiver.port}")
        nowhere = structs.replace(home(), zone_name="Nowhere/At_All")
        hangs = Overdue({"push": way, "sms": way, "desk": way}, {"wang": nowhere}, patience=0.05)
        with hangs.watching(smoke()):
            assert "UTC" in str(receiver.wait_for(3)[0].json()["message"])


def test_a_commit_in_time_is_told_in_the_ordinary_way_only() -> None:
    with Receiver() as receiver:
        with overdue(receiver).watching(smoke()):
            pass
        assert not threading.Event().wait(0.2)
        assert receiver.requests == []
