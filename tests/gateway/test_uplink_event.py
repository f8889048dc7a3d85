"""The event of the uplink: the same bytes for the same thing, a schema that holds, refusals."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edge.model import Outcome, Rule, State
from gateway.wire.uplink.event import (
    AlertData,
    Answer,
    CapSeverity,
    Category,
    Certainty,
    CommandData,
    Event,
    HealthData,
    HeartbeatData,
    Information,
    Kind,
    MessageType,
    NoEvent,
    Order,
    ReplyData,
    Status,
    SummaryData,
    Urgency,
    cap_time,
    decode,
    encode,
    schema,
)
from gateway.wire.uplink.visiting import Act, Button, PageData, VisitData

AT = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
VALIDATOR = Draft202012Validator(schema())


def alert_data(**other: Any) -> AlertData:
    plain: dict[str, Any] = {
        "identifier": "c1",
        "incident": "a1",
        "sender": "gw-7",
        "sent": cap_time(AT, SHANGHAI),
        "status": Status.ACTUAL,
        "msgType": MessageType.ALERT,
        "scope": "Private",
        "addresses": "district",
        "category": Category.FIRE,
        "severity": CapSeverity.EXTREME,
        "urgency": Urgency.IMMEDIATE,
        "certainty": Certainty.OBSERVED,
        "onset": cap_time(AT, SHANGHAI),
        "household": "wang",
        "rule": Rule.SMOKE,
        "subject": "kitchen_smoke",
        "room": "kitchen",
        "state": State.RAISED,
        "info": (Information("zh", "厨房烟雾报警", "王秀英家厨房的烟雾报警器响了。"),),
        "because": {"type": "sensed", "value": True},
    }
    return AlertData(**(plain | other))


EVENTS = [
    Event("c1", "/gateways/gw-7", Kind.ALERT, AT, alert_data(), "wang", epoch="e1", sequence=4),
    Event(
        "h1", "/gateways/gw-7", Kind.HEALTH, AT,
        HealthData(AT, "1.2.0", "b1", 2, ("wang",), {"silent": 1}, 0, 912, clock_trusted=True),
    ),
    Event(
        "s1", "/gateways/gw-7", Kind.SUMMARY, AT,
        SummaryData("wang", "2026-03-01", "Asia/Shanghai", "0" * 14 + "1" * 30 + "????"),
    ),
    Event("b1", "/gateways/gw-7", Kind.HEARTBEAT, AT, HeartbeatData(AT, "b1", 30, 0, 0)),
    Event("r1", "/district", Kind.REPLY, AT, ReplyData("c1", Answer.ACCEPTED, owner="李敏")),
    Event(
        "o1", "/district", Kind.COMMAND, AT,
        CommandData(Order.CLOSE, "wang", "a1", "李敏", outcome=Outcome.WELL),
    ),
    Event("v1", "/district", Kind.VISIT, AT, VisitData("x" * 35, Act.CLOSE, Outcome.WELL)),
    Event(
        "p1", "/gateways/gw-7", Kind.PAGE, AT,
        PageData("v1", 200, "zh", "烟雾报警", "王秀英", buttons=(Button(Outcome.WELL, "平安"),)),
    ),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_comes_back_as_it_was_sent_and_keeps_to_the_published_schema(
    event: Event,
) -> None:
    payload = encode(event)
    assert decode(payload) == event
    assert encode(decode(payload)) == payload
    VALIDATOR.validate(json.loads(payload))


def test_the_example_of_each_kind_is_there_and_its_data_belong_to_no_other() -> None:
    assert {event.type for event in EVENTS} == set(Kind)
    for event in EVENTS:
        for other in EVENTS:
            if other.type is not event.type:
                swapped = json.loads(encode(event)) | {"type": other.type}
                assert not VALIDATOR.is_valid(swapped)


def test_times_of_cap_have_a_numeric_offset() -> None:
    assert cap_time(AT, SHANGHAI) == "2026-03-02T11:04:05+08:00"
    assert cap_time(AT, UTC) == "2026-03-02T03:04:05+00:00"
    assert cap_time(AT, timezone(-timedelta(hours=3, minutes=30))).endswith("-03:30")
    changed = json.loads(encode(EVENTS[0]))
    changed["data"]["sent"] = "2026-03-02T03:04:05Z"
    with pytest.raises(NoEvent, match="sent"):
        decode(json.dumps(changed).encode())
    assert not VALIDATOR.is_valid(changed)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("specversion", "0.3"),
        ("type", "shouhu.alert.v9"),
        ("id", ""),
        ("id", "a b"),
        ("time", "2026-03-02T03:04:05"),
        ("sequence", -1),
        ("data", None),
        ("data", []),
    ],
)
def test_what_is_no_event_is_refused_with_its_place(place: str, value: object) -> None:
    changed = json.loads(encode(EVENTS[0])) | {place: value}
    with pytest.raises(NoEvent):
        decode(json.dumps(changed).encode())


@given(st.binary(max_size=400))
def test_nothing_that_arrives_raises_anything_else(payload: bytes) -> None:
    with pytest.raises(NoEvent):
        decode(payload)


def test_a_payload_nested_ten_thousand_deep_is_refused() -> None:
    changed = encode(EVENTS[0]).replace(b'{"type":"sensed"', b'{"x":' + b"[" * 100_000)
    with pytest.raises(NoEvent):
        decode(changed)


def test_a_reader_of_today_understands_a_field_of_tomorrow() -> None:
    more = json.loads(encode(EVENTS[0]))
    more["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    more["data"]["of_tomorrow"] = 1
    assert decode(json.dumps(more).encode()) == EVENTS[0]
    assert msgspec.json.decode(encode(EVENTS[0]))["data"]["rule"] == "smoke"


def test_the_published_schema_is_that_of_the_events() -> None:
    published = Path(__file__).parents[2] / "docs" / "uplink" / "events.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()
