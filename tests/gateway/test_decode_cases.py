"""What `shouhu decode --jsonl` answers: a line a case, whatever stands in it."""

import json

import pytest

from gateway.catalogue import load_catalogue
from gateway.commands.decode_cases import answers

PROFILES = tuple(load_catalogue().values())
MAC = "A4:C1:38:00:00:01"


def asked(*messages: object) -> dict[str, object]:
    """Give the answer to one case."""
    (answer,) = answers([json.dumps({"case": "one", "messages": messages})], PROFILES)
    said: dict[str, object] = json.loads(answer)
    return said


def advertised(**adv: object) -> dict[str, object]:
    return {"transport": "ble", "address": MAC, "adv": adv}


@pytest.mark.parametrize(
    "adv",
    [
        {"manufacturer_data": {"70000": "00" * 24}},
        {"manufacturer_data": {"-1": "00"}},
        {"manufacturer_data": {"99999999999999999999999": "00"}},
        {"manufacturer_data": [], "service_data": 5},
        {"service_data": {"fcd2": "4"}},
        {"name": "\ud800", "service_uuids": "fcd2"},
    ],
)
def test_an_advertisement_that_cannot_be_is_refused_and_no_end(adv: dict[str, object]) -> None:
    answer = asked(advertised(**adv))

    assert answer["readings"] == []
    assert answer["refused"]


@pytest.mark.parametrize("line", ["[]", "5", '"x"', "{", '{"case":"j"}', '{"messages":[1]}'])
def test_a_line_that_is_no_case_costs_itself_only(line: str) -> None:
    sound = json.dumps({"case": "sound", "messages": []})

    first, second = map(json.loads, answers([line, "", sound], PROFILES))

    assert first["refused"].startswith("not a case")
    assert second == {"case": "sound", "readings": [], "refused": None}


def test_a_case_begins_knowing_nothing() -> None:
    smoke = advertised(service_data={"fcd2": "4000012901"})

    both = [asked(smoke)["readings"] for _ in range(2)]

    assert both == [[{"kind": "smoke", "value": True}]] * 2


def test_a_good_line_that_says_nothing_is_not_called_damaged() -> None:
    rain = {"transport": "serial", "model": "RFLink", "payload": "20;0C;Cresta;ID=8001;RAIN=001c;"}

    assert "damaged" not in str(asked(rain)["refused"])


def test_a_torn_frame_and_an_unknown_model_are_told_apart() -> None:
    torn = {"transport": "serial", "model": "EnOcean ESP3", "payload": "55000a07"}
    nobody = {"transport": "serial", "model": "Nobody", "payload": "55000a07"}

    assert str(asked(torn)["refused"]).startswith("damaged")
    assert str(asked(nobody)["refused"]).startswith("unknown_device")
