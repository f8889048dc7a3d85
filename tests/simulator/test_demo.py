"""The demonstration, as somebody runs it who has just cloned the repository."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.words import EN, ZH

HAS_MOSQUITTO = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin") is not None
BROKERS = [
    pytest.param("mosquitto", marks=pytest.mark.skipif(not HAS_MOSQUITTO, reason="no mosquitto")),
    "iotcore",
]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the demonstration with all its temporary files below `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "simulator.demo", *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def left_over(folder: Path) -> list[str]:
    """Give the files below `folder`, and the processes that name it."""
    commands = [
        command
        for process in Path("/proc").glob("[0-9]*")
        if str(folder) in (command := command_of(process))
    ]
    return [str(path) for path in folder.iterdir()] + commands


def command_of(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace")
    except OSError:  # it has ended meanwhile
        return ""


def wait_for(folder: Path, name: str) -> None:
    deadline = time.monotonic() + 30
    while not list(folder.glob(f"shouhu-drill-*/{name}")):
        assert time.monotonic() < deadline, f"{name} did not appear"
        time.sleep(0.02)


@pytest.mark.parametrize("broker", BROKERS)
def test_the_story_is_told_to_its_end_and_leaves_nothing(broker: str, tmp_path: Path) -> None:
    demo = start(tmp_path, "--lang", "en", "--days", "15", "--broker", broker)
    told, _ = demo.communicate(timeout=110)
    assert demo.returncode == 0, told
    for phrase in ("falls_silent", "acknowledge", "found", "smoke_told", "end"):
        assert EN[phrase].partition("{")[0] in told
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("when", ["broker.log", "notify", "store/alerts.db"])
def test_an_interrupted_demonstration_leaves_nothing(
    how: signal.Signals, when: str, tmp_path: Path
) -> None:
    demo = start(tmp_path, "--lang", "en", "--days", "15")
    wait_for(tmp_path, when)
    demo.send_signal(how)
    told, _ = demo.communicate(timeout=40)
    assert (demo.returncode, EN["interrupted"] in told) == (130, True), told
    assert left_over(tmp_path) == []


def test_a_reader_who_leaves_ends_the_demonstration(tmp_path: Path) -> None:
    demo = start(tmp_path, "--lang", "en", "--days", "15")
    assert demo.stdout is not None
    demo.stdout.readline()
    demo.stdout.close()
    assert demo.wait(timeout=40) == 1
    assert left_over(tmp_path) == []


def test_both_languages_tell_the_same_story() -> None:
    assert ZH.keys() == EN.keys()
    assert [key for key in ZH if fields(ZH[key]) != fields(EN[key])] == []


def fields(phrase: str) -> set[str]:
    return {part.partition("}")[0] for part in phrase.split("{")[1:]}
