"""The apprise channel against a receiver that answers as the seven services do, and misbehaves."""

import asyncio
import io
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from edge.model import (
    Alert,
    Contact,
    Finding,
    Kind,
    Moment,
    Notice,
    Reason,
    Rule,
    Rung,
    Sensed,
    Severity,
    State,
)
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.apprise import AppriseChannel
from tests.gateway.seven_services import ERRORS, FEISHU_OK, OK, SEVEN, TOKEN, Error
from tests.receiver import Receiver, Reply

NOW = Moment.of(datetime(2025, 11, 23, 3, 12, tzinfo=UTC))


def message(title: str = "烟雾报警：王秀英", text: str = "厨房的烟感报告有烟雾。") -> Message:
    because = Sensed("d", "r", Kind.SMOKE, True, NOW.wall)
    finding = Finding(Rule.SMOKE, "d", Severity.EMERGENCY, NOW, because)
    notice = Notice("n", "a", "h", "li", "c", Reason.FIRST, Severity.EMERGENCY, NOW)
    alert = Alert("a", "h", finding, State.RAISED, NOW)
    return Message(notice, title, text, alert, Contact("li", "李强", "", "", "zh", ("c",)))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def aim(monkeypatch: pytest.MonkeyPatch) -> "Aim":
    return Aim(monkeypatch)


class Aim:
    """Points one of the seven at a local port. Five of them have their address in a class."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, name: str, port: int, patience: float = 9) -> AppriseChannel:
        service, host = SEVEN[name], f"127.0.0.1:{port}"
        if service.plugin:
            fixed = service.fixed.format(host=host)
            self._monkeypatch.setattr(f"apprise.plugins.{service.plugin}", fixed)
        return AppriseChannel(name, service.url.format(host=host, patience=patience))


async def failure(channel: AppriseChannel, about: Message | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await channel.send(message() if about is None else about)
    assert TOKEN not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("name", SEVEN)
async def test_a_message_is_accepted_when_the_body_says_so(
    name: str, receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply.json(SEVEN[name].success)
    sent = await aim(name, receiver.port).send(message())
    assert sent.rung is Rung.ACCEPTED
    assert TOKEN not in sent.evidence
    (request,) = receiver.requests
    body = request.form() if name in ("serverchan", "pushdeer") else request.json()
    assert "厨房的烟感报告有烟雾。" in str(body)
    assert "烟雾报警：王秀英" in str(body)


@pytest.mark.parametrize("error", ERRORS, ids=str)
async def test_an_error_in_the_body_is_believed_over_the_status(
    error: Error, receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply.json(error.body, error.status)
    failed = await failure(aim(error.service, receiver.port))
    assert error.words in failed.reason
    assert failed.permanent is error.permanent


@pytest.mark.parametrize("name", SEVEN)
@pytest.mark.parametrize(
    "body",
    [b"<html>Please log in to this network</html>", b"", b"[]", b"\xff\xfe", b'{"code":', b"null",
     b'{"errcode":null,"code":true}', b"[" * 5000, b'{"code":"' + b"9" * 5000 + b'"}'],
)  # fmt: skip
async def test_a_200_of_somebody_else_proves_nothing(
    name: str, body: bytes, receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply(body=body)
    failed = await failure(aim(name, receiver.port))
    assert failed.reason.startswith("HTTP 200, no answer of")
    assert not failed.permanent


@pytest.mark.parametrize("name", SEVEN)
async def test_a_server_error_is_tried_again(name: str, receiver: Receiver, aim: Aim) -> None:
    receiver.standing = Reply(500, b"oops")
    failed = await failure(aim(name, receiver.port))
    assert "HTTP 500" in failed.reason
    assert not failed.permanent


@pytest.mark.parametrize("name", SEVEN)
async def test_a_good_code_under_a_bad_status_is_no_success(
    name: str, receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply.json(SEVEN[name].success, 502)
    assert "HTTP 502" in (await failure(aim(name, receiver.port))).reason


@pytest.mark.parametrize("name", SEVEN)
async def test_a_receiver_that_hangs_is_given_up(name: str, receiver: Receiver, aim: Aim) -> None:
    receiver.standing = Reply(hang=30)
    failed = await failure(aim(name, receiver.port, patience=0.3))
    assert failed.reason == "no answer in time"
    assert not failed.permanent


@pytest.mark.parametrize("name", SEVEN)
async def test_a_receiver_that_is_not_there_is_tried_again(name: str, aim: Aim) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        failed = await failure(aim(name, closed.getsockname()[1]))
    assert failed.reason == "Connection refused"
    assert not failed.permanent


@pytest.mark.parametrize("name", SEVEN)
async def test_an_answer_that_breaks_off_proves_nothing(
    name: str, receiver: Receiver, aim: Aim
) -> None:
    whole = Reply.json(SEVEN[name].success)
    receiver.standing = Reply(whole.status, whole.body, whole.headers, break_after=5)
    failed = await failure(aim(name, receiver.port))
    assert not failed.permanent


@pytest.mark.parametrize("name", SEVEN)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_and_fails(
    name: str, status: int, receiver: Receiver, aim: Aim
) -> None:
    receiver.replies.append(Reply(status, headers=(("Location", f"{receiver.url}/else"),)))
    receiver.standing = Reply.json(SEVEN[name].success)
    failed = await failure(aim(name, receiver.port))
    assert f"HTTP {status}" in failed.reason
    assert not failed.permanent
    assert len(receiver.requests) == 1


async def test_a_redirect_that_was_asked_for_counts_when_the_final_answer_proves(
    receiver: Receiver,
) -> None:
    receiver.replies.append(Reply(307, headers=(("Location", f"{receiver.url}/push"),)))
    receiver.standing = Reply.json({"code": 200, "message": "success"})
    channel = AppriseChannel("bark", f"bark://127.0.0.1:{receiver.port}/{TOKEN}?redirect=yes")
    assert (await channel.send(message())).rung is Rung.ACCEPTED


async def test_a_redirect_to_a_receiver_without_proof_is_a_failure(receiver: Receiver) -> None:
    receiver.replies.append(Reply(307, headers=(("Location", f"{receiver.url}/login"),)))
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/?redirect=yes")
    assert "after a redirect" in (await failure(channel)).reason


async def test_other_services_are_sent_and_not_proven(receiver: Receiver) -> None:
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/{TOKEN}")
    assert await channel.send(message()) == Sent(Rung.SENT, "HTTP 200, sent, not proven")
    assert receiver.requests[0].json()["message"] == "厨房的烟感报告有烟雾。"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, False), (401, True), (403, True), (404, True), (408, False), (410, True), (429, False)],
)
async def test_the_status_decides_where_there_is_no_code(
    status: int, permanent: bool, receiver: Receiver
) -> None:
    receiver.standing = Reply(status, f"no such thing as {TOKEN}".encode())
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/{TOKEN}")
    failed = await failure(channel)
    assert failed.reason == f"HTTP {status}: no such thing as ***"
    assert failed.permanent is permanent


async def test_a_service_outside_our_table_is_found_and_heard_too(receiver: Receiver) -> None:
    channel = AppriseChannel("mm", f"mmost://127.0.0.1:{receiver.port}/{TOKEN}")
    receiver.standing = Reply(503, b"later")
    assert (await failure(channel)).reason == "HTTP 503: later"


@pytest.mark.parametrize("url", ["nonsense", "dingtalk://", "nosuch://x/y", "schan://?", ""])
async def test_an_address_that_apprise_does_not_know_is_a_lasting_failure(url: str) -> None:
    failed = await failure(AppriseChannel("x", url))
    assert failed.permanent
    assert "does not understand" in failed.reason


async def test_one_refused_device_of_two_is_a_failure(receiver: Receiver) -> None:
    receiver.replies.append(Reply.json({"code": 200, "message": "success"}))
    receiver.standing = Reply.json({"code": 400, "message": "failed to get device token"}, 400)
    channel = AppriseChannel("bark", f"bark://127.0.0.1:{receiver.port}/{TOKEN}/{TOKEN[::-1]}")
    assert "device token" in (await failure(channel)).reason
    assert len(receiver.requests) == 2


async def test_the_next_message_does_not_wait_for_the_last_one(
    receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply.json(FEISHU_OK)
    channel = aim("lark", receiver.port)
    for _ in range(3):
        await channel.send(message())
    first, _, last = receiver.requests
    # Apprise would keep 5.5 s between two, and Lark's plugin throttles itself twice.
    assert last.at - first.at < 4


async def test_concurrent_sends_hear_their_own_answers_only(receiver: Receiver) -> None:
    receiver.standing = Reply(hang=0.05)
    channels = [
        AppriseChannel(str(i), f"json://127.0.0.1:{receiver.port}/path{i}") for i in range(12)
    ]
    receiver.replies.extend(
        Reply(200 if i % 2 else 500, f"answer {i}".encode(), hang=0.02) for i in range(12)
    )
    results = await asyncio.gather(*(c.send(message()) for c in channels), return_exceptions=True)
    taken = [result for result in results if isinstance(result, Sent)]
    words = [str(result) for result in results if isinstance(result, SendFailed)]
    assert len(taken) == 6
    assert sorted(words) == sorted(f"HTTP 500: answer {i}" for i in range(0, 12, 2))


async def test_a_send_that_hangs_holds_up_no_other(receiver: Receiver) -> None:
    receiver.replies.append(Reply(hang=30))
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/")
    hanging = asyncio.create_task(channel.send(message()))
    await asyncio.to_thread(receiver.wait_for, 1)
    began = time.monotonic()
    await channel.send(message())
    assert time.monotonic() - began < 2
    hanging.cancel()


async def test_senders_that_hang_are_not_gathered_without_end(receiver: Receiver) -> None:
    receiver.standing = Reply(hang=30)
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/")
    hanging = [asyncio.create_task(channel.send(message())) for _ in range(24)]
    await asyncio.to_thread(receiver.wait_for, 24)
    failed = await failure(channel)
    assert failed.reason == "24 earlier sends still hang there"
    assert not failed.permanent
    receiver.release()
    await asyncio.gather(*hanging)
    assert (await channel.send(message())).rung is Rung.SENT


async def test_an_endless_answer_does_not_fill_the_memory(receiver: Receiver) -> None:
    receiver.standing = Reply(body=b"x" * 3_000_000)
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/")
    assert (await channel.send(message())).rung is Rung.SENT


async def test_serverchan_gets_its_markdown_escaped_and_a_title_that_fits(
    receiver: Receiver, aim: Aim
) -> None:
    receiver.standing = Reply.json(SEVEN["serverchan"].success)
    title = "长时间没有动静：" + "王" * 40
    await aim("serverchan", receiver.port).send(message(title, "# <b>*王*</b>\n1. 请做：[x](y)"))
    form = receiver.requests[0].form()
    assert len(form["title"]) == 32
    assert form["desp"].split("\n\n") == [
        title,
        r"\# &lt;b&gt;\*王\*&lt;/b&gt;",
        r"\1. 请做：\[x\](y)",
    ]


async def test_a_name_cannot_page_everybody_on_feishu(receiver: Receiver, aim: Aim) -> None:
    receiver.standing = Reply.json(FEISHU_OK)
    await aim("feishu", receiver.port).send(message(text='<at user_id="all">王</AT>'))
    assert b"<at" not in receiver.requests[0].body.lower()


async def test_wecom_gets_no_more_bytes_than_it_takes(receiver: Receiver, aim: Aim) -> None:
    receiver.standing = Reply.json(OK)
    await aim("wecom", receiver.port).send(message(text="王" * 2000))
    content = receiver.requests[0].json()["text"]
    assert len(str(dict(content)["content"]).encode()) <= 2048  # type: ignore[call-overload]


async def test_a_markup_receiver_shows_names_as_they_are(receiver: Receiver) -> None:
    channel = AppriseChannel("json", f"json://127.0.0.1:{receiver.port}/?format=html")
    await channel.send(message(text="<script>王 & *李*"))
    assert "&lt;script&gt;" in str(receiver.requests[0].json()["message"])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


async def test_the_address_is_in_no_log_and_no_repr(
    receiver: Receiver, aim: Aim, log: io.StringIO
) -> None:
    logging.getLogger("anybody").debug("this log hears everything")
    receiver.standing = Reply(500, TOKEN.encode())
    for name in SEVEN:
        channel = aim(name, receiver.port)
        failed = await failure(channel)
        assert TOKEN not in repr(channel) + repr(failed)
        assert failed.__cause__ is None
    await failure(AppriseChannel("bad", f"dingtalk://{TOKEN}!!/"))
    assert "hears everything" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_apprise_is_not_loaded_before_it_is_needed_and_then_only_one_plugin() -> None:
    program = """
import asyncio, sys
import gateway.channels.apprise as ours
channel = ours.AppriseChannel("x", "dingtalk://abc/")
assert "apprise" not in sys.modules and "requests" not in sys.modules
asyncio.run(channel.warm())
plugins = [m for m in sys.modules if m.startswith("apprise.plugins.")]
print(sorted(plugins))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "['apprise.plugins.base', 'apprise.plugins.dingtalk']"
