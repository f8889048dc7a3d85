"""The demonstration of the district, as somebody runs it who has just cloned the repository."""

import os
import shutil
import signal
import string
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.config import load
from simulator import home_file
from simulator.district_demo import HOME
from simulator.district_words import EN, ZH
from simulator.household_file import gateway, write
from simulator.roster import neighbours
from tests.simulator.test_demo import left_over

HAS_MOSQUITTO = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin") is not None
needs_mosquitto = pytest.mark.skipif(not HAS_MOSQUITTO, reason="no mosquitto")


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start it with all its temporary files below `folder`."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "simulator.district_demo", "--lang", "en", *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(demo: subprocess.Popen[str], what: str) -> list[str]:
    """Give its lines up to one that holds this."""
    assert demo.stdout is not None
    lines: list[str] = []
    ending = threading.Timer(100, demo.kill)
    ending.start()
    for line in demo.stdout:
        lines.append(line)
        if what in line:
            ending.cancel()
            return lines
    raise AssertionError("".join(lines))


@pytest.mark.soak
@needs_mosquitto
def test_smoke_in_the_street_is_on_the_desk_and_nothing_is_left_afterwards(tmp_path: Path) -> None:
    demo = start(tmp_path, "--homes", "2", "--smoke-after", "1")
    told = "".join(said(demo, "on the desk: "))
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=40)
    assert (demo.returncode, EN["end"] in rest) == (0, True), told + rest
    assert all(f"  {login}" in told for login in ("lin", "zhao", "qian", "guan"))
    assert left_over(tmp_path) == []


@pytest.mark.soak
@needs_mosquitto
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_that_is_interrupted_while_it_starts_leaves_nothing(
    how: signal.Signals, tmp_path: Path
) -> None:
    demo = start(tmp_path)
    said(demo, EN["wait"])
    demo.send_signal(how)
    rest, _ = demo.communicate(timeout=60)
    assert (demo.returncode, EN["end"] in rest) == (0, True), rest
    assert left_over(tmp_path) == []


def test_without_mosquitto_it_says_what_to_install(tmp_path: Path) -> None:
    # mosquitto is sought in /usr/sbin too, which no PATH can hide.
    program = "import shutil, sys, simulator.district_demo as demo\n"
    program += "shutil.which = lambda *_, **__: None\n"
    program += "sys.exit(demo.main(['--lang', 'en']))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, "apt install mosquitto" in done.stdout) == (1, True), done
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_gateway_takes_every_home_of_the_street(language: str, tmp_path: Path) -> None:
    homes, plan = neighbours(language, 8), home_file.named(HOME)
    (tmp_path / "gateway.toml").write_text(gateway(tmp_path, (1883, "5"), 1, {}))
    for home in homes:
        own = home.lives_in(plan)
        write(own, tmp_path, home.household(own, language))
    config = load(tmp_path)
    assert [home.id for home in config.homes] == [home.id for home in homes]
    assert len({home.address for home in homes}) == 8


def test_both_languages_say_the_same_things() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert ZH.keys() == EN.keys()
    assert [key for key in ZH if names(ZH[key]) != names(EN[key])] == []
