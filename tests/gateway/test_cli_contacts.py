"""`shouhu contacts`: the week's gaps, who has answered, and the daemon behind a real socket."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from edge.model import (
    Asked,
    Change,
    Effects,
    Event,
    Finding,
    Rule,
    Severity,
    State,
)
from gateway.control import SOCKET, AcknowledgeAlert, Answer, ControlServer, Request
from gateway.store import Store
from tests.command_line import shouhu
from tests.gateway.keeping import NOW, alert
from tests.gateway.test_config import GATEWAY, HOME

PEOPLE = """
[[contact]]
id = "zhao"
name = "赵秀英"
role = "对门"
channels = ["desk", "push"]
hours = ["09:00-17:00"]

[[escalation.step]]
tell = ["role:neighbour"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write a home with a daughter and a neighbour, of whom the neighbour is told."""
    directory = tmp_path / "config"
    (directory / "households").mkdir(parents=True)
    (directory / "push-url").write_text("json://127.0.0.1:9/x")
    (directory / "gateway.toml").write_text(GATEWAY)
    (directory / "households" / "wang.toml").write_text(HOME + PEOPLE)
    return directory


def asked_of(directory: Path, *, answered: bool) -> str:
    """Keep a monthly test of the neighbour, waiting or answered; give its id."""
    because = Asked("zhao", NOW.wall)
    test = Finding(Rule.REACH, "zhao", Severity.NOTE, NOW, because)
    state = State.CLOSED if answered else State.RAISED
    about = structs.replace(alert("f00d"), finding=test, household="wang", state=state)
    changes = [Change("f00d", Event.RAISED, NOW, "shouhu")]
    if answered:
        changes.append(Change("f00d", Event.ACKNOWLEDGED, NOW, "赵秀英"))
    store = Store.open(directory / "store", NOW)
    store.commit(Effects(changes=changes, alerts=[about]), 0, NOW)
    store.close()
    return about.id


@pytest.fixture
def daemon(config: Path) -> Iterator[list[Request]]:
    """Answer at the socket as the daemon would; give what was asked."""
    seen: list[Request] = []
    loop = asyncio.new_event_loop()

    def handle(request: Request) -> Answer:
        seen.append(request)
        return Answer(True, facts={})

    (config / "store").mkdir(exist_ok=True)
    server = ControlServer(config / "store" / SOCKET, handle)
    loop.run_until_complete(server.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield seen
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_the_hours_at_which_nobody_is_there_are_listed_and_fail_the_command(config: Path) -> None:
    found = shouhu("--lang", "zh", "contacts", "check", "--config", str(config))
    assert found.code == 1, found.err
    assert "空档" in found.out and "没有人在岗，照样通知：赵秀英" in found.out
    plain = json.loads(shouhu("contacts", "check", "wang", "--json", "--config", str(config)).out)
    assert plain[0]["sound"] is False
    smoke = next(each for each in plain[0]["alerts"] if each["rule"] == "smoke")
    assert smoke["severity"] == "emergency" and smoke["gaps"][0]["gap"] == "woken"


def test_a_home_with_somebody_at_every_hour_is_sound(config: Path) -> None:
    file = config / "households" / "wang.toml"
    file.write_text(file.read_text().replace('hours = ["09:00-17:00"]', ""))
    found = shouhu("contacts", "check", "--config", str(config))
    assert (found.code, "every hour" in found.out, "GAP" in found.out) == (0, True, False)


def test_the_list_says_who_is_told_by_what_and_who_has_answered(config: Path) -> None:
    before = json.loads(shouhu("contacts", "list", "--json", "--config", str(config)).out)
    assert [(each["contact"], each["asked"]) for each in before] == [
        ("daughter", None),
        ("zhao", None),
    ]
    assert before[1]["role_key"] == "neighbour" and before[1]["channels"] == ["desk", "push"]
    asked_of(config, answered=True)
    after = json.loads(shouhu("contacts", "list", "--json", "--config", str(config)).out)
    assert after[1]["answered"] == NOW.wall.isoformat()
    assert "赵秀英" in shouhu("contacts", "list", "wang", "--config", str(config)).out


def test_an_answer_by_telephone_goes_to_the_daemon_as_theirs(
    config: Path, daemon: list[Request]
) -> None:
    test = asked_of(config, answered=False)
    found = shouhu("contacts", "answered", "wang", "赵秀英", "--config", str(config))
    assert found.code == 0, found.err
    [request] = daemon
    assert isinstance(request, AcknowledgeAlert)
    assert (request.alert, request.by) == (test, "赵秀英")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nobody"), "nobody"),
        (("list", "nobody"), "nobody"),
        (("answered", "nobody", "zhao"), "nobody"),
        (("answered", "wang", "钱"), "钱"),
        (("answered", "wang", "daughter"), "no monthly test"),
    ],
)
def test_what_is_not_there_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    asked_of(config, answered=True)
    found = shouhu("contacts", *words, "--config", str(config))
    assert found.code == 4 and said in found.err
