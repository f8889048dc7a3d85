"""The log: no secret gets into it, and nothing that happens to it reaches the daemon."""

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

LOGGING = """
import asyncio, sys, structlog
from gateway.config import LogSettings
from gateway.logs import set_up, tell
set_up(LogSettings("info", sys.argv[1]))
log = structlog.get_logger()
def connect():
    password = "geheim-4711"
    raise ValueError("no such host")
try:
    connect()
except ValueError as error:
    log.error("mistake", exc_info=error)
tell("a warning \\ud800")
for number in range(3000):
    log.info("line", number=number, 房间="厨房", text="x" * 100)
print("still here", flush=True)
"""


def run(form: str, log: int, *, close: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Run a program that logs much to this handle."""
    command = [sys.executable, "-c", LOGGING, form]
    if close:
        command = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=log, timeout=60, check=False)


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_names_the_mistake_and_no_local_variable(tmp_path: Path, form: str) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        run(form, file.fileno())
    said = path.read_text()
    assert "no such host" in said
    assert "in connect" in said or '"name": "connect"' in said
    assert "geheim" not in said
    lines = said.splitlines()
    assert any(line.startswith("a warning") for line in lines)
    assert len([line for line in lines if "厨房" in line]) == 3000
    if form == "json":
        assert json.loads(lines[-1])["number"] == 2999


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_log_without_room_or_reader_stops_nothing(form: str) -> None:
    reader, pipe = os.pipe()
    os.close(reader)
    full = os.open("/dev/full", os.O_WRONLY)
    for log in (pipe, full):
        done = run(form, log)
        assert (done.returncode, done.stdout) == (0, b"still here\n")
        os.close(log)
    done = run(form, subprocess.DEVNULL, close=True)
    assert (done.returncode, done.stdout) == (0, b"still here\n")


def test_a_log_whose_reader_has_fallen_asleep_holds_nothing_up() -> None:
    reader, pipe = os.pipe()
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
    began = time.monotonic()
    done = run("json", pipe)
    os.close(pipe)
    assert (done.returncode, done.stdout) == (0, b"still here\n")
    assert time.monotonic() - began < 30
    assert b"no such host" in os.read(reader, 4096)
    os.close(reader)
