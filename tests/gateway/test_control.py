"""The control socket: real sockets, one JSON line each way."""

import asyncio
import json
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge.model import Outcome
from gateway.control import (
    SOCKET,
    AcknowledgeAlert,
    Answer,
    CloseAlert,
    ControlFailed,
    ControlServer,
    NoDaemon,
    Request,
    Status,
    ask,
)
from gateway.requests import AnswerQuestion, Drill


class Heard:
    """Remembers what was asked and answers with the same."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        return Answer(True, facts={"number": len(self.requests)})


async def asking(path: Path, request: Request) -> Answer:
    """Ask from a thread of its own, as another process would."""
    return await asyncio.to_thread(ask, path, request)


def typed(path: Path, line: bytes) -> bytes:
    """Send a line as it is and give the answer as it is."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(10)
        link.connect(str(path))
        link.sendall(line)
        return link.makefile("rb").readline()


@pytest.mark.parametrize(
    "request_",
    [
        AcknowledgeAlert("a1", "王芳", 600),
        CloseAlert("a1", "王芳", Outcome.WELL),
        AnswerQuestion("wang", "button"),
        Status(),
        Drill("wang", "李工", "kitchen_smoke", by_sensor=True),
    ],
)
async def test_each_request_arrives_and_is_answered(tmp_path: Path, request_: Request) -> None:
    heard = Heard()
    server = ControlServer(tmp_path / SOCKET, heard)
    await server.start()
    answer = await asking(tmp_path / SOCKET, request_)
    await server.stop()
    assert heard.requests == [request_]
    assert answer == Answer(True, facts={"number": 1})


async def test_the_wire_is_one_json_line_each_way(tmp_path: Path) -> None:
    heard = Heard()
    server = ControlServer(tmp_path / SOCKET, heard)
    await server.start()
    line = b'{"do":"acknowledge","alert":"a1","by":"\xe7\x8e\x8b","lease_s":1800}\n'
    answer = await asyncio.to_thread(typed, tmp_path / SOCKET, line)
    await server.stop()
    assert heard.requests == [AcknowledgeAlert("a1", "王", 1800)]
    assert json.loads(answer) == {"ok": True, "number": 1}


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"hello\n",
        b"[]\n",
        b'{"do":"dance"}\n',
        b'{"do":"acknowledge","alert":"a","by":""}\n',
        b'{"do":"acknowledge","alert":"a","by":"x\\u001b[2J"}\n',
        b'{"do":"acknowledge","alert":"a","by":"x","lease_s":0}\n',
        b'{"do":"close","alert":"a","by":"x","outcome":"fine"}\n',
        b'{"do":"status","x":"' + b"y" * 100_000 + b'"}\n',
        b"\xff\xfe\n",
    ],
)
async def test_nonsense_is_refused_and_the_next_request_is_heard(
    tmp_path: Path, line: bytes
) -> None:
    heard = Heard()
    server = ControlServer(tmp_path / SOCKET, heard)
    await server.start()
    answer = json.loads(await asyncio.to_thread(typed, tmp_path / SOCKET, line))
    assert answer["ok"] is False
    assert answer["error"]
    assert (await asking(tmp_path / SOCKET, Status())).ok
    await server.stop()
    assert heard.requests == [Status()]


async def test_a_client_that_says_nothing_holds_up_nobody(tmp_path: Path) -> None:
    server = ControlServer(tmp_path / SOCKET, Heard())
    await server.start()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(tmp_path / SOCKET))
        assert (await asking(tmp_path / SOCKET, Status())).ok
    await server.stop()


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_refusal_carries_its_reason(tmp_path: Path, is_async: bool) -> None:
    async def later(_: Request) -> Answer:
        return Answer(False, "no such alert")

    def at_once(_: Request) -> Answer:
        return Answer(False, "no such alert")

    handle: Callable[[Request], Answer | Awaitable[Answer]] = later if is_async else at_once
    server = ControlServer(tmp_path / SOCKET, handle)
    await server.start()
    answer = await asking(tmp_path / SOCKET, CloseAlert("x", "y", Outcome.TEST))
    await server.stop()
    assert answer == Answer(False, "no such alert")


def test_without_a_daemon_the_client_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoDaemon):
        ask(tmp_path / SOCKET, Status())


async def test_a_socket_left_behind_is_no_daemon_and_does_not_hinder_one(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / SOCKET))
    left.close()
    with pytest.raises(NoDaemon):
        ask(tmp_path / SOCKET, Status())
    server = ControlServer(tmp_path / SOCKET, Heard())
    await server.start()
    assert (await asking(tmp_path / SOCKET, Status())).ok
    await server.stop()
    assert not (tmp_path / SOCKET).exists()


async def test_a_second_daemon_on_the_same_store_is_refused(tmp_path: Path) -> None:
    first = ControlServer(tmp_path / SOCKET, Heard())
    await first.start()
    with pytest.raises(ControlFailed, match="another daemon"):
        await ControlServer(tmp_path / SOCKET, Heard()).start()
    assert (await asking(tmp_path / SOCKET, Status())).ok
    await first.stop()


async def test_only_the_owner_and_the_group_may_connect(tmp_path: Path) -> None:
    server = ControlServer(tmp_path / SOCKET, Heard())
    await server.start()
    mode = stat.S_IMODE((tmp_path / SOCKET).stat().st_mode)
    await server.stop()
    assert mode == 0o660


async def test_a_deeply_hidden_store_is_reached(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = ControlServer(deep / SOCKET, Heard())
    await server.start()
    assert (await asking(deep / SOCKET, Status())).ok
    await server.stop()


async def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ControlFailed):
        await ControlServer(tmp_path / "none" / SOCKET, Heard()).start()
