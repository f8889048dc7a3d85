"""Requests over MQTT: a wall panel, a button or another program takes an alert, answers, says away.

    TOPIC         {"do": "acknowledge", "alert": "...", "by": "...", "id": "7"}
    TOPIC/reply   {"ok": true, "id": "7", ...}

The requests are a part of those of the command line. Who may publish there is the broker's to say.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from edge.model import Freshness, Packet
from gateway.control import Answer, Request
from gateway.requests import (
    AcknowledgeAlert,
    AnswerQuestion,
    CloseAlert,
    DeclareAway,
    DeclareBack,
)

LONGEST = 4096  # bytes
Allowed = AcknowledgeAlert | CloseAlert | AnswerQuestion | DeclareAway | DeclareBack
# Who was well then need not be now, and who was out may be at home again and be missed.
OF_NOW = AnswerQuestion | DeclareAway


class _Tag(Struct):
    """What whoever asks knows the answer by."""

    id: Annotated[str, Meta(max_length=64)] = ""


_requests = msgspec.json.Decoder(Allowed)
_tags = msgspec.json.Decoder(_Tag)


class MqttCommands:
    """Hears one topic; `counts` takes what was refused, by reason."""

    def __init__(
        self,
        topic: str,
        ask: Callable[[Request], Answer | Awaitable[Answer]],
        publish: Callable[[str, bytes], bool],
        counts: Counter[str],
    ) -> None:
        self.topic = topic
        self._ask = ask
        self._publish = publish
        self._counts = counts

    def take(self, packet: Packet) -> None:
        """Do what a message asks, and say what became of it."""
        refused = _refused(packet)
        if refused:
            self._counts[f"command {refused}"] += 1
            return
        try:
            tag = _tags.decode(packet.payload).id
            request = _requests.decode(packet.payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            self._counts["command not understood"] += 1
            self._reply(Answer(False, f"not understood: {error}"), "")
            return
        if isinstance(request, OF_NOW) and packet.freshness is not Freshness.LIVE:
            self._counts["command late"] += 1
            self._reply(Answer(False, "too late: it was waiting at the broker"), tag)
            return
        answer = self._ask(request)
        if isinstance(answer, Answer):
            self._reply(answer, tag)

    def _reply(self, answer: Answer, tag: str) -> None:
        error = {} if answer.ok else {"error": answer.error}
        facts = {"ok": answer.ok, "id": tag, **error, **answer.facts}
        self._publish(f"{self.topic}/reply", msgspec.json.encode(facts))


def _refused(packet: Packet) -> str:
    if packet.freshness is Freshness.RETAINED:
        return "retained"  # it would be carried out anew at every start
    return "too long" if len(packet.payload) > LONGEST else ""
