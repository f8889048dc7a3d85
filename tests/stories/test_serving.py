"""A port that something else has: the home is watched, and whoever looks is told what is wrong."""

import json
import socket
from collections.abc import Iterator

import pytest

from gateway.control import Status
from tests.broker import Broker
from tests.installation import Installation
from tests.stories.conftest import Install
from tests.stories.test_metrics import is_open

TAKEN = "[page]\nport = {page}\n\n[metrics]\nport = {metrics}\n"


@pytest.fixture
def taken() -> Iterator[tuple[socket.socket, socket.socket]]:
    both = (socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0)))
    yield both
    for each in both:
        each.close()


def serves(box: Installation) -> dict[str, str]:
    answer = box.asked(Status())
    found = {} if answer is None else answer.facts["serves"]
    assert isinstance(found, dict)
    return found


def checks(box: Installation) -> dict[str, bool]:
    done = json.loads(box.shouhu("doctor", "--json").stdout)
    return {each["id"]: each["ok"] for each in done["checks"]}


def shut(box: Installation) -> None:
    """Start, and see that neither port could be opened."""
    box.start()
    box.hears()
    box.until(lambda: {"page", "metrics"} <= serves(box).keys())


def test_a_port_that_is_taken_stops_no_gateway_and_whoever_looks_is_told(
    broker: Broker, install: Install, taken: tuple[socket.socket, socket.socket]
) -> None:
    page, metrics = (each.getsockname()[1] for each in taken)
    box = install(broker, gateway=TAKEN.format(page=page, metrics=metrics))
    shut(box)
    assert "打不开" in box.shouhu("--lang", "zh", "status").stdout
    found = checks(box)
    assert (found["page"], found["metrics"], found["broker"]) == (False, False, True)
    assert f"ss -ltnp | grep :{page}" in box.shouhu("--lang", "en", "doctor").stdout


@pytest.mark.soak  # it is tried again after ten seconds
def test_a_port_is_open_once_it_is_free_and_both_are_told_once(
    broker: Broker, install: Install, taken: tuple[socket.socket, socket.socket]
) -> None:
    page, metrics = (each.getsockname()[1] for each in taken)
    box = install(broker, gateway=TAKEN.format(page=page, metrics=metrics))
    shut(box)
    taken[1].close()
    box.until(lambda: serves(box)["metrics"] == "yes", 30)
    assert is_open(metrics)
    assert checks(box)["metrics"]
    assert len([line for line in box.said().splitlines() if '"of": "metrics"' in line]) == 2
