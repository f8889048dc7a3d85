"""`shouhu away` and `shouhu back`: what is typed, what the daemon hears, and what it keeps."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from edge.exercise import Exercise
from edge.model import Away, Back, Moment, Outcome, Severity
from gateway.commanding import Commanding
from gateway.commands.away import moment
from gateway.commands.exits import CommandFailed
from gateway.control import SOCKET, Answer, ControlServer, Request
from gateway.node import Node
from gateway.requests import (
    AcknowledgeAlert,
    AnswerQuestion,
    CloseAlert,
    DeclareAway,
    DeclareBack,
    Drill,
    GoOn,
    Status,
)
from gateway.store import Store
from tests.command_line import shouhu
from tests.gateway.test_cli_alerts import GATEWAY, HOME
from tests.gateway.test_node import decoder
from tests.homes import at, home

SHANGHAI = ZoneInfo("Asia/Shanghai")
Listen = Callable[[Callable[[Request], Answer]], None]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a configuration with one home, whose store has been there."""
    (tmp_path / "households").mkdir()
    (tmp_path / "gateway.toml").write_text(GATEWAY.format(port=1, receiver=1))
    (tmp_path / "households" / "wang.toml").write_text(HOME, encoding="utf-8")
    Store.open(tmp_path / "store", at(0)).close()
    return tmp_path


@pytest.fixture
def listen(directory: Path) -> Iterator[Listen]:
    """Give a function that lets something answer on the store's control socket."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers: list[ControlServer] = []

    def start(handle: Callable[[Request], Answer]) -> None:
        servers.append(ControlServer(directory / "store" / SOCKET, handle))
        asyncio.run_coroutine_threadsafe(servers[-1].start(), loop).result(10)

    yield start
    for server in servers:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def test_a_date_lasts_to_its_end_and_a_time_is_the_homes(directory: Path, listen: Listen) -> None:
    heard: list[Request] = []

    def handle(request: Request) -> Answer:
        heard.append(request)
        return Answer(True, facts={"household": "wang", "until": "2026-10-07T16:00:00+00:00"})

    listen(handle)
    typed = ("away", "wang", "--until", "2026-10-07", "--by", "王芳", "--config", directory)
    done = shouhu(*typed)
    assert heard == [DeclareAway("wang", "王芳", datetime(2026, 10, 7, 16, tzinfo=UTC))]
    assert done.code == 0
    assert done.out.startswith("王家: nobody is at home until 2026-10-08 00:00:00")
    assert "no sensor is on the outer door" in done.out
    assert "大门上没有传感器" in shouhu("--lang", "zh", *typed).out
    shouhu("away", "wang", "--until", "2026-10-07T18:00", "--by", "王芳", "--config", directory)
    assert heard[-1] == DeclareAway("wang", "王芳", datetime(2026, 10, 7, 10, tzinfo=UTC))


def test_an_end_that_no_clock_has_told_yet_is_said_in_words(
    directory: Path, listen: Listen
) -> None:
    listen(lambda _: Answer(True, facts={"away": {"wang": None}}))
    assert "None" not in shouhu("status", "--config", directory).out
    assert "wang 有人回家为止" in shouhu("--lang", "zh", "status", "--config", directory).out


def test_without_a_date_it_is_open(directory: Path, listen: Listen) -> None:
    heard: list[Request] = []

    def handle(request: Request) -> Answer:
        heard.append(request)
        return Answer(True, facts={"household": "wang", "until": "2026-04-01T00:00:00+00:00"})

    listen(handle)
    done = shouhu("away", "wang", "--by", "王芳", "--config", directory)
    assert heard == [DeclareAway("wang", "王芳", None)]
    assert "until somebody moves there again" in done.out


@pytest.mark.parametrize(
    "text", ["soon", "2026-13-01", "7.10.2026", "", "2026-10-07T25:00", "9999-12-31"]
)
def test_what_is_no_date_is_a_slip_of_usage(text: str) -> None:
    with pytest.raises(CommandFailed, match=r"away\.until"):
        moment(text, SHANGHAI)


def test_a_home_that_is_not_set_up_is_not_found(directory: Path) -> None:
    done = shouhu("away", "wnag", "--config", directory)
    assert (done.code, done.out) == (4, "")
    assert "no household wnag is set up here" in done.err


@pytest.mark.parametrize("arguments", [("away", "wang"), ("back", "wang")])
def test_without_a_daemon_nothing_is_changed(directory: Path, arguments: tuple[str, ...]) -> None:
    assert shouhu(*arguments, "--config", directory).code == 3


def test_what_the_daemon_refuses_is_said_in_plain_words(directory: Path, listen: Listen) -> None:
    listen(lambda _: Answer(False, "no absence is declared"))
    done = shouhu("--lang", "zh", "back", "wang", "--config", directory)
    assert done.code == 1
    assert "没有声明过外出" in done.err


# -- in the daemon


class Box:
    """A node with its store, asked as over the control socket."""

    def __init__(self, directory: Path, *, is_begun: bool = True) -> None:
        self.directory = directory
        self.now = at(1)
        self.start(is_begun=is_begun)

    def start(self, *, is_begun: bool = True) -> None:
        self.store = Store.open(self.directory, self.now)
        self.node = Node([home()], decoder(), self.store)
        if is_begun:
            self.node.start(self.now, "a hash")
        self.command()

    def command(self) -> None:
        unused: Any = lambda *_: None  # noqa: E731
        self.commanding = Commanding(
            self.node,
            self.store,
            SimpleNamespace(fitted=(), keys={}),  # type: ignore[arg-type]
            lambda: self.now,
            self.settle,
            hears=dict,
            show=unused,
            install=unused,
            counts=dict,
            links=unused,
            questions=unused,
            trials=unused,
        )

    def settle(self) -> str:
        self.node.flush(self.now)
        return ""

    def ask(self, request: Request) -> Answer:
        answer = self.commanding.handle(request)
        assert isinstance(answer, Answer)
        return answer

    def dies(self) -> None:
        """Start anew from what is on disk, a minute later."""
        self.store.close()
        self.now = Moment.of(self.now.wall + timedelta(minutes=1))
        self.start()


def test_an_absence_is_journalled_kept_over_a_crash_and_shown(tmp_path: Path) -> None:
    box = Box(tmp_path)
    until = at(80).wall
    assert box.ask(DeclareAway("wang", "王芳", until)).ok
    entries = [entry.what for _, entry in box.store.entries(after=0)]
    assert Away("王芳", until) in entries
    box.dies()
    assert box.ask(Status()).facts["away"] == {"wang": until.isoformat()}
    assert box.ask(DeclareBack("wang", "王芳")).ok
    assert Back("王芳") in [entry.what for _, entry in box.store.entries(after=0)]
    assert box.ask(Status()).facts["away"] == {}


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (DeclareAway("li", "王芳"), "no such household"),
        (DeclareBack("wang", "王芳"), "no absence is declared"),
        (DeclareAway("wang", "王芳", at(0).wall), "until is past, or more than 180 days ahead"),
        (DeclareAway("wang", "王芳", at(9999).wall), "until is past, or more than 180 days ahead"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_journalled(
    tmp_path: Path, request_: Request, why: str
) -> None:
    box = Box(tmp_path)
    before = box.store.last_seq()
    assert box.ask(request_) == Answer(False, why)
    assert box.store.last_seq() == before


def test_an_absence_does_not_hide_a_silence_that_people_were_told_of(tmp_path: Path) -> None:
    box = Box(tmp_path)
    silent = Moment.of(box.now.wall + timedelta(hours=26))
    box.node.tick(silent)
    box.now = silent
    assert box.ask(DeclareAway("wang", "王芳")) == Answer(False, "an alert of silence stands")
    [alert] = [a for a in box.node.households["wang"].book.alerts if a.finding.rule == "inactivity"]
    box.node.close(alert, "王芳", Outcome.WELL, silent)
    assert box.ask(DeclareAway("wang", "王芳")).ok


def test_before_a_drills_clock_has_begun_nothing_is_asked_of_a_home(tmp_path: Path) -> None:
    box = Box(tmp_path, is_begun=False)
    left = Exercise(home()).begin(Severity.FAULT, box.now)
    box.store.commit(left, 0, box.now)
    name = left.alerts[-1].id
    for request in (
        AcknowledgeAlert(name, "王芳"),
        CloseAlert(name, "王芳", Outcome.WELL),
        AnswerQuestion("wang", "button"),
        DeclareAway("wang", "王芳"),
        DeclareBack("wang", "王芳"),
        Drill("wang", "李工"),
    ):
        assert not box.ask(request).ok
    assert box.ask(Status()).ok and box.ask(GoOn("wang", "another")).ok


def test_a_drill_that_waits_for_its_sensor_lets_the_daemon_look_at_its_deadlines(
    tmp_path: Path,
) -> None:
    box = Box(tmp_path)
    settled: list[str] = []
    settle = box.settle
    box.settle = lambda: (settled.append("settled"), settle())[1]  # type: ignore[method-assign]
    box.command()
    box.ask(Drill("wang", "李工", "kitchen_smoke", by_sensor=True))
    assert settled
