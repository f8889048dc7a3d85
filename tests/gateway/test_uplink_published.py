"""What is published of the uplink is what is spoken: topics, kinds, and every reference in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gateway.uplink import mqtt_path
from gateway.wire.uplink.event import DATA, Kind, encode
from tests.gateway.test_uplink_event import EVENTS

PUBLISHED = Path(__file__).parents[2] / "docs" / "uplink"
ASYNC_API: dict[str, Any] = json.loads((PUBLISHED / "asyncapi.json").read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = json.loads((PUBLISHED / "events.schema.json").read_text(encoding="utf-8"))


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_topic_that_is_spoken_is_published_and_no_other() -> None:
    said = re.findall(r"shouhu/v1/GATEWAY/(\w+)", mqtt_path.__doc__ or "")
    addresses = [channel["address"] for channel in ASYNC_API["channels"].values()]
    assert sorted(addresses) == sorted(f"shouhu/v1/{{gateway}}/{each}" for each in said)
    source = Path(mqtt_path.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r"\{self\._top\}/(\w+)", source)) == set(said)


def test_every_kind_of_event_is_published() -> None:
    names = {message["name"] for message in ASYNC_API["components"]["messages"].values()}
    assert names - {"state"} == set(Kind) == set(DATA)


@pytest.mark.parametrize("reference", sorted(set(references(ASYNC_API))))
def test_every_reference_leads_somewhere(reference: str) -> None:
    if reference == "events.schema.json":
        return
    node: Any = ASYNC_API
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    assert node


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_example_keeps_to_the_message_that_is_published_of_it(event: Any) -> None:
    [message] = [
        each for each in ASYNC_API["components"]["messages"].values() if each["name"] == event.type
    ]
    parts = [SCHEMA if "$ref" in part else part for part in message["payload"]["allOf"]]
    for part in parts:
        Draft202012Validator(part).validate(json.loads(encode(event)))
