"""Requests over MQTT: five of them, once each, and everything else is counted and answered."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.model import Freshness, Outcome, Packet
from gateway.control import Answer, Request
from gateway.mqtt_commands import LONGEST, MqttCommands, _refused
from gateway.phrases import PHRASES
from gateway.requests import (
    AcknowledgeAlert,
    AnswerQuestion,
    CloseAlert,
    DeclareAway,
    DeclareBack,
)
from tests.homes import at

TAKE = {"do": "acknowledge", "alert": "a1", "by": "王芳"}


class Panel:
    """What hangs on the wall and asks."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[Request] = []
        self.counts: Counter[str] = Counter()
        self.replies: list[tuple[str, Any]] = []
        self._answer = answer or Answer(True, facts={"alert": "a1"})
        self.commands = MqttCommands("home/command", self._ask, self._publish, self.counts)

    def says(self, what: object, freshness: Freshness = Freshness.LIVE) -> None:
        payload = what if isinstance(what, bytes) else msgspec.json.encode(what)
        self.commands.take(Packet("mqtt", "home/command", payload, at(1), freshness))

    def _ask(self, request: Request) -> Answer:
        self.asked.append(request)
        return self._answer

    def _publish(self, topic: str, payload: bytes) -> bool:
        self.replies.append((topic, msgspec.json.decode(payload)))
        return True


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (TAKE, AcknowledgeAlert("a1", "王芳")),
        ({**TAKE, "lease_s": 600}, AcknowledgeAlert("a1", "王芳", 600)),
        (
            {"do": "close", "alert": "a1", "by": "王芳", "outcome": "well"},
            CloseAlert("a1", "王芳", Outcome.WELL),
        ),
        ({"do": "answer", "household": "wang", "by": "按钮"}, AnswerQuestion("wang", "按钮")),
        ({"do": "away", "household": "wang", "by": "王芳"}, DeclareAway("wang", "王芳")),
        ({"do": "back", "household": "wang", "by": "王芳"}, DeclareBack("wang", "王芳")),
    ],
)
def test_what_may_be_asked_is_asked_and_answered(said: object, asked: Request) -> None:
    panel = Panel()
    panel.says(said)
    assert panel.asked == [asked]
    assert panel.replies == [("home/command/reply", {"ok": True, "id": "", "alert": "a1"})]


def test_the_answer_bears_the_tag_of_the_question_and_a_refusal_its_reason() -> None:
    panel = Panel(Answer(False, "the alert is closed"))
    panel.says({**TAKE, "id": "7"})
    assert panel.replies[0][1] == {"ok": False, "id": "7", "error": "the alert is closed"}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"ON",
        b"[]",
        b"\xff\xfe",
        b"[" * 2000,
        {"do": "erase", "household": "wang"},
        {"do": "reload"},
        {"do": "drill", "household": "wang", "by": "x"},
        {"do": "acknowledge", "alert": "a1"},
        {"do": "acknowledge", "alert": "a1", "by": ""},
        {"do": "acknowledge", "alert": "a1", "by": "x\n"},
        {"do": "acknowledge", "alert": "a1", "by": "x", "lease_s": 5},
        {"do": "close", "alert": "a1", "by": "x", "outcome": "perhaps"},
        {**TAKE, "id": "x" * 65},
    ],
)
def test_what_may_not_be_asked_is_counted_and_refused(said: object) -> None:
    panel = Panel()
    panel.says(said)
    assert panel.asked == []
    assert panel.counts == {"command not understood": 1}
    assert panel.replies[0][1]["ok"] is False


def test_a_retained_command_is_never_carried_out() -> None:
    panel = Panel()
    panel.says(TAKE, Freshness.RETAINED)
    assert (panel.asked, panel.replies) == ([], [])
    assert panel.counts == {"command retained": 1}


def test_a_megabyte_is_not_even_read() -> None:
    panel = Panel()
    panel.says(b" " * (LONGEST + 1))
    assert (panel.asked, panel.counts) == ([], {"command too long": 1})


@pytest.mark.parametrize("word", ["answer", "away"])
def test_to_be_well_or_out_while_nobody_listened_is_not_to_be_so_now(word: str) -> None:
    panel = Panel()
    panel.says({"do": word, "household": "wang", "by": "x", "id": "7"}, Freshness.BUFFERED)
    [(_, said)] = panel.replies
    assert (said["ok"], said["id"]) == (False, "7") and "too late" in str(said["error"])
    panel.says(TAKE, Freshness.BUFFERED)
    assert panel.asked == [AcknowledgeAlert("a1", "王芳")]
    assert panel.counts == {"command late": 1}


@pytest.mark.parametrize("module", ["mqtt_commands", "replies"])
def test_every_reason_for_which_something_is_refused_has_its_words(module: str) -> None:
    source = (Path(__file__).parents[2] / "gateway" / f"{module}.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'"(sms [a-z ]+|command [a-z ]+)"', source))
    if module == "mqtt_commands":
        reasons |= {f"command {_refused(each)}" for each in REFUSED}
    assert reasons
    assert {f"count.{reason.replace(' ', '_')}" for reason in reasons} <= PHRASES.keys()


REFUSED = (
    Packet("mqtt", "home/command", b"", at(1), Freshness.RETAINED),
    Packet("mqtt", "home/command", b" " * (LONGEST + 1), at(1)),
)
