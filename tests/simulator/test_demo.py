"""The demonstration, as somebody runs it who has just cloned the repository."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.words import EN, ZH

NO_BUS = EN["no_bluetooth"].partition("{")[0]
HAS_BUS = shutil.which("dbus-daemon") is not None
HAS_MOSQUITTO = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin") is not None
# The broker that people have learns for as long as somebody who looks on would wait.
BROKERS = [
    pytest.param(
        *("mosquitto", 15), marks=pytest.mark.skipif(not HAS_MOSQUITTO, reason="no mosquitto")
    ),
    ("iotcore", 3),
]
ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WHEN = {
    "shouhu-drill-*/stick": ALL[:1],
    "shouhu-drill-*/broker.log": ALL[1:2],
    "bus*/socket": ALL[2:],
    "shouhu-drill-*/notify": ALL[:1],
    "shouhu-drill-*/store/alerts.db": ALL,
}


def start(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start the demonstration with all its temporary files below `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "simulator.demo", *arguments],
        env={**os.environ, "TMPDIR": str(folder), **variables},
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
    while not list(folder.glob(name)):
        assert time.monotonic() < deadline, f"{name} did not appear"
        time.sleep(0.02)


@pytest.mark.parametrize(("broker", "days"), BROKERS)
def test_the_story_is_told_to_its_end_and_leaves_nothing(
    broker: str, days: int, tmp_path: Path
) -> None:
    demo = start(tmp_path, "--lang", "en", "--days", str(days), "--broker", broker)
    told, _ = demo.communicate(timeout=110)
    assert demo.returncode == 0, told
    assert missing(told, "falls_silent", "acknowledge", "found", "smoke_told", "end") == []
    # Each device speaks once an hour, and none is missed for so long that the home says so.
    assert "not heard" not in told.partition(EN["smoke"])[0]
    assert signs(told)[0] > days * 23
    if HAS_BUS:
        assert missing(told, "bluetooth", "sos_told") == []
        assert signs(told)[1] > days * 23
    assert left_over(tmp_path) == []


def test_where_no_bus_can_be_had_the_button_is_left_out_and_the_story_goes_on(
    tmp_path: Path,
) -> None:
    demo = start(tmp_path, "--lang", "en", "--days", "3", PATH=str(tmp_path / "nowhere"))
    told, _ = demo.communicate(timeout=110)
    assert demo.returncode == 0, told
    assert told.count(NO_BUS) == 1
    assert signs(told)[1] == 0
    assert missing(told, "falls_silent", "smoke_told", "end", "sos") == ["sos"]
    assert left_over(tmp_path) == []


def signs(told: str) -> tuple[int, int]:
    """Give how many messages came over the serial port, and over Bluetooth."""
    found = re.search(r"(\d+) over the serial port, (\d+) over Bluetooth", told)
    assert found is not None, told
    return int(found[1]), int(found[2])


def missing(told: str, *phrases: str) -> list[str]:
    """Give the phrases that were not told."""
    return [phrase for phrase in phrases if EN[phrase].partition("{")[0] not in told]


@pytest.mark.parametrize(
    ("when", "how"), [(when, how) for when, signals in WHEN.items() for how in signals]
)
def test_an_interrupted_demonstration_leaves_nothing(
    when: str, how: signal.Signals, tmp_path: Path
) -> None:
    if when.startswith("bus") and not HAS_BUS:
        pytest.skip("no D-Bus")
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
