"""Receivers at their worst: a clear outcome each, another channel, nothing stuck."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from edge.model import Rung
from gateway.channels.apprise import AppriseChannel
from gateway.channels.webhook import WebhookChannel
from gateway.store import Store
from tests.gateway.outbox_rig import START, Bench, Way, a_notice, opened_store, settled, until
from tests.receiver import Receiver, Reply

store = pytest.fixture(opened_store)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
TOKEN = "abcdef0123456789"
SUCCESS = Reply.json({"code": 200, "message": "success", "timestamp": 1763867520})
ELSEWHERE = (("Location", "http://127.0.0.1:9/"),)


class Bad(NamedTuple):
    """What a receiver does, what is said of it by each channel, and whether it is for good."""

    reply: Reply
    apprise: str
    webhook: str
    is_lasting: bool = False


UNKNOWN = {"code": 400, "message": "failed to get device token: not in database", "error": "no"}
BAD = {
    "hangs": Bad(Reply(hang=30), "no answer within 0.3 s", "no answer within 0.3 s"),
    "says 200 and means an error": Bad(
        Reply.json({"code": 500, "message": "push failed: i/o timeout", "error": "busy"}),
        "code 500: push failed",
        "HTTP 200",
    ),
    "says 200 with a page to log in": Bad(
        Reply(body=b'{"status": "error", "html": "<html>Log in</html>"}'),
        "no answer of Bark",
        "HTTP 200",
    ),
    "redirects": Bad(Reply(302, b"", ELSEWHERE), "HTTP 302", "HTTP 302"),
    "closes in the middle of its answer": Bad(
        Reply(body=b"x" * 2000, break_after=10), "broke off", "ClientPayloadError"
    ),
    "is overloaded": Bad(Reply(503, b"busy"), "HTTP 503", "HTTP 503"),
    "is gone": Bad(Reply(410, b"gone"), "HTTP 410", "HTTP 410", is_lasting=True),
    "does not know the recipient": Bad(
        Reply.json(UNKNOWN, 404), "failed to get device token", "HTTP 404", is_lasting=True
    ),
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(SUCCESS) as running:
        yield running


def bark(receiver: Receiver) -> AppriseChannel:
    return AppriseChannel("one", f"bark://127.0.0.1:{receiver.port}/{TOKEN}?cto=9&rto=9")


def hook(receiver: Receiver) -> WebhookChannel:
    return WebhookChannel("one", f"{receiver.url}/{TOKEN}", SECRET, lambda: START)


@pytest.mark.parametrize("made", [bark, hook])
@pytest.mark.parametrize("name", BAD)
async def test_a_bad_receiver_costs_no_message_and_holds_up_nobody(
    name: str, made: Callable[[Receiver], Any], receiver: Receiver, store: Store
) -> None:
    bad = BAD[name]
    receiver.standing = bad.reply
    bench = Bench(store, one=made(receiver), two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: len(bench.receipts()) >= 1)
        while not bench.ways["two"].sent:  # after the second failure, or a lasting one
            bench.later(2)
            await settled()
        said = [evidence for notice, _, _, evidence in bench.receipts() if notice == "n"]
        expected = bad.apprise if made is bark else bad.webhook
        assert expected in said[0], said
        assert TOKEN not in "".join(said) and "127.0.0.1" not in "".join(said)
        receiver.release()
        receiver.standing = SUCCESS
        while store.pending():
            bench.later(timedelta(minutes=1).total_seconds())
            await settled()
    rungs = {rung for notice, _, rung, _ in bench.receipts() if notice == "n"}
    assert (Rung.ACCEPTED in rungs) is not bad.is_lasting
    assert len(bench.ways["two"].sent) == 1
